"""Drivers of a change: worked by hand, and adding up whatever the numbers are."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from spendmap.reports.driver_split import Cell, Kind, Part, Side, difference, split
from spendmap.vocabulary.exact import as_stored_parts


def side(cost: str | None, quantity: str | None = None, unit: str = "tokens") -> Side:
    return Side(None if cost is None else Decimal(cost), None if quantity is None else Decimal(quantity), unit)


def sums(parts: list[Part]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = defaultdict(Fraction)
    for part in parts:
        found[part.driver] += part.amount
    return dict(found)


def test_volume_mix_and_price_are_worked_by_hand() -> None:
    # One use case, two models. Before: 100 tokens of A for 10 (0.10 each), 100 of B for 30 (0.30 each): 200 for 40.
    # Now: 100 of A for 12 (0.12 each) and 300 of B for 90 (0.30 each): 400 for 102.
    a = Cell("a", "metered", "triage", side("10", "100"), side("12", "100"))
    b = Cell("b", "metered", "triage", side("30", "100"), side("90", "300"))
    # Twice the tokens at the old mix: + 40. At old prices today's tokens cost 100 x 0.10 + 300 x 0.30 = 100, which is
    # 20 above 80: mix. Today's prices make it 102: + 2, all of it A.
    found = sums(split([a, b]))
    assert found == {"volume": 40, "mix": 20, "price": 2}
    assert sum(found.values()) == 102 - 40


def test_a_lower_price_at_the_same_use_is_price_and_nothing_else() -> None:
    cell = Cell("a", "metered", "p", side("50", "1000"), side("40", "1000"))
    assert sums(split([cell])) == {"price": -10}


def test_what_is_new_or_gone_is_not_a_price() -> None:
    new = Cell("n", "metered", "p", None, side("7", "10"))
    gone = Cell("g", "charge", "p", side("5"), None)
    assert sums(split([new, gone])) == {"new": 7, "gone": -5}


def test_seats_and_hours_are_told_as_count_and_rate() -> None:
    seats = Cell("s", "seats", "p", side("100", "4", "seats"), side("150", "5", "seats"))  # 25 each, then 30 each
    hours = Cell("h", "labour", "p", side("600", "10", "hours"), side("650", "13", "hours"))  # 60, then 50
    parts = {(part.driver, part.name): part.amount for part in split([seats, hours])}
    assert parts == {
        ("seats", "number of seats"): 25,
        ("seats", "price of a seat"): 25,
        ("labour", "hours worked"): 180,
        ("labour", "rate of an hour"): -130,
    }


def test_without_a_quantity_nobody_says_why() -> None:
    unpriced = Side(Decimal(9), Decimal(100), "tokens", is_whole=False)  # some calls of it have no price
    cells = [
        Cell("charge", "charge", "p", side("10"), side("12")),
        Cell("half priced", "metered", "p", side("5", "100"), unpriced),
        Cell("calls, then tokens", "metered", "p", side("5", "100", "calls"), side("6", "100")),
        Cell("never priced", "metered", "p", side(None, "5"), side(None, "9")),
    ]
    assert sums(split(cells)) == {"other": 2 + 4 + 1}


MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=12)
SIDES = st.one_of(
    st.none(),
    st.builds(
        Side,
        st.one_of(st.none(), MONEY),
        st.one_of(st.none(), st.decimals(min_value=0, max_value=10**12, places=4)),
        st.sampled_from(["tokens", "calls", None]),
        st.booleans(),
    ),
)
KINDS: list[Kind] = ["metered", "seats", "labour", "charge"]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(["p", "q"]), SIDES, SIDES), max_size=12))
def test_drivers_add_up_to_the_change_exactly(drawn: list[tuple[Kind, str, Side | None, Side | None]]) -> None:
    cells = [Cell(n, kind, pool, before, now) for n, (kind, pool, before, now) in enumerate(drawn)]
    parts = split(cells)
    whole = sum((difference(cell) for cell in cells), Fraction(0))
    assert sum((part.amount for part in parts), Fraction(0)) == whole
    stored = as_stored_parts([part.amount for part in parts])
    assert sum((Fraction(each) for each in stored), Fraction(0)) == whole  # rounded, and still the change
