"""Compile register keys: which entity a ledger row belongs to, one winner by stated precedence.

Reads `Key`s; gives SQLGlot expressions and small Arrow tables, never text. Keys that share their columns
and are many become a lookup table with an equi-join; the few others become one CASE. Both give the key's
order, and the lowest order wins (most conditions first, then as declared).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise, product
from typing import Any

import pyarrow as pa
from sqlglot import exp

from spendmap.allocation.conditions import (
    Columns,
    Condition,
    Derived,
    When,
    all_of,
    between_days,
    columns_behind,
    compile_when,
    stored_forms,
)
from spendmap.ledger import TABLES
from spendmap.register.entities import Key
from spendmap.vocabulary.masking import Hashed

LOOKUP_FROM = 25  # keys on the same columns from which a join beats a CASE branch each
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(9999, 12, 31)


@dataclass(frozen=True)
class Lookup:
    """A table of keys on the same columns: `key_1`.. `key_n`, `valid_from`, `valid_to`, `key_order`.

    For one combination of values its spans never overlap, so a join matches a row at most once.
    """

    name: str
    table: pa.Table
    columns: tuple[str, ...]  # derived columns to compare with key_1.. key_n

    def on(self) -> exp.Expression:
        """The join condition; the lookup is joined under its own name."""
        terms: list[exp.Expression] = [
            exp.EQ(this=exp.column(column), expression=exp.column(f"key_{place}", table=self.name))
            for place, column in enumerate(self.columns, 1)
        ]
        start = exp.column("charge_period_start")
        terms.append(exp.LTE(this=exp.column("valid_from", table=self.name), expression=start))
        terms.append(exp.LT(this=start.copy(), expression=exp.column("valid_to", table=self.name)))
        return all_of(terms)


@dataclass(frozen=True)
class KeyPlan:
    """How to find each row's entity. Left-join every lookup on its `on()`, then `winner` is the key's order.

    `entities` maps `key_order` to `entity_id`; `derived` are columns to add before.
    """

    entity_type: str
    derived: tuple[Derived, ...]
    lookups: tuple[Lookup, ...]
    case: exp.Expression | None
    winner: exp.Expression
    entities: pa.Table

    @property
    def is_empty(self) -> bool:
        """No key can match any row of the table."""
        return not self.lookups and self.case is None


def compile_keys(
    keys: Iterable[Key],
    entity_type: str,
    *,
    table: str = "charge",
    columns: Collection[str] | None = None,
    lookup_from: int = LOOKUP_FROM,
    hashed: Hashed | None = None,
) -> KeyPlan:
    """The plan for one kind of entity on one ledger table.

    A key that asks about a column this table does not have cannot match its rows and is left out.

    Args:
        columns: what the relation has; None = the table's own columns and the derived `vendor`, `vendor_account`,
            `supplier_name`, `model`.
        hashed: the workspace's keyed hash, for keys that name what the ledger keeps as one.
    """
    available = frozenset(columns if columns is not None else (*TABLES[table].names, *ADDED))
    named = Columns(table, available, hashed)
    groups: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    own = [key for key in keys if key.entity_type == entity_type and _fits(key, table, available)]
    for key in own:
        groups[tuple(sorted(key.conditions))].append(key)
    lookups: list[Lookup] = []
    few: list[Key] = []
    for fields, group in sorted(groups.items()):
        if len(group) >= lookup_from and all(named.type_of(name) == "text" for name in fields):
            name = f"{entity_type}_keys_{len(lookups) + 1}"
            derived = tuple(named.text(each).name for each in fields)
            lookups.append(Lookup(name, _lookup_table(fields, group, named), derived))
        else:
            few.extend(group)
    case = _case(sorted(few, key=lambda key: key.order), named)
    return KeyPlan(
        entity_type=entity_type,
        derived=tuple(named.derived.values()),
        lookups=tuple(lookups),
        case=case,
        winner=_lowest([exp.column("key_order", table=each.name) for each in lookups], case),
        entities=_entities(own),
    )


ADDED = ("vendor", "vendor_account", "supplier_name", "model")
"""Text columns the caller derives before keys are matched."""


def _fits(key: Key, table: str, available: frozenset[str]) -> bool:
    return all(columns_behind(table, name, available) is None for name in key.conditions)


def _case(keys: list[Key], named: Columns) -> exp.Expression | None:
    branches: list[exp.If] = []
    for key in keys:
        asked = key.conditions.items()
        when = When(tuple(Condition(name, "equals", (value.lower(),), written=(value,)) for name, value in asked))
        terms = [compile_when(when, named, lambda _facets: ()), *between_days(key.valid_from, key.valid_to)]
        branches.append(exp.If(this=all_of(terms), true=exp.Literal.number(key.order)))
    return exp.Case(ifs=branches) if branches else None


def _lookup_table(fields: tuple[str, ...], keys: list[Key], named: Columns) -> pa.Table:
    by_values: dict[tuple[str, ...], list[Key]] = defaultdict(list)
    for key in keys:
        for values in product(*(_forms(named, name, key.conditions[name]) for name in fields)):
            by_values[values].append(key)
    rows: list[tuple[tuple[str, ...], date, date, int]] = []
    for values, rivals in sorted(by_values.items()):
        rows.extend((values, since, until, order) for since, until, order in _without_overlap(rivals))
    arrays: dict[str, Any] = {
        f"key_{place + 1}": pa.array([values[place] for values, *_ in rows], pa.string())
        for place in range(len(fields))
    }
    arrays["valid_from"] = pa.array([_instant(since) for _, since, _, _ in rows], pa.timestamp("us"))
    arrays["valid_to"] = pa.array([_instant(until) for _, _, until, _ in rows], pa.timestamp("us"))
    arrays["key_order"] = pa.array([order for *_, order in rows], pa.int32())
    return pa.table(arrays)


def _forms(named: Columns, name: str, value: str) -> tuple[str, ...]:
    return (value.lower(),) if named.hashed is None else stored_forms(named.table, name, value, named.hashed)


def _without_overlap(rivals: list[Key]) -> list[tuple[date, date, int]]:
    """Spans of days with the lowest order in force in each; neighbours with one winner are joined."""
    spans = [(key.valid_from or FIRST_DAY, key.valid_to or LAST_DAY, key.order) for key in rivals]
    edges = sorted({edge for since, until, _ in spans for edge in (since, until)})
    found: list[tuple[date, date, int]] = []
    for since, until in pairwise(edges):
        orders = [order for start, end, order in spans if start <= since and until <= end]
        if not orders:
            continue
        if found and found[-1][1] == since and found[-1][2] == min(orders):
            found[-1] = (found[-1][0], until, min(orders))
        else:
            found.append((since, until, min(orders)))
    return found


def _lowest(columns: list[exp.Column], case: exp.Expression | None) -> exp.Expression:
    candidates: list[exp.Expression] = [*columns, *([case.copy()] if case is not None else [])]
    if not candidates:
        return exp.cast(exp.null(), "INT")
    if len(candidates) == 1:
        return candidates[0]
    return exp.Least(this=candidates[0], expressions=candidates[1:], ignore_nulls=True)


def _entities(keys: list[Key]) -> pa.Table:
    by_order = {key.order: key.entity_id for key in keys}
    return pa.table(
        {
            "key_order": pa.array(list(by_order), pa.int32()),
            "entity_id": pa.array(list(by_order.values()), pa.string()),
        }
    )


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
