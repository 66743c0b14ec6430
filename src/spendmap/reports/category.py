"""One category: its total, what moved against the compared period, and its months.

Reads the `month` roll-up. `overlap` is answered through its lens and stays out of every total.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from spendmap.reports.dimensions import CATEGORIES, OVERLAP, CategoryInfo
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import Tally, minus
from spendmap.reports.filters import Question, months_between, read_dimensions, strip_window
from spendmap.reports.months import MonthsReport, Series, gather, months_report
from spendmap.reports.overlap import OverlapLens, ToolMoney
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map
from spendmap.reports.views import MapRow, PeriodView
from spendmap.vocabulary.errors import UsageError

GROUPS = (
    "vendor",
    "model",
    "use_case",
    "department",
    "tool",
    "agent",
    "service_name",
    "cost_center",
    "owner",
    "evidence",
)
SERIES = 8


@dataclass(frozen=True)
class Mover:
    """One group of the category against the compared period. `delta` None: one side is unknown."""

    keys: dict[str, str | None]
    labels: dict[str, str]
    cost: Decimal | None
    previous_cost: Decimal | None
    delta: Decimal | None


@dataclass(frozen=True)
class CategoryReport:
    """One category of one period. `rows` are allocation rows; `missing_rows` of them have no cost on this basis."""

    category: CategoryInfo
    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    group: str
    total: Decimal | None
    previous_total: Decimal | None
    by_evidence: dict[str, Decimal]
    rows: int
    unpriced_rows: int
    missing_rows: int
    movers: list[Mover]
    months: MonthsReport
    notes: list[str]


def category_report(model: ReadModel, question: Question, category: str, group: str = "vendor") -> CategoryReport:
    """One category, its movers grouped by one dimension.

    Raises:
        UsageError: not a category, or not a dimension movers are grouped by.
    """
    info = next((each for each in CATEGORIES if each.id == category), None)
    if info is None:
        known = ", ".join(each.id for each in CATEGORIES)
        raise UsageError(f"no category is called {category[:80]!r}.", next_step=f"Known: {known}.")
    (group,) = read_dimensions((group,))
    if group not in GROUPS:
        raise UsageError(f"movers are not grouped by {group!r}.", next_step=f"Known: {', '.join(GROUPS)}.")
    if info.id == OVERLAP:
        return _overlap(model, question, info, group)
    narrowed = replace(question, by=(group,), where=(*question.where, ("category", (category,))))
    report = spend_map(model, narrowed)
    return CategoryReport(
        category=info,
        period=report.period,
        compare=report.compare,
        currency=report.currency,
        basis=report.basis,
        group=group,
        total=report.total,
        previous_total=report.previous_total,
        by_evidence=report.by_evidence,
        rows=sum(row.rows for row in report.rows),
        unpriced_rows=report.unpriced.rows,
        missing_rows=report.missing_rows,
        movers=_movers(report.rows),
        months=months_report(model, narrowed, drawn=SERIES),
        notes=report.notes,
    )


def _movers(rows: list[MapRow]) -> list[Mover]:
    movers = [
        Mover(row.keys, row.labels, row.cost, row.previous_cost, minus(row.cost, row.previous_cost)) for row in rows
    ]
    return sorted(movers, key=_furthest_first)


def _furthest_first(mover: Mover) -> tuple[bool, Decimal, Decimal, str]:
    moved = mover.delta if mover.delta is not None else Decimal(0)
    return mover.delta is None, -abs(moved), -(mover.cost or Decimal(0)), " ".join(mover.labels.values())


def _overlap(model: ReadModel, question: Question, info: CategoryInfo, group: str) -> CategoryReport:
    chosen = "vendor" if group == "vendor" else "tool"
    with model.session() as session:
        lens = OverlapLens(model, question, session)
        captured = is_captured(model, session, question.currency, question.period)
        compares = is_captured(model, session, question.currency, question.compare)
    now = lens.money(question.period.first, question.period.last)
    before = lens.money(question.compare.first, question.compare.last) if question.compare and compares else []
    whole, earlier = Tally(), Tally()
    for row in now:
        whole.add(row.cost, rows=row.rows, evidence=row.evidence)
    for row in before:
        earlier.add(row.cost, rows=row.rows)
    return CategoryReport(
        category=info,
        period=PeriodView.of(question.period),
        compare=PeriodView.of(question.compare) if question.compare else None,
        currency=question.currency,
        basis=question.basis,
        group=chosen,
        total=whole.told(is_captured=captured),
        previous_total=earlier.told(is_captured=compares),
        by_evidence=whole.evidence_mix,
        rows=whole.rows,
        unpriced_rows=0,
        missing_rows=0,
        movers=_overlap_movers(model, chosen, now, before, captured=captured, compares=compares),
        months=_overlap_months(question, lens),
        notes=["A lens: this money is counted in internal_tools and is not added to the map's total."],
    )


def _overlap_movers(
    model: ReadModel, group: str, now: list[ToolMoney], before: list[ToolMoney], *, captured: bool, compares: bool
) -> list[Mover]:
    sums: dict[str | None, tuple[Tally, Tally]] = defaultdict(lambda: (Tally(), Tally()))
    for side, rows in enumerate((now, before)):
        for row in rows:
            sums[row.vendor if group == "vendor" else row.tool][side].add(row.cost, rows=row.rows)
    movers = []
    for value, (here, there) in sums.items():
        cost, previous = here.told(is_captured=captured), there.told(is_captured=compares)
        labels = {group: model.label(group, value)}
        movers.append(Mover({group: value}, labels, cost, previous, minus(cost, previous)))
    return sorted(movers, key=_furthest_first)


def _overlap_months(question: Question, lens: OverlapLens) -> MonthsReport:
    months = months_between(*strip_window(question.period))
    values: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for month in months:
        for row in lens.money(month, month):
            values[row.capability][month].add(row.cost)
    series = [
        Series(capability, capability, [by_month[month].cost if month in by_month else None for month in months])
        for capability, by_month in values.items()
    ]
    return MonthsReport(list(months), gather(series, SERIES), question.basis, question.currency)
