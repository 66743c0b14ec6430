"""A play: one thing that could be done about money that was spent, and what it could save per month.

Pure types. Invariant: code and subject are a play's identity. A saving that cannot be priced is None, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from spendmap.risk.finding import Subject
from spendmap.vocabulary.exact import as_stored

Kind = Literal["action", "remediation", "negotiation"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Action: change how work is done. Remediation: end a waste. Negotiation: renegotiate with a vendor."""

Effort = Literal["S", "M", "L"]


@dataclass(frozen=True)
class Saving:
    """Money per month in `currency` on a cost basis, low <= likely <= high; None: cannot be priced."""

    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    currency: str
    basis: str = "contracted"


@dataclass(frozen=True)
class Play:
    """One play. `seen` is the money per month it is about; `evidence` the grade of that money.

    `assumptions` say where the range comes from, `held_fixed` what is taken not to change. `touches` names the money
    itself, so that two plays over the same money are never added up. `findings` are ids of the review.
    `deadline` is the last day to act, when there is one.
    """

    code: str
    kind: Kind
    category: str
    subject: Subject
    title: str
    story: str
    saving: Saving
    seen: Decimal | None
    evidence: str
    assumptions: tuple[str, ...]
    held_fixed: tuple[str, ...]
    effort: Effort
    effort_why: str
    risk: str
    owner: str | None
    role: str
    next_step: str
    touches: tuple[str, ...]
    findings: tuple[str, ...] = ()
    deadline: date | None = None

    @property
    def id(self) -> str:
        """`code:subject id`, stable from one period to the next."""
        return f"{self.code}:{self.subject.id}"


def part(amount: Decimal | None, share: Fraction) -> Decimal | None:
    """A share of an amount at the ledger's scale; None stays None."""
    return None if amount is None else as_stored(Fraction(amount) * share)
