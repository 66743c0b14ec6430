"""The map as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from published_company import ALLOCATION, publish

from spendmap.reports.csv_map import csv_map, safe_cell
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map

TODAY = date(2026, 11, 21)


def test_text_that_a_spreadsheet_would_run_is_quoted_and_other_text_is_not() -> None:
    for text in (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        " =1",
        "\u3000＝1",
        "\ufeff=1",
    ):
        assert safe_cell(text) == "'" + text
    assert safe_cell("OpenAI") == "OpenAI"
    assert safe_cell("") == ""


def test_a_supplier_named_like_a_formula_stays_text_and_a_credit_stays_a_number(tmp_path: Path) -> None:
    rows = [{**ALLOCATION[1], "supplier_name": '=HYPERLINK("http://x")', "vendor": "-2+3"}]  # a credit of 100
    model = ReadModel.open(publish(tmp_path, allocation=rows))
    report = spend_map(model, ask(model, today=TODAY, by=("supplier_name", "vendor")))
    (line,) = csv.DictReader(csv_map(report).splitlines())
    assert line["supplier_name"] == '\'=HYPERLINK("http://x")'
    assert (line["vendor"], line["cost"], line["cost_invoiced"]) == ("'-2+3", "-100", "-100")


def test_an_unknown_cost_is_an_empty_cell(model: ReadModel) -> None:
    report = spend_map(model, ask(model, today=TODAY, by=("model",), where=[("agent", "triage")]))
    lines = {line["model"]: line for line in csv.DictReader(csv_map(report).splitlines())}
    assert (lines["acme-lm"]["cost"], lines["acme-lm"]["unpriced_rows"]) == ("", "3")
    assert lines["claude-x"]["cost"] == "80.000000000001"
    assert lines["claude-x"]["conditions"] == "agent=triage"
    assert (lines["claude-x"]["compared_period"], lines["claude-x"]["compared_cost"]) == ("2026-09", "0")
