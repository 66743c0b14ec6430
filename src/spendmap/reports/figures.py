"""Exact sums, shares and their JSON: the arithmetic every report shares.

Invariant: unknown money is `None` and stays beside the sum as a count; it is never added as zero.
The one rule of what a sum says, for every report: over no captured row, or only over rows without a known amount, it is
unknown (None); over captured rows none of which is of the kind asked for, it is zero. `sum_told` is that rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Any

from spendmap.vocabulary.evidence import EVIDENCE_GRADES
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.money import money_text

ZERO = Decimal(0)
SHARE_UNIT = Decimal("0.000001")  # shares are told to six places of a whole of 1


def plus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """Sum of what is known; `None` when neither is."""
    if left is None:
        return right
    return left if right is None else EXACT.add(left, right)


def minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """Difference, or `None` when either side is unknown."""
    return None if left is None or right is None else EXACT.subtract(left, right)


def sum_told(known: Decimal | None, rows: int, *, is_captured: bool = True) -> Decimal | None:
    """What a sum over `rows` rows says, `known` being what is known of it: zero needs captured rows, none of the kind.

    Args:
        known: the sum of the known amounts; None when no row has one.
        rows: rows of the kind asked for, with a known amount or without.
        is_captured: whether anything was captured where the rows would be: the period, in the currency asked for.
    """
    return ZERO if is_captured and not rows else known


def sum_known(amounts: Iterable[Decimal | None], *, is_captured: bool = True) -> Decimal | None:
    """Sum of the known amounts by the rule of `sum_told`. The caller tells how many were not known."""
    total, rows = None, 0
    for amount in amounts:
        total, rows = plus(total, amount), rows + 1
    return sum_told(total, rows, is_captured=is_captured)


def share_of(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """`part` as a share of `whole`, six places half-even; `None` when unknown or when there is no whole."""
    if part is None or whole is None or not whole:
        return None
    return EXACT.divide(part, whole).quantize(SHARE_UNIT, rounding=ROUND_HALF_EVEN, context=EXACT)


@dataclass
class Tally:
    """A running sum that remembers what it could not add."""

    cost: Decimal | None = None
    rows: int = 0
    missing: int = 0
    unpriced: int = 0
    by_evidence: dict[str, Decimal] = field(default_factory=dict)

    def add(
        self, cost: Decimal | None, *, rows: int = 0, missing: int = 0, unpriced: int = 0, evidence: str | None = None
    ) -> None:
        """Add one group of rows. `missing` rows of it have no cost on the basis asked for."""
        self.cost = plus(self.cost, cost)
        self.rows += rows
        self.missing += missing
        self.unpriced += unpriced
        if cost is not None:
            grade = evidence or ""
            self.by_evidence[grade] = EXACT.add(self.by_evidence.get(grade, ZERO), cost)

    def told(self, *, is_captured: bool = True) -> Decimal | None:
        """The sum by the rule of `sum_told`; for tallies whose rows were counted."""
        return sum_told(self.cost, self.rows, is_captured=is_captured)

    @property
    def evidence_mix(self) -> dict[str, Decimal]:
        """Known money by grade, best grade first, then money whose grade is not stated ("")."""
        order = [*EVIDENCE_GRADES, *sorted(set(self.by_evidence) - set(EVIDENCE_GRADES))]
        return {grade: self.by_evidence[grade] for grade in order if grade in self.by_evidence}


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def document(value: object) -> Any:
    """A report as JSON values: money and shares as plain decimal text, times as ISO 8601 in UTC."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, dict):
        return {key: document(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [document(each) for each in value]
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    kind: type = type(value)
    if is_dataclass(kind):
        return {name: document(getattr(value, name)) for name in _field_names(kind)}
    raise TypeError(f"a report holds a {type(value).__name__}, which has no JSON form")


def instant_text(at: datetime) -> str:
    """A UTC instant, stored without a zone or with one, as `2026-10-01T00:00:00Z`."""
    return at.replace(tzinfo=None).isoformat() + "Z"
