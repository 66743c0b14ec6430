"""The engine for when one machine is outgrown: Spark SQL, local or on a cluster, with the same digits."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from spendmap.engine.arrow import empty
from spendmap.engine.engine import Source
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # the ledger's timestamps are UTC without a zone
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # a scale is never lowered silently
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
ON_ONE_MACHINE = {
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
"""Of a local master alone: on a cluster the workers must reach the driver, and how many parts suit is theirs to say."""


def settings_for(master: str, own: Mapping[str, str]) -> dict[str, str]:
    """Spark's settings for a master: ours, then the workspace's own, which go before them."""
    ours = SETTINGS | (ON_ONE_MACHINE if master.startswith("local") else {})
    return ours | {key: value for key, value in own.items() if key.startswith("spark.")}


class SparkEngine:
    """Runs transforms on Spark. `master` is `local[n]`, `spark://...` or a Connect URL `sc://...`."""

    name = "spark"

    def __init__(self, master: str, settings: Mapping[str, str]) -> None:
        logging.getLogger("py4j").setLevel(logging.ERROR)
        if not master.startswith("sc://") and shutil.which("java") is None:
            raise EngineError(
                'engine = "spark" needs a Java runtime and none is on the PATH.',
                next_step="Install a Java 17 runtime, or set spark_master to a Spark Connect URL (sc://host:15002).",
            )
        builder = SparkSession.builder
        builder = builder.remote(master) if master.startswith("sc://") else builder.master(master).appName("spendmap")
        for key, value in settings_for(master, settings).items():
            builder = builder.config(key, value)
        try:
            self.session = builder.getOrCreate()
        except (PySparkException, RuntimeError) as error:
            raise EngineError(f"Spark at {master} could not be started: {error}") from error
        self._views: list[str] = []

    def bind(self, name: str, source: Source, *, like: str | None = None) -> None:
        """See `Engine.bind`."""
        if isinstance(source, Transform):
            frame = self.session.sql(source.to("spark"))
        elif isinstance(source, pa.Table):
            frame = self._from_arrow(source)
        elif source:
            frame = self.session.read.option("mergeSchema", "true").parquet(*(f"file://{file}" for file in source))
            if (like or name) in TABLES:  # columns added since the files were written are NULL there
                frame = self._from_arrow(empty(like or name)).unionByName(frame, allowMissingColumns=True)
        else:
            frame = self._from_arrow(empty(like or name))
        frame.createOrReplaceTempView(name)
        self._views.append(name)

    def _from_arrow(self, table: pa.Table) -> DataFrame:
        frame: DataFrame = self.session.createDataFrame(table)
        return frame

    def columns(self, transform: Transform) -> tuple[str, ...]:
        """See `Engine.columns`."""
        return tuple(self._run(transform).columns)

    def table(self, transform: Transform) -> pa.Table:
        """See `Engine.table`."""
        return self._run(transform).toArrow()

    def write(
        self,
        transform: Transform,
        folder: Path,
        *,
        partition: Sequence[str] = (),
        values: Sequence[str] = (),
        is_scratch: bool = False,
    ) -> list[Path]:
        """See `Engine.write`. Partition columns stay in the files: Iceberg reads them there."""
        frame = self._run(transform)
        codec = "lz4_raw" if is_scratch else "zstd"
        try:
            if partition:
                for name in partition:  # the folder takes the copy, the file keeps the column
                    frame = frame.withColumn(f"__{name}", frame[name])
                keys = [f"__{name}" for name in partition]
                frame.repartition(*keys).write.mode("overwrite").partitionBy(*keys).parquet(
                    f"file://{folder}", compression=codec
                )
            else:
                frame.write.mode("overwrite").parquet(f"file://{folder}", compression=codec)
        except PySparkException as error:
            raise EngineError(f"transform {transform.name} failed on Spark: {error}") from error
        return sorted(folder.rglob("*.parquet"))

    def _run(self, transform: Transform) -> DataFrame:
        try:
            return self.session.sql(transform.to("spark"))
        except PySparkException as error:
            raise EngineError(f"transform {transform.name} failed on Spark: {error}") from error

    def close(self) -> None:
        """Drop the views; the session stays, since starting one takes seconds."""
        for name in self._views:
            self.session.catalog.dropTempView(name)
        self._views.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
