"""Files on their way into a staging file: rows with lineage, masked at the door; rejects into quarantine.

Reads source files through their connector; writes one staging Parquet file of one file, or of many small ones.
Invariant: a file is staged whole or not at all, whatever becomes of those beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.capture.connector import Batch, ReadContext, Reject
from spendmap.capture.door import Door
from spendmap.capture.jobs import FileLoad, Job, Staging, blamed
from spendmap.capture.quarantine import QuarantineFile
from spendmap.capture.registry import connector as connector_for
from spendmap.capture.text_columns import ArrowColumn
from spendmap.engine.arrow import arrow_schema, conform
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import SourceUnreadableError, SpendmapError
from spendmap.vocabulary.masking import masked
from spendmap.vocabulary.money import COSTS

BUNDLE_ROWS = 20_000  # rows that are held before they are written


class _Writer:
    """A staging file, begun with its first rows."""

    def __init__(self, staging: Staging, table: str, name: str) -> None:
        self.path = staging.folder / f"{name}.parquet"
        self._schema = arrow_schema(table).append(pa.field("delivery_no", pa.int32()))
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table, delivery_no: ArrowColumn) -> None:
        """Rows as they may be stored, with the number of their delivery."""
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.path, self._schema, compression="lz4")
        self._writer.write_table(rows.append_column(self._schema.field("delivery_no"), delivery_no))

    def close(self) -> Path | None:
        """The file, None when nothing was written."""
        if self._writer is None:
            return None
        self._writer.close()
        return self.path

    def give_up(self) -> None:
        """Nothing of it stays behind."""
        if self._writer is not None:
            self._writer.close()
        self.path.unlink(missing_ok=True)


class Staged:
    """One file on its way into a staging file."""

    def __init__(self, staging: Staging, job: Job, door: Door | None = None) -> None:
        self.staging, self.load, self.job = staging, job.load, job
        self.connector = connector_for(staging.kind)
        self.context = ReadContext(
            settings=staging.settings,
            principal_key=staging.principal_key,
            source_name=staging.source_name,
            workspace_currency=staging.workspace_currency,
        )
        self.door = door or Door(staging.principal_key)
        self.stored_sums: dict[str, dict[str, Decimal]] = {}
        self.accepted = 0
        self._quarantine = QuarantineFile(
            staging.quarantine / f"{self.load.load_id}.jsonl", self.load.source, self.load.file
        )

    def read(self) -> Path | None:
        """The staging file, or `None` when no row of the file can be loaded.

        Raises:
            SourceUnreadableError: the file is refused; nothing of it stays behind.
        """
        writer = _Writer(self.staging, self.connector.table, self.load.load_id)
        try:
            for found in self.rows():
                rows = self.door.rows(conform(found, self.connector.table), self.connector.table)
                self._add_sums(rows)
                writer.write(rows, pa.repeat(pa.scalar(self.job.delivery_no, pa.int32()), len(rows)))
            path = writer.close()
            self.account()
            return path
        except BaseException:
            self.give_up()
            writer.give_up()
            raise

    def rows(self) -> Iterator[pa.Table]:
        """Rows with their lineage, as the connector gives them; what is refused goes into quarantine.

        Raises:
            SourceUnreadableError: the file cannot be read, or changed while it was.
        """
        load, file = self.load, self.job.file
        for batch in self.connector.read(file, self.context):
            rows = self._with_lineage(batch)
            self._quarantine.add(self.door.rejects(batch.rejects))
            load.rows_read += batch.rows_read
            load.rows_duplicate += batch.rows_duplicate
            load.rows_quarantined += len(batch.rejects)
            self.accepted += len(rows)
            if len(rows):
                yield rows
        if sha256(file) != load.sha256:
            raise SourceUnreadableError(
                load.file, "the file changed while it was read.", next_step="Capture again when it is at rest."
            )

    def give_up(self) -> None:
        """A refused file is refused whole: its rows are not half told."""
        self._quarantine.file.unlink(missing_ok=True)

    def account(self) -> None:
        """Law L1 for the file, and its sums as read and as stored."""
        load, accepted = self.load, self.accepted
        load.quarantine_file = self._quarantine.name
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

    def _with_lineage(self, batch: Batch) -> pa.Table:
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
        return rows

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


class Bundle:
    """Files on their way into one staging file: each is held until it is read to its end, then goes in whole."""

    def __init__(self, staging: Staging, jobs: Sequence[Job]) -> None:
        self._staging, self._jobs = staging, jobs
        self._table = connector_for(staging.kind).table
        self._door = Door(staging.principal_key)
        self._writer = _Writer(staging, self._table, jobs[0].load.load_id)
        self._waiting: list[tuple[pa.Table, int]] = []  # rows and their delivery

    def read(self) -> list[tuple[FileLoad, Path | None]]:
        """Every file's load, with the staging file of those that have rows in it."""
        done: list[tuple[FileLoad, bool]] = []
        begun: list[Staged] = []
        try:
            for job in self._jobs:
                load = replace(job.load, notes=[])
                file = Staged(self._staging, replace(job, load=load), self._door)
                begun.append(file)
                done.append((load, self._hold(file)))
                if sum(len(rows) for rows, _ in self._waiting) >= BUNDLE_ROWS:
                    self._write()
            self._write()
            path = self._writer.close()
        except BaseException:
            self._writer.give_up()
            for file in begun:
                file.give_up()
            raise
        return [(load, path if has_rows else None) for load, has_rows in done]

    def _hold(self, file: Staged) -> bool:
        """Read a file to its end; whether rows of it are staged."""
        try:
            found = [(rows, file.job.delivery_no) for rows in file.rows()]
            file.account()
        except Exception as error:  # noqa: BLE001 - it must not cost the others
            file.give_up()
            blamed(file.load, error)
            return False
        self._waiting += found
        return bool(found)

    def _write(self) -> None:
        if not self._waiting:
            return
        rows = pa.concat_tables([rows for rows, _ in self._waiting], promote_options="default")
        numbers = pa.concat_arrays([pa.repeat(pa.scalar(no, pa.int32()), len(part)) for part, no in self._waiting])
        self._waiting = []
        self._writer.write(self._door.rows(conform(rows, self._table), self._table), numbers)


def sha256(file: Path) -> str:
    """Hash of the file's bytes."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


__all__ = ["Bundle", "Staged", "sha256"]
