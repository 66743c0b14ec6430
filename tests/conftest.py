"""What every test shares: the network is closed but for this machine, the clock is UTC, companies are built once.

Speed, and nothing else, is why the built companies are copied, the packaged prices are read once per process, the
Spark tests stand first (one worker starts one Java machine) and that machine compiles only lightly.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["SPENDMAP_WAIT"] = "0"  # no test waits for another writer, unless it says so itself

settings.register_profile(
    "untimed", deadline=None, max_examples=60
)  # a busy machine is no failure; speed lives in bench/
settings.load_profile("untimed")
os.environ.setdefault("TZ", "UTC")
# Spark lives for a minute here: optimising its code for hours to come costs more than it gives back.
os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


def pytest_configure() -> None:
    """Only loopback and local sockets: a test that reaches further fails."""
    try:
        from pytest_socket import socket_allow_hosts
    except ImportError:
        return
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spark's tests first, so that they meet in one worker; the order is else as it was."""
    items.sort(key=lambda item: "spark" not in item.fixturenames and item.get_closest_marker("spark") is None)


def pytest_collection_finish() -> None:
    """What importing and collecting made stays to the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """At the end everything may go, or extension modules report what the collector was kept from as leaked."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def packaged_prices_are_read_once() -> Iterator[None]:
    """The catalogue and overlays that are shipped are the same for every new workspace of a process."""
    from spendmap.pricing import book

    read = cache(book.shipped_rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book, "shipped_rows", lambda: list(read()))
        yield


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


FERNHILL = ["demo", "--dir", "fernhill", "--scale", "0.02", "--no-serve"]  # the same company with fewer calls


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a folder once for all test processes: `once(name, make)` gives what `make(folder)` left there."""
    own = tmp_path_factory.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, done = place / f"once-{name}", place / f"once-{name}.done"
        with (place / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.is_file():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def built_fernhill(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A small Fernhill with its steps run, as the tutorial's first command builds it; nobody writes to it.

    Beside it lies `printed.txt`: what the building printed.
    """
    from click.testing import CliRunner

    from spendmap.cli import cli

    def make(folder: Path) -> None:
        with contextlib.chdir(folder):
            made = CliRunner().invoke(cli, FERNHILL, env={"COLUMNS": "112", "NO_COLOR": "1"})
        assert made.exit_code == 0, made.output
        (folder / "printed.txt").write_text(made.output, encoding="utf-8")

    return once("fernhill", make) / "fernhill"


@pytest.fixture(scope="session")
def copy_of_fernhill(built_fernhill: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make a copy of the small Fernhill that a test module may write to."""
    from copies import copy_of

    return lambda: copy_of(built_fernhill, tmp_path_factory.mktemp("fernhill") / "demo")


@pytest.fixture(scope="session")
def built_acorn(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Acorn with its steps run; nobody writes to it."""
    from company.acorn import build
    from spendmap.process import run

    return once("acorn", lambda folder: run(build(folder / "acorn")) and None) / "acorn"


@pytest.fixture(scope="session")
def copy_of_acorn(built_acorn: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make a copy of Acorn that a test module may write to."""
    from copies import copy_of

    return lambda: copy_of(built_acorn, tmp_path_factory.mktemp("acorn") / "w")
