"""For which months a ledger line pays, and how an amount is spread over them.

Pure. Whole-month terms are spread in equal parts per contract month, by days only inside a contract month that
straddles two calendar months; every other range by days. Invariant: the parts add up to the amount exactly.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from spendmap.allocation.split import split_by_driver

_YEAR = re.compile(r"(?<![\d-])(20\d\d)(?![\d-])")
_YEARLY = re.compile(
    r"\b(annual(ly)?|year(ly)?|12 months|jahres\w*|j[äa]hrlich|annuel(le)?|an(nual|uel)|anual|12 monate)\b", re.I
)
_QUARTERLY = re.compile(r"\b(quarter(ly)?|3 months|quartal\w*|trimestr\w+|q[1-4])\b", re.I)


def month_of(day: date) -> str:
    """The calendar month a day is in."""
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    """Its first day."""
    return date(int(month[:4]), int(month[5:7]), 1)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it has fewer days."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_range(month: str) -> tuple[date, date]:
    """The month, half-open."""
    start = first_of(month)
    return start, add_months(start, 1)


def whole_months(start: date, end: date) -> int | None:
    """How many whole months `[start, end)` is, or None."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if months > 0 and add_months(start, months) == end else None


def days_by_month(start: date, end: date) -> dict[str, int]:
    """Days of `[start, end)` in each calendar month."""
    found: dict[str, int] = {}
    day = start
    while day < end:
        until = min(end, add_months(day.replace(day=1), 1))
        found[month_of(day)] = (until - day).days
        day = until
    return found


def months_between(first: str, last: str) -> list[str]:
    """The months from first to last, both with it."""
    found = [first]
    while found[-1] < last:
        found.append(month_of(add_months(first_of(found[-1]), 1)))
    return found


def spread(amount: Decimal, start: date, end: date) -> dict[str, Decimal]:
    """An amount over the calendar months of `[start, end)`, adding up to it.

    Args:
        amount: at most 12 places, any sign.
    """
    months = whole_months(start, end)
    if months is None or start.day == 1 == end.day:
        weights = days_by_month(start, end)
        if months is not None:
            weights = dict.fromkeys(weights, 1)
        return dict(split_by_driver(amount, {month: Decimal(weight) for month, weight in weights.items()}))
    found: dict[str, Decimal] = {}
    parts = split_by_driver(amount, {number: Decimal(1) for number in range(months)})
    for number, part in parts.items():
        for month, share in split_by_driver(
            part,
            {
                month: Decimal(days)
                for month, days in days_by_month(add_months(start, number), add_months(start, number + 1)).items()
            },
        ).items():
            found[month] = found.get(month, Decimal(0)) + share
    return found


def is_longer_than_a_month(start: date, end: date) -> bool:
    """Whether the range touches more than one calendar month."""
    return month_of(start) != month_of(end - timedelta(days=1))


def term_by_amount(text: str, day: date, amount: Decimal, monthly: Mapping[str, Decimal]) -> tuple[date, date] | None:
    """A year or a quarter in advance, where the amount is seats x price x months to the cent.

    Args:
        text: the line's words; a bare year ("2026") or a word such as annual or quarterly.
        monthly: what the seats of the vendor's tools cost in the line's month, by tool.
    """
    for cost in monthly.values():
        if not cost:
            continue
        for months, words in ((12, _YEARLY), (3, _QUARTERLY)):
            if abs(cost * months - amount) >= Decimal("0.01"):
                continue
            year = _YEAR.search(text)
            if months == 12 and year:
                return date(int(year[1]), 1, 1), date(int(year[1]) + 1, 1, 1)
            if words.search(text):
                start = day.replace(day=1)
                return start, add_months(start, months)
    return None


__all__ = [
    "add_months",
    "days_by_month",
    "first_of",
    "is_longer_than_a_month",
    "month_of",
    "month_range",
    "months_between",
    "spread",
    "term_by_amount",
    "whole_months",
]
