"""Merge at write: staged rows of one capture run against the stored rows of the same source.

Reads staged Parquet files and the source's files in the snapshot; writes Parquet files per month that
changes (rows that only enter go beside those that are there) and says, per load, how many rows entered,
repeated or took another's place, and their sums.
Three ways, by what a connector's files restate: `merge_keys` (logs, lists), `merge_periods` (bills) and
`merge_lines` (ledgers).
Law: rows stored after = rows stored before + loaded - replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb

from spendmap.engine.arrow import arrow_schema, empty
from spendmap.engine.duckdb import PARQUET, file_list, quoted, text_literal
from spendmap.engine.merge_keys import merge_keys
from spendmap.engine.merge_lines import merge_lines
from spendmap.engine.merge_periods import merge_periods
from spendmap.engine.merging import Merge, Plan
from spendmap.engine.store import DataFile
from spendmap.ledger import METERS, TABLES

FILES_A_SLICE = 16  # from so many files on a slice is written as one: every reader opens each of them
MONTHS_ONE_BY_ONE = 6  # from more months on, reading what is staged once for each costs more than it saves
SUMS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost", "amount", "provider_reported_cost")


def merge(
    table: str, source_name: str, plan: Plan, staged: Sequence[Path], stored: Sequence[DataFile], folder: Path
) -> Merge:
    """Merge one run's staged rows into the source's slices; files go under `folder`, not yet visible.

    Files that are asked about (`Merge.asked`) bring and withdraw nothing; the others are merged without them.
    """
    connection = duckdb.connect()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET memory_limit = {text_literal(plan.memory_limit)}")
        if plan.scratch is not None:
            plan.scratch.mkdir(parents=True, exist_ok=True)
            connection.execute(f"SET temp_directory = {text_literal(str(plan.scratch / 'spill'))}")
        if plan.threads is not None:
            connection.execute(f"SET threads = {int(plan.threads)}")
        own = [file for file in stored if file.slice and file.slice[0] == source_name]
        _bind(connection, table, staged, [file.path for file in own])
        result = Merge()
        way = {"period": merge_periods, "lines": merge_lines}.get(plan.extent, merge_keys)
        way(connection, table, plan, result)
        _count(connection, table, result)
        _write(connection, table, source_name, own, result, folder)
        return result
    finally:
        connection.close()


def _bind(connection: duckdb.DuckDBPyConnection, table: str, staged: Sequence[Path], own: Sequence[Path]) -> None:
    """Views `staged` and `stored` with every column of the table; one that a file was written without is NULL."""
    connection.register("shape", empty(table))
    number = "CAST(NULL AS INTEGER) AS delivery_no"
    names = {field.name for field in arrow_schema(table)}
    for view, files, shape, wanted in (
        ("staged", staged, f"SELECT *, {number} FROM shape", names | {"delivery_no"}),
        ("stored", own, "SELECT * FROM shape", names),
    ):
        sql = shape
        if files:
            origin = file_list(files).replace("union_by_name = false", "union_by_name = true")
            present = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {origin}").fetchall()}
            columns = ", ".join(quoted(name) for name in sorted(present & wanted))
            sql = f"{shape} UNION ALL BY NAME SELECT {columns} FROM {origin}"
        connection.execute(f"CREATE TEMP VIEW {view} AS {sql}")


def _count(connection: duckdb.DuckDBPyConnection, table: str, result: Merge) -> None:
    """Months and sums of what enters: `entering` and `leaving` say it, whichever way made them."""
    for load_id, months in connection.execute(
        "SELECT load_id, list(DISTINCT billing_month) FROM entering GROUP BY load_id"
    ).fetchall():
        result.months[load_id] = sorted(months)
    rows = "staged AS s JOIN entering AS e USING (load_id, source_line, natural_key)"
    if table == "usage":
        sums = ", ".join(f"sum({quoted(meter)})" for meter in METERS)
        for load_id, *values in connection.execute(f"SELECT load_id, {sums} FROM {rows} GROUP BY load_id").fetchall():
            result.meters[load_id] = {
                meter: value for meter, value in zip(METERS, values, strict=True) if value is not None
            }
    costs = [name for name in SUMS if name in TABLES[table].names]
    currency_column = "provider_reported_currency" if table == "usage" else "billing_currency"
    if costs:
        sums = ", ".join(f"CAST(sum({name}) AS DECIMAL(38,12))" for name in costs)
        for load_id, currency, *values in connection.execute(
            f"SELECT load_id, coalesce({currency_column}, ''), {sums} FROM {rows} GROUP BY ALL ORDER BY ALL"
        ).fetchall():
            found = {cost: value for cost, value in zip(costs, values, strict=True) if value is not None}
            if found:
                result.costs.setdefault(load_id, {})[currency] = found


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    source_name: str,
    own: Sequence[DataFile],
    result: Merge,
    folder: Path,
) -> None:
    """Rows that enter go into new files. A month that rows leave, or that lies in many files, is written whole."""
    entered, left = (
        {month for (month,) in connection.execute(f"SELECT DISTINCT billing_month FROM {view}").fetchall()}
        for view in ("entering", "leaving")
    )
    if not entered and not left:
        return
    files = Counter(file.slice[1] for file in own if file.slice)
    whole = left | {month for month in entered if files[month] >= FILES_A_SLICE}
    result.touched = {(source_name, month) for month in whole}
    folder.mkdir(parents=True, exist_ok=True)
    months = ", ".join(text_literal(month) for month in sorted(whole)) or "NULL"
    columns = ", ".join(quoted(name) for name in TABLES[table].names)
    keyed = ", ".join(
        "e.final_key AS natural_key" if name == "natural_key" else f"s.{quoted(name)}" for name in TABLES[table].names
    )
    # One month after the other holds one month's columns; a partitioned COPY holds those of all, on every thread.
    changed = sorted(entered | left)
    for part in ([month] for month in changed) if len(changed) <= MONTHS_ONE_BY_ONE else (changed,):
        chosen = ", ".join(text_literal(month) for month in part)
        rows = f"""
            SELECT {keyed} FROM staged AS s
            JOIN entering AS e
                ON e.load_id = s.load_id AND e.source_line = s.source_line AND e.natural_key = s.natural_key
            WHERE s.billing_month IN ({chosen})
            UNION ALL
            SELECT {columns} FROM stored AS s
            ANTI JOIN leaving AS l USING (natural_key)
            WHERE s.billing_month IN ({months}) AND s.billing_month IN ({chosen})
        """
        if len(part) == 1:
            file = folder / f"billing_month={part[0]}" / "data_0.parquet"
            file.parent.mkdir()
            written = connection.execute(f"COPY ({rows}) TO {text_literal(str(file))} ({PARQUET})").fetchone()
            if written == (0,):  # every row of the month was withdrawn
                file.unlink()
        else:
            partition = "PARTITION_BY (billing_month), WRITE_PARTITION_COLUMNS true"
            connection.execute(f"COPY ({rows}) TO {text_literal(str(folder))} ({PARQUET}, {partition})")
    result.files = sorted(folder.rglob("*.parquet"))


__all__ = ["Merge", "Plan", "merge"]
