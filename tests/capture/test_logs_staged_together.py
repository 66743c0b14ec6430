"""Small logs of a folder share a staging file; each of them is still read whole or refused whole, by itself."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from log_files import log_line, write

from spendmap.capture import stage, staged
from spendmap.capture.door import Door
from spendmap.capture.jobs import FileLoad, Job
from spendmap.capture.run import Source, capture
from spendmap.engine.store import Store
from spendmap.workspace import Workspace


def folder(tmp_path: Path) -> Path:
    """Two good logs of two calls each; between them one that breaks off, and a good one with a line that is none."""
    there = tmp_path / "logs"
    there.mkdir()
    write(there / "a.jsonl", log_line("a1"), log_line("a2"))
    packed = gzip.compress("".join(json.dumps(log_line(f"b{n}")) + "\n" for n in range(300)).encode())
    (there / "b.jsonl.gz").write_bytes(packed[:-40])
    write(there / "c.jsonl", log_line("c1"), "{not json", log_line("a1", completion_tokens=60, total_tokens=1060))
    write(there / "d.jsonl", log_line("d1"), log_line("d2"))
    return there


def captured(workspace: Workspace, there: Path) -> tuple[list[FileLoad], set[tuple[str, str, int]]]:
    loads = capture(workspace, Source("gateway", "litellm_spendlogs", there))
    rows = Store(workspace).rows("usage").to_pylist()
    return loads, {(row["natural_key"], row["source_file"], row["source_line"]) for row in rows}


EXPECTED = {
    ("a1", "c.jsonl", 3),
    ("a2", "a.jsonl", 2),
    ("c1", "c.jsonl", 1),
    ("d1", "d.jsonl", 1),
    ("d2", "d.jsonl", 2),
}


def test_a_log_that_breaks_off_costs_none_of_those_it_shares_a_file_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a1 comes twice; the line of 60 output tokens is the more complete one, so a.jsonl loads one row of its two.
    bundles: list[int] = []
    monkeypatch.setattr(staged.Bundle, "read", _noted(staged.Bundle.read, bundles))
    workspace = Workspace.create(tmp_path / "w")
    loads, rows = captured(workspace, folder(tmp_path))
    assert bundles == [4]
    assert rows == EXPECTED
    told = {load.file: (load.status, load.rows_read, load.rows_loaded, load.rows_quarantined) for load in loads}
    assert told == {
        "a.jsonl": ("loaded", 2, 1, 0),
        "b.jsonl.gz": ("refused", 0, 0, 0),
        "c.jsonl": ("loaded", 3, 2, 1),
        "d.jsonl": ("loaded", 2, 2, 0),
    }
    assert [json.loads(line)["line"] for f in workspace.quarantine.rglob("*.jsonl") for line in f.open()] == [2]


def test_a_fault_of_ours_with_some_files_together_leaves_them_to_be_read_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks = Door.rows

    def fault(self: Door, rows: object, table: str) -> object:
        if len(rows) > 2:  # type: ignore[arg-type]
            raise ZeroDivisionError
        return masks(self, rows, table)  # type: ignore[arg-type]

    monkeypatch.setattr(Door, "rows", fault)
    workspace = Workspace.create(tmp_path / "w")
    loads, rows = captured(workspace, folder(tmp_path))
    assert rows == EXPECTED
    assert [load.status for load in loads] == ["loaded", "refused", "loaded", "loaded"]
    assert len(list(workspace.quarantine.rglob("*.jsonl"))) == 1


def test_files_of_a_bundle_are_small_logs_and_as_many_as_fit(tmp_path: Path) -> None:
    def sizes(kind: str, *given: int, room: int) -> list[list[int]]:
        staging = stage.Staging(kind, "s", {}, b"k", "USD", tmp_path, tmp_path)
        jobs = [Job(tmp_path, FileLoad("s", kind, str(size), size=size), 0) for size in given]
        return [[job.load.size for job in bundle] for bundle in stage._bundles(staging, jobs, room)]

    large = stage.SHARED_UP_TO + 1
    assert sizes("claude_code_jsonl", 5, large, 3, 4, 9, room=12) == [[large], [9], [5, 4, 3]]
    assert sizes("ledger_csv", 5, 3, room=12) == [[5], [3]]


def _noted(read: object, sizes: list[int]) -> object:
    def noting(self: staged.Bundle) -> object:
        sizes.append(len(self._jobs))
        return read(self)  # type: ignore[operator]

    return noting


def test_a_process_that_stages_files_loads_no_engine() -> None:
    # Each of them starts once per capture; the ledger's libraries would double its memory and take seconds.
    code = "import sys, spendmap.capture.stage; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"duckdb", "pyiceberg", "sqlalchemy", "sqlglot"} & set(run.stdout.split())
