"""Capture to ledger, dedupe included, against a plain Parquet copy of the same normalised rows.

Generates seeded usage rows (all columns of the ledger's `usage` table, one in fifty a repeat), staged as the
connectors stage them. Times in one process, the two in turn so that a machine whose speed drifts drifts for both; five
rounds after a warm-up, and the ratio is the median of the rounds' ratios:
copy     DuckDB copies the staged rows to zstd Parquet, partitioned by month like the ledger
merge    dedupe on the natural key, write the slices, commit them to Iceberg, publish the file list
Mark: merge <= 1.5 x copy. Run: python bench/bench_ledger.py [rows].
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from spendmap.engine.duckdb import PARQUET
from spendmap.engine.ingest import merge
from spendmap.engine.store import Store
from spendmap.ledger import TABLES
from spendmap.workspace import Workspace

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
MARK = 1.5
ROUNDS = 5
OWN = {
    "source_name": "'gateway'",
    "load_id": "'l-' || (i % 13)",
    "billing_month": "strftime(began, '%Y-%m')",
    "source_file": "'calls-' || (i % 13) || '.jsonl'",
    "source_line": "i",
    "natural_key": "md5((i - CASE WHEN i % 50 = 0 THEN 1 ELSE 0 END)::VARCHAR)",
    "completeness": "(hash(i) % 5000)::BIGINT",
    "charge_period_start": "began",
    "provider_name": "['openai', 'anthropic', 'google'][1 + (i % 3)]",
    "api_key_id": "'key-' || (hash(i) % 40)",
    "principal_id": "substr(md5((hash(i) % 900)::VARCHAR), 1, 24)",
    "project": "'project-' || (hash(i + 1) % 25)",
    "feature": "'feature-' || (hash(i + 2) % 12)",
    "workflow_run_id": "md5((i // 4)::VARCHAR)",
    "customer_id": "'customer-' || (hash(i + 3) % 700)",
    "operation": "'chat'",
    "request_model": "'model-' || (hash(i + 4) % 20)",
    "response_model": "'model-' || (hash(i + 4) % 20) || '-2026'",
    "latency_ms": "(hash(i + 5) % 20000)::BIGINT",
    "input_uncached": "(hash(i + 6) % 20000)::BIGINT",
    "cache_read": "(hash(i + 7) % 9000)::BIGINT",
    "output": "(hash(i + 8) % 2500)::BIGINT",
    "requests": "1::BIGINT",
    "provider_reported_cost": "CAST((hash(i + 9) % 100000) AS DECIMAL(28,12)) * 0.000001",
}


def staged_rows(folder: Path) -> Path:
    """The rows, in a file as the connectors stage them."""
    columns = ", ".join(
        f"CAST({OWN.get(column.name, 'NULL')} AS {column.sql_type}) AS {column.name}"
        for column in TABLES["usage"].columns
    )
    file = folder / "staged.parquet"
    duckdb.sql(
        f"COPY (SELECT {columns}, 0::INTEGER AS delivery_no FROM (SELECT i, TIMESTAMP '2025-10-01' + "
        f"to_seconds((hash(i) % 34000000)::BIGINT) AS began FROM range({ROWS}) AS t(i))) "
        f"TO '{file}' (FORMAT parquet, COMPRESSION lz4)"
    )
    return file


def seconds(work: Callable[[], object], before: Callable[[], object]) -> float:
    """How long one run takes; what it needs beforehand is not timed."""
    before()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Print the table; 1 when the mark is missed."""
    folder = Path(tempfile.mkdtemp(prefix="spendmap-bench-"))
    try:
        staged = staged_rows(folder)
        columns = ", ".join(TABLES["usage"].names)
        plain = folder / "plain"

        def copy() -> None:
            duckdb.sql(
                f"COPY (SELECT {columns} FROM '{staged}') TO '{plain}' ({PARQUET}, PARTITION_BY (billing_month), "
                "WRITE_PARTITION_COLUMNS true)"
            )

        place = folder / "w"
        run = 0

        def load() -> None:
            nonlocal run
            run += 1
            store = Store(Workspace.open(place))
            merged = merge("usage", "gateway", [staged], store.files("usage"), "row", store.root / "usage" / str(run))
            store.replace("usage", merged.touched, merged.files, run=str(run))
            store.publish()

        def fresh() -> None:
            shutil.rmtree(place, ignore_errors=True)
            Store(Workspace.create(place)).iceberg("usage")

        rounds = [
            (seconds(copy, lambda: shutil.rmtree(plain, ignore_errors=True)), seconds(load, fresh))
            for _ in range(ROUNDS + 1)
        ][1:]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ratio = statistics.median(merged / floor for floor, merged in rounds)
    floor, merged = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"plain copy of {ROWS:,} rows      {floor:8.2f} s")
    print(f"dedupe, write, commit, publish {merged:8.2f} s   {ratio:.2f} x the copy (mark {MARK})")
    return int(ratio > MARK)


if __name__ == "__main__":
    sys.exit(main())
