"""Indirect cost: the pools, who receives them by which driver, and each use case fully loaded.

Reads `split` and `month` of the roll-ups. Writes nothing. Fully loaded = direct + what the pools bring, layers apart.
Invariant, per basis and currency: direct + allocated + unallocated + in no pool = the map's total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from spendmap.reports.facts import is_captured
from spendmap.reports.figures import ZERO, Tally, minus, plus, share_of, sum_known
from spendmap.reports.filters import Question, read_value
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.money import money_text

LAYERS = ("direct", "labour", "shared", "overhead", "idle")
UNITS = {
    "requests": "requests",
    "tokens": "tokens",
    "seats": "seats",
    "hours": "minutes",
    "headcount": "people",
    "fixed": "stated parts",
    "even": "equal parts",
}
HOW = "Declare splits in rules/splits.yaml, then run `spendmap allocate`."


@dataclass(frozen=True)
class Receiver:
    """What one use case gets from a pool; `use_case` None: it stays unallocated, and `reason` says why.

    `weight` of `weight_total` is told for one month, in the driver's unit; for several months each has its own, and
    both are None. `via` names pools the money goes through; the weight is then the final share, of 1.
    """

    use_case: str | None
    label: str
    department: str | None
    cost: Decimal | None
    share: Decimal | None
    weight: Decimal | None
    weight_total: Decimal | None
    unit: str | None
    via: str | None
    reason: str | None
    formula: str


@dataclass(frozen=True)
class PoolRow:
    """One pool. `cost` = `allocated` + `unallocated`; None: it has rows and none has a cost on this basis."""

    id: str
    name: str
    layer: str
    driver: str | None
    why: str
    cost: Decimal | None
    allocated: Decimal | None
    unallocated: Decimal | None
    by_category: dict[str, Decimal]
    by_evidence: dict[str, Decimal]
    receivers: list[Receiver]


@dataclass(frozen=True)
class UseCaseCost:
    """One use case: what is its own, what the pools bring, and both."""

    use_case: str
    label: str
    direct: Decimal | None
    indirect: Decimal | None
    fully_loaded: Decimal | None
    by_layer: dict[str, Decimal]
    by_category: dict[str, Decimal]
    by_evidence: dict[str, Decimal]
    by_pool: dict[str, Decimal]
    missing: int


@dataclass(frozen=True)
class IndirectReport:
    """The period's indirect cost. Amounts are known subtotals; `missing` rows have no cost on this basis."""

    period: str
    currency: str
    basis: str
    total: Decimal | None
    direct: Decimal | None
    allocated: Decimal | None
    unallocated: Decimal | None
    in_no_pool: Decimal | None
    by_layer: dict[str, Decimal]
    missing: int
    pools: list[PoolRow]
    use_cases: list[UseCaseCost]
    notes: list[str]


@dataclass
class _Sum:
    """Tallies by any name."""

    whole: Tally = field(default_factory=Tally)
    parts: dict[str, dict[str, Decimal | None]] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], *, missing: int = 0, **names: str | None) -> None:
        """Add a row's cost, and to each named part of it."""
        self.whole.add(row["cost"], rows=1, missing=missing, evidence=row["evidence"])
        for kind, name in names.items():
            part = self.parts.setdefault(kind, {})
            part[name or ""] = plus(part.get(name or ""), row["cost"])

    def by(self, kind: str, order: Sequence[str] = ()) -> dict[str, Decimal]:
        """Known money by name: in `order`, then by name."""
        part = self.parts.get(kind, {})
        names = [*(name for name in order if name in part), *sorted(set(part) - set(order))]
        return {name: cost for name in names if (cost := part[name]) is not None}


def indirect_cost(
    model: ReadModel, question: Question, *, pools: Sequence[str] = (), use_cases: Sequence[str] = ()
) -> IndirectReport:
    """Pools and use cases of a question's period, on its basis, in its currency.

    Args:
        pools: only these pools in the list; the sums stay those of all.
        use_cases: only these receivers and use cases (id or name; "" is what stays unallocated).
    Raises:
        UsageError: no pool or use case is called so.
    """
    wanted = {read_value(model, "use_case", each) for each in use_cases}
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)
        split = session.records(question.fill(sql("split_rows")), question.parameters)
        own = session.records(question.fill(sql("direct_cost")), question.parameters)
    chosen = _read_pools(model, {row["pool"] for row in split}, pools)
    everything, direct, shared, allocated, left, layers = Tally(), Tally(), Tally(), Tally(), Tally(), _Sum()
    cases: dict[str, _Sum] = {}
    for row in own:
        everything.add(row["cost"], rows=row["rows"], missing=row["missing"])
        (shared if row["use_case"] is None else direct).add(row["cost"], rows=row["rows"])
        if row["use_case"] is not None:
            case = cases.setdefault(row["use_case"], _Sum())
            case.add(row, missing=row["missing"], layer=row["layer"], category=row["category"], origin="direct")
    for row in split:
        layers.add(row, layer=row["layer"])
        (allocated if row["use_case"] else left).add(row["cost"], rows=1)
        if row["use_case"]:
            case = cases.setdefault(row["use_case"], _Sum())
            case.add(row, layer=row["layer"], category=row["category"], origin="indirect", pool=row["pool"])
    in_pools = sum_known(each.cost for each in (allocated, left) if each.cost is not None)
    return IndirectReport(
        period=question.period.label,
        currency=question.currency,
        basis=question.basis,
        total=everything.told(is_captured=captured),
        direct=direct.told(is_captured=captured),
        allocated=allocated.told(is_captured=captured),
        unallocated=left.told(is_captured=captured),
        in_no_pool=minus(shared.told(is_captured=captured), in_pools),
        by_layer=layers.by("layer", LAYERS),
        missing=everything.missing,
        pools=[
            _pool(model, question, id_, [row for row in split if row["pool"] == id_], wanted)
            for id_ in sorted({row["pool"] for row in split})
            if not chosen or id_ in chosen
        ],
        use_cases=sorted(
            (_case(model, id_, case) for id_, case in cases.items() if not wanted or id_ in wanted),
            key=lambda case: (-(case.fully_loaded or ZERO), case.use_case),
        ),
        notes=[*question.notes, *_notes(model, question, split, everything.missing)],
    )


def _read_pools(model: ReadModel, present: Iterable[str], pools: Sequence[str]) -> set[str]:
    known = sorted({*model.meta.pools, *present})
    for pool in pools:
        if pool not in known:
            raise UsageError(
                f"no pool is called {pool[:80]!r}.", next_step=f"Known: {', '.join(known)}." if known else HOW
            )
    return set(pools)


def _notes(model: ReadModel, question: Question, split: list[dict[str, Any]], missing: int) -> Iterable[str]:
    if not model.meta.pools:
        yield f"Nothing is split: no rule says how. {HOW}"
    if empty := sorted(set(model.meta.pools) - {row["pool"] for row in split}):
        yield f"No money in {question.currency} for {question.period.label} entered: {', '.join(empty)}."
    if missing:
        yield f"{missing:,} rows have no {question.basis} cost; they are in no sum."


def _pool(model: ReadModel, question: Question, id_: str, rows: list[dict[str, Any]], wanted: set[str]) -> PoolRow:
    about = model.meta.pools.get(id_, {})
    whole, allocated, left = _Sum(), Tally(), Tally()
    groups: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    for row in rows:
        whole.add(row, category=row["category"])
        (allocated if row["use_case"] else left).add(row["cost"], rows=1)
        groups.setdefault((row["use_case"], row["reason"]), []).append(row)
    receivers = [
        _receiver(model, question, own, whole.whole.cost)
        for (use_case, _), own in groups.items()
        if not wanted or (use_case or "") in wanted
    ]
    return PoolRow(
        id=id_,
        name=str(about.get("name") or id_),
        layer=rows[0]["layer"],
        driver=str(about["driver"]) if about.get("driver") else None,
        why=str(about.get("why") or ""),
        cost=whole.whole.told(),
        allocated=allocated.told(),
        unallocated=left.told(),
        by_category=whole.by("category"),
        by_evidence=whole.whole.evidence_mix,
        receivers=sorted(
            receivers,
            key=lambda each: (each.use_case is None, -(each.cost or ZERO), each.use_case or each.reason or ""),
        ),
    )


def _receiver(model: ReadModel, question: Question, rows: list[dict[str, Any]], pool_cost: Decimal | None) -> Receiver:
    """One receiver's rows of one pool: kinds of money and months, all with one receiver."""
    first = rows[0]
    total = Tally()
    for row in rows:
        total.add(row["cost"], rows=1)
    one_month = len({row["month"] for row in rows}) == 1 and question.period.first == question.period.last
    weight, whole = (first["weight"], first["weight_total"]) if one_month else (None, None)
    unit = None if weight is None else "share" if first["via"] else UNITS.get(first["driver"] or "")
    return Receiver(
        use_case=first["use_case"],
        label=model.label("use_case", first["use_case"]) if first["use_case"] else "unallocated",
        department=first["department"],
        cost=total.told(),
        share=share_of(total.cost, pool_cost),
        weight=weight,
        weight_total=whole,
        unit=unit,
        via=first["via"],
        reason=first["reason"],
        formula=_formula(question, rows, pool_cost, weight, whole, unit),
    )


def _formula(
    question: Question,
    rows: list[dict[str, Any]],
    pool_cost: Decimal | None,
    weight: Decimal | None,
    whole: Decimal | None,
    unit: str | None,
) -> str:
    """How the figure came about, in words. Shares come from the exact weights, the last unit by largest remainder."""
    first = rows[0]
    if first["use_case"] is None:
        where = f" in {first['via']}" if first["via"] else ""
        return f"stays unallocated{where}: {first['reason']}"
    if weight is None or whole is None:
        months = sorted({row["month"] for row in rows})
        told = "1 month, by its" if len(months) == 1 else f"{len(months)} months, each by its"
        return f"the sum of {told} own weights (driver {first['driver']})"
    money = f"{pool_cost:,.2f} {question.currency}" if pool_cost is not None else f"money unknown on {question.basis}"
    if unit == "share":
        return f"{money} x {money_text(weight)}, its final share through the pools {first['via']}"
    return f"{money} x {_grouped(weight)} of {_grouped(whole)} {unit}"


def _grouped(weight: Decimal) -> str:
    whole, dot, part = (money_text(weight) or "").partition(".")
    return f"{int(whole):,}{dot}{part}"


def _case(model: ReadModel, id_: str, case: _Sum) -> UseCaseCost:
    origin = case.parts.get("origin", {})
    return UseCaseCost(
        use_case=id_,
        label=model.label("use_case", id_),
        direct=origin.get("direct", ZERO),
        indirect=origin.get("indirect", ZERO),
        fully_loaded=case.whole.told(),
        by_layer=case.by("layer", LAYERS),
        by_category=case.by("category"),
        by_evidence=case.whole.evidence_mix,
        by_pool=case.by("pool"),
        missing=case.whole.missing,
    )
