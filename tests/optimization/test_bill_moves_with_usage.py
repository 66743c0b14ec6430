"""A bill that was split over more usage than it paid for: exact in every scenario, whatever the shares."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from spendmap.optimization.changes import Changes, read_changes
from spendmap.optimization.replay import Line, Measured, Replay
from spendmap.optimization.scenario import simulate
from spendmap.vocabulary.exact import as_stored, as_stored_parts
from spendmap.vocabulary.money import COST_BASES, UNIT

MONEY = st.decimals(min_value=0, max_value=10**9, places=12)


def line(kind: str, cost: Decimal, metered: Decimal | None, model: str) -> Line:
    return Line(
        month="2026-10",
        currency="USD",
        kind=kind,
        category="product_inference",
        owner=None,
        vendor="openai",
        vendor_account="api",
        provider="openai",
        model=model,
        seat_of=None,
        activity_kind=None,
        evidence="invoiced",
        costs=dict.fromkeys(COST_BASES, cost),
        missing=dict.fromkeys(COST_BASES, 0),
        actual={"list": metered, "contracted": metered},
        replayed={"list": metered, "contracted": metered},
        quantity=None,
        rows=1,
        differs=0,
        newly_unpriced=0,
        unpriced_reason=None,
    )


def pool(shares: list[tuple[Decimal, Decimal]], dark: Decimal) -> Replay:
    lines = [line("billed_usage", cost, metered, f"m{number}") for number, (cost, metered) in enumerate(shares)]
    return Replay(("2026-10",), [*lines, line("dark", dark, None, "")], [], Measured())


POOLS = st.builds(pool, st.lists(st.tuples(MONEY, MONEY), min_size=1, max_size=6), MONEY)


@given(account=POOLS)
def test_nothing_changed_leaves_every_line_as_it_is(account: Replay) -> None:
    found = simulate(account, Changes(), basis="billed", currency="USD")
    assert [each.scenario for each in found.lines] == [each.baseline for each in found.lines]


@given(account=POOLS, factor=st.integers(0, 50))
def test_a_bill_grows_as_its_usage_does(account: Replay, factor: int) -> None:
    found = simulate(account, read_changes([f"usage={factor}"]), basis="effective", currency="USD")
    is_metered = any(each.actual["contracted"] for each in account.lines)
    assert found.scenario == found.baseline * (factor if is_metered else 1)


def test_a_dearer_model_takes_its_part_of_the_bill() -> None:
    # Metered 10 and 20, billed 21 (a discount of 30 %: 7 and 14). m1 twice as dear: metered 50, bill 35 = 7 + 28.
    account = pool([(Decimal(7), Decimal(10)), (Decimal(14), Decimal(20))], Decimal(0))
    found = simulate(account, read_changes(["price:m1=2"]), basis="effective", currency="USD")
    assert [each.scenario for each in found.lines] == [7, 28, 0]


@given(values=st.lists(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**15), max_size=12))
def test_rounded_parts_add_up_to_the_rounded_whole(values: list[Fraction]) -> None:
    parts = as_stored_parts(values)
    assert sum(parts, Decimal(0)) == as_stored(sum(values, Fraction(0)))
    assert all(abs(Fraction(part) - value) < Fraction(UNIT) for part, value in zip(parts, values, strict=True))
