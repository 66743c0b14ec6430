"""A finding: what one rule saw of one subject, the money behind it, who decides and what to do next.

Pure types; no clock, no database, no engine.
Invariant: code and subject are a finding's identity, so the same gap found next month is the same finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

Kind = Literal["cost", "security", "quality", "operating"]
KINDS: tuple[Kind, ...] = get_args(Kind)

DAYS_TO_DECIDE: dict[Kind, int] = {"security": 14, "cost": 30, "quality": 30, "operating": 30}
"""Days from the day a finding was first seen to the day it is due, unless its rule names a day."""


@dataclass(frozen=True)
class Subject:
    """What a finding is about. `type` is a register kind, or model, vendor, vendor_account, capability, resource."""

    type: str
    id: str
    name: str


@dataclass(frozen=True)
class Stake:
    """Money behind a finding, not a promised saving. `amount` None: there is money and nobody knows how much.

    `basis` is a cost basis (effective, billed, contracted, list) or `estimated`; `period` says of when: a month, a
    reporting period, or "term" of a contract. The money of two findings may be the same money: never add it up.
    """

    amount: Decimal | None
    currency: str
    basis: str
    period: str


@dataclass(frozen=True)
class Finding:
    """What a rule saw. `owner` is who should decide: the subject's owner, else the head of its department, else None.

    `due` is the day the rule itself names (a notice day); else None, and the review sets one by kind. `occurred_on`
    is the last day of an incident; None for a lasting gap. `evidence` is short facts by name, all text.
    """

    code: str
    kind: Kind
    category: str
    subject: Subject
    title: str
    detail: str
    next_step: str
    stake: Stake | None = None
    owner: str | None = None
    due: date | None = None
    occurred_on: date | None = None
    evidence: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """`CODE:subject id`, what people type; stable from one review to the next."""
        return f"{self.code}:{self.subject.id}"
