"""The facts of a question: AI money by month and category, finer inside the period.

Reads the `month` roll-up once per basis, currency and conditions and keeps what it read: turning the months of a
map asks nothing anew. Invariant: the facts of a month add up to its AI money, coarse or fine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spendmap.engine.reader import ReadSession
from spendmap.reports.figures import plus
from spendmap.reports.filters import Question, strip_window
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.vocabulary.period import Period

Fact = Mapping[str, Any]
"""month, category, evidence, is_owned, is_allocated, is_unallocated, is_dark, cost, missing, rows, unpriced_rows."""

COUNTS = ("missing", "rows", "unpriced_rows")


@dataclass(frozen=True)
class _Months:
    """Every month's facts: `fine` by grade and claims, `coarse` by category alone (grade and claims not told)."""

    fine: Mapping[str, list[Fact]]
    coarse: Mapping[str, list[Fact]]


def facts_of(model: ReadModel, question: Question, session: ReadSession) -> list[Fact]:
    """Fine facts of the period's months, coarse ones of the strip's and the compared period's other months."""
    key = ("facts", question.basis, question.currency, question.where)
    months = model.kept(key, lambda: _read(question, session))
    strip_first = strip_window(question.period)[0]
    facts: list[Fact] = []
    for month in sorted(months.fine):
        if question.period.first <= month <= question.period.last:
            facts += months.fine[month]
        elif strip_first <= month <= question.period.last or _is_compared(question, month):
            facts += months.coarse[month]
    return facts


def is_captured(model: ReadModel, session: ReadSession, currency: str, period: Period | None) -> bool:
    """Whether any row of the period is captured in this currency, of whatever scope and whatever the conditions.

    Where none is, nothing is known of the period: a sum over it is None, and there is nothing to compare with.
    """
    text = "SELECT DISTINCT month FROM month WHERE currency = $currency"
    found = model.kept(
        ("captured_months", currency),
        lambda: frozenset(row[0] for row in session.rows(text, {"currency": currency}) if row[0]),
    )
    return period is not None and any(period.first <= month <= period.last for month in found)


def _is_compared(question: Question, month: str) -> bool:
    return question.compare is not None and question.compare.first <= month <= question.compare.last


def _read(question: Question, session: ReadSession) -> _Months:
    fine: dict[str, list[Fact]] = defaultdict(list)
    for fact in session.records(question.fill(sql("facts")), question.parameters):
        fine[fact["month"]].append(fact)
    return _Months(fine, {month: _by_category(month, facts) for month, facts in fine.items()})


def _by_category(month: str, facts: list[Fact]) -> list[Fact]:
    sums: dict[str | None, dict[str, Any]] = {}
    for fact in facts:
        found = sums.setdefault(fact["category"], {"cost": None, **dict.fromkeys(COUNTS, 0)})
        found["cost"] = plus(found["cost"], fact["cost"])
        for count in COUNTS:
            found[count] += fact[count]
    untold = {"evidence": None, "is_owned": False, "is_allocated": False, "is_unallocated": False, "is_dark": False}
    return [{"month": month, "category": category, **untold, **found} for category, found in sums.items()]
