"""The default engine: DuckDB in this process."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from spendmap.engine.arrow import arrow_schema, empty
from spendmap.engine.engine import Source
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError

PARQUET = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
SCRATCH = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880"


@lru_cache(maxsize=8192)  # the same columns again and again, and sqlglot takes its time over each
def quoted(name: str) -> str:
    """An identifier, safely quoted."""
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def text_literal(text: str) -> str:
    """A string literal, safely quoted."""
    return exp.Literal.string(text).sql(dialect="duckdb")


def file_list(files: Sequence[Path]) -> str:
    """`read_parquet` of an explicit list of files: one snapshot, whatever else lies in the folders."""
    names = ", ".join(text_literal(str(file)) for file in files)
    return f"read_parquet([{names}], union_by_name = false)"


class DuckDBEngine:
    """Runs transforms on DuckDB. One connection, `threads` and `memory_limit` by setting."""

    name = "duckdb"

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET preserve_insertion_order = false")
        self.connection.execute("SET parquet_metadata_cache = true")  # stored files never change under their name
        # Each list of names in a rule would become a join of its own: 0.7 CPU seconds before the first row.
        self.connection.execute("SET disabled_optimizers = 'in_clause'")
        self.connection.execute(f"SET threads = {int(settings.get('threads', os.cpu_count() or 1))}")
        self.connection.execute(f"SET memory_limit = {text_literal(settings.get('memory_limit', '4GB'))}")
        if folder := settings.get("temp_directory"):
            self.connection.execute(f"SET temp_directory = {text_literal(folder)}")
        self._bound: list[pa.Table] = []  # Arrow memory must outlive the views over it

    def bind(self, name: str, source: Source, *, like: str | None = None) -> None:
        """See `Engine.bind`."""
        self.connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
        if isinstance(source, Transform):
            self.connection.execute(f"CREATE VIEW {quoted(name)} AS {source.to('duckdb')}")
            return
        if not isinstance(source, pa.Table):
            if source:
                try:
                    self._bind_files(name, source, like or name)
                except (duckdb.Error, OSError, pa.ArrowInvalid) as error:  # which one a damaged byte raises is chance
                    raise EngineError(
                        f"a data file of {like or name} cannot be read: {error}.",
                        next_step="`spendmap check` says which; copy the workspace back from where it is whole.",
                    ) from error
                return
            source = empty(like or name)
        self._bound.append(source)
        self.connection.register(name, source)

    def _bind_files(self, name: str, files: Sequence[Path], table: str) -> None:
        """Files as they are; of a ledger table, columns added since some of them were written are NULL there.

        Files of one shape are read together: asking DuckDB to unite shapes makes it open every file for every query.
        """
        by_shape: dict[tuple[str, ...], list[Path]] = {(): list(files)}
        wanted = tuple(arrow_schema(table).names) if table in TABLES else ()
        if wanted:
            by_shape = {}
            for file in files:
                present = _columns_in(file)
                by_shape.setdefault(tuple(column for column in wanted if column in present), []).append(file)
        reads = []
        for shape, own in by_shape.items():
            columns = ", ".join(quoted(column) for column in shape) or "*"
            reads.append(f"SELECT {columns} FROM {file_list(own)}")
        if set(by_shape) - {(), wanted}:
            lacking = f"{name}_columns"
            self._bound.append(empty(table))
            self.connection.register(lacking, self._bound[-1])
            reads.insert(0, f"SELECT * FROM {quoted(lacking)}")
        self.connection.execute(f"CREATE VIEW {quoted(name)} AS {' UNION ALL BY NAME '.join(reads)}")

    def columns(self, transform: Transform) -> tuple[str, ...]:
        """See `Engine.columns`."""
        rows = self._run(transform, f"DESCRIBE {transform.to('duckdb')}").fetchall()
        return tuple(row[0] for row in rows)

    def table(self, transform: Transform) -> pa.Table:
        """See `Engine.table`."""
        try:
            result: pa.Table = self.connection.sql(transform.to("duckdb")).to_arrow_table()
        except duckdb.Error as error:
            raise _failed(transform, error) from error
        return result

    def write(
        self,
        transform: Transform,
        folder: Path,
        *,
        partition: Sequence[str] = (),
        values: Sequence[str] = (),
        is_scratch: bool = False,
    ) -> list[Path]:
        """See `Engine.write`. One value after the other costs half of what a partitioned COPY does."""
        folder.mkdir(parents=True, exist_ok=True)
        form = SCRATCH if is_scratch else PARQUET
        if values:
            (column,) = partition
            for value in values:
                own = folder / f"{column}={value}"
                own.mkdir()
                rows = f"FROM ({transform.to('duckdb')}) WHERE {quoted(column)} = {text_literal(value)}"
                self._run(transform, f"COPY ({rows}) TO {text_literal(str(own / 'data_0.parquet'))} ({form})")
        elif partition:
            columns = ", ".join(quoted(name) for name in partition)
            options = f"{form}, PARTITION_BY ({columns}), WRITE_PARTITION_COLUMNS true"
            self._run(transform, f"COPY ({transform.to('duckdb')}) TO {text_literal(str(folder))} ({options})")
        else:
            target = text_literal(str(folder / "part-0.parquet"))
            self._run(transform, f"COPY ({transform.to('duckdb')}) TO {target} ({form})")
        return sorted(folder.rglob("*.parquet"))

    def _run(self, transform: Transform, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self.connection.execute(sql)
        except duckdb.Error as error:
            raise _failed(transform, error) from error

    def close(self) -> None:
        """See `Engine.close`."""
        self.connection.close()
        self._bound.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@lru_cache(maxsize=8192)  # stored files never change under their name, and every question binds them anew
def _columns_in(file: Path) -> frozenset[str]:
    return frozenset(pq.read_schema(file).names)


def _failed(transform: Transform, error: duckdb.Error) -> EngineError:
    return EngineError(
        f"transform {transform.name} failed on DuckDB: {error}",
        next_step="If the disk is full, make room and run it again; else `spendmap check` says what is damaged.",
    )
