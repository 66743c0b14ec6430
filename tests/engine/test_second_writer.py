"""A second writer waits for the first one, for as long as it is told to, and is then refused with a way on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from spendmap.cli import cli
from spendmap.engine import writer_lock as module
from spendmap.engine.store import Store
from spendmap.vocabulary.errors import EngineError, UsageError
from spendmap.workspace import Workspace


@contextmanager
def another_writer(workspace: Workspace) -> Iterator[threading.Event]:
    """Holds the lock until the event is set."""
    held, done = threading.Event(), threading.Event()

    def write() -> None:
        with Store(workspace).lock():
            held.set()
            done.wait(60)

    writer = threading.Thread(target=write)
    writer.start()
    assert held.wait(60)
    try:
        yield done
    finally:
        done.set()
        writer.join()


def test_it_waits_says_so_and_goes_on_when_the_first_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    monkeypatch.setenv("SPENDMAP_WAIT", "60")
    with another_writer(workspace) as done, caplog.at_level(logging.WARNING):
        # The first writer ends when the second one has asked for the lock, and was told to ask again.
        monkeypatch.setattr(module.time, "sleep", lambda _: done.set())
        with Store(workspace).lock():
            pass
    assert "Waiting up to 60 seconds" in caplog.text


@pytest.mark.parametrize("seconds", ["0", "0.01"])
def test_it_is_refused_when_the_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    workspace = Workspace.create(tmp_path / "w")
    monkeypatch.setenv("SPENDMAP_WAIT", seconds)
    with (
        another_writer(workspace),
        pytest.raises(EngineError, match="is writing to") as refused,
        Store(workspace).lock(),
    ):
        pass
    assert "--wait 600" in str(refused.value.next_step)


@pytest.mark.parametrize("seconds", ["soon", "-1", "inf", "nan"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("SPENDMAP_WAIT", seconds)
    with pytest.raises(UsageError, match="not a number of seconds"), Store(Workspace.create(tmp_path / "w")).lock():
        pass


def test_the_command_line_says_how_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace.create(tmp_path / "w")
    monkeypatch.setenv("SPENDMAP_WAIT", "60")
    with another_writer(workspace):
        words = ["--workspace", str(workspace.root), "--wait", "0", "maintain"]
        refused = CliRunner().invoke(cli, words)
    assert isinstance(refused.exception, EngineError)
    assert CliRunner().invoke(cli, words).exit_code == 0
