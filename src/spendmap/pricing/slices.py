"""What the usage to be priced holds: which meters, how large, when, and by which names.

Reads `usage` through an engine with cheap scans (Parquet keeps most of the answers in its footers); writes
nothing. What is known here lets `specialise` leave out of the pricing what no row needs.
Invariant: a fact holds for every row of the usage it was read from; it says nothing of other rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS
from spendmap.pricing.meters import INPUT_METERS

NAMES = ("provider_name", "request_model", "response_model", "service_tier", "region_id", "billing_account_id")
"""The columns usage is named by."""

ACCOUNT = "billing_account_id"  # matters only where a contract is one account's
OFTEN_EMPTY = ("region_id",)  # counting a column costs a tenth of telling its rows apart
TIME = "charge_period_start"

EPOCH = datetime(1970, 1, 5)  # noqa: DTZ001  a Monday: seconds since then tell the weekday

Number = int | Decimal


@dataclass(frozen=True)
class Slice:
    """Facts that hold for every row. `low` and `high` have the meters some row states."""

    rows: int
    first: datetime
    last: datetime
    low: Mapping[str, Number]
    high: Mapping[str, Number]
    everywhere: frozenset[str]
    has_unbought: bool  # some row bought nothing: a hit in the gateway's cache, a refused call

    @property
    def used(self) -> tuple[str, ...]:
        """Meters some row has more than zero of; `requests` is apart, it is charged by its price, not its count."""
        return tuple(meter for meter in METERS if meter != "requests" and self.high.get(meter, 0))

    @property
    def stated(self) -> tuple[str, ...]:
        """Meters some row states, zero included."""
        return tuple(meter for meter in METERS if meter != "requests" and meter in self.high)

    @property
    def is_one_call_a_row(self) -> bool:
        """No row is a bucket of several calls."""
        return self.high.get("requests", 0) <= 1

    @property
    def longest_input(self) -> int:
        """No request is longer, in tokens."""
        return sum(int(self.high.get(meter, 0)) for meter in INPUT_METERS)


def look(engine: Engine, table: str = "usage") -> Slice | None:
    """The facts of the bound usage `table`; None when it is empty or holds what the short way does not expect.

    That is: a row without a time or before 1970, or a negative quantity.
    """
    counts = ", ".join(f"COUNT(u.{name}) AS {name}" for name in (*METERS, TIME))
    unbought = "COUNT(CASE WHEN u.is_cache_hit OR u.not_bought IS NOT NULL THEN 1 END) AS unbought"
    stated = _one(engine, "usage_counts", f"SELECT COUNT(*) AS n, {unbought}, {counts} FROM {table} AS u")
    if not stated["n"] or stated[TIME] < stated["n"]:
        return None
    meters = [meter for meter in METERS if stated[meter]]
    ranges = ", ".join(f"MIN(u.{name}) AS low_{name}, MAX(u.{name}) AS high_{name}" for name in (*meters, TIME))
    edges = _one(engine, "usage_ranges", f"SELECT {ranges} FROM {table} AS u")
    low = {meter: edges[f"low_{meter}"] for meter in meters}
    if edges[f"low_{TIME}"] < EPOCH or any(value < 0 for value in low.values()):
        return None
    return Slice(
        rows=stated["n"],
        first=edges[f"low_{TIME}"],
        last=edges[f"high_{TIME}"],
        low=low,
        high={meter: edges[f"high_{meter}"] for meter in meters},
        everywhere=frozenset(meter for meter in meters if stated[meter] == stated["n"]),
        has_unbought=stated["unbought"] > 0,
    )


def names_in(engine: Engine, *, with_accounts: bool) -> pa.Table:
    """The distinct names rows bear, NULL where they state none; accounts are NULL throughout when not asked for."""
    counts = ", ".join(f"COUNT(u.{name}) AS {name}" for name in OFTEN_EMPTY)
    stated = _one(engine, "usage_named", f"SELECT {counts} FROM usage AS u")
    asked = [name for name in NAMES if stated.get(name, 1) and (with_accounts or name != ACCOUNT)]
    sql = f"SELECT DISTINCT {', '.join(f'u.{name} AS {name}' for name in asked)} FROM usage AS u"
    names = engine.table(Transform("usage_names", sql))
    empty = pa.nulls(len(names), pa.string())
    return pa.table({name: names.column(name) if name in asked else empty for name in NAMES})


def model_of(name: Mapping[str, str | None]) -> str | None:
    """What a row of `names_in` is priced by: the model that answered, else the one asked for."""
    return name["request_model"] if name["response_model"] is None else name["response_model"]


def _one(engine: Engine, name: str, sql: str) -> Mapping[str, Any]:
    (record,) = engine.table(Transform(name, sql)).to_pylist()
    found: Mapping[str, Any] = record
    return found
