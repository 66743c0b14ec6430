"""Scenarios over the map of a small firm, worked by hand.

Acorn's October, effective: API bill 15.00 (metered: triage 6.50, nobody's 3.00; dark 5.50), five seats at 25.00,
Otter 20.00 by card, 90 minutes of review at 60.00 an hour: 250.00.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimization.scenario_support import birch_published
from spendmap.checks import check
from spendmap.optimization.changes import read_changes
from spendmap.optimization.identity import identity_holds
from spendmap.optimization.replay import Replay, replay
from spendmap.optimization.scenario import cost_per_accepted, simulate
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.scenario import ScenarioReport, scenario_report
from spendmap.reports.spend_map import spend_map
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.money import COST_BASES
from spendmap.workspace import Workspace

TODAY = date(2026, 11, 21)
OCTOBER = "2026-10"


@pytest.fixture(scope="module")
def acorn(copy_of_acorn: Callable[[], Path]) -> Workspace:
    return Workspace.open(copy_of_acorn())


@pytest.fixture(scope="module")
def birch(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return birch_published(tmp_path_factory.mktemp("birch") / "w")


@pytest.fixture(scope="module")
def replayed(acorn: Workspace) -> Replay:
    return replay(acorn, [OCTOBER], read_changes([]))


def ask_for(workspace: Workspace, *changes: str, basis: str = "effective") -> ScenarioReport:
    return scenario_report(ReadModel.open(workspace), changes, today=TODAY, period=OCTOBER, basis=basis)


def held(report: ScenarioReport) -> dict[str, Decimal]:
    return {each.kind: each.cost for each in report.held_fixed}


@pytest.mark.parametrize("basis", COST_BASES)
@pytest.mark.parametrize("changes", [(), ("usage=1", "adoption=1", "price:openai=1", "review=1")])
def test_with_nothing_changed_the_scenario_is_the_map_to_the_last_digit(
    acorn: Workspace, basis: str, changes: tuple[str, ...]
) -> None:
    model = ReadModel.open(acorn)
    report = ask_for(acorn, *changes, basis=basis)
    for dimension in ("category", "owner", "vendor"):
        map_ = spend_map(model, ask(model, today=TODAY, period=OCTOBER, basis=basis, by=(dimension,)))
        assert (report.baseline, report.scenario) == (map_.total, map_.total)
        rows = {row.key: row.scenario for row in getattr(report.delta, f"by_{dimension}")}
        assert rows == {row.keys[dimension]: row.cost for row in map_.rows if row.cost is not None}


def test_the_identity_law_holds_and_is_one_of_the_checks(acorn: Workspace) -> None:
    assert identity_holds(acorn) == (True, "1 month replayed, effective USD 250")
    assert [law.holds for law in check(acorn, ["L4"])] == [True]


def test_the_identity_law_sees_a_price_that_is_not_the_books(acorn: Workspace, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(acorn.root, changed)
    (file,) = (changed / "ledger" / "derived" / "usage_grouped").rglob("*.parquet")
    rows = pq.read_table(file)
    cost = rows["contracted_cost"].cast(pa.decimal128(28, 12))
    dearer = pc.add(cost, pa.scalar(Decimal("0.000000000001"), pa.decimal128(28, 12)))
    column = rows.schema.get_field_index("contracted_cost")
    pq.write_table(rows.set_column(column, rows.schema.field(column), dearer.cast(pa.decimal128(38, 12))), file)
    holds, detail = identity_holds(Workspace.open(changed))
    assert holds is False
    assert "`spendmap allocate`" in detail


def test_twice_the_usage_doubles_the_bill_and_leaves_seats_payments_and_work(acorn: Workspace) -> None:
    report = ask_for(acorn, "usage=2")
    assert (report.baseline, report.scenario, report.delta.total) == (250, 265, 15)
    assert {each.kind: (each.baseline, each.scenario) for each in report.moved} == {
        "billed_usage": (Decimal("9.50"), Decimal("19.00")),
        "dark": (Decimal("5.50"), Decimal("11.00")),
    }
    assert held(report) == {"seats": 125, "payments": 20, "review_labour": 90}
    assert [(row.key, row.delta) for row in report.delta.by_owner] == [
        (None, Decimal("8.50")),
        ("Ada", Decimal("6.50")),
        ("Ben", Decimal(0)),
        ("Cleo", Decimal(0)),
    ]


def test_a_vendor_price_moves_its_bill_and_not_its_seats(acorn: Workspace) -> None:
    dearer = ask_for(acorn, "price:openai=1.2")
    assert dearer.scenario == 253
    assert held(dearer)["seats"] == 125
    assert ask_for(acorn, "price:openai/gpt-4.1=0.8").scenario == 247


def test_the_price_of_a_model_counts_before_the_price_of_its_vendor(acorn: Workspace) -> None:
    assert ask_for(acorn, "price:openai=3", "price:gpt-4.1=0.8").scenario == 247


def test_a_swapped_model_is_priced_row_by_row_at_its_own_prices(acorn: Workspace) -> None:
    # gpt-5-mini: 0.25 input, 0.025 cached, 2.00 output per million.
    # triage 0.25 + 0.025 + 1.00 = 1.275; nobody's 0.125 + 0.50 = 0.625; together 1.90 of 9.50 metered: a fifth.
    # The bill of 15.00 becomes 3.00, of which dark 1.10.
    report = ask_for(acorn, "swap:gpt-4.1=gpt-5-mini")
    assert report.scenario == 238
    assert {each.kind: each.scenario for each in report.moved} == {
        "billed_usage": Decimal("1.90"),
        "dark": Decimal("1.10"),
    }
    assert any("token counts" in note for note in report.notes)


def test_calls_swapped_to_another_vendor_leave_the_bill_and_count_there(acorn: Workspace) -> None:
    # claude-haiku-4-5: 1.00 input, 0.10 cached, 5.00 output per million.
    # triage 1.00 + 0.10 + 2.50 = 3.60; nobody's 0.50 + 1.25 = 1.75. OpenAI keeps its seats, its bill is gone.
    report = ask_for(acorn, "swap:gpt-4.1=claude-haiku-4-5")
    vendors = {row.key: (row.baseline, row.scenario) for row in report.delta.by_vendor}
    assert vendors["anthropic"] == (0, Decimal("5.35"))
    assert vendors["openai"] == (140, 125)
    assert report.scenario == Decimal("240.35")


def test_adoption_buys_whole_seats_and_grows_usage(acorn: Workspace) -> None:
    # 5 seats x 1.3 = 6.5: seven seats at 25.00; the bill 15.00 x 1.3 = 19.50.
    report = ask_for(acorn, "adoption=1.3")
    assert [(each.tool, each.before, each.after) for each in report.seats] == [("chatgpt", 5, 7)]
    assert report.scenario == Decimal("304.50")
    assert held(report) == {"payments": 20, "review_labour": 90}


def test_a_worse_model_takes_more_calls_and_more_review(acorn: Workspace) -> None:
    # No source of Acorn marks retries: from 0 to 10 in 100. 15.00 x 1.1 = 16.50; review 90.00 x 1.5 = 135.00.
    report = ask_for(acorn, "quality=worse")
    assert report.scenario == Decimal("296.50")
    assert any("rejection stays out" in note for note in report.notes)


def test_rejected_work_grows_with_the_rate_and_fewer_outcomes_carry_the_cost(birch: Workspace) -> None:
    # One of ten runs is rejected. At three of ten, the hour of support (60.00) becomes three; review stays 90.00.
    before, after = ask_for(birch), ask_for(birch, "rejection=0.3")
    assert after.scenario - before.scenario == 120
    assert after.accepted is not None
    assert (after.accepted.rejection_before, after.accepted.rejection_after) == (Decimal("0.1"), Decimal("0.3"))
    assert after.accepted.cost_before == (before.baseline / 9).quantize(Decimal("1e-12"))
    assert after.accepted.cost_after == (after.scenario / 7).quantize(Decimal("1e-12"))


def test_three_in_ten_rejected_instead_of_one_costs_nine_sevenths_per_accepted_outcome() -> None:
    before = cost_per_accepted(Decimal("1234.56"), 1000, Decimal("0.10"))
    after = cost_per_accepted(Decimal("1234.56"), 1000, Decimal("0.30"))
    assert before is not None and after is not None
    assert after / before == Fraction(9, 7)
    assert cost_per_accepted(Decimal("10.00"), 8, Decimal("0.50")) == Decimal("2.50")
    assert cost_per_accepted(Decimal("10.00"), 8, Decimal(1)) is None


def test_more_calls_stay_in_their_context_tier_and_longer_calls_leave_it(birch: Workspace) -> None:
    # 150,000 x 1.25 + 1,000 x 10 per million = 0.1975. Twice the calls: twice that.
    # Twice the input: 300,000 x 2.50 + 1,000 x 15 = 0.765, for the whole request is in the upper tier.
    def google(*changes: str) -> Decimal:
        report = ask_for(birch, *changes)
        return next(row.scenario for row in report.delta.by_vendor if row.key == "google")

    assert google() == Decimal("0.1975")
    assert google("usage=2") == Decimal("0.395")
    assert google("context=2") == Decimal("0.765")


def test_the_range_holds_declared_money_and_calls_without_a_price(acorn: Workspace) -> None:
    # Review 90.00 is declared: 18.00 either way. 1,000 + 1,000 tokens of a model without a price cost at most what
    # gpt-4.1 would: 0.002 + 0.008 = 0.01.
    report = ask_for(acorn)
    assert (report.range.low, report.range.high) == (232, Decimal("268.01"))
    assert [(part.name, part.below, part.above) for part in report.range.parts] == [
        ("declared_and_estimated", 18, 18),
        ("unpriced_calls", 0, Decimal("0.01")),
    ]


def test_review_that_may_follow_usage_widens_the_high_end(acorn: Workspace) -> None:
    # 265.00 + 18.00 declared + 0.02 unpriced + 90.00 of review that doubles too.
    assert ask_for(acorn, "usage=2").range.high == Decimal("373.02")


@pytest.mark.parametrize(
    ("change", "said", "step"),
    [
        ("swap:gpt-9=gpt-5-mini", "no call of 'gpt-9'", "gpt-4.1"),
        ("swap:gpt-4.1=gpt-9", "no price in the book", "spendmap prices add openai/gpt-9/input_uncached"),
        ("swap:gpt-4.1=text-embedding-3-small", "cannot be swapped", "spendmap prices show"),
        ("price:anthropic=2", "no model call of 'anthropic'", "openai"),
        ("rejection=0.3", "no outcome of the period", "rejection=0.10:0.30"),
        ("retries=-0.5", "no rate", "between 0"),
    ],
)
def test_a_change_the_rows_cannot_answer_is_refused_with_the_next_step(
    acorn: Workspace, change: str, said: str, step: str
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        ask_for(acorn, change)
    assert step in refused.value.next_step


FACTORS = st.decimals(min_value=0, max_value=1000, places=6)


@given(usage=FACTORS, price=FACTORS)
def test_usage_and_price_are_linear_and_the_parts_add_up(replayed: Replay, usage: Decimal, price: Decimal) -> None:
    changes = read_changes([f"usage={usage}", f"price:openai={price}"])
    found = simulate(replayed, changes, basis="effective", currency="USD")
    assert found.baseline == 250
    assert found.scenario == 235 + 15 * usage * price  # 12 decimal places: every digit is stored


@given(factor=FACTORS)
def test_whole_seats_never_fall_short_of_adoption(replayed: Replay, factor: Decimal) -> None:
    found = simulate(replayed, read_changes([f"adoption={factor}"]), basis="effective", currency="USD")
    seats = sum(each.scenario for each in found.lines if each.line.kind == "seats")
    assert seats % 25 == 0
    assert 0 <= seats - 125 * factor < 25
