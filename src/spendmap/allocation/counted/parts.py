"""The pieces in which a line of money reaches the map, and the notes that go with them: rows for `counted.sql`.

Pure shapes and builders. A line without a part reaches the map as it is; a line with parts reaches it as its parts
alone, which add up to it in every cost it states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from spendmap.engine.arrow import schema_of
from spendmap.published.columns import METERED_COLUMNS, NOTES_COLUMNS
from spendmap.published.writing import arrow_schema
from spendmap.vocabulary.money import COSTS

MONEY = pa.decimal128(28, 12)
TEXT = pa.string()
PART = schema_of(
    pa.field("source_name", TEXT),
    pa.field("origin_key", TEXT),
    pa.field("part_no", pa.int32()),
    pa.field("month", TEXT),
    pa.field("part_date", pa.date32()),
    pa.field("scope", TEXT),
    pa.field("scope_rule", TEXT),
    pa.field("standing", TEXT),
    pa.field("covered_by", TEXT),
    pa.field("vendor_account", TEXT),
    pa.field("vendor_product", TEXT),
    pa.field("method", TEXT),
    pa.field("category", TEXT),
    pa.field("category_rule", TEXT),
    pa.field("layer", TEXT),
    pa.field("evidence", TEXT),
    *(pa.field(cost, MONEY) for cost in COSTS),
)
POOL = schema_of(
    pa.field("pool_no", pa.int32()),
    pa.field("bill_currency", TEXT),
    pa.field("needs_split", pa.bool_()),
    pa.field("bills_own", pa.bool_()),
    pa.field("is_export", pa.bool_()),
    pa.field("evidence", TEXT),
    pa.field("standing", TEXT),
)
MEMBER = schema_of(
    pa.field("pool_no", pa.int32()),
    pa.field("origin", TEXT),
    pa.field("vendor", TEXT),
    pa.field("vendor_account", TEXT),
    pa.field("account_id", TEXT),
    pa.field("tool", TEXT),
    pa.field("billing_month", TEXT),
    pa.field("currency", TEXT),
    pa.field("cover_from", pa.date32()),
    pa.field("cover_to", pa.date32()),
)
CARRIED = schema_of(
    pa.field("pool_no", pa.int32()), pa.field("origin_key", TEXT), *(pa.field(cost, MONEY) for cost in COSTS)
)
DARK = schema_of(
    pa.field("origin_key", TEXT),
    pa.field("source_name", TEXT),
    pa.field("billing_month", TEXT),
    pa.field("charge_date", pa.date32()),
    pa.field("category", TEXT),
    pa.field("scope_rule", TEXT),
    pa.field("vendor", TEXT),
    pa.field("vendor_account", TEXT),
    pa.field("vendor_product", TEXT),
    pa.field("supplier_name", TEXT),
    pa.field("owner", TEXT),
    pa.field("currency", TEXT),
    *(pa.field(cost, MONEY) for cost in COSTS),
)
COVERED = schema_of(pa.field("source_name", TEXT), pa.field("origin_key", TEXT), pa.field("covered_by", TEXT))
NOTE = arrow_schema(NOTES_COLUMNS)
METERED = arrow_schema(METERED_COLUMNS)


@dataclass
class Parts:
    """Parts collected line by line; numbered within their line."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(
        self,
        source: str,
        key: str,
        month: str,
        day: date,
        costs: Mapping[str, Decimal | None],
        **more: str | None,
    ) -> None:
        """One part. `costs` by cost name; a name left out is unknown (NULL)."""
        number = self._numbers.get((source, key), 0)
        self._numbers[source, key] = number + 1
        inside = day if f"{day:%Y-%m}" == month else date(int(month[:4]), int(month[5:7]), 1)
        self.rows.append(
            {
                "source_name": source,
                "origin_key": key,
                "part_no": number,
                "month": month,
                "part_date": inside,
                **more,
                **{cost: costs.get(cost) for cost in COSTS},
            }
        )

    def has(self, source: str, key: str) -> bool:
        """Whether the line has a part already."""
        return (source, key) in self._numbers

    @property
    def table(self) -> pa.Table:
        """All parts."""
        return table_of(self.rows, PART)


@dataclass
class Notes:
    """What the map says beside its figures, with the money."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, month: str, currency: str, amount: Decimal, **more: Any) -> None:
        """One note. `kind`: proposed_pair, matched, perhaps_twice, over, prepaid, api_equivalent, perhaps_ai, ..."""
        self.rows.append({"kind": kind, "month": month, "currency": currency, "amount": amount, "rows": 1, **more})

    @property
    def table(self) -> pa.Table:
        """All notes, in a stable order."""
        ordered = sorted(
            self.rows,
            key=lambda row: tuple(
                str(row.get(name) or "") for name in ("month", "kind", "vendor", "origin_key", "subject")
            ),
        )
        return table_of(ordered, NOTE)


def table_of(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as a table of exactly the schema's columns; what a row lacks is NULL."""
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


__all__ = [
    "CARRIED",
    "COSTS",
    "COVERED",
    "DARK",
    "MEMBER",
    "METERED",
    "NOTE",
    "PART",
    "POOL",
    "Notes",
    "Parts",
    "table_of",
]
