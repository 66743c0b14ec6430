"""Share an amount exactly over weights: largest remainder, to the ledger's last digit.

Reads nothing, writes nothing. Invariant: the shares add up to the amount, whatever the weights.
Source: Hamilton (largest-remainder) apportionment, in units of the ledger's scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

from spendmap.vocabulary import MONEY_SCALE
from spendmap.vocabulary.errors import DataError

Key = TypeVar("Key")
_EXACT = Context(prec=80)  # a DECIMAL(38,12) moves to whole units and back without a rounding


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
    ratios = {key: weight.as_integer_ratio() for key, weight in weights.items()}
    common = lcm(*(below for _, below in ratios.values()))
    whole = {key: above * (common // below) for key, (above, below) in ratios.items()}
    total = sum(whole.values())
    if not total:
        raise NoDriverError("the driver adds up to zero.", next_step="Name another driver, or leave it unallocated.")
    if total < 0:
        total, whole = -total, {key: -weight for key, weight in whole.items()}
    units, sign = abs(_units(amount)), -1 if amount < 0 else 1
    shares: dict[Key, int] = {}
    remainders: dict[Key, int] = {}
    for key, weight in whole.items():
        shares[key], remainders[key] = divmod(units * weight, total)
    left = units - sum(shares.values())  # fewer than there are remainders above zero
    if left:
        for key in sorted(shares, key=lambda key: (-remainders[key], key))[:left]:
            shares[key] += 1
    return {key: _money(sign * count) for key, count in shares.items()}


def _units(amount: Decimal) -> int:
    scaled = amount.scaleb(MONEY_SCALE, _EXACT)
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{amount} is finer than the ledger's {MONEY_SCALE} places")
    return units


def _money(units: int) -> Decimal:
    return Decimal(units).scaleb(-MONEY_SCALE, _EXACT)
