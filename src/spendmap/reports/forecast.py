"""The next month, from the months there are: two plain methods, judged by how they would have done.

Pure and exact. `same` says the last month again; `drift` adds the average monthly change (Hyndman & Athanasopoulos,
Forecasting: Principles and Practice, 5.2: the naive and the drift method). Each is tried on every past month that had
at least `LEAST` months before it; the one with the smaller average miss speaks, and its misses are printed. With one
year of months no method can know the seasons, and this one does not pretend to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from spendmap.reports.figures import share_of
from spendmap.vocabulary.exact import as_stored
from spendmap.vocabulary.period import month_add

Method = Literal["same", "drift"]
METHODS: tuple[Method, ...] = ("same", "drift")
LEAST = 3  # months that a forecast stands on
WORDS: dict[Method, str] = {
    "same": "the last month again",
    "drift": "the last month plus the average monthly change",
}


@dataclass(frozen=True)
class Forecast:
    """One month ahead. `low`..`high` is the forecast less and plus the method's biggest past miss.

    `mean_miss` is the average absolute miss over `tried` past months, `mean_miss_share` its share of what they cost;
    `other_miss` the same of the method not chosen. `actual` is what the month cost when it is already over.
    """

    month: str
    method: Method
    about: str
    cost: Decimal
    low: Decimal
    high: Decimal
    tried: int
    mean_miss: Decimal
    mean_miss_share: Decimal | None
    biggest_miss: Decimal
    other_miss: Decimal
    based_on: int
    actual: Decimal | None


def forecast(
    months: Sequence[tuple[str, Decimal]], until: str, actual_until: str | None = None
) -> tuple[Forecast | None, str]:
    """The month after `until`, from the unbroken run of months that ends with it; or None and why not.

    Args:
        months: (month, known money), any order.
        until: the last month that may be looked at.
        actual_until: the last month that is over; a forecast month up to it is told beside its actual.
    """
    known = dict(months)
    run: list[Decimal] = []
    month = until
    while month in known:
        run.insert(0, known[month])
        month = month_add(month, -1)
    if len(run) < LEAST + 1:
        return None, f"A forecast needs {LEAST + 1} months in a row up to {until}; there are {len(run)}."
    target = month_add(until, 1)
    misses = {method: _misses(run, method) for method in METHODS}
    average = {method: sum(found, Fraction(0)) / len(found) for method, found in misses.items()}
    chosen = min(METHODS, key=lambda method: average[method])
    other = next(method for method in METHODS if method != chosen)
    value, worst = _ahead(run, chosen), max(misses[chosen])
    tried = len(misses[chosen])
    past = sum((Fraction(each) for each in run[LEAST:]), Fraction(0)) / tried
    is_over = actual_until is not None and target <= actual_until
    return Forecast(
        month=target,
        method=chosen,
        about=WORDS[chosen],
        cost=as_stored(value),
        low=as_stored(value - worst),
        high=as_stored(value + worst),
        tried=tried,
        mean_miss=as_stored(average[chosen]),
        mean_miss_share=share_of(as_stored(average[chosen]), as_stored(past)),
        biggest_miss=as_stored(worst),
        other_miss=as_stored(average[other]),
        based_on=len(run),
        actual=known.get(target) if is_over else None,
    ), ""


def _misses(run: Sequence[Decimal], method: Method) -> list[Fraction]:
    """How far the method was off for each month after the first `LEAST`, knowing only the months before it."""
    return [abs(_ahead(run[:at], method) - Fraction(run[at])) for at in range(LEAST, len(run))]


def _ahead(run: Sequence[Decimal], method: Method) -> Fraction:
    last = Fraction(run[-1])
    return last if method == "same" else last + (last - Fraction(run[0])) / (len(run) - 1)
