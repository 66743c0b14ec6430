"""Open the published roll-ups of a workspace (step 2 wrote them; every page reads them).

Reads the version in force: its month roll-up and split, and on demand the ledger's rows behind them. Writes nothing.
Invariant: a `ReadModel` is one published version, whole; a version swapped meanwhile is another `ReadModel`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from spendmap.engine.reader import ReadSession
from spendmap.published import NO_VERSION, Meta, OpenVersion, Version
from spendmap.published.dimensions import DIMENSIONS
from spendmap.reports.dimensions import CATEGORIES, unknown_label

T = TypeVar("T")
TABLES = ("month", "split", "notes", "identity")
MOST_KEPT = 64  # results; each is a few hundred rows


class WorkspaceFolder(Protocol):
    """What a read model needs of a workspace."""

    @property
    def root(self) -> Path: ...
    @property
    def currency(self) -> str: ...


class ReadModel:
    """One published version, with the files in `TABLES` in memory.

    Safe to share between threads: each takes a `session()`.
    """

    def __init__(self, root: Path, currency: str, opened: OpenVersion) -> None:
        version = opened.version
        self.root = root
        self.version = version.name if version else NO_VERSION
        self.meta = version.meta if version else Meta(None, currency, (currency,), ())
        self._opened = opened
        self.has_split = version is not None and version.file("split") is not None
        """Without one, indirect cost is unknown, which is not zero."""
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._values: dict[str, tuple[str, ...]] = {}
        self._ai_values: dict[str, tuple[str, ...]] = {}

    @classmethod
    def open(cls, workspace: WorkspaceFolder) -> ReadModel:
        """The version in force, or an empty model when nothing is published yet.

        Raises:
            SourceUnreadableError: the version in force is damaged or gone.
        """
        opened = OpenVersion.in_force(workspace, dict.fromkeys(TABLES))
        return cls(workspace.root, workspace.currency, opened)

    @property
    def is_empty(self) -> bool:
        """Nothing is published yet."""
        return self.version == NO_VERSION

    @property
    def published(self) -> Version | None:
        """The version itself; None when nothing is published yet."""
        return self._opened.version

    def session(self) -> ReadSession:
        """A connection to the roll-up for one thread; use it in a `with` block."""
        return self._opened.session()

    def ledger_session(
        self,
        *tables: str,
        first: str = "",
        last: str = "9999-12",
        wanted: Mapping[str, Collection[str]] | None = None,
    ) -> ReadSession:
        """A connection to ledger tables, each under its own name; use it in a `with` block.

        Files whose path says they hold another month than `first`..`last` are left out, not opened; `wanted` names the
        columns that are asked of a table, where not all are.
        Raises:
            SourceUnreadableError: a file is gone or outside the workspace.
        """
        return self._opened.rows_session(*tables, first=first, last=last, wanted=wanted)

    def close(self) -> None:
        """Give the memory back."""
        self._opened.close()

    def kept(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What `make` gives, made once: a version never changes. The oldest goes when `MOST_KEPT` are held.

        Two threads that ask at once may both make it; they make the same.
        """
        found: T | None = self._kept.get(key)
        if found is None:
            found = make()
            for oldest in list(self._kept)[: 1 - MOST_KEPT]:
                self._kept.pop(oldest, None)
            self._kept[key] = found
        return found

    @cached_property
    def months_with_ai(self) -> tuple[str, ...]:
        """Months that hold AI money or AI usage, oldest first."""
        with self.session() as session:
            found = session.rows(
                "SELECT DISTINCT month FROM month WHERE scope = 'ai' AND month IS NOT NULL ORDER BY month"
            )
        return tuple(row[0] for row in found)

    def values(self, dimension: str) -> tuple[str, ...]:
        """Every value of a dimension that a row of any scope carries, sorted."""
        if dimension not in self._values:
            column = _known(dimension)
            with self.session() as session:
                found = session.rows(f"SELECT DISTINCT {column} FROM month WHERE {column} IS NOT NULL ORDER BY 1")
            self._values[dimension] = tuple(row[0] for row in found)
        return self._values[dimension]

    def ai_values(self, dimension: str) -> tuple[str, ...]:
        """Every value of a dimension that AI rows carry, sorted: what a page offers to choose from."""
        if dimension not in self._ai_values:
            column = _known(dimension)
            text = f"SELECT DISTINCT {column} FROM month WHERE scope = 'ai' AND {column} IS NOT NULL ORDER BY 1"
            with self.session() as session:
                self._ai_values[dimension] = tuple(row[0] for row in session.rows(text))
        return self._ai_values[dimension]

    def label(self, dimension: str, value: str | None) -> str:
        """What a page calls a value."""
        if value is None:
            return unknown_label(dimension)
        known = self.meta.labels.get(dimension, {}).get(value)
        if known is None and dimension == "category":
            known = next((each.label for each in CATEGORIES if each.id == value), None)
        return known or value


def _known(dimension: str) -> str:
    if dimension not in DIMENSIONS:
        raise KeyError(dimension)
    return dimension
