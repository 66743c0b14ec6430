"""A cluster of its own: a master and two workers on this machine compute what one process computes, to the last digit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for Spark"),
]
# Sums of 28 digits after a join and a shuffle: what a wrong setting on a worker would round.
SUMS = """SELECT u.model, count(*) AS calls, sum(CAST(u.tokens AS DECIMAL(18,0)) * p.price) AS cost, min(u.at) AS first
FROM calls AS u JOIN prices AS p ON p.model = u.model GROUP BY u.model ORDER BY u.model"""
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # processes that live for seconds
WORK = """
import sys
from pathlib import Path
from spendmap.engine.spark import SparkEngine
from spendmap.engine.transform import Transform
folder, master = Path(sys.argv[1]), sys.argv[2]
settings = {
    "spark.executor.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.executor.extraJavaOptions": sys.argv[4],
    "spark.driver.extraJavaOptions": sys.argv[4],
}
with SparkEngine(master, settings) as engine:
    engine.bind("calls", sorted((folder / "calls").glob("*.parquet")))
    engine.bind("prices", [folder / "prices.parquet"])
    engine.write(Transform("sums", sys.argv[3]), folder / "sums")
    executors = engine.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # the driver is in it
    print("executors", executors)
"""


class Cluster:
    """Processes of one standalone cluster."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        self.command = str(Path(pyspark.__file__).parent / "bin" / "spark-class")

    def start(self, name: str, *words: str) -> str:
        """Start one process; the address in what it says of itself."""
        log = self.folder / f"{name}.log"
        own = {
            **os.environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_HOME": str(Path(self.command).parents[1]),
            "SPARK_DAEMON_JAVA_OPTS": QUICK,
            "SPARK_DAEMON_MEMORY": "256m",
        }
        with log.open("wb") as out:
            words = (self.command, f"org.apache.spark.deploy.{words[0]}", "--webui-port", "0", *words[1:])
            self.processes.append(subprocess.Popen(words, stdout=out, stderr=out, env=own))
        end = time.monotonic() + 60
        while time.monotonic() < end:  # until it says so, or has ended
            said = re.search(r"(spark://127\.0\.0\.1:[0-9]+)|Successfully registered", log.read_text(errors="replace"))
            if said:
                return said[1] or ""
            if self.processes[-1].poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(log.read_text(errors="replace"))

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(20)


@pytest.fixture
def master(tmp_path: Path) -> Iterator[str]:
    """The address of a master with two workers of one core each."""
    cluster = Cluster(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    try:
        address = cluster.start("master", "master.Master", "--host", "127.0.0.1", "--port", port)
        for number in ("1", "2"):
            work = str(tmp_path / f"work-{number}")
            cluster.start(
                f"worker-{number}", "worker.Worker", "--cores", "1", "--memory", "600m", "--host", "127.0.0.1",
                "--work-dir", work, address,
            )  # fmt: skip
        yield address
    finally:
        cluster.stop()


def test_a_master_with_two_workers_gives_the_digits_of_one_process(master: str, tmp_path: Path) -> None:
    models = [f"model-{number % 7}" for number in range(4_000)]
    calls = pa.table(
        {
            "model": models,
            "tokens": pa.array([number * 7_919 + 1 for number in range(4_000)], pa.int64()),
            "at": pa.array([1_790_000_000_000_000 + number for number in range(4_000)], pa.timestamp("us")),
        }
    )
    (tmp_path / "calls").mkdir()
    for part in range(4):
        pq.write_table(calls.slice(part * 1_000, 1_000), tmp_path / "calls" / f"{part}.parquet")
    prices = [Decimal(f"0.00000{number}12345{number}") for number in range(1, 8)]
    pq.write_table(
        pa.table({"model": sorted(set(models)), "price": pa.array(prices, pa.decimal128(18, 12))}),
        tmp_path / "prices.parquet",
    )
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(tmp_path), master, SUMS, QUICK],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "executors 2" in done.stdout
    found = [row for file in sorted((tmp_path / "sums").glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    with DuckDBEngine({"threads": "1"}) as engine:
        engine.bind("calls", sorted((tmp_path / "calls").glob("*.parquet")))
        engine.bind("prices", [tmp_path / "prices.parquet"])
        expected = engine.table(Transform("sums", SUMS)).to_pylist()
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    (last,) = [row for row in found if row["model"] == "model-6"]
    numbers = range(6, 4_000, 7)
    assert last["cost"] == sum((number * 7_919 + 1) * prices[6] for number in numbers)
    assert last["calls"] == len(numbers)


def test_only_a_local_master_is_held_to_this_machine() -> None:
    from spendmap.engine.spark import settings_for

    assert settings_for("local[2]", {})["spark.driver.host"] == "127.0.0.1"
    own = settings_for("spark://host:7077", {"spark.driver.host": "10.0.0.5", "threads": "2"})
    assert own["spark.driver.host"] == "10.0.0.5"
    assert own.keys() & {"spark.driver.bindAddress", "spark.sql.shuffle.partitions", "threads"} == set()
    assert own["spark.sql.session.timeZone"] == "UTC"
