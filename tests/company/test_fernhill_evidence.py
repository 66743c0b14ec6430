"""Fernhill's plays, readiness, sources and reconciliation against the truth its generator wrote.

The truth, the seat files and the register are read here without product code.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from spendmap.cli import cli

MONTH = "2026-10"


class Fernhill:
    """The sample company's workspace, its truth, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: dict[str, Any] = json.loads((folder / "truth.json").read_text())

    def ask(self, *words: str) -> dict[str, Any]:
        answer = CliRunner().invoke(cli, ["--workspace", str(self.folder), *words, "--json"])
        assert answer.exit_code == 0, answer.output
        document: dict[str, Any] = json.loads(answer.stdout)
        return document


@pytest.fixture(scope="module")
def fernhill(built_fernhill: Path, copy_of_fernhill: Callable[[], Path]) -> Fernhill:
    printed = (built_fernhill.parent / "printed.txt").read_text(encoding="utf-8")
    steps = re.findall(r"^(\w+): [\d,]+ rows in, [\d,]+ rows out", printed, re.MULTILINE)
    assert steps == ["capture", "allocate", "review", "value", "optimize"]
    return Fernhill(copy_of_fernhill())


@pytest.fixture(scope="module")
def plays(fernhill: Fernhill) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in fernhill.ask("optimize", "--period", MONTH)["plays"]}


@pytest.fixture(scope="module")
def lines(fernhill: Fernhill) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = fernhill.ask("reconcile", "--period", "all")["lines"]
    return {(each["issuer"], each["account"], each["month"]): each for each in found}


def test_the_dark_difference_of_every_month_is_the_planted_one(
    fernhill: Fernhill, lines: dict[tuple[str, str, str], dict[str, Any]]
) -> None:
    for month, accounts in fernhill.truth["dark"].items():
        for name, dark in accounts.items():
            vendor, account = name.split("/")
            line = lines[vendor, account, month]
            assert line["causes"] == {"dark_usage": dark}
            assert line["unexplained"] == "0"
            assert line["billed"] == fernhill.truth["billed"][month][name]
            assert line["metered"] == fernhill.truth["metered"][month]["openai"]


def test_every_difference_is_the_sum_of_its_causes_and_what_is_left(
    lines: dict[tuple[str, str, str], dict[str, Any]],
) -> None:
    bridges = [line for line in lines.values() if line["difference"] is not None]
    bridges += [line["payment"] for line in lines.values() if line["payment"] and line["payment"]["difference"]]
    assert len(bridges) > 50
    for each in bridges:
        assert Decimal(each["difference"]) == sum(map(Decimal, each["causes"].values())) + Decimal(each["unexplained"])


def test_the_invoice_that_comes_a_month_later_is_held_against_the_month_it_names(
    lines: dict[tuple[str, str, str], dict[str, Any]],
) -> None:
    # October's invoice comes in November, after the files end; the one of October names September and stands there.
    assert lines["openai", "org-fernhill", MONTH]["payment"] is None


def test_the_idle_pool_is_worth_the_share_the_truth_says_is_unused(
    fernhill: Fernhill, plays: dict[str, dict[str, Any]]
) -> None:
    planted = fernhill.truth["planted"]["idle_gpu_pool"]
    (play,) = (each for each in plays.values() if each["code"] == "idle-capacity")
    assert play["subject"]["name"] == planted["resource"]
    # The pool costs the same each day from January to October 2026: 304 days, of which October has 31.
    october = Decimal(planted["effective_cost"]) * 31 / 304
    assert Decimal(play["likely"]) == october * (100 - planted["used_share_percent"]) / 100


def test_the_meeting_assistants_play_drops_the_smallest_at_its_true_cost(
    fernhill: Fernhill, plays: dict[str, dict[str, Any]]
) -> None:
    planted = fernhill.truth["planted"]["overlapping_meeting_assistants"]
    costs = {tool: Decimal(fernhill.truth["by_month_tool"][MONTH][tool]) for tool in planted["tools"]}
    play = plays[f"overlap:{planted['capability']}"]
    assert Decimal(play["likely"]) == min(costs.values())
    assert Decimal(play["high"]) == sum(costs.values()) - max(costs.values())
    assert Decimal(play["seen"]) == sum(costs.values())


def test_unused_seats_are_those_of_the_admin_pages(fernhill: Fernhill, plays: dict[str, dict[str, Any]]) -> None:
    tools = yaml.safe_load((fernhill.folder / "register" / "tools.yaml").read_text())["tools"]
    of_product = {key["product"]: tool["id"] for tool in tools for key in tool["keys"] if "product" in key}
    bought: dict[str, int] = {}
    unused: dict[str, Decimal] = {}
    count: dict[str, int] = {}
    (file,) = (fernhill.folder / "sources" / "seats").glob(f"*{MONTH}*")
    with file.open(encoding="utf-8", newline="") as rows:
        reader = csv.DictReader(rows)
        price = next(name for name in reader.fieldnames or [] if "rice" in name)
        for row in reader:
            tool = of_product[row["Product"]]
            idle = int(row["Seats bought"]) - int(row["Seats active"])
            bought[tool] = bought.get(tool, 0) + int(row["Seats bought"])
            count[tool] = count.get(tool, 0) + idle
            unused[tool] = unused.get(tool, Decimal(0)) + idle * Decimal(row[price].strip("$"))
    expected = {tool: money for tool, money in unused.items() if 5 * count[tool] >= bought[tool]}
    found = {
        each["subject"]["id"]: Decimal(each["likely"]) for each in plays.values() if each["code"] == "unused-seats"
    }
    assert found == expected
    assert expected


def test_the_total_is_the_sum_of_plays_that_share_no_money(
    plays: dict[str, dict[str, Any]], fernhill: Fernhill
) -> None:
    (total,) = fernhill.ask("optimize", "--period", MONTH)["totals"]
    added = [each for each in plays.values() if each["is_added"]]
    assert Decimal(total["likely"]) == sum(Decimal(each["likely"]) for each in added)
    assert total["added"] == len(added) < len(plays)
    for each in added:
        assert not set(each["overlaps_with"]) & {other["id"] for other in added}
    everything = sum(Decimal(each["likely"]) for each in plays.values() if each["likely"])
    assert Decimal(total["likely"]) < everything


def test_a_play_whose_finding_was_accepted_is_shown_as_decided_and_leaves_the_total(
    fernhill: Fernhill, tmp_path: Path
) -> None:
    copy = Fernhill(shutil.copytree(fernhill.folder, tmp_path / "copy"))
    copy.ask("review", "--period", MONTH)
    before = copy.ask("optimize", "--period", MONTH)
    copy.ask(
        "decide",
        "OV001:meetings",
        "accept",
        "--reason",
        "teams keep their notes",
        "--by",
        "Olu",
        "--until",
        "2099-01-01",
    )
    after = copy.ask("optimize", "--period", MONTH)
    play = next(each for each in after["plays"] if each["id"] == "overlap:meetings")
    assert (play["state"], play["reason"], play["is_added"]) == ("accepted", "teams keep their notes", False)
    gone = Decimal(before["totals"][0]["likely"]) - Decimal(after["totals"][0]["likely"])
    assert gone == Decimal(play["likely"])
    assert after["totals"][0]["decided"] == 1


def test_the_incomplete_telemetry_is_missing_proof_with_a_name(fernhill: Fernhill) -> None:
    cells = fernhill.ask("readiness", "--period", MONTH)["cells"]
    cell = next(each for each in cells if (each["area"], each["category"]) == ("evidence", "product_inference"))
    gap = next(each for each in cell["missing"] if each["test"] == "bills-explained")
    assert "openai/org-fernhill" in gap["what"]
    assert (gap["who"], gap["next_step"]) == ("Tomas Lindqvist", "spendmap reconcile")
    assert cell["score"] < 4


def test_every_source_says_what_the_generator_counted(fernhill: Fernhill) -> None:
    report = fernhill.ask("sources")
    assert {each["id"] for each in report["sources"]} == set(fernhill.truth["loads"])
    for row in report["sources"]:
        counted = fernhill.truth["loads"][row["id"]]
        assert row["rows_read"] == row["rows_loaded"] + row["rows_duplicate"] + row["rows_quarantined"]
        assert row["rows_quarantined"] == counted["rows_quarantined"] == sum(q["rows"] for q in row["quarantine"])
        assert row["files"] == counted["files"]
        assert row["scope"]
        assert row["owner"]
        assert [each["month"] for each in row["months"]] == fernhill.truth["months"]
    gateway = next(each for each in report["sources"] if each["id"] == "gateway")
    assert {each["source_file"][-16:-9] for each in gateway["quarantine"]} == set(
        fernhill.truth["planted"]["broken_log_lines"]["months"]
    )
