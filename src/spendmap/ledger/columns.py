"""One column of the ledger: name, stored type, unit, and the standard it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "money", "unit_price", "quantity", "count", "timestamp", "date", "flag", "share", "map"]

SQL_TYPE: dict[Type, str] = {
    "text": "VARCHAR",
    "money": "DECIMAL(28,12)",  # currency beside it in the row
    "unit_price": "DECIMAL(18,12)",  # per one pricing unit
    "quantity": "DECIMAL(28,12)",
    "count": "BIGINT",
    "timestamp": "TIMESTAMP",  # UTC, microseconds, stored without a zone on every engine
    "date": "DATE",  # UTC day
    "flag": "BOOLEAN",
    "share": "DECIMAL(18,12)",  # 0 to 1
    "map": "MAP(VARCHAR, VARCHAR)",
}


@dataclass(frozen=True)
class Column:
    """A stored column.

    `standard` names the specification and version the name comes from ("FOCUS 1.4 ChargePeriodStart",
    "OTel GenAI gen_ai.request.model"), or "spendmap" for our own.
    """

    name: str
    type: Type
    standard: str
    about: str
    unit: str = ""
    required: bool = False

    @property
    def sql_type(self) -> str:
        """The type in the DuckDB dialect that transforms are written in."""
        return SQL_TYPE[self.type]
