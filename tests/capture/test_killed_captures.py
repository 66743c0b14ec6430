"""kill -9 at any moment: what was reported stays, nothing is shown half, the next run completes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from company.acorn import call
from spendmap.capture.run import Source, capture
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.engine.store import Store
from spendmap.workspace import Workspace

FILES, ROWS = 12, 400


def write_files(folder: Path, files: int = FILES, rows: int = ROWS) -> None:
    folder.mkdir()
    for number in range(files):
        lines = [call(f"r-{number}-{row}", 1 + row % 28, "gpt-4.1", 1000 + row, 0, 10, None) for row in range(rows)]
        (folder / f"{number:02d}.jsonl").write_text("\n".join(lines) + "\n")


def keys(workspace: Workspace) -> list[str]:
    import pyarrow.parquet as pq

    return [
        key
        for path in Store(workspace).paths("usage")
        for key in pq.read_table(path, columns=["natural_key"]).column("natural_key").to_pylist()
    ]


def capture_in_child(workspace: Workspace, folder: Path) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "spendmap", "--workspace", str(workspace.root)),
        *("capture", "--file", str(folder), "--as", "litellm_spendlogs", "--json"),
    ]
    # A killed capture's own processes end a moment later, and hold the lock until then.
    patient = {**os.environ, "SPENDMAP_WAIT": "60"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=patient)


def test_eight_kills_leave_no_duplicate_and_no_half_load(tmp_path: Path) -> None:
    write_files(tmp_path / "in")
    # How long an undisturbed capture takes here, so that the kills fall all over it.
    rehearsal = Workspace.create(tmp_path / "rehearsal")
    start = time.monotonic()
    assert capture_in_child(rehearsal, tmp_path / "in").wait() == 0
    whole = time.monotonic() - start
    workspace = Workspace.create(tmp_path / "w")
    chance = random.Random(11)
    moments = [whole * (number + chance.random()) / 8 for number in range(8)]
    for moment in moments:
        child = capture_in_child(workspace, tmp_path / "in")
        try:
            child.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        stored = keys(workspace)
        assert len(stored) == len(set(stored))
        assert len(stored) in {0, FILES * ROWS}  # all files of the run become visible at once
    done = capture_in_child(workspace, tmp_path / "in")
    report = json.loads(done.communicate()[0])
    assert done.returncode == 0
    assert report["rows_read"] == FILES * ROWS
    assert len(keys(workspace)) == FILES * ROWS
    assert {law.name: law.detail for law in check(workspace) if law.holds is False} == {}


@pytest.mark.parametrize("moment", ["begin_run", "replace", "append", "publish"])
def test_death_at_each_step_of_the_commit_is_mended_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    write_files(tmp_path / "in", files=3, rows=20)
    workspace = Workspace.create(tmp_path / "w")
    source = Source("gateway", "litellm_spendlogs", tmp_path / "in")

    class Killed(BaseException):
        """Stands for the end of the process: nothing catches it."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Store, moment, die)
        with pytest.raises(Killed):
            capture(workspace, source)
    loads = capture(workspace, source)
    assert sum(load.rows_read for load in loads) == 3 * 20
    assert len(keys(workspace)) == len(set(keys(workspace))) == 3 * 20
    assert Store(workspace).rows("load").num_rows == 3
    assert {law.name: law.detail for law in check(workspace) if law.holds is False} == {}


@pytest.mark.parametrize("moment", ["replace", "append", "publish"])
def test_files_of_a_killed_capture_are_told_apart_before_maintain_writes_them_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    folder, workspace = tmp_path / "in", Workspace.create(tmp_path / "w")
    folder.mkdir()
    source = Source("gateway", "litellm_spendlogs", folder)
    for number in range(2):  # two files of one month and source: what maintain writes as one
        lines = [call(f"r-{number}-{row}", 5, "gpt-4.1", 1000, 0, 10, None) for row in range(3)]
        (folder / f"{number}.jsonl").write_text("\n".join(lines) + "\n")
        if number == 0:
            capture(workspace, source)

    class Killed(BaseException):
        """Stands for the end of the process: nothing catches it."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Store, moment, die)
        with pytest.raises(Killed):
            capture(workspace, source)
    maintained = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "maintain"])
    assert maintained.exit_code == 0, maintained.output
    capture(workspace, source)
    assert len(keys(workspace)) == len(set(keys(workspace))) == 6
    assert Store(workspace).rows("load").num_rows == 2
    assert {law.name: law.detail for law in check(workspace) if law.holds is False} == {}
