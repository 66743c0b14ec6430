"""A price that is entered later for a published month restates it: before, after, by whom; other months stay."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.copies import InPlace
from tests.gateway_call import call

from spendmap.allocation.run import allocate
from spendmap.cli import cli
from spendmap.published import Version
from spendmap.workspace import Workspace

Run = Callable[..., str]


def running_in(root: Path) -> Run:
    def invoke(*words: str) -> str:
        done = CliRunner().invoke(cli, ["--workspace", str(root), *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    return invoke


@pytest.fixture(scope="module")
def allocated(tmp_path_factory: pytest.TempPathFactory) -> InPlace:
    """A call of September and one of October, 100.00 each, and one that has no price: captured and allocated."""
    root = tmp_path_factory.mktemp("restated") / "acme"
    Workspace.create(root)
    log = root.with_name("log.jsonl")
    calls = [call(1, "2026-09-05"), call(2, "2026-10-05"), call(3, "2026-10-06", "acme-own", 1_000_000)]
    log.write_text("\n".join(json.dumps(each) for each in calls), "utf-8")
    run = running_in(root)
    run("capture", "--file", str(log), "--as", "litellm_spendlogs", "--source", "gw")
    first = step(run)
    assert (first["restated"], first["unpriced_rows"]) == ([], 1)  # nothing was published yet
    return InPlace(root)


@pytest.fixture
def root(allocated: InPlace) -> Path:
    return allocated.anew()


@pytest.fixture
def run(root: Path) -> Run:
    """Run a command in the workspace."""
    return running_in(root)


def step(run: Run, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("allocate", "--json", *words))["steps"][0]
    return found


def restated_in(root: Path) -> tuple[Any, ...]:
    """What the version in force keeps of restatements."""
    version = Version.in_force(Workspace.open(root))
    assert version is not None
    return version.meta.restated


ADD = ("prices", "add", "openai/gpt-4.1/input_uncached", "1.80", "--contract", "ACME", "--from", "2026-09-01")


def test_a_price_that_reaches_back_is_a_restatement_with_before_after_and_by_whom(run: Run, root: Path) -> None:
    run(*ADD, "--to", "2026-10-01", "--by", "ann")
    (month,) = step(run)["restated"]
    # 50 million tokens: at 2.00 list 100, at 1.80 by contract 90
    assert (month["month"], month["before"], month["after"], month["difference"]) == ("2026-09", "100", "90", "-10")
    assert (month["by"], month["usage_rows"], month["currency"]) == (["ann"], 1, "USD")
    (price,) = month["prices"]
    assert (price["price_of"], price["list_unit_price"]) == ("openai/gpt-4.1/input_uncached (ACME)", "0.0000018")
    assert price["added"].endswith("Z")
    kept = restated_in(root)
    assert [(each["month"], each["after"]) for each in kept] == [("2026-09", "90")]


def test_a_restatement_is_said_once_and_kept(run: Run, root: Path) -> None:
    run(*ADD, "--by", "ann")
    assert [each["month"] for each in step(run)["restated"]] == ["2026-09", "2026-10"]
    assert step(run)["restated"] == []
    assert len(restated_in(root)) == 2


def test_a_month_that_is_worked_on_later_is_restated_then(run: Run) -> None:
    run(*ADD, "--by", "ann")
    assert [each["month"] for each in step(run, "--period", "2026-10")["restated"]] == ["2026-10"]
    assert [each["month"] for each in step(run, "--period", "2026-09")["restated"]] == ["2026-09"]


def test_a_first_price_is_a_restatement_from_unpriced(run: Run) -> None:
    run("prices", "add", "openai/acme-own/input_uncached", "5", "--by", "bob")
    (month,) = step(run)["restated"]
    assert (month["month"], month["model"], month["before"], month["after"]) == ("2026-10", "acme-own", None, "5")
    assert (month["newly_priced"], month["by"]) == (1, ["bob"])


def test_a_price_taken_out_again_is_a_restatement_too(run: Run, root: Path) -> None:
    run(*ADD, "--to", "2026-10-01", "--by", "ann")
    step(run)
    (root / "register" / "prices.yaml").unlink()
    (month,) = step(run)["restated"]
    assert (month["before"], month["after"]) == ("90", "100")
    assert month["by"] == ["register"]


def test_rows_that_came_later_are_no_restatement(run: Run, root: Path) -> None:
    late = root.with_name("late.jsonl")
    late.write_text(json.dumps(call(9, "2026-09-07")), "utf-8")
    run("capture", "--file", str(late), "--as", "litellm_spendlogs", "--source", "gw2")
    run(*ADD, "--to", "2026-10-01", "--by", "ann")
    (month,) = step(run)["restated"]
    assert (month["usage_rows"], month["before"], month["after"]) == (1, "100", "90")  # not the 90 of the new row


def test_the_person_reads_one_line_a_month(run: Run, root: Path) -> None:
    run(*ADD, "--to", "2026-10-01", "--by", "ann")
    done = CliRunner().invoke(cli, ["--workspace", str(root), "allocate"])
    assert "2026-09 was published and is restated: openai/gpt-4.1-2025-04-14 100 USD -> 90 USD, by ann." in done.output


def test_usage_priced_at_a_guess_is_evidence_estimated(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "acme")
    log = tmp_path / "log.jsonl"
    # chatgpt-4o-latest is listed since August 2025 at 5.00 per million
    calls = [
        call(1, "2025-06-05", "chatgpt-4o-latest", 1_000_000),
        call(2, "2025-09-05", "chatgpt-4o-latest", 1_000_000),
    ]
    log.write_text("\n".join(json.dumps(each) for each in calls), "utf-8")
    root = ["--workspace", str(workspace.root)]
    CliRunner().invoke(cli, [*root, "capture", "--file", str(log), "--as", "litellm_spendlogs", "--source", "gw"])
    allocate(workspace)
    for month, evidence in (("2025-06", "estimated"), ("2025-09", "metered")):
        shown = json.loads(CliRunner().invoke(cli, [*root, "map", "--period", month, "--json"]).stdout)
        assert Decimal(shown["total"]) == 5
        (row,) = [row for row in shown["rows"] if Decimal(row["cost"])]
        assert {kind for kind, cost in row["by_evidence"].items() if Decimal(cost)} == {evidence}
