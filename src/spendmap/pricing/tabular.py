"""Price rows to and from the ledger's Arrow schema.

Invariant: `rows_of(table_of(rows)) == rows`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, cast

import pyarrow as pa

from spendmap.engine.arrow import arrow_schema, empty
from spendmap.pricing.rows import PriceRow

_FIELDS = tuple(field.name for field in fields(PriceRow))


ORDER = (
    *("provider", "model", "meter", "service_tier", "region_scope", "contract", "currency"),
    *("valid_from", "input_from", "window_start_s", "price_id"),
)
"""Columns of the order of a book's rows."""


def order_of(row: PriceRow) -> tuple[Any, ...]:
    """The order of a book's rows: by key, then by box."""
    return (*row.key, row.valid_from, row.input_from, row.window_start_s, row.price_id)


def table_of(rows: Iterable[PriceRow]) -> pa.Table:
    """Rows as the ledger's `price` table, sorted by key and box, so that equal books have equal bytes."""
    ordered = sorted(rows, key=order_of)
    schema = arrow_schema("price")
    if not ordered:
        return empty("price")
    columns: dict[str, list[object]] = {name: [getattr(row, name) for row in ordered] for name in _FIELDS}
    columns["price_id"] = [row.price_id for row in ordered]
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in schema}, schema=schema)


def rows_of(table: pa.Table) -> list[PriceRow]:
    """Rows of a `price` table, in its order. The id is worked out again from what the row says."""
    columns = [table.column(name).to_pylist() for name in _FIELDS]
    return [PriceRow(*cast("tuple[str, str, str]", values[:3]), *values[3:]) for values in zip(*columns, strict=True)]
