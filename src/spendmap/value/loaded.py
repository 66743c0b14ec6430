"""Fully loaded cost: metered calls as they are, the rest of each use case spread by its customers' metered share.

Pure: roll-up rows in, rows out, in three layers and a remainder:
    inference    metered calls, by the customer and feature they name
    direct       the use case's other money: labour, billed services, infrastructure that names it
    indirect     what the split step shared out to the use case
    unallocated  money that no use case carries
Invariant: per month, currency, evidence and basis the rows add up to the AI money of the month roll-up. Sharing
weighs by metered effective cost, the part that names no customer included; with nothing metered the money names none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from spendmap.vocabulary.exact import EXACT, Costs, add_costs, spread
from spendmap.vocabulary.money import COST_BASES

LAYERS = ("inference", "direct", "indirect")
UNALLOCATED = "unallocated"
_EFFECTIVE = COST_BASES.index("effective")
UNKNOWN: Costs = (None,) * len(COST_BASES)


@dataclass(frozen=True)
class Money:
    """Money of one month, use case (None: none), currency and evidence. `is_usage`: metered calls."""

    month: str
    use_case: str | None
    currency: str
    evidence: str | None
    costs: Costs
    is_usage: bool = False


@dataclass(frozen=True)
class Metered:
    """Metered money by the customer and feature it names."""

    month: str
    use_case: str | None
    customer: str | None
    feature: str | None
    currency: str
    evidence: str | None
    costs: Costs
    usage_rows: int = 0
    unpriced_rows: int = 0


@dataclass(frozen=True)
class Loaded:
    """One layer of what a customer and feature of a use case cost in a month."""

    month: str
    use_case: str | None
    customer: str | None
    feature: str | None
    currency: str
    evidence: str | None
    layer: str
    costs: Costs
    usage_rows: int = 0
    unpriced_rows: int = 0


@dataclass
class _Place:
    """Everything of one month, currency and use case."""

    other: dict[str | None, Costs]
    indirect: dict[str | None, Costs]
    usage: dict[str | None, Costs]
    metered: list[Metered]


def load_costs(money: Iterable[Money], metered: Iterable[Metered], split: Iterable[Money]) -> Iterator[Loaded]:
    """Spread the money of every use case over its customers and features.

    Args:
        money: AI money of the month roll-up.
        metered: the customer roll-up; the usage part of `money` again, finer.
        split: what the split step gave to use cases, and under `use_case` None what it left.
    """
    places: dict[tuple[str, str, str | None], _Place] = defaultdict(lambda: _Place({}, {}, {}, []))
    for row in money:
        place = places[row.month, row.currency, row.use_case]
        into = place.usage if row.is_usage else place.other
        into[row.evidence] = add_costs(into.get(row.evidence, UNKNOWN), row.costs)
    for cell in metered:
        places[cell.month, cell.currency, cell.use_case].metered.append(cell)
    for share in split:
        if share.use_case is None:
            continue
        receiver = places[share.month, share.currency, share.use_case]
        receiver.indirect[share.evidence] = add_costs(receiver.indirect.get(share.evidence, UNKNOWN), share.costs)
        giver = places[share.month, share.currency, None]
        giver.other[share.evidence] = minus(giver.other.get(share.evidence, UNKNOWN), share.costs)
    for (month, currency, use_case), place in sorted(places.items(), key=lambda item: tuple(map(str, item[0]))):
        if use_case is None:
            yield from _of_no_use_case(month, currency, place)
        else:
            yield from _of_use_case(month, currency, use_case, place)


def _of_no_use_case(month: str, currency: str, place: _Place) -> Iterator[Loaded]:
    """Money of no use case stays whole: a customer's calls without one may be in a pool that was shared out."""
    rest = dict(place.other)
    for evidence, costs in place.usage.items():
        rest[evidence] = add_costs(rest.get(evidence, UNKNOWN), costs)
    unpriced = sum(cell.unpriced_rows for cell in place.metered)
    used = sum(cell.usage_rows for cell in place.metered)
    for evidence, costs in _in_order(rest):
        yield Loaded(month, None, None, None, currency, evidence, UNALLOCATED, costs, used, unpriced)
        used = unpriced = 0


def _of_use_case(month: str, currency: str, use_case: str, place: _Place) -> Iterator[Loaded]:
    for cell in place.metered:
        yield Loaded(
            month, use_case, cell.customer, cell.feature, currency, cell.evidence, "inference", cell.costs,
            cell.usage_rows, cell.unpriced_rows,
        )  # fmt: skip
    rest = dict(place.other)
    if not place.metered:  # a roll-up without customers: its calls are still calls
        for evidence, costs in _in_order(place.usage):
            yield Loaded(month, use_case, None, None, currency, evidence, "inference", costs)
    cells, weights = _weights(place.metered)
    for layer, shared in (("direct", rest), ("indirect", place.indirect)):
        for evidence, costs in _in_order(shared):
            parts = [spread(cost, weights) for cost in costs]
            for index, (customer, feature) in enumerate(cells):
                share: Costs = tuple(part[index] for part in parts)
                if any(share):
                    yield Loaded(month, use_case, customer, feature, currency, evidence, layer, share)


def _weights(metered: Sequence[Metered]) -> tuple[list[tuple[str | None, str | None]], list[Decimal]]:
    weights: dict[tuple[str | None, str | None], Decimal] = {}
    for cell in metered:
        cost = cell.costs[_EFFECTIVE]
        if cost is not None and cost > 0:
            key = (cell.customer, cell.feature)
            weights[key] = EXACT.add(weights.get(key, Decimal(0)), cost)
    if not weights:
        return [(None, None)], [Decimal(1)]
    order = sorted(weights, key=lambda key: (str(key[0] or ""), str(key[1] or "")))
    return order, [weights[key] for key in order]


def minus(one: Costs, other: Costs) -> Costs:
    """Difference per basis; unknown less something known is that much below zero, so that sums still hold."""
    return add_costs(one, tuple(None if each is None else each.copy_negate() for each in other))


def _in_order(costs: Mapping[str | None, Costs]) -> list[tuple[str | None, Costs]]:
    return sorted(costs.items(), key=lambda item: item[0] or "")
