"""A scenario as a page reads it: baseline, scenario, delta by group, what was held fixed, range, assumptions.

Reads the published version through `optimization`, which replays its rows; a question costs seconds, not
milliseconds. Writes nothing.
Invariants, exact to the last stored digit: each `delta` list adds up to `baseline` and to `scenario`; the
baselines of `moved` and `held_fixed` add up to `baseline`; with nothing set, `scenario` is `baseline` is the map. Where
the map's total is not known, neither is any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.changes import read_changes
from spendmap.optimization.replay import Replay
from spendmap.optimization.scenario import Moved, Scenario, by_key, cost_per_accepted, simulate
from spendmap.optimization.uncertainty import uncertainty
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import SHARE_UNIT, sum_told
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.replayed import replayed_of
from spendmap.reports.scenario_notes import scenario_notes
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.exact import as_stored, total

KINDS: dict[str, tuple[str, str]] = {
    # kind: (what it is, why it stands still when it does)
    "metered_usage": ("metered model calls at book price", "nothing set changes these calls or their price"),
    "billed_usage": (
        "billed model calls, by the usage that carries them",
        "nothing set changes these calls or their price",
    ),
    "dark": ("billed model calls no usage explains", "their account's metered calls cost what they did"),
    "unmetered_calls": ("billed model calls without metered usage", "no meter says who makes them; see the range"),
    "seats": ("seats", "seats are bought by head, not by call"),
    "capacity": ("GPU pools, provisioned throughput and other capacity", "capacity is paid whether used or not"),
    "reserved": ("reserved and committed capacity", "it is bought ahead and does not follow usage"),
    "cloud": ("other charges on providers' bills: GPUs, storage, services, tax", "no meter ties them to model calls"),
    "payments": ("invoices and card lines paid whole", "what they buy is not known per call"),
    "stated_share": ("stated shares of other charges", "the share is declared, not metered"),
    "review_labour": ("human review work", "review minutes follow `review` and `rejection` only; see the range"),
    "other_labour": ("other work on AI: preparation, evaluation", "nothing set changes these minutes"),
}


@dataclass(frozen=True)
class DeltaRow:
    """One group before and after."""

    key: str | None
    label: str
    baseline: Decimal
    scenario: Decimal
    delta: Decimal


@dataclass(frozen=True)
class Deltas:
    """The difference in total and by group, biggest change first."""

    total: Decimal | None
    by_category: list[DeltaRow]
    by_owner: list[DeltaRow]
    by_vendor: list[DeltaRow]


@dataclass(frozen=True)
class HeldFixed:
    """Money the scenario leaves as it is, and why."""

    kind: str
    label: str
    cost: Decimal
    why: str


@dataclass(frozen=True)
class MovedKind:
    """Money the scenario changes."""

    kind: str
    label: str
    baseline: Decimal
    scenario: Decimal


@dataclass(frozen=True)
class RangePartView:
    """What one uncertainty takes from the low end and adds to the high end."""

    name: str
    below: Decimal
    above: Decimal | None
    why: str


@dataclass(frozen=True)
class RangeView:
    """Low and high of the scenario's total, and what makes them."""

    low: Decimal | None
    high: Decimal | None
    parts: list[RangePartView]


@dataclass(frozen=True)
class SeatsView:
    """Seats of one tool and month, before and after."""

    month: str
    tool: str
    before: Decimal
    after: int


@dataclass(frozen=True)
class Accepted:
    """All AI money of the period per accepted workflow run. Rates are shares of 1; null: none was measured."""

    attempts: Decimal
    rejection_before: Decimal
    rejection_after: Decimal
    cost_before: Decimal | None
    cost_after: Decimal | None


@dataclass(frozen=True)
class ScenarioReport:
    """What the period would have cost."""

    period: PeriodView
    currency: str
    basis: str
    changes: list[str]
    baseline: Decimal | None
    scenario: Decimal | None
    delta: Deltas
    moved: list[MovedKind]
    held_fixed: list[HeldFixed]
    range: RangeView
    seats: list[SeatsView]
    accepted: Accepted | None
    missing_rows: int
    notes: list[str]


def scenario_report(
    model: ReadModel,
    changes: Sequence[str],
    *,
    today: date,
    period: str | None = None,
    basis: str = "effective",
    currency: str | None = None,
) -> ScenarioReport:
    """Replay a period of the published figures.

    Args:
        changes: NAME=VALUE texts; none gives the identity scenario.
        today: the UTC day it is asked on; decides the default period only.
    Raises:
        UsageError: a word is not known, a model or vendor is not in the period, or a new model has no price.
    """
    wanted = read_changes(changes)
    question = ask(model, today=today, period=period, compare="none", basis=basis, currency=currency)
    replayed = replayed_of(model, question.period.months, wanted)
    found = simulate(replayed, wanted, basis=question.basis, currency=question.currency)
    span = uncertainty(found, replayed.unpriced)
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)

    def told(amount: Decimal) -> Decimal | None:
        known = amount if found.lines else None
        return sum_told(known, len(found.lines) + found.missing_rows, is_captured=captured)

    return ScenarioReport(
        period=PeriodView.of(question.period),
        currency=question.currency,
        basis=question.basis,
        changes=list(wanted.texts),
        baseline=told(found.baseline),
        scenario=told(found.scenario),
        delta=Deltas(
            told(total((found.scenario, found.baseline.copy_negate()))),
            *(_rows(model, found, key) for key in ("category", "owner", "vendor")),
        ),
        moved=_moved(found),
        held_fixed=_held(found),
        range=RangeView(
            told(span.low), told(span.high), [RangePartView(p.name, p.below, p.above, p.why) for p in span.parts]
        ),
        seats=[SeatsView(each.month, each.tool, each.before, each.after) for each in found.seats],
        accepted=_accepted(replayed, found),
        missing_rows=found.missing_rows,
        notes=[*question.notes, *scenario_notes(replayed, wanted, found)],
    )


def _rows(model: ReadModel, found: Scenario, key: str) -> list[DeltaRow]:
    rows = [
        DeltaRow(name, model.label(key, name), before, after, total((after, before.copy_negate())))
        for name, (before, after) in by_key(found.lines, key).items()
    ]
    return sorted(rows, key=lambda row: (-abs(row.delta), -abs(row.baseline), row.label))


def _by_kind(lines: Sequence[Moved]) -> dict[str, list[Moved]]:
    found: dict[str, list[Moved]] = {kind: [] for kind in KINDS}
    for each in lines:
        found[each.line.kind].append(each)
    return {kind: group for kind, group in found.items() if group}


def _moved(found: Scenario) -> list[MovedKind]:
    return [
        MovedKind(kind, KINDS[kind][0], total(each.baseline for each in group), total(each.scenario for each in group))
        for kind, group in _by_kind([each for each in found.lines if each.is_moved]).items()
    ]


def _held(found: Scenario) -> list[HeldFixed]:
    return [
        HeldFixed(kind, KINDS[kind][0], total(each.baseline for each in group), KINDS[kind][1])
        for kind, group in _by_kind([each for each in found.lines if not each.is_moved]).items()
    ]


def _accepted(replayed: Replay, found: Scenario) -> Accepted | None:
    before, after = found.rates.rejection_before, found.rates.rejection_after
    if not replayed.measured.runs or before is None or after is None:
        return None
    is_known = bool(found.lines)  # runs whose every cost is missing have no unit cost
    runs = replayed.measured.runs
    attempts = Fraction(runs) * found.changes.calls
    unit_before = cost_per_accepted(found.baseline, runs, before) if is_known else None
    unit_after = cost_per_accepted(found.scenario, as_stored(attempts), after) if is_known else None
    return Accepted(
        runs,
        as_stored(before).quantize(SHARE_UNIT),
        as_stored(after).quantize(SHARE_UNIT),
        None if unit_before is None else as_stored(unit_before),
        None if unit_after is None else as_stored(unit_after),
    )
