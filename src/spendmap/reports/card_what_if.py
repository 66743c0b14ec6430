"""The last three questions of a card: usage doubles, the vendor's price rises by a fifth, the model gets worse.

Replays the whole period once through `optimization` (seconds) and keeps what it replayed, since the arithmetic over it
answers every use case at once; then only the lines of one use case are told. Writes nothing.
Held fixed: indirect cost, and rates of retry and rejection, which are measured over the company and not per use case.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from spendmap.optimization.changes import read_changes
from spendmap.optimization.scenario import PRICED_KINDS, Scenario, simulate
from spendmap.optimization.uncertainty import uncertainty
from spendmap.reports.filters import Question, ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.replayed import replayed_of
from spendmap.reports.scenario import KINDS, HeldFixed, RangePartView
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.money import CostBasis

KEPT_REPLAYS = 4
PRICE_RISE = "1.2"
"""The factor of "the vendor price changes": a fifth more, as the design's scenario has it."""

TITLES = {
    "usage_doubles": "What if usage doubles?",
    "price_changes": "What if the vendor price changes?",
    "quality_worse": "What if the model gets worse?",
}


@dataclass(frozen=True)
class WhatIf:
    """One what-if of one use case: direct cost of the period, before and after. None: it cannot be told, and why.

    `low` <= `scenario` <= `high`; `moved` is the part of the baseline the change reaches.
    """

    id: str
    question: str
    change: str | None
    answer: str
    baseline: Decimal | None
    scenario: Decimal | None
    delta: Decimal | None
    low: Decimal | None
    high: Decimal | None
    moved: Decimal | None
    held_fixed: list[HeldFixed]
    range_parts: list[RangePartView]


@dataclass(frozen=True)
class WhatIfs:
    """The three, in the order of the card."""

    use_case: str
    period: PeriodView
    currency: str
    basis: str
    what_ifs: list[WhatIf]
    notes: list[str]


class Replays:
    """What was simulated last, by published version and months. Safe to share between threads; one asks at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[str, str, tuple[str, ...], str, str, str], Scenario] = OrderedDict()

    def simulate(self, model: ReadModel, question: Question, changes: Sequence[str]) -> Scenario:
        """The whole period under the changes, kept.

        Raises:
            UsageError: a rate or price the change needs is not in the period.
        """
        place = (str(model.root), model.version, question.period.months)
        key = (*place, question.basis, question.currency, " ".join(changes))
        with self._lock:
            if key not in self._found:
                basis: CostBasis = question.basis
                wanted = read_changes(changes)
                replayed = replayed_of(model, question.period.months, wanted)
                self._found[key] = simulate(replayed, wanted, basis=basis, currency=question.currency)
                while len(self._found) > KEPT_REPLAYS * 8:
                    self._found.popitem(last=False)
            return self._found[key]


def what_ifs(
    model: ReadModel,
    replays: Replays,
    use_case: str,
    *,
    today: date,
    period: str | None = None,
    basis: str = "effective",
    currency: str | None = None,
) -> WhatIfs:
    """The three what-ifs of a use case's direct cost in a period.

    Args:
        use_case: an id that exists; the caller checks it.
        today: UTC day; decides the default period only.
    Raises:
        UsageError: the period, basis or currency is none, or nothing is published.
    """
    question = ask(model, today=today, period=period, compare="none", basis=basis, currency=currency)
    actual = _own(replays.simulate(model, question, ()), use_case)
    vendor = _main_vendor(actual)
    asked: tuple[tuple[str, str | None], ...] = (
        ("usage_doubles", "usage=2"),
        ("price_changes", f"price:{vendor}={PRICE_RISE}" if vendor else None),
        ("quality_worse", "quality=worse"),
    )
    notes = [
        *question.notes,
        "Direct cost only: indirect cost is held fixed, and so is what no meter ties to its calls.",
        "Rates of retry and rejection are the company's. A worse model means 10 more retries and 20 more rejections of "
        "a hundred, and half as much review again.",
    ]
    return WhatIfs(
        use_case,
        PeriodView.of(question.period),
        question.currency,
        question.basis,
        [_what_if(model, replays, question, use_case, id_, change, vendor) for id_, change in asked],
        notes,
    )


def _what_if(
    model: ReadModel,
    replays: Replays,
    question: Question,
    use_case: str,
    id_: str,
    change: str | None,
    vendor: str | None,
) -> WhatIf:
    if change is None:
        return _untold(id_, None, "No vendor's model calls are tied to it in the period, so no price can change.")
    try:
        own = _own(replays.simulate(model, question, (change,)), use_case)
    except UsageError as error:
        return _untold(id_, change, f"{error.message} {error.next_step}".strip())
    if not own.lines:
        return _untold(id_, change, f"It has no direct cost in {question.period.label}.")
    span = uncertainty(own, [])
    delta = total((own.scenario, own.baseline.copy_negate()))
    moved = total(each.baseline for each in own.lines if each.is_moved)
    words = {
        "usage_doubles": "Twice the calls",
        "price_changes": f"A fifth more for {model.label('vendor', vendor)}",
        "quality_worse": "A worse model",
    }
    said = (
        f"{words[id_]}: {own.baseline:,.2f} becomes {own.scenario:,.2f} {question.currency} "
        f"({delta:+,.2f}; between {span.low:,.2f} and {span.high:,.2f})."
    )
    return WhatIf(
        id_,
        TITLES[id_],
        change,
        said,
        own.baseline,
        own.scenario,
        delta,
        span.low,
        span.high,
        moved,
        _held(own),
        [RangePartView(each.name, each.below, each.above, each.why) for each in span.parts],
    )


def _untold(id_: str, change: str | None, why: str) -> WhatIf:
    return WhatIf(id_, TITLES[id_], change, why, None, None, None, None, None, None, [], [])


def _own(found: Scenario, use_case: str) -> Scenario:
    """The scenario's lines of one use case."""
    return replace(found, lines=[each for each in found.lines if each.line.use_case == use_case], seats=())


def _held(own: Scenario) -> list[HeldFixed]:
    costs: dict[str, Decimal] = {}
    for each in own.lines:
        if not each.is_moved:
            costs[each.line.kind] = total((costs.get(each.line.kind, Decimal(0)), each.baseline))
    return [HeldFixed(kind, KINDS[kind][0], cost, KINDS[kind][1]) for kind, cost in costs.items()]


def _main_vendor(actual: Scenario) -> str | None:
    """The vendor whose model calls cost the use case most."""
    costs: dict[str, Decimal] = {}
    for each in actual.lines:
        if each.line.kind in PRICED_KINDS and each.vendor:
            costs[each.vendor] = total((costs.get(each.vendor, Decimal(0)), each.baseline))
    return max(sorted(costs), key=lambda vendor: costs[vendor], default=None)
