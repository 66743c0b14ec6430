"""A sum over no captured row, or only over rows without an amount, is unknown; over captured rows none of the kind, zero.

One firm, month by month: August nothing captured, September a payment of 100 USD to OpenAI, October calls that nobody
prices, November a payment in euros and no rate, December paper from a shop and nothing that is AI.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from company.acorn import call
from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.cli import cli
from spendmap.reports.category import category_report
from spendmap.reports.drivers import drivers_report
from spendmap.reports.explain import explain
from spendmap.reports.figures import Tally, document, sum_known, sum_told
from spendmap.reports.filters import Question, ask
from spendmap.reports.flow import flow_report
from spendmap.reports.indirect import indirect_cost
from spendmap.reports.leader import leader_report
from spendmap.reports.read_model import ReadModel
from spendmap.reports.scenario import scenario_report
from spendmap.reports.spend_map import spend_map
from spendmap.reports.vendors import vendors_report

TODAY = date(2027, 1, 15)
REGISTER = """tools:
  - {id: chatgpt, name: ChatGPT, vendor: openai, capability: assistant, owner: Ada}
  - {id: claude, name: Claude, vendor: anthropic, capability: assistant, owner: Ada}
use_cases:
  - {id: triage, name: Ticket triage, owner: Ada}
"""
LEDGER = """Date,Vendor,Description,Amount,Currency
2026-09-05,OpenAI,API,100.00,USD
2026-11-05,OpenAI,API,40.00,EUR
2026-12-05,Staples,Paper,50.00,USD
"""
Reports = dict[str, Any]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> SmallFirm:
    firm = SmallFirm(tmp_path_factory.mktemp("unknown"), REGISTER)
    firm.capture(LEDGER, "ledger_csv")
    firm.capture("\n".join(call(f"r-{n}", 5, "nobody-prices-it", 900, 0, 9, None) for n in (1, 2)), "litellm_spendlogs")
    allocate(firm.workspace)
    return firm


@pytest.fixture(scope="module")
def model(firm: SmallFirm) -> Iterator[ReadModel]:
    model = ReadModel.open(firm.workspace)
    yield model
    model.close()


def told(model: ReadModel, month: str, compare: str = "none") -> Reports:
    """Every report of a month that holds a sum, as its JSON says it."""
    question = ask(model, today=TODAY, period=month, compare=compare)
    reports: Reports = {
        "map": spend_map(model, question),
        "leader": leader_report(model, question, model.root / "rollups", TODAY),
        "category": category_report(model, question, "internal_tools"),
        "overlap": category_report(model, question, "overlap"),
        "drivers": drivers_report(model, question),
        "explain": explain(model, question),
        "flow": flow_report(model, question),
        "splits": indirect_cost(model, question),
        "vendors": vendors_report(model, question, TODAY),
    }
    if not model.is_empty:
        reports["scenario"] = scenario_report(model, ["usage=2"], today=TODAY, period=month)
    return {name: document(report) for name, report in reports.items()}


def zeros(value: Any, path: str = "") -> list[str]:
    """Where a document says of money that it is nothing: decimal text that is zero. Counts are whole numbers."""
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in zeros(each, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for at, each in enumerate(value) for found in zeros(each, f"{path}[{at}]")]
    return [path] if value == "0" else []


def printed(firm: SmallFirm, *words: str) -> str:
    answer = CliRunner().invoke(cli, ["--workspace", str(firm.workspace.root), *words])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_the_rule_itself() -> None:
    assert [sum_told(None, 0), sum_told(None, 0, is_captured=False), sum_told(None, 3)] == [0, None, None]
    assert [sum_known([]), sum_known([], is_captured=False), sum_known([None]), sum_known([None, 5])] == [
        0,
        None,
        None,
        5,
    ]
    tally = Tally()
    assert [tally.told(), tally.told(is_captured=False)] == [0, None]
    tally.add(None, rows=2)
    assert tally.told() is None


@pytest.mark.parametrize("month", ["2026-08", "2026-11"])
def test_a_month_without_a_row_of_the_currency_has_no_zero_anywhere(model: ReadModel, month: str) -> None:
    reports = told(model, month)
    assert not reports["map"]["is_captured"]
    found = {name: zeros(report) for name, report in reports.items()}
    others = [f".other_currencies[0].{scope}" for scope in ("not_ai", "covered")] if month == "2026-11" else []
    assert found.pop("map") == others, "euros are captured in November, and none of them is for something else"
    assert not any(found.values()), found


def test_nothing_published_has_no_zero_anywhere(tmp_path: Path) -> None:
    empty = ReadModel.open(SmallFirm(tmp_path).workspace)
    found = {name: zeros(report) for name, report in told(empty, "2026-10").items()}
    assert not any(found.values()), found


def test_a_month_that_is_not_captured_is_no_fall_from_the_one_before(model: ReadModel) -> None:
    reports = told(model, "2026-11", compare="2026-09")
    (row,) = (row for row in spend_map(model, _by_vendor(model)).rows)
    assert (row.cost, row.previous_cost) == (None, 100), "the vendor of September is not at zero in November"
    assert (reports["drivers"]["previous_total"], reports["drivers"]["change"]) == ("100", None)
    assert reports["drivers"]["drivers"] == [], "nothing is gone: nobody looked"
    assert reports["leader"]["plan"]["unplanned"] is None


def _by_vendor(model: ReadModel) -> Question:
    return ask(model, today=TODAY, period="2026-11", compare="2026-09", by=("vendor",))


def test_calls_without_a_price_alone_have_no_sum(model: ReadModel) -> None:
    reports = told(model, "2026-10", compare="2026-09")
    map_ = reports["map"]
    unknown = [map_["total"], map_["captured"]["ai"], map_["captured"]["total"], map_["unallocated"]["cost"]]
    unknown += [map_["coverage"]["evidenced"]["cost"], map_["dark"]["cost"], reports["leader"]["total"]]
    unknown += [reports["drivers"]["total"], reports["explain"]["figure"]["cost"], reports["flow"]["left_out"]]
    unknown += [reports["splits"]["total"], reports["splits"]["in_no_pool"], reports["drivers"]["change"]]
    unknown += [reports["scenario"][name] for name in ("baseline", "scenario")]
    unknown += [reports["scenario"]["range"]["high"], reports["scenario"]["range"]["parts"][0]["above"]]
    assert unknown == [None] * len(unknown)
    assert (map_["captured"]["not_ai"], map_["captured"]["covered"]) == ("0", "0"), "captured, and none of the kind"
    with_rows = [row for row in map_["strip"] if row["rows"]]
    assert [row["cost"] for row in with_rows] == [None]


def test_captured_rows_none_of_which_is_ai_are_a_total_of_zero(model: ReadModel) -> None:
    reports = told(model, "2026-12")
    assert [reports["map"]["captured"][name] for name in ("ai", "not_ai", "covered", "total")] == ["0", "50", "0", "50"]
    assert [reports[name]["total"] for name in ("map", "leader", "drivers", "splits")] == ["0"] * 4
    assert reports["explain"]["figure"]["cost"] == "0"


def test_the_terminal_says_unknown_where_the_document_says_null(firm: SmallFirm) -> None:
    for month in ("2026-10", "2026-11"):
        for words in (["map"], ["drivers", "--compare", "none"], ["splits"], ["explain", "total"], ["scenario"]):
            output = printed(firm, *words, "--period", month)
            assert "unknown" in output, (words, month)
            if month != "2026-10":
                assert not [line for line in output.splitlines() if " 0.00" in line and "EUR" not in line], output
    assert "not_ai 0.00" in printed(firm, "map", "--period", "2026-10")
    assert "\n0.00 USD" in printed(firm, "map", "--period", "2026-12")


def test_the_csv_leaves_what_is_unknown_empty(firm: SmallFirm) -> None:
    words = ["map", "--csv", "--by", "vendor", "--compare", "2026-09", "--period", "2026-11"]
    header, row = (line.split(",") for line in printed(firm, *words).splitlines())
    found = dict(zip(header, row, strict=True))
    assert (found["cost"], found["compared_cost"], found["rows"]) == ("", "100", "0")
