"""What was planted in Fernhill against what the rules find: the confusion table, rule by rule.

Planted is read from the generator's truth, the register's YAML and the seat files, with no product code.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from risk_company import Company

MONTH = "2026-10"
RANK = {"public": 1, "internal": 2, "confidential": 3, "restricted": 4}
EXACT = {
    "IT001", "IT002", "IT004", "IT005", "IT006", "IT007", "AG001", "AG002", "AG003", "AG004", "AG005", "AG006", "AG007",
    "AG009", "AG010", "PI001", "PI002", "PI003", "PI004", "PI006", "EV001", "EV003", "EV004", "HR001", "DP001", "DP002",
    "IN001", "LG001", "LG003", "LG004", "LG005", "LG006", "LG007", "LG008",
}  # fmt: skip
"""Rules whose every planted case is known here, so that anything else they find is wrong."""


def declared(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in sorted((folder / "register").glob("*.yaml")):
        for name, entities in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            found[name] += entities
    return found


def lacking(entities: list[dict[str, Any]], field: str) -> set[str]:
    return {str(each["id"]) for each in entities if not each.get(field)}


def unused_seats(folder: Path, tools: list[dict[str, Any]]) -> set[str]:
    products = {key["product"]: tool["id"] for tool in tools for key in tool["keys"] if "product" in key}
    bought: dict[str, int] = defaultdict(int)
    active: dict[str, int] = defaultdict(int)
    (file,) = (folder / "sources" / "seats").glob(f"*{MONTH}*")
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            bought[products[row["Product"]]] += int(row["Seats bought"])
            active[products[row["Product"]]] += int(row["Seats active"])
    return {tool for tool in bought if 5 * (bought[tool] - active[tool]) >= bought[tool]}


def planted(company: Company) -> dict[str, set[str]]:
    """Rule -> subjects that it must find in October 2026."""
    said, truth = declared(company.folder), company.truth
    tools, agents, cases, suites = (said[name] for name in ("tools", "agents", "use_cases", "evaluation_suites"))
    trick = truth["planted"]
    spent = {category: Decimal(cost) for category, cost in truth["by_month_category"][MONTH].items()}
    return {
        "IT001": lacking(tools, "owner"),
        "IT002": lacking(tools, "purpose") | lacking(tools, "value_hypothesis"),
        "IT004": unused_seats(company.folder, tools),
        "IT005": {
            tool["id"] for tool in tools if RANK[tool["data_risk"]] > max(RANK.get(tool.get("approved_risk"), 1), 1)
        },
        "IT006": {trick["unregistered_tool"]["merchant"].partition(".")[0].lower()},
        "IT007": lacking(tools, "renewal_date") & set(truth["by_month_tool"][MONTH]),
        "AG001": lacking(agents, "monthly_budget"),
        "AG002": {agent["id"] for agent in agents if "*" in agent["permissions"]},
        "AG003": lacking(agents, "output_review"),
        "AG004": lacking(agents, "kill_switch"),
        "AG005": lacking(agents, "kill_switch_tested_on") - lacking(agents, "kill_switch"),
        "AG006": lacking(agents, "failure_detection"),
        "AG007": lacking(agents, "rate_limit"),
        "AG009": {trick["runaway_agent"]["agent"]},
        "AG010": lacking(agents, "owner"),
        "PI001": lacking(cases, "owner"),
        "PI002": lacking(cases, "quality_threshold"),
        "PI003": set(),
        "PI004": lacking(cases, "outcome"),
        "PI006": set(trick["open_card_questions"]["use_cases"]),
        "EV001": {case["id"] for case in cases if case["category"] == "product_inference"}
        - {suite["use_case"] for suite in suites},
        "EV002": {"premium-copilot"},
        "EV003": lacking(suites, "gate"),
        "EV004": lacking(suites, "owner"),
        "OV001": {trick["overlapping_meeting_assistants"]["capability"], "coding"},
        "OV002": {"coding/engineering"},
        "HR001": lacking(said["review_queues"], "owner"),
        "DP001": lacking(said["data_assets"], "owner"),
        "DP002": lacking(said["data_assets"], "data_risk"),
        "IN001": {f"arn:aws:ec2:us-east-1:410022330007:fleet/{trick['idle_gpu_pool']['resource']}"},
        "LG001": {f"hosted_vllm/{trick['model_without_price']['model']}"},
        "LG003": {trick["dark_usage"]["account"]},
        "LG004": set(),
        "LG005": set(),  # one vendor's money arrives three times and is counted once, so nothing is paid twice
        "LG006": set(),
        "LG007": set(),
        "LG008": {budget["id"] for budget in said["budgets"] if spent[budget["category"]] > Decimal(budget["amount"])},
        "LG009": {"ct-aws-edp", "ct-chatgpt", "ct-fireflies", "ct-scale", "ct-copilot"},
    }


@pytest.fixture(scope="module")
def found(fernhill: Company) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in fernhill.ask("findings")["findings"]}


def test_every_planted_situation_is_found_by_its_rule(fernhill: Company, found: dict[str, dict[str, Any]]) -> None:
    fired: dict[str, set[str]] = defaultdict(set)
    for each in found.values():
        fired[each["code"]].add(each["subject"]["id"])
    wanted = planted(fernhill)
    print(f"\n{'rule':6} {'planted':>8} {'found':>6} {'missed':>7} {'beyond':>7}  missed or beyond what was planted")
    for code in sorted(wanted.keys() | fired.keys()):
        hits, missed, beyond = (
            wanted.get(code, set()) & fired[code],
            wanted.get(code, set()) - fired[code],
            fired[code] - wanted.get(code, set()),
        )
        print(
            f"{code:6} {len(wanted.get(code, set())):8} {len(hits):6} {len(missed):7} {len(beyond):7}  "
            + ", ".join(sorted(missed | beyond))
        )
    assert {code: sorted(subjects - fired[code]) for code, subjects in wanted.items() if subjects - fired[code]} == {}
    assert {code: sorted(fired[code] - wanted[code]) for code in EXACT if fired[code] - wanted[code]} == {}
    assert sum(len(subjects) for subjects in wanted.values()) >= 50


def test_the_money_at_stake_is_the_truth_s(fernhill: Company, found: dict[str, dict[str, Any]]) -> None:
    truth = fernhill.truth
    dark = found["LG003:openai/org-fernhill"]
    assert Decimal(dark["money_at_stake"]) == Decimal(truth["dark"][MONTH]["openai/org-fernhill"])
    for tool in ("jasper", "fathom", "braintrust"):
        assert Decimal(found[f"IT001:{tool}"]["money_at_stake"]) == Decimal(truth["by_month_tool"][MONTH][tool])
    for case in ("translation", "insights-beta", "incident-triage", "invoice-matching"):
        stake = Decimal(found[f"PI001:{case}"]["money_at_stake"])
        assert stake >= Decimal(truth["by_month_use_case"][MONTH][case]), case
    meetings = found["OV001:meetings"]
    assert Decimal(meetings["money_at_stake"]) == sum(
        Decimal(truth["by_month_tool"][MONTH][tool]) for tool in ("otter", "fireflies", "fathom")
    )
    # 6 % of the research pool is used: what is idle in October is 94 % of 31 days of the pool's price
    idle = Decimal(truth["planted"]["idle_gpu_pool"]["effective_cost"]) / 304 * 31 * Decimal("0.94")
    (pool,) = (each for each in found.values() if each["code"] == "IN001")
    assert abs(Decimal(pool["money_at_stake"]) - idle) < 1
    unpriced = found["LG001:hosted_vllm/fernhill-support-7b"]
    assert unpriced["money_at_stake"] is None and unpriced["currency"] == "USD"
    assert int(unpriced["evidence"]["rows"]) == truth["unpriced"]["by_month_rows"][MONTH]["fernhill-support-7b"]
    assert int(unpriced["evidence"]["tokens"]) == truth["unpriced"]["by_month_tokens"][MONTH]["fernhill-support-7b"]


def test_the_loop_of_july_is_still_told_in_october_with_its_days(
    fernhill: Company, found: dict[str, dict[str, Any]]
) -> None:
    planted_loop = fernhill.truth["planted"]["runaway_agent"]
    loop = found["AG009:incident-triage-agent"]
    assert [loop["evidence"]["first_day"], loop["evidence"]["last_day"]] == planted_loop["days"]
    assert int(loop["evidence"]["calls"]) >= planted_loop["calls"]
    assert Decimal(loop["money_at_stake"]) <= Decimal(planted_loop["effective_cost"])
    assert Decimal(loop["money_at_stake"]) > Decimal(planted_loop["effective_cost"]) * Decimal("0.9")
