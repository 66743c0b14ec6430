"""Money over weights and money per unit, exactly: the only divisions of the step.

Pure. Invariant: the shares of an amount add up to it, to the ledger's last digit; unknown stays unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

from spendmap.vocabulary import MONEY_SCALE, UNIT

_EXACT = Context(prec=80)
_UNIT = Fraction(UNIT)


def spread(amount: Decimal | None, weights: Sequence[Decimal]) -> list[Decimal | None]:
    """Share an amount in proportion to weights, largest remainder first, ties to the earlier weight.

    Args:
        amount: one currency, scale 12, any sign; None gives None for each weight.
        weights: not negative; at least one of them positive.
    Raises:
        ValueError: no weight is positive, or one is negative.
    Source: Hamilton (largest-remainder) apportionment.
    """
    if amount is None:
        return [None] * len(weights)
    units = [_units(weight) for weight in weights]
    whole = sum(units)
    if whole <= 0 or min(units) < 0:
        raise ValueError("no weight says who carries the amount")
    sign, total = (-1, -_units(amount)) if amount < 0 else (1, _units(amount))
    floors = [total * unit // whole for unit in units]
    left = total - sum(floors)
    if left:
        by_remainder = sorted(range(len(units)), key=lambda place: (-(total * units[place] % whole), place))
        for place in by_remainder[:left]:
            floors[place] += 1
    return [Decimal(sign * floor).scaleb(-MONEY_SCALE, context=_EXACT) for floor in floors]


def per_unit(amount: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    """Amount per one unit, rounded half-even to 12 places; None when either is unknown or there is no unit."""
    if amount is None or quantity is None or not quantity:
        return None
    exact = Fraction(amount) / Fraction(quantity)
    return Decimal(round(exact / _UNIT)).scaleb(-MONEY_SCALE, context=_EXACT)


def mean_difference(sum_a: Decimal, count_a: int, sum_b: Decimal, count_b: int) -> Decimal | None:
    """Mean of a less mean of b, one rounding to 12 places; None when either group is empty."""
    if not count_a or not count_b:
        return None
    exact = Fraction(sum_a) / count_a - Fraction(sum_b) / count_b
    return Decimal(round(exact / _UNIT)).scaleb(-MONEY_SCALE, context=_EXACT)


def _units(amount: Decimal) -> int:
    return int(amount.scaleb(MONEY_SCALE, context=_EXACT))
