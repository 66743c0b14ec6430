"""A whole workspace goes on after its database was lost: the same map, register, history and decisions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spendmap.checks import check
from spendmap.cli import cli
from spendmap.engine.backup import backup, restore
from spendmap.engine.store import Store
from spendmap.register.journal import read
from spendmap.risk.decisions import decide
from spendmap.risk.snapshot import read_snapshot
from spendmap.vocabulary.errors import EngineError, SourceUnreadableError
from spendmap.workspace import Workspace

TOLD = (
    ("map", "--by", "vendor,use_case"),
    ("card", "triage"),
    ("findings",),
    ("register", "audit", "--limit", "1000"),
)


def ran(workspace: Workspace, *words: str) -> str:
    answer = CliRunner().invoke(cli, ["--workspace", str(workspace.root), *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def told(workspace: Workspace) -> list[Any]:
    return [json.loads(ran(workspace, *words, "--json")) for words in TOLD]


def broken(workspace: Workspace) -> dict[str, str]:
    return {law.name: law.detail for law in check(workspace) if law.holds is False}


@pytest.fixture(scope="module")
def acorn(copy_of_acorn: Callable[[], Path]) -> Workspace:
    """Acorn with its steps run and three findings decided."""
    workspace = Workspace.open(copy_of_acorn())
    ran(workspace, "review")
    snapshot = read_snapshot(workspace.rollups)
    assert snapshot is not None
    for kept, verb in zip(snapshot.kept, ("assign", "done", "reopen"), strict=False):
        decide(workspace, kept.finding.id, verb, by="ada", owner="Bo", now=datetime.now(UTC))  # type: ignore[arg-type]
    return workspace


def test_after_a_rebuild_everything_is_told_as_before_and_the_laws_hold(acorn: Workspace) -> None:
    before, data_files = told(acorn), len(Store(acorn).files("usage"))
    acorn.database_file.write_bytes(b"\xff" * 20_000)
    ran(acorn, "restore", "--from-journal")
    assert told(acorn) == before
    assert len(Store(acorn).files("usage")) == data_files
    assert broken(acorn) == {}


def test_a_writer_that_finds_the_database_gone_names_the_way_back(acorn: Workspace) -> None:
    acorn.database_file.unlink()
    with pytest.raises(EngineError, match="knows less of the ledger") as refused, Store(acorn).lock():
        pass
    assert "`spendmap restore --from-journal`" in refused.value.next_step
    ran(acorn, "restore", "--from-journal")
    with Store(acorn).lock():
        pass


def test_a_backup_holds_the_journal_and_what_is_restored_can_be_rebuilt_too(acorn: Workspace, tmp_path: Path) -> None:
    history = ran(acorn, "register", "audit", "--json")
    again = restore(backup(acorn, tmp_path / "acorn.tar").file, tmp_path / "again")
    assert again.journal.read_bytes() == acorn.journal.read_bytes()
    again.database_file.unlink()
    ran(again, "restore", "--from-journal")
    assert ran(again, "register", "audit", "--json") == history


def test_a_changed_line_of_the_journal_is_named_by_the_check(acorn: Workspace) -> None:
    kept = acorn.journal.read_bytes()
    number = len(read(acorn).lines) // 2
    lines = kept.splitlines(keepends=True)
    lines[number - 1] = lines[number - 1].replace(b'"who":"', b'"who":"x')
    acorn.journal.write_bytes(b"".join(lines))
    try:
        assert f"register.jsonl:{number}" in broken(acorn)["L11"]
    finally:
        acorn.journal.write_bytes(kept)


def test_a_ledger_whose_file_list_is_gone_too_is_never_published_as_an_empty_one(
    acorn: Workspace, tmp_path: Path
) -> None:
    again = restore(backup(acorn, tmp_path / "acorn.tar").file, tmp_path / "again")
    again.database_file.unlink()
    (again.ledger / "manifest.json").unlink()
    answer = CliRunner().invoke(cli, ["--workspace", str(again.root), "restore", "--from-journal"])
    assert isinstance(answer.exception, EngineError)
    assert "the register is back" in answer.exception.message
    assert not (again.ledger / "manifest.json").exists()


def test_a_register_lost_with_its_journal_begins_empty_over_the_ledger_as_it_is(
    acorn: Workspace, tmp_path: Path
) -> None:
    again = restore(backup(acorn, tmp_path / "acorn.tar").file, tmp_path / "again")
    rows = {table: sum(file.rows for file in Store(again).files(table)) for table in ("usage", "charge")}
    refused = CliRunner().invoke(cli, ["--workspace", str(again.root), "restore", "--empty-register"])
    assert "register.jsonl is there" in str(refused.exception)  # nobody drops what can be rebuilt
    again.journal.unlink()
    refused = CliRunner().invoke(cli, ["--workspace", str(again.root), "restore", "--empty-register"])
    assert "is whole and holds a register" in str(refused.exception)
    again.database_file.write_bytes(b"\xff" * 20_000)
    refused = CliRunner().invoke(cli, ["--workspace", str(again.root), "restore", "--from-journal"])
    assert isinstance(refused.exception, SourceUnreadableError)
    assert "the ledger is untouched" in refused.exception.message
    assert "`spendmap restore --empty-register`" in refused.exception.next_step
    ran(again, "restore", "--empty-register")
    assert {table: sum(file.rows for file in Store(again).files(table)) for table in rows} == rows
    assert json.loads(ran(again, "register", "audit", "--json"))["changes"] == []
    ran(again, "register", "apply", str(again.root / "register"))
    ran(again, "allocate")
    assert broken(again) == {}
