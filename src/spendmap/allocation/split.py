"""Split an amount exactly over weights: largest remainder, to the ledger's last digit.

Reads nothing, writes nothing. Invariant: the shares add up to the amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from spendmap.vocabulary import UNIT
from spendmap.vocabulary.errors import DataError


class NoDriverError(DataError):
    """Every weight is zero: nothing says who carries the money."""


def split_by_driver(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Share `amount` in proportion to `weights`, largest remainder first, ties by name.

    Args:
        amount: one currency, scale 12, any sign (credits are negative).
        weights: cost object -> driver quantity; not negative.

    Returns:
        Cost object -> share, same keys as `weights`, summing exactly to `amount`.
    Raises:
        NoDriverError: all weights are zero, or there is none.
        ValueError: a weight is negative.
    Source: Hamilton (largest-remainder) apportionment.
    """
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a driver quantity cannot be negative")
    total = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    if not total:
        raise NoDriverError("every driver quantity is zero.", next_step="Name another driver, or leave it unallocated.")
    sign = -1 if amount < 0 else 1
    units = int(abs(amount) / UNIT)
    shares: dict[str, int] = {}
    remainders: list[tuple[Fraction, str]] = []
    for name, weight in weights.items():
        exact = units * Fraction(weight) / total
        shares[name] = int(exact)
        remainders.append((shares[name] - exact, name))  # most negative = largest remainder
    left = units - sum(shares.values())
    for _, name in sorted(remainders)[:left]:
        shares[name] += 1
    return {name: sign * count * UNIT for name, count in shares.items()}
