"""`spendmap map` and `spendmap explain`, as a person or a script runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from published_company import publish

from spendmap.cli.explain import command as explain_command
from spendmap.cli.map import command as map_command
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("larch-workspace")
    Workspace.create(root, "USD", "Larch")
    publish(root)
    return root


def run(command: click.Command, workspace: Path, *arguments: str, width: int = 120) -> Result:
    if not any(each.startswith("--period") for each in arguments) and "--rows" not in arguments:
        arguments = (*arguments, "--period=2026-10")  # the default depends on the day the test runs
    return CliRunner().invoke(command, arguments, obj=workspace, env={"COLUMNS": str(width)}, catch_exceptions=False)


def test_json_is_one_document_whose_rows_add_up_to_the_total(workspace: Path) -> None:
    document = json.loads(run(map_command, workspace, "--by", "category,vendor", "--json").stdout)
    assert document["total"] == "2381.000000000001"
    assert sum(Decimal(row["cost"]) for row in document["rows"] if row["cost"] is not None) == Decimal(
        document["total"]
    )
    assert document["rows"][0]["category"] == document["rows"][0]["keys"]["category"] == "infrastructure"
    wanted = {
        "period",
        "currency",
        "basis",
        "captured",
        "unpriced",
        "unclassified",
        "unallocated",
        "coverage",
        "overlap",
    }
    assert wanted <= set(document)
    assert document["captured"] == {
        "ai": "2381.000000000001",
        "not_ai": "5012.5",
        "covered": "300",
        "total": "7693.500000000001",
        "settled": "0",
        "settled_rows": 0,
    }


def test_the_picture_names_every_category_and_what_is_beside_the_total(workspace: Path) -> None:
    shown = run(map_command, workspace).stdout
    assert "AI spend of Larch, 2026-10" in shown
    assert "2,381.00 USD  +976.00 (+69%) against 2026-09" in shown
    for line in (
        "Infrastructure",
        "800.00    34%  +100.00 (+14%)  invoiced",
        "inv 5% con 95%",
        "Overlap",
        "lens",
        "3 usage rows, 5,700 tokens (acme/acme-lm 3): cost unknown",
        "15.00 USD in 1 rows, in the total",
        "64.90 USD (3%) tied to no use case, agent, tool or department",
        "49.90 USD billed that no telemetry explains: openai org-1 49.90",
        "570.00 USD, a lens, counted above already",
        "7,693.50 USD = ai 2,381.00 + not_ai 5,012.50 + covered 300.00",
        "ai 40.00, not_ai 10.00, covered 0.00: never added",
        "the cost export counts; its card payment is covered",
    ):
        assert line in shown, line


@pytest.mark.parametrize("width", [50, 80, 100, 120, 200])
def test_the_picture_fits_its_width_and_uses_no_colour_in_a_pipe(workspace: Path, width: int) -> None:
    for by in ("category", "vendor,model"):
        shown = run(map_command, workspace, "--by", by, width=width).stdout
        assert max(len(line) for line in shown.splitlines()) <= width
        assert "\x1b" not in shown
        assert "2,381.00" in shown


def test_a_row_without_any_cost_says_unknown_and_not_zero(workspace: Path) -> None:
    shown = run(map_command, workspace, "--by", "model").stdout
    (line,) = [line for line in shown.splitlines() if line.startswith("acme-lm")]
    assert "unknown" in line
    assert "0.00" not in line


def test_groups_beyond_the_limit_are_summed_and_not_dropped(workspace: Path) -> None:
    shown = run(map_command, workspace, "--by", "vendor", "--limit", "2").stdout
    # aws 800 and openai 750 are shown; 831.000000000001 of 2381.000000000001 is in the rest.
    assert any("more" in line and "831.00" in line for line in shown.splitlines())


def test_csv_goes_to_stdout_as_it_is(workspace: Path) -> None:
    lines = run(map_command, workspace, "--csv").stdout.splitlines()
    assert lines[0].startswith("period,scope,basis,currency,conditions,category,category_label,cost,")
    assert len(lines) == 9  # the header and eight categories
    assert run(map_command, workspace, "--csv", "--json").exit_code == 2


def test_conditions_and_basis_reach_the_report(workspace: Path) -> None:
    arguments = (
        "--where",
        "department=support",
        "--where",
        "vendor=",
        "--basis",
        "contracted",
        "--compare",
        "none",
        "--json",
    )
    document = json.loads(run(map_command, workspace, *arguments).stdout)
    assert (document["total"], document["basis"], document["compare"]) == ("310.75", "contracted", None)
    assert document["where"] == {"department": ["support"], "vendor": [""]}


def test_a_mistyped_value_is_an_error_that_names_near_ones(workspace: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean support"):
        run(map_command, workspace, "--where", "department=suport")


def test_an_empty_workspace_has_a_map_that_says_what_to_do(tmp_path: Path) -> None:
    Workspace.create(tmp_path, "EUR", "New")
    shown = run(map_command, tmp_path).stdout
    assert "unknown: nothing is captured" in shown and "0.00" not in shown
    assert "Nothing is published yet: capture a source, then run `spendmap allocate`" in shown
    assert json.loads(run(map_command, tmp_path, "--json").stdout)["is_captured"] is False


def test_a_month_nobody_captured_is_unknown_and_a_filter_without_a_row_is_zero(workspace: Path) -> None:
    never = run(map_command, workspace, "--period", "2031-01").stdout
    assert "unknown: nothing is captured for 2031-01 in USD" in never and "0.00" not in never
    nobody = run(map_command, workspace, "--period", "2026-10", "--where", "department=", "--where", "category=agents")
    assert "\n0.00 USD" in nobody.stdout
    assert json.loads(run(map_command, workspace, "--period", "2026-10", "--json").stdout)["is_captured"] is True


def test_explain_prints_the_formula_the_rows_and_the_files(workspace: Path) -> None:
    shown = run(explain_command, workspace, "model:gpt-5").stdout
    assert "250.1 USD" in shown
    for line in (
        "[openai-usage: usage g-gpt5]",
        "openai/gpt-5 input_uncached: 0.0002 USD",
        "L-openai.csv, sha256 abababababab",
    ):
        assert line in shown, line


def test_explain_as_json_lists_rows_prices_rules_and_loads(workspace: Path) -> None:
    document = json.loads(run(explain_command, workspace, "category:product_inference", "--json").stdout)
    assert [row["allocation_id"] for row in document["rows"]] == ["a-g-gpt5", "a-g-dark"]
    assert document["page"] == {"total": 2, "page": 1, "size": 20}
    assert {"formula", "prices", "rules", "loads", "not_in_here"} <= set(document)


def test_explain_goes_down_to_the_line_of_the_file(workspace: Path) -> None:
    shown = run(explain_command, workspace, "--rows", "g-acme").stdout
    assert "L-gateway.jsonl:2  cost unknown  no price for acme/acme-lm" in shown


def test_the_map_starts_without_the_heavy_imports(workspace: Path) -> None:
    # What makes `spendmap map --json` answer at once: none of these is imported on the way.
    script = (
        "import sys; from spendmap.cli import cli; "
        "cli.main(['--workspace', sys.argv[1], 'map', '--period', '2026-10', '--json'], standalone_mode=False); "
        "heavy = {'pyiceberg', 'sqlalchemy', 'fastapi', 'pydantic', 'sqlglot', 'pyarrow', 'rich', 'yaml', 'numpy'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(workspace)], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert json.loads(done.stdout)["total"] == "2381.000000000001"


def test_map_and_explain_take_the_same_filters() -> None:
    def names(command: click.Command) -> set[str]:
        return {name for parameter in command.params for name in parameter.opts}

    shared = {"--period", "--basis", "--currency", "--where", "--compare"}
    assert shared <= names(map_command) & names(explain_command)
