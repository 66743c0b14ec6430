"""The strip under the map: the eight categories in the document's order, one row each.

Reads the facts and vendors of a question. Invariant: the additive rows, with `unclassified` when it
is not zero, add up to the map's total; the overlap row is a lens and is in no sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spendmap.categories import UNCLASSIFIED
from spendmap.reports.dimensions import CATEGORIES, OVERLAP, CategoryInfo, category_of
from spendmap.reports.figures import Tally, share_of
from spendmap.reports.filters import Question, months_between, strip_window
from spendmap.reports.overlap import OverlapLens
from spendmap.reports.read_model import ReadModel
from spendmap.reports.views import MonthCost
from spendmap.vocabulary.period import month_add

TOP = 3


@dataclass(frozen=True)
class TopVendor:
    """A vendor and what it is paid in a category."""

    vendor: str | None
    label: str
    cost: Decimal


@dataclass(frozen=True)
class StripRow:
    """One category of the period. `cost` None: nothing of it is captured, or no row of the category has a cost."""

    category: str
    label: str
    is_additive: bool
    cost: Decimal | None
    previous_cost: Decimal | None
    series: list[MonthCost]
    by_evidence: dict[str, Decimal]
    owned_share: Decimal | None
    allocated_share: Decimal | None
    top: list[TopVendor]
    rows: int


def build_strip(
    model: ReadModel,
    question: Question,
    facts: Sequence[Mapping[str, Any]],
    vendors: Sequence[tuple[str | None, str | None, Decimal]],
    lens: OverlapLens,
    is_captured: bool,
    compares: bool,
) -> list[StripRow]:
    """One row per category; `unclassified` only when the period holds such rows.

    Args:
        is_captured: whether anything of the period is; else no category's money is known.
        compares: whether anything of the compared period is.
    """
    top: dict[str, list[TopVendor]] = defaultdict(list)
    for category, vendor, cost in vendors:
        top[category_of(category)].append(TopVendor(vendor, model.label("vendor", vendor), cost))
    by_category: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for fact in facts:
        by_category[category_of(fact["category"])].append(fact)
    rows = []
    for info in CATEGORIES:
        if info.id == OVERLAP:
            rows.append(_overlap_row(model, question, info, lens, is_captured, compares))
            continue
        row = _row(model, question, info, by_category[info.id], top[info.id][:TOP], is_captured, compares)
        if info.id != UNCLASSIFIED or row.rows:
            rows.append(row)
    return rows


def strip_months(question: Question) -> tuple[str, ...]:
    """The thirteen months a sparkline draws, oldest first."""
    return months_between(month_add(question.period.last, -12), question.period.last)


def _row(
    model: ReadModel,
    question: Question,
    info: CategoryInfo,
    facts: Sequence[Mapping[str, Any]],
    top: list[TopVendor],
    is_captured: bool,
    compares: bool,
) -> StripRow:
    now, before, owned, allocated = Tally(), Tally(), Tally(), Tally()
    months: dict[str, Tally] = defaultdict(Tally)
    for fact in facts:
        month, cost = fact["month"], fact["cost"]
        months[month].add(cost, rows=fact["rows"])
        if question.period.first <= month <= question.period.last:
            now.add(cost, rows=fact["rows"], evidence=fact["evidence"])
            if fact["is_owned"]:
                owned.add(cost, rows=fact["rows"])
            if fact["is_allocated"]:
                allocated.add(cost, rows=fact["rows"])
        if question.compare and question.compare.first <= month <= question.compare.last:
            before.add(cost, rows=fact["rows"])
    return StripRow(
        category=info.id,
        label=model.label("category", info.id),
        is_additive=info.additive,
        cost=now.told(is_captured=is_captured),
        previous_cost=before.told(is_captured=compares),
        series=[MonthCost(month, months[month].cost) for month in strip_months(question)],
        by_evidence=now.evidence_mix,
        owned_share=share_of(owned.told(), now.cost),
        allocated_share=share_of(allocated.told(), now.cost),
        top=top,
        rows=now.rows,
    )


def _overlap_row(
    model: ReadModel, question: Question, info: CategoryInfo, lens: OverlapLens, is_captured: bool, compares: bool
) -> StripRow:
    first, last = question.period.first, question.period.last
    now, owned, allocated = lens.tally(first, last)
    before = lens.tally(question.compare.first, question.compare.last)[0] if question.compare and compares else None
    vendors: dict[str | None, Tally] = defaultdict(Tally)
    for row in lens.money(first, last):
        vendors[row.vendor].add(row.cost)
    top = [
        TopVendor(vendor, model.label("vendor", vendor), tally.cost)
        for vendor, tally in vendors.items()
        if tally.cost is not None
    ]
    top.sort(key=lambda each: (-each.cost, each.label))
    window = strip_window(question.period)[0]
    return StripRow(
        category=info.id,
        label=model.label("category", info.id),
        is_additive=False,
        cost=now.told(is_captured=is_captured),
        previous_cost=before.told() if before else None,
        series=[
            MonthCost(month, lens.tally(month, month)[0].cost if month >= window else None)
            for month in strip_months(question)
        ],
        by_evidence=now.evidence_mix,
        owned_share=owned,
        allocated_share=allocated,
        top=top[:TOP],
        rows=now.rows,
    )
