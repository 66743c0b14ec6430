"""Pools that spread to other pools: the final share of every receiver, solved at once and exactly.

Reads shares as fractions, gives shares as fractions; no rounding happens here. With `d` the direct shares and
`q` the shares that pools give each other, the final share `f` of pool p is `f[p] = d[p] + sum(q[p][r] * f[r])`:
the reciprocal method of cost accounting, one exact linear system per month.
Invariant: the final shares of a pool add up to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

Shares = Mapping[str, Fraction]


def without_exit(gives: Mapping[str, Iterable[str]], leaves: Iterable[str]) -> set[str]:
    """Pools whose money can never leave the pools: `gives` maps a pool to pools, `leaves` holds those with an exit."""
    out = set(leaves)
    while more := {pool for pool, others in gives.items() if pool not in out and out.intersection(others)}:
        out |= more
    return set(gives) - out


def final_shares(direct: Mapping[str, Shares], to_pools: Mapping[str, Shares]) -> dict[str, dict[str, Fraction]]:
    """Final share of every receiver in every pool's own money.

    Args:
        direct: pool -> receiver outside the pools -> share of the pool.
        to_pools: pool -> pool -> share of the pool; shares of one pool in both add up to one, none is below zero,
            and every pool reaches a receiver (`without_exit` is empty).

    Returns:
        Pool -> receiver -> share; receivers with a share of zero are left out.
    """
    pools = sorted(direct)
    chained = [pool for pool in pools if to_pools.get(pool)]
    done = {pool: dict(direct[pool]) for pool in pools if pool not in chained}
    names = sorted({name for pool in pools for name in direct[pool]})
    # Rows of (I - Q) f = d + (what ready pools bring), one unknown row per chained pool; Gauss with exact fractions.
    place = {pool: index for index, pool in enumerate(chained)}
    left = [[Fraction(int(row == column)) for column in range(len(chained))] for row in range(len(chained))]
    right = [[Fraction(direct[pool].get(name, 0)) for name in names] for pool in chained]
    for pool in chained:
        for other, share in to_pools[pool].items():
            if other in place:
                left[place[pool]][place[other]] -= share
            else:
                for column, name in enumerate(names):
                    right[place[pool]][column] += share * done[other].get(name, 0)
    _eliminate(left, right)
    for pool in chained:
        row = right[place[pool]]
        done[pool] = {name: share for name, share in zip(names, row, strict=True) if share}
    return {pool: {name: share for name, share in done[pool].items() if share} for pool in pools}


def _eliminate(left: list[list[Fraction]], right: list[list[Fraction]]) -> None:
    """Turn `left` into the identity, and `right` into the solution, by Gauss-Jordan."""
    size = len(left)
    for column in range(size):
        pivot = next(row for row in range(column, size) if left[row][column])
        left[column], left[pivot] = left[pivot], left[column]
        right[column], right[pivot] = right[pivot], right[column]
        factor = left[column][column]
        left[column] = [value / factor for value in left[column]]
        right[column] = [value / factor for value in right[column]]
        for row in range(size):
            factor = left[row][column]
            if row != column and factor:
                left[row] = [a - factor * b for a, b in zip(left[row], left[column], strict=True)]
                right[row] = [a - factor * b for a, b in zip(right[row], right[column], strict=True)]
