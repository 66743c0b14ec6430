"""The ledger's Iceberg tables: one transaction makes a change visible, readers never see half of it.

A slice is source x billing month (of the allocation: a billing month); a change deletes whole slices and adds
Parquet files an engine has already written, as one metadata swap in the workspace database. Writers take a lock
on the ledger; readers take none: they read the file list of one snapshot, published as `ledger/manifest.json` so
that they need not load the catalogue.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import And, BooleanExpression, EqualTo, In, Or
from pyiceberg.table import Table as IcebergTable
from sqlalchemy.exc import DBAPIError

from spendmap.engine.arrow import arrow_schema, conform, empty
from spendmap.engine.database_errors import say_plainly, told_plainly
from spendmap.engine.integrity import fingerprints
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError, SourceUnreadableError, UsageError
from spendmap.vocabulary.json_file import read_json
from spendmap.workspace import Workspace

NAMESPACE = "ledger"
MANIFEST = "manifest.json"
RUN_PROPERTY = "spendmap.run"  # snapshot property naming the run that made it
SLICED = frozenset(name for name, table in TABLES.items() if "billing_month" in table.names)
SETTINGS = {
    "commit.retry.num-retries": "4",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "8",  # a scan reads every list of files: a year of captures would have 365
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}
FILES_A_TABLE = 16  # from so many files on a small table is written as one
MONTHLY = frozenset({"allocation"})  # written whole months at a time, so that its files need not be one per source

_LISTED = {"path", "source", "month", "rows"}  # what the published list says of every file
WAIT = "SPENDMAP_WAIT"
ASK_AGAIN = 0.2  # seconds between two attempts at the lock
logger = logging.getLogger(__name__)

Slice = tuple[str, str]  # source_name, billing_month


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of the snapshot in force."""

    path: Path
    slice: Slice | None  # None for tables that are not sliced (price, load); of a table by month the source is ""
    rows: int


class Store:
    """The Iceberg tables of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.root = workspace.ledger
        self._made: set[str] = set()  # tables seen in the catalogue; one is only dropped to be made anew

    # -- catalogue ---------------------------------------------------------------------------------

    @cached_property
    def catalog(self) -> SqlCatalog:
        """The SQL catalogue in the workspace database."""
        try:
            catalog = SqlCatalog(
                "spendmap",
                uri=self.workspace.database_url,
                warehouse=file_uri(self.root),
            )
            say_plainly(catalog.engine, self.workspace.database_file)
            catalog.create_namespace_if_not_exists(NAMESPACE)
        except DBAPIError as error:
            raise told_plainly(error, self.workspace.database_file) or error from error
        return catalog

    def iceberg(self, table: str) -> IcebergTable:
        """The Iceberg table, made on first use, else as it was made: `check` writes nothing."""
        name = (NAMESPACE, table)
        if not self.has(table):
            created = self.catalog.create_table(
                name,
                schema=arrow_schema(table),
                location=file_uri(self.root / table),
                properties={"format-version": "2", **SETTINGS},
            )
            if columns := _slice_columns(table):
                with created.update_spec() as spec:
                    for column in columns:
                        spec.add_identity(column)
            return self.catalog.load_table(name)
        return self._load(name)

    def _for_writing(self, table: str) -> IcebergTable:
        """The table with the columns, settings and cut of today; a table that an earlier version made is changed."""
        loaded = self.iceberg(table)
        known = {field.name for field in loaded.schema().fields}
        missing = [field for field in arrow_schema(table) if field.name not in known]
        lacking = {name: value for name, value in SETTINGS.items() if loaded.properties.get(name) != value}
        cut = {field.name for field in loaded.spec().fields}  # cut by identity, a field has its column's name
        finer, coarser = cut - set(_slice_columns(table)), set(_slice_columns(table)) - cut
        if not (missing or lacking or finer or coarser):
            return loaded
        if missing:
            with loaded.update_schema() as change:
                change.union_by_name(pa.schema([*loaded.schema().as_arrow(), *missing]))
        if lacking:
            with loaded.transaction() as transaction:
                transaction.set_properties(lacking)
        if finer or coarser:  # an older version cut it otherwise, or died between making it and cutting it
            with loaded.update_spec() as spec:
                for column in sorted(finer):
                    spec.remove_field(column)
                for column in _slice_columns(table):
                    if column in coarser:
                        spec.add_identity(column)
        return self._load((NAMESPACE, table))

    def has(self, table: str) -> bool:
        """Whether the table was made already. (Asking the catalogue for the table itself would read its files.)"""
        if not self._has_database:
            return False  # to ask would make it
        if table not in self._made:
            self._made = {name for _, name in self.catalog.list_tables(NAMESPACE)}
        return table in self._made

    def _load(self, name: tuple[str, str]) -> IcebergTable:
        moved = EngineError(
            f"the workspace {self.workspace.root} was moved or copied, and the ledger's catalogue names its old place.",
            next_step="Run `spendmap maintain --relocate`.",
        )
        try:
            loaded = self.catalog.load_table(name)
        except FileNotFoundError as error:
            raise moved from error
        if loaded.location() != file_uri(self.root / name[1]):
            raise moved
        return loaded

    @property
    def _has_database(self) -> bool:
        return bool(self.workspace.database) or self.workspace.database_file.is_file()

    # -- reading: nothing is made, so that a workspace nobody may write to can be read -----------------

    def _stored(self, table: str) -> IcebergTable | None:
        """The Iceberg table as it is, None when there is none yet."""
        return self._load((NAMESPACE, table)) if self.has(table) else None

    def files(self, table: str) -> list[DataFile]:
        """Every data file of the snapshot in force, ordered by slice and path."""
        found: list[DataFile] = []
        if (stored := self._stored(table)) is None:
            return found
        named = {number: [field.name for field in spec.fields] for number, spec in stored.specs().items()}
        for task in stored.scan().plan_files():
            cut = {name: str(task.file.partition[at]) for at, name in enumerate(named[task.file.spec_id])}
            slice_ = (cut.get("source_name", ""), cut["billing_month"]) if table in SLICED else None
            found.append(DataFile(local_path(task.file.file_path), slice_, task.file.record_count))
        return sorted(found, key=lambda file: (file.slice or ("", ""), str(file.path)))

    def paths(self, table: str, *, source: str | None = None, months: Iterable[str] | None = None) -> list[Path]:
        """Paths of the files, of one source and of some months when given."""
        wanted = None if months is None else set(months)
        return [
            file.path
            for file in self.files(table)
            if file.slice is None
            or ((source is None or file.slice[0] == source) and (wanted is None or file.slice[1] in wanted))
        ]

    def rows(self, table: str) -> pa.Table:
        """A small table whole (price, load).

        Raises:
            EngineError: a file of it is gone or damaged.
        """
        if (stored := self._stored(table)) is None:
            return empty(table)
        try:
            return conform(stored.scan().to_arrow(), table)
        except (OSError, pa.ArrowException) as error:
            raise EngineError(
                f"a data file of {table} cannot be read: {str(error).partition(chr(10))[0]}.",
                next_step="`spendmap check` says which; copy the workspace back from where it is whole.",
            ) from error

    def last_run(self, table: str) -> str | None:
        """The run that made the snapshot in force."""
        stored = self._stored(table)
        snapshot = None if stored is None else stored.current_snapshot()
        return None if snapshot is None or snapshot.summary is None else snapshot.summary.get(RUN_PROPERTY)

    # -- writing -----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def lock(self, *, rebuilds: bool = False) -> Iterator[None]:
        """Only one writer at a time. A killed writer's lock is gone with its process.

        A second writer waits for as many seconds as SPENDMAP_WAIT says (none: it is refused at once); readers never do.

        Args:
            rebuilds: the writer makes the catalogue anew, so it may have been lost.
        Raises:
            EngineError: another process is writing, or the catalogue knows less than was published.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a+") as handle:
            if not _locked_within(handle.fileno(), seconds := _patience(), self.workspace.root):
                after = f" still, after {seconds:g} seconds" if seconds else ""
                raise EngineError(
                    f"another spendmap process is writing to {self.workspace.root}{after}.",
                    next_step="Run the command again when it is done; `spendmap --wait 600 ...` waits longer.",
                )
            if not rebuilds:
                self._refuse_lost_catalogue()
            yield

    def _refuse_lost_catalogue(self) -> None:
        """What was published must be in the catalogue: a writer would else publish a smaller ledger over it."""
        for table, listed in self.published().items():
            number = listed.get("snapshot")
            if number is None or not listed.get("files") or table not in TABLES:
                continue
            if not self.has(table) or self.iceberg(table).snapshot_by_id(number) is None:
                raise EngineError(
                    f"the workspace database knows less of the ledger than {self.root / MANIFEST} lists ({table}): "
                    "it was lost, emptied, or is an older copy.",
                    next_step="Put the database back, or make it anew: "
                    + (
                        "`spendmap restore --from-journal`."
                        if self.workspace.journal.is_file()
                        else "`spendmap maintain --relocate`."
                    ),
                )

    def replace(
        self, table: str, drop: Iterable[Slice], add: Sequence[Path], *, run: str, months: Iterable[str] | None = None
    ) -> None:
        """Drop slices (or whole `months`) and add files, visible at once or not at all."""
        iceberg = self._for_writing(table)
        properties = {RUN_PROPERTY: run}
        present = {file.slice for file in self.files(table) if file.slice}
        doomed = {slice_ for slice_ in drop if slice_ in present}
        if months is not None:
            wanted = set(months)
            doomed |= {slice_ for slice_ in present if slice_[1] in wanted}
        with iceberg.transaction() as transaction:
            if doomed:
                gone = _months_filter(doomed) if table in MONTHLY else _slices_filter(doomed)
                transaction.delete(gone, snapshot_properties=properties)
            if add:
                transaction.add_files(
                    [file_uri(file) for file in add], snapshot_properties=properties, check_duplicate_files=False
                )

    def append(self, table: str, rows: pa.Table, *, run: str) -> None:
        """Add rows to a small table."""
        if not len(rows):
            return
        iceberg = self._for_writing(table)
        if len(self.files(table)) < FILES_A_TABLE:
            iceberg.append(conform(rows, table), snapshot_properties={RUN_PROPERTY: run})
        else:
            self.overwrite(table, pa.concat_tables([conform(self.rows(table), table), conform(rows, table)]), run=run)

    def overwrite(self, table: str, rows: pa.Table, *, run: str) -> None:
        """Give a small table new content, as one change."""
        iceberg = self._for_writing(table)
        rows = conform(rows, table)
        if iceberg.current_snapshot() is None:
            iceberg.append(rows, snapshot_properties={RUN_PROPERTY: run})
        else:
            iceberg.overwrite(rows, snapshot_properties={RUN_PROPERTY: run})

    def publish(self) -> dict[str, Any]:
        """Write the file list of every table's snapshot for readers that do not load the catalogue."""
        manifest: dict[str, Any] = {}
        before = self.published()
        for table in TABLES:
            if not self.has(table):
                manifest[table] = {"files": []}
                continue
            snapshot = self.iceberg(table).current_snapshot()
            number = None if snapshot is None else snapshot.snapshot_id
            if number is not None and before.get(table, {}).get("snapshot") == number:
                manifest[table] = before[table]  # a snapshot never changes
                continue
            files = self.files(table)
            known = {entry["path"]: entry for entry in before.get(table, {}).get("files", ()) if "sha256" in entry}
            fresh = fingerprints(file.path for file in files if self._name(file.path) not in known)
            manifest[table] = {
                "snapshot": number,
                "files": [
                    known.get(self._name(file.path))
                    or {
                        "path": self._name(file.path),
                        "source": file.slice[0] or None if file.slice else None,
                        "month": file.slice[1] if file.slice else None,
                        "rows": file.rows,
                        **fresh[file.path],
                    }
                    for file in files
                ],
            }
        write_atomically(self.root / MANIFEST, json.dumps(manifest, indent=1).encode())
        return manifest

    def _name(self, file: Path) -> str:
        """A data file as the published list names it."""
        return str(file.relative_to(self.workspace.root))

    def published(self) -> dict[str, Any]:
        """The file list published last; empty when there is none, or it is damaged and must be made anew."""
        try:
            return _file_list(read_json(self.root / MANIFEST))
        except (OSError, ValueError):
            return {}

    def relocate(self) -> int:
        """Make the catalogue anew from the published file list, after the workspace's folder was moved or copied.

        Returns:
            How many data files are in the ledger. History before this moment is forgotten; no row is.
        Raises:
            EngineError: the list is damaged, or a file of it is not there.
        """
        try:
            manifest = _file_list(read_json(self.root / MANIFEST)) if (self.root / MANIFEST).is_file() else {}
        except ValueError as error:
            raise SourceUnreadableError(
                self.root / MANIFEST, "it is damaged, so nothing says which files are in the ledger.", next_step=BACK
            ) from error
        listed = {
            table: [self.workspace.root / file["path"] for file in manifest[table]["files"]]
            for table in TABLES
            if table in manifest
        }
        if gone := [file for files in listed.values() for file in files if not file.is_file()]:
            raise EngineError(f"{gone[0]} is not there.", next_step="Copy the workspace again, whole.")
        for table, files in listed.items():
            if self.has(table):
                self.catalog.drop_table((NAMESPACE, table))
                self._made.discard(table)
            if files:
                with self._for_writing(table).transaction() as transaction:
                    transaction.add_files([file_uri(file) for file in files], check_duplicate_files=False)
        self.publish()
        return sum(len(files) for files in listed.values())

    # -- runs that may be killed -------------------------------------------------------------------

    def begin_run(self, table: str, pending: Mapping[str, Any]) -> str:
        """Note what a run is about to make visible, so that a killed run can be finished or forgotten."""
        run = str(pending["run"])
        write_atomically(self.root / "pending" / f"{run}.json", json.dumps({"table": table, **pending}).encode())
        return run

    def end_run(self, run: str) -> None:
        """The run is complete in every table."""
        (self.root / "pending" / f"{run}.json").unlink(missing_ok=True)

    def unfinished_runs(self) -> list[tuple[dict[str, Any], list[Path], bool]]:
        """Notes of runs that never ended, each with the folders of its files and whether its rows became visible.

        They are visible when the snapshot in force is the run's own, and also when a file of its folders is in force:
        a catalogue that was made anew has forgotten which run made what. Folders outside the ledger are left out:
        the note of a workspace that was copied names the place it came from.
        """
        found = []
        for file in sorted((self.root / "pending").glob("*.json")):
            note = _note(file)
            places = [self.workspace.root / folder for folder in note.get("folders", ())]
            folders = [folder for folder in places if folder.is_relative_to(self.root)]
            in_force = {path for path in self.paths(note["table"]) for folder in folders if path.is_relative_to(folder)}
            found.append((note, folders, bool(in_force) or self.last_run(note["table"]) == note["run"]))
        return found


BACK = "Put the file back from a copy."


def _note(file: Path) -> dict[str, Any]:
    """The note of a run that never ended.

    Raises:
        SourceUnreadableError: it is not what `begin_run` writes.
    """
    try:
        note = read_json(file)
        if not (isinstance(note, dict) and note["table"] in TABLES and note["run"] and isinstance(note["loads"], list)):
            raise ValueError("not a note")
    except (ValueError, KeyError, TypeError) as error:
        raise SourceUnreadableError(
            file,
            "the note of a run that was killed is damaged, so it cannot be told what of it counts.",
            next_step=f"{BACK} Or remove the note, see with `spendmap check` what stands, and capture again.",
        ) from error
    return note


def new_run() -> str:
    """Identity of one run of a step."""
    return uuid.uuid4().hex[:16]


def file_uri(path: Path) -> str:
    """The form pyiceberg opens: a scheme and the path as it is (it does not decode percent signs)."""
    return f"file://{path}"


def local_path(uri: str) -> Path:
    """The path behind `file_uri`, or the path itself."""
    return Path(uri.removeprefix("file://"))


def _file_list(found: Any) -> dict[str, Any]:
    """The published file list: table -> its snapshot and files.

    Raises:
        ValueError: it is not what `publish` writes.
    """
    if not isinstance(found, dict) or not found.keys() <= TABLES.keys():
        raise ValueError("it does not list the tables of a ledger")
    for table, listed in found.items():
        files = listed.get("files") if isinstance(listed, dict) else None
        if not isinstance(files, list) or not all(isinstance(file, dict) and file.keys() >= _LISTED for file in files):
            raise ValueError(f"its files of {table} are no list of files")
    return found


def write_atomically(file: Path, content: bytes) -> None:
    """Readers see the old content or the new, also after a power cut."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(file)


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


def _slice_columns(table: str) -> tuple[str, ...]:
    """The columns that a table's files are cut by."""
    if table not in SLICED:
        return ()
    return ("billing_month",) if table in MONTHLY else ("source_name", "billing_month")


def _months_filter(slices: set[Slice]) -> BooleanExpression:
    """Rows of exactly these months."""
    return In("billing_month", tuple(sorted({month for _, month in slices})))  # type: ignore[call-arg, arg-type]


def _slices_filter(slices: set[Slice]) -> BooleanExpression:
    """Rows of exactly these slices, grouped by month set so that the expression stays small."""
    by_source: dict[str, set[str]] = {}
    for source, month in slices:
        by_source.setdefault(source, set()).add(month)
    terms: list[BooleanExpression] = [
        And(EqualTo("source_name", source), In("billing_month", tuple(sorted(months))))  # type: ignore[call-arg, arg-type]
        for source, months in sorted(by_source.items())
    ]
    expression = terms[0]
    for term in terms[1:]:
        expression = Or(expression, term)
    return expression


__all__ = ["DataFile", "Slice", "Store", "new_run", "write_atomically"]
