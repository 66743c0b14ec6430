"""Law L3 of the split: what the receivers of a pool carry adds up to the pool's money, on every basis.

Reads the published `split.parquet` and `month.parquet`, and works the pools out again from the ledger: nothing of the
split itself is believed. Months that were split by other rules than those now in `splits.yaml` cannot be worked out
again; they are counted and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spendmap.allocation.split.pools import MoneyKey, fill
from spendmap.allocation.split.rules import SplitRule, digest_of, load_splits
from spendmap.allocation.split.step import PACKAGE, by_month
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.published import Version
from spendmap.published.writing import published_table
from spendmap.vocabulary.exact import Costs, add_costs
from spendmap.vocabulary.money import COSTS

Sums = dict[tuple[str, ...], Costs]


def split_law(engine: Engine, rules_folder: Path, version: Version) -> tuple[bool, str]:
    """Whether the law holds, and what was compared.

    Args:
        engine: with `allocation`, `charge` and `utilization` bound as they were when published.
    Raises:
        RuleError: the split rules now on file cannot be read.
    """
    rules = load_splits(rules_folder)
    money = by_month(engine.table(Transform.load(PACKAGE, "pool_money.sql")).to_pylist())
    in_force = {month: [rule for rule in rules if rule.holds_in(month)] for month in money}
    noted = version.meta.splits.rules_of
    same = {month for month, own in in_force.items() if noted.get(month) == digest_of(own)}
    carried = _sums(published_table(version, "split").to_pylist(), ("month", "pool", *MoneyKey._fields))
    expected = _pools({month: money[month] for month in same}, in_force)
    off = [key for key in expected.keys() | carried.keys() if key[0] in same and expected.get(key) != carried.get(key)]
    rollup = [
        row for row in published_table(version, "month").to_pylist() if row["scope"] == "ai" and row["use_case"] is None
    ]
    whole = _sums((row for rows in money.values() for row in rows), ("month", "currency"))
    off += [key for key, costs in _sums(rollup, ("month", "currency")).items() if whole.get(key) != costs]
    stale = len({key[0] for key in carried} - same)
    told = f"{len(carried):,} pool sums carried whole, {len(off)} off" + (f" (such as {min(off)})" if off else "")
    if stale:
        months = "1 month was" if stale == 1 else f"{stale} months were"
        told += f"; {months} split by other rules than those now on file: run `spendmap allocate`"
    return not off, told


def _pools(money: Mapping[str, list[Mapping[str, Any]]], rules: Mapping[str, list[SplitRule]]) -> Sums:
    return {
        (month, name, *key): costs
        for month, rows in money.items()
        for name, pool in fill(rows, rules[month]).items()
        for key, costs in pool.money.items()
    }


def _sums(rows: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> Sums:
    found: Sums = {}
    for row in rows:
        key = tuple(str(row[name] or "") for name in keys)
        found[key] = add_costs(found.get(key), tuple(row[cost] for cost in COSTS))
    return found
