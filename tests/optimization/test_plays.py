"""Each play fires on its case with figures worked by hand, and stays quiet when the case is clean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.optimization.optimize import run_plays
from spendmap.optimization.plays.batch_tier import batch_tier
from spendmap.optimization.plays.caching import caching
from spendmap.optimization.plays.cheaper_model import cheaper_model
from spendmap.optimization.plays.choose import added_up, overlapping
from spendmap.optimization.plays.facts import Calls, PlayFacts
from spendmap.optimization.plays.failed_calls import failed_calls
from spendmap.optimization.plays.idle_capacity import idle_capacity
from spendmap.optimization.plays.overlap import overlap
from spendmap.optimization.plays.play import Play, Saving
from spendmap.optimization.plays.renewal import renewal
from spendmap.optimization.plays.unused_seats import unused_seats
from spendmap.risk.facts import Capacity, Contract, Facts, Seats, Spend, Suite, Tool, UseCase
from spendmap.risk.finding import Subject
from spendmap.risk.review import run_rules
from spendmap.vocabulary.period import Period

OCT = "2026-10"


def facts(**rows: Any) -> Facts:
    """October 2026, seen from 1 November."""
    return Facts(period=rows.pop("period", Period.parse(OCT)), currency="USD", as_of=date(2026, 11, 1), **rows)


def given(*calls: Calls, **rows: Any) -> PlayFacts:
    known = facts(**rows)
    return PlayFacts(known, tuple(run_rules(known)), calls)


def calls(cost: str, **more: Any) -> Calls:
    said: dict[str, Any] = {
        "category": "product_inference",
        "use_case": "answers",
        "agent": None,
        "tool": None,
        "owner": "Ada",
        "department": None,
        "provider": "openai",
        "model": "gpt-5.2",
        "currency": "USD",
        "calls": 1000,
        "cost": Decimal(cost),
    }
    return Calls(**{**said, **more})


def test_a_workflow_without_proof_may_save_nothing_and_at_most_the_whole_difference() -> None:
    # 1000 on gpt-5.2, 600 on gpt-5: 400 at most, half of it likely, nothing sure.
    (play,) = cheaper_model(given(calls("1000", swapped_to="gpt-5", swapped_cost=Decimal(600))))
    assert (play.saving.low, play.saving.likely, play.saving.high) == (Decimal(0), Decimal(200), Decimal(400))
    assert "Needs proof" in play.story
    assert play.effort == "M"


def test_a_suite_with_a_gate_makes_a_quarter_of_the_difference_sure() -> None:
    gold = Suite("gold", "Gold set", use_case="answers", gate="held below 85 %")
    case = UseCase("answers", "Answers", owner="Ada")
    seen = given(calls("1000", swapped_to="gpt-5", swapped_cost=Decimal(600)), suites=(gold,), use_cases=(case,))
    (play,) = cheaper_model(seen)
    assert (play.saving.low, play.effort, play.owner, play.role) == (Decimal(100), "S", "Ada", "use case owner")
    assert "held below 85 %" in play.story


def test_a_model_that_is_not_cheaper_or_has_no_price_gives_no_play() -> None:
    assert not list(cheaper_model(given(calls("1000", swapped_to="gpt-5", swapped_cost=Decimal(980)))))
    assert not list(cheaper_model(given(calls("1000", swapped_to="gpt-5", swapped_cost=None))))
    unpriced = calls("1000", swapped_to="gpt-5", swapped_cost=Decimal(600), unpriced_calls=1)
    assert not list(cheaper_model(given(unpriced)))


def test_a_quarter_is_told_per_month() -> None:
    # 3000 in three months that have figures is 1000 a month; 1800 elsewhere is 600: 400 a month at most.
    months = tuple(Spend(month=f"2026-{n:02d}", currency="USD", effective_cost=Decimal(1)) for n in (7, 8, 9))
    seen = given(
        calls("3000", swapped_to="gpt-5", swapped_cost=Decimal(1800)), period=Period.parse("2026-Q3"), spend=months
    )
    (play,) = cheaper_model(seen)
    assert (play.seen, play.saving.high) == (Decimal(1000), Decimal(400))


def test_an_uncached_workflow_could_reach_what_the_others_reach() -> None:
    # All input cached would cost 1000 less. The others read 30 % (twice) and 50 % from the cache:
    # median 30 % -> 300, best 50 % -> 500, low half of 300.
    bare = calls("2000", cached_cost=Decimal(1000), input_uncached=1_000_000)
    peers = [
        calls("10", use_case=name, input_uncached=fresh, cache_read=1000 - fresh)
        for name, fresh in (("search", 700), ("notes", 700), ("chat", 500))
    ]
    (play,) = caching(given(bare, *peers))
    assert (play.saving.low, play.saving.likely, play.saving.high) == (Decimal(150), Decimal(300), Decimal(500))


def test_caching_is_quiet_when_it_is_used_or_nobody_shows_that_it_works() -> None:
    bare = calls("2000", cached_cost=Decimal(1000), input_uncached=1_000_000)
    used = replace(bare, input_uncached=800_000, cache_read=200_000)
    peer = calls("10", use_case="search", input_uncached=500, cache_read=500)
    assert not list(caching(given(used, peer)))
    assert not list(caching(given(bare)))
    assert not list(caching(given(replace(bare, cached_cost=None), peer)))


def test_evaluation_runs_cost_half_in_the_batch_tier() -> None:
    runs = calls("800", category="evaluation", use_case="quality", is_offline=True, batch_cost=Decimal(400))
    (play,) = batch_tier(given(runs))
    assert (play.saving.low, play.saving.likely, play.saving.high) == (Decimal(200), Decimal(300), Decimal(400))
    assert not list(batch_tier(given(replace(runs, is_offline=False))))
    assert not list(batch_tier(given(replace(runs, batch_cost=None))))


def test_failed_calls_are_the_waste_and_the_retry_that_worked_is_not() -> None:
    wasteful = calls("900", failed_calls=40, failed_cost=Decimal(100), retries=40, retry_cost=Decimal(120))
    (play,) = failed_calls(given(wasteful))
    assert play.seen == Decimal(100)
    assert (play.saving.low, play.saving.likely, play.saving.high) == (Decimal(25), Decimal(50), Decimal(100))
    assert play.kind == "remediation"
    assert not list(failed_calls(given(replace(wasteful, failed_calls=0, failed_cost=None))))
    assert not list(failed_calls(given(replace(wasteful, failed_cost=Decimal("49.99")))))


def test_an_idle_pool_is_worth_its_unused_part() -> None:
    pool = Capacity("arn:pool", "edp-1", "USD", Decimal(60), Decimal(940))
    (play,) = idle_capacity(given(capacity=(pool,)))
    assert (play.saving.low, play.saving.likely) == (Decimal(470), Decimal(940))
    assert play.findings == ("IN001:arn:pool",)
    assert not list(idle_capacity(given(capacity=(replace(pool, used_cost=Decimal(900), unused_cost=Decimal(100)),))))


def test_unused_seats_leave_a_tenth_free_at_the_low_end_and_end_at_the_notice_day() -> None:
    # 100 bought, 60 used: 40 x 20 = 800; with 10 kept free, 30 x 20 = 600. Renewal 15 January, 45 days' notice.
    tool = Tool("copilot", "Copilot", owner="Ines", renewal_date=date(2027, 1, 15), notice_days=45)
    seats = Seats("copilot", Decimal(100), Decimal(60), Decimal(20), "USD")
    (play,) = unused_seats(given(tools=(tool,), seats=(seats,)))
    assert (play.saving.low, play.saving.likely) == (Decimal(600), Decimal(800))
    assert (play.deadline, play.owner) == (date(2026, 12, 1), "Ines")
    assert not list(unused_seats(given(tools=(tool,), seats=(replace(seats, used=Decimal(90)),))))
    assert not list(unused_seats(given(tools=(tool,), seats=(replace(seats, used=None),))))


def test_seats_without_a_price_are_worth_an_unknown_amount_and_never_nothing() -> None:
    seats = Seats("copilot", Decimal(100), Decimal(60), None, "USD")
    (play,) = unused_seats(given(tools=(Tool("copilot", "Copilot"),), seats=(seats,)))
    assert (play.saving.low, play.saving.likely, play.saving.high) == (None, None, None)
    assert added_up([play]) == frozenset()


def assistants(*costs: str) -> dict[str, Any]:
    names = ("otter", "fireflies", "fathom")[: len(costs)]
    return {
        "tools": tuple(Tool(name, name.title(), vendor=name, capability=("meetings",)) for name in names),
        "spend": tuple(
            Spend(
                month=OCT,
                currency="USD",
                effective_cost=Decimal(cost),
                tool=name,
                vendor=name,
                category="internal_tools",
            )
            for name, cost in zip(names, costs, strict=True)
        ),
    }


def test_of_three_assistants_the_smallest_is_questioned_first() -> None:
    (play,) = overlap(given(**assistants("1020", "1884.05", "817.1")))
    assert (play.saving.low, play.saving.likely, play.saving.high) == (
        Decimal("408.55"),
        Decimal("817.1"),
        Decimal("1837.1"),
    )
    assert set(play.touches) == {"tool:fathom", "tool:otter"}
    assert not list(overlap(given(**assistants("1020"))))


def test_a_renewal_tells_what_there_is_to_argue_with_and_claims_no_price_it_cannot_know() -> None:
    contract = Contract(
        "ct-1", "Meeting notes", vendor="otter", owner="Olu", renewal_date=date(2026, 12, 15), notice_days=30
    )
    (play,) = (
        each
        for each in renewal(given(contracts=(contract,), **assistants("1020", "1884.05")))
        if each.subject.id == "ct-1"
    )
    assert play.saving.likely is None
    assert (play.deadline, play.owner, play.kind) == (date(2026, 11, 15), "Olu", "negotiation")
    assert "1,020.00 USD a month" in play.story
    assert "In use for the same: Fireflies" in play.story


def test_a_notice_day_that_passed_is_said_and_stays_the_deadline_as_it_is_of_the_finding() -> None:
    contract = Contract("ct-1", "Cloud", vendor="aws", renewal_date=date(2026, 12, 1), notice_days=90)
    (play,) = renewal(given(contracts=(contract,)))
    assert "has passed" in play.story and "2026-12-01" in play.title
    assert play.deadline == date(2026, 9, 2)  # 90 days before the renewal
    far = replace(contract, renewal_date=date(2027, 8, 1))
    assert not list(renewal(given(contracts=(far,))))


def play(name: str, likely: str | None, *touches: str) -> Play:
    amount = None if likely is None else Decimal(likely)
    return Play(
        name, "action", "evaluation", Subject("use_case", name, name), name, "", Saving(amount, amount, amount, "USD"),
        None, "metered", (), (), "S", "", "", None, "", "", touches,
    )  # fmt: skip


def test_plays_about_the_same_money_are_not_added_up() -> None:
    # 10 touches both; 6 and 5 are apart and together 11: more than the 10 alone.
    plays = [play("both", "10", "a", "b"), play("one", "6", "a"), play("two", "5", "b"), play("else", "1", "c")]
    assert {name.partition(":")[0] for name in added_up(plays)} == {"one", "two", "else"}
    assert overlapping(plays)["both:both"] == ("one:one", "two:two")
    # When the two are worth less, the one stands.
    plays[1] = play("one", "4", "a")
    assert {name.partition(":")[0] for name in added_up(plays)} == {"both", "else"}


def test_a_long_chain_of_overlaps_is_chosen_exactly() -> None:
    # Twenty plays, each overlapping with the next, worth 1, 2, 1, 2, ...: every second one, 10 x 2 = 20.
    plays = [play(f"p{n:02d}", str(1 + n % 2), f"m{n}", f"m{n + 1}") for n in range(20)]
    chosen = added_up(plays)
    assert sum(each.saving.likely or 0 for each in plays if each.id in chosen) == 20
    assert len(chosen) == 10


def test_plays_come_largest_first_and_unknown_ones_last() -> None:
    contract = Contract("ct-1", "Cloud", vendor="aws", renewal_date=date(2026, 12, 1), notice_days=30)
    pool = Capacity("arn:pool", "edp-1", "USD", Decimal(60), Decimal(940))
    seen = given(calls("1000", swapped_to="gpt-5", swapped_cost=Decimal(600)), contracts=(contract,), capacity=(pool,))
    assert [each.code for each in run_plays(seen)] == ["idle-capacity", "cheaper-model", "renewal"]
