"""Small tables in the ledger's shape, and the rules run over them on DuckDB and on Spark."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from spendmap.allocation.conditions import Derived
from spendmap.allocation.rules import Compiled, compile_first_match
from spendmap.ledger import TABLES

SHARED = Path(__file__).resolve().parents[3] / "shared"
ARROW = {
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
WANTED = ("text", "flag", "map", "timestamp", "count")


def at(text: str) -> datetime:
    """An instant as the ledger stores it: UTC, without a zone."""
    return datetime.fromisoformat(text)


def ledger_table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of a ledger table with every column a rule may ask about, and the derived `vendor`."""
    columns = [column for column in TABLES[name].columns if column.type in WANTED]
    found = [dict(row) for row in rows]
    for place, row in enumerate(found):
        row.setdefault("natural_key", str(place))
        row.setdefault("charge_period_start", datetime(2026, 10, 5))  # noqa: DTZ001  (the ledger stores UTC without a zone)
    arrays = {column.name: pa.array([row.get(column.name) for row in found], ARROW[column.type]) for column in columns}
    arrays["vendor"] = pa.array([row.get("vendor") for row in found], pa.string())
    return pa.table(arrays)


def with_derived(derived: Iterable[Derived], decided: exp.Expression, *, source: str = "t") -> exp.Select:
    """`SELECT natural_key, <decided> AS rule FROM (SELECT *, <derived> FROM source)`."""
    inner = exp.select("*", *(exp.alias_(each.expression.copy(), each.name) for each in derived)).from_(source)
    return exp.select("natural_key", exp.alias_(decided, "rule")).from_(inner.subquery("d"))


def deciding_rules(compiled: Compiled, table: pa.Table) -> dict[str, str | None]:
    """natural_key -> id of the rule that decides the row, on DuckDB."""
    query = with_derived(compiled.derived, compiled.case).sql(dialect="duckdb")
    with duckdb.connect() as connection:
        connection.register("t", table)
        found = connection.execute(query).fetchall()
    return {key: None if place is None else compiled.rules[place].id for key, place in found}


def decide(rules: Any, name: str, rows: Iterable[Mapping[str, Any]], **more: Any) -> list[str | None]:
    """Ids of the deciding rules in the order of the rows."""
    table = ledger_table(name, rows)
    found = deciding_rules(compile_first_match(rules, name, table.column_names, **more), table)  # type: ignore[arg-type]
    return [found[key] for key in table.column("natural_key").to_pylist()]


def focus_rows(file: Path) -> list[dict[str, Any]]:
    """A FOCUS file as charge rows: names in snake case, the text NULL and the empty text missing."""
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    return [_charge(row) for row in csv.DictReader(text.splitlines())]


def _charge(row: Mapping[str, str]) -> dict[str, Any]:
    names = {column.name: column.type for column in TABLES["charge"].columns}
    found: dict[str, Any] = {"statement": "cost_export"}
    for name, text in row.items():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        if text in {"", "NULL"} or names.get(snake) not in {"text", "map", "timestamp"}:
            continue
        if names[snake] == "map":
            found[snake] = [(key, str(value)) for key, value in json.loads(text).items()]
        elif names[snake] == "timestamp":
            found[snake] = datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=None)
        else:
            found[snake] = text
    if "service_provider_name" not in found and row.get("ProviderName"):
        found["service_provider_name"] = row["ProviderName"]
    return found


def uk_payments() -> list[dict[str, Any]]:
    """Every row of the 25 published spending files as a payment."""
    rows: list[dict[str, Any]] = []
    for file in sorted((SHARED / "data/ledger/uk_cabinet_office_spend_over_25k").glob("*.csv")):
        data = file.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        for row in csv.DictReader(text.splitlines()):
            supplier = row.get("Supplier")
            if supplier and row.get("Date"):
                rows.append(
                    {
                        "invoice_issuer_name": supplier,
                        "gl_account": row.get("Expense Type"),
                        "statement": "payment",
                        "charge_period_start": datetime.fromisoformat(row["Date"]).replace(tzinfo=None),
                    }
                )
    return rows
