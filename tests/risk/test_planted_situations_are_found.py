"""What is wrong and what is in order in Fernhill against what the rules find: the confusion table, rule by rule.

Both lists are the generator's (`situations` of its truth), written without any product code.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from risk_company import Company

from spendmap.risk.rules import ALL

MONTH = "2026-10"


@pytest.fixture(scope="module")
def found(fernhill: Company) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in fernhill.ask("findings")["findings"]}


def test_every_planted_situation_is_found_and_nothing_clean_is_blamed(
    fernhill: Company, found: dict[str, dict[str, Any]]
) -> None:
    fired: dict[str, set[str]] = defaultdict(set)
    for each in found.values():
        fired[each["code"]].add(each["subject"]["id"])
    listed = fernhill.truth["situations"]
    assert listed["month"] == MONTH
    print(f"\n{'rule':6} {'planted':>8} {'found':>6} {'missed':>7} {'clean':>6} {'blamed':>7}  missed or blamed")
    wrong: dict[str, list[str]] = {}
    for code, said in sorted(listed["rules"].items()):
        planted, clean = set(said["planted"]), set(said["clean"])
        assert not planted & clean
        hits, missed, blamed = planted & fired[code], planted - fired[code], fired[code] - planted
        if missed or blamed:
            wrong[code] = sorted(missed | blamed)
        print(
            f"{code:6} {len(planted):8} {len(hits):6} {len(missed):7} {len(clean):6} {len(blamed):7}  "
            + ", ".join(sorted(missed | blamed))
        )
    assert wrong == {}
    assert sum(len(said["planted"]) for said in listed["rules"].values()) >= 90
    assert sum(len(said["clean"]) for said in listed["rules"].values()) > 450


def test_every_rule_has_its_two_lists(fernhill: Company, found: dict[str, dict[str, Any]]) -> None:
    listed = fernhill.truth["situations"]["rules"]
    assert {rule.__name__[:5].upper() for rule in ALL} == listed.keys() >= {each["code"] for each in found.values()}
    # whoever is asked about is on one of the lists; most rules have somebody on both
    assert all(said["clean"] for said in listed.values())
    assert {code for code, said in listed.items() if not said["planted"]} <= {
        "HR004",
        "LG002",
        "LG004",
        "LG005",
        "LG006",
        "LG008",
        "LG010",
        "LG011",
        "LG012",
        "LG013",
        "LG014",
        "LG015",
        "LG016",
        "LG017",
        "LG018",
    }


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
