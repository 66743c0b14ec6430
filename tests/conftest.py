"""What every test shares: the network is closed but for this machine, and the clock is UTC."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure; speed lives in bench/
settings.load_profile("untimed")
os.environ.setdefault("TZ", "UTC")
REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


def pytest_configure() -> None:
    """Only loopback and local sockets: a test that reaches further fails."""
    try:
        from pytest_socket import socket_allow_hosts
    except ImportError:
        return
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture
def shared() -> Path:
    """Folder of large public data sets, when it lies beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside this checkout")
    return SHARED


@pytest.fixture
def repository() -> Path:
    """Root of the repository."""
    return REPOSITORY


FERNHILL_SCALE = "0.02"  # the same company with fewer calls


@pytest.fixture(scope="session")
def built_fernhill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small Fernhill with its steps run, built once for all test processes; nobody writes to it.

    Beside it lies `steps.json`: what the building printed.
    """
    from click.testing import CliRunner

    from spendmap.cli import cli

    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, steps = shared / "fernhill" / "demo", shared / "fernhill" / "steps.json"
    folder.parent.mkdir(exist_ok=True)
    with (shared / "fernhill.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not steps.is_file():
            made = CliRunner().invoke(cli, ["demo", "--dir", str(folder), "--scale", FERNHILL_SCALE, "--json"])
            assert made.exit_code == 0, made.output
            steps.write_text(made.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def copy_of_fernhill(built_fernhill: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make a copy of the small Fernhill that a test module may write to."""
    from spendmap.engine.store import Store
    from spendmap.workspace import Workspace

    def copy() -> Path:
        folder = tmp_path_factory.mktemp("fernhill") / "demo"
        shutil.copytree(built_fernhill, folder)
        store = Store(Workspace.open(folder))
        with store.lock():
            store.relocate()
        return folder

    return copy
