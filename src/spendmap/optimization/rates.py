"""Retry and rejection rates of a scenario: measured in the period, changed as asked, turned into factors.

Pure. A rate nothing in the period measured is never assumed where a factor divides by it: the caller is asked.
Formulas: calls x (1 + retries after) / (1 + retries before), a rate being retries per first attempt; minutes of
work that answers rejected output x (rejection after / rejection before).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from spendmap.optimization.changes import ONE, Changes, Rate
from spendmap.optimization.replay import Measured
from spendmap.vocabulary.errors import UsageError


@dataclass(frozen=True)
class Rates:
    """Rates before and after, and the factors they make. None: not part of the scenario, or not measured."""

    calls: Fraction = ONE
    rejected_work: Fraction = ONE
    retries_before: Fraction | None = None
    retries_after: Fraction | None = None
    rejection_before: Fraction | None = None
    rejection_after: Fraction | None = None
    is_rejection_skipped: bool = False
    """`quality=worse` asked for more rejection and no outcome was measured."""


def read_rates(measured: Measured, changes: Changes) -> Rates:
    """The rates of the scenario.

    Raises:
        UsageError: a rejection rate is asked for and none was measured, or a rate leaves 0..1.
    """
    calls, retries_before, retries_after = ONE, measured.retry_rate, measured.retry_rate
    if changes.retries is not None:
        # Sources that do not mark retries measured none: the change then counts from zero, and the notes say so.
        retries_before = _start(changes.retries, measured.retry_rate or Fraction(0))
        retries_after = _within(changes.retries.after(retries_before), "retries", Fraction(10))
        calls = (1 + retries_after) / (1 + retries_before)
    before = measured.rejection_rate
    if changes.rejection is None:
        return Rates(calls, ONE, retries_before, retries_after, before, before)
    if before is None and changes.rejection.start is None:
        if changes.is_worse:
            return Rates(calls, ONE, retries_before, retries_after, is_rejection_skipped=True)
        raise UsageError(
            "no outcome of the period says how much is rejected today; a new rate has nothing to be measured against.",
            next_step="Say both ends, `--set rejection=0.10:0.30`, or capture outcomes with "
            "`spendmap capture --file PATH --as outcomes_csv`.",
        )
    before = _start(changes.rejection, before or Fraction(0))
    after = _within(changes.rejection.after(before), "rejection", ONE)
    if not before and after:
        raise UsageError(
            "nothing was rejected in the period, and work cannot grow in proportion to nothing.",
            next_step="Say both ends: `--set rejection=0.10:0.30`.",
        )
    work = after / before if before else ONE
    return Rates(calls, work, retries_before, retries_after, before, after)


def _start(rate: Rate, measured: Fraction) -> Fraction:
    return measured if rate.start is None else rate.start


def _within(value: Fraction, name: str, most: Fraction) -> Fraction:
    if not 0 <= value <= most:
        raise UsageError(
            f"{name} would be {float(value):.4f} in the scenario, which is no rate.",
            next_step=f"Choose a change that leaves it between 0 and {most}.",
        )
    return value
