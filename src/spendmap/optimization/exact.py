"""Exact fractions become stored money: rounded so that the parts add up to the rounded whole.

Pure. Invariant: `sum(whole_units(values))` is the half-even rounding of `sum(values)`; a value that is stored
money already stays as it is when all are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from spendmap.vocabulary import MONEY_SCALE, UNIT

_EXACT = Context(prec=80)
_UNIT = Fraction(UNIT)


def as_stored(value: Fraction) -> Decimal:
    """One amount, rounded half-even to the ledger's scale."""
    return Decimal(round(value / _UNIT)).scaleb(-MONEY_SCALE, context=_EXACT)


def as_stored_parts(values: Sequence[Fraction]) -> list[Decimal]:
    """Amounts of any sign at the ledger's scale, whose sum is their exact sum rounded: largest remainder first.

    Source: Hamilton (largest-remainder) apportionment; ties go to the earlier value.
    """
    units = [value / _UNIT for value in values]
    floors = [unit.numerator // unit.denominator for unit in units]
    left = round(sum(units, Fraction(0))) - sum(floors)
    by_remainder = sorted(range(len(units)), key=lambda index: (floors[index] - units[index], index))
    for index in by_remainder[:left]:
        floors[index] += 1
    return [Decimal(whole).scaleb(-MONEY_SCALE, context=_EXACT) for whole in floors]


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Exact sum."""
    found = Decimal(0)
    for amount in amounts:
        found = _EXACT.add(found, amount)
    return found
