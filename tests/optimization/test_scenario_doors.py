"""The same scenario by command and by address, and on both engines."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from spendmap.api.app import create_app
from spendmap.cli import cli
from spendmap.optimization.changes import read_changes
from spendmap.optimization.replay import replay
from spendmap.workspace import Workspace


@pytest.fixture(scope="module")
def acorn(copy_of_acorn: Callable[[], Path]) -> Workspace:
    return Workspace.open(copy_of_acorn())


def command(workspace: Workspace, *words: str) -> dict[str, Any]:
    answer = CliRunner().invoke(
        cli,
        ["--workspace", str(workspace.root), "scenario", "--period", "2026-10", *words, "--json"],
        catch_exceptions=False,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture(scope="module")
def client(acorn: Workspace, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    static = tmp_path_factory.mktemp("static")
    (static / "index.html").write_text("<!doctype html><title>spendmap</title>")
    app = create_app(acorn, today=lambda: date(2026, 11, 21), static=static)
    return TestClient(app, base_url="http://127.0.0.1:8765")


def test_the_command_prints_one_document_with_money_as_text(acorn: Workspace) -> None:
    found = command(acorn, "--set", "usage=2")
    assert (found["baseline"], found["scenario"], found["delta"]["total"]) == ("250", "265", "15")
    assert (found["period"]["label"], found["currency"], found["basis"]) == ("2026-10", "USD", "effective")
    assert {"kind": "seats", "cost": "125"}.items() <= found["held_fixed"][0].items()


def test_the_printed_scenario_names_what_it_holds_fixed(acorn: Workspace) -> None:
    words = ["--workspace", str(acorn.root), "scenario", "--period", "2026-10", "--set", "usage=2"]
    said = CliRunner().invoke(cli, words, catch_exceptions=False).stdout
    assert "265.00   +15.00" in said
    assert "125.00  seats (seats are bought by head, not by call)" in said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("set=usage%3A2&set=review%3A1.5", ("--set", "usage=2", "--set", "review=1.5")),
        ("set=retries%3A%2B0.10", ("--set", "retries=+0.10")),
        ("set=retries:+0.10", ("--set", "retries=+0.10")),  # an unescaped plus arrives as a space
        (
            "set=swap:gpt-4.1%3Dgpt-5-mini&set=price:openai:1.2",
            ("--set", "swap:gpt-4.1=gpt-5-mini", "--set", "price:openai=1.2"),
        ),
    ],
)
def test_the_address_answers_as_the_command_does(
    acorn: Workspace, client: TestClient, query: str, words: tuple[str, ...]
) -> None:
    answer = client.get(f"/api/scenario?period=2026-10&{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == command(acorn, *words)


def test_the_address_refuses_with_a_problem_document(client: TestClient) -> None:
    answer = client.get("/api/scenario?period=2026-10&set=swap:gpt-4.1%3Dgpt-9")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert "spendmap prices add" in answer.json()["next_step"]


@pytest.mark.spark
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for a local Spark")
@pytest.mark.filterwarnings("ignore")
def test_spark_replays_to_the_same_digits(acorn: Workspace, tmp_path: Path) -> None:
    other = tmp_path / "spark"
    shutil.copytree(acorn.root, other)
    settings = other / "spendmap.toml"
    settings.write_text(settings.read_text().replace('"duckdb"', '"spark"', 1))
    changes = read_changes(["swap:gpt-4.1=gpt-5-mini", "context=1.5"])
    mine, theirs = (replay(workspace, ["2026-10"], changes) for workspace in (acorn, Workspace.open(other)))
    assert list(mine.lines) == list(theirs.lines)
    assert (mine.unpriced, mine.measured) == (theirs.unpriced, theirs.measured)
