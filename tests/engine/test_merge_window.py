"""A live pull replaces what is stored of the range of time it asked for, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.engine.arrow import conform
from spendmap.engine.ingest import Merge, Plan, merge
from spendmap.engine.merging import Incoming
from spendmap.engine.store import DataFile


def moment(day: int) -> datetime:
    """A day of October 2026, as the ledger stores it: UTC without a zone."""
    return datetime(2026, 10, day, tzinfo=UTC).replace(tzinfo=None)


def pull(folder: Path, load: str, *calls: tuple[int, int], delivery: bool) -> Path:
    """A file of usage rows: day of October 2026 and output tokens; the day is the key."""
    table = pa.table(
        {
            "source_name": ["live"] * len(calls),
            "billing_month": ["2026-10"] * len(calls),
            "load_id": [load] * len(calls),
            "source_line": pa.array([day for day, _ in calls], pa.int64()),
            "natural_key": [f"day-{day}" for day, _ in calls],
            "charge_period_start": pa.array([moment(day) for day, _ in calls], pa.timestamp("us")),
            "output": pa.array([output for _, output in calls], pa.int64()),
        }
    )
    rows = conform(table, "usage")
    if delivery:
        rows = rows.append_column("delivery_no", pa.array([0] * len(rows), pa.int32()))
    file = folder / f"{load}.parquet"
    pq.write_table(rows, file)
    return file


def outputs(merged: Merge) -> dict[str, int]:
    found = [row for file in merged.files for row in pq.read_table(file, partitioning=None).to_pylist()]
    return {row["natural_key"]: row["output"] for row in found}


def test_rows_of_the_range_asked_for_are_replaced_and_those_around_it_stay(tmp_path: Path) -> None:
    stored = DataFile(pull(tmp_path, "old", (1, 10), (2, 20), (3, 30), (4, 40), delivery=False), ("live", "2026-10"), 4)
    asked_for = (moment(2), moment(4))  # the 4th is not asked for
    staged = pull(tmp_path, "new", (2, 20), (3, 33), delivery=True)
    plan = Plan("window", [Incoming("new", "pull.json", "pull", 0, window=asked_for)])
    merged = merge("usage", "live", plan, [staged], [stored], tmp_path / "out")
    assert outputs(merged) == {"day-1": 10, "day-2": 20, "day-3": 33, "day-4": 40}
    assert (merged.loaded["new"], merged.replaced["new"]) == (1, 1)  # the 2nd came again as it was


def test_a_pull_that_finds_nothing_any_more_withdraws_what_was_there(tmp_path: Path) -> None:
    stored = DataFile(pull(tmp_path, "old", (1, 10), (2, 20), delivery=False), ("live", "2026-10"), 2)
    staged = pull(tmp_path, "new", (3, 5), delivery=True)
    plan = Plan("window", [Incoming("new", "p", "p", 0, window=(moment(2), moment(9)))])
    merged = merge("usage", "live", plan, [staged], [stored], tmp_path / "out")
    assert outputs(merged) == {"day-1": 10, "day-3": 5}
