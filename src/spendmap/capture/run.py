"""Capture one declared source: read its files, set bad rows aside, dedupe, and make the load visible at once.

Reads files through a connector; writes one captured table, the `load` record and quarantine files.
Law (L1): rows_read = rows_loaded + rows_duplicate + rows_quarantined, for every file.
Killed at any moment, the ledger holds every load that was reported and no part of any other.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.capture.connector import Connector, check_settings
from spendmap.capture.door import Door
from spendmap.capture.files import delivery_of, find_files
from spendmap.capture.folder import PassedOver
from spendmap.capture.known import ANSWER_NAMES, Loads, facts
from spendmap.capture.mapping import with_mapping
from spendmap.capture.registry import connector as connector_for
from spendmap.capture.stage import FileLoad, Job, Staging, Workers, sha256, stage_all
from spendmap.engine.arrow import arrow_schema
from spendmap.engine.ingest import Merge, Plan, merge
from spendmap.engine.merging import WHOLE, Earlier, Incoming, and_list
from spendmap.engine.store import Store, new_run
from spendmap.principal_key import make_key
from spendmap.vocabulary import money_text
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.masking import masked
from spendmap.vocabulary.progress import Progress
from spendmap.workspace import DUCKDB_SETTINGS, Workspace


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
    files, passed_over = find_files(connector, source.location)
    store = Store(workspace)
    with store.lock(), nullcontext(workers) if workers else Workers() as staging_workers:
        recover(store)
        make_key(workspace.root)  # a workspace from before fingerprints gets its own now
        door = Door(workspace.principal_key)
        if door.identifier(source.name) != source.name:
            raise UsageError(
                f"the name of the source {source.name!r} holds an address or what looks like a secret.",
                next_step="Give it another name, such as `--source billing`.",
            )
        loads = _Run(workspace, store, connector, source, settings, files, progress, staging_workers, door).go()
    return loads + [_not_read(source, each) for each in passed_over]


def recover(store: Store) -> None:
    """Finish runs that were killed after their rows became visible; forget the others and their files."""
    for note, folders, is_visible in store.unfinished_runs():
        if is_visible:
            known = set(store.rows("load").column("load_id").to_pylist())
            missing = [row for row in note["loads"] if row["load_id"] not in known]
            store.append("load", _load_rows(missing), run=note["run"])
        else:
            for folder in folders:
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
        door: Door,
    ) -> None:
        self.workspace, self.store, self.connector, self.source = workspace, store, connector, source
        self.workers = workers
        self.settings, self.files, self.progress = settings, files, progress
        self.door, self.kept_settings = door, door.settings(settings)
        self.run = new_run()
        self.base = source.location if source.location.is_dir() else source.location.parent
        self.staging = store.root / "staging" / self.run
        self.settings_text = orjson.dumps(self.kept_settings, option=orjson.OPT_SORT_KEYS).decode()
        self.observed_at = datetime.now(UTC).replace(tzinfo=None)
        self.loads = Loads(store.rows("load").to_pylist())
        self.earlier = self.loads.of(source.name, source.kind)
        self.first_of: dict[str, str] = {}  # content -> the first file of this run that has it

    def go(self) -> list[FileLoad]:
        """Every file in order: what counts already is not read, the rest is staged and merged at once."""
        with ThreadPoolExecutor(self.workers.count) as threads:  # hashing leaves the interpreter to others
            results = list(threads.map(self._load_of, range(len(self.files)), self.files))
        self.progress.start(f"{self.source.name} ({self.source.kind})", sum(load.size for load in results))
        jobs = self._jobs(results)
        staged: dict[str, Path] = {}
        for done, path in stage_all(self._staging(), jobs, self.workers):
            results[int(done.load_id.rsplit("-", 1)[1])] = done
            self.progress.advance(done.size)
            if path is not None:
                staged[done.load_id] = path
        numbers = {job.load.load_id: job.delivery_no for job in jobs}
        order = [job.load.load_id for job in jobs]
        fresh = sorted(
            (load for load in results if load.load_id in numbers), key=lambda load: order.index(load.load_id)
        )
        emptied = [load for load in fresh if self._is_emptied(load)]
        fresh = [load for load in fresh if load.status == "loaded"]
        if fresh:
            incoming = [
                Incoming(
                    load.load_id,
                    load.file,
                    delivery_of(load.file),
                    numbers[load.load_id],
                    self._answers(load.file),
                    is_empty=load in emptied,
                    window=load.window,
                )
                for load in fresh
            ]
            self._commit(fresh, incoming, sorted(set(staged.values())))
        self._say_copies(results)
        self._say_empty([load for load in results if load not in emptied])
        shutil.rmtree(self.staging, ignore_errors=True)
        return results

    # -- what is there already ---------------------------------------------------------------------

    def _load_of(self, number: int, file: Path) -> FileLoad:
        name = self.door.identifier(str(file.relative_to(self.base)))
        load = FileLoad(self.source.name, self.source.kind, name, load_id=f"{self.run}-{number:06d}")
        try:
            load.sha256, load.size = sha256(file), file.stat().st_size
        except OSError as error:
            load.status, load.error = "refused", f"it cannot be read: {error.strerror or error}."
            load.next_step = "Let the file be read (`chmod`), or leave it out, and capture again."
        return load

    def _jobs(self, results: Sequence[FileLoad]) -> list[Job]:
        """The files to read, in order; the others are marked as known. A file whose lines another file stands for
        comes after that one when it is read again, since what the two share is told anew."""
        places = {load.file: place for place, load in enumerate(results)}
        known = {load.file: row for load in results if (row := self._known(load, places))}
        copies = self._copies([load for load in results if load.status == "loaded" and load.file not in known])
        stale: set[str] = set()
        leaning: set[str] = set()
        while True:
            read = {load.file for load in results if load.status == "loaded"} - set(known) - set(copies)
            stale |= {row["load_id"] for row in self.earlier if row["file_name"] in read}
            found = {
                name
                for name, row in known.items()
                if any(load in stale or (load, WHOLE) in self.loads.taken for load in facts(row).get("leans_on", ()))
            }
            if not found:
                break
            leaning |= found
            known = {name: row for name, row in known.items() if name not in found}
        for load in results:
            if load.file in known:
                _as_known(load, known[load.file], self.workspace.quarantine)
            elif load.file in copies:
                load.status = "known"
                if (row := copies[load.file]) is not None:
                    _as_known(load, row, self.workspace.quarantine)
                    load.notes = [_copy_note(load, row["file_name"], row["source_name"])]
            if load.status == "known":
                self.progress.advance(load.size)
        reading = [load for load in results if load.status == "loaded"]
        reading.sort(key=lambda load: (load.file in leaning, places[load.file]))
        deliveries: dict[str, int] = {}
        jobs = []
        for place, load in enumerate(reading):
            # Parts of one export are one delivery; a ledger's files are each for themselves.
            number = place if self.connector.extent == "lines" else deliveries.setdefault(delivery_of(load.file), place)
            jobs.append(Job(self.files[places[load.file]], load, number))
        return jobs

    def _known(self, load: FileLoad, places: Mapping[str, int]) -> Mapping[str, Any] | None:
        """The load that read this very file, if what it brought still counts or is replaced by a later file here."""
        if load.status != "loaded":
            return None
        row = self.loads.known(self.source.name, self.source.kind, load.file, load.sha256, self.kept_settings)
        if row is None:
            return None
        if row["rows_read"] <= row["rows_quarantined"]:  # it brought nothing: known as long as nothing came after it
            last = [each for each in self.earlier if each["file_name"] == load.file][-1]
            return row if last["load_id"] == row["load_id"] else None
        if self.loads.is_whole(row):
            return row
        names = {each["load_id"]: each["file_name"] for each in self.earlier}
        later = [places.get(names.get(each, ""), -1) for each in self.loads.successors(row)]
        return row if any(place > places[load.file] for place in later) else None

    def _copies(self, loads: Sequence[FileLoad]) -> dict[str, Mapping[str, Any] | None]:
        """Files whose content counts under another name: the load it counts as, None when it is read in this run."""
        found: dict[str, Mapping[str, Any] | None] = {}
        for load in loads:
            if self._answers(load.file).get("copy") == "no":
                continue
            others = self.loads.copies(self.connector.table, self.source.name, load.file, load.sha256)
            row = next((other for other in others if self._stands(other)), None)
            if row is not None:
                found[load.file] = row
            elif self.first_of.setdefault(load.sha256, load.file) != load.file:
                found[load.file] = None
        return found

    def _stands(self, row: Mapping[str, Any]) -> bool:
        """Whether what a load brought counts: by the records, or for another source by the rows that are left of it,
        since most of an old version's rows stand unchanged in the new one."""
        if self.loads.counts(row):
            return True
        if row["source_name"] == self.source.name:
            return False
        return any(
            row["load_id"] in pq.read_table(path, columns=["load_id"], partitioning=None).column(0).unique().to_pylist()
            for path in self.store.paths(row["table_name"], source=row["source_name"])
        )

    def _say_copies(self, results: Sequence[FileLoad]) -> None:
        """Give a copy of a file of the same run the fate of that file."""
        by_name = {load.file: load for load in results}
        for load in results:
            if load.status != "known" or load.rows_read or load.notes:
                continue
            first = by_name[self.first_of.get(load.sha256, load.file)]
            if first is load:
                continue
            if first.status != "loaded":
                load.status, load.error, load.next_step = first.status, first.error, first.next_step
                continue
            load.load_id, load.format_version = first.load_id, first.format_version
            load.rows_read, load.rows_quarantined = first.rows_read, first.rows_quarantined
            load.rows_duplicate, load.quarantine_file = first.rows_read - first.rows_quarantined, first.quarantine_file
            load.notes = [_copy_note(load, first.file, first.source)]

    def _say_empty(self, loads: Sequence[FileLoad]) -> None:
        """Say that a file has no row: perhaps it is the wrong export. One log of many without a call is common."""
        empty = [load for load in loads if load.status in ("loaded", "known") and not load.rows_read and not load.notes]
        if self.connector.extent == "window":
            return
        if self.connector.extent == "nothing":
            empty = [] if any(load.rows_read for load in loads) else empty[:1]
        for load in empty:
            load.notes = ["it holds no rows, so nothing is captured of it"]

    def _answers(self, name: str) -> dict[str, str]:
        """What a person said of a file: now, or of its earlier version where that holds for later ones."""
        kept = self.loads.kept_answers(self.source.name, self.source.kind, name)
        return kept | {answer: text for answer, text in self.kept_settings.items() if answer in ANSWER_NAMES}

    def _is_emptied(self, load: FileLoad) -> bool:
        """Whether a file without rows withdraws what its name brought; unless somebody says so it is refused."""
        if load.status != "loaded" or load.rows_read:
            return False
        if not any(row["file_name"] == load.file and self.loads.counts(row) for row in self.earlier):
            return False
        if self._answers(load.file).get("empty") == "withdraw":
            return True
        if self.connector.extent != "nothing":
            load.status, load.error = "refused", "it holds no row, and rows of this file are in the ledger."
            load.next_step = "Export it again; or withdraw its rows with `--set empty=withdraw`."
        return False

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

    def _commit(self, loads: list[FileLoad], incoming: Sequence[Incoming], staged: list[Path]) -> None:
        table = self.connector.table
        folder = self.store.root / table / "data" / self.run
        merged = Merge()
        if staged or any(each.is_empty for each in incoming):
            merged = merge(
                table, self.source.name, self._plan(loads, incoming), staged, self.store.files(table), folder
            )
        for load in loads:
            if load.load_id in merged.asked:
                load.status = "asked"
                load.error, load.next_step = merged.asked[load.load_id]
                load.rows_read = load.rows_duplicate = load.rows_quarantined = 0
                if load.quarantine_file:
                    Path(load.quarantine_file).unlink(missing_ok=True)
                    load.quarantine_file = None
        loads = [load for load in loads if load.status == "loaded"]
        if not loads:
            return
        for load in loads:
            accepted = load.rows_read - load.rows_duplicate - load.rows_quarantined
            load.rows_loaded = merged.loaded[load.load_id]
            load.rows_duplicate += accepted - load.rows_loaded
            load.rows_replaced = merged.replaced[load.load_id]
            load.months = merged.months.get(load.load_id, [])
            load.notes = load.notes + merged.notes.get(load.load_id, [])
            load.captured = {
                currency: {cost: money_text(amount) or "0" for cost, amount in sums.items()}
                for currency, sums in sorted(merged.costs.get(load.load_id, {}).items())
            }
            load.meters = merged.meters.get(load.load_id, {})
        self._say_leaning(loads, merged)
        records = [self._record(load, merged) for load in loads]
        folders = [str(folder.relative_to(self.workspace.root))]
        self.store.begin_run(table, {"run": self.run, "loads": records, "folders": folders})
        if merged.touched or merged.files:
            self.store.replace(table, merged.touched, merged.files, run=self.run)
        self.store.append("load", _load_rows(records), run=self.run)
        self.store.publish()
        self.store.end_run(self.run)

    def _plan(self, loads: Sequence[FileLoad], incoming: Sequence[Incoming]) -> Plan:
        earlier = [
            Earlier(
                row["load_id"],
                row["file_name"],
                delivery_of(row["file_name"]),
                self._is_there(row["file_name"]),
                facts(row).get("merged_with", ()),
            )
            for row in self.earlier
        ]
        withdraws = {}
        if self.connector.extent in ("nothing", "file"):
            for load in loads:
                has_rows = load.rows_read > load.rows_duplicate + load.rows_quarantined
                for row in self.earlier:
                    is_version = self.connector.extent == "file" and row["file_name"] == load.file
                    if has_rows and (is_version or row["file_sha256"] == load.sha256):
                        withdraws[row["load_id"]] = load.load_id
        return Plan(
            self.connector.extent,
            incoming,
            earlier,
            self.loads.taken,
            withdraws,
            self.connector.account,
            self.connector.identity,
            memory_limit=self.workspace.duckdb.get("memory_limit", DUCKDB_SETTINGS["memory_limit"]),
            threads=self.workspace.duckdb.get("threads"),
            scratch=self.staging,
        )

    def _is_there(self, name: str) -> bool:
        """Whether a file that was loaded still lies there; a name that was masked is looked for among all of them."""
        if (self.base / name).exists():
            return True
        is_masked = any(mark in name for mark in ("principal:", "key-", "number-"))
        return is_masked and any(
            self.door.identifier(str(file.relative_to(self.base))) == name for file in self.base.rglob("*")
        )

    def _say_leaning(self, loads: Sequence[FileLoad], merged: Merge) -> None:
        """Files that are not read now and whose lines stood in for by a file of this run must be read again."""
        read = {load.file for load in loads}
        for load in loads:
            old = {each for each, _ in merged.takes.get(load.load_id, ())}
            leaning = sorted(
                {
                    row["file_name"]
                    for row in self.earlier
                    if row["file_name"] not in read and old & set(facts(row).get("leans_on", ()))
                }
            )
            if leaning and load.rows_replaced:
                load.notes.append(f"{and_list(leaning)} held lines that this file replaced: capture it again as well")

    def _record(self, load: FileLoad, merged: Merge) -> dict[str, Any]:
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
                {
                    "costs": load.captured,
                    "read": load.as_read,
                    "meters": {k: int(v) for k, v in load.meters.items()},
                    "takes": merged.takes.get(load.load_id, []),
                    "scopes": merged.scopes.get(load.load_id, 0),
                    "leans_on": merged.leans_on.get(load.load_id, []),
                    "merged_with": merged.merged_with.get(load.load_id, []),
                    "equal_lines": merged.equal_lines.get(load.load_id, {}),
                    "notes": load.notes,
                }
            ).decode(),
            "rounding_difference": orjson.dumps(load.rounding_difference).decode(),
            "observed_at": self.observed_at.isoformat(),
            "owner": self.source.owner,
            "scope_note": None if self.source.scope_note is None else masked(self.source.scope_note),
        }


def _as_known(load: FileLoad, before: Mapping[str, Any], quarantine: Path) -> None:
    """A file read before, unchanged: every row of it is a duplicate, the quarantined ones stay quarantined."""
    captured = facts(before)
    load.status, load.load_id, load.format_version = "known", before["load_id"], before["format_version"]
    load.rows_read, load.rows_quarantined = before["rows_read"], before["rows_quarantined"]
    load.rows_duplicate = load.rows_read - load.rows_quarantined
    if load.rows_quarantined:
        load.quarantine_file = str(quarantine / load.source / f"{load.load_id}.jsonl")
    load.captured, load.meters = captured["costs"], captured["meters"]
    load.as_read = captured.get("read", captured["costs"])
    load.rounding_difference = orjson.loads(before["rounding_difference"])
    load.months = before["months"].split(",") if before["months"] else []


def _not_read(source: Source, what: PassedOver) -> FileLoad:
    return FileLoad(source.name, source.kind, what.name, status="refused", error=what.reason, next_step=what.next_step)


def _copy_note(load: FileLoad, file: str, source: str) -> str:
    where = f"{file} of source {source}" if source != load.source else file
    return f"the same content counts already as {where}; `--set copy=no` loads it beside it"


def _load_rows(records: Sequence[Mapping[str, Any]]) -> pa.Table:
    rows = [{**record, "observed_at": datetime.fromisoformat(record["observed_at"])} for record in records]
    return pa.Table.from_pylist(rows, schema=arrow_schema("load"))
