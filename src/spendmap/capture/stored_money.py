"""Whether the money a load captured is the money that is stored of it.

Reads captured tables and load records; writes nothing. A load of which rows were replaced since is left out: what is
left of it need not add up to what it brought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from spendmap.capture.known import facts
from spendmap.engine.engine import Engine
from spendmap.engine.integrity import COSTS
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES

CURRENCY = {"usage": "provider_reported_currency"}
"""The currency column of a table's money, where it is not `billing_currency`."""


def money_off(engine: Engine, tables: Iterable[str], loads: Sequence[Mapping[str, Any]]) -> list[str]:
    """What differs, one sentence for each load, cost and currency. The tables are bound."""
    off = []
    for table in tables:
        costs = [name for name in COSTS if name in TABLES[table].names]
        if not costs:
            continue
        stored = _stored(engine, table, costs)
        for load in loads:
            rows = stored.get(load["load_id"], [])
            if load["table_name"] != table or sum(row["n"] for row in rows) != load["rows_loaded"]:
                continue
            captured = facts(load)["costs"]
            for row in rows:
                for name in costs:
                    said = captured.get(row["currency"], {}).get(name)
                    if said is not None and Decimal(said) != row[name]:
                        what = f"{name} of {said} {row['currency']} was captured, {row[name].normalize():f} is stored"
                        off.append(f"{load['source_name']}/{load['file_name']}: {what}")
    return off


def _stored(engine: Engine, table: str, costs: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows and sums by load, one entry for each currency."""
    currency = CURRENCY.get(table, "billing_currency")
    zero = "CAST(0 AS DECIMAL(38,12))"
    sums = ", ".join(f"coalesce(CAST(sum(t.{name}) AS DECIMAL(38,12)), {zero}) AS {name}" for name in costs)
    columns = f"t.load_id, t.{currency} AS currency, count(*) AS n, {sums}"
    query = f"SELECT {columns} FROM {table} AS t GROUP BY t.load_id, t.{currency}"
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in engine.table(Transform(f"stored_{table}", query)).to_pylist():
        found[row["load_id"]].append(row)
    return found


__all__ = ["money_off"]
