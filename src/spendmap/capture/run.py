"""Capture one declared source: read its files, set bad rows aside, dedupe, and make the load visible at once.

Reads files through a connector; writes one captured table, the `load` record and quarantine files.
Law (L1): rows_read = rows_loaded + rows_duplicate + rows_quarantined, for every file.
Killed at any moment, the ledger holds every load that was reported and no part of any other.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from spendmap.capture.connector import Connector, check_settings
from spendmap.capture.mapping import with_mapping
from spendmap.capture.registry import connector as connector_for
from spendmap.capture.stage import FileLoad, Job, Staging, Workers, sha256, stage_all
from spendmap.engine.arrow import arrow_schema
from spendmap.engine.ingest import Merge, merge
from spendmap.engine.store import Store, new_run
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.progress import Progress
from spendmap.workspace import Workspace

PART_NUMBER = re.compile(r"[-_.]?(?:part|chunk|shard)?[-_.]?\d{3,}$", re.IGNORECASE)  # parts of one delivery


class Quiet:
    """Progress that nobody watches."""

    def start(self, what: str, total: int) -> None:
        """Nothing."""

    def advance(self, amount: int = 1) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Source:
    """A declared source: what it is, where it is, who answers for it, what it covers."""

    name: str
    kind: str
    location: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    scope_note: str | None = None


def capture(
    workspace: Workspace, source: Source, progress: Progress | None = None, workers: Workers | None = None
) -> list[FileLoad]:
    """Capture every file of a source, in file-name order.

    Args:
        workers: processes to stage with, when several sources are captured one after another.
    Returns:
        One `FileLoad` per file; a file that is refused does not stop the others.
    Raises:
        SpendmapError: the source cannot be read at all (unknown kind, bad setting, no such location).
    """
    progress = progress or Quiet()
    connector = connector_for(source.kind)
    settings = with_mapping(check_settings(connector, source.settings), workspace.root)
    files = find_files(connector, source.location)
    store = Store(workspace)
    with store.lock(), nullcontext(workers) if workers else Workers() as staging_workers:
        recover(store)
        return _Run(workspace, store, connector, source, settings, files, progress, staging_workers).go()


def find_files(connector: Connector, location: Path) -> list[Path]:
    """The files of a location, in name order.

    Raises:
        SourceUnreadableError: the location does not exist or holds no file of the format.
    """
    if location.is_file():
        return [location]
    if not location.exists():
        raise SourceUnreadableError(location, "no such file or folder.", next_step="Mend the path and capture again.")
    found = sorted(
        file
        for file in location.rglob("*")
        if file.is_file() and file.name.lower().endswith(connector.suffixes) and not file.name.startswith(".")
    )
    if not found:
        raise SourceUnreadableError(
            location,
            f"no file ending in {', '.join(connector.suffixes)} is in it.",
            next_step=f"Point --file at the {connector.kind} files.",
        )
    return found


def recover(store: Store) -> None:
    """Finish runs that were killed after their rows became visible; forget the others and their files."""
    for note, is_visible in store.unfinished_runs():
        if is_visible:
            known = set(store.rows("load").column("load_id").to_pylist())
            missing = [row for row in note["loads"] if row["load_id"] not in known]
            store.append("load", _load_rows(missing), run=note["run"])
        else:
            for folder in note["folders"]:
                shutil.rmtree(folder, ignore_errors=True)
        store.publish()
        store.end_run(note["run"])
    shutil.rmtree(store.root / "staging", ignore_errors=True)


class _Run:
    """One capture run of one source."""

    def __init__(
        self,
        workspace: Workspace,
        store: Store,
        connector: Connector,
        source: Source,
        settings: Mapping[str, str],
        files: Sequence[Path],
        progress: Progress,
        workers: Workers,
    ) -> None:
        self.workspace, self.store, self.connector, self.source = workspace, store, connector, source
        self.workers = workers
        self.settings, self.files, self.progress = settings, files, progress
        self.run = new_run()
        self.base = source.location if source.location.is_dir() else source.location.parent
        self.staging = store.root / "staging" / self.run
        self.settings_text = orjson.dumps(dict(settings), option=orjson.OPT_SORT_KEYS).decode()
        self.observed_at = datetime.now(UTC).replace(tzinfo=None)

    def go(self) -> list[FileLoad]:
        known = self._known_loads()
        results: list[FileLoad] = []
        jobs: list[Job] = []
        withdraws: dict[str, str] = {}
        deliveries: dict[str, int] = {}
        self.progress.start(f"{self.source.name} ({self.source.kind})", sum(f.stat().st_size for f in self.files))
        for number, file in enumerate(self.files):
            name = str(file.relative_to(self.base))
            load = FileLoad(self.source.name, self.source.kind, name, load_id=f"{self.run}-{number:06d}")
            results.append(load)
            delivery = str(Path(name).parent / PART_NUMBER.sub("", file.name.split(".")[0]))
            deliveries.setdefault(delivery, number)
            try:
                load.sha256, load.size = sha256(file), file.stat().st_size
            except OSError as error:
                load.status, load.error = "refused", str(error)
                continue
            before = known.get(load.sha256)
            if before is not None and before["settings"] == self.settings_text:
                _as_known(load, before, self.workspace.quarantine)
                self.progress.advance(load.size)
            else:
                jobs.append(Job(file, load, deliveries[delivery]))
        staged: dict[str, Path] = {}
        for done, path in stage_all(self._staging(), jobs, self.workers):
            place = int(done.load_id.rsplit("-", 1)[1])
            results[place] = done
            self.progress.advance(done.size)
            if path is not None:
                staged[done.load_id] = path
            if done.status == "loaded":
                withdraws |= self._withdrawn(known, done)
        fresh = [load for load in results if load.status == "loaded"]
        if fresh:
            self._commit(fresh, [staged[load_id] for load_id in sorted(staged)], withdraws)
        shutil.rmtree(self.staging, ignore_errors=True)
        return results

    def _staging(self) -> Staging:
        return Staging(
            kind=self.source.kind,
            source_name=self.source.name,
            settings=dict(self.settings),
            principal_key=self.workspace.principal_key,
            workspace_currency=self.workspace.currency,
            folder=self.staging,
            quarantine=self.workspace.quarantine / self.source.name,
        )

    # -- writing -----------------------------------------------------------------------------------

    def _commit(self, loads: list[FileLoad], staged: list[Path], withdraws: Mapping[str, str]) -> None:
        table = self.connector.table
        folder = self.store.root / table / "data" / self.run
        merged = Merge()
        if staged:
            merged = merge(
                table,
                self.source.name,
                staged,
                self.store.files(table),
                self.connector.restates,
                folder,
                bucket_columns=self.connector.restates_by if self.connector.restates == "day" else (),
                withdraws=withdraws,
            )
        for load in loads:
            accepted = load.rows_read - load.rows_duplicate - load.rows_quarantined
            load.rows_loaded = merged.loaded[load.load_id]
            load.rows_duplicate += accepted - load.rows_loaded
            load.rows_replaced = merged.replaced[load.load_id]
            load.months = merged.months.get(load.load_id, [])
            load.meters = merged.meters.get(load.load_id, {})
        records = [self._record(load) for load in loads]
        self.store.begin_run(table, {"run": self.run, "loads": records, "folders": [str(folder)]})
        if merged.touched:
            self.store.replace(table, merged.touched, merged.files, run=self.run)
        self.store.append("load", _load_rows(records), run=self.run)
        self.store.publish()
        self.store.end_run(self.run)

    def _record(self, load: FileLoad) -> dict[str, Any]:
        return {
            "load_id": load.load_id,
            "source_name": load.source,
            "kind": load.kind,
            "table_name": self.connector.table,
            "file_name": load.file,
            "file_sha256": load.sha256,
            "file_bytes": load.size,
            "settings": self.settings_text,
            "format_version": load.format_version,
            "months": ",".join(load.months),
            "rows_read": load.rows_read,
            "rows_loaded": load.rows_loaded,
            "rows_duplicate": load.rows_duplicate,
            "rows_quarantined": load.rows_quarantined,
            "rows_replaced": load.rows_replaced,
            "captured": orjson.dumps(
                {"costs": load.captured, "meters": {k: int(v) for k, v in load.meters.items()}}
            ).decode(),
            "rounding_difference": orjson.dumps(load.rounding_difference).decode(),
            "observed_at": self.observed_at.isoformat(),
            "owner": self.source.owner,
            "scope_note": self.source.scope_note,
        }

    def _known_loads(self) -> dict[str, dict[str, Any]]:
        """Latest load of each file content of this source."""
        rows = self.store.rows("load").to_pylist()
        own = [row for row in rows if row["source_name"] == self.source.name and row["kind"] == self.source.kind]
        return {row["file_sha256"]: row for row in sorted(own, key=lambda row: (row["observed_at"], row["load_id"]))}

    def _withdrawn(self, known: Mapping[str, dict[str, Any]], load: FileLoad) -> dict[str, str]:
        """Earlier loads whose rows this load takes the place of."""
        found = {}
        for row in known.values():
            same_content = row["file_sha256"] == load.sha256
            new_version = self.connector.restates == "file" and row["file_name"] == load.file
            if same_content or new_version:
                found[row["load_id"]] = load.load_id
        return found


def _as_known(load: FileLoad, before: Mapping[str, Any], quarantine: Path) -> None:
    """A file read before, unchanged: every row of it is a duplicate, the quarantined ones stay quarantined."""
    captured = orjson.loads(before["captured"])
    load.status, load.load_id, load.format_version = "known", before["load_id"], before["format_version"]
    load.rows_read, load.rows_quarantined = before["rows_read"], before["rows_quarantined"]
    load.rows_duplicate = load.rows_read - load.rows_quarantined
    if load.rows_quarantined:
        load.quarantine_file = str(quarantine / load.source / f"{load.load_id}.jsonl")
    load.captured, load.meters = captured["costs"], captured["meters"]
    load.rounding_difference = orjson.loads(before["rounding_difference"])
    load.months = before["months"].split(",") if before["months"] else []


def _load_rows(records: Sequence[Mapping[str, Any]]) -> pa.Table:
    rows = [{**record, "observed_at": datetime.fromisoformat(record["observed_at"])} for record in records]
    return pa.Table.from_pylist(rows, schema=arrow_schema("load"))
