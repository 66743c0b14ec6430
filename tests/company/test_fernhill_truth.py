"""Fernhill's map against the truth its generator wrote without any product code, to the last digit."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spendmap.cli import cli


class Fernhill:
    """The sample company's workspace, its truth, and its map by command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: dict[str, Any] = json.loads((folder / "truth.json").read_text())

    def ask(self, *words: str) -> dict[str, Any]:
        answer = CliRunner().invoke(cli, ["--workspace", str(self.folder), *words, "--json"])
        assert answer.exit_code == 0, answer.output
        document: dict[str, Any] = json.loads(answer.stdout)
        return document

    def by(self, dimension: str, basis: str = "effective") -> dict[tuple[str, str | None], Decimal]:
        rows = self.ask("map", "--period", "all", "--by", f"month,{dimension}", "--basis", basis)["rows"]
        return {
            (row["keys"]["month"], row["keys"][dimension]): Decimal(row["cost"])
            for row in rows
            if row["cost"] is not None
        }


@pytest.fixture(scope="module")
def fernhill(copy_of_fernhill: Callable[[], Path]) -> Fernhill:
    return Fernhill(copy_of_fernhill())


def stated(truth: dict[str, dict[str, str]], *, without: str = "") -> dict[tuple[str, str], Decimal]:
    return {
        (month, name): Decimal(amount)
        for month, amounts in truth.items()
        for name, amount in amounts.items()
        if name != without and Decimal(amount)
    }


def test_every_category_of_every_month_equals_the_truth(fernhill: Fernhill) -> None:
    found = {key: cost for key, cost in fernhill.by("category").items() if cost}
    assert found == stated(fernhill.truth["by_month_category"], without="overlap")


def test_every_category_of_every_month_equals_the_truth_on_billed_basis(fernhill: Fernhill) -> None:
    found = {key: cost for key, cost in fernhill.by("category", "billed").items() if cost}
    assert found == stated(fernhill.truth["by_month_category_billed"])


def test_every_grade_of_evidence_of_every_month_equals_the_truth(fernhill: Fernhill) -> None:
    found = {key: cost for key, cost in fernhill.by("evidence").items() if cost}
    assert found == stated(fernhill.truth["evidence"])


@pytest.mark.parametrize(("basis", "key"), [("effective", "by_month_account"), ("billed", "by_month_account_billed")])
def test_what_each_vendor_s_months_cost_equals_the_truth(fernhill: Fernhill, basis: str, key: str) -> None:
    expected: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (month, account), amount in stated(fernhill.truth[key]).items():
        expected[month, account.split("/")[0]] += amount
    found = {name: cost for name, cost in fernhill.by("vendor", basis).items() if cost and name[1] is not None}
    assert found == expected


def test_what_is_dark_in_a_month_equals_the_truth(fernhill: Fernhill) -> None:
    for month in fernhill.truth["months"]:
        said = {**fernhill.truth["dark"][month], **fernhill.truth["dark_payments"][month]}
        accounts = fernhill.ask("map", "--period", month)["dark"]["accounts"]
        found = {f"{each['vendor']}/{each['account']}": Decimal(each["cost"]) for each in accounts}
        assert found == {name: Decimal(cost) for name, cost in said.items()}, month


@pytest.mark.parametrize("dimension", ["use_case", "tool", "agent"])
def test_what_is_carried_by_a_name_equals_the_truth(fernhill: Fernhill, dimension: str) -> None:
    found = {key: cost for key, cost in fernhill.by(dimension).items() if cost and key[1] is not None}
    assert found == stated(fernhill.truth[f"by_month_{dimension}"])


def test_seats_cost_the_department_that_the_seat_list_names(fernhill: Fernhill) -> None:
    seated = {"chatgpt-business": "ChatGPT Business", "github-copilot": "GitHub Copilot Business",
              "cursor-business": "Cursor Business", "notion-ai": "Notion AI"}  # fmt: skip
    listed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    (file,) = (fernhill.folder / "sources" / "seats").glob("*2026-10*")
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            listed[row["Product"], row["Department"]] += int(row["Seats bought"]) * Decimal(row["Price per seat"])
    rows = fernhill.ask("map", "--period", "2026-10", "--by", "tool,department")["rows"]
    found = {
        (seated[row["keys"]["tool"]], row["keys"]["department"]): Decimal(row["cost"])
        for row in rows
        if row["keys"]["tool"] in seated
    }
    assert found == listed


def test_each_month_s_captured_money_and_overlap_equal_the_truth(fernhill: Fernhill) -> None:
    for month in fernhill.truth["months"]:
        report = fernhill.ask("map", "--period", month)
        for scope, amount in fernhill.truth["captured"][month].items():
            assert Decimal(report["captured"][scope]) == Decimal(amount), (month, scope)
        overlap = Decimal(fernhill.truth["by_month_category"][month]["overlap"])
        assert Decimal(report["overlap"]["cost"]) == overlap, month


def test_the_split_leaves_every_month_s_total_as_it_is_and_loses_nothing(fernhill: Fernhill) -> None:
    for month in fernhill.truth["months"]:
        report = fernhill.ask("splits", "--period", month)
        parts = [Decimal(report[name]) for name in ("direct", "allocated", "unallocated", "in_no_pool")]
        assert sum(parts) == Decimal(report["total"]) == Decimal(fernhill.truth["totals"]["by_month"][month]), month
        assert all(part > 0 for part in parts), month  # some of each, on purpose


def test_the_idle_gpus_are_a_layer_of_their_own_and_as_large_as_planted(fernhill: Fernhill) -> None:
    planted = fernhill.truth["planted"]["idle_gpu_pool"]
    unused = Decimal(planted["effective_cost"]) * (100 - planted["used_share_percent"]) / 100
    pools = {pool["id"]: pool for pool in fernhill.ask("splits", "--period", "all")["pools"]}
    assert Decimal(pools["idle-gpus"]["unallocated"]) == Decimal(pools["idle-gpus"]["cost"]) == unused
    assert pools["idle-gpus"]["layer"] == "idle"


def test_every_law_that_can_be_tested_holds_on_the_sample(fernhill: Fernhill) -> None:
    laws = fernhill.ask("check")["laws"]
    assert {law["name"]: law["detail"] for law in laws if law["holds"] is False} == {}
    assert sum(law["holds"] is True for law in laws) >= 9


def test_the_planted_price_change_is_told_as_price(fernhill: Fernhill) -> None:
    change = fernhill.truth["planted"]["price_change"]
    assert change["first_day_at_new_price"] == "2026-08-21"
    # August had both prices, September only the lower one: the same tokens cost less, and nothing else explains it.
    report = fernhill.ask("drivers", "--period", "2026-09")
    price = next(each for each in report["drivers"] if each["id"] == "price")
    line = next(each for each in price["lines"] if each["keys"].get("model") == change["model"])
    assert Decimal(line["amount"]) < 0
    before = Decimal(line["cost_before"]) / Decimal(line["quantity_before"])
    now = Decimal(line["cost_now"]) / Decimal(line["quantity_now"])
    assert now < before
    whole = sum((Decimal(each["amount"]) for each in report["drivers"]), Decimal(0))
    assert whole == Decimal(report["change"]) == Decimal(report["total"]) - Decimal(report["previous_total"])
