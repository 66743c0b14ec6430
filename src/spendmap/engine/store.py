"""The ledger's Iceberg tables: one transaction makes a change visible, readers never see half of it.

A change deletes whole slices and adds Parquet files an engine has already written, as one metadata swap in the
workspace database. Writers take a lock on the ledger; readers take none: they read the file list of one snapshot,
published as `ledger/manifest.json` so that they need not load the catalogue.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from spendmap.engine.arrow import conform, empty
from spendmap.engine.atomic import write_atomically
from spendmap.engine.catalogue import MONTHLY, SLICED, Catalogue, Slice, file_uri, local_path, rows_of
from spendmap.engine.file_list import MANIFEST, listed
from spendmap.engine.integrity import fingerprints
from spendmap.engine.relocation import relocated
from spendmap.engine.transaction import OneTransaction
from spendmap.engine.unfinished import drop_note, keep_note, notes
from spendmap.engine.writer_lock import only_writer
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError, SourceUnreadableError
from spendmap.vocabulary.seal import sealed
from spendmap.workspace import Workspace

RUN_PROPERTY = "spendmap.run"  # snapshot property naming the run that made it
FILES_A_TABLE = 16  # from so many files on a small table is written as one


@dataclass(frozen=True)
class DataFile:
    """One Parquet file of the snapshot in force."""

    path: Path
    slice: Slice | None  # None for tables that are not sliced (price, load); of a table by month the source is ""
    rows: int


class Store(Catalogue):
    """The Iceberg tables of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._files: dict[str, list[DataFile]] = {}  # by the file that describes the table: a commit writes another

    # -- reading: nothing is made, so that a workspace nobody may write to can be read -----------------

    def files(self, table: str) -> list[DataFile]:
        """Every data file of the snapshot in force, ordered by slice and path."""
        if (stored := self.stored(table)) is None:
            return []
        if (kept := self._files.get(stored.metadata_location)) is not None:
            return list(kept)
        found: list[DataFile] = []
        named = {number: [field.name for field in spec.fields] for number, spec in stored.specs().items()}
        for task in stored.scan().plan_files():
            cut = {name: str(task.file.partition[at]) for at, name in enumerate(named[task.file.spec_id])}
            slice_ = (cut.get("source_name", ""), cut["billing_month"]) if table in SLICED else None
            found.append(DataFile(local_path(task.file.file_path), slice_, task.file.record_count))
        self._files[stored.metadata_location] = sorted(found, key=lambda file: (file.slice or ("", ""), str(file.path)))
        return list(self._files[stored.metadata_location])

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
        if (stored := self.stored(table)) is None:
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
        stored = self.stored(table)
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
        with only_writer(self.root, self.workspace.root):
            if not rebuilds:
                self._refuse_lost_catalogue()
            self._is_alone, self._has_looked = True, False
            try:
                yield
            finally:
                self._is_alone = False

    def _refuse_lost_catalogue(self) -> None:
        """What was published must be in the catalogue: a writer would else publish a smaller ledger over it."""
        for table, told in self.published().items():
            number = told.get("snapshot")
            if number is None or not told.get("files") or table not in TABLES:
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
        iceberg = self.for_writing(table)
        properties = {RUN_PROPERTY: run}
        present = {file.slice for file in self.files(table) if file.slice}
        doomed = {slice_ for slice_ in drop if slice_ in present}
        if months is not None:
            wanted = set(months)
            doomed |= {slice_ for slice_ in present if slice_[1] in wanted}
        with OneTransaction(iceberg) as transaction:
            if doomed:
                transaction.delete(rows_of(table, doomed), snapshot_properties=properties)
            if add:
                transaction.add_files(
                    [file_uri(file) for file in add], snapshot_properties=properties, check_duplicate_files=False
                )

    def append(self, table: str, rows: pa.Table, *, run: str) -> None:
        """Add rows to a small table."""
        if not len(rows):
            return
        iceberg = self.for_writing(table)
        if len(self.files(table)) < FILES_A_TABLE:
            with OneTransaction(iceberg) as transaction:
                transaction.append(conform(rows, table), snapshot_properties={RUN_PROPERTY: run})
        else:
            self.overwrite(table, pa.concat_tables([conform(self.rows(table), table), conform(rows, table)]), run=run)

    def overwrite(self, table: str, rows: pa.Table, *, run: str) -> None:
        """Give a small table new content, as one change."""
        iceberg = self.for_writing(table)
        rows = conform(rows, table)
        with OneTransaction(iceberg) as transaction:
            if iceberg.current_snapshot() is None:
                transaction.append(rows, snapshot_properties={RUN_PROPERTY: run})
            else:
                transaction.overwrite(rows, snapshot_properties={RUN_PROPERTY: run})

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
        write_atomically(self.root / MANIFEST, sealed(json.dumps(manifest, indent=1).encode()))
        return manifest

    def _name(self, file: Path) -> str:
        """A data file as the published list names it."""
        return str(file.relative_to(self.workspace.root))

    def published(self) -> dict[str, Any]:
        """The file list published last; empty when there is none, or it is damaged and must be made anew."""
        try:
            return listed(self.root)
        except (OSError, SourceUnreadableError):
            return {}

    def relocate(self) -> int:
        """Make the catalogue anew from the published file list, after the workspace's folder was moved or copied.

        Returns:
            How many data files are in the ledger. History before this moment is forgotten; no row is.
        Raises:
            EngineError: the list is damaged, or a file of it is not there.
        """
        return relocated(self)

    # -- runs that may be killed -------------------------------------------------------------------

    def begin_run(self, table: str, pending: Mapping[str, Any]) -> str:
        """Note what a run is about to make visible, so that a killed run can be finished or forgotten."""
        run = str(pending["run"])
        keep_note(self.root, run, {"table": table, **pending})
        return run

    def end_run(self, run: str) -> None:
        """The run is complete in every table."""
        drop_note(self.root, run)

    def unfinished_runs(self) -> list[tuple[dict[str, Any], list[Path], bool]]:
        """Notes of runs that never ended, each with the folders of its files and whether its rows became visible.

        They are visible when the snapshot in force is the run's own, and also when a file of its folders is in force:
        a catalogue that was made anew has forgotten which run made what. Folders outside the ledger are left out:
        the note of a workspace that was copied names the place it came from.
        """
        found = []
        for note in notes(self.root):
            places = [self.workspace.root / folder for folder in note.get("folders", ())]
            folders = [folder for folder in places if folder.is_relative_to(self.root)]
            in_force = {path for path in self.paths(note["table"]) for folder in folders if path.is_relative_to(folder)}
            found.append((note, folders, bool(in_force) or self.last_run(note["table"]) == note["run"]))
        return found


def new_run() -> str:
    """Identity of one run of a step."""
    return uuid.uuid4().hex[:16]


__all__ = [
    "MANIFEST",
    "MONTHLY",
    "SLICED",
    "DataFile",
    "Slice",
    "Store",
    "local_path",
    "new_run",
    "write_atomically",
]
