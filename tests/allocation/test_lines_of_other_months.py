"""A month is allocated by itself, but for new money: a line that came with it can be for a month that was not asked for."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.copies import InPlace

from spendmap.allocation.run import allocate
from spendmap.cli import cli
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

HEAD = "Invoice date,Invoice number,Supplier,Amount,Currency,Description\n"
OCTOBER = (
    HEAD + '2026-10-05,INV-9001,"OpenAI, LLC",1000.00,USD,API usage October\n2026-10-06,X-0,WeWork,50.00,USD,Rent\n'
)
NOVEMBER = (
    HEAD + '2026-11-10,CN-12,"OpenAI, LLC",-300.00,USD,Credit note for INV-9001\n2026-11-11,X-1,WeWork,50.00,USD,Rent\n'
)


def run(root: Path, *words: str) -> tuple[str, str]:
    done = CliRunner().invoke(cli, ["--workspace", str(root), *words])
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> InPlace:
    """October allocated; November's credit note, which takes 300 off October's invoice, captured since."""
    tmp_path = tmp_path_factory.mktemp("other_months")
    root = tmp_path / "acme"
    Workspace.create(root)
    for month, text in (("10", OCTOBER), ("11", NOVEMBER)):
        (tmp_path / f"ap{month}.csv").write_text(text, encoding="utf-8")
    run(root, "capture", "--file", str(tmp_path / "ap10.csv"), "--as", "ledger_csv", "--source", "ap")
    run(root, "allocate")
    run(root, "capture", "--file", str(tmp_path / "ap11.csv"), "--as", "ledger_csv", "--source", "ap")
    return InPlace(root)


@pytest.fixture
def firm(captured: InPlace) -> Path:
    return captured.anew()


def total(root: Path, month: str) -> Decimal:
    return Decimal(json.loads(run(root, "map", "--period", month, "--json")[0], parse_float=Decimal)["total"])


def test_a_credit_that_came_with_november_lowers_october_whichever_month_is_asked_for(firm: Path) -> None:
    _, told = run(firm, "allocate", "--period", "2026-11")
    assert "Every month was worked on" in told
    assert (total(firm, "2026-10"), total(firm, "2026-11")) == (700, 0)
    assert "holds" in run(firm, "check")[0]


def test_without_new_money_only_the_month_that_was_asked_for_is_worked_on(firm: Path) -> None:
    run(firm, "allocate")
    done = json.loads(run(firm, "allocate", "--period", "2026-11", "--json")[0])["steps"][0]
    assert (done["months"], done["is_widened"]) == (["2026-11"], False)
    assert (total(firm, "2026-10"), total(firm, "2026-11")) == (700, 0)


@pytest.mark.parametrize("period", ["2026-13", "nonsense", ""])
def test_what_is_no_period_is_refused_in_a_sentence(firm: Path, period: str) -> None:
    with pytest.raises(UsageError, match="is not a period") as refused:
        allocate(Workspace.open(firm), period=period)
    assert refused.value.next_step == "Captured are 2026-10 to 2026-11."
