"""A card's own bill, paid: money that moves and buys nothing. It is in no sum, and its words are no supplier."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.cli import cli

# As Chase writes its cards: purchases negative, payments to the card positive.
CHASE = """Transaction Date,Post Date,Description,Category,Type,Amount,Memo
10/03/2026,10/04/2026,OPENAI *CHATGPT SUBSCR,Shopping,Sale,-200.00,
10/05/2026,10/06/2026,ANTHROPIC,Shopping,Sale,-30.00,
10/07/2026,10/08/2026,STAPLES,Office,Sale,-15.00,
10/20/2026,10/20/2026,Payment Thank You-Mobile,,Payment,245.00,
"""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> SmallFirm:
    firm = SmallFirm(tmp_path_factory.mktemp("card"))
    firm.capture(CHASE, "ledger_csv", currency="USD", supplier="Description", date_format="mm/dd/yyyy")
    allocate(firm.workspace)
    return firm


def told(firm: SmallFirm, *words: str) -> str:
    answer = CliRunner().invoke(cli, ["--workspace", str(firm.workspace.root), *words])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_what_was_captured_is_what_was_bought_and_the_payment_stands_apart(firm: SmallFirm) -> None:
    captured = json.loads(told(firm, "map", "--period", "2026-10", "--json"))["captured"]
    assert [captured[name] for name in ("ai", "not_ai", "covered", "total")] == ["230", "15", "0", "245"]
    assert (captured["settled"], captured["settled_rows"]) == ("-245", 1)
    printed = told(firm, "map", "--period", "2026-10")
    assert "245.00 USD = ai 230.00 + not_ai 15.00 + covered 0.00" in printed
    assert "-245.00 USD in 1 rows" in printed


@pytest.mark.parametrize(("figure", "cost"), [("captured", "245"), ("not_ai", "15"), ("covered", "0")])
def test_the_explained_figure_is_the_printed_one(firm: SmallFirm, figure: str, cost: str) -> None:
    explained = json.loads(told(firm, "explain", figure, "--period", "2026-10", "--json"))
    assert (explained["figure"]["cost"], explained["adds_up"]) == (cost, True)


def test_thank_you_is_nobody_who_sells(firm: SmallFirm) -> None:
    assert {row["supplier_name"] for row in firm.rollup()} == {"OPENAI *CHATGPT SUBSCR", "ANTHROPIC", "STAPLES", None}
    for words in (["map", "--json"], ["vendors"], ["explain", "captured", "--json"]):
        assert "thank you" not in told(firm, *words, "--period", "2026-10").casefold(), words


def test_the_line_itself_is_kept(firm: SmallFirm) -> None:
    (paid,) = [row for row in firm.rollup() if row["standing"] == "settlement"]
    assert (paid["scope"], paid["effective_cost"], paid["rows"]) == ("not_ai", -245, 1)
    laws = {law["name"]: law["holds"] for law in json.loads(told(firm, "check", "--json"))["laws"]}
    assert (laws["L1"], laws["L5"], laws["L13"]) == (True, True, True)
