"""Give every line its deciding rule and its register keys: transforms built as trees, per origin.

Reads compiled rules and keys; binds `<table>_named` (the texts that are compared, lowered once) and
`<table>_ruled` (`rule_no`, one `key_*` per kind of entity, `attribution_rule`). Rows out = rows in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import pyarrow as pa
from sqlglot import exp

from spendmap.allocation.keys import KeyPlan, compile_keys
from spendmap.allocation.rules import Compiled, On
from spendmap.engine.arrow import schema_of
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.register import Key
from spendmap.vocabulary.masking import Hashed

ENTITY_TYPES = ("agent", "tool", "use_case", "department", "cost_center", "vendor_account", "evaluation_suite")
ATTRIBUTED_BY = ("use_case", "agent", "tool", "department", "cost_center")
ROWS = "n"
WHOLE = exp.DataType(this=exp.DataType.Type.INT)


def bind_ruled(
    engine: Engine, table: str, columns: Sequence[str], compiled: Compiled, keys: Iterable[Key], hashed: Hashed
) -> None:
    """Bind `<table>_ruled` over `<table>_fields`, with its lookups and `<table>_key_entity`."""
    own = list(keys)
    plans = {type_: compile_keys(own, type_, table=table, columns=columns, hashed=hashed) for type_ in ENTITY_TYPES}
    derived = {column.name: column.expression for column in compiled.derived}
    for plan in plans.values():
        derived |= {column.name: column.expression for column in plan.derived}
    named = exp.select("*").from_(f"{table}_fields")
    for name, expression in derived.items():
        named = named.select(exp.alias_(expression, name, copy=False), copy=False)
    engine.bind(f"{table}_named", Transform.of(f"{table}_named", named))
    engine.bind(f"{table}_key_entity", _key_entities(plans))
    engine.bind(f"{table}_ruled", _ruled(table, _keyed_rows(engine, table, compiled, plans)))


def _key_entities(plans: dict[str, KeyPlan]) -> pa.Table:
    """Which entity each key order stands for, per kind of entity."""
    rows = [
        {"entity_type": type_, "key_order": row["key_order"], "entity_id": row["entity_id"].rpartition("/")[2]}
        for type_, plan in plans.items()
        for row in plan.entities.to_pylist()
    ]
    schema = schema_of(
        pa.field("entity_type", pa.string()), pa.field("key_order", pa.int32()), pa.field("entity_id", pa.string())
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _keyed_rows(engine: Engine, table: str, compiled: Compiled, plans: dict[str, KeyPlan]) -> exp.Select:
    """The rows with the place of their rule and, per kind of entity, the order of the winning key."""
    rows = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(ROWS))).from_(
        exp.alias_(exp.to_table(f"{table}_named"), ROWS, table=True)
    )
    rows = rows.select(_as_whole(compiled.case, "rule_no"), copy=False)
    for type_, plan in plans.items():
        rows = rows.select(_as_whole(plan.winner, f"order_{type_}"), copy=False)
        for lookup in plan.lookups:
            bound = f"{table}_{lookup.name}"
            engine.bind(bound, lookup.table)
            named = exp.alias_(exp.to_table(bound), lookup.name, table=True, copy=False)
            rows = rows.join(named, on=lookup.on(), join_type="left", copy=False)
    return rows


def _as_whole(expression: exp.Expression, name: str) -> exp.Expression:
    """A named whole number. The tree is taken, not copied: a copy of all rules costs as much as writing them."""
    return exp.Alias(this=exp.Cast(this=expression, to=WHOLE.copy()), alias=exp.to_identifier(name))


def _ruled(table: str, keyed: exp.Select) -> Transform:
    """Key orders become entity ids, and the attribution names the key that decided.

    `keyed` is a part of the query and no view of its own: DuckDB would work all rules out once more to make the view.
    """
    rows = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(ROWS))).from_(
        keyed.subquery(ROWS, copy=False), copy=False
    )
    decided = exp.Case()
    for type_ in ENTITY_TYPES:
        alias = f"e_{type_}"
        rows = rows.select(exp.alias_(exp.column("entity_id", alias), f"key_{type_}", copy=False), copy=False)
        rows = rows.join(
            exp.alias_(exp.to_table(f"{table}_key_entity"), alias, table=True, copy=False),
            on=exp.and_(
                exp.EQ(this=exp.column("entity_type", alias), expression=exp.Literal.string(type_)),
                exp.EQ(this=exp.column("key_order", alias), expression=exp.column(f"order_{type_}", ROWS)),
                copy=False,
            ),
            join_type="left",
            copy=False,
        )
    for type_ in ATTRIBUTED_BY:
        id_ = exp.column("entity_id", f"e_{type_}")
        decided = decided.when(
            exp.Not(this=exp.Is(this=id_, expression=exp.null())),
            exp.DPipe(this=exp.Literal.string(f"register:{type_}:"), expression=id_.copy()),
            copy=False,
        )
    return Transform.of(f"{table}_ruled", rows.select(exp.alias_(decided, "attribution_rule", copy=False), copy=False))


def as_table(name: str) -> On:
    """The name as one of the tables with rules."""
    return cast(On, name)
