"""The names that rows of usage bear together, and which of them tell the others.

A key belongs to one project, one team and one environment: who knows the key knows them. So rows are told apart by the
few names that tell, and the others are read from a small table of the combinations that there are.

Reads `usage_near` (captured usage of the months and their neighbours); writes nothing. Invariant: every row bears one
of the combinations, and no two of these have the same telling names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform

FLAGS = ("is_retry", "is_cache_hit")
OWN = ("billing_month", "load_id", "customer_id", *FLAGS)
"""Looked at by themselves: of two values, or of many, or what files are looked for by."""
TOGETHER = (
    "source_name", "provider_name", "billing_account_id", "sub_account_id", "api_key_id", "principal_id", "project",
    "team", "environment", "feature", "workflow", "use_case", "cost_center", "agent_id", "tool", "eval_suite",
    "operation", "request_model", "response_model", "service_tier", "region_id", "witness", "not_bought",
    "billing_mode",
)  # fmt: skip
ALWAYS = ("source_name", "request_model", "response_model")  # which sources saw which models is asked of them
SAMPLE = 50_000  # rows: which names have many texts is a guess, and costs time alone where it is wrong
MOST_SEEN = 5_000  # combinations in the sample
MOST = 20_000  # combinations: more are compared as they stand


@dataclass(frozen=True)
class Combinations:
    """`telling` names tell `following` ones, which `table` has: one row per combination."""

    telling: tuple[str, ...]
    following: tuple[str, ...]
    table: pa.Table


def named_near(engine: Engine) -> pa.Table:
    """One row per month and combination of those of `TOGETHER` that have few; `calls` and `ids` are counts of rows, and
    of rows with the provider's id."""
    every = ", ".join(f"u.{name}" for name in TOGETHER)
    few = _few(engine.table(Transform("usage_sample", f"SELECT {every} FROM usage_near AS u LIMIT {SAMPLE}")))
    names = ", ".join(f"u.{name}" for name in few)
    return engine.table(
        Transform(
            "usage_named",
            f"SELECT u.billing_month, {names}, count(*) AS calls, count(u.response_id) AS ids "
            f"FROM usage_near AS u GROUP BY u.billing_month, {names}",
        )
    )


def combined(named: pa.Table) -> Combinations:
    """The combinations of `named_near`, and a small set of names that tells them."""
    names = [name for name in TOGETHER if name in named.column_names]
    table = named.select(names).group_by(names, use_threads=False).aggregate([])
    if not 0 < len(table) <= MOST:
        return Combinations(tuple(names), (), table)
    codes = {name: _numbered(table.column(name)) for name in names}
    telling: list[str] = []
    while not telling or _parts(codes, telling) < len(table):
        telling.append(max((name for name in names if name not in telling), key=lambda n: _parts(codes, [*telling, n])))
    for name in telling[:]:
        fewer = [each for each in telling if each != name]
        if fewer and _parts(codes, fewer) == len(table):
            telling = fewer
    return Combinations(tuple(telling), tuple(name for name in names if name not in telling), table)


def _few(sample: pa.Table) -> list[str]:
    """Names that together have few combinations, those with the fewest texts first."""
    texts = {name: (name not in ALWAYS, pc.count_distinct(sample.column(name)).as_py()) for name in TOGETHER}
    few: set[str] = set()
    seen: pa.Array[Any] = pa.nulls(len(sample), pa.int64()).fill_null(0)
    for name in sorted(TOGETHER, key=texts.__getitem__):
        own = _numbered(sample.column(name))
        both = _numbered(pc.add(pc.multiply(seen, len(sample) + 1), own))
        if name in ALWAYS or pc.count_distinct(both).as_py() <= MOST_SEEN:
            few.add(name)
            seen = both
    return [name for name in TOGETHER if name in few]


def _numbered(column: pa.Array[Any] | pa.ChunkedArray[Any]) -> pa.Array[Any]:
    """The column's values by number; NULL is a value."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pc.cast(values.dictionary_encode(null_encoding="encode").indices, pa.int64())


def _parts(codes: dict[str, pa.Array[Any]], names: Sequence[str]) -> int:
    """How many combinations these names have."""
    return len(pa.table({name: codes[name] for name in names}).group_by(list(names), use_threads=False).aggregate([]))
