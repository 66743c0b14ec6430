"""The register as it was said at one moment, held in memory: for questions about many days.

Reads a `Register` once; writes nothing. Invariant: answers as the register did at that moment.
"""

from __future__ import annotations

from datetime import date

from spendmap.register.entities import Entity, Key, Value, Vendor
from spendmap.register.reading import keys_in, vendor_of
from spendmap.register.store import Register

_OF_KEYS = ("keys", "accounts")  # the fields that hold keys


class HeldRegister:
    """What a company declares, read whole."""

    def __init__(self, register: Register) -> None:
        self._dated: dict[str, list[tuple[str, list[Value]]]] = {}
        for type_, id_, values in register.dated():
            self._dated.setdefault(type_, []).append((id_, values))

    def entities(self, entity_type: str, at: date) -> list[Entity]:
        """Every entity of a kind with the values in force on a day, in the order of first declaration."""
        return [
            Entity(entity_type, id_, {value.field: value.value for value in values if value.holds_at(at)})
            for id_, values in self._dated.get(entity_type, ())
        ]

    def keys(self) -> list[Key]:
        """Every key, dated; the most specific first."""
        return keys_in(
            (type_, id_, [value for value in values if value.field in _OF_KEYS])
            for type_, found in self._dated.items()
            for id_, values in found
        )

    def vendors(self, at: date) -> list[Vendor]:
        """Declared vendors with the spellings and accounts in force on a day."""
        return [vendor_of(entity) for entity in self.entities("vendor", at)]
