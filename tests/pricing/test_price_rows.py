"""The boxes prices are in force in: cutting and joining them never changes what is charged."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.pricing.merging import merged
from spendmap.pricing.overlaps import overlaps
from spendmap.pricing.rows import DAY_S, EVERY_DAY, NO_UPPER_TIER, PriceRow, unit_price, without_all
from spendmap.pricing.tabular import rows_of, table_of

START = datetime.fromisoformat("2026-01-01")


@st.composite
def price_rows(draw: st.DrawFn) -> PriceRow:
    days = sorted(draw(st.tuples(st.integers(0, 20), st.integers(0, 20)).filter(lambda pair: pair[0] != pair[1])))
    seconds = sorted(draw(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1])))
    tokens = sorted(draw(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1])))
    return PriceRow(
        provider="p",
        model="m",
        meter="output",
        list_unit_price=Decimal(draw(st.integers(0, 3))),
        valid_from=START + timedelta(days=days[0]),
        valid_to=START + timedelta(days=days[1]),
        window_start_s=seconds[0] * 14_400,
        window_end_s=seconds[1] * 14_400,
        window_weekdays=draw(st.integers(1, EVERY_DAY)),
        input_from=tokens[0] * 100,
        input_to=tokens[1] * 100,
    )


def holds(row: PriceRow, at: datetime, tokens: int) -> bool:
    second = at.hour * 3600 + at.minute * 60 + at.second
    return (
        row.valid_from <= at < row.valid_to
        and bool(row.window_weekdays >> at.weekday() & 1)
        and row.window_start_s <= second < row.window_end_s
        and row.input_from <= tokens < row.input_to
    )


INSTANTS = st.integers(0, 20 * 24 - 1).map(lambda hours: START + timedelta(hours=hours))


@given(row=price_rows(), others=st.lists(price_rows(), max_size=3), at=INSTANTS, tokens=st.integers(0, 600))
def test_a_cut_row_holds_where_it_held_and_the_others_do_not(
    row: PriceRow, others: list[PriceRow], at: datetime, tokens: int
) -> None:
    pieces = without_all(row, others)
    expected = holds(row, at, tokens) and not any(holds(other, at, tokens) for other in others)
    assert sum(holds(piece, at, tokens) for piece in pieces) == int(expected)
    assert overlaps(pieces) == []


@given(row=price_rows(), other=price_rows(), at=INSTANTS, tokens=st.integers(0, 600))
def test_joining_neighbours_changes_no_price(row: PriceRow, other: PriceRow, at: datetime, tokens: int) -> None:
    pieces = [other, *row.without(other)]
    joined = merged(pieces)
    assert len(joined) <= len(pieces)
    before = [piece.list_unit_price for piece in pieces if holds(piece, at, tokens)]
    assert [piece.list_unit_price for piece in joined if holds(piece, at, tokens)] == before


@given(rows=st.lists(price_rows(), max_size=4))
def test_rows_come_back_from_the_ledger_table_as_they_went_in(rows: list[PriceRow]) -> None:
    assert set(rows_of(table_of(rows))) == set(rows)


def test_a_price_for_a_million_tokens_is_exact_in_twelve_places() -> None:
    assert unit_price(Decimal("0.003625"), 1_000_000) == (Decimal("0.000000003625"), True)


def test_a_price_for_an_hour_of_audio_is_rounded_half_even_and_says_so() -> None:
    # 0.111 / 3600 = 0.0000308333333...
    assert unit_price(Decimal("0.111"), 3600) == (Decimal("0.000030833333"), False)


@pytest.mark.parametrize("price", ["-1", "NaN", "Infinity", "1e30"])
def test_what_is_no_price_is_refused(price: str) -> None:
    with pytest.raises(ValueError, match=r"price|fit"):
        unit_price(Decimal(price), 1)


def test_two_prices_in_force_at_once_are_found_and_two_in_a_row_are_not() -> None:
    first = PriceRow("p", "m", "output", Decimal(1), valid_to=datetime.fromisoformat("2026-07-30"))
    after = PriceRow("p", "m", "output", Decimal(2), valid_from=datetime.fromisoformat("2026-07-30"))
    early = PriceRow("p", "m", "output", Decimal(2), valid_from=datetime.fromisoformat("2026-07-29"))
    assert overlaps([first, after]) == []
    assert "two prices in force from 2026-07-29T00:00:00Z" in overlaps([first, early])[0].message


def test_a_window_and_a_context_tier_keep_prices_apart() -> None:
    day = PriceRow("p", "m", "output", Decimal(1), window_start_s=0, window_end_s=3600)
    night = PriceRow("p", "m", "output", Decimal(2), window_start_s=3600, window_end_s=DAY_S)
    long = PriceRow("p", "m", "output", Decimal(3), input_from=200_001, input_to=NO_UPPER_TIER)
    assert overlaps([day, night]) == []
    assert len(overlaps([day, night, long])) == 2


def test_two_contracts_of_one_account_exclude_each_other() -> None:
    one = PriceRow("p", "m", "output", Decimal(1), contract="A")
    two = PriceRow("p", "m", "output", Decimal(2), contract="B", currency="EUR")
    other_account = PriceRow("p", "m", "output", Decimal(2), contract="B@org-2")
    assert len(overlaps([one, two])) == 1
    assert overlaps([one, other_account]) == []
