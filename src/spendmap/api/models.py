"""The read model in force, for all threads of the server, and the answers already given from it.

Invariant: an answer is kept under the version it was computed from, so a newly published version is
never answered with an old figure.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, date, datetime
from typing import Protocol

from spendmap.published import current_version
from spendmap.reports.read_model import ReadModel, WorkspaceFolder

KEPT_ANSWERS = 256
KEPT_BYTES = 64 * 1024 * 1024


class NamedFolder(WorkspaceFolder, Protocol):
    """What the server needs of a workspace."""

    @property
    def name(self) -> str: ...


def utc_today() -> date:
    """The UTC day it is now."""
    return datetime.now(UTC).date()


class Models:
    """Holds the newest published version; opens the next one when CURRENT names it."""

    def __init__(self, workspace: NamedFolder, today: Callable[[], date] = utc_today) -> None:
        self.workspace = workspace
        self.today = today
        self._model: ReadModel | None = None
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._making: dict[tuple[str, ...], Future[bytes]] = {}
        self._bytes = 0

    def current(self) -> ReadModel:
        """The version in force. Reading its name costs a small file; the figures are read when it changed.

        Raises:
            SourceUnreadableError: what is published is damaged.
        """
        version = current_version(self.workspace.root / "rollups")
        model = self._model
        if model is not None and model.version == version:
            return model
        with self._lock:
            if self._model is None or self._model.version != version:
                # The old version is left to the requests that still read it; the last one lets it go.
                self._model = ReadModel.open(self.workspace)
            return self._model

    def answer(self, key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """The kept answer for this key, or a new one. `key` begins with the version it is made from.

        Who asks while it is being made waits for the one that makes it. An error reaches all who wait and is not kept:
        the next to ask tries again.
        """
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            making = self._making.get(key)
            is_mine = making is None
            if making is None:
                making = self._making[key] = Future()
        if not is_mine:
            return making.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            making.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            if len(made) <= KEPT_BYTES // 8:
                self._answers[key] = made
                self._bytes += len(made)
            while len(self._answers) > KEPT_ANSWERS or self._bytes > KEPT_BYTES:
                self._bytes -= len(self._answers.popitem(last=False)[1])
        making.set_result(made)
        return made
