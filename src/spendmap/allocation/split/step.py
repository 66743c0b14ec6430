"""Split the indirect cost of some months: the last part of step 2 before the read model is published.

Reads `allocation` and `charge`, `utilization`, `utilization_ruled` as the step bound them, the split rules and the
register; gives the rows of `split.parquet`. The map is not touched: its rows stay where they are, and a split says
beside them who would carry them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from spendmap.allocation.split.drivers import Drivers, register_in
from spendmap.allocation.split.pools import fill
from spendmap.allocation.split.rules import FILE, SplitRule, digest_of, load_splits
from spendmap.allocation.split.spread import spread
from spendmap.engine.checked import hold
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.published.columns import SPLIT_COLUMNS
from spendmap.published.writing import arrow_schema
from spendmap.register import Value
from spendmap.vocabulary.errors import RuleError
from spendmap.workspace import Workspace

PACKAGE = "spendmap.allocation.split"
SCHEMA = arrow_schema(SPLIT_COLUMNS)
_ORDER = ("month", "currency", "pool", "category", "vendor", "evidence", "use_case", "reason")
Dated = Sequence[tuple[str, str, list[Value]]]


def splits_in_force(workspace: Workspace, dated: Dated) -> list[SplitRule]:
    """The workspace's split rules, held against its register.

    Raises:
        RuleError: a rule is wrong, or names what the register does not know.
    """
    ids = {type_: [id_ for found, id_, _ in dated if found == type_] for type_ in ("use_case", "department")}
    rules = load_splits(workspace.root / "rules", use_cases=ids["use_case"], departments=ids["department"])
    for rule in rules:
        if rule.id in ids["use_case"]:
            raise RuleError(
                f"{rule.file}:{rule.line}: split {rule.id!r} is called like a use case.",
                next_step="Give the split another id, then run `spendmap allocate` again.",
            )
    return rules


def split_months(engine: Engine, rules: Sequence[SplitRule], dated: Dated) -> pa.Table:
    """The rows of every month that `allocation` holds. `allocation` must be bound."""
    if not rules:
        return SCHEMA.empty_table()
    pool_money = Transform.load(PACKAGE, "pool_money.sql")
    rows_of_pools = engine.table(pool_money)
    hold(engine, pool_money, rows_of_pools)
    money = by_month(rows_of_pools.to_pylist())
    drivers = Drivers(
        engine.table(Transform.load(PACKAGE, "driver_usage.sql")),
        engine.table(Transform.load(PACKAGE, "driver_seats.sql")),
        register_in(dated),
    )
    rows = [
        row
        for month, own in sorted(money.items())
        for row in spread(month, fill(own, [rule for rule in rules if rule.holds_in(month)]), drivers)
    ]
    rows.sort(key=lambda row: tuple(row[name] or "" for name in _ORDER))
    return pa.Table.from_pylist([{name: row[name] for name in SCHEMA.names} for row in rows], schema=SCHEMA)


def by_month(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of `pool_money.sql` by their month."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["month"]].append(row)
    return found


def splits_meta(rules: Sequence[SplitRule], months: Iterable[str], before: Mapping[str, Any]) -> dict[str, Any]:
    """What `meta.json` notes: the pools with their reasons, and which rules each month was split by."""
    noted: dict[str, dict[str, Any]] = dict(before.get("months", {}))
    for month in months:
        own = [rule for rule in rules if rule.holds_in(month)]
        noted[month] = {"rules": digest_of(own), "pools": [rule.id for rule in own]}
    used = {pool for each in noted.values() for pool in each["pools"]}  # an older month may know older pools
    pools = {**before.get("pools", {}), **{rule.id: rule.as_document() for rule in rules}}
    return {
        "file": f"rules/{FILE}",
        "months": dict(sorted(noted.items())),
        "pools": {pool: about for pool, about in pools.items() if pool in used},
    }
