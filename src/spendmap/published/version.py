"""One published version: which it is, what it says of itself, where its rows lie; opened for reading.

Reads `rollups/CURRENT`, the version's files and, on demand, the ledger's Parquet files that `meta.json` names.
Writes nothing. Invariant: a `Version` is one version, whole; one swapped in meanwhile is another `Version`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from spendmap.engine.reader import FileTable, ReadSession, RollupReader
from spendmap.ledger.columns import SQL_TYPE
from spendmap.ledger.tables import TABLES
from spendmap.published.columns import LATER, OWN_COLUMNS, PUBLISHED, REQUIRED
from spendmap.published.meta import FILE, REBUILD, Meta
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError

POINTER = "CURRENT"
NO_VERSION = "none"
_MONTH_FOLDER = re.compile(r"/billing_month=([0-9]{4}-[0-9]{2})/")


class HasRoot(Protocol):
    """What the published figures need of a workspace."""

    @property
    def root(self) -> Path: ...


@dataclass(frozen=True)
class Version:
    """One version. `root` is the workspace's folder, `folder` the version's own below `rollups`."""

    root: Path
    name: str
    folder: Path
    meta: Meta

    @classmethod
    def in_force(cls, workspace: HasRoot) -> Version | None:
        """The version that CURRENT names; None when nothing is published yet.

        Raises:
            SourceUnreadableError: it is damaged or gone.
        """
        rollups = workspace.root / "rollups"
        while (name := current_version(rollups)) != NO_VERSION:
            folder = rollups / name
            try:
                if not (month_file := folder / "month.parquet").is_file():
                    raise FileNotFoundError(month_file)
                meta = Meta.read(folder / FILE)
                if meta.version not in {None, name}:
                    raise SourceUnreadableError(
                        folder / FILE, "it describes another version of the figures.", next_step=REBUILD
                    )
                return cls(workspace.root, name, folder, meta)
            except (OSError, SourceUnreadableError) as error:
                if current_version(rollups) != name:
                    continue  # another version was published between reading its name and its files
                if isinstance(error, SourceUnreadableError):
                    raise
                raise SourceUnreadableError(
                    folder, "this version of the figures is gone.", next_step=REBUILD
                ) from error
        return None

    def file(self, table: str) -> Path | None:
        """A published file by its name ("month", "split", "notes"); None when it is optional and not there."""
        file = self.folder / f"{_known(table)}.parquet"
        return file if file.is_file() or table in REQUIRED else None

    def paths(self, table: str, *, first: str = "", last: str = "9999-12") -> tuple[Path, ...]:
        """Files of a row-level table. Those whose path says that they hold another month are left out.

        Raises:
            SourceUnreadableError: a file lies outside the workspace.
        """
        return tuple(
            self._inside(path)
            for path in self.meta.tables.get(table, ())
            if (month := _MONTH_FOLDER.search(path)) is None or first <= month[1] <= last
        )

    def is_derived(self, table: str, first: str = "", last: str = "9999-12") -> bool:
        """Whether a table derived from the calls (`usage_person`) stands for all captured months of these.

        An older run did not make it, and a captured month that is not allocated has none: then the calls are asked.
        """
        made, captured = (_months_of(self.meta.tables.get(name, ()), first, last) for name in (table, "usage"))
        return made == captured and "" not in made

    def need(self, table: str) -> None:
        """Hold that a table derived from the calls is there, if any call is.

        Raises:
            UsageError: an earlier release published this version, and kept the calls in another way.
        """
        if self.meta.tables.get("usage_priced") and not self.meta.tables.get(table):
            raise UsageError(
                "these figures were worked out by an earlier release, which kept the prices of calls in another way.",
                next_step="Work them out again with `spendmap allocate`: they stay the same.",
            )

    def file_table(
        self, table: str, *, first: str = "", last: str = "9999-12", wanted: Collection[str] | None = None
    ) -> FileTable:
        """A row-level table to be read where it lies, with the columns that the product knows of it or those wanted."""
        if table in OWN_COLUMNS:
            columns, required = OWN_COLUMNS[table], frozenset(OWN_COLUMNS[table])
        else:
            columns = {column.name: SQL_TYPE[column.type] for column in TABLES[table].columns}
            required = frozenset(column.name for column in TABLES[table].columns if column.required)
        found = tuple((name, type_) for name, type_ in columns.items() if wanted is None or name in wanted)
        return FileTable(self.paths(table, first=first, last=last), found, required)

    def _inside(self, path: str) -> Path:
        file = os.path.realpath(self.root / path)
        if not file.startswith(self._prefix):
            raise SourceUnreadableError(path, "it lies outside the workspace.", next_step=REBUILD)
        return Path(file)

    @cached_property
    def _prefix(self) -> str:
        return os.path.realpath(self.root).rstrip(os.sep) + os.sep


def _months_of(paths: Iterable[str], first: str, last: str) -> set[str]:
    """Months of these files inside a window; '' where a path says none."""
    found = {month[1] if (month := _MONTH_FOLDER.search(path)) else "" for path in paths}
    return {month for month in found if not month or first <= month <= last}


class OpenVersion:
    """Published files in memory, each under its own name. Safe to share between threads: each takes a `session()`.

    Without a version (nothing is published yet) every table is there and has no row.

    Args:
        tables: file -> the columns wanted of it; None is all of them.
    Raises:
        SourceUnreadableError: a file is damaged, or lacks a column.
    """

    def __init__(self, version: Version | None, tables: Mapping[str, Iterable[str] | None]) -> None:
        self.version = version
        self.reader = RollupReader()
        for table, wanted in tables.items():
            known = PUBLISHED[_known(table)]
            columns = known if wanted is None else {name: known[name] for name in wanted}
            self.reader.load(table, version.file(table) if version else None, columns, LATER.get(table, frozenset()))

    @classmethod
    def in_force(cls, workspace: HasRoot, tables: Mapping[str, Iterable[str] | None]) -> OpenVersion:
        """The version in force, opened; tables without rows when nothing is published yet.

        Raises:
            SourceUnreadableError: it is damaged or gone.
        """
        while True:
            version = Version.in_force(workspace)
            try:
                return cls(version, tables)
            except SourceUnreadableError:
                if version is None or current_version(workspace.root / "rollups") == version.name:
                    raise  # else another version was published while this one was read

    def session(self) -> ReadSession:
        """A connection to the published files, for one thread; use it in a `with` block."""
        return self.reader.session()

    def rows_session(
        self,
        *tables: str,
        first: str = "",
        last: str = "9999-12",
        wanted: Mapping[str, Collection[str]] | None = None,
    ) -> ReadSession:
        """A connection to row-level tables of some months, each under its own name; use it in a `with` block.

        Args:
            wanted: table -> the columns that are asked of it: half the time of a small question goes into the others.
        Raises:
            SourceUnreadableError: a file is gone or outside the workspace.
        """
        columns = wanted or {}
        return self.file_session({table: self._table(table, first, last, columns.get(table)) for table in tables})

    def file_session(self, tables: Mapping[str, FileTable]) -> ReadSession:
        """A connection to given files, for one thread; use it in a `with` block."""
        return self.reader.file_session(tables)

    def close(self) -> None:
        """Give the memory back."""
        self.reader.close()

    def _table(self, table: str, first: str, last: str, wanted: Collection[str] | None) -> FileTable:
        nothing = Version(Path(), NO_VERSION, Path(), Meta(None, "", (), ()))
        return (self.version or nothing).file_table(table, first=first, last=last, wanted=wanted)


def current_version(rollups: Path) -> str:
    """Name of the version in force, `NO_VERSION` when nothing was published.

    Raises:
        SourceUnreadableError: CURRENT does not hold the plain name of a folder, or is gone and versions are there.
    """
    file = rollups / POINTER
    try:
        name = file.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        if any(rollups.glob("*/meta.json")):
            raise SourceUnreadableError(
                file, "it is gone, so nothing says which of the published versions is in force.", next_step=REBUILD
            ) from error
        return NO_VERSION
    except UnicodeDecodeError as error:
        raise SourceUnreadableError(file, "it is not text.", next_step=REBUILD) from error
    if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
        raise SourceUnreadableError(file, f"{name[:80]!r} is not the name of a version.", next_step=REBUILD)
    return name


def is_published(workspace: HasRoot) -> bool:
    """Whether any version was published."""
    return current_version(workspace.root / "rollups") != NO_VERSION


def _known(table: str) -> str:
    if table not in PUBLISHED:
        raise KeyError(f"{table!r} is not a published file")
    return table
