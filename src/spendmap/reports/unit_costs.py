"""What one accepted outcome of a use case costs, month by month, beside the limit somebody declared.

Reads the `month` roll-up and the ledger's outcomes. The cost is the direct cost: rows that carry the use case's name,
its review work among them; what it shares with others is not in here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from spendmap.engine.reader import ReadSession
from spendmap.optimization.exact import as_stored
from spendmap.reports.filters import Question, months_between, strip_window
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.views import MonthCost
from spendmap.risk.plan import Plan


@dataclass(frozen=True)
class UnitCostRow:
    """One use case. `cost` is per accepted run of the period; None where no run was accepted or no cost is known.

    `limit` is declared, `is_over` compares with it; both None without one. `accepted` counts runs of the period.
    """

    use_case: str
    label: str
    cost: Decimal | None
    accepted: Decimal
    total: Decimal | None
    limit: Decimal | None
    is_over: bool | None
    series: list[MonthCost]


def unit_costs(
    model: ReadModel, question: Question, session: ReadSession, plan: Plan | None
) -> tuple[list[UnitCostRow], str]:
    """Every use case with accepted runs in the period, the most expensive in all first; or none and why."""
    first, last = strip_window(question.period)
    window = {"from": first, "to": last}
    accepted = model.kept(("accepted_months",), lambda: _accepted(model))
    if not accepted:
        return (
            [],
            "No accepted outcome is captured. Capture them with `spendmap capture --file PATH --as outcomes_csv`.",
        )
    costs: dict[str, dict[str, Decimal]] = defaultdict(dict)
    text = question.fill(sql("use_case_months"))
    for use_case, month, cost in session.rows(text, {**question.parameters, **window}):
        if cost is not None:
            costs[use_case][month] = cost
    limits = {each.use_case: each.limit for each in plan.limits} if plan else {}
    own = question.currency == model.meta.currency
    months = set(question.period.months)
    rows = []
    for use_case, runs in accepted.items():
        held = sum((Fraction(count) for month, count in runs.items() if month in months), Fraction(0))
        spent = [Fraction(cost) for month, cost in costs[use_case].items() if month in months]
        if not held or not spent:
            continue
        cost = as_stored(sum(spent, Fraction(0)) / held)
        limit = limits.get(use_case) if own else None
        series = [
            MonthCost(month, _each(costs[use_case].get(month), runs.get(month)))
            for month in months_between(first, last)
        ]
        rows.append(
            UnitCostRow(
                use_case,
                model.label("use_case", use_case),
                cost,
                as_stored(held),
                as_stored(sum(spent, Fraction(0))),
                limit,
                None if limit is None else cost > limit,
                series,
            )
        )
    return sorted(rows, key=lambda row: (-(row.total or 0), row.use_case)), ""


def _accepted(model: ReadModel) -> dict[str, dict[str, Decimal]]:
    """Accepted runs by use case and month, all months."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    with model.ledger_session("outcome") as session:
        for use_case, month, runs in session.rows(sql("accepted_months")):
            found[use_case][month] = runs
    return dict(found)


def _each(cost: Decimal | None, runs: Decimal | None) -> Decimal | None:
    return None if cost is None or not runs else as_stored(Fraction(cost) / Fraction(runs))
