"""The lists of what is wrong and what is in order say what the sample's own register and files say."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from fernhill_files import csv_rows

from spendmap.sample import situations as module
from spendmap.sample.truth import Books

MONTH_ENDS = date(2026, 11, 1)  # first day after the month that the lists are about
RANK = {"public": 1, "internal": 2, "confidential": 3, "restricted": 4}


def declared(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in sorted((folder / "register").glob("*.yaml")):
        for name, entities in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            found[name] += entities
    return found


def lacking(entities: list[dict[str, Any]], field: str) -> set[str]:
    return {str(each["id"]) for each in entities if not each.get(field)}


def above_approval(entities: list[dict[str, Any]]) -> set[str]:
    """What touches data above its approval; without one, anything that is not public."""
    return {
        each["id"]
        for each in entities
        if RANK.get(str(each.get("data_risk")), 0) > max(RANK.get(str(each.get("approved_risk")), 1), 1)
    }


def notice_is_due(entities: list[dict[str, Any]]) -> set[str]:
    """What renews after the month, its notice day within thirty days of the month's end or past."""
    ahead = [each for each in entities if each.get("renewal_date") and each["renewal_date"] > MONTH_ENDS]
    by = MONTH_ENDS + timedelta(days=30)
    return {each["id"] for each in ahead if each["renewal_date"] - timedelta(days=each.get("notice_days", 0)) <= by}


def planted(truth: dict[str, Any], code: str) -> set[str]:
    return set(truth["situations"]["rules"][code]["planted"])


def test_what_the_lists_call_missing_is_missing_in_the_register(fernhill: Path, truth: dict[str, Any]) -> None:
    said = declared(fernhill)
    tools, agents, cases = said["tools"], said["agents"], said["use_cases"]
    expected = {
        "IT001": lacking(tools, "owner"),
        "IT002": lacking(tools, "purpose") | lacking(tools, "value_hypothesis"),
        "IT007": lacking(tools, "renewal_date"),
        "AG001": lacking(agents, "monthly_budget"),
        "AG002": {agent["id"] for agent in agents if "*" in agent["permissions"]},
        "AG003": lacking(agents, "output_review"),
        "AG004": lacking(agents, "kill_switch"),
        "AG005": lacking(agents, "kill_switch_tested_on") - lacking(agents, "kill_switch"),
        "AG006": lacking(agents, "failure_detection"),
        "AG007": lacking(agents, "rate_limit"),
        "AG010": lacking(agents, "owner"),
        "PI001": lacking(cases, "owner"),
        "PI002": lacking(cases, "quality_threshold"),
        "PI004": lacking(cases, "outcome"),
        "EV001": {case["id"] for case in cases if case["category"] == "product_inference"}
        - {suite["use_case"] for suite in said["evaluation_suites"]},
        "EV003": lacking(said["evaluation_suites"], "gate"),
        "EV004": lacking(said["evaluation_suites"], "owner"),
        "HR001": lacking(said["review_queues"], "owner"),
        "DP001": lacking(said["data_assets"], "owner"),
        "DP002": lacking(said["data_assets"], "data_risk"),
    }
    assert {code: planted(truth, code) for code in expected} == expected


def test_what_the_lists_call_above_approval_due_or_ended_is_so_in_the_register(
    fernhill: Path, truth: dict[str, Any]
) -> None:
    said = declared(fernhill)
    risks = {asset["id"]: asset.get("data_risk") for asset in said["data_assets"]}
    cases = []
    for case in said["use_cases"]:
        classes = [str(risks[asset]) for asset in case.get("data_assets", ())]
        cases.append(case | {"data_risk": max(classes, key=lambda name: RANK[name], default=None)})
    # a tool under a contract of its own vendor account is told with the contract
    under_contract = {
        tool["id"]
        for tool in said["tools"]
        for contract in said["contracts"]
        if contract["vendor"] == tool["vendor"] and contract.get("vendor_account") in (None, tool.get("vendor_account"))
    }
    assert planted(truth, "IT005") == above_approval(said["tools"])
    assert planted(truth, "AG011") == above_approval(said["agents"])
    assert planted(truth, "DP003") == above_approval(cases)
    assert planted(truth, "IT003") == notice_is_due(said["tools"]) - under_contract
    assert planted(truth, "LG009") == notice_is_due(said["contracts"])
    assert planted(truth, "LG007") == {each["id"] for each in said["experiments"] if each["end_date"] < MONTH_ENDS}


def test_what_the_lists_call_hybrid_without_shares_has_none_on_its_cost_centre_either(
    fernhill: Path, truth: dict[str, Any]
) -> None:
    said = declared(fernhill)
    shares = {center["id"]: center.get("cogs_share") for center in said["cost_centers"]}
    unsplit = {
        case["id"] for case in said["use_cases"] if case["nature"] == "hybrid" and not shares[case["cost_center"]]
    }
    assert planted(truth, "PI003") == unsplit


def test_what_the_lists_call_reviewed_without_a_queue_is_in_the_timesheets_and_in_no_queue(
    fernhill: Path, truth: dict[str, Any]
) -> None:
    (file,) = (fernhill / "sources" / "worklogs").glob("*2026-10*")
    checking = {"review", "support", "escalate", "educate", "debug_prompt"}
    reviewed = {row["Use case"] for row in csv_rows(file) if row["Kind"] in checking}
    assert planted(truth, "HR003") == reviewed - {queue["use_case"] for queue in declared(fernhill)["review_queues"]}


def test_what_the_lists_call_unused_is_unused_by_a_fifth_in_the_seat_list(
    fernhill: Path, truth: dict[str, Any]
) -> None:
    products = {
        key["product"]: tool["id"] for tool in declared(fernhill)["tools"] for key in tool["keys"] if "product" in key
    }
    bought: dict[str, int] = defaultdict(int)
    active: dict[str, int] = defaultdict(int)
    (file,) = (fernhill / "sources" / "seats").glob("*2026-10*")
    for row in csv_rows(file):
        bought[products[row["Product"]]] += int(row["Seats bought"])
        active[products[row["Product"]]] += int(row["Seats active"])
    assert planted(truth, "IT004") == {tool for tool in bought if 5 * (bought[tool] - active[tool]) >= bought[tool]}


def test_what_the_lists_call_over_budget_is_so_in_the_books(fernhill: Path, truth: dict[str, Any]) -> None:
    said, month = declared(fernhill), "2026-10"
    agents, categories = truth["by_month_agent"][month], truth["by_month_category"][month]
    assert planted(truth, "AG008") == {
        agent["id"]
        for agent in said["agents"]
        if "monthly_budget" in agent and Decimal(agents[agent["id"]]) > Decimal(agent["monthly_budget"])
    }
    assert planted(truth, "LG008") == {
        budget["id"]
        for budget in said["budgets"]
        if Decimal(categories[budget["category"]]) > Decimal(budget["amount"])
    }


def test_a_planted_subject_that_does_not_exist_is_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_written", lambda: {"IT001": {"of": "tools", "planted": {"no-such-tool": "typo"}}})
        with pytest.raises(KeyError, match="no-such-tool is none of the tools"):
            module.situations(Books())
