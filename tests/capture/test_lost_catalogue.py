"""A catalogue that was lost or made anew never costs a stored row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from company.acorn import call
from spendmap.capture.run import Source, capture
from spendmap.checks import check
from spendmap.engine.store import Store
from spendmap.vocabulary.errors import EngineError
from spendmap.workspace import Workspace


class Killed(BaseException):
    """The process ends here."""


def gateway(folder: Path, *names: str) -> Source:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / f"{name}.jsonl").write_text(call(f"r-{name}", 3, "gpt-4.1", 1000, 0, 10, None) + "\n")
    return Source("gateway", "litellm_spendlogs", folder)


def stored(workspace: Workspace) -> int:
    return sum(file.rows for file in Store(workspace).files("usage"))


def relocate(workspace: Workspace) -> None:
    store = Store(workspace)
    with store.lock(rebuilds=True):
        store.relocate()


@pytest.mark.parametrize("moment", ["append", "publish", "end_run"])
def test_a_run_killed_before_a_relocation_is_finished_or_forgotten_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    capture(workspace, gateway(tmp_path / "in", "a", "b"))
    source = gateway(tmp_path / "in", "c", "d")

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Store, moment, killed)
        with pytest.raises(Killed):
            capture(workspace, source)
    relocate(workspace)
    capture(workspace, source)
    assert stored(workspace) == 4
    assert {law.name: law.detail for law in check(workspace) if law.holds is False} == {}


def test_a_copy_that_finishes_a_killed_run_leaves_the_original_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    source = gateway(tmp_path / "in", "a")

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Store, "end_run", killed)
        with pytest.raises(Killed):
            capture(workspace, source)
    shutil.copytree(workspace.root, tmp_path / "copy")
    copy = Workspace.open(tmp_path / "copy")
    relocate(copy)
    capture(copy, source)
    assert (stored(workspace), stored(copy)) == (1, 1)
    assert all(file.path.is_file() for file in Store(workspace).files("usage"))


@pytest.mark.parametrize("loss", ["gone", "empty", "older"])
def test_no_writer_publishes_a_smaller_ledger_over_a_larger_one(tmp_path: Path, loss: str) -> None:
    workspace = Workspace.create(tmp_path / "w")
    database = workspace.root / "spendmap.db"
    capture(workspace, gateway(tmp_path / "in", "a"))
    older = database.read_bytes()
    capture(workspace, gateway(tmp_path / "in", "b"))
    manifest = (workspace.ledger / "manifest.json").read_bytes()
    if loss == "gone":
        database.unlink()
    else:
        database.write_bytes(older if loss == "older" else b"")
    more = gateway(tmp_path / "in", "c")
    with pytest.raises(EngineError, match="knows less of the ledger") as refused:
        capture(workspace, more)
    assert "maintain --relocate" in str(refused.value.next_step)
    assert (workspace.ledger / "manifest.json").read_bytes() == manifest
    relocate(workspace)  # what the message says
    capture(workspace, more)
    assert stored(workspace) == 3
