"""STEP 3, review: read the facts of a period, run every rule, keep what people decided, publish the findings.

Reads the register as of the period's last day and the published figures; writes `rollups/findings.json` and, for the
pages, `rollups/plan.json`. Rules see the period; the loop rule sees the six months that end with it.
A company that has only its register is reviewed on what it declared: rules that need money stay quiet and no stake is
known.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from spendmap.engine.store import write_atomically
from spendmap.register import Key, open_register
from spendmap.register.held import HeldRegister
from spendmap.register.journaled import open_workspace_database
from spendmap.risk.decisions import publish_decided
from spendmap.risk.declared import Declared, read_declared
from spendmap.risk.facts import Experiment, Facts, Spend
from spendmap.risk.finding import Finding
from spendmap.risk.measured import Measured
from spendmap.risk.plan import FILE as PLAN_FILE
from spendmap.risk.plan import plan_bytes
from spendmap.risk.planned import read_planned
from spendmap.risk.rules import ALL
from spendmap.risk.snapshot import Kept, Snapshot, carried, read_snapshot
from spendmap.risk.states import Sandbox
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.period import Period, month_add
from spendmap.workspace import Workspace

MONTHS_BACK = 6  # months that the loop rule and the invoice lag look at, the period's last one among them
LOST = "The findings of before were damaged: what no longer fires is forgotten, and what is new cannot be told from it."
NO_FIGURES = (
    "No figures are published: the register alone was reviewed, and the money at stake is unknown. "
    "Capture a bill and run `spendmap allocate`, then review again."
)
_ROLLED_UP = frozenset(Spend.__dataclass_fields__)


@dataclass
class Reviewed:
    """What the step did. `rows_in` are roll-up rows read, `rows_out` the findings that fire."""

    period: str
    rows_in: int
    rows_out: int
    seconds: float
    by_state: dict[str, int] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)
    has_figures: bool = True
    has_lost: bool = False

    @property
    def notes(self) -> list[str]:
        """What a reader of the findings must know."""
        return ([] if self.has_figures else [NO_FIGURES]) + ([LOST] if self.has_lost else [])

    def as_document(self) -> dict[str, Any]:
        """The step as the commands print it."""
        return {
            "step": "review",
            "period": self.period,
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "findings": self.rows_out,
            "by_state": self.by_state,
            "by_kind": self.by_kind,
            "has_figures": self.has_figures,
            "notes": self.notes,
            "seconds": self.seconds,
        }


def review(workspace: Workspace, *, period: str | None = None, now: datetime | None = None) -> Reviewed:
    """Run the rules on a period (None: the last full month with figures) and publish what they find.

    Without a map the register alone is reviewed, on the last full month before today unless a period is asked for.
    Raises:
        UsageError: there is neither a map nor a register, captured rows wait for `allocate`, or the period is none.
    """
    start = time.perf_counter()
    moment = now or datetime.now(UTC)
    measured = Measured(workspace, needs_figures=False)
    try:
        facts = read_facts(workspace, measured, choose_period(measured, period, moment.date()))
    finally:
        measured.close()
    if not measured.is_published:
        _check_register(facts)
    found = run_rules(facts)
    sandboxes = holding(facts)
    try:
        before, has_lost = read_snapshot(workspace.rollups), False
    except SourceUnreadableError:  # damaged, and made anew here; the decisions themselves are in the register
        before, has_lost = None, True
    kept = [
        replace(each, sandbox=sandboxes.get((each.finding.subject.type, each.finding.subject.id)))
        if each.fires
        else each
        for each in carried(before, found, facts.as_of)
    ]
    engine = open_workspace_database(workspace)
    try:
        made = Snapshot(facts.period.label, facts.as_of, moment, tuple(kept), has_figures=measured.is_published)
        snapshot = publish_decided(workspace, engine, made) or made
    finally:
        engine.dispose()
    with open_register(workspace) as register:
        plan = read_planned(register, facts.as_of - timedelta(days=1), currency=workspace.currency)
    write_atomically(workspace.rollups / PLAN_FILE, plan_bytes(plan))
    firing = [each for each in snapshot.kept if each.fires]
    return Reviewed(
        facts.period.label,
        len(facts.spend),
        len(firing),
        round(time.perf_counter() - start, 3),
        dict(Counter(_state(each, moment) for each in firing)),
        dict(Counter(each.finding.kind for each in firing)),
        measured.is_published,
        has_lost,
    )


def run_rules(facts: Facts) -> list[Finding]:
    """Every finding of every rule, in the order of the rules, each under an id of its own.

    A subject whose money is in two currencies can fire twice; the second then says its currency in its id.
    """
    found: dict[str, Finding] = {}
    for finding in (each for rule in ALL for each in rule(facts)):
        own = finding
        if own.id in found and own.stake is not None:
            own = replace(own, subject=replace(own.subject, id=f"{own.subject.id}@{own.stake.currency}"))
        found.setdefault(own.id, own)
    return list(found.values())


def choose_period(measured: Measured, text: str | None, today: date) -> Period:
    """The period asked for, else the last full month before `today` with AI figures (or, without any, with figures).

    Without a map: the period asked for, if it has begun, else the last full month before `today`.
    Raises:
        UsageError: not a period, or without figures.
    """
    if not measured.is_published:
        return _without_figures(text, today)
    months = measured.months
    if text is None:
        months = measured.ai_months or months
        full = [month for month in months if month <= Period.last_full_month(today).label]
        return Period.parse(full[-1] if full else months[0])
    try:
        period = Period.parse(text, known_months=months)
    except ValueError as error:
        raise UsageError(f"{error}.", next_step=f"Try `spendmap review --period {months[-1]}`.") from error
    if not any(period.first <= month <= period.last for month in months):
        raise UsageError(f"there are no figures for {text}.", next_step=f"They run from {months[0]} to {months[-1]}.")
    return period


def _without_figures(text: str | None, today: date) -> Period:
    last_full = Period.last_full_month(today)
    if text is None:
        return last_full
    next_step = f"Try `spendmap review --period {last_full.label}`."
    if text == "all":
        raise UsageError("no figures are published, so `all` names no months.", next_step=next_step)
    try:
        period = Period.parse(text)
        begun = period.start.date() <= today and period.end > period.start  # both read: a year may be no date
    except ValueError as error:
        raise UsageError(f"{text[:80]!r} is no period to review.", next_step=next_step) from error
    if not begun:
        raise UsageError(f"{period.label} has not begun.", next_step=next_step)
    return period


def _check_register(facts: Facts) -> None:
    """Refuse to review nothing at all.

    Raises:
        UsageError: the register declares nothing that a rule speaks of.
    """
    reviewable = (
        facts.tools, facts.agents, facts.use_cases, facts.contracts,
        facts.suites, facts.queues, facts.data_assets, facts.experiments,
    )  # fmt: skip
    if not any(reviewable):
        day = facts.as_of - timedelta(days=1)
        raise UsageError(
            f"there is no map yet and the register declares nothing on {day}, so nothing to review.",
            next_step="Fill it with `spendmap register import FILE --mapping NAME`, or read a bill with "
            "`spendmap capture --file PATH --as KIND`.",
        )


def read_facts(workspace: Workspace, measured: Measured, period: Period, held: HeldRegister | None = None) -> Facts:
    """The rules' rows: the register as in force on the period's last day, and the figures of its months.

    Args:
        held: the register, where it was read already.
    """
    as_of = period.end.date()
    first = min(period.first, month_add(period.last, 1 - MONTHS_BACK))
    day = as_of - timedelta(days=1)
    if held is None:
        with open_register(workspace) as register:
            declared = read_declared(register, day)
    else:
        declared = read_declared(held, day)
    starts = [f"{each.start:%Y-%m}" for each in declared.experiments if each.start is not None]
    spend = measured.spend(min([first, *starts]), period.last)
    reach = measured.reach(period.last)
    return Facts(
        period=period,
        currency=workspace.currency,
        as_of=as_of,
        spend=tuple(row for row in spend if row.month >= first),
        agent_days=measured.agent_days(month_add(period.last, 1 - MONTHS_BACK), period.last),
        seats=measured.seats(period.last),
        capacity=measured.capacity(period.first, period.last),
        unspread=measured.unspread(period.first, period.last),
        noticed=measured.noticed(period.first, period.last),
        payers=measured.payers(),
        doubtful=measured.doubtful(period.first, period.last),
        users=_users(measured.callers(period.last, period.last), declared.tool_keys),
        tools=declared.tools,
        contracts=declared.contracts,
        agents=declared.agents,
        use_cases=declared.use_cases,
        cost_centers=declared.cost_centers,
        suites=declared.suites,
        queues=declared.queues,
        data_assets=declared.data_assets,
        sources=tuple(
            replace(each, last_month=reach.get(each.id, (None, None))[0], last_day=reach.get(each.id, (None, None))[1])
            for each in declared.sources
        ),
        budgets=declared.budgets,
        experiments=tuple(_with_spent(each, declared, spend, workspace.currency) for each in declared.experiments),
        heads=declared.heads,
        invoice_lag=declared.invoice_lag,
        labels=_labels(declared.names, measured.meta.labels),
        declared_vendors=declared.vendors,
        vendor_capability=dict(measured.meta.capabilities.get("vendor", {})),
    )


def _labels(
    declared: dict[str, dict[str, str]], published: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """What people call a value: as the figures were published, else as the register says."""
    names = declared.keys() | published.keys()
    return {name: {**declared.get(name, {}), **published.get(name, {})} for name in names}


def holding(facts: Facts) -> dict[tuple[str, str], Sandbox]:
    """What the sandboxes that hold their bounds try: subject -> sandbox. Tomorrow is not known, so `as_of` decides."""
    found: dict[tuple[str, str], Sandbox] = {}
    for experiment in facts.experiments:
        started = experiment.start is None or experiment.start < facts.as_of
        if started and experiment.end is not None and experiment.broken(facts.as_of - timedelta(days=1)) is None:
            for subject in experiment.subjects:
                found[subject] = Sandbox(experiment.id, experiment.name, experiment.end)
    return found


def _with_spent(experiment: Experiment, declared: Declared, spend: Iterable[Spend], own: str) -> Experiment:
    """The experiment with its subjects widened by its keys, and its money since its start.

    A key on a column that the roll-ups do not hold makes the money unknown.
    """
    keys = [
        *({type_: id_} for type_, id_ in experiment.subjects),
        *declared.experiment_keys.get(experiment.id, []),
    ]
    subjects = [(name, value) for key in keys if len(key) == 1 for name, value in key.items()]
    widened = replace(experiment, subjects=tuple(dict.fromkeys(subjects)))
    if not keys or any(name not in _ROLLED_UP for key in keys for name in key):
        return widened
    currency = experiment.currency or own
    first = f"{experiment.start:%Y-%m}" if experiment.start else ""
    rows = [
        row
        for row in spend
        if row.scope == "ai"
        and row.month >= first
        and row.currency == currency
        and any(all(_same(getattr(row, name), value) for name, value in key.items()) for key in keys)
    ]
    return replace(widened, spent=total(row.effective_cost for row in rows))


def _users(callers: dict[str, frozenset[str]], keys: Iterable[Key]) -> dict[str, frozenset[str]]:
    """Callers by registered tool, where a tool's key is the name that usage logs write."""
    found: dict[str, frozenset[str]] = {}
    for key in keys:
        if set(key.conditions) == {"tool"}:
            for name, users in callers.items():
                if _same(name, key.conditions["tool"]):
                    found[key.entity_id] = found.get(key.entity_id, frozenset()) | users
    return found


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and one.casefold() == other.casefold()


def _state(kept: Kept, moment: datetime) -> str:
    return kept.standing(moment.date(), moment).state
