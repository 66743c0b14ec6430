"""Spread the pools of one month over use cases, exactly, and say of each share how it came about.

Reads filled pools and weights; gives the rows of `split.parquet`; pure.
Invariant: per pool, kind of money and basis, the shares add up to the pool's money, to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from spendmap.allocation.split.apportion import split_by_driver
from spendmap.allocation.split.drivers import Drivers
from spendmap.allocation.split.pools import Pool
from spendmap.allocation.split.reciprocal import final_shares, without_exit
from spendmap.vocabulary import UNIT
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.money import COSTS

UNALLOCATED = "\x00"  # before the reason, so that no use case is ever taken for one


@dataclass(frozen=True)
class _Given:
    """What one pool gives, directly: receivers outside the pools, other pools, and the weights behind both."""

    weights: Mapping[str, Fraction]
    direct: Mapping[str, Fraction]
    to_pools: Mapping[str, Fraction]


def spread(month: str, pools: Mapping[str, Pool], drivers: Drivers) -> Iterator[dict[str, Any]]:
    """One row per pool, kind of money and receiver; a receiver with a share of zero has none."""
    measures = {name: pool.measures for name, pool in pools.items()}
    given = {
        name: _give(month, pool, pools, drivers.weights(month, pool.rule, measures)) for name, pool in pools.items()
    }
    closed = without_exit(
        {name: each.to_pools for name, each in given.items()}, [name for name, each in given.items() if each.direct]
    )
    for name in closed:
        others = ", ".join(sorted(closed - {name}))
        reason = f"this pool and {others} give only to each other: no use case receives"
        given[name] = _unallocated(given[name].weights, reason)
    shares = final_shares(
        {name: each.direct for name, each in given.items()}, {name: each.to_pools for name, each in given.items()}
    )
    for name, pool in sorted(pools.items()):
        for key, costs in sorted(pool.money.items()):
            split = [None if cost is None else split_by_driver(cost, shares[name]) for cost in costs]
            for receiver, share in sorted(shares[name].items()):
                amounts = [None if each is None else each[receiver] for each in split]
                yield {
                    "month": month,
                    **{field: value or None for field, value in key._asdict().items()},
                    "pool": name,
                    "layer": pool.rule.layer,
                    "rule": name,
                    **_receiver(month, name, receiver, share, given, shares, drivers, pool),
                    **dict(zip(COSTS, amounts, strict=True)),
                }


def _receiver(
    month: str,
    name: str,
    receiver: str,
    share: Fraction,
    given: Mapping[str, _Given],
    shares: Mapping[str, Mapping[str, Fraction]],
    drivers: Drivers,
    pool: Pool,
) -> dict[str, Any]:
    """Who receives, by which weight. What comes through other pools has its final share as weight, of 1."""
    own = given[name]
    via = ", ".join(sorted(other for other in own.to_pools if receiver in shares[other])) or None
    if receiver.startswith(UNALLOCATED):
        nothing = dict.fromkeys(("use_case", "department", "driver", "weight", "weight_total"))
        return {**nothing, "reason": receiver.removeprefix(UNALLOCATED), "via": via}
    weight, total = (share, Fraction(1)) if via else (own.weights[receiver], sum(own.weights.values()))
    return {
        "use_case": receiver,
        "department": drivers.department(month, receiver),
        "driver": pool.rule.driver,
        "weight": _decimal(weight),
        "weight_total": _decimal(Fraction(total)),
        "reason": None,
        "via": via,
    }


def _give(month: str, pool: Pool, pools: Mapping[str, Pool], weights: Mapping[str, Fraction]) -> _Given:
    """Shares of the direct receivers, or all of it unallocated with the reason."""
    driver = pool.rule.driver
    if pool.rule.to.is_nobody:
        return _unallocated(weights, "the rule gives it to nobody" + (f": {pool.rule.why}" if pool.rule.why else ""))
    if not weights:
        return _unallocated(weights, "no use case that the rule names is known in the month")
    below, above = [name for name in weights if weights[name] < 0], [name for name in weights if weights[name] > 0]
    if not below and not above:
        return _unallocated(weights, f"the driver {driver} is zero for every receiver ({_names(weights)})")
    if below and above:
        return _unallocated(weights, f"the driver {driver} is below zero for {_names(below)} and above for others")
    total = sum(weights.values(), Fraction(0))
    shares = {name: weight / total for name, weight in weights.items() if weight}
    direct: dict[str, Fraction] = {}
    to_pools: dict[str, Fraction] = {}
    for name, share in shares.items():
        if name in pools:
            to_pools[name] = share
        elif name in pool.rule.to.pools:
            direct[f"{UNALLOCATED}the pool {name}, which would receive it, is not in force in the month"] = share
        else:
            direct[name] = share
    return _Given(weights, direct, to_pools)


def _unallocated(weights: Mapping[str, Fraction], reason: str) -> _Given:
    return _Given(weights, {UNALLOCATED + reason: Fraction(1)}, {})


def _names(names: Mapping[str, Fraction] | list[str], shown: int = 3) -> str:
    listed = sorted(names)
    return ", ".join(listed[:shown]) + (f" and {len(listed) - shown} more" if len(listed) > shown else "")


def _decimal(value: Fraction) -> Decimal:
    """The weight as it is told: 12 places, half-even. Shares are computed from the exact fraction."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)).quantize(UNIT, context=EXACT)
