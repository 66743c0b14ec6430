"""`spendmap allocate` of a year's calls, whole, against the scan of the columns that pricing reads.

Writes seeded usage into a workspace of its own (or takes the folder of one), then measures in CPU seconds:
floor     a bare DuckDB scan of the columns that pricing reads, numbers summed; median of three
allocate  the whole command with --again, in a process of its own, its peak memory beside it
Marks: allocate <= 8 x floor, <= 4 GB. What it costs hangs on how many calls are alike (see `allocation.lots`): here few
are, each call has one of 240 customers, of 28 days a month, of 10 models and of 15 keys.
Run: python bench/bench_allocate.py [rows or folder of a workspace]. Exit 1 when a mark is missed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from spendmap.engine.duckdb import PARQUET, DuckDBEngine
from spendmap.engine.store import Store, new_run
from spendmap.ledger import METERS
from spendmap.ledger.tables import USAGE
from spendmap.workspace import Workspace

ASKED = sys.argv[1] if len(sys.argv) > 1 else "1200000"
MARK = 8.0
MOST_GB = 4.0
TEXTS = (
    *("provider_name", "request_model", "response_model", "service_tier", "region_id", "billing_account_id"),
    *("natural_key", "charge_period_start", "is_cache_hit"),
)
MODELS = (
    *(("openai", name) for name in ("gpt-4.1", "gpt-4o-mini", "gpt-5", "gpt-5-mini", "text-embedding-3-large")),
    *(("anthropic", name) for name in ("claude-sonnet-4-5-20250929", "claude-opus-4-6", "claude-haiku-4-5-20251001")),
    *(("google", name) for name in ("gemini-2.5-pro", "gemini-2.5-flash")),
)
OWN = {
    "source_name": "'gateway'",
    "load_id": "'l-' || day",
    "billing_month": "strftime(began, '%Y-%m')",
    "source_file": "'calls-' || day || '.jsonl'",
    "source_line": "i",
    "natural_key": "md5(i::VARCHAR)",
    "charge_period_start": "began",
    "provider_name": "provider",
    "api_key_id": "'key-' || key",
    "principal_id": "CASE WHEN key < 3 THEN substr(md5((hash(i + 2) % 60)::VARCHAR), 1, 24) END",
    "project": "'project-' || (key % 9)",
    "team": "'team-' || (key % 6)",
    "environment": "CASE WHEN key % 5 = 0 THEN 'staging' ELSE 'production' END",
    "feature": "'feature-' || (key % 8)",
    "workflow_run_id": "md5((i // 4)::VARCHAR)",
    "customer_id": "CASE WHEN key > 4 THEN 'customer-' || (hash(i + 3) % 240) END",
    "operation": "'chat'",
    "request_model": "model",
    "response_model": "model",
    "status": "CASE WHEN hash(i + 4) % 100 = 0 THEN 'error' ELSE 'ok' END",
    "witness": "'gateway'",
    "is_retry": "hash(i + 5) % 50 = 0",
    "is_cache_hit": "FALSE",
    "input_uncached": "50 + (hash(i + 6) % 20000)::BIGINT",
    "cache_read": "CASE WHEN hash(i + 7) % 3 = 0 THEN (hash(i + 8) % 50000)::BIGINT ELSE 0 END",
    "output": "CASE WHEN model LIKE 'text-emb%' THEN 0 ELSE (hash(i + 9) % 2000)::BIGINT END",
    "requests": "1",
}


def made(folder: Path, rows: int) -> Workspace:
    """A workspace with so many calls: 15 keys, 10 models, 240 customers, 13 months."""
    workspace = Workspace.create(folder)
    store, run = Store(workspace), new_run()
    columns = ", ".join(f"CAST({OWN.get(c.name, 'NULL')} AS {c.sql_type}) AS {c.name}" for c in USAGE.columns)
    names = ", ".join(f"('{provider}', '{model}')" for provider, model in MODELS)
    files = []
    for month in range(13):
        own = store.root / "usage" / "data" / run / f"month-{month}"
        own.mkdir(parents=True)
        duckdb.sql(
            f"""COPY (
                WITH model(provider, model) AS (VALUES {names}), numbered AS (
                    SELECT row_number() OVER () - 1 AS n, * FROM model
                ), calls AS (
                    SELECT i, (hash(i) % 28)::BIGINT AS day, (hash(i + 1) % 15)::BIGINT AS key,
                        (hash(i) % {len(MODELS)})::BIGINT AS n,
                        TIMESTAMP '2025-10-01' + to_months({month}) + to_days((hash(i) % 28)::INTEGER)
                            + to_seconds((hash(i + 10) % 86400)::BIGINT) AS began
                    FROM range({month * rows // 13}, {(month + 1) * rows // 13}) AS t(i)
                )
                SELECT {columns} FROM calls JOIN numbered USING (n) ORDER BY began, i
            ) TO '{own / "data_0.parquet"}' ({PARQUET})"""
        )
        files.append(own / "data_0.parquet")
    with store.lock():
        store.replace("usage", (), files, run=run)
        store.publish()
    return workspace


def floor_seconds(workspace: Workspace) -> tuple[float, int]:
    """CPU seconds of the bare scan, and the rows it goes through."""
    sums = [f"sum({name})" for name in METERS]
    texts = [f"count({name}), max({name})" for name in TEXTS]
    spent = []
    with DuckDBEngine(workspace.engine_settings) as engine:
        engine.bind("usage", [file.path for file in Store(workspace).files("usage")], like="usage")
        for _ in range(3):
            start = time.process_time()
            found = engine.connection.execute(f"SELECT count(*), {', '.join((*sums, *texts))} FROM usage").fetchone()
            spent.append(time.process_time() - start)
    assert found is not None
    return statistics.median(spent), int(found[0])


def main() -> int:
    """Make, measure, print, judge."""
    with tempfile.TemporaryDirectory(prefix="spendmap-bench-") as scratch:
        workspace = made(Path(scratch) / "company", int(ASKED)) if ASKED.isdigit() else Workspace.open(Path(ASKED))
        command = [sys.executable, "-m", "spendmap", "--workspace", str(workspace.root), "allocate", "--json"]
        subprocess.run([*command, "--period", "2025-10"], check=True, capture_output=True)  # the price book is laid out
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*command, "--again"], check=True, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        floor, rows = floor_seconds(workspace)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    memory = after.ru_maxrss / 1_000_000
    (step,) = json.loads(done.stdout)["steps"]
    print(f"{rows:,} rows of usage; wall seconds by part: {step['parts']}")
    print(f"{'work':34} {'CPU s':>8} {'x floor':>8}")
    print(f"{'floor: scan and sum the columns':34} {floor:8.2f} {1:8.2f}")
    print(f"{'spendmap allocate --again':34} {spent:8.2f} {spent / floor:8.2f}")
    marks = [
        (f"allocate <= {MARK:g} x floor", f"{spent / floor:.1f}", spent <= MARK * floor),
        (f"peak memory <= {MOST_GB:g} GB", f"{memory:.2f}", memory <= MOST_GB),
    ]
    for name, value, holds in marks:
        print(f"{name:34} {value:>8} {'holds' if holds else 'MISSED'}")
    return 0 if all(holds for *_, holds in marks) else 1


if __name__ == "__main__":
    sys.exit(main())
