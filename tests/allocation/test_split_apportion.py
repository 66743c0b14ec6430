"""Sharing an amount over weights, to the last digit."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from random import Random

import pytest

from spendmap.allocation.split import NoDriverError, split_by_driver
from spendmap.allocation.split.reciprocal import final_shares, without_exit

EXACT = Context(prec=80)


def money(units: int) -> Decimal:
    return Decimal(units).scaleb(-12, EXACT)


def test_three_teams_share_a_node_and_the_odd_unit_goes_to_the_name_that_sorts_first() -> None:
    shares = split_by_driver(Decimal(100), {"search": Decimal(1), "chat": Decimal(1), "ads": Decimal(1)})
    assert shares == {
        "ads": Decimal("33.333333333334"),
        "chat": Decimal("33.333333333333"),
        "search": Decimal("33.333333333333"),
    }


def test_the_odd_unit_goes_to_the_largest_remainder_before_any_name() -> None:
    # 1 unit over 1 : 2: a third and two thirds; the larger remainder takes it.
    assert split_by_driver(money(1), {"a": Decimal(1), "b": Decimal(2)}) == {"a": money(0), "b": money(1)}


def test_a_credit_is_shared_as_its_charge_was() -> None:
    weights = {"a": Decimal(1), "b": Decimal("2.5"), "c": Decimal(0)}
    charge, credit = split_by_driver(Decimal("10.01"), weights), split_by_driver(Decimal("-10.01"), weights)
    assert credit == {name: -share for name, share in charge.items()}
    assert charge["c"] == 0  # a weight of zero gets nothing, not even the odd unit


def test_a_weight_below_zero_takes_the_other_sign_and_the_sum_holds() -> None:
    assert split_by_driver(Decimal(100), {"a": Decimal(3), "b": Decimal(-1)}) == {"a": Decimal(150), "b": Decimal(-50)}


def test_weights_that_are_all_below_zero_share_like_their_opposites() -> None:
    below = split_by_driver(Decimal(1), {"a": Decimal(-1), "b": Decimal(-2)})
    assert below == split_by_driver(Decimal(1), {"a": Decimal(1), "b": Decimal(2)})


@pytest.mark.parametrize("weights", [{}, {"a": Decimal(0)}, {"a": Decimal(1), "b": Decimal(-1)}])
def test_weights_that_add_up_to_zero_say_nothing(weights: dict[str, Decimal]) -> None:
    with pytest.raises(NoDriverError, match="adds up to zero"):
        split_by_driver(Decimal(1), weights)


def test_an_amount_finer_than_the_ledger_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than the ledger"):
        split_by_driver(Decimal("0.0000000000001"), {"a": Decimal(1)})


def test_the_widest_sum_of_the_ledger_keeps_every_digit() -> None:
    widest = Decimal("99999999999999999999999999.999999999999")  # DECIMAL(38,12)
    shares = split_by_driver(widest, {"a": Decimal(1), "b": Decimal(1), "c": Decimal("0.000000000001")})
    total = Decimal(0)
    for share in shares.values():
        total = EXACT.add(total, share)
    assert total == widest


def test_a_hundred_thousand_random_splits_conserve_every_unit() -> None:
    random = Random(20261031)

    def weight() -> Fraction:
        kind = random.randrange(8)
        if kind == 0:
            return Fraction(0)
        size = Fraction(random.randrange(1, 10 ** random.randrange(1, 13)), random.choice((1, 1, 7, 1000, 10**12)))
        return -size if kind == 1 else size

    done = nested = below = zero = 0
    for _ in range(100_000):
        units = random.randrange(-(10 ** random.randrange(1, 27)), 10 ** random.randrange(1, 27))
        weights = {name: weight() for name in "abcdef"[: random.randrange(1, 7)]}
        zero += not all(weights.values())
        below += any(each < 0 for each in weights.values())
        if not sum(weights.values()):
            continue
        shares = split_by_driver(money(units), weights)
        assert sum(int(share.scaleb(12, EXACT)) for share in shares.values()) == units
        assert all(not shares[name] for name, each in weights.items() if not each)
        done += 1
        if done % 20 == 0:  # nobody is a whole unit off the exact share
            total = sum(weights.values())
            for name, share in shares.items():
                assert abs(int(share.scaleb(12, EXACT)) - units * weights[name] / total) < 1
        if done % 4 == 0:  # a share is shared again, by other weights
            inner = {name: Fraction(random.randrange(1, 50)) for name in "xyz"}
            first = shares["a"]
            again = split_by_driver(first, inner).values()
            assert sum(int(each.scaleb(12, EXACT)) for each in again) == int(first.scaleb(12, EXACT))
            nested += 1
    assert done > 80_000 and nested > 20_000 and below > 10_000 and zero > 10_000


def test_a_chain_passes_on_what_it_is_given() -> None:
    # rent gives half to cooling, which gives a third to chat and two thirds to search.
    direct = {"rent": {"chat": Fraction(1, 2)}, "cooling": {"chat": Fraction(1, 3), "search": Fraction(2, 3)}}
    shares = final_shares(direct, {"rent": {"cooling": Fraction(1, 2)}, "cooling": {}})
    assert shares["rent"] == {"chat": Fraction(2, 3), "search": Fraction(1, 3)}


def test_the_textbook_pair_of_departments_that_serve_each_other() -> None:
    # S1 gives 20 % to S2, 40 % to P1 and 40 % to P2; S2 gives 10 % to S1, 50 % to P1 and 40 % to P2.
    # S1 = 0.4 P1 + 0.4 P2 + 0.2 S2 and S2 = 0.5 P1 + 0.4 P2 + 0.1 S1, so S1 (1 - 0.02) = 0.5 P1 + 0.48 P2.
    direct = {
        "s1": {"p1": Fraction(4, 10), "p2": Fraction(4, 10)},
        "s2": {"p1": Fraction(5, 10), "p2": Fraction(4, 10)},
    }
    shares = final_shares(direct, {"s1": {"s2": Fraction(2, 10)}, "s2": {"s1": Fraction(1, 10)}})
    assert shares["s1"] == {"p1": Fraction(50, 98), "p2": Fraction(48, 98)}
    assert shares["s2"] == {"p1": Fraction(54, 98), "p2": Fraction(44, 98)}


def test_final_shares_of_random_webs_of_pools_add_up_to_one() -> None:
    random = Random(7)
    for _ in range(300):
        pools = [f"pool-{number}" for number in range(random.randrange(2, 8))]
        direct, to_pools = {}, {}
        for pool in pools:
            weights = {name: Fraction(random.randrange(0, 5)) for name in (*"xyz", *pools) if name != pool}
            weights["x"] += 1  # something leaves every pool
            total = sum(weights.values())
            direct[pool] = {name: weights[name] / total for name in "xyz"}
            to_pools[pool] = {name: weights[name] / total for name in pools if weights.get(name)}
        assert [sum(shares.values()) for shares in final_shares(direct, to_pools).values()] == [1] * len(pools)


def test_pools_that_feed_only_each_other_have_no_exit() -> None:
    gives = {"a": ["b"], "b": ["a"], "c": ["a", "d"], "d": []}
    assert without_exit(gives, ["d"]) == {"a", "b"}
