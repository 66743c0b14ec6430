"""STEP 3, review: read the facts of a period, run every rule, keep what people decided, publish the findings.

Reads the register as of the period's last day and the published figures; writes `rollups/findings.json` and, for the
pages, `rollups/plan.json`. Rules see the period; the loop rule sees the six months that end with it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from spendmap.engine.store import write_atomically
from spendmap.register import Key, open_register
from spendmap.register.database import open_database
from spendmap.risk.decisions import publish_decided
from spendmap.risk.declared import Declared, read_declared
from spendmap.risk.facts import Experiment, Facts, Spend, total
from spendmap.risk.finding import Finding
from spendmap.risk.measured import Measured
from spendmap.risk.plan import FILE as PLAN_FILE
from spendmap.risk.plan import plan_bytes
from spendmap.risk.planned import read_planned
from spendmap.risk.rules import ALL
from spendmap.risk.snapshot import Kept, Snapshot, carried, read_snapshot
from spendmap.risk.states import Sandbox
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.period import Period, month_add
from spendmap.workspace import Workspace

MONTHS_BACK = 6  # months that the loop rule and the invoice lag look at, the period's last one among them
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
            "seconds": self.seconds,
        }


def review(workspace: Workspace, *, period: str | None = None, now: datetime | None = None) -> Reviewed:
    """Run the rules on a period (None: the last full month with figures) and publish what they find.

    Raises:
        UsageError: nothing is published yet, or the period is none or has no figures.
    """
    start = time.perf_counter()
    moment = now or datetime.now(UTC)
    measured = Measured(workspace)
    try:
        facts = read_facts(workspace, measured, choose_period(measured, period, moment.date()))
    finally:
        measured.close()
    found = run_rules(facts)
    sandboxes = holding(facts)
    kept = [
        replace(each, sandbox=sandboxes.get((each.finding.subject.type, each.finding.subject.id)))
        if each.fires
        else each
        for each in carried(read_snapshot(workspace.rollups), found, facts.as_of)
    ]
    engine = open_database(workspace.database_url)
    try:
        snapshot = publish_decided(workspace, engine, Snapshot(facts.period.label, facts.as_of, moment, tuple(kept)))
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

    Raises:
        UsageError: not a period, or without figures.
    """
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


def read_facts(workspace: Workspace, measured: Measured, period: Period) -> Facts:
    """The rules' rows: the register as in force on the period's last day, and the figures of its months."""
    as_of = period.end.date()
    first = min(period.first, month_add(period.last, 1 - MONTHS_BACK))
    with open_register(workspace) as register:
        declared = read_declared(register, as_of - timedelta(days=1))
    starts = [f"{each.start:%Y-%m}" for each in declared.experiments if each.start is not None]
    spend = measured.spend(min([first, *starts]), period.last)
    reach = measured.reach(period.last)
    meta = measured.meta
    return Facts(
        period=period,
        currency=workspace.currency,
        as_of=as_of,
        spend=tuple(row for row in spend if row.month >= first),
        agent_days=measured.agent_days(month_add(period.last, 1 - MONTHS_BACK), period.last),
        seats=measured.seats(period.last),
        capacity=measured.capacity(period.first, period.last),
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
        labels=meta.get("labels") or {},
        declared_vendors=declared.vendors,
        vendor_capability=(meta.get("capabilities") or {}).get("vendor", {}),
    )


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
