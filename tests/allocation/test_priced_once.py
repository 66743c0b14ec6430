"""A month is priced again when what its prices rest on has changed, and only then; the figures are those of a new start."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.copies import InPlace
from tests.gateway_call import call

from spendmap.cli import cli
from spendmap.engine.store import Store
from spendmap.published import Version
from spendmap.published.columns import PUBLISHED
from spendmap.published.writing import published_table
from spendmap.workspace import Workspace

PRICED = ("usage_grouped", "usage_shape", "usage_customer", "usage_person", "usage_covered")
MARCH, JUNE, SEPTEMBER = "2026-03", "2026-06", "2026-09"  # none is another's neighbour


def run(root: Path, *words: str) -> str:
    """A command in the workspace."""
    done = CliRunner().invoke(cli, ["--workspace", str(root), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def capture(root: Path, name: str, *calls: dict[str, Any]) -> None:
    log = root.parent / f"{name}.jsonl"
    log.write_text("\n".join(json.dumps(each) for each in calls), "utf-8")
    run(root, "capture", "--file", str(log), "--as", "litellm_spendlogs", "--source", name)


def step(root: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(root, "allocate", "--json", *words))["steps"][0]
    return found


def priced_files(root: Path) -> dict[str, str]:
    """Month -> its file of priced rows, of the version in force."""
    version = Version.in_force(Workspace.open(root))
    assert version is not None
    return {path.split("billing_month=")[1][:7]: path for path in version.meta.tables["usage_grouped"]}


def figures(root: Path) -> dict[str, list[str]]:
    """Everything the version in force says, row by row, without the marks of a run."""
    workspace = Workspace.open(root)
    version = Version.in_force(workspace)
    assert version is not None
    found = {name: published_table(version, name).to_pylist() for name in PUBLISHED}
    found["priced"] = [
        row for table in PRICED for file in version.paths(table) for row in pq.ParquetFile(file).read().to_pylist()
    ]
    found["allocation"] = Store(workspace).rows("allocation").to_pylist()
    marks = {"allocation_id"}
    return {
        name: sorted(repr({key: row[key] for key in row if key not in marks}) for row in rows)
        for name, rows in found.items()
    }


@pytest.fixture(scope="module")
def allocated(tmp_path_factory: pytest.TempPathFactory) -> InPlace:
    """Calls of one model in three months and of another in the last one, allocated."""
    root = tmp_path_factory.mktemp("priced_once") / "acme"
    Workspace.create(root)
    capture(
        root,
        "gateway",
        call(1, f"{MARCH}-05", "gpt-4.1"),
        call(2, f"{JUNE}-05", "gpt-4.1"),
        call(3, f"{SEPTEMBER}-05", "gpt-4.1"),
        call(4, f"{SEPTEMBER}-06", "o3"),
    )
    assert step(root)["priced"] == [MARCH, JUNE, SEPTEMBER]
    return InPlace(root)


@pytest.fixture
def root(allocated: InPlace) -> Path:
    return allocated.anew()


def another_rule(root: Path) -> None:
    rule = """
rules:
  - id: lab
    on: usage
    when: {provider_name: openai}
    then: {scope: ai, category: evaluation}
    why: these keys are the lab's
"""
    (root / "rules" / "lab.yaml").write_text(rule, encoding="utf-8")


def a_price_from_july(root: Path) -> None:
    run(root, "prices", "add", "openai/gpt-4.1/input_uncached", "1.50", "--contract", "ACME", "--from", "2026-07-01")


def a_price_of_no_call(root: Path) -> None:
    run(root, "prices", "add", "openai/gpt-4o/input_uncached", "1.50", "--contract", "ACME", "--from", "2026-01-01")


def a_call_of_june(root: Path) -> None:
    capture(root, "second", call(9, f"{JUNE}-20", "o3"))


def a_call_of_may(root: Path) -> None:
    capture(root, "second", call(9, "2026-05-31", "o3"))  # may be the call that a log of June has after midnight


def a_deployments_name(root: Path) -> None:
    (root / "register" / "deployments.yaml").write_text("deployments: {azure/ours: gpt-4.1}\n", encoding="utf-8")


def a_changed_file(root: Path) -> None:
    file = root / priced_files(root)[JUNE]
    rows = pq.ParquetFile(file).read()
    pq.write_table(rows.slice(0, 0), file)


def damaged_prices(root: Path) -> None:
    version = Version.in_force(Workspace.open(root))
    assert version is not None
    (wide,) = version.paths("price_wide")
    wide.write_bytes(wide.read_bytes()[:100])


def a_rule_and_a_price_of_no_call(root: Path) -> None:
    """What asks for no new price, one by one; with nothing changed there is none either."""
    for change in (None, another_rule, a_price_of_no_call):
        if change is not None:
            change(root)
        assert step(root)["priced"] == []


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (a_rule_and_a_price_of_no_call, []),
        (a_price_from_july, [SEPTEMBER]),
        (a_call_of_june, [JUNE]),
        (a_call_of_may, ["2026-05", JUNE]),
        (a_deployments_name, [MARCH, JUNE, SEPTEMBER]),
        (a_changed_file, [JUNE]),
        (damaged_prices, [MARCH, JUNE, SEPTEMBER]),
    ],
)
def test_a_month_is_priced_again_when_what_it_rests_on_changed(
    root: Path, change: Callable[[Path], None], again: list[str]
) -> None:
    before = priced_files(root)
    change(root)
    done = step(root)
    assert done["priced"] == again
    after = priced_files(root)
    assert {month for month, path in after.items() if before.get(month) != path} == set(again)
    kept = figures(root)
    assert step(root, "--again")["priced"] == sorted(after)
    assert figures(root) == kept


def test_a_rule_moves_money_without_a_new_price(root: Path) -> None:
    another_rule(root)
    assert step(root)["priced"] == []
    found = json.loads(run(root, "map", "--period", "all", "--by", "category", "--json"))
    assert [row["category"] for row in found["rows"]] == ["evaluation"]


def test_a_month_that_was_left_out_is_told_by_its_own_prices(root: Path) -> None:
    # The version of June alone has the other months as they were, and they are still known by what they rest on.
    a_call_of_june(root)
    assert step(root, "--period", JUNE)["priced"] == [JUNE]
    assert step(root)["priced"] == []
    assert sorted(priced_files(root)) == [MARCH, JUNE, SEPTEMBER]


def test_the_person_is_told_which_months_kept_their_prices(root: Path) -> None:
    assert "3 months kept their priced usage" in CliRunner().invoke(cli, ["--workspace", str(root), "allocate"]).stderr
