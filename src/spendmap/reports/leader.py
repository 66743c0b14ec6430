"""Page one, for who decides: the total and how sure it is, what changed, what comes next, what waits for a decision.

Reads the roll-ups, the published findings and the published plan; no database, one answer.
Invariants: `split` adds up to `total`; `drivers` to the change; nothing is repeated here that another report defines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from spendmap.engine.reader import ReadSession
from spendmap.reports.against_plan import AgainstPlan, against_plan
from spendmap.reports.decide_list import DecideList, decide_list
from spendmap.reports.drivers import DriversReport, drivers_report
from spendmap.reports.economics_overview import UnitTile, economics_overview
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import Tally
from spendmap.reports.filters import Question
from spendmap.reports.findings import FindingsReport, findings_report
from spendmap.reports.forecast import Forecast, forecast
from spendmap.reports.named import Dark
from spendmap.reports.read_model import ReadModel
from spendmap.reports.silence import SourceAge, source_ages
from spendmap.reports.spend_map import Coverage, Unallocated, Unclassified, Unpriced, spend_map
from spendmap.reports.sql import sql
from spendmap.reports.views import MonthCost, PeriodView
from spendmap.risk.plan import Plan, read_plan
from spendmap.vocabulary.period import Period

PartId = Literal["billed", "estimated", "labour"]
PARTS: dict[PartId, tuple[str, str]] = {
    "billed": ("Billed", "on an invoice or a provider's bill"),
    "estimated": ("Worked out", "measured use at a known price, signed prices, stated assumptions"),
    "labour": ("People's work", "hours of reviewing, preparing, judging and supporting, at loaded rates"),
}


@dataclass(frozen=True)
class TotalPart:
    """A part of the total by what stands behind it."""

    id: PartId
    label: str
    about: str
    cost: Decimal | None
    previous_cost: Decimal | None
    by_evidence: dict[str, Decimal]


@dataclass(frozen=True)
class Chip:
    """A scenario to try: what it is called and what the scenario API is asked for."""

    id: str
    label: str
    set: list[str]


@dataclass(frozen=True)
class Outlook:
    """The months so far, the next one, and scenarios to try. `forecast` None: `why_not` says why."""

    months: list[MonthCost]
    forecast: Forecast | None
    why_not: str
    chips: list[Chip]


@dataclass(frozen=True)
class Trust:
    """How far the figures can be trusted. `reviewed_at` None: the review did not run yet."""

    as_of: str | None
    reviewed_at: str | None
    coverage: Coverage
    missing_rows: int
    unpriced: Unpriced
    unallocated: Unallocated
    unclassified: Unclassified
    dark: Dark
    silent: list[SourceAge]
    sources: int


@dataclass(frozen=True)
class LeaderReport:
    """One answer for page one."""

    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    total: Decimal | None
    previous_total: Decimal | None
    by_evidence: dict[str, Decimal]
    split: list[TotalPart]
    plan: AgainstPlan
    drivers: DriversReport
    outlook: Outlook
    unit_costs: list[UnitTile]
    unit_costs_loaded: bool
    unit_costs_note: str
    decide: DecideList
    decide_note: str
    open_findings: int
    trust: Trust
    notes: list[str]
    version: str


def leader_report(model: ReadModel, question: Question, rollups: Path, today: date) -> LeaderReport:
    """Answer page one for a question.

    Args:
        today: UTC day: states of findings, silence of sources and which months are over depend on it.
    Raises:
        SourceUnreadableError: published figures, findings or plan are damaged.
    """
    overview = spend_map(model, question)
    findings = findings_report(rollups, today)
    plan = read_plan(rollups)
    with model.session() as session:
        compares = is_captured(model, session, question.currency, question.compare)
        parts = _split(question, session, is_captured=overview.is_captured, compares=compares)
        outlook = _outlook(model, question, session, today)
        planned = against_plan(plan, question, session, overview.total)
    units, is_loaded, units_note = _unit_costs(model, question, today)
    ages = source_ages(model, plan, today)
    reviewed = findings.reviewed_at
    return LeaderReport(
        period=overview.period,
        compare=overview.compare,
        currency=overview.currency,
        basis=overview.basis,
        total=overview.total,
        previous_total=overview.previous_total,
        by_evidence=overview.by_evidence,
        split=parts,
        plan=planned,
        drivers=drivers_report(model, question),
        outlook=outlook,
        unit_costs=units,
        unit_costs_loaded=is_loaded,
        unit_costs_note=units_note,
        decide=decide_list(findings.findings, question.currency),
        decide_note=_decide_note(question, findings, plan),
        open_findings=findings.by_state.get("open", 0),
        trust=Trust(
            as_of=overview.as_of,
            reviewed_at=None if reviewed is None else f"{reviewed:%Y-%m-%dT%H:%M:%SZ}",
            coverage=overview.coverage,
            missing_rows=overview.missing_rows,
            unpriced=overview.unpriced,
            unallocated=overview.unallocated,
            unclassified=overview.unclassified,
            dark=overview.dark,
            silent=[each for each in ages if each.is_silent],
            sources=len(ages),
        ),
        notes=overview.notes,
        version=overview.version,
    )


def _split(question: Question, session: ReadSession, *, is_captured: bool, compares: bool) -> list[TotalPart]:
    now: Mapping[PartId, Tally] = {part: Tally() for part in PARTS}
    before: Mapping[PartId, Tally] = {part: Tally() for part in PARTS}
    for is_now, part, evidence, cost in session.rows(question.fill(sql("month_parts")), question.parameters):
        (now if is_now else before)[part].add(cost, rows=1, evidence=evidence)
    return [
        TotalPart(
            part,
            label,
            about,
            now[part].told(is_captured=is_captured),
            before[part].told(is_captured=compares),
            now[part].evidence_mix,
        )
        for part, (label, about) in PARTS.items()
    ]


def _outlook(model: ReadModel, question: Question, session: ReadSession, today: date) -> Outlook:
    """The forecast stands on full months only: the running month would look like a fall."""
    last_full = Period.last_full_month(today).label
    until = min(question.period.last, last_full)
    found = session.rows(question.fill(sql("month_totals")), {**question.parameters, "until": last_full})
    known = [(month, cost) for month, cost, _ in found if cost is not None]
    ahead, why_not = forecast(known, until, last_full)
    chips = [Chip("usage", "Usage doubles", ["usage:2"]), Chip("quality", "The model gets worse", ["quality:worse"])]
    vendor = session.rows(question.fill(sql("top_priced_vendor")), question.parameters)
    if vendor:
        chips.insert(
            1,
            Chip("price", f"{model.label('vendor', vendor[0][0])} costs 20\u202f% more", [f"price:{vendor[0][0]}:1.2"]),
        )
    shown = [MonthCost(month, cost) for month, cost, _ in found if month <= until][-13:]
    return Outlook(shown, ahead, why_not, chips)


def _unit_costs(model: ReadModel, question: Question, today: date) -> tuple[list[UnitTile], bool, str]:
    """The tiles of the Economics page, whether indirect cost is in them, and why there are none."""
    if question.where:
        return [], False, "Unit costs are of the whole company: lift the filters."
    found = economics_overview(
        model, today=today, period=question.period.label, basis=question.basis, currency=question.currency
    )
    if not found.valued:
        return [], False, found.unknown[0]
    if not found.tiles:
        return [], False, (
            "No use case has accepted outcomes and a cost in this period. Capture outcomes with "
            "`spendmap capture --file PATH --as outcomes_csv`, then `spendmap value`."
        )  # fmt: skip
    return found.tiles, found.indirect_known, ""


def _decide_note(question: Question, findings: FindingsReport, plan: Plan | None) -> str:
    if findings.period is None:
        return findings.notes[0]
    said = []
    if findings.as_of is not None and plan is not None and plan.as_of < findings.as_of - timedelta(days=1):
        said.append("The register's plan is older than the findings.")
    if not question.period.first <= findings.period <= question.period.last:
        said.append(f"The newest review looked at {findings.period}.")
    if question.where:
        said.append("Findings are told for the whole company, whatever the filters.")
    return " ".join(said)
