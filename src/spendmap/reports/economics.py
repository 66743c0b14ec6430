"""Unit economics of a period: what one customer, plan, accepted run, feature or dollar of ARR costs, fully loaded.

Reads the published unit costs (`spendmap value` wrote them). Writes nothing.
Invariant: the rows of customer, plan, segment, feature and use_case add up to `total`, and with all layers
`total` + `unallocated` is the AI total of the map, to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from spendmap.reports import economics_groups as groups
from spendmap.reports.economics_facts import Facts
from spendmap.reports.economics_rows import Adoption, EconomicsRow
from spendmap.reports.economics_time_saved import time_rows
from spendmap.reports.filters import Question, ask, months_between
from spendmap.reports.paging import check_page, check_size, page_of
from spendmap.reports.read_model import ReadModel
from spendmap.reports.views import PeriodView
from spendmap.value.loaded import LAYERS
from spendmap.value.published import ValueModel, open_value, why_not_valued
from spendmap.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PER: dict[str, str] = {
    "customer": "customer",
    "plan": "plan, with its margin",
    "segment": "customer segment",
    "feature": "product feature",
    "use_case": "use case, by accepted run",
    "workflow": "workflow, by accepted run",
    "arr": "dollar (or other unit) of ARR, by plan",
    "retained": "retained account, by plan",
    "expanded": "expanded account, by plan",
    "time_saved": "use case or trial, by time saved net of checking",
    "model": "model tried in evaluation runs",
}
STUDIES = ("time_saved", "model")
"""Answers that studies of any date feed: without a period they look at all months."""
SORTS = (
    "cost", "unit_cost", "quantity", "revenue", "margin", "margin_share", "label", "accepted", "attempts",
    "cost_per_attempt", "plan",
)  # fmt: skip
MARGINS = frozenset({"customer", "plan", "segment"})


@dataclass(frozen=True)
class EconomicsReport:
    """One page of rows. `layers` are those in `cost`; `all_rows` counts the rows of every page."""

    per: str
    period: PeriodView
    currency: str
    basis: str
    layers: list[str]
    total: Decimal | None
    unallocated: Decimal | None
    indirect_known: bool
    made_at: str | None
    page: int
    size: int
    all_rows: int
    sort: str
    rows: list[EconomicsRow]
    adoption: list[Adoption]
    notes: list[str]


def economics_report(
    model: ReadModel,
    per: str,
    *,
    today: date,
    period: str | None = None,
    basis: str = "effective",
    currency: str | None = None,
    layers: Sequence[str] = LAYERS,
    sort: str | None = None,
    page: int = 1,
    size: int = 50,
) -> EconomicsReport:
    """Unit economics of a period by one kind of thing.

    Args:
        per: a key of `PER`.
        today: the UTC day it is asked on; decides the default period only.
        layers: which of inference, direct, indirect `cost` holds.
        sort: one of `SORTS`, with `-` for the biggest first. Default: the most expensive first.
    Raises:
        UsageError: a word is not known; the message names the known ones.
    """
    if per not in PER:
        raise UsageError(f"nothing is told per {per[:40]!r}.", next_step=f"Choose --per from: {', '.join(PER)}.")
    wanted, order = read_layers(layers), read_sort(sort)
    check_page(page)
    check_size(size)
    question = _ask(model, per, today=today, period=period, basis=basis, currency=currency)
    found = open_value(model.root / "rollups" / model.version)
    if found is None:
        return _empty(model, question, per, wanted, page, size, order)
    with facts_of(found, question, wanted) as facts:
        rows = _rows(facts, per, _labels(model, found), question)
        _, rest = facts.costs("use_case")
        adoption = groups.adoption_rows(facts, _labels(model, found)) if per == "plan" else []
        notes = [*question.notes, *_notes(facts, per, rows)]
        unallocated = rest.cost(LAYERS)
    sort_rows(rows, order)
    start = page_of(len(rows), page, size)
    return EconomicsReport(
        per=per,
        period=PeriodView.of(question.period),
        currency=question.currency,
        basis=question.basis,
        layers=list(wanted),
        total=groups.total_of(rows),
        unallocated=unallocated,
        indirect_known=found.about.is_split,
        made_at=found.about.made_at,
        page=page,
        size=size,
        all_rows=len(rows),
        sort=order,
        rows=rows[start : start + size],
        adoption=adoption,
        notes=notes,
    )


def read_layers(layers: Sequence[str]) -> tuple[str, ...]:
    """Layers as asked for, in their own order.

    Raises:
        UsageError: none, or one that is not known.
    """
    named = [each.strip() for each in layers if each.strip()]
    for name in named:
        if name not in LAYERS:
            raise UsageError(f"no layer is called {name[:40]!r}.", next_step=f"Layers are: {', '.join(LAYERS)}.")
    if not named:
        raise UsageError("no layer is left to add up.", next_step=f"Layers are: {', '.join(LAYERS)}.")
    return tuple(name for name in LAYERS if name in named)


def read_sort(sort: str | None) -> str:
    """The order asked for.

    Raises:
        UsageError: rows cannot be sorted by it.
    """
    order = sort or "-cost"
    if order.removeprefix("-") not in SORTS:
        raise UsageError(f"rows are not sorted by {order[:40]!r}.", next_step=f"Choose from: {', '.join(SORTS)}.")
    return order


def sort_rows(rows: list[EconomicsRow], order: str) -> None:
    """Sort in place; what is unknown comes last either way."""
    name, is_down = order.removeprefix("-"), order.startswith("-")
    rows.sort(key=lambda row: row.label)
    rows.sort(key=lambda row: _value(row, name), reverse=is_down)
    rows.sort(key=lambda row: getattr(row, name) is None)


def _value(row: EconomicsRow, name: str) -> Any:
    found = getattr(row, name)
    if found is None:
        return "" if name in {"label", "plan"} else Decimal(0)
    return found


@contextmanager
def facts_of(found: ValueModel, question: Question, layers: tuple[str, ...]) -> Iterator[Facts]:
    """The sums of one question."""
    with found.session() as session:
        yield Facts(
            found,
            session,
            first=question.period.first,
            last=question.period.last,
            basis=question.basis,
            currency=question.currency,
            layers=layers,
        )


def _ask(model: ReadModel, per: str, *, today: date, period: str | None, basis: str, currency: str | None) -> Question:
    if period is None and per in STUDIES:
        found = ask(model, today=today, period="all", compare="none", basis=basis, currency=currency)
        value = open_value(model.root / "rollups" / model.version)
        if value is None:
            return found
        with value.session() as session:
            ((first, last),) = session.rows("SELECT min(o.month), max(o.month) FROM outcome AS o")
        if first is None:
            return found
        from dataclasses import replace

        from spendmap.vocabulary.period import Period

        wide = Period("all", min(first, found.period.first), max(last, found.period.last))
        return replace(found, period=wide)
    return ask(model, today=today, period=period, compare="none", basis=basis, currency=currency)


def _rows(facts: Facts, per: str, label: groups.Label, question: Question) -> list[EconomicsRow]:
    months = len(months_between(question.period.first, question.period.last))
    makers: dict[str, Callable[[], list[EconomicsRow]]] = {
        "customer": lambda: groups.customer_rows(facts, label),
        "plan": lambda: groups.plan_rows(facts, label),
        "segment": lambda: groups.segment_rows(facts, label),
        "feature": lambda: groups.feature_rows(facts, label),
        "use_case": lambda: groups.use_case_rows(facts, label),
        "workflow": lambda: groups.workflow_rows(facts, label),
        "arr": lambda: groups.arr_rows(facts, label, months),
        "retained": lambda: groups.kept_rows(facts, label, "retained"),
        "expanded": lambda: groups.kept_rows(facts, label, "expanded"),
        "time_saved": lambda: time_rows(facts, label),
        "model": lambda: groups.model_rows(facts),
    }
    return makers[per]()


def _labels(model: ReadModel, found: ValueModel) -> groups.Label:
    plans = {each["id"]: each["name"] for plans in found.about.plans.values() for each in plans}

    def label(column: str, key: str | None) -> str:
        if key is None:
            return str(groups.NONE_STATED[column])
        if column == "plan":
            return str(plans.get(key, key))
        if column == "use_case":
            return model.label("use_case", key)
        return key

    return label


def _notes(facts: Facts, per: str, rows: Sequence[EconomicsRow]) -> list[str]:
    about = facts.model.about
    notes = []
    if per not in STUDIES and not about.is_split and "indirect" in facts.layers:
        notes.append("Indirect cost is not known: shared money is not split over use cases, so costs are too low.")
    without = [month for month in about.months_without_customers if facts.first <= month <= facts.last]
    if without and per in {"customer", "plan", "segment", "feature"}:
        notes.append(
            f"{', '.join(without)}: calls are not rolled up by customer. Publish the months again with "
            "`spendmap allocate`, then `spendmap value`."
        )
    unpriced = sum(row.unpriced_rows for row in rows)
    if unpriced:
        notes.append(f"{unpriced:,} usage rows have no price; their cost is unknown and in no figure here.")
    if per == "model":
        missing = sum(row.missing_rows for row in rows)
        notes.append(
            "The money is what the evaluations state; it is in no total of the map."
            + (f" {missing:,} runs state no cost and are left out of the division." if missing else "")
        )
    if per == "arr":
        notes.append(f"ARR is the revenue of {facts.last} times twelve; the period's cost is put on twelve months.")
    if per in MARGINS:
        priced = [row.label for row in rows if row.revenue_from == "price"]
        if priced:
            notes.append(f"Revenue of {', '.join(priced)} is the register's price x account-months; none is captured.")
    if per == "plan":
        notes.append(
            "More accounts on a free plan: replayed as a straight line. Held fixed: price, model, calls per account; "
            "the rest of the cost grows with them. A step in capacity or a committed discount is not in it."
        )
    if not rows:
        notes.append("No outcome or cost of this kind is captured in the period.")
    return notes


def _empty(
    model: ReadModel, question: Question, per: str, layers: tuple[str, ...], page: int, size: int, order: str
) -> EconomicsReport:
    page_of(0, page, size)
    note = why_not_valued(model.root / "rollups")
    return EconomicsReport(
        per, PeriodView.of(question.period), question.currency, question.basis, list(layers), None, None, False, None,
        page, size, 0, order, [], [], [*question.notes, note],
    )  # fmt: skip


__all__ = ["PER", "EconomicsReport", "economics_report"]
