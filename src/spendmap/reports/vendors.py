"""Vendors and overlap: who is paid, which products do the same thing, and what was decided about it.

The matrix covers tools that state a capability; the list covers every vendor with AI money, a tool or a use case.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spendmap.register import inventory_version
from spendmap.reports.facts import is_captured
from spendmap.reports.filters import Question
from spendmap.reports.kept import kept
from spendmap.reports.overlap import OverlapLens
from spendmap.reports.paging import check_page, check_size, page_of
from spendmap.reports.read_model import ReadModel
from spendmap.reports.vendor_facts import (
    Tool,
    VendorFacts,
    capability_label,
    notice_date,
    vendor_facts,
    vendor_label,
)
from spendmap.reports.vendor_matrix import CapabilityRow, DepartmentRow, by_capability, by_department, read_decisions
from spendmap.reports.views import PeriodView
from spendmap.risk.snapshot import read_snapshot, version_of
from spendmap.vocabulary.errors import UsageError

GROUPS = ("capability", "department")
SORTS = ("cost", "change", "label", "tools", "departments", "use_cases", "renewal_date", "notice_date", "findings")


@dataclass(frozen=True)
class VendorRow:
    """One vendor, declared, paid or both. `cost` None: no AI money is known. The dates are the first of its tools and
    contracts.

    `use_cases` are those that its money of the period carries and those that name it in the register, each once. None:
    there is neither money nor a declaration; 0: there is money, and none of it carries a use case. `departments` are
    told in the same way, by money and by tools.
    """

    vendor: str | None
    label: str
    cost: Decimal | None
    previous_cost: Decimal | None
    by_evidence: dict[str, Decimal]
    missing_rows: int
    capabilities: list[str]
    products: list[str]
    tools: int
    departments: int | None
    use_cases: int | None
    renewal_date: date | None
    notice_date: date | None
    findings: int
    is_declared: bool


@dataclass(frozen=True)
class VendorPage:
    """One page of the list; `total` counts the vendors that the search leaves."""

    total: int
    page: int
    size: int
    sort: str
    items: list[VendorRow]


@dataclass(frozen=True)
class VendorsReport:
    """The whole page. `overlap_cost` is the map's overlap lens: money for employee tools that overlap, in no total.

    `tools` are registered ones, `unregistered` vendors of employee tools that nobody declared.

    `overlaps` also counts capabilities of other tools (annotation, evaluation), so its money can be more.
    `capabilities` is filled when `by` is capability, `departments` when it is department.
    """

    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    as_of: date
    by: str
    has_money: bool
    has_inventory: bool
    overlap_cost: Decimal | None
    overlaps: int
    undecided: int
    tools: int
    unregistered: int
    unstated: int
    capabilities: list[CapabilityRow]
    departments: list[DepartmentRow]
    vendors: VendorPage
    notes: list[str]


def vendors_report(
    model: ReadModel,
    question: Question,
    today: date,
    *,
    by: str = "capability",
    q: str = "",
    sort: str = "-cost",
    page: int = 1,
    size: int = 50,
) -> VendorsReport:
    """The matrix and one page of the list.

    Args:
        today: UTC day that decisions are told for.
        q: words of a vendor, tool or product; letter case aside.
        sort: one of `SORTS`, with a minus for the biggest first; what is unknown comes last either way.
    Raises:
        UsageError: a group, sort or page that is not one.
    """
    check_page(page)
    check_size(size)
    if by not in GROUPS:
        raise UsageError(f"vendors are not grouped by {by[:80]!r}.", next_step=f"Choose {' or '.join(GROUPS)}.")
    if sort.removeprefix("-") not in SORTS:
        raise UsageError(f"vendors are not sorted by {sort[:80]!r}.", next_step=f"Choose from {', '.join(SORTS)}.")
    facts = vendor_facts(model, question)
    rollups = model.root / "rollups"
    state = (inventory_version(rollups), version_of(rollups), today, question)
    decisions = kept(model, ("decisions", *state[1:3]), lambda: read_decisions(rollups, today))
    capabilities = kept(model, ("by_capability", *state), lambda: by_capability(model, facts, decisions))
    overlapping = [row for row in capabilities if row.is_overlap]
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)
        lens = OverlapLens(model, question, session)
        overlap = lens.report(question.period.first, question.period.last, is_captured=captured)
    rows = kept(model, ("vendor_rows", *state), lambda: vendor_rows(model, facts, _findings(model, facts, today)))
    rows = _sorted(_searched(rows, q), sort)
    before = page_of(len(rows), page, size)
    return VendorsReport(
        PeriodView.of(question.period),
        PeriodView.of(question.compare) if question.compare else None,
        question.currency,
        question.basis,
        facts.day,
        by,
        facts.has_money,
        facts.has_inventory,
        overlap.cost,
        len(overlapping),
        sum(1 for row in overlapping if row.decision is None or row.decision.state == "open"),
        sum(1 for tool in facts.tools if tool.id is not None),
        sum(1 for tool in facts.tools if tool.id is None),
        sum(1 for tool in facts.tools if not tool.capabilities),
        capabilities if by == "capability" else [],
        kept(model, ("by_department", *state), lambda: by_department(model, facts, decisions))
        if by == "department"
        else [],
        VendorPage(len(rows), page, size, sort, rows[before : before + size]),
        [*question.notes, *_notes(facts)],
    )


def vendor_rows(model: ReadModel, facts: VendorFacts, findings: dict[str, int]) -> list[VendorRow]:
    """Every vendor with money, a tool or a use case."""
    tools: dict[str | None, list[Tool]] = defaultdict(list)
    for tool in facts.tools:
        tools[tool.vendor].append(tool)
    vendors = {*facts.money, *tools, *facts.use_cases.declared}
    return [_row(model, facts, vendor, tools.get(vendor, []), findings) for vendor in vendors]


def _row(
    model: ReadModel, facts: VendorFacts, vendor: str | None, tools: list[Tool], findings: dict[str, int]
) -> VendorRow:
    money = facts.money.get(vendor)
    named = [each for tool in tools for each in tool.capabilities]
    renewals = [tool.said("renewal_date") for tool in tools if tool.said("renewal_date")]
    departments = {each for tool in tools for each in tool.departments} | (money.departments if money else set())
    notices = [tool.notice_date for tool in tools if tool.notice_date]
    for contract in facts.contracts:
        if vendor is not None and contract.get("vendor") == vendor and contract.get("renewal_date"):
            renewals.append(contract.get("renewal_date"))
            if notice := notice_date(contract.get("renewal_date"), contract.get("notice_days")):
                notices.append(notice)
    return VendorRow(
        vendor,
        vendor_label(model, facts, vendor),
        money.now.cost if money else None,
        money.before.cost if money else None,
        money.now.evidence_mix if money else {},
        money.now.missing if money else 0,
        [capability_label(each) for each in dict.fromkeys(named)],
        sorted({tool.label for tool in tools}, key=str.casefold),
        sum(1 for tool in tools if tool.id is not None),
        len(departments) if departments or tools or (money and money.now.rows) else None,
        facts.use_cases.count(vendor),
        min(renewals, default=None),
        min(notices, default=None),
        findings.get(vendor, 0) if vendor is not None else 0,
        vendor in facts.vendors,
    )


def _findings(model: ReadModel, facts: VendorFacts, today: date) -> dict[str, int]:
    """Vendor -> findings about it, one of its tools or contracts that wait for a decision."""
    snapshot = read_snapshot(model.root / "rollups")
    if snapshot is None:
        return {}
    found: dict[str, int] = defaultdict(int)
    owned = owned_by_vendors(model, facts)
    for each in snapshot.kept:
        if each.fires and each.standing(today, snapshot.reviewed_at).state in {"open", "assigned"}:
            vendor = vendor_of_subject(each.finding.subject.type, each.finding.subject.id, owned)
            if vendor is not None:
                found[vendor] += 1
    return dict(found)


def owned_by_vendors(model: ReadModel, facts: VendorFacts) -> dict[tuple[str, str], str]:
    """(`tool` or `contract`, id) -> vendor: a tool's as the published money says, else as the register does."""
    found = {("tool", tool.id): tool.vendor for tool in facts.tools if tool.id is not None and tool.vendor is not None}
    with model.session() as session:
        paid = session.rows("SELECT DISTINCT tool, vendor FROM month WHERE tool IS NOT NULL AND vendor IS NOT NULL")
    found |= {("tool", tool): vendor for tool, vendor in paid}
    found |= {("contract", each.id): str(each.get("vendor")) for each in facts.contracts if each.get("vendor")}
    return found


def vendor_of_subject(kind: str, id_: str, owned: dict[tuple[str, str], str]) -> str | None:
    """The vendor that a finding's subject belongs to; None when it belongs to none."""
    if kind == "vendor":
        return id_
    if kind == "vendor_account":
        return id_.partition("/")[0]
    return owned.get((kind, id_))


def _searched(rows: list[VendorRow], q: str) -> list[VendorRow]:
    words = q.casefold().split()
    return [
        row
        for row in rows
        if all(
            word in " ".join((row.label, row.vendor or "", *row.products, *row.capabilities)).casefold()
            for word in words
        )
    ]


def _sorted(rows: list[VendorRow], sort: str) -> list[VendorRow]:
    """What is unknown comes last whichever way it is sorted; equals stand by tools, then by name."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    rows = sorted(rows, key=lambda row: (-row.tools, -(row.use_cases or 0), row.label.casefold(), row.vendor or ""))
    known = [row for row in rows if _value(row, name) is not None]
    unknown = [row for row in rows if _value(row, name) is None]
    known.sort(key=lambda row: _value(row, name), reverse=descending)  # type: ignore[arg-type,return-value]
    return known + unknown


def _value(row: VendorRow, name: str) -> Decimal | date | int | str | None:
    if name == "change":
        return None if row.cost is None or row.previous_cost is None else row.cost - row.previous_cost
    if name == "label":
        return row.label.casefold()
    value: Decimal | date | int | None = getattr(row, name)
    return value


def _notes(facts: VendorFacts) -> list[str]:
    notes = []
    if not facts.has_inventory:
        notes.append("No register is published, so tools are known by their money only. Run `spendmap register apply`.")
    if not facts.has_money:
        notes.append("No AI money is captured for this period; what follows counts registered products.")
    if unstated := sum(1 for tool in facts.tools if not tool.capabilities):
        notes.append(f"{unstated} tools state no capability and are in no row of the matrix.")
    if any(len(tool.capabilities) > 1 for tool in facts.tools):
        notes.append("A tool of several capabilities stands under each; its money is told under the first only.")
    return notes
