"""Which use cases a vendor serves: those whose money it is in the period, and those that the register ties to it.

Reads the `month` roll-up and the published inventory; writes nothing.
Invariant: a vendor without money and without a declaration has no count (None); 0: its money carries no use case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spendmap.register import Entity
from spendmap.register.reading import texts_of
from spendmap.reports.figures import Tally
from spendmap.reports.filters import Where

NOT_TIED = "no use case"


@dataclass(frozen=True)
class VendorUseCase:
    """A use case of a vendor with the vendor's money in it.

    `use_case` None: money that carries none. `cost` None: no money is known, as for one that is only declared.
    """

    use_case: str | None
    label: str
    cost: Decimal | None
    missing_rows: int
    is_declared: bool


@dataclass(frozen=True)
class VendorUseCases:
    """`money[vendor][use_case]` of the period; `declared[vendor]` are the use cases that name the vendor."""

    money: dict[str | None, dict[str | None, Tally]]
    declared: dict[str, set[str]]

    def ids(self, vendor: str | None) -> set[str]:
        """Every use case seen or declared, each once."""
        seen = {use_case for use_case in self.money.get(vendor, {}) if use_case is not None}
        return seen | (self.declared.get(vendor, set()) if vendor is not None else set())

    def count(self, vendor: str | None) -> int | None:
        """How many; None when there is neither money nor a declaration to tell it by."""
        found = len(self.ids(vendor))
        return found if found or vendor in self.money else None

    def rows(self, vendor: str, label: Callable[[str], str]) -> list[VendorUseCase]:
        """The biggest first, what is only declared after it, money without a use case last."""
        money, declared = self.money.get(vendor, {}), self.declared.get(vendor, set())
        found = [
            VendorUseCase(
                each,
                label(each),
                money[each].cost if each in money else None,
                money[each].missing if each in money else 0,
                each in declared,
            )
            for each in self.ids(vendor)
        ]
        found.sort(key=lambda each: (each.cost is None, -(each.cost or 0), each.label.casefold(), each.use_case or ""))
        rest = money.get(None)
        if rest is not None:
            found.append(VendorUseCase(None, NOT_TIED, rest.cost, rest.missing, False))
        return found


def declared_in(cases: Iterable[Entity], where: Where) -> dict[str, set[str]]:
    """Vendor -> use cases that name it, as far as the question's conditions let them be asked about.

    A condition on the vendor, the use case, its department or its owner is held against the register; any other is a
    condition on money, which a declaration has none of.
    """
    found: dict[str, set[str]] = {}
    for case in cases:
        for vendor in texts_of(case.get("vendors")):
            said = {
                "vendor": vendor,
                "use_case": case.id,
                "department": _text(case.get("department")),
                "owner": _text(case.get("owner")),
            }
            if all(name in said and said[name] in wanted for name, wanted in where):
                found.setdefault(vendor, set()).add(case.id)
    return found


def seen_in(rows: Iterable[dict[str, Any]]) -> dict[str | None, dict[str | None, Tally]]:
    """The rows of `vendor_use_cases.sql`."""
    found: dict[str | None, dict[str | None, Tally]] = {}
    for row in rows:
        tally = found.setdefault(row["vendor"], {}).setdefault(row["use_case"] or None, Tally())
        tally.add(row["cost"], rows=row["rows"], missing=row["missing"])
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)
