"""What was planned against what was spent: each declared budget over its own months, up to the period's last.

Reads the published plan and the `month` roll-up. Budgets may be about the same money, so they are added up only where
they are for different categories. Currencies are never compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from spendmap.engine.reader import ReadSession
from spendmap.reports.figures import minus, share_of, sum_known
from spendmap.reports.filters import Question, condition
from spendmap.reports.sql import sql
from spendmap.risk.plan import Plan, PlannedBudget
from spendmap.vocabulary.period import Period, month_add


@dataclass(frozen=True)
class BudgetRow:
    """One budget. `planned` is for all of `first`..`last`; `actual` is what was spent up to `until`.

    `months_over` of `months` lie behind; None in `actual`: nothing with a known cost.
    """

    id: str
    name: str
    owner: str | None
    where: dict[str, str]
    span: str
    first: str
    last: str
    until: str
    months: int
    months_over: int
    planned: Decimal
    actual: Decimal | None
    difference: Decimal | None
    used_share: Decimal | None


@dataclass(frozen=True)
class AgainstPlan:
    """Budgets of the question's currency. `planned` and `actual` add up the category budgets of a month, or are None.

    `unplanned` is the period's AI money that none of these budgets is for.
    """

    budgets: list[BudgetRow]
    planned: Decimal | None
    actual: Decimal | None
    difference: Decimal | None
    unplanned: Decimal | None
    note: str | None


def against_plan(
    plan: Plan | None, question: Question, session: ReadSession, period_total: Decimal | None
) -> AgainstPlan:
    """Compare a period with the plan. A filter would cut what was spent and not what was planned, so none is taken."""
    if question.where:
        return AgainstPlan([], None, None, None, None, "Budgets are for the whole company: lift the filters.")
    if plan is None:
        return AgainstPlan([], None, None, None, None, "No plan is published. Run `spendmap review`.")
    own = [each for each in plan.budgets if each.currency == question.currency]
    rows = [row for each in own if (row := _row(each, question, session)) is not None]
    if not rows:
        note = f"No budget in {question.currency} covers {question.period.label}. Declare one under `budgets:`."
        return AgainstPlan([], None, None, None, None, note)
    rows.sort(key=lambda row: (-(row.used_share or 0), row.name))
    added = _addable(rows)
    planned = sum_known(row.planned for row in added) if added else None
    actual = sum_known(row.actual for row in added) if added else None
    return AgainstPlan(rows, planned, actual, minus(actual, planned), minus(period_total, actual), None)


def _addable(rows: Sequence[BudgetRow]) -> list[BudgetRow]:
    """The budget of everything, when there is one; else the monthly ones of one category each, all different."""
    monthly = [row for row in rows if row.span == "month"]
    whole = [row for row in monthly if not row.where]
    if whole:
        return whole[:1] if len(whole) == 1 else []
    each = [row for row in monthly if set(row.where) == {"category"}]
    return each if len({row.where["category"] for row in each}) == len(each) else []


def _row(budget: PlannedBudget, question: Question, session: ReadSession) -> BudgetRow | None:
    first, last = _window(budget, question.period)
    start = f"{budget.start:%Y-%m}" if budget.start else first
    end = f"{budget.end:%Y-%m}" if budget.end else last
    first, last = max(first, start), min(last, end)
    until = min(last, question.period.last)
    if first > last or first > until:
        return None
    months = len(Period("", first, last).months)
    planned = budget.amount * months if budget.span == "month" else budget.amount
    where, values = condition(tuple((name, (value,)) for name, value in budget.conditions))
    text = sql("budget_actual").replace("{cost}", f"{question.basis}_cost").replace("{where}", where)
    actual = session.rows(text, {"currency": question.currency, "from": first, "to": until, **values})[0][0]
    return BudgetRow(
        id=budget.id,
        name=budget.name,
        owner=budget.owner,
        where=dict(budget.conditions),
        span=budget.span,
        first=first,
        last=last,
        until=until,
        months=months,
        months_over=len(Period("", first, until).months),
        planned=planned,
        actual=actual,
        difference=minus(actual, planned),
        used_share=share_of(actual, planned),
    )


def _window(budget: PlannedBudget, period: Period) -> tuple[str, str]:
    """The months the budget is told for: the period's own for a monthly one, else the quarter or year it ends in."""
    if budget.span == "month":
        return period.first, period.last
    year, month = period.last[:4], int(period.last[5:])
    if budget.span == "year":
        return f"{year}-01", f"{year}-12"
    first = f"{year}-{3 * ((month - 1) // 3) + 1:02d}"
    return first, month_add(first, 2)
