"""Rows by their keys: of two rows with one natural key one is kept. Logs, hand-made lists, live pulls.

`nothing`: the more complete row stays and nothing is withdrawn (logs). `file`: the first one read stays, and a new
version of a file withdraws what its old version brought. `window`: stored rows of the range asked for are replaced.
Invariant: a withdrawn row that comes again unchanged stays where it is: it is a duplicate, not a change.
"""

from __future__ import annotations

import duckdb

from spendmap.engine.merging import WHOLE, Merge, Plan, content_hash

_WITHDRAWN = """
    CREATE TEMP TABLE withdrawn AS
    SELECT natural_key, content, billing_month, min(new_load) AS new_load
    FROM (
        SELECT s.natural_key, {content} AS content, s.billing_month, w.new_load
        FROM stored AS s JOIN withdrawal AS w ON w.old_load = s.load_id
        UNION ALL
        SELECT s.natural_key, {content} AS content, s.billing_month, w.load_id
        FROM stored AS s JOIN asked_for AS w
            ON s.charge_period_start >= w.first AND s.charge_period_start < w.last
    )
    GROUP BY natural_key, content, billing_month
"""
# Of one key in one run the most complete row wins; of equally complete ones the last read in a log, the
# first read in a list (so that a later re-export of the same lines does not take them over).
_ENTERING = """
    CREATE TEMP TABLE candidate AS
    WITH ranked AS (
        SELECT natural_key, load_id, source_line, billing_month, {content} AS content,
               coalesce(completeness, 0) AS completeness,
               row_number() OVER (
                   PARTITION BY natural_key
                   ORDER BY coalesce(completeness, 0) DESC, delivery_no {order}, source_line DESC) AS place
        FROM staged
    )
    SELECT r.natural_key, r.natural_key AS final_key, r.load_id, r.source_line, r.billing_month,
           s.natural_key IS NOT NULL AS is_stored, s.billing_month AS stored_month,
           w.natural_key IS NOT NULL AS is_withdrawn, w.new_load AS withdrawing,
           CASE
               WHEN s.natural_key IS NULL THEN true
               WHEN w.natural_key IS NOT NULL THEN r.content <> w.content
               ELSE r.completeness > coalesce(s.completeness, 0)
           END AS enters
    FROM ranked AS r
    LEFT JOIN stored AS s ON s.natural_key = r.natural_key
    LEFT JOIN withdrawn AS w ON w.natural_key = r.natural_key
    WHERE r.place = 1
"""
_LEAVING = """
    CREATE TEMP TABLE leaving AS
    SELECT natural_key, load_id, stored_month AS billing_month FROM entering WHERE is_stored
    UNION ALL
    SELECT natural_key, new_load, billing_month FROM withdrawn
    WHERE natural_key NOT IN (SELECT natural_key FROM candidate)
"""


def merge_keys(connection: duckdb.DuckDBPyConnection, table: str, plan: Plan, result: Merge) -> None:
    """Make `entering` and `leaving` of the staged and the stored rows, and count them."""
    connection.execute("CREATE TEMP TABLE withdrawal (old_load VARCHAR, new_load VARCHAR)")
    withdraws = dict(plan.withdraws)
    for each in plan.incoming:
        if each.is_empty:
            withdraws |= {old.load_id: each.load_id for old in plan.earlier if old.file_name == each.file_name}
    if withdraws:
        connection.executemany("INSERT INTO withdrawal VALUES (?, ?)", list(withdraws.items()))
    connection.execute("CREATE TEMP TABLE asked_for (load_id VARCHAR, first TIMESTAMP, last TIMESTAMP)")
    windows = [(each.load_id, *each.window) for each in plan.incoming if each.window and plan.extent == "window"]
    if windows:
        connection.executemany("INSERT INTO asked_for VALUES (?, ?, ?)", windows)
    # Without a withdrawal nothing is compared, and hashing every row of a large log would cost as much as reading it.
    content = content_hash(table) if withdraws or windows else "0"
    connection.execute(_WITHDRAWN.replace("{content}", content))
    order = "ASC" if plan.extent == "file" else "DESC"
    connection.execute(_ENTERING.replace("{order}", order).replace("{content}", content))
    connection.execute("CREATE TEMP TABLE entering AS SELECT * FROM candidate WHERE enters")
    connection.execute(_LEAVING)
    result.loaded.update(dict(connection.execute("SELECT load_id, count(*) FROM entering GROUP BY 1").fetchall()))
    result.replaced.update(dict(connection.execute("SELECT load_id, count(*) FROM leaving GROUP BY 1").fetchall()))
    for old, new in withdraws.items():
        result.takes.setdefault(new, []).append((old, WHOLE))
