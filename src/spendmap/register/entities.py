"""What the register gives to those who read it: plain values with the dates they hold for.

Pure types. A day is a UTC day; `valid_from` is inclusive, `valid_to` exclusive, None is open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Value:
    """One value of one field, for one span of days, as it was recorded at one moment."""

    field: str
    value: Any
    valid_from: date | None
    valid_to: date | None
    evidence: str | None
    recorded_at: datetime  # UTC
    superseded_at: datetime | None = None  # UTC; None = what the register says now

    def holds_at(self, at: date) -> bool:
        """Whether the value is in force on that day."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True)
class Entity:
    """One declared thing on one day: `fields` holds what is in force then; what is not said is absent."""

    type: str
    id: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name, or its id when it has none."""
        return str(self.fields.get("name") or self.id)

    def get(self, name: str, default: Any = None) -> Any:
        """The field's value, or `default` when nothing is said."""
        return self.fields.get(name, default)


@dataclass(frozen=True)
class Key:
    """Conditions that tie ledger rows to an entity. All must hold; of several keys that match, the lowest `order` wins.

    `conditions` maps a ledger column (or `tags.KEY`, `vendor`, `supplier_name`) to the value it must equal,
    letter case aside. For accounts `entity_type` is `vendor_account` and `entity_id` is `vendor/account`.
    """

    entity_type: str
    entity_id: str
    conditions: dict[str, str]
    valid_from: date | None
    valid_to: date | None
    order: int


@dataclass(frozen=True)
class LabourRate:
    """Loaded cost of one hour of a role, for a span of days."""

    id: str
    role: str
    hourly_rate: Decimal
    currency: str | None  # None = the workspace's
    department: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Account:
    """An account a company holds at a vendor. `invoice_lag_months` = months from use to the invoice's date."""

    id: str
    name: str | None
    invoice_lag_months: int


@dataclass(frozen=True)
class Vendor:
    """A declared vendor, as matching needs it. `kind` and `category` are None where the company says nothing."""

    id: str
    name: str
    aliases: tuple[str, ...]
    domains: tuple[str, ...]
    capability: tuple[str, ...]
    kind: str | None
    category: str | None
    accounts: tuple[Account, ...]
    sells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A declared source. `location` is as written, relative to the workspace."""

    id: str
    kind: str | None
    location: str | None
    owner: str | None
    scope: str | None
    refresh: str | None
    since: date | None
    settings: dict[str, str]


@dataclass(frozen=True)
class AuditEntry:
    """One change: who, when, what, before and after. `before` and `after` are lists of dated values, or None."""

    at: datetime  # UTC
    actor: str
    action: str  # create, change, withdraw, remove
    entity_type: str
    entity_id: str
    field: str | None
    before: Any
    after: Any
    origin: str  # file and line, or the form it came from
