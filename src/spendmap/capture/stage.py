"""Read one file through its connector into a staging file: rows with lineage, rejects in quarantine.

Reads one source file; writes one staging Parquet file and, when rows are refused, one quarantine file.
A file is staged whole or refused whole. Files do not know each other, so many are staged at once, each in
a process of its own, when there is enough to read.
"""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import os
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.capture.connector import Batch, ReadContext, Reject
from spendmap.capture.door import Door
from spendmap.capture.quarantine import QuarantineFile
from spendmap.capture.registry import connector as connector_for
from spendmap.engine.arrow import arrow_schema, conform
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import DISK_FULL, SourceUnreadableError, SpendmapError
from spendmap.vocabulary.masking import masked
from spendmap.vocabulary.money import COSTS

PARALLEL_FROM = 2 * 1024 * 1024  # bytes to read from which starting processes pays
PARALLEL_WHEN_RUNNING = 128 * 1024  # the same, when they run already
COLLECT_EVERY = 1_000_000  # objects; looking through a batch of rows for cycles costs a tenth of reading it
PARENT_POLL_S = 0.5


@dataclass
class FileLoad:
    """What became of one file.

    `status`: loaded; known (this content counts already); refused; or asked (it is not clear what it replaces or
    repeats, and nothing of it is loaded until somebody says). `captured` is what was stored, `as_read` what was read.
    """

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
    as_read: dict[str, dict[str, str]] = field(default_factory=dict)
    rounding_difference: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    window: tuple[datetime, datetime] | None = None
    meters: dict[str, int] = field(default_factory=dict)
    months: list[str] = field(default_factory=list)
    sha256: str = ""
    size: int = 0
    error: str | None = None
    next_step: str | None = None


@dataclass(frozen=True)
class Staging:
    """What staging a file needs to know; travels to a worker process as it is."""

    kind: str
    source_name: str
    settings: Mapping[str, str]
    principal_key: bytes
    workspace_currency: str
    folder: Path  # of the staging files
    quarantine: Path  # of this source's quarantine files


@dataclass(frozen=True)
class Job:
    """One file to stage. Files of one delivery share its number; deliveries come in this order."""

    file: Path
    load: FileLoad
    delivery_no: int


class Workers:
    """Processes that stage files: started at the first source worth it, kept for those that follow."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    @property
    def count(self) -> int:
        """How many files are staged at once."""
        return os.cpu_count() or 1

    @property
    def pool(self) -> ProcessPoolExecutor:
        """The processes, started now if need be."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
            self._pool = ProcessPoolExecutor(
                self.count, mp_context=context, initializer=_begin_worker, initargs=(os.getpid(),)
            )
        return self._pool

    @property
    def is_running(self) -> bool:
        """Starting them costs nothing more."""
        return self._pool is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def stage_all(staging: Staging, jobs: Sequence[Job], workers: Workers) -> Iterator[tuple[FileLoad, Path | None]]:
    """Stage every job, as they end; a refused file comes back with its error and without a path."""
    size = sum(job.load.size for job in jobs)
    pays = size >= (PARALLEL_WHEN_RUNNING if workers.is_running else PARALLEL_FROM)
    if workers.count < 2 or len(jobs) < 2 or not pays:
        for job in jobs:
            yield stage(staging, job)
        return
    largest_first = sorted(jobs, key=lambda job: -job.load.size)
    for done in as_completed([workers.pool.submit(stage, staging, job) for job in largest_first]):
        yield done.result()


def stage(staging: Staging, job: Job) -> tuple[FileLoad, Path | None]:
    """Stage one file. What the file itself is to blame for is written on its load, not raised."""
    load = job.load
    try:
        return load, staged(staging, job)
    except SpendmapError as error:
        if not isinstance(error, SourceUnreadableError):
            raise
        return _refused(load, error.message, error.next_step)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise  # no file is to blame, and none could be staged
        said = masked(str(error), is_words=False)
        return _refused(load, said, "Mend that, or leave the file out, and capture again.")
    except Exception as error:  # noqa: BLE001 - a fault of ours with one file must not cost the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"  # never what the file holds
        return _refused(
            load,
            f"{load.file}: it holds something that spendmap does not know how to read ({fault}).",
            "Leave the file out and capture again; please report it with the words in brackets.",
        )


def staged(staging: Staging, job: Job) -> Path | None:
    """The staging file of one file, or None when no row of it can be loaded; what is wrong with it is raised.

    Raises:
        SourceUnreadableError: the file is refused; nothing of it stays behind.
    """
    return _Staged(staging, job).read()


def _refused(load: FileLoad, error: str, next_step: str) -> tuple[FileLoad, None]:
    load.status, load.error, load.next_step = "refused", error, next_step
    load.rows_read = load.rows_loaded = load.rows_duplicate = load.rows_quarantined = 0
    return load, None


class _Staged:
    """One file on its way into a staging file."""

    def __init__(self, staging: Staging, job: Job) -> None:
        self.staging, self.load, self.job = staging, job.load, job
        self.connector = connector_for(staging.kind)
        self.context = ReadContext(
            settings=staging.settings,
            principal_key=staging.principal_key,
            source_name=staging.source_name,
            workspace_currency=staging.workspace_currency,
        )
        self.door = Door(staging.principal_key)
        self.stored_sums: dict[str, dict[str, Decimal]] = {}

    def read(self) -> Path | None:
        """The staging file, or `None` when no row of the file can be loaded.

        Raises:
            SourceUnreadableError: the file is refused; nothing of it stays behind.
        """
        load, file = self.load, self.job.file
        quarantine = QuarantineFile(self.staging.quarantine / f"{load.load_id}.jsonl", load.source, load.file)
        schema = arrow_schema(self.connector.table).append(pa.field("delivery_no", pa.int32()))
        path = self.staging.folder / f"{load.load_id}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        accepted = 0
        try:
            with pq.ParquetWriter(path, schema, compression="lz4") as writer:
                for batch in self.connector.read(file, self.context):
                    rows = self._complete(batch)
                    quarantine.add(self.door.rejects(batch.rejects))
                    load.rows_read += batch.rows_read
                    load.rows_duplicate += batch.rows_duplicate
                    load.rows_quarantined += len(batch.rejects)
                    accepted += len(rows)
                    self._add_sums(rows)
                    if len(rows):
                        number = pa.repeat(pa.scalar(self.job.delivery_no, pa.int32()), len(rows))
                        writer.write_table(rows.append_column(schema.field("delivery_no"), number))
            if sha256(file) != load.sha256:
                raise SourceUnreadableError(
                    load.file, "the file changed while it was read.", next_step="Capture again when it is at rest."
                )
        except BaseException:
            quarantine.file.unlink(missing_ok=True)  # a refused file is refused whole: its rows are not half told
            path.unlink(missing_ok=True)
            raise
        self._account(accepted)
        load.quarantine_file = quarantine.name
        return path if accepted else None

    def _account(self, accepted: int) -> None:
        """Law L1 for the file, and its sums as read and as stored."""
        load = self.load
        if load.rows_read != accepted + load.rows_duplicate + load.rows_quarantined:
            raise SpendmapError(
                f"{load.kind} read {load.rows_read} rows of {load.file} and accounts for "
                f"{accepted + load.rows_duplicate + load.rows_quarantined}."
            )
        version = self.context.format_version
        load.format_version = None if version is None else self.door.identifier(version)
        load.window = self.context.window
        load.notes = [masked(note, is_words=False) for note in dict.fromkeys(self.context.notes)]
        raw = self.context.raw_sums or self.stored_sums
        load.as_read = {c: {k: format(v, "f") for k, v in sums.items()} for c, sums in sorted(raw.items())}
        load.rounding_difference = {
            currency: {
                cost: format(amount - self.stored_sums.get(currency, {}).get(cost, Decimal(0)), "f")
                for cost, amount in sums.items()
                if cost in COSTS
            }
            for currency, sums in sorted(self.context.raw_sums.items())
        }

    def _complete(self, batch: Batch) -> pa.Table:
        """The batch with its lineage; rows that lack what every row must have become rejects."""
        rows = batch.rows
        lineage = {"source_name", "billing_month", "load_id"}
        for column in TABLES[self.connector.table].columns:
            if not column.required or column.name in lineage:
                continue
            present = column.name in rows.column_names
            values = rows.column(column.name) if present else pa.nulls(len(rows), pa.string())
            if values.null_count:
                missing = pc.is_null(values)
                lines = rows.filter(missing).column("source_line").to_pylist()
                batch.rejects.extend(Reject(line or 0, None, f"{column.name} is missing") for line in lines)
                rows = rows.filter(pc.invert(missing))
        stated = {
            "source_name": pa.repeat(pa.scalar(self.load.source), len(rows)),
            "billing_month": pc.strftime(rows.column("charge_period_start"), format="%Y-%m"),
            "load_id": pa.repeat(pa.scalar(self.load.load_id), len(rows)),
            "source_file": pa.repeat(pa.scalar(self.load.file), len(rows)),
        }
        for name, values in stated.items():
            if name in rows.column_names:
                rows = rows.drop_columns([name])
            rows = rows.append_column(name, values)
        return self.door.rows(conform(rows, self.connector.table), self.connector.table)

    def _add_sums(self, rows: pa.Table) -> None:
        """Add up money columns per currency, exactly."""
        present = [name for name in (*COSTS, "amount") if name in rows.column_names]
        if not present or "billing_currency" not in rows.column_names or not len(rows):
            return
        grouped = rows.select(["billing_currency", *present]).group_by("billing_currency")
        for row in grouped.aggregate([(name, "sum") for name in present]).to_pylist():
            into = self.stored_sums.setdefault(row["billing_currency"] or "", {})
            for name in present:
                if row[f"{name}_sum"] is not None:
                    into[name] = into.get(name, Decimal(0)) + row[f"{name}_sum"]


def sha256(file: Path) -> str:
    """Hash of the file's bytes."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _begin_worker(parent: int) -> None:
    """Collect seldom: rows make no cycles. End with the parent, instead of waiting for work for ever."""
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, 10, 10)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
