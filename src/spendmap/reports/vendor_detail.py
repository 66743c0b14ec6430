"""One vendor: money by month, accounts, tools, models, contracts, findings, and who else does the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spendmap.reports.figures import Tally
from spendmap.reports.filters import Question, months_between, strip_window
from spendmap.reports.findings import FindingRow, findings_report
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.vendor_facts import (
    Tool,
    VendorFacts,
    capability_label,
    department_label,
    notice_date,
    use_case_label,
    vendor_facts,
    vendor_label,
)
from spendmap.reports.vendor_use_cases import VendorUseCase
from spendmap.reports.vendors import owned_by_vendors, vendor_of_subject
from spendmap.reports.views import MonthCost, PeriodView
from spendmap.vocabulary.errors import UsageError


class UnknownVendorError(UsageError):
    """Nobody knows this vendor."""

    def __init__(self, vendor: str, known: Iterable[str]) -> None:
        self.vendor = vendor
        names = sorted(known)
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        super().__init__(
            f"no vendor is called {vendor[:80]!r}.", next_step=f"Known: {', '.join(names[:20]) or 'none'}{more}."
        )


@dataclass(frozen=True)
class NamedCost:
    """An account or a model with its money in the period; `id` None is money that names none."""

    id: str | None
    label: str
    cost: Decimal | None


@dataclass(frozen=True)
class VendorTool:
    """A registered tool of the vendor. `cost` None: no money is known for it."""

    tool: str | None
    label: str
    capabilities: list[str]
    departments: list[str]
    owner: str | None
    cost: Decimal | None
    data_risk: str | None
    approved_risk: str | None
    is_above_approved: bool | None
    renewal_date: date | None
    notice_date: date | None
    licence_bands: list[str]
    spellings: list[str]


@dataclass(frozen=True)
class VendorContract:
    """A contract with the vendor. `commitment` is over its term, in `currency` (None: the workspace's)."""

    contract: str
    label: str
    owner: str | None
    start_date: date | None
    end_date: date | None
    renewal_date: date | None
    notice_date: date | None
    auto_renews: bool | None
    commitment: Decimal | None
    currency: str | None
    position: str | None


@dataclass(frozen=True)
class Alternative:
    """Another vendor that serves a capability of this one."""

    vendor: str | None
    label: str
    capabilities: list[str]
    products: list[str]
    cost: Decimal | None


@dataclass(frozen=True)
class VendorDetail:
    """Everything known of one vendor in the period.

    `use_cases` counts as in the list. `by_use_case` adds up to `cost`, with what carries no use case last.
    """

    vendor: str
    label: str
    owner: str | None
    website: str | None
    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    cost: Decimal | None
    previous_cost: Decimal | None
    by_evidence: dict[str, Decimal]
    missing_rows: int
    use_cases: int | None
    by_use_case: list[VendorUseCase]
    months: list[MonthCost]
    accounts: list[NamedCost]
    models: list[NamedCost]
    tools: list[VendorTool]
    contracts: list[VendorContract]
    findings: list[FindingRow]
    alternatives: list[Alternative]
    notes: list[str]


def vendor_detail(model: ReadModel, question: Question, vendor: str, today: date) -> VendorDetail:
    """The vendor's page.

    Raises:
        UnknownVendorError: nobody knows this vendor; the message names those that are known.
    """
    facts = vendor_facts(model, question)
    tools = [tool for tool in facts.tools if tool.vendor == vendor]
    known = {
        *facts.money,
        *facts.vendors,
        *facts.use_cases.declared,
        *(tool.vendor for tool in facts.tools),
        *model.values("vendor"),
    }
    if vendor not in known:
        raise UnknownVendorError(vendor, (each for each in known if each))
    first, last = strip_window(question.period)
    with model.session() as session:
        dated = session.records(question.fill(sql("vendor_dated")), {**question.parameters, "vendor": vendor})
    inside = [row for row in dated if question.period.first <= row["month"] <= question.period.last]
    months: dict[str, Tally] = defaultdict(Tally)
    for row in dated:
        months[row["month"]].add(row["cost"], rows=row["rows"])
    money = facts.money.get(vendor)
    declared = facts.vendors.get(vendor)
    owned = owned_by_vendors(model, facts) | {("tool", tool.id): vendor for tool in tools if tool.id}
    report = findings_report(model.root / "rollups", today)
    return VendorDetail(
        vendor,
        vendor_label(model, facts, vendor),
        _text(declared.get("owner")) if declared else None,
        _text(declared.get("website")) if declared else None,
        PeriodView.of(question.period),
        PeriodView.of(question.compare) if question.compare else None,
        question.currency,
        question.basis,
        money.now.cost if money else None,
        money.before.cost if money else None,
        money.now.evidence_mix if money else {},
        money.now.missing if money else 0,
        facts.use_cases.count(vendor),
        facts.use_cases.rows(vendor, lambda each: use_case_label(model, facts, each)),
        [MonthCost(month, months[month].cost if month in months else None) for month in months_between(first, last)],
        _named(inside, "vendor_account", "no account"),
        _named(inside, "model", "no model"),
        [_tool(model, facts, tool) for tool in sorted(tools, key=lambda each: (-(each.now.cost or 0), each.label))],
        _contracts(facts, vendor),
        [row for row in report.findings if vendor_of_subject(row.subject.type, row.subject.id, owned) == vendor],
        _alternatives(model, facts, vendor, tools),
        list(question.notes),
    )


def _named(rows: Iterable[dict[str, object]], name: str, nothing: str) -> list[NamedCost]:
    tallies: dict[str | None, Tally] = defaultdict(Tally)
    for row in rows:
        key, cost = row[name], row["cost"]
        tallies[None if key is None else str(key)].add(cost if isinstance(cost, Decimal) else None)
    found = [NamedCost(key, key or nothing, tally.cost) for key, tally in tallies.items()]
    return sorted(found, key=lambda each: (each.cost is None, -(each.cost or 0), each.label))


def _tool(model: ReadModel, facts: VendorFacts, tool: Tool) -> VendorTool:
    return VendorTool(
        tool.id,
        tool.label,
        [capability_label(each) for each in tool.capabilities],
        sorted(department_label(model, facts, each) for each in tool.departments),
        _text(tool.said("owner")),
        tool.now.cost,
        tool.said("data_risk"),
        tool.said("approved_risk"),
        tool.is_above_approved,
        tool.said("renewal_date"),
        tool.notice_date,
        _texts(tool.said("licence_band")),
        _texts(tool.said("spellings")),
    )


def _contracts(facts: VendorFacts, vendor: str) -> list[VendorContract]:
    return [
        VendorContract(
            each.id,
            each.name,
            _text(each.get("owner")),
            each.get("start_date"),
            each.get("end_date"),
            each.get("renewal_date"),
            notice_date(each.get("renewal_date"), each.get("notice_days")),
            each.get("auto_renews"),
            None if each.get("commitment") is None else Decimal(str(each.get("commitment"))),
            _text(each.get("currency")),
            _text(each.get("position")),
        )
        for each in facts.contracts
        if each.get("vendor") == vendor
    ]


def _alternatives(model: ReadModel, facts: VendorFacts, vendor: str, tools: list[Tool]) -> list[Alternative]:
    """Vendors of other tools with a capability in common, the biggest first; unknown vendors are left out."""
    wanted = {each for tool in tools for each in tool.capabilities}
    found: dict[str, list[Tool]] = defaultdict(list)
    for tool in facts.tools:
        if tool.vendor is not None and tool.vendor != vendor and wanted & set(tool.capabilities):
            found[tool.vendor].append(tool)
    rows = []
    for other, own in found.items():
        cost = Tally()
        for tool in own:
            cost.add(tool.now.cost)
        shared = [each for each in dict.fromkeys(c for tool in own for c in tool.capabilities) if each in wanted]
        rows.append(
            Alternative(
                other,
                vendor_label(model, facts, other),
                [capability_label(each) for each in shared],
                sorted({tool.label for tool in own}, key=str.casefold),
                cost.cost,
            )
        )
    return sorted(rows, key=lambda each: (each.cost is None, -(each.cost or 0), -len(each.products), each.label))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _texts(value: object) -> list[str]:
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]
