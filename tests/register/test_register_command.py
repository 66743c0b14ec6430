"""`spendmap register` as people type it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from register_support import COMPANY

from spendmap.cli import cli
from spendmap.vocabulary.errors import RegisterError
from spendmap.workspace import Workspace


def _run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["--workspace", str(workspace.root), "register", *arguments], catch_exceptions=False, standalone_mode=False
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A register file."""
    found = tmp_path / "company.yaml"
    found.write_text(COMPANY, encoding="utf-8")
    return found


def test_apply_says_what_it_did_and_the_second_time_that_it_did_nothing(workspace: Workspace, file: Path) -> None:
    first = json.loads(_run(workspace, "apply", str(file), "--json").stdout)
    assert (first["created"], first["changed"], first["unchanged"]) == (7, 0, 0)
    again = _run(workspace, "apply", str(file))
    assert again.stdout == ""
    assert "Nothing changed: all 7 declared entities were as the files say." in again.stderr


def test_export_goes_to_stdout_or_to_a_file(workspace: Workspace, file: Path, tmp_path: Path) -> None:
    _run(workspace, "apply", str(file))
    printed = _run(workspace, "export").stdout
    _run(workspace, "export", str(tmp_path / "out.yaml"))
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == printed
    assert json.loads(_run(workspace, "apply", str(tmp_path / "out.yaml"), "--json").stdout)["unchanged"] == 7


def test_show_counts_lists_and_details(workspace: Workspace, file: Path) -> None:
    _run(workspace, "apply", str(file))
    assert json.loads(_run(workspace, "show", "--json").stdout)["entities"]["tool"] == 1
    assert _run(workspace, "show", "use_cases").stdout == "triage  Support ticket triage\n"
    assert (
        "owner: Bo Diaz  [2026-07-01 to ...)  (note of the June board)"
        in _run(workspace, "show", "tool", "chat").stdout
    )
    old = json.loads(_run(workspace, "show", "tool", "--at", "2026-06-30", "--json").stdout)
    assert old["entities"][0]["owner"] == "Ada Byron"
    with pytest.raises(RegisterError, match="tool 'chap' is not declared"):
        _run(workspace, "show", "tool", "chap")


def test_audit_shows_the_newest_change_first(workspace: Workspace, file: Path) -> None:
    _run(workspace, "apply", str(file), "--by", "ada")
    file.write_text(COMPANY.replace("headcount: 12", "headcount: 14"), encoding="utf-8")
    _run(workspace, "apply", str(file), "--by", "bo")
    newest = json.loads(_run(workspace, "audit", "--json", "--limit", "1").stdout)["changes"][0]
    assert (newest["actor"], newest["field"], newest["before"], newest["after"]) == (
        "bo",
        "headcount",
        [{"value": 12}],
        [{"value": 14}],
    )
    assert "bo change department support headcount: 12 -> 14" in _run(workspace, "audit", "department").stdout


def test_a_tool_may_name_a_vendor_of_the_catalogue(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "tools.yaml"
    file.write_text("tools:\n  - {id: chat, vendor: openai}\n", encoding="utf-8")
    assert json.loads(_run(workspace, "apply", str(file), "--json").stdout)["created"] == 1


def test_importing_the_register_loads_no_database_library() -> None:
    code = (
        "import sys, spendmap.register, spendmap.cli.register\n"
        "print([name for name in ('sqlalchemy', 'alembic', 'yaml', 'pyarrow', 'sqlglot') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
