"""What an engine can do. Two implementations, one test body, the same digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from spendmap.engine.transform import Transform
from spendmap.vocabulary.errors import EngineError
from spendmap.workspace import Workspace

Source = pa.Table | Sequence[Path] | Transform


class Engine(Protocol):
    """Runs transforms over bound tables. Bindings live until the engine is closed."""

    name: str

    def bind(self, name: str, source: Source, *, like: str | None = None) -> None:
        """Make `name` readable: Parquet files of one snapshot, a small Arrow table, or another transform (a view).

        `like` names the ledger table whose empty form stands in when there are no files.
        """
        ...

    def columns(self, transform: Transform) -> tuple[str, ...]:
        """Names of the columns a transform gives."""
        ...

    def table(self, transform: Transform) -> pa.Table:
        """The result in memory: for results that are small by grain."""
        ...

    def write(
        self,
        transform: Transform,
        folder: Path,
        *,
        partition: Sequence[str] = (),
        values: Sequence[str] = (),
        is_scratch: bool = False,
    ) -> list[Path]:
        """The result as Parquet files under `folder` (one folder per `partition` value), not yet visible to readers.

        Args:
            values: of a partition of one column that the query passes through, all that it holds. An engine may write
                them one by one, which keeps fewer rows in memory; a row of another value would not be written.
            is_scratch: read in this run and thrown away: quick to write rather than small.
        """
        ...

    def close(self) -> None:
        """Give back memory and threads."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_engine(workspace: Workspace, *, settings: Mapping[str, str] | None = None) -> Engine:
    """The engine the workspace names.

    Raises:
        EngineError: Spark is named and PySpark or Java is missing.
    """
    if workspace.engine_name == "spark":
        try:
            from spendmap.engine.spark import SparkEngine
        except ImportError as error:
            raise EngineError(
                'engine = "spark" needs PySpark, which is not installed.',
                next_step="Install it with `pip install 'spendmap[spark]'`.",
            ) from error
        return SparkEngine(workspace.spark_master, {**workspace.spark, **(settings or {})})
    from spendmap.engine.duckdb import DuckDBEngine

    return DuckDBEngine({**workspace.engine_settings, **(settings or {})})
