"""`spendmap prices`: what a person types and reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from spendmap.cli.prices import command
from spendmap.vocabulary.errors import PriceError, UsageError
from spendmap.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "acme")


def run(folder: Path | None, *words: str) -> Result:
    return CliRunner().invoke(command, list(words), obj=folder)


def test_show_gives_the_prices_in_force_on_a_day(workspace: Workspace) -> None:
    result = run(workspace.root, "show", "gpt-5.6-luna", "--provider", "openai", "--at", "2026-07-29", "--json")
    rows = json.loads(result.stdout)["rows"]
    standard = {
        (row["meter"], row["input_from"]): row["price"]
        for row in rows
        if (row["service_tier"], row["region_scope"]) == ("standard", "")
    }
    assert standard["input_uncached", 0] == "1"
    assert standard["input_uncached", 272_001] == "2"
    assert standard["web_searches", 0] == "0.01"


def test_show_finds_a_model_by_a_name_usage_gives_it(workspace: Workspace) -> None:
    result = run(workspace.root, "show", "claude-sonnet-4-5-20250929", "--provider", "anthropic", "--json")
    assert {row["model"] for row in json.loads(result.stdout)["rows"]} == {"claude-sonnet-4-5"}


def test_show_prints_a_table_with_the_windows(workspace: Workspace) -> None:
    result = run(workspace.root, "show", "deepseek-v4-pro", "--provider", "deepseek", "--at", "2026-11-20")
    assert "mon-fri" in result.stdout
    assert "1.32/M" in result.stdout


def test_show_of_an_unknown_model_names_the_next_step(workspace: Workspace) -> None:
    result = run(workspace.root, "show", "gpt-nonexistent")
    assert isinstance(result.exception, PriceError)
    assert "spendmap prices add" in result.exception.next_step
    assert isinstance(run(workspace.root, "show", "--at", "someday").exception, UsageError)


def test_a_contract_price_is_added_and_shown(workspace: Workspace) -> None:
    words = (
        "add",
        "openai/gpt-4.1/input_uncached",
        "1.80",
        "--contract",
        "ACME-2026",
        "--from",
        "2026-01-01",
        "--json",
    )
    added = json.loads(run(workspace.root, *words).stdout)["added"]
    assert (added["list_unit_price"], added["basis"], added["per"]) == ("0.0000018", "contract", 1_000_000)
    shown = json.loads(run(workspace.root, "show", "gpt-4.1", "--provider", "openai", "--json").stdout)["rows"]
    assert [row["price"] for row in shown if row["contract"] == "ACME-2026"] == ["1.8"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("openai/gpt-4.1/output", "7"), "two prices in force"),
        (("openai/gpt-4.1/output", "7", "--contract", "B", "--from", "2026-06-01"), "two prices in force"),
        (("openai/gpt-4.1/outputs", "7"), "is not a meter"),
        (("gpt-4.1", "7"), "is not provider/model/meter"),
        (("acme/m/output", "cheap"), "is not a plain decimal number"),
        (("acme/m/output", "1", "--from", "2026-02-30"), "day is out of range"),
        (("acme/m/output", "1", "--currency", "dollars"), "is not a currency code"),
    ],
)
def test_a_price_that_cannot_stand_is_refused_and_nothing_is_written(
    workspace: Workspace, words: tuple[str, ...], message: str
) -> None:
    run(workspace.root, "add", "openai/gpt-4.1/output", "6", "--contract", "A")
    before = (workspace.root / "register" / "prices.yaml").read_text("utf-8")
    error = run(workspace.root, "add", *words).exception
    assert isinstance(error, PriceError)
    assert message in error.message
    assert error.next_step
    assert (workspace.root / "register" / "prices.yaml").read_text("utf-8") == before


def test_a_price_per_the_wrong_quantity_is_doubted(workspace: Workspace) -> None:
    words = ("add", "openai/gpt-4.1/output", "6", "--per", "1000", "--contract", "A", "--json")
    (warning,) = json.loads(run(workspace.root, *words).stdout)["warnings"]
    assert "Is it per the right quantity?" in warning


def test_check_of_the_shipped_prices_holds(workspace: Workspace) -> None:
    result = run(workspace.root, "check", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["holds"] is True
    assert document["prices"] > 9_000
    assert document["unpriced"] == []


def test_quote_prints_each_row_and_the_agreement(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text(
        "case_id,provider,model,timestamp_utc,service,input_total_tokens,uncached_input_tokens,cache_read_tokens,"
        "cache_write_5m_tokens,cache_write_1h_tokens,input_audio_tokens,output_tokens,reasoning_tokens_in_output,"
        "web_searches,expected_usd\n"
        "a,openai,gpt-4.1,2026-11-20T12:00:00Z,standard,10,10,0,0,0,0,0,0,0,0.00002\n"
        "b,openai,gpt-none,2026-11-20T12:00:00Z,standard,10,10,0,0,0,0,0,0,0,0.00002\n"
        "c,openai,gpt-4.1,2026-11-20T12:00:00Z,standard,10,-10,0,0,0,0,0,0,0,\n",
        "utf-8",
    )
    result = run(workspace.root, "quote", str(file), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1  # a row was refused
    assert [(row["case_id"], row["list_cost"]) for row in document["rows"]] == [("a", "0.00002"), ("b", None)]
    assert [row["agrees"] for row in document["rows"]] == [True, False]
    assert document["rows"][0]["price_ids"][0].startswith("openai/gpt-4.1/input_uncached#")
    assert [row["line"] for row in document["refused"]] == [4]
    assert "1 of 2 agree with expected_usd, 0 differ, 1 unpriced." in result.stderr
    table = run(workspace.root, "quote", str(file))
    assert "unpriced" in table.stdout


def test_each_command_has_an_example_and_says_what_it_does() -> None:
    for words in ([], ["show"], ["add"], ["quote"], ["check"]):
        assert "Example: spendmap prices" in run(None, *words, "--help").stdout
