"""A result written value by value holds the same rows as one written in a single partitioned go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform

ROWS = Transform("rows", "SELECT g.month, g.n * 2 AS twice FROM given AS g")
GIVEN = [{"month": f"2026-{1 + n % 3:02d}", "n": n} for n in range(50)]


def by_month(files: list[Path]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        found.setdefault(file.parent.name, []).extend(pq.ParquetFile(file).read().to_pylist())
    return {name: sorted(rows, key=repr) for name, rows in found.items() if rows}


def test_value_by_value_is_what_one_go_writes(tmp_path: Path) -> None:
    months = ["2026-01", "2026-02", "2026-03", "2026-04"]
    with DuckDBEngine({"threads": "2"}) as engine:
        engine.bind("given", pa.Table.from_pylist(GIVEN))
        whole = by_month(engine.write(ROWS, tmp_path / "whole", partition=("month",)))
        sliced = by_month(engine.write(ROWS, tmp_path / "sliced", partition=("month",), values=months))
    assert sliced == whole
    assert {name: len(rows) for name, rows in whole.items()} == {
        "month=2026-01": 17, "month=2026-02": 17, "month=2026-03": 16,
    }  # fmt: skip
