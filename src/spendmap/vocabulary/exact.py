"""Exact arithmetic, in one place: sums that lose no digit, shares that add up, fractions rounded once.

Pure. Invariant: the parts of an amount add up to it, to the ledger's last digit; unknown (None) is never zero.
Whole units are counts of `UNIT`, the smallest amount the ledger stores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from spendmap.vocabulary.money import EXACT, MONEY_SCALE, UNIT

Costs = tuple[Decimal | None, ...]
"""The four costs in the order of `COSTS`; None is unknown."""

__all__ = [
    "EXACT",
    "Costs",
    "add_costs",
    "as_stored",
    "as_stored_parts",
    "from_units",
    "largest_remainder",
    "mean_difference",
    "per_unit",
    "share_out",
    "spread",
    "to_units",
    "total",
]
_UNIT = Fraction(UNIT)
_ZERO = Decimal(0)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """Exact sum of the known amounts of one currency; zero for none."""
    found = _ZERO
    for amount in amounts:
        if amount is not None:
            found = EXACT.add(found, amount)
    return found


def add_costs(left: Costs | None, right: Costs) -> Costs:
    """Sum of what is known, per basis; unknown when neither side is."""
    if left is None:
        return right
    return tuple(b if a is None else a if b is None else EXACT.add(a, b) for a, b in zip(left, right, strict=True))


def to_units(amount: Decimal) -> int:
    """An amount as whole units.

    Raises:
        ValueError: it is finer than the ledger's 12 places.
    """
    scaled = amount.scaleb(MONEY_SCALE, EXACT)
    units = int(scaled)
    if units != scaled:
        raise ValueError(f"{amount} is finer than the ledger's {MONEY_SCALE} places")
    return units


def from_units(units: int) -> Decimal:
    """Whole units as an amount at scale 12."""
    return Decimal(units).scaleb(-MONEY_SCALE, EXACT)


def largest_remainder(whole: int, parts: Sequence[int], divisor: int) -> list[int]:
    """Round `parts` / `divisor` to integers that add up to `whole`: down, then one more for the largest remainders.

    Args:
        whole: between the sum of the parts rounded down and that sum rounded up.
        divisor: above zero.
    Source: Hamilton (largest-remainder) apportionment; ties go to the earlier part.
    """
    floors = [part // divisor for part in parts]
    left = whole - sum(floors)
    if left:
        by_remainder = sorted(range(len(parts)), key=lambda place: (floors[place] * divisor - parts[place], place))
        for place in by_remainder[:left]:
            floors[place] += 1
    return floors


def share_out(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Share an amount of any sign in proportion to weights; the shares of `-amount` are those of `amount`, negated.

    Args:
        amount: one currency, at most 12 places.
        weights: any signs, a sum above zero; the order settles ties. A weight of zero gets exactly zero.
    Raises:
        ValueError: the weights do not add up to more than zero, or the amount is finer than 12 places.
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("no weight says who carries the amount")
    units, sign = abs(to_units(amount)), -1 if amount < 0 else 1
    return [from_units(sign * part) for part in largest_remainder(units, [units * each for each in weights], whole)]


def spread(amount: Decimal | None, weights: Sequence[Decimal]) -> list[Decimal | None]:
    """Share an amount in proportion to measured weights; an unknown amount is unknown for each of them.

    Args:
        weights: not negative, at most 12 places; at least one of them above zero.
    Raises:
        ValueError: no weight is above zero, or one is below.
    """
    if amount is None:
        return [None] * len(weights)
    units = [to_units(weight) for weight in weights]
    if min(units, default=0) < 0:
        raise ValueError("no weight says who carries the amount")
    return list(share_out(amount, units))


def as_stored(value: Fraction) -> Decimal:
    """One amount, rounded half-even to the ledger's scale."""
    return from_units(round(value / _UNIT))


def as_stored_parts(values: Sequence[Fraction]) -> list[Decimal]:
    """Amounts of any sign at the ledger's scale, whose sum is their exact sum, rounded half-even.

    Amounts that are stored money already stay as they are when all are.
    """
    common = lcm(*(value.denominator for value in values)) * _UNIT.numerator
    parts = [value.numerator * (common // value.denominator) * _UNIT.denominator for value in values]
    return [from_units(units) for units in largest_remainder(round(Fraction(sum(parts), common)), parts, common)]


def per_unit(amount: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    """Amount per one unit, rounded half-even to 12 places; None when either is unknown or there is no unit."""
    if amount is None or quantity is None or not quantity:
        return None
    return as_stored(Fraction(amount) / Fraction(quantity))


def mean_difference(sum_a: Decimal, count_a: int, sum_b: Decimal, count_b: int) -> Decimal | None:
    """Mean of a less mean of b, one rounding to 12 places; None when either group is empty."""
    if not count_a or not count_b:
        return None
    return as_stored(Fraction(sum_a) / count_a - Fraction(sum_b) / count_b)
