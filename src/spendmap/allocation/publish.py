"""Publish the read model: month, day and customer roll-ups, the split, what counting noticed, labels and file lists.

Reads `allocation`, the split and the register's labels; writes one version (`published.writing`) and makes it the one
in force. Readers see the old version or the new one. Months that were not worked on are taken over as they were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spendmap.allocation.customers import customer_rollup
from spendmap.engine.checked import hold
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.published import Version
from spendmap.published.columns import ROLLUPS
from spendmap.published.writing import published_table, version_before, write_version
from spendmap.workspace import Workspace

SORTED_BY = {"day": "charge_date"}
"""Published file -> the column its months are told apart by when they are put together; `month` for the others."""


def publish(
    workspace: Workspace,
    engine: Engine,
    version: str,
    months: Sequence[str],
    allocation: Sequence[Path],
    meta: Mapping[str, Any],
    *,
    split: pa.Table | None = None,
    extra: Mapping[str, pa.Table] | None = None,
    overlap: tuple[Mapping[str, pa.Table], Sequence[str]] = ({}, ()),
    has_usage: bool = True,
) -> Path:
    """Write a new version for `months` from the given allocation files and make it the current one.

    `split` holds the indirect cost of the months; a version without any has no `split.parquet`. `extra` holds the
    other optional files by name ("notes", "metered"), rows of `months` only. `overlap` is what was seen of the identity
    of calls, and in which months it was looked for: those that were priced. `has_usage` says
    whether any month has metered usage, of which the customer roll-up is made.
    """
    engine.bind("allocation", list(allocation), like="allocation")
    before = version_before(workspace)
    fresh = {name: _rollup(engine, name, has_usage=has_usage) for name in ROLLUPS}
    fresh |= {name: table for name, table in {"split": split, **(extra or {})}.items() if table is not None}
    tables = {name: _with_other_months(table, before, name, months) for name, table in fresh.items()}
    tables |= {name: _with_other_months(table, before, name, overlap[1]) for name, table in overlap[0].items()}
    known = set(months)
    for name in ROLLUPS:
        known |= {str(month) for month in pc.unique(tables[name].column("month")).to_pylist()}
    return write_version(workspace, version, tables, {"months": sorted(known), **meta}).folder


def _rollup(engine: Engine, name: str, *, has_usage: bool) -> pa.Table:
    if name == "customer":
        return customer_rollup(engine, has_usage=has_usage)
    transform = Transform.load("spendmap.allocation", f"rollup_{name}.sql")
    rows = engine.table(transform)
    hold(engine, transform, rows)
    return rows


def _with_other_months(fresh: pa.Table, before: Version | None, name: str, months: Sequence[str]) -> pa.Table:
    """The new rows and, of the version before, those of months that were not worked on."""
    if before is None or before.file(name) is None:
        return fresh
    old = published_table(before, name)
    kept = old.filter(pc.invert(pc.is_in(old.column("month"), value_set=pa.array(list(months), pa.string()))))
    if not len(kept):
        return fresh
    return pa.concat_tables([_as(kept, fresh.schema), fresh]).sort_by(SORTED_BY.get(name, "month"))


def _as(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of an older version with the columns of the new one: a column they lack is unknown."""
    return pa.table(
        [
            rows.column(field.name).cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(len(rows), field.type)
            for field in schema
        ],
        schema=schema,
    )
