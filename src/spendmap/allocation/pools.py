"""Billed account-months carried by their metered usage: who carries how much, and what stays dark.

Reads `account_money` and `carriers` (both small: accounts x months, and the usage groups of the accounts
whose bill and meter differ in kind); writes the tables `pool`, `carried` and `dark` for `counted.sql`.

Rule: where the bill is at least what was metered, each usage group carries exactly its own metered cost
and the remainder is dark. Where more was metered than billed (a discount the price book does not know),
the whole bill is split in proportion to the metered cost, and nothing is dark.
Invariant: per pool and cost, carried + dark = billed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from spendmap.allocation.split import split_by_driver
from spendmap.engine.arrow import schema_of

COSTS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")
DARK = "\x00dark"
MONEY = pa.decimal128(28, 12)
POOL_SCHEMA = schema_of(
    pa.field("pool_no", pa.int32()),
    pa.field("vendor", pa.string()),
    pa.field("vendor_account", pa.string()),
    pa.field("billing_month", pa.string()),
    pa.field("currency", pa.string()),
    pa.field("needs_split", pa.bool_()),
)
CARRIED_SCHEMA = schema_of(
    pa.field("pool_no", pa.int32()), pa.field("origin_key", pa.string()), *(pa.field(cost, MONEY) for cost in COSTS)
)
DARK_SCHEMA = schema_of(
    pa.field("origin_key", pa.string()),
    pa.field("source_name", pa.string()),
    pa.field("billing_month", pa.string()),
    pa.field("charge_date", pa.date32()),
    pa.field("category", pa.string()),
    pa.field("scope_rule", pa.string()),
    pa.field("vendor", pa.string()),
    pa.field("vendor_account", pa.string()),
    pa.field("supplier_name", pa.string()),
    pa.field("currency", pa.string()),
    *(pa.field(cost, MONEY) for cost in COSTS),
)


@dataclass
class Pools:
    """The tables `counted.sql` reads beside `attributed`."""

    pool: pa.Table
    rows: list[dict[str, Any]]
    carried: list[dict[str, Any]] = field(default_factory=list)
    dark: list[dict[str, Any]] = field(default_factory=list)

    @property
    def carried_table(self) -> pa.Table:
        """Exact shares of the pools that needed a split."""
        return pa.Table.from_pylist(self.carried, schema=CARRIED_SCHEMA)

    @property
    def dark_table(self) -> pa.Table:
        """What no telemetry explains, one row per pool where it is not zero."""
        return pa.Table.from_pylist(self.dark, schema=DARK_SCHEMA)


def open_pools(account_money: pa.Table) -> Pools:
    """Number the pools and find those whose shares are not simply the metered cost."""
    rows = sorted(
        account_money.to_pylist(),
        key=lambda row: (row["billing_month"], row["vendor"], row["vendor_account"], row["currency"]),
    )
    for number, row in enumerate(rows):
        row["pool_no"] = number
        same = all(row[cost] is None or row[cost] == row["effective_cost"] for cost in COSTS)
        complete = all(row[cost] is not None for cost in COSTS)
        row["needs_split"] = row["metered"] > row["effective_cost"] or not same or not complete
    return Pools(
        pa.Table.from_pylist([{n: row[n] for n in POOL_SCHEMA.names} for row in rows], schema=POOL_SCHEMA), rows
    )


def fill_pools(pools: Pools, carriers: Iterable[dict[str, Any]]) -> None:
    """Split each pool over its usage groups and name its dark remainder."""
    weights: dict[int, dict[str, Decimal]] = {}
    for row in carriers:
        weights.setdefault(row["pool_no"], {})[row["origin_key"]] = row["metered"]
    for pool in pools.rows:
        if not pool["needs_split"]:
            pools.dark += _dark(pool, {cost: pool[cost] - pool["metered"] for cost in COSTS})
            continue
        metered = weights[pool["pool_no"]]
        drivers = dict(sorted(metered.items()))
        is_dark = pool["metered"] < pool["effective_cost"]
        if is_dark:
            drivers[DARK] = pool["effective_cost"] - pool["metered"]
        shares: dict[str, dict[str, Decimal | None]] = {}
        for cost in COSTS:
            if pool[cost] is None:
                shares[cost] = dict.fromkeys(drivers, None)
            elif is_dark and pool[cost] == pool["effective_cost"]:
                shares[cost] = dict(drivers)
            else:
                shares[cost] = dict(split_by_driver(pool[cost], drivers))
        pools.carried += [
            {"pool_no": pool["pool_no"], "origin_key": key, **{cost: shares[cost][key] for cost in COSTS}}
            for key in metered
        ]
        if is_dark:
            pools.dark += _dark(pool, {cost: shares[cost][DARK] for cost in COSTS})


def _dark(pool: dict[str, Any], costs: dict[str, Decimal | None]) -> list[dict[str, Any]]:
    if not any(costs.values()):
        return []
    month = pool["billing_month"]
    return [
        {
            "origin_key": f"dark:{pool['vendor']}:{pool['vendor_account']}:{month}:{pool['currency']}",
            "source_name": pool["source_name"],
            "billing_month": month,
            "charge_date": date(int(month[:4]), int(month[5:7]), 1),
            "category": pool["category"],
            "scope_rule": pool["category_rule"],
            "vendor": pool["vendor"],
            "vendor_account": pool["vendor_account"],
            "supplier_name": pool["supplier_name"],
            "currency": pool["currency"],
            **costs,
        }
    ]
