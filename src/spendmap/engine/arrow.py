"""Arrow forms of the ledger's types: the bridge between the column registry and Parquet."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from spendmap.ledger import TABLES
from spendmap.ledger.columns import Type

ARROW_TYPE: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "money": pa.decimal128(28, 12),
    "unit_price": pa.decimal128(18, 12),
    "quantity": pa.decimal128(28, 12),
    "count": pa.int64(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
    "flag": pa.bool_(),
    "share": pa.decimal128(18, 12),
    "map": pa.map_(pa.string(), pa.string()),
}


def arrow_schema(table: str) -> pa.Schema:
    """Stored schema of a ledger table. Every field is nullable: what is required is checked at capture."""
    return pa.schema([pa.field(column.name, ARROW_TYPE[column.type]) for column in TABLES[table].columns])


def schema_of(*fields: Any) -> pa.Schema:
    """A schema from fields of any types."""
    return pa.schema(list(fields))


def conform(rows: pa.Table, table: str) -> pa.Table:
    """`rows` with exactly the table's columns, in order; a column that is not there becomes NULL.

    Raises:
        pyarrow.ArrowInvalid: a value does not fit its column.
        KeyError: a column the table does not have.
    """
    schema = arrow_schema(table)
    for name in rows.column_names:
        if name not in schema.names:
            raise KeyError(f"{table} has no column {name!r}")
    columns = [
        rows.column(field.name).cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def empty(table: str) -> pa.Table:
    """The table without a row."""
    return arrow_schema(table).empty_table()
