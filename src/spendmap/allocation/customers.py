"""The customer roll-up: metered AI money by month, customer, feature and use case.

Reads `usage_customer` and `allocation` through the engine; gives the table that `publish` writes.
Invariant: its four costs add up to the AI usage lines of the month roll-up, to the last digit; usage that names no
customer is a row of its own, with customer NULL.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spendmap.allocation.split import split_by_driver
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.published.columns import CUSTOMER_COLUMNS, CUSTOMER_KEYS
from spendmap.published.writing import arrow_schema
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.money import COST_BASES

COUNTS = ("usage_rows", "unpriced_rows", "input_tokens", "output_tokens")
SCHEMA = arrow_schema(CUSTOMER_COLUMNS)
_ACCOUNT = ("month", "feature", "use_case", "currency", "evidence", "vendor", "vendor_account")


def customer_rollup(engine: Engine, *, has_usage: bool = True) -> pa.Table:
    """The roll-up of the months that are bound. One row per month, customer, feature, use case, currency, evidence.

    Without usage it has no row, and nothing is asked.
    """
    if not has_usage:
        return SCHEMA.empty_table()
    plain = engine.table(Transform.load("spendmap.allocation", "rollup_customer.sql"))
    scaled = engine.table(Transform.load("spendmap.allocation", "rollup_customer_scaled.sql")).to_pylist()
    if scaled:
        plain = _with_scaled(plain, {_key(row): row for row in scaled})
    costs = [f"{basis}_cost" for basis in COST_BASES]
    summed = plain.group_by(list(CUSTOMER_KEYS), use_threads=False).aggregate(
        [(name, "sum") for name in (*costs, *COUNTS)]
    )
    named = pa.table(
        {
            field.name: pc.cast(
                summed.column(field.name if field.name in CUSTOMER_KEYS else f"{field.name}_sum"), field.type, safe=True
            )
            for field in SCHEMA
        }
    )
    return named.sort_by([(name, "ascending") for name in CUSTOMER_KEYS])


def _with_scaled(plain: pa.Table, money: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> pa.Table:
    """Share what a bill or a declared share made of an account's usage, by the metered cost of the rows it covers."""
    rows = plain.to_pylist()
    cells: dict[tuple[Any, ...], list[int]] = {}
    for index, row in enumerate(rows):
        cells.setdefault(_key(row), []).append(index)
    for key, carried in money.items():
        for basis in COST_BASES:
            amount: Decimal | None = carried[f"{basis}_cost"]
            if amount is None:
                continue
            weights = {
                f"{place:012d}": rows[place][f"{basis}_weight"]
                for place in cells[key]
                if rows[place][f"{basis}_weight"]
            }
            # Money whose rows have no price of their own goes to the first of them: there is nothing to tell by.
            shares = split_by_driver(amount, weights or {f"{cells[key][0]:012d}": Decimal(1)})
            for place, share in shares.items():
                row = rows[int(place)]
                before = row[f"{basis}_cost"]
                row[f"{basis}_cost"] = share if before is None else EXACT.add(before, share)
    return pa.Table.from_pylist(rows, schema=plain.schema)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _ACCOUNT)
