"""AI money month by month, one series per value of a dimension.

Reads the `month` roll-up. Invariant: in each month the series add up to that month's AI money, since
what is not drawn on its own is in the last series, "other".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from spendmap.reports.figures import ZERO, plus, sum_known
from spendmap.reports.filters import Question, months_between, strip_window
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.vocabulary.errors import UsageError

DRAWN = 12  # series drawn on their own; a picture with more cannot be read
OTHER_KEY = "(other)"


@dataclass(frozen=True)
class Series:
    """One value's months. `key` None is the unknown value; `values` None where nothing has a cost."""

    key: str | None
    label: str
    values: list[Decimal | None]


@dataclass(frozen=True)
class MonthsReport:
    """At least the thirteen months up to the period's last, oldest first."""

    months: list[str]
    series: list[Series]
    basis: str
    currency: str


def months_report(model: ReadModel, question: Question, *, drawn: int = DRAWN) -> MonthsReport:
    """Series of the question's one dimension, biggest in the whole window first.

    Raises:
        UsageError: grouped by more than one dimension, or by month.
    """
    if len(question.by) != 1 or question.by == ("month",):
        raise UsageError(
            "months are drawn by one dimension other than month.", next_step="Ask for one, such as by=vendor."
        )
    dimension = question.by[0]
    first, last = strip_window(question.period)
    months = months_between(first, last)
    with model.session() as session:
        text = question.fill(sql("grouped_months")).replace("{keys}", dimension)
        rows = session.rows(text, question.parameters)
    values: dict[str | None, dict[str, Decimal | None]] = defaultdict(dict)
    for value, month, cost in rows:
        values[value][month] = cost
    series = [
        Series(value, model.label(dimension, value), [by_month.get(month) for month in months])
        for value, by_month in values.items()
    ]
    return MonthsReport(list(months), gather(series, drawn), question.basis, question.currency)


def gather(series: list[Series], drawn: int) -> list[Series]:
    """The biggest `drawn` series, and one for the rest when there is a rest."""
    ordered = sorted(series, key=lambda each: (-(sum_known(each.values) or ZERO), each.label))
    if len(ordered) <= drawn + 1:
        return ordered
    kept, rest = ordered[:drawn], ordered[drawn:]
    values: list[Decimal | None] = [None] * len(rest[0].values)
    for each in rest:
        values = [plus(left, right) for left, right in zip(values, each.values, strict=True)]
    return [*kept, Series(OTHER_KEY, f"other ({len(rest)})", values)]
