"""Capture one declared source: read its files, set bad rows aside, dedupe, and make the load visible at once.

Reads files through a connector; writes one captured table, the `load` record and quarantine files.
Law (L1): rows_read = rows_loaded + rows_duplicate + rows_quarantined, for every file.
Killed at any moment, the ledger holds every load that was reported and no part of any other.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.capture.connector import Batch, Connector, ReadContext, Reject, check_settings
from spendmap.capture.quarantine import QuarantineFile
from spendmap.capture.registry import connector as connector_for
from spendmap.engine.arrow import arrow_schema, conform
from spendmap.engine.ingest import Merge, merge
from spendmap.engine.store import Store, new_run
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import SourceUnreadableError, SpendmapError
from spendmap.workspace import Workspace

COSTS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")
PART_NUMBER = re.compile(r"[-_.]?(?:part|chunk|shard)?[-_.]?\d{3,}$", re.IGNORECASE)  # parts of one delivery


class Progress(Protocol):
    """Told how far the work is; the command line draws a bar from it."""

    def start(self, what: str, total: int) -> None:
        """`total` units of work begin."""
        ...

    def advance(self, amount: int = 1) -> None:
        """Some of them are done."""
        ...


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


@dataclass
class FileLoad:
    """What became of one file. `status`: loaded, known (read before, unchanged) or refused."""

    source: str
    kind: str
    file: str
    status: str = "loaded"
    load_id: str = ""
    format_version: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    rows_replaced: int = 0
    quarantine_file: str | None = None
    captured: dict[str, dict[str, str]] = field(default_factory=dict)
    rounding_difference: dict[str, dict[str, str]] = field(default_factory=dict)
    meters: dict[str, int] = field(default_factory=dict)
    months: list[str] = field(default_factory=list)
    sha256: str = ""
    size: int = 0
    error: str | None = None
    next_step: str | None = None


def capture(workspace: Workspace, source: Source, progress: Progress | None = None) -> list[FileLoad]:
    """Capture every file of a source, in file-name order.

    Returns:
        One `FileLoad` per file; a file that is refused does not stop the others.
    Raises:
        SpendmapError: the source cannot be read at all (unknown kind, bad setting, no such location).
    """
    progress = progress or Quiet()
    connector = connector_for(source.kind)
    settings = check_settings(connector, source.settings)
    files = find_files(connector, source.location)
    store = Store(workspace)
    with store.lock():
        recover(store)
        return _Run(workspace, store, connector, source, settings, files, progress).go()


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
    ) -> None:
        self.workspace, self.store, self.connector, self.source = workspace, store, connector, source
        self.settings, self.files, self.progress = settings, files, progress
        self.run = new_run()
        self.base = source.location if source.location.is_dir() else source.location.parent
        self.staging = store.root / "staging" / self.run
        self.settings_text = orjson.dumps(dict(settings), option=orjson.OPT_SORT_KEYS).decode()
        self.observed_at = datetime.now(UTC).replace(tzinfo=None)

    def go(self) -> list[FileLoad]:
        known = self._known_loads()
        results: list[FileLoad] = []
        staged: list[tuple[FileLoad, Path]] = []
        withdraws: dict[str, str] = {}
        deliveries: dict[str, int] = {}
        self.progress.start(f"{self.source.name} ({self.source.kind})", sum(f.stat().st_size for f in self.files))
        for number, file in enumerate(self.files):
            name = str(file.relative_to(self.base))
            load = FileLoad(self.source.name, self.source.kind, name, load_id=f"{self.run}-{number:04d}")
            results.append(load)
            delivery = str(Path(name).parent / PART_NUMBER.sub("", file.name.split(".")[0]))
            deliveries.setdefault(delivery, number)
            try:
                load.sha256, load.size = _sha256(file), file.stat().st_size
                before = known.get(load.sha256)
                if before is not None and before["settings"] == self.settings_text:
                    _as_known(load, before)
                else:
                    path = self._stage(file, load, deliveries[delivery])
                    if path is not None:
                        staged.append((load, path))
                    withdraws |= self._withdrawn(known, load)
            except (SourceUnreadableError, OSError) as error:
                load.status, load.error = "refused", str(getattr(error, "message", error))
                load.next_step = getattr(error, "next_step", "")
                load.rows_read = load.rows_loaded = load.rows_duplicate = load.rows_quarantined = 0
            self.progress.advance(file.stat().st_size if file.exists() else 0)
        fresh = [load for load in results if load.status == "loaded"]
        if fresh:
            self._commit(fresh, [path for _, path in staged], withdraws)
        shutil.rmtree(self.staging, ignore_errors=True)
        return results

    # -- reading -----------------------------------------------------------------------------------

    def _stage(self, file: Path, load: FileLoad, delivery_no: int) -> Path | None:
        """Read one file into a staging Parquet file; `None` when no row of it can be loaded."""
        context = ReadContext(
            settings=self.settings,
            principal_key=self.workspace.principal_key,
            source_name=self.source.name,
            workspace_currency=self.workspace.currency,
        )
        quarantine = QuarantineFile(
            self.workspace.quarantine / self.source.name / f"{load.load_id}.jsonl", self.source.name, load.file
        )
        schema = arrow_schema(self.connector.table).append(pa.field("delivery_no", pa.int32()))
        path = self.staging / f"{load.load_id}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        accepted = 0
        stored_sums: dict[str, dict[str, Decimal]] = {}
        try:
            with pq.ParquetWriter(path, schema, compression="lz4") as writer:
                for batch in self.connector.read(file, context):
                    rows = self._complete(batch, load)
                    quarantine.add(batch.rejects)
                    load.rows_read += batch.rows_read
                    load.rows_duplicate += batch.rows_duplicate
                    load.rows_quarantined += len(batch.rejects)
                    accepted += len(rows)
                    _add_sums(stored_sums, rows)
                    if len(rows):
                        writer.write_table(
                            rows.append_column(schema.field("delivery_no"), pa.repeat(pa.scalar(delivery_no, pa.int32()), len(rows)))
                        )
            if _sha256(file) != load.sha256:
                raise SourceUnreadableError(
                    load.file, "the file changed while it was read.", next_step="Capture again when it is at rest."
                )
        except (SourceUnreadableError, OSError):
            quarantine.file.unlink(missing_ok=True)  # a refused file is refused whole: its rows are not half told
            path.unlink(missing_ok=True)
            raise
        if load.rows_read != accepted + load.rows_duplicate + load.rows_quarantined:
            raise SpendmapError(
                f"{self.connector.kind} read {load.rows_read} rows of {load.file} and accounts for "
                f"{accepted + load.rows_duplicate + load.rows_quarantined}."
            )
        load.format_version = context.format_version
        load.quarantine_file = quarantine.name
        raw = context.raw_sums or stored_sums
        load.captured = {c: {k: format(v, "f") for k, v in sums.items()} for c, sums in sorted(raw.items())}
        load.rounding_difference = {
            currency: {
                cost: format(amount - stored_sums.get(currency, {}).get(cost, Decimal(0)), "f")
                for cost, amount in sums.items()
            }
            for currency, sums in sorted(context.raw_sums.items())
        }
        return path if accepted else None

    def _complete(self, batch: Batch, load: FileLoad) -> pa.Table:
        """The batch with its lineage; rows that lack what every row must have become rejects."""
        rows = batch.rows
        required = [
            c.name
            for c in TABLES[self.connector.table].columns
            if c.required and c.name not in {"source_name", "billing_month", "load_id"}
        ]
        for name in required:
            column = rows.column(name) if name in rows.column_names else pa.nulls(len(rows))
            if column.null_count:
                missing = pc.is_null(column)
                lines = rows.filter(missing).column("source_line").to_pylist()
                batch.rejects.extend(Reject(line or 0, None, f"{name} is missing") for line in lines)
                rows = rows.filter(pc.invert(missing))
        months = pc.strftime(rows.column("charge_period_start"), format="%Y-%m")
        lineage = {
            "source_name": pa.repeat(pa.scalar(self.source.name), len(rows)),
            "billing_month": months,
            "load_id": pa.repeat(pa.scalar(load.load_id), len(rows)),
            "source_file": pa.repeat(pa.scalar(load.file), len(rows)),
        }
        for name, values in lineage.items():
            if name in rows.column_names:
                rows = rows.drop_columns([name])
            rows = rows.append_column(name, values)
        return conform(rows, self.connector.table)

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
            "captured": orjson.dumps({"costs": load.captured, "meters": {k: int(v) for k, v in load.meters.items()}}).decode(),
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


def _as_known(load: FileLoad, before: Mapping[str, Any]) -> None:
    """A file read before, unchanged: every row of it is a duplicate, the quarantined ones stay quarantined."""
    captured = orjson.loads(before["captured"])
    load.status, load.load_id, load.format_version = "known", before["load_id"], before["format_version"]
    load.rows_read, load.rows_quarantined = before["rows_read"], before["rows_quarantined"]
    load.rows_duplicate = load.rows_read - load.rows_quarantined
    load.captured, load.meters = captured["costs"], captured["meters"]
    load.rounding_difference = orjson.loads(before["rounding_difference"])
    load.months = before["months"].split(",") if before["months"] else []


def _load_rows(records: Sequence[Mapping[str, Any]]) -> pa.Table:
    rows = [{**record, "observed_at": datetime.fromisoformat(record["observed_at"])} for record in records]
    return pa.Table.from_pylist(rows, schema=arrow_schema("load"))


def _add_sums(sums: dict[str, dict[str, Decimal]], rows: pa.Table) -> None:
    """Add up money columns per currency, exactly."""
    present = [name for name in (*COSTS, "amount") if name in rows.column_names]
    if not present or "billing_currency" not in rows.column_names or not len(rows):
        return
    grouped = rows.select(["billing_currency", *present]).group_by("billing_currency").aggregate(
        [(name, "sum") for name in present]
    )
    for row in grouped.to_pylist():
        into = sums.setdefault(row["billing_currency"] or "", {})
        for name in present:
            if row[f"{name}_sum"] is not None:
                into[name] = into.get(name, Decimal(0)) + row[f"{name}_sum"]


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
