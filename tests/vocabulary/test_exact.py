"""Exact arithmetic: one context, one largest remainder, no digit lost and none invented."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.vocabulary.exact import (
    add_costs,
    as_stored,
    as_stored_parts,
    largest_remainder,
    per_unit,
    share_out,
    spread,
    to_units,
    total,
)

UNIT = Decimal("0.000000000001")
AMOUNTS = st.decimals("-99999999999999999999", "99999999999999999999", places=12, allow_nan=False, allow_infinity=False)
FRACTIONS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


def test_ten_dollars_over_three_teams_give_the_odd_unit_to_the_first() -> None:
    # 10 / 3 = 3.333333333333 each and one unit left; all remainders are equal, so the first team gets it.
    assert share_out(Decimal(10), [1, 1, 1]) == [
        Decimal("3.333333333334"), Decimal("3.333333333333"), Decimal("3.333333333333"),
    ]  # fmt: skip


def test_the_odd_unit_goes_to_the_largest_remainder_before_the_first() -> None:
    # 1 unit over 1 : 2 is 1/3 and 2/3 of a unit: the second is nearer to a whole one.
    assert share_out(UNIT, [1, 2]) == [0 * UNIT, UNIT]
    assert largest_remainder(1, [1, 2], 3) == [0, 1]


def test_a_credit_is_shared_like_the_charge_it_takes_back() -> None:
    charge, credit = share_out(Decimal("10.01"), [3, 3, 1]), share_out(Decimal("-10.01"), [3, 3, 1])
    assert [-share for share in charge] == credit


def test_weights_that_say_nothing_and_amounts_too_fine_are_refused() -> None:
    for weights in ([], [0, 0], [-1], [1, -1]):
        with pytest.raises(ValueError, match="no weight says"):
            share_out(Decimal(1), weights)
    with pytest.raises(ValueError, match="no weight says"):
        spread(Decimal(1), [Decimal(2), Decimal(-1)])  # 2 - 1 is above zero, yet one weight is not a measure
    with pytest.raises(ValueError, match="finer than the ledger"):
        to_units(Decimal("0.0000000000001"))


def test_unknown_is_never_zero() -> None:
    assert spread(None, [Decimal(1), Decimal(2)]) == [None, None]
    assert per_unit(None, Decimal(2)) is None and per_unit(Decimal(2), Decimal(0)) is None
    assert add_costs((Decimal(1), None, None), (None, Decimal(2), None)) == (Decimal(1), Decimal(2), None)
    assert total([None, Decimal(1)]) == 1 and total([]) == 0


def test_halves_go_to_the_even_digit_and_parts_round_with_their_sum() -> None:
    half = Fraction(1, 2) * Fraction(UNIT)
    assert (as_stored(half), as_stored(3 * half), as_stored(-half)) == (0, 2 * UNIT, 0)
    # Three halves of a unit are one and a half together: rounded half-even that is two units, for the first two.
    assert as_stored_parts([half, half, half]) == [UNIT, UNIT, 0]
    assert as_stored_parts([]) == []


def test_a_sum_of_the_widest_amounts_keeps_its_last_digit() -> None:
    assert total([Decimal("9" * 26 + ".000000000001"), UNIT, -Decimal("9" * 26)]) == 2 * UNIT


@given(amount=AMOUNTS, weights=st.lists(st.integers(0, 10**30), min_size=1, max_size=20).filter(any))
def test_shares_add_up_to_the_amount_whatever_the_weights(amount: Decimal, weights: list[int]) -> None:
    shares = share_out(amount, weights)
    assert total(shares) == amount
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if not weight)
    assert all(
        abs(Fraction(share) - Fraction(amount) * weight / sum(weights)) < Fraction(UNIT)
        for share, weight in zip(shares, weights, strict=True)
    )


@given(values=st.lists(FRACTIONS, max_size=20))
def test_parts_add_up_to_their_sum_rounded_once(values: list[Fraction]) -> None:
    parts = as_stored_parts(values)
    assert total(parts) == as_stored(sum(values, Fraction(0)))
    assert all(abs(Fraction(part) - value) < Fraction(UNIT) for part, value in zip(parts, values, strict=True))


@given(values=st.lists(AMOUNTS, max_size=20))
def test_money_that_is_stored_already_stays_as_it_is(values: list[Decimal]) -> None:
    assert as_stored_parts([Fraction(value) for value in values]) == values
