"""Dedupe at write: staged rows of one capture run against the stored rows of the same source.

Reads staged Parquet files and the source's files in the snapshot; writes Parquet files per touched
slice and says, per load, how many rows entered, repeated or took another's place.
Law: rows stored after = rows stored before + loaded - replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import duckdb

from spendmap.engine.duckdb import PARQUET, file_list, quoted, text_literal
from spendmap.engine.store import DataFile, Slice
from spendmap.ledger import METERS, TABLES

_KEYS = """
    CREATE TEMP TABLE keys AS
    SELECT natural_key, load_id, source_line, billing_month, delivery_no, {bucket} AS bucket,
           coalesce(completeness, 0) AS completeness
    FROM staged
"""

# Of one key in one run the most complete row wins; of equally complete ones the last read in a log, the
# first read in a ledger (so that a later re-export of the same lines does not take them over).
_ROW_ENTERING = """
    CREATE TEMP TABLE entering AS
    WITH ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY natural_key ORDER BY completeness DESC, {order}, source_line DESC) AS place
        FROM keys
    )
    SELECT r.natural_key, r.load_id, r.source_line, r.billing_month, true AS stays,
           s.billing_month AS stored_month, r.load_id AS replacing_load
    FROM ranked AS r
    LEFT JOIN stored AS s ON s.natural_key = r.natural_key
    WHERE r.place = 1 AND (s.natural_key IS NULL OR r.completeness > coalesce(s.completeness, 0))
"""
_ROW_LEAVING = """
    CREATE TEMP TABLE leaving AS
    SELECT natural_key, load_id, stored_month AS billing_month FROM entering WHERE stored_month IS NOT NULL
    UNION ALL
    SELECT natural_key, new_load, billing_month FROM withdrawn
"""

# A delivery's days (of the same account, where the rows name one) replace the stored days whole; a later
# delivery of a run replaces an earlier one's.
_DAY_LAST = """
    CREATE TEMP TABLE last_delivery AS
    SELECT bucket, max(delivery_no) AS delivery_no, max_by(load_id, delivery_no) AS load_id FROM keys GROUP BY bucket
"""
_DAY_FINAL = """
    CREATE TEMP TABLE final_keys AS
    SELECT DISTINCT k.natural_key FROM keys AS k
    JOIN last_delivery AS d ON d.bucket = k.bucket AND d.delivery_no = k.delivery_no
"""
_DAY_ENTERING = """
    CREATE TEMP TABLE entering AS
    WITH ranked AS (
        SELECT *, row_number() OVER (PARTITION BY natural_key ORDER BY delivery_no, source_line) AS place FROM keys
    )
    SELECT r.natural_key, r.load_id, r.source_line, r.billing_month, f.natural_key IS NOT NULL AS stays,
           CAST(NULL AS VARCHAR) AS stored_month, d.load_id AS replacing_load
    FROM ranked AS r
    JOIN last_delivery AS d ON d.bucket = r.bucket
    LEFT JOIN final_keys AS f ON f.natural_key = r.natural_key
    LEFT JOIN stored AS s ON s.natural_key = r.natural_key
    WHERE r.place = 1 AND s.natural_key IS NULL
"""
_DAY_LEAVING = """
    CREATE TEMP TABLE leaving AS
    SELECT s.natural_key, d.load_id, s.billing_month
    FROM stored AS s
    JOIN last_delivery AS d ON d.bucket = {bucket}
    ANTI JOIN final_keys AS f ON f.natural_key = s.natural_key
    UNION ALL
    SELECT natural_key, new_load, billing_month FROM withdrawn
"""


@dataclass
class Merge:
    """What a merge did: the touched slices, their new files, and per load the rows by fate."""

    touched: set[Slice] = field(default_factory=set)
    files: list[Path] = field(default_factory=list)
    loaded: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    months: dict[str, list[str]] = field(default_factory=dict)
    meters: dict[str, dict[str, int]] = field(default_factory=dict)  # usage: per load, sums that entered


def merge(
    table: str,
    source_name: str,
    staged: Sequence[Path],
    stored: Sequence[DataFile],
    restates: Literal["row", "file", "day"],
    folder: Path,
    *,
    bucket_columns: Sequence[str] = (),
    withdraws: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Merge:
    """Merge one run's staged rows into the source's slices; files go under `folder`, not yet visible.

    A `day` source restates per UTC day and per value of `bucket_columns` (the account billed, the product).
    `withdraws` maps an earlier load to the load that takes the place of all its rows (a new version of
    a file, or the same file read with other settings).
    """
    connection = duckdb.connect()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET memory_limit = {text_literal((settings or {}).get('memory_limit', '4GB'))}")
        columns = ", ".join(quoted(name) for name in TABLES[table].names)
        connection.execute(f"CREATE TEMP VIEW staged AS SELECT * FROM {file_list(staged)}")
        own = [file.path for file in stored if file.slice and file.slice[0] == source_name]
        origin = file_list(own) if own else "staged WHERE false"
        connection.execute(f"CREATE TEMP VIEW all_stored AS SELECT {columns} FROM {origin}")
        connection.execute("CREATE TEMP TABLE withdrawal (old_load VARCHAR, new_load VARCHAR)")
        if withdraws:
            connection.executemany("INSERT INTO withdrawal VALUES (?, ?)", list(withdraws.items()))
        # A withdrawn row that comes again unchanged stays where it is: it is a duplicate, not a change.
        connection.execute(
            """
            CREATE TEMP TABLE withdrawn AS
            SELECT s.natural_key, w.new_load, s.billing_month
            FROM all_stored AS s JOIN withdrawal AS w ON w.old_load = s.load_id
            WHERE s.natural_key NOT IN (SELECT natural_key FROM staged)
            """
        )
        connection.execute(
            "CREATE TEMP VIEW stored AS SELECT * FROM all_stored ANTI JOIN withdrawn USING (natural_key)"
        )
        bucket = _bucket(bucket_columns)
        connection.execute(_KEYS.replace("{bucket}", bucket))
        steps = (
            (_ROW_ENTERING, _ROW_LEAVING) if restates != "day" else (_DAY_LAST, _DAY_FINAL, _DAY_ENTERING, _DAY_LEAVING)
        )
        for step in steps:
            order = "delivery_no ASC" if restates == "file" else "delivery_no DESC"
            connection.execute(step.replace("{order}", order).replace("{bucket}", bucket))
        result = _count(connection, table, source_name)
        if result.touched:
            _write(connection, columns, result, folder)
        return result
    finally:
        connection.close()


def _bucket(columns: Sequence[str]) -> str:
    """What a delivery restates as one: a UTC day of one account, as text."""
    parts = [
        "CAST(CAST(charge_period_start AS DATE) AS VARCHAR)",
        *(f"coalesce({quoted(name)}, '')" for name in columns),
    ]
    return f"concat_ws('|', {', '.join(parts)})"


def _count(connection: duckdb.DuckDBPyConnection, table: str, source_name: str) -> Merge:
    result = Merge()
    for load_id, count, months in connection.execute(
        "SELECT load_id, count(*), list(DISTINCT billing_month) FROM entering GROUP BY load_id"
    ).fetchall():
        result.loaded[load_id] = count
        result.months[load_id] = sorted(months)
    for load_id, count in connection.execute(
        """
        SELECT load_id, count(*) FROM (
            SELECT load_id FROM leaving
            UNION ALL SELECT replacing_load FROM entering WHERE NOT stays
        ) GROUP BY load_id
        """
    ).fetchall():
        result.replaced[load_id] = count
    result.touched = {
        (source_name, month)
        for (month,) in connection.execute(
            "SELECT billing_month FROM entering WHERE stays UNION SELECT billing_month FROM leaving"
        ).fetchall()
    }
    if table == "usage":
        sums = ", ".join(f"sum({quoted(meter)})" for meter in METERS)
        for load_id, *values in connection.execute(
            f"""
            SELECT load_id, {sums} FROM staged AS s
            SEMI JOIN (SELECT * FROM entering WHERE stays) AS e USING (load_id, source_line, natural_key)
            GROUP BY load_id
            """
        ).fetchall():
            result.meters[load_id] = {
                meter: value for meter, value in zip(METERS, values, strict=True) if value is not None
            }
    return result


def _write(connection: duckdb.DuckDBPyConnection, columns: str, result: Merge, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    months = ", ".join(text_literal(month) for _, month in sorted(result.touched))
    connection.execute(
        f"""
        COPY (
            SELECT {columns} FROM staged AS s
            SEMI JOIN (SELECT * FROM entering WHERE stays) AS e USING (load_id, source_line, natural_key)
            UNION ALL
            SELECT {columns} FROM stored AS s
            ANTI JOIN leaving AS l USING (natural_key)
            WHERE s.billing_month IN ({months})
        ) TO {text_literal(str(folder))} ({PARQUET}, PARTITION_BY (billing_month), WRITE_PARTITION_COLUMNS true)
        """
    )
    result.files = sorted(folder.rglob("*.parquet"))


__all__ = ["Merge", "merge"]
