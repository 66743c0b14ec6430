"""How far a scenario's total may lie from the truth: named parts, each with its reason.

Pure. What was invoiced, metered or contracted is taken as exact. What was declared or estimated may be off by a
fifth either way. Calls without a price may cost nothing more (a model hosted on capacity that is counted already)
or as much as the dearest model of their provider in use. What a scenario holds fixed although it may move with
the calls (billed calls no meter explains, review work) widens the end it would move to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.replay import UnpricedUsage
from spendmap.optimization.scenario import Scenario
from spendmap.vocabulary.exact import as_stored, total

DECLARED_ERROR = Fraction(1, 5)
"""Declared and estimated money: plus or minus a fifth. A convention of this product, stated with every range."""
UNSURE = ("declared", "estimated")


@dataclass(frozen=True)
class RangePart:
    """What one uncertainty takes from the low end and adds to the high end; both are at least 0, or not known."""

    name: str
    below: Decimal
    above: Decimal | None
    why: str


@dataclass(frozen=True)
class Range:
    """`low` <= scenario <= `high`, and what makes it so."""

    low: Decimal
    high: Decimal
    parts: Sequence[RangePart]


def uncertainty(scenario: Scenario, unpriced: Sequence[UnpricedUsage]) -> Range:
    """The range of a scenario's total."""
    calls = scenario.changes.calls * scenario.rates.calls
    found: list[RangePart] = []
    unsure = total(each.scenario for each in scenario.lines if each.evidence in UNSURE)
    error = as_stored(Fraction(unsure) * DECLARED_ERROR)
    found.append(
        RangePart(
            "declared_and_estimated", error, error, "declared and estimated money may be off by a fifth either way"
        )
    )
    if waiting := [each for each in unpriced if each.currency == scenario.currency]:
        found.append(_waiting(waiting, calls))
    found.append(
        _held(scenario, calls, "unmetered_calls", "billed model calls without metered usage may move with the calls")
    )
    found.append(_held(scenario, calls, "review_labour", "review work may move with the calls"))
    parts = [part for part in found if part.below or part.above or part.name == "unpriced_calls"]
    low = total((scenario.scenario, *(part.below.copy_negate() for part in parts)))
    return Range(low, total((scenario.scenario, *(part.above for part in parts))), parts)


def _waiting(unpriced: Sequence[UnpricedUsage], calls: Fraction) -> RangePart:
    known = [each.dearest for each in unpriced if each.dearest is not None]
    why = (
        f"{sum(each.rows for each in unpriced):,} rows of calls have no price: at most that of the most expensive "
        "model of the same provider in use, at least nothing more (hosted on capacity counted already)"
    )
    if unknown := sum(each.rows for each in unpriced if each.dearest is None):
        why += f"; {unknown:,} of them are of a provider with no priced model in use, and are not in the range"
    above = as_stored(Fraction(total(known)) * calls) if known else None
    return RangePart("unpriced_calls", Decimal(0), above, why)


def _held(scenario: Scenario, calls: Fraction, kind: str, why: str) -> RangePart:
    money = total(each.scenario for each in scenario.lines if each.line.kind == kind)
    change = as_stored(Fraction(money) * (calls - 1))
    return RangePart(kind, max(change.copy_negate(), Decimal(0)), max(change, Decimal(0)), why)
