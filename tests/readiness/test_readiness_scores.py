"""A cell's score is the highest level whose tests hold, and every gap says what is missing and who can give it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.readiness import TESTS, Cell, score_cells
from spendmap.readiness.proof import Graded
from spendmap.risk.facts import Agent, Budget, Contract, Facts, Source, Spend, UseCase
from spendmap.risk.review import run_rules
from spendmap.vocabulary.period import Period

OCT = "2026-10"


def cells(
    *spend: Spend, graded: tuple[Graded, ...] = (), states: dict[str, str] | None = None, **rows: Any
) -> dict[tuple[str, str], Cell]:
    outcomes = rows.pop("outcomes", frozenset())
    facts = Facts(period=Period.parse(OCT), currency="USD", as_of=date(2026, 11, 1), spend=spend, **rows)
    found = score_cells(facts, graded, run_rules(facts), states or {}, outcomes)
    return {(cell.area, cell.category): cell for cell in found}


def spend(cost: str | None, **more: Any) -> Spend:
    amount = None if cost is None else Decimal(cost)
    said: dict[str, Any] = {"month": OCT, "currency": "USD", "category": "product_inference", "effective_cost": amount}
    return Spend(**{**said, **more})


def grade(evidence: str, cost: str, category: str = "product_inference") -> Graded:
    return Graded(category, "gateway", evidence, "USD", Decimal(cost))


def missing(cell: Cell) -> dict[str, list[str]]:
    return {each.id: [gap.what for gap in each.missing] for each in cell.failed}


def test_there_is_a_cell_for_each_of_four_areas_and_eight_categories() -> None:
    found = cells(spend("10"))
    assert len(found) == 32
    assert {area for area, _ in found} == {"evidence", "interpretation", "governance", "commercial_action"}


def test_a_category_without_money_has_no_score_and_one_that_is_declared_has_zero() -> None:
    found = cells(spend("10"), agents=(Agent("a", "Refund agent", owner="Ada"),))
    silent = found["evidence", "data_preparation"]
    assert (silent.score, silent.words) == (None, "no spend seen")
    declared = found["evidence", "agents"]
    assert (declared.score, declared.words) == (0, "declared, no spend seen")
    assert missing(declared) == {"captured": ["declared and without any captured spend: Refund agent"]}


def test_metered_money_that_is_priced_and_explained_is_evidence_level_four() -> None:
    assert cells(spend("10"), graded=(grade("metered", "10"),))["evidence", "product_inference"].score == 4


def test_a_tenth_declared_still_passes_and_more_does_not() -> None:
    at_the_edge = (grade("invoiced", "9"), grade("declared", "1"))
    assert cells(spend("10"), graded=at_the_edge)["evidence", "product_inference"].score == 4
    beyond = (grade("invoiced", "8.99"), grade("declared", "1.01"))
    cell = cells(spend("10"), graded=beyond)["evidence", "product_inference"]
    assert (cell.score, list(missing(cell))) == (2, ["mostly-proven"])


def test_an_unpriced_model_and_a_dark_account_name_the_proof_and_who_can_give_it() -> None:
    sources = (Source("gateway", "Gateway", owner="Tomas"), Source("bill", "Bill", owner="Wen"))
    found = cells(
        spend("97", source_name="gateway", vendor="openai", vendor_account="org-1"),
        spend(None, source_name="gateway", model="house-7b", unpriced_rows=12),
        spend("3", method="dark", vendor="openai", vendor_account="org-1", source_name="bill"),
        sources=sources,
        graded=(grade("invoiced", "100"),),
    )
    cell = found["evidence", "product_inference"]
    assert cell.score == 2
    assert missing(cell) == {
        "all-priced": ["a price of house-7b (12 calls have none)"],
        "bills-explained": ["telemetry that explains the whole bill of openai/org-1: 3.0 % of it is dark"],
    }
    who = {test.id: gap.who for test in cell.failed for gap in test.missing}
    assert who == {"all-priced": "Tomas", "bills-explained": "Wen"}


def test_a_stale_source_holds_back_every_category_it_feeds_and_no_other() -> None:
    stale = Source("gateway", "Gateway", owner="Tomas", refresh="daily", last_month=OCT, last_day=date(2026, 10, 20))
    found = cells(
        spend("10", source_name="gateway"),
        spend("10", category="evaluation", source_name="traces"),
        sources=(stale,),
        graded=(grade("metered", "10"), grade("metered", "10", "evaluation")),
    )
    assert found["evidence", "product_inference"].score == 1
    assert found["evidence", "evaluation"].score == 4


def test_interpretation_climbs_from_owner_to_use_case_to_outcome() -> None:
    case = UseCase("answers", "Answers", owner="Ada", outcome="fewer tickets", nature="cogs")
    # 80 % of the money has an owner: level 1. 79 % is tied: not level 2.
    owned = [spend("79", owner="Ada", use_case="answers"), spend("1", owner="Ada"), spend("20")]
    assert cells(*owned, use_cases=(case,))["interpretation", "product_inference"].score == 1
    tied = [spend("80", owner="Ada", use_case="answers"), spend("20")]
    cell = cells(*tied, use_cases=(case,))["interpretation", "product_inference"]
    assert (cell.score, list(missing(cell))) == (3, ["outcomes"])
    assert cell.failed[0].missing[0].who == "Ada"
    whole = cells(*tied, use_cases=(case,), outcomes=frozenset({"answers"}))
    assert whole["interpretation", "product_inference"].score == 4


def test_an_agent_without_a_kill_switch_stops_governance_at_level_two_until_it_is_decided() -> None:
    agent = Agent(
        "a", "Refund agent", owner="Ada", monthly_budget=Decimal(500), permissions=("refunds:write",),
        output_review=True, kill_switch=None, failure_detection=True, rate_limit=True,
    )  # fmt: skip
    money = spend("10", category="agents", agent="a")
    cell = cells(money, agents=(agent,))["governance", "agents"]
    assert (cell.score, list(missing(cell))) == (2, ["controlled"])
    assert missing(cell)["controlled"] == ["Refund agent has no kill switch (AG004:a)"]
    decided = cells(money, agents=(agent,), states={"AG004:a": "accepted"})
    assert decided["governance", "agents"].score == 4


def test_a_budget_for_the_category_counts_and_one_for_another_does_not() -> None:
    def budget(category: str) -> Budget:
        return Budget("b", "Budget", Decimal(100), "USD", "Olu", (("category", category),))

    money = spend("10", category="infrastructure", owner="Wen")
    assert "budgeted" in missing(cells(money, budgets=(budget("agents"),))["governance", "infrastructure"])
    assert "budgeted" not in missing(cells(money, budgets=(budget("infrastructure"),))["governance", "infrastructure"])


def test_terms_of_most_of_the_paid_money_must_be_known() -> None:
    contract = Contract("ct", "Contract", vendor="openai", renewal_date=date(2027, 6, 1))
    declared = frozenset({"openai", "acme"})
    rows = [spend("80", vendor="openai", origin="usage"), spend("20", vendor="acme", owner="Olu")]
    good = cells(*rows, contracts=(contract,), declared_vendors=declared)["commercial_action", "product_inference"]
    assert "terms-known" in {each.id for each in good.passed}
    rows = [spend("79", vendor="openai", origin="usage"), spend("21", vendor="acme", owner="Olu")]
    poor = cells(*rows, contracts=(contract,), declared_vendors=declared)["commercial_action", "product_inference"]
    assert poor.score == 1
    (gap,) = next(each for each in poor.failed if each.id == "terms-known").missing
    assert (gap.who, "acme" in gap.what, "79 %" in gap.what) == ("Olu", True, True)


def test_every_test_has_a_name_of_its_own_and_each_area_has_all_four_levels() -> None:
    assert len({each.id for each in TESTS}) == len(TESTS)
    for area in {each.area for each in TESTS}:
        assert {each.level for each in TESTS if each.area == area} == {1, 2, 3, 4}
