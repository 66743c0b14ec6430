"""The overlap matrix: which products do the same thing, for whom, at what cost, and what was decided about it.

Built from `VendorFacts` and the published decisions. Works without any money: then it counts products and departments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

from spendmap.register.schema import RISK_RANK
from spendmap.reports.figures import Tally
from spendmap.reports.read_model import ReadModel
from spendmap.reports.vendor_facts import (
    CONTROLS,
    Tool,
    VendorFacts,
    capability_about,
    capability_label,
    department_label,
    vendor_label,
)
from spendmap.risk.sellers import is_had_twice, is_sold_twice, seller_of
from spendmap.risk.snapshot import read_snapshot

DIFFERS = "differs"


@dataclass(frozen=True)
class OverlapDecision:
    """The finding on an overlap and what was decided. `state` open: nobody has decided, or the decision has ended."""

    finding: str
    title: str
    state: str
    reason: str | None
    until: date | None
    owner: str | None
    by: str | None
    returned: str | None
    version: int


@dataclass(frozen=True)
class CommonUsers:
    """People seen in two products of one capability; None where the sources do not say who used them."""

    one: str
    other: str
    one_label: str
    other_label: str
    users: int | None


@dataclass(frozen=True)
class ProductCell:
    """One product under one capability. `cost` is None when no money is known; `counted_in` names the capability that
    its money is told under when that is another one, so that nothing is counted twice.

    Controls are "yes", "no", words, "differs" between its tools, or None: nobody said.
    """

    product: str
    label: str
    vendor: str | None
    vendor_label: str
    tools: list[str]
    is_registered: bool
    cost: Decimal | None
    previous_cost: Decimal | None
    by_evidence: dict[str, Decimal]
    missing_rows: int
    counted_in: str | None
    departments: list[str]
    users: int | None
    seats_bought: Decimal | None
    seats_used: Decimal | None
    data_risk: str | None
    approved_risk: str | None
    is_above_approved: bool | None
    controls: dict[str, str | None]
    renewal_date: date | None
    notice_date: date | None
    spellings: list[str]


@dataclass(frozen=True)
class CapabilityRow:
    """One capability and every product that serves it; an overlap when at least two vendors do."""

    capability: str
    label: str
    about: str
    is_overlap: bool
    vendors: int
    tools: int
    departments: int
    departments_with_overlap: int
    cost: Decimal | None
    previous_cost: Decimal | None
    by_evidence: dict[str, Decimal]
    missing_rows: int
    products: list[ProductCell]
    users_in_common: list[CommonUsers]
    decision: OverlapDecision | None


@dataclass(frozen=True)
class DepartmentProduct:
    """A product in one department. `cost`: the department's own money for it."""

    product: str
    label: str
    vendor: str | None
    vendor_label: str
    cost: Decimal | None


@dataclass(frozen=True)
class DepartmentCapability:
    """What one department has for one capability."""

    capability: str
    label: str
    is_overlap: bool
    cost: Decimal | None
    products: list[DepartmentProduct]
    decision: OverlapDecision | None


@dataclass(frozen=True)
class DepartmentRow:
    """One department: its products by capability, those it has several of first."""

    department: str
    label: str
    products: int
    vendors: int
    overlaps: int
    cost: Decimal | None
    capabilities: list[DepartmentCapability]


def read_decisions(rollups: Path, today: date) -> dict[str, OverlapDecision]:
    """Decisions on overlaps by finding id; nothing before the first review."""
    snapshot = read_snapshot(rollups)
    found: dict[str, OverlapDecision] = {}
    for kept in snapshot.kept if snapshot else ():
        if kept.finding.category == "overlap" and snapshot is not None:
            now = kept.standing(today, snapshot.reviewed_at)
            found[kept.finding.id] = OverlapDecision(
                kept.finding.id, kept.finding.title, now.state, now.reason, now.until, now.owner, now.by, now.returned,
                kept.decision.version if kept.decision else 0,
            )  # fmt: skip
    return found


def by_capability(
    model: ReadModel, facts: VendorFacts, decisions: Mapping[str, OverlapDecision]
) -> list[CapabilityRow]:
    """Overlapping capabilities first, then by money, then by how many tools serve them."""
    served: dict[str, list[Tool]] = defaultdict(list)
    for tool in facts.tools:
        for capability in tool.capabilities:
            served[capability].append(tool)
    rows = [_capability(model, facts, name, tools, decisions) for name, tools in served.items()]
    rows.sort(key=lambda row: (not row.is_overlap, row.cost is None, -(row.cost or 0), -row.tools, row.capability))
    return rows


def by_department(
    model: ReadModel, facts: VendorFacts, decisions: Mapping[str, OverlapDecision]
) -> list[DepartmentRow]:
    """Departments with the most overlaps first."""
    served: dict[str, list[Tool]] = defaultdict(list)
    for tool in facts.tools:
        for department in tool.departments:
            served[department].append(tool)
    rows = [_department(model, facts, name, tools, decisions) for name, tools in served.items()]
    rows.sort(key=lambda row: (-row.overlaps, row.cost is None, -(row.cost or 0), -row.products, row.label))
    return rows


def _capability(
    model: ReadModel,
    facts: VendorFacts,
    capability: str,
    tools: list[Tool],
    decisions: Mapping[str, OverlapDecision],
) -> CapabilityRow:
    own = [tool for tool in tools if tool.counted_in == capability]
    now, before = _sum(tool.now for tool in own), _sum(tool.before for tool in own)
    products = _cells(model, facts, capability, tools)
    in_department: dict[str, set[str]] = defaultdict(set)
    for tool in tools:
        for department in tool.departments:
            in_department[department].add(tool.product)
    return CapabilityRow(
        capability,
        capability_label(capability),
        capability_about(capability),
        is_sold_twice(_vendors(tools)),
        len(_vendors(tools)),
        len(tools),
        len(in_department),
        sum(1 for found in in_department.values() if is_had_twice(found)),
        now.cost,
        before.cost,
        now.evidence_mix,
        now.missing,
        products,
        _common(facts, products),
        decisions.get(f"OV001:{capability}"),
    )


def _department(
    model: ReadModel,
    facts: VendorFacts,
    department: str,
    tools: list[Tool],
    decisions: Mapping[str, OverlapDecision],
) -> DepartmentRow:
    served: dict[str, list[Tool]] = defaultdict(list)
    for tool in tools:
        for capability in tool.capabilities:
            served[capability].append(tool)
    capabilities = []
    for capability, own in served.items():
        counted = _sum(tool.in_department(department) for tool in own if tool.counted_in == capability)
        products = [
            DepartmentProduct(
                each.product,
                each.label,
                each.vendor,
                vendor_label(model, facts, each.vendor),
                each.in_department(department).cost if each.counted_in == capability else None,
            )
            for each in sorted(own, key=lambda tool: (-(tool.in_department(department).cost or 0), tool.label))
        ]
        capabilities.append(
            DepartmentCapability(
                capability,
                capability_label(capability),
                is_had_twice(each.product for each in own),
                counted.cost,
                products,
                decisions.get(f"OV002:{capability}/{department}"),
            )
        )
    capabilities.sort(key=lambda each: (not each.is_overlap, -(each.cost or 0), -len(each.products), each.capability))
    return DepartmentRow(
        department,
        department_label(model, facts, department),
        len({tool.product for tool in tools}),
        len(_vendors(tools)),
        sum(1 for each in capabilities if each.is_overlap),
        _sum(tool.in_department(department) for tool in tools).cost,
        capabilities,
    )


def _cells(model: ReadModel, facts: VendorFacts, capability: str, tools: list[Tool]) -> list[ProductCell]:
    by_product: dict[str, list[Tool]] = defaultdict(list)
    for tool in tools:
        by_product[tool.product].append(tool)
    cells = [_cell(model, facts, capability, product, own) for product, own in by_product.items()]
    cells.sort(key=lambda each: (each.cost is None, -(each.cost or 0), -len(each.tools), each.label.casefold()))
    return cells


def _cell(model: ReadModel, facts: VendorFacts, capability: str, product: str, tools: list[Tool]) -> ProductCell:
    first = tools[0]
    counted = [tool for tool in tools if tool.counted_in == capability]
    now, before = _sum(tool.now for tool in counted), _sum(tool.before for tool in counted)
    elsewhere = next((tool.counted_in for tool in tools if tool.counted_in != capability), None)
    seats = [facts.seats[tool.id] for tool in tools if tool.id in facts.seats]
    users = [facts.users.get((tool.id, tool.id)) for tool in tools if tool.id]
    departments = sorted({each for tool in tools for each in tool.departments})
    spellings = {each for tool in tools for each in _texts(tool.said("spellings"))}
    dates = [tool.said("renewal_date") for tool in tools if tool.said("renewal_date")]
    notices = [tool.notice_date for tool in tools if tool.notice_date]
    above = [tool.is_above_approved for tool in tools]
    return ProductCell(
        product,
        first.label,
        first.vendor,
        vendor_label(model, facts, first.vendor),
        [tool.id for tool in tools if tool.id],
        first.id is not None,
        now.cost,
        before.cost,
        now.evidence_mix,
        now.missing,
        elsewhere if not counted else None,
        [department_label(model, facts, each) for each in departments],
        users[0] if len(users) == 1 else None,
        _added(bought for bought, _ in seats),
        _added(used for _, used in seats),
        _extreme((tool.said("data_risk") for tool in tools), highest=True),
        _extreme((tool.said("approved_risk") for tool in tools), highest=False),
        True if True in above else False if False in above else None,
        {name: _one_of(tool.said(name) for tool in tools) for name in CONTROLS},
        min(dates, default=None),
        min(notices, default=None),
        sorted(spellings, key=str.casefold),
    )


def _common(facts: VendorFacts, products: list[ProductCell]) -> list[CommonUsers]:
    """Pairs of products with one tool each; a product of many tools has no single count of people."""
    single = [each for each in products if len(each.tools) == 1]
    return [
        CommonUsers(
            one.product,
            other.product,
            one.label,
            other.label,
            facts.users_in_common(one.tools[0], other.tools[0]),
        )
        for one, other in combinations(single, 2)
        if len(single) <= 12
    ]


def _vendors(tools: Iterable[Tool]) -> set[str]:
    """Distinct sellers."""
    return {seller_of(tool.vendor, tool.product) for tool in tools}


def _sum(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for tally in tallies:
        whole.add(None, rows=tally.rows, missing=tally.missing, unpriced=tally.unpriced)
        for evidence, cost in tally.by_evidence.items():
            whole.add(cost, evidence=evidence)
    return whole


def _added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, or None when there is nothing or one of them is not known."""
    found = list(amounts)
    known = [each for each in found if each is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(found) else None


def _extreme(words: Iterable[object], *, highest: bool) -> str | None:
    known = [str(each) for each in words if each in RISK_RANK]
    choose = max if highest else min
    return choose(known, key=lambda each: RISK_RANK[each]) if known else None


def _one_of(values: Iterable[object]) -> str | None:
    found = {"yes" if each is True else "no" if each is False else str(each) for each in values if each is not None}
    return None if not found else found.pop() if len(found) == 1 else DIFFERS


def _texts(value: object) -> list[str]:
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]
