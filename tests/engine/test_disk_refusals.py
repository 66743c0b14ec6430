"""A disk that takes no more, or a folder that may not be written: a message with a way on, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from sqlalchemy import create_engine, text

from spendmap.capture.run import capture
from spendmap.capture.sources import Source
from spendmap.cli import main
from spendmap.cli.system_errors import told
from spendmap.engine.database_errors import say_plainly
from spendmap.engine.store import Store
from spendmap.principal_key import FINGERPRINT_FILE, KEY_FILE, make_key, read_key, rotate_key
from spendmap.vocabulary.errors import EngineError
from spendmap.workspace import Workspace

SECRET = "a word that only the statement holds"


@pytest.mark.parametrize(
    ("code", "way"), [(errno.ENOSPC, "Make room"), (errno.EROFS, "as a user who"), (errno.EACCES, "as a user who")]
)
def test_a_command_that_cannot_write_says_where_why_and_what_to_do(
    code: int, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(file: Path, *_: Any, **__: Any) -> int:
        raise OSError(code, os.strerror(code), str(file))

    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(sys, "argv", ["spendmap", "init", str(tmp_path / "w")])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr().err
    assert (stopped.value.code, os.strerror(code) in said) == (1, True)
    assert way in said.splitlines()[-1] and said.splitlines()[-1].startswith("  -> ")


def test_a_full_database_is_told_without_the_values_that_were_to_be_written(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'small.db'}")
    say_plainly(engine, tmp_path / "small.db")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE said (word TEXT)"))
        connection.execute(text("PRAGMA max_page_count = 2"))
        with pytest.raises(EngineError) as full:
            connection.execute(text("INSERT INTO said VALUES (:word)"), {"word": SECRET * 1000})
    assert "disk is full" in full.value.message and SECRET not in full.value.message
    assert full.value.next_step.startswith("Make room")


def test_a_database_that_may_not_be_written_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "locked.db").touch()
    engine = create_engine(f"sqlite:///file:{tmp_path / 'locked.db'}?mode=ro&uri=true")
    say_plainly(engine, tmp_path / "locked.db")
    with engine.connect() as connection, pytest.raises(EngineError, match="readonly database"):
        connection.execute(text("CREATE TABLE said (word TEXT)"))


def test_what_a_library_says_of_a_damaged_file_is_an_error_and_a_mistake_of_ours_is_not() -> None:
    with pytest.raises(duckdb.Error) as missing:
        duckdb.connect().execute("FROM read_parquet('/nowhere.parquet')")
    for error in (missing.value, pa.ArrowInvalid("Parquet magic bytes not found\nin detail")):
        found = told(error)
        assert found is not None and "\n" not in found.message and "spendmap check" in found.next_step
    assert told(ValueError("a mistake")) is None and told(KeyError("x")) is None


def test_a_disk_that_fills_while_the_key_is_rotated_leaves_the_old_key_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_key(tmp_path)
    before = read_key(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            rotate_key(tmp_path)
    make_key(tmp_path)  # as the next capture does
    assert read_key(tmp_path) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [KEY_FILE, FINGERPRINT_FILE]
    rotate_key(tmp_path)
    assert read_key(tmp_path) != before


def test_a_disk_that_fills_while_a_file_is_staged_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    (tmp_path / "a.csv").write_text("date,vendor,amount,currency\n2026-10-01,OpenAI,10.00,USD\n")

    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("spendmap.capture.staged.Staged.read", refuse)
        with pytest.raises(OSError, match="No space left") as full:
            capture(workspace, Source("books", "ledger_csv", tmp_path / "a.csv", {}))
    plain = told(full.value)
    assert plain is not None and plain.next_step.startswith("Make room")
    assert Store(workspace).files("charge") == []
    (load,) = capture(workspace, Source("books", "ledger_csv", tmp_path / "a.csv", {}))
    assert (load.status, load.rows_loaded) == ("loaded", 1)
