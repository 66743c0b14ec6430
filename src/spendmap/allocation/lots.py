"""Rows of usage that nothing later tells apart, as one row of several calls: a lot.

Pure; gives the transforms that make `usage_lot` from captured usage, and that let lots be priced as usage. Lots are
priced instead of rows, and everything that pricing leaves behind of a month is made from them: its groups, its
shapes, its customers and the people seen in it. So a month's calls are gone through once.

Invariant: the price of a lot is the sum of its rows' prices, to the last digit. Two rows are in one lot only where
they bear the same names, serve the same, on one UTC day, lie between the same edges of the book and state the same
meters (`kind`). A price is then one number per meter, and the meters can be summed. What is not linear stays apart:
equal rows are kept once, with how many `copies` there are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from spendmap.allocation.combinations import OWN, TOGETHER, Combinations
from spendmap.allocation.lot_kinds import ROUNDED, LotKinds
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS, TABLES
from spendmap.pricing.edges import Edges
from spendmap.pricing.slices import Slice

NAMES = (*OWN, *TOGETHER)
"""What a row says of itself that a price, a group, a customer or a play asks for."""
TOLD = ("charge_date", "failure", "told", "kind", "apart")
COUNTED = ("copies", "usage_rows", "calls_made", "covered_first", "covered_last")
CARRIED = (*TOLD, *COUNTED)
"""Columns of a lot that no row of usage has."""


def lot_sql(
    edges: Edges,
    known: Slice | None = None,
    *,
    combinations: Combinations | None = None,
    is_told: bool = True,
    sums: bool = True,
    groups: bool = True,
    usage: str = "usage",
) -> str:
    """The transform that makes `usage_lot`, for a book with these edges.

    Args:
        known: facts that hold for every row; None: nothing is known.
        combinations: names that tell others; the transform then reads their table as `combination`.
        is_told: other witnesses of a call told of some rows; False: `call_told` is not looked at.
        sums: False: only equal rows are one lot.
        groups: False: each row is a lot of its own.
        usage: the table of captured usage.
    """
    kinds = LotKinds(edges, known)
    found = kinds.found
    apart = kinds.apart if sums else "TRUE"
    following = combinations.following if combinations else ()
    names = [name for name in NAMES if name not in following]
    alone = {"told": is_told, "apart": apart != "FALSE"}
    keys = [*names, *(name for name in TOLD if alone.get(name, True))]
    never = [f"CAST(NULL AS VARCHAR) AS {name}" for name, is_any in alone.items() if not is_any]
    own = ",\n        ".join(f"u.{name}" for name in (*names, *found, "charge_period_start"))
    witnesses = "LEFT JOIN call_told AS c ON c.source_name = u.source_name AND c.natural_key = u.natural_key"
    content = ", ".join(f"coalesce(CAST(u.{meter} AS VARCHAR), '')" for meter in found)
    is_apart = apart != "FALSE"
    made = (_grouped if groups else _alone)(found, is_apart=is_apart, is_told=is_told)
    columns = ",\n        ".join(f"{sql} AS {name}" for name, sql in made.items())
    return f"""-- usage_lot: usage rows that nothing later tells apart, as one row of several calls.
-- in:  usage (ledger), call_told (what other witnesses of a call tell of a row)
-- out: one row per lot; meters summed, or those of one row where `copies` equal rows are kept once
-- check: sum(usage_rows) = rows of usage
WITH met AS (
    SELECT
        {own},
        {"c.told, c.covered_by," if is_told else ""}
        CAST(u.charge_period_start AS DATE) AS charge_date,
        CASE WHEN u.status = 'error' THEN CASE WHEN u.provider_reported_cost IS NULL THEN 1 ELSE 2 END ELSE 0 END
            AS failure, -- 2: a failed call of which its source says what it cost
        DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start) % 86400 AS second_of_day,
        {kinds.input_tokens} AS input_tokens,
        {kinds.calls} AS calls
    FROM {usage} AS u
    {witnesses if is_told else ""}
),
told AS (
    SELECT
        u.*,
        -- One number for what a price looks at.
        {kinds.kind} AS kind
        {f", CASE WHEN {apart} THEN concat_ws('|', {content}) END AS apart" if is_apart else ""}
    FROM met AS u
),
lot AS (
    SELECT
        {", ".join(f"t.{key}" for key in keys)},
        {"".join(f"{each}, " for each in never)}
        {columns}
    FROM told AS t
    {"GROUP BY " + ", ".join(f"t.{key}" for key in keys) if groups else ""}
)
SELECT
    t.*{"".join(f", n.{name}" for name in following)}
FROM lot AS t
{_joined(combinations) if combinations and following else ""}
"""


def lots_as_usage() -> Transform:
    """Lots as the usage rows that they are to a price, with what is theirs alone."""
    known = {*NAMES, *METERS, "charge_period_start"}
    own = [
        exp.alias_(exp.column(each.name) if each.name in known else exp.cast(exp.Null(), each.sql_type), each.name)
        for each in TABLES["usage"].columns
    ]
    return Transform.of("usage_as_lots", exp.select(*own, *map(exp.column, CARRIED)).from_("usage_lot"))


def _joined(combinations: Combinations) -> str:
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM t.{name}" for name in combinations.telling)
    return f"JOIN combination AS n ON {same}"


def _grouped(found: Sequence[str], *, is_apart: bool, is_told: bool) -> dict[str, str]:
    """Column of a lot -> what it is of its rows."""

    def summed(meter: str) -> str:
        if meter not in found:
            return _nothing(meter)
        if meter in ROUNDED:
            return f"any_value(t.{meter})"
        return f"CAST({_either(f'sum(t.{meter})', _kept(meter, found), is_apart=is_apart)} AS BIGINT)"

    calls = _either("sum(t.requests)", f"coalesce({_kept('requests', found)}, 1) * count(*)", is_apart=is_apart)
    return {
        "charge_period_start": "min(t.charge_period_start)",
        **{meter: summed(meter) for meter in METERS},
        "copies": _either("1", "count(*)", is_apart=is_apart),
        "usage_rows": "count(*)",
        "calls_made": f"CAST({calls} AS BIGINT)",
        "covered_first": "min(t.covered_by)" if is_told else "CAST(NULL AS VARCHAR)",
        "covered_last": "max(t.covered_by)" if is_told else "CAST(NULL AS VARCHAR)",
    }


def _alone(found: Sequence[str], *, is_apart: bool, is_told: bool) -> dict[str, str]:
    """The same columns of a lot that is one row. Whether it could be one with others, `apart` says."""
    covered = "t.covered_by" if is_told else "CAST(NULL AS VARCHAR)"
    return {
        "charge_period_start": "t.charge_period_start",
        **{meter: f"t.{meter}" if meter in found else _nothing(meter) for meter in METERS},
        "copies": "CAST(1 AS BIGINT)",
        "usage_rows": "CAST(1 AS BIGINT)",
        "calls_made": "CAST(coalesce(t.requests, 1) AS BIGINT)" if is_apart else "CAST(t.requests AS BIGINT)",
        "covered_first": covered,
        "covered_last": covered,
    }


def _nothing(meter: str) -> str:
    return f"CAST(NULL AS {'DECIMAL(28,12)' if meter in ROUNDED else 'BIGINT'})"


def _either(summed: str, kept: str, *, is_apart: bool) -> str:
    """Of a lot whose rows are summed, or of equal rows that stay apart."""
    return f"CASE WHEN t.apart IS NULL THEN {summed} ELSE {kept} END" if is_apart else summed


def _kept(meter: str, found: Sequence[str]) -> str:
    """What a row that stays apart states: its text says it, so that no second thing is worked out of every row."""
    return f"CAST(NULLIF(SPLIT_PART(t.apart, '|', {found.index(meter) + 1}), '') AS BIGINT)"
