"""Share an amount exactly over weights: largest remainder, to the ledger's last digit.

Reads nothing, writes nothing. Invariant: the shares add up to the amount, whatever the weights.
Source: Hamilton (largest-remainder) apportionment, in units of the ledger's scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

from spendmap.vocabulary.errors import DataError
from spendmap.vocabulary.exact import share_out

Key = TypeVar("Key")


class NoDriverError(DataError):
    """The weights add up to zero: nothing says who carries the money."""


def split_by_driver(
    amount: Decimal, weights: Mapping[Key, Decimal] | Mapping[Key, Fraction] | Mapping[Key, Decimal | Fraction]
) -> dict[Key, Decimal]:
    """Share `amount` in proportion to `weights`; what does not come out even goes to the largest remainders.

    Ties go to the key that sorts first. A weight of zero gets exactly zero. A weight below zero takes the opposite
    sign of the others (`100` over `3` and `-1` is `150` and `-50`); all weights below zero share like all above.
    The shares of `-amount` are those of `amount`, each with its sign turned.

    Args:
        amount: one currency, at most 12 places, any sign (credits are negative).
        weights: cost object -> driver quantity; keys sort among each other.

    Returns:
        Cost object -> share at scale 12, same keys as `weights`, adding up to `amount` exactly.
    Raises:
        NoDriverError: the weights add up to zero, or there is none.
        ValueError: the amount is finer than the ledger's 12 places.
    """
    order: list[Key] = sorted(weights)  # type: ignore[type-var]
    ratios = [weights[key].as_integer_ratio() for key in order]
    common = lcm(*(below for _, below in ratios))
    whole = [above * (common // below) for above, below in ratios]
    if not sum(whole):
        raise NoDriverError("the driver adds up to zero.", next_step="Name another driver, or leave it unallocated.")
    if sum(whole) < 0:
        whole = [-weight for weight in whole]
    shares = dict(zip(order, share_out(amount, whole), strict=True))
    return {key: shares[key] for key in weights}
