"""The head of the Economics page: cost per accepted run of the most expensive use cases by month, with targets.

Reads the published unit costs. Writes nothing. A month without accepted runs is a gap, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from spendmap.reports.economics import facts_of, read_layers
from spendmap.reports.economics_facts import Facts
from spendmap.reports.filters import ask, months_between, strip_window
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.views import MonthCost, PeriodView
from spendmap.value.loaded import LAYERS
from spendmap.value.published import open_value, why_not_valued
from spendmap.vocabulary.exact import per_unit

TILES = 5


@dataclass(frozen=True)
class UnitTile:
    """Cost per accepted run of one use case. `above_target`: None without a target or a figure."""

    use_case: str
    label: str
    unit_cost: Decimal | None
    previous_unit_cost: Decimal | None
    accepted: Decimal
    target: Decimal | None
    above_target: bool | None
    series: list[MonthCost]


@dataclass(frozen=True)
class EconomicsOverview:
    """Tiles of the period, and what is not known. `valued`: false before the step ran."""

    period: PeriodView
    currency: str
    basis: str
    layers: list[str]
    valued: bool
    indirect_known: bool
    made_at: str | None
    map_total: Decimal | None
    unallocated: Decimal | None
    tiles: list[UnitTile]
    unknown: list[str]


def economics_overview(
    model: ReadModel,
    *,
    today: date,
    period: str | None = None,
    basis: str = "effective",
    currency: str | None = None,
    layers: Sequence[str] = LAYERS,
) -> EconomicsOverview:
    """Tiles and what is not known.

    Raises:
        UsageError: a word is not known.
    """
    wanted = read_layers(layers)
    question = ask(model, today=today, period=period, compare="none", basis=basis, currency=currency)
    view = PeriodView.of(question.period)
    found = open_value(model.root / "rollups" / model.version)
    if found is None:
        return EconomicsOverview(
            view, question.currency, question.basis, list(wanted), False, False, None, None, None, [],
            [why_not_valued(model.root / "rollups")],
        )  # fmt: skip
    with facts_of(found, question, wanted) as facts:
        costs, rest = facts.costs("use_case")
        runs = facts.runs("use_case")
        cased = {case: loaded.cost(wanted) for case, loaded in costs.items()}
        judged = [case for case, run in runs.items() if case and run.of("accepted") and cased.get(case) is not None]
        dearest = sorted(judged, key=lambda case: (-(cased[case] or Decimal(0)), case))[:TILES]
        series = _series(facts, strip_window(question.period), dearest)
        tiles = [
            _tile(
                case, model.label("use_case", case), per_unit(cased[case], runs[case].of("accepted")),
                runs[case].of("accepted"), series[case], _target(found.about.targets.get(case), question.currency),
                question.period.first,
            )
            for case in dearest
        ]  # fmt: skip
        parts = [loaded.cost(LAYERS) for loaded in costs.values()] + [rest.cost(LAYERS)]
        known = [each for each in parts if each is not None]
        unknown = _unknown(facts, [case for case in costs if case not in runs])
    return EconomicsOverview(
        period=view,
        currency=question.currency,
        basis=question.basis,
        layers=list(wanted),
        valued=True,
        indirect_known=found.about.is_split,
        made_at=found.about.made_at,
        map_total=sum(known, Decimal(0)) if known else None,
        unallocated=rest.cost(LAYERS),
        tiles=tiles,
        unknown=unknown,
    )


def _series(facts: Facts, window: tuple[str, str], cases: Sequence[str]) -> dict[str, list[MonthCost]]:
    records = facts.records_between(sql("economics_series").replace("{cost}", f"{facts.basis}_cost"), window)
    cost: dict[tuple[str, str], Decimal] = {}
    accepted: dict[tuple[str, str], Decimal] = {}
    for row in records:
        key = (row["use_case"], row["month"])
        if row["layer"] is None:
            accepted[key] = row["value"]
        elif row["layer"] in facts.layers and row["value"] is not None:
            cost[key] = cost.get(key, Decimal(0)) + row["value"]
    return {
        case: [
            MonthCost(month, per_unit(cost.get((case, month)), accepted.get((case, month))))
            for month in months_between(*window)
        ]
        for case in cases
    }


def _tile(
    case: str,
    label: str,
    unit_cost: Decimal | None,
    accepted: Decimal,
    series: list[MonthCost],
    target: Decimal | None,
    first: str,
) -> UnitTile:
    before = [each.cost for each in series if each.month < first]
    above = None if target is None or unit_cost is None else unit_cost > target
    return UnitTile(case, label, unit_cost, before[-1] if before else None, accepted, target, above, series)


def _target(stated: object, currency: str) -> Decimal | None:
    if not isinstance(stated, dict) or stated.get("currency") != currency:
        return None
    return Decimal(stated["amount"])


def _unknown(facts: Facts, without_runs: Sequence[str | None]) -> list[str]:
    notes = []
    if not facts.model.about.is_split:
        notes.append("Indirect cost: shared money is not split over use cases, so every unit cost is too low.")
    named = sorted(case for case in without_runs if case is not None)
    if named:
        notes.append(f"Accepted runs: none are captured for {len(named)} use cases with cost ({', '.join(named)}).")
    if not facts.revenue("plan")[0]:
        notes.append("Revenue: none is captured in the period, so margins rest on register prices.")
    if not facts.model.about.targets:
        notes.append("Targets: no use case states a target for its cost per accepted run.")
    return notes
