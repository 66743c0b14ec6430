"""Read-only DuckDB over published Parquet: what the reports ask their questions of.

Reads Parquet files; writes nothing. Kept apart from the other engine modules so that opening a map
imports neither a SQL parser nor the ledger's catalogue: `spendmap map` must answer at once.
Invariant: one `RollupReader` holds one published version and never sees another.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from spendmap.vocabulary.errors import EngineError, SourceUnreadableError

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_REBUILD = "Publish the figures again with `spendmap allocate`."


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class ReadSession:
    """One thread's connection. Its temporary tables are its own and end with it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Every row of one query. `$name` stands for a value; values that the text does not name are left out.

        Raises:
            SourceUnreadableError: a Parquet file went away or is damaged.
            EngineError: DuckDB refused the query.
        """
        named = set(_PARAMETER.findall(sql))
        values = {name: value for name, value in (parameters or {}).items() if name in named}
        try:
            self._connection.execute(sql, values)
            return self._connection.fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise SourceUnreadableError("published figures", _first_line(error), next_step=_REBUILD) from error
        except duckdb.Error as error:
            raise EngineError(f"the question could not be answered: {_first_line(error)}.") from error

    def records(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """As `rows`, each row by column name."""
        found = self.rows(sql, parameters)
        names = [column[0] for column in self._connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


@dataclass(frozen=True)
class FileTable:
    """A table as Parquet files. A column they lack reads as NULL, and so does an empty text.

    Columns in `as_stored` are left alone, so that conditions on them still skip row groups.
    """

    files: tuple[Path, ...]
    columns: tuple[tuple[str, str], ...]  # name, SQL type
    as_stored: frozenset[str] = frozenset()


class RollupReader:
    """Two in-process DuckDBs: small tables held in memory, and large files read where they lie.

    The first runs on the asking thread alone: its questions are milliseconds, and many may come at once.
    The second uses every core, and is made only when a figure's rows are asked for.
    """

    def __init__(self) -> None:
        self._connection = _connect()
        self._connection.execute("SET threads = 1")
        self._files: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()
        self._selects: dict[FileTable, str] = {}

    def load(
        self, name: str, file: Path | None, columns: Mapping[str, str], may_lack: frozenset[str] = frozenset()
    ) -> None:
        """Copy one Parquet file into memory as table `name`, with exactly `columns` (name -> SQL type).

        An empty text becomes NULL: unknown is written one way only. `file` None makes an empty table. A column
        in `may_lack` that the file does not have is NULL throughout.
        Raises:
            SourceUnreadableError: not Parquet, not all there, or a column is missing.
        """
        with self._lock:
            if file is None:
                fields = ", ".join(f"{_identifier(column)} {type_}" for column, type_ in columns.items())
                self._connection.execute(f"CREATE TABLE {_identifier(name)} ({fields})")
                return
            source = f"read_parquet({_literal(str(file))})"
            there = self._columns_of(source, file, self._connection)
            if missing := [column for column in columns if column not in there | may_lack]:
                raise SourceUnreadableError(file, f"it has no column {', '.join(missing)}.", next_step=_REBUILD)
            fields = ", ".join(
                f"CAST(NULL AS {type_}) AS {_identifier(column)}"
                if column not in there
                else f"NULLIF({_identifier(column)}, '') AS {_identifier(column)}"
                if type_ == "VARCHAR"
                else f"CAST({_identifier(column)} AS {type_}) AS {_identifier(column)}"
                for column, type_ in columns.items()
            )
            try:
                self._connection.execute(f"CREATE TABLE {_identifier(name)} AS SELECT {fields} FROM {source}")
            except duckdb.Error as error:
                raise SourceUnreadableError(file, _first_line(error), next_step=_REBUILD) from error

    def session(self) -> ReadSession:
        """A connection to the tables in memory, for one thread; use it in a `with` block."""
        return ReadSession(self._connection.cursor())

    def file_session(self, tables: Mapping[str, FileTable]) -> ReadSession:
        """A connection that reads `tables` where they lie, for one thread; use it in a `with` block.

        Raises:
            SourceUnreadableError: a file is gone or is not Parquet.
        """
        with self._lock:
            if self._files is None:
                self._files = _connect()
            connection = self._files.cursor()
            for name, table in tables.items():
                text = self._select(table, connection)
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {_identifier(name)} AS {text}")
        return ReadSession(connection)

    def _select(self, table: FileTable, connection: duckdb.DuckDBPyConnection) -> str:
        """The table as SQL: every column it should have, an empty text as NULL."""
        if table in self._selects:
            return self._selects[table]
        if gone := [file for file in table.files if not file.is_file()]:
            raise SourceUnreadableError(gone[0], "the figures point at it, and it is gone.", next_step=_REBUILD)
        source, there = "(SELECT 1) WHERE false", frozenset[str]()
        if table.files:
            names = ", ".join(_literal(str(file)) for file in table.files)
            source = f"read_parquet([{names}], union_by_name = true, hive_types_autocast = false)"
            there = self._columns_of(source, table.files[0], connection)
        fields = [
            f"CAST(NULL AS {type_}) AS {_identifier(column)}"
            if column not in there
            else _identifier(column)
            if column in table.as_stored or type_ != "VARCHAR"
            else f"NULLIF({_identifier(column)}, '') AS {_identifier(column)}"
            for column, type_ in table.columns
        ]
        self._selects[table] = f"SELECT {', '.join(fields)} FROM {source}"
        return self._selects[table]

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()
        if self._files is not None:
            self._files.close()

    def _columns_of(self, source: str, file: Path, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
        try:
            connection.execute(f"DESCRIBE SELECT * FROM {source}")
            return frozenset(row[0] for row in connection.fetchall())
        except duckdb.Error as error:
            raise SourceUnreadableError(file, _first_line(error), next_step=_REBUILD) from error


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")  # published files never change
    return connection


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().split("\n", 1)[0].rstrip(".")
