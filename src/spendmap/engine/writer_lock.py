"""One writer of a ledger at a time, between processes; a second one waits for as long as SPENDMAP_WAIT says."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from spendmap.vocabulary.errors import EngineError, UsageError

WAIT = "SPENDMAP_WAIT"
FILE = ".lock"
ASK_AGAIN = 0.2  # seconds between two attempts at the lock
logger = logging.getLogger(__name__)


@contextlib.contextmanager
def only_writer(ledger: Path, place: Path) -> Iterator[None]:
    """Hold the lock of the folder `ledger`. A killed writer's lock is gone with its process.

    Args:
        place: what the writer writes to, as a person knows it.
    Raises:
        EngineError: another process is writing, also after the wait.
    """
    ledger.mkdir(parents=True, exist_ok=True)
    with (ledger / FILE).open("a+") as handle:
        if not _locked_within(handle.fileno(), seconds := _patience(), place):
            after = f" still, after {seconds:g} seconds" if seconds else ""
            raise EngineError(
                f"another spendmap process is writing to {place}{after}.",
                next_step="Run the command again when it is done; `spendmap --wait 600 ...` waits longer.",
            )
        yield


def _patience() -> float:
    """Seconds that a second writer waits."""
    said = os.environ.get(WAIT, "0")
    try:
        seconds = float(said)
    except ValueError:
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"{WAIT} is {said!r}, not a number of seconds.", next_step="Leave it out, or write 60.")
    return seconds


def _locked_within(handle: int, seconds: float, place: Path) -> bool:
    """Whether the lock was taken within the time; says that it waits."""
    until, is_told = time.monotonic() + seconds, False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            if not is_told:
                logger.warning(
                    "Waiting up to %g seconds for another spendmap process that writes to %s.", seconds, place
                )
                is_told = True
            time.sleep(ASK_AGAIN)
        else:
            return True


__all__ = ["only_writer"]
