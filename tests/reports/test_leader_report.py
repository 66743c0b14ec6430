"""Page one over Larch, whose rows are worked by hand in `published_company`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from published_company import Folder, publish

from spendmap.reports.drivers import drivers_report
from spendmap.reports.filters import ask
from spendmap.reports.leader import leader_report
from spendmap.reports.read_model import ReadModel
from spendmap.risk.plan import Plan, PlannedBudget, PlannedSource, plan_bytes, read_plan
from spendmap.vocabulary.errors import SourceUnreadableError

TODAY = date(2026, 11, 21)


def test_larch_s_october_is_taken_apart_by_hand(model: ReadModel) -> None:
    report = drivers_report(model, ask(model, today=TODAY, period="2026-10"))
    assert (report.total, report.previous_total) == (Decimal("2381.000000000001"), Decimal(1405))
    found = {driver.id: driver.amount for driver in report.drivers}
    # gpt-5 in the support bot: 690,000 tokens for 200, then 1,200,000 for 250.10. At the old cost per token today's
    # tokens are 200 x 1200 / 690 = 347.826086956522, so volume is + 147.826... and price 250.10 - 347.826...
    assert found["volume"] == Decimal("147.826086956522")
    assert found["price"] == Decimal("-97.726086956522")
    # new: claude-x 80.000000000001, dark 49.90, note taker 30, labelling 200, replicate 15
    assert found["new"] == Decimal("374.900000000001")
    assert found["gone"] == Decimal(-55)  # the old tool
    assert found["seats"] == Decimal(120)  # the Claude seats are new; ChatGPT's 450 did not move
    assert found["labour"] == Decimal("386.00")  # 75.25 judging + 310.75 reviewing
    assert found["other"] == Decimal(100)  # GPUs: 700, then 900 less a credit of 100
    assert sum(found.values()) == report.change == Decimal("976.000000000001")
    for driver in report.drivers:
        assert sum(line.amount for line in driver.lines) + driver.rest == driver.amount


def test_nothing_to_compare_with_is_said_and_not_called_new(model: ReadModel) -> None:
    report = drivers_report(model, ask(model, today=TODAY, period="2026-09"))
    assert (report.change, report.drivers) == (None, [])
    assert report.notes == ["Nothing is captured for 2026-08, so there is nothing to compare with."]


def test_the_total_is_billed_worked_out_and_people_s_work(model: ReadModel, larch: Folder) -> None:
    report = leader_report(model, ask(model, today=TODAY, period="2026-10"), larch.root / "rollups", TODAY)
    split = {part.id: part.cost for part in report.split}
    # billed: 800 GPUs + 300 openai + 30 notes + 200 labels + 15 replicate; worked out: 570 seats + 80.000000000001
    assert split == {
        "billed": Decimal("1345.00"),
        "estimated": Decimal("650.000000000001"),
        "labour": Decimal("386.00"),
    }
    assert sum(split.values()) == report.total


def test_what_is_missing_says_what_to_type(model: ReadModel, larch: Folder) -> None:
    report = leader_report(model, ask(model, today=TODAY, period="2026-10"), larch.root / "rollups", TODAY)
    assert report.plan.note == "No plan is published. Run `spendmap review`."
    assert report.decide_note == "Nothing was reviewed yet. Run `spendmap review`."
    assert report.decide.items == []
    assert report.outlook.forecast is None
    assert report.outlook.why_not == "A forecast needs 4 months in a row up to 2026-10; there are 2."


@pytest.fixture
def planned(tmp_path: Path) -> ReadModel:
    folder = publish(tmp_path)
    year = (date(2026, 1, 1), date(2026, 12, 31))
    agents, tools = (("category", "agents"),), (("category", "internal_tools"),)
    plan = Plan(
        date(2026, 10, 31),
        (
            PlannedBudget("b-agents", "Agents", Decimal(60), "USD", "Ines", "month", agents, *year),
            PlannedBudget("b-tools", "Tools", Decimal(1000), "USD", None, "month", tools, *year),
            PlannedBudget("b-quarter", "All tools, by quarter", Decimal(9000), "USD", None, "quarter", tools, *year),
            PlannedBudget("b-eur", "Europe", Decimal(1), "EUR", None, "month"),
            PlannedBudget("b-over", "Last year", Decimal(1), "USD", None, "month", (), None, date(2025, 12, 31)),
        ),
        (PlannedSource("bills", "Bills", "Dana", "monthly"), PlannedSource("lost", "Lost", None, "daily")),
    )
    (tmp_path / "rollups" / "plan.json").write_bytes(plan_bytes(plan))
    assert read_plan(tmp_path / "rollups") == plan
    return ReadModel.open(folder)


def test_budgets_are_compared_over_their_own_months(planned: ReadModel, tmp_path: Path) -> None:
    report = leader_report(planned, ask(planned, today=TODAY, period="2026-10"), tmp_path / "rollups", TODAY)
    rows = {row.id: row for row in report.plan.budgets}
    assert set(rows) == {"b-agents", "b-tools", "b-quarter"}  # another currency and a budget that ended are not here
    assert rows["b-agents"].difference == Decimal("20.000000000001")
    assert rows["b-tools"].used_share == Decimal("0.600000")
    quarter = rows["b-quarter"]
    assert (quarter.first, quarter.last, quarter.months_over, quarter.months) == ("2026-10", "2026-12", 1, 3)
    # Added up are the two monthly ones only: 680.000000000001 of 1060; the rest of 2381.000000000001 has no budget.
    assert (report.plan.planned, report.plan.actual) == (Decimal(1060), Decimal("680.000000000001"))
    assert report.plan.unplanned == Decimal("1701.000000000000")


def test_a_quarter_needs_three_months_of_a_monthly_budget(planned: ReadModel, tmp_path: Path) -> None:
    report = leader_report(planned, ask(planned, today=TODAY, period="2026-Q3"), tmp_path / "rollups", TODAY)
    row = next(each for each in report.plan.budgets if each.id == "b-tools")
    assert (row.planned, row.actual) == (Decimal(3000), Decimal(505))  # September's 450 of seats + 55 of the old tool


def test_a_filter_is_not_compared_with_a_plan_of_the_whole_company(planned: ReadModel, tmp_path: Path) -> None:
    question = ask(planned, today=TODAY, period="2026-10", where=[("department", "support")])
    report = leader_report(planned, question, tmp_path / "rollups", TODAY)
    assert report.plan.budgets == []
    assert report.plan.note == "Budgets are for the whole company: lift the filters."


def test_a_source_nobody_read_is_silent_and_one_without_a_refresh_never_is(planned: ReadModel, tmp_path: Path) -> None:
    report = leader_report(planned, ask(planned, today=TODAY, period="2026-10"), tmp_path / "rollups", TODAY)
    assert [(each.id, each.days) for each in report.trust.silent] == [("lost", None)]
    later = leader_report(planned, ask(planned, today=TODAY, period="2026-10"), tmp_path / "rollups", date(2027, 3, 1))
    assert {each.id for each in later.trust.silent} == {"lost", "bills"}


def test_a_damaged_plan_is_refused_with_the_command_that_mends_it(planned: ReadModel, tmp_path: Path) -> None:
    (tmp_path / "rollups" / "plan.json").write_text('{"format": 1, "budgets": [{}]}')
    with pytest.raises(SourceUnreadableError, match="spendmap review"):
        leader_report(planned, ask(planned, today=TODAY, period="2026-10"), tmp_path / "rollups", TODAY)
