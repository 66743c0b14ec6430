"""Rows of usage that nothing later tells apart, as one row of several calls: a lot.

Reads nothing; gives the transforms that make `usage_lot` from captured usage, and that let lots be priced as usage.
Lots are priced instead of rows, and everything that pricing leaves behind of a month is made from them: its groups, its
shapes, its customers and the people seen in it. So a month's calls are gone through once.

Invariant: the price of a lot is the sum of its rows' prices, to the last digit. Two rows are in one lot only where
they bear the same names, serve the same, on one UTC day, lie between the same edges of the book and state the same
meters (`kind`). A price is then one number per meter, and the meters can be summed. What is not linear stays apart:
equal rows are kept once, with how many `copies` there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlglot import exp

from spendmap.engine.transform import Transform
from spendmap.ledger import METERS, TABLES
from spendmap.pricing.edges import Edges
from spendmap.pricing.meters import INPUT_METERS, OUTPUT_KINDS

ROUNDED = tuple(meter for meter in METERS if meter.endswith("seconds"))
"""Their cost is rounded call by call, and may have a minimum."""
MOST_SUMMED = 100_000_000_000  # a row with more of a meter stays apart, so that no sum leaves a BIGINT
MOST_CALLS = 1_000_000_000  # pricing counts no more calls of one row
NAMES = (
    "source_name", "billing_month", "load_id", "provider_name", "billing_account_id", "sub_account_id", "api_key_id",
    "principal_id", "project", "team", "environment", "feature", "workflow", "use_case", "cost_center", "customer_id",
    "agent_id", "tool", "eval_suite", "operation", "request_model", "response_model", "service_tier", "region_id",
    "witness", "not_bought", "billing_mode", "is_retry", "is_cache_hit",
)  # fmt: skip
"""What a row says of itself that a price, a group, a customer or a play asks for."""
TOLD = ("charge_date", "failure", "told", "kind", "apart")
COUNTED = ("copies", "usage_rows", "calls_made", "covered_first", "covered_last")
CARRIED = (*TOLD, *COUNTED)
"""Columns of a lot that no row of usage has."""


def lot_sql(edges: Edges, stated: Collection[str] = METERS, *, is_told: bool = True, sums: bool = True) -> str:
    """The transform that makes `usage_lot`, for a book with these edges.

    Args:
        stated: the meters that some row of the usage states; the others are not looked at.
        is_told: other witnesses of a call told of some rows; False: `call_told` is not looked at.
        sums: False: only equal rows are one lot.
    """
    found = [meter for meter in METERS if meter in stated or meter == "requests"]
    names = ", ".join(f"u.{name}" for name in NAMES)
    length = " + ".join(f"coalesce(u.{meter}, 0)" for meter in INPUT_METERS if meter in found) or "0"
    ones = 2 ** len(found)
    bands = 4 * ones
    slots = bands * (len(edges.lengths) + 1)
    times = slots * (len(edges.seconds) + 1)
    used = " + ".join(f"CASE WHEN u.{meter} <> 0 THEN {2**place} ELSE 0 END" for place, meter in enumerate(found))
    measured = _any([f"u.{meter} IS NOT NULL" for meter in found if meter != "requests"])
    said = _any([f"u.{kind} IS NOT NULL" for kind in OUTPUT_KINDS[1:] if kind in found])
    strange = [f"u.{meter} NOT BETWEEN 0 AND {MOST_SUMMED}" for meter in found if meter not in ROUNDED]
    rounded = [f"u.{meter} <> 0" for meter in ROUNDED if meter in found]
    several = ["u.requests IS NULL", f"u.requests NOT BETWEEN 1 AND {MOST_CALLS}", *rounded, *strange]
    apart = _any(several) if sums else "TRUE"
    witnesses = "LEFT JOIN call_told AS c ON c.source_name = u.source_name AND c.natural_key = u.natural_key"
    told = "c.told, c.covered_by" if is_told else "CAST(NULL AS VARCHAR) AS told, CAST(NULL AS VARCHAR) AS covered_by"
    content = ", ".join(f"coalesce(CAST(u.{meter} AS VARCHAR), '')" for meter in found)
    keys = ", ".join(f"t.{name}" for name in (*NAMES, *TOLD))
    meters = ",\n    ".join(f"{_summed(meter, found)} AS {meter}" for meter in METERS)
    return f"""-- usage_lot: usage rows that nothing later tells apart, as one row of several calls.
-- in:  usage (ledger), call_told (what other witnesses of a call tell of a row)
-- out: one row per lot; meters summed, or those of one row where `copies` equal rows are kept once
-- check: sum(usage_rows) = rows of usage
WITH met AS (
    SELECT
        {names},
        {", ".join(f"u.{meter}" for meter in found)},
        u.charge_period_start, {told},
        CAST(u.charge_period_start AS DATE) AS charge_date,
        CASE WHEN u.status = 'error' THEN CASE WHEN u.provider_reported_cost IS NULL THEN 1 ELSE 2 END ELSE 0 END
            AS failure, -- 2: a failed call of which its source says what it cost
        DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start) % 86400 AS second_of_day,
        {length} AS input_tokens,
        CASE WHEN u.requests > 1 THEN LEAST(u.requests, {MOST_CALLS}) ELSE 1 END AS calls
    FROM usage AS u
    {witnesses if is_told else ""}
),
told AS (
    SELECT
        u.*,
        -- One number for what a price looks at: meters used, whether one or a kind of output is said, edges reached.
        {used}
            + CASE WHEN {measured} THEN {ones} ELSE 0 END
            + CASE WHEN {said} THEN {2 * ones} ELSE 0 END
            + {_place("u.input_tokens", [f"{edge} * u.calls" for edge in edges.lengths], bands)}
            + {_place("u.second_of_day", edges.seconds, slots)}
            + {_place("u.charge_period_start", [f"TIMESTAMP '{edge}'" for edge in edges.moments], times)} AS kind,
        CASE WHEN {apart} THEN concat_ws('|', {content}) END AS apart
    FROM met AS u
)
SELECT
    {keys},
    min(t.charge_period_start) AS charge_period_start,
    {meters},
    CASE WHEN t.apart IS NULL THEN 1 ELSE count(*) END AS copies,
    count(*) AS usage_rows,
    CAST(sum(coalesce(t.requests, 1)) AS BIGINT) AS calls_made,
    min(t.covered_by) AS covered_first,
    max(t.covered_by) AS covered_last
FROM told AS t
GROUP BY {keys}
"""


def lots_as_usage() -> Transform:
    """Lots as the usage rows that they are to a price, with what is theirs alone."""
    known = {*NAMES, *METERS, "charge_period_start"}
    rows = exp.select().from_("usage_lot")
    for column in TABLES["usage"].columns:
        value = exp.column(column.name) if column.name in known else exp.cast(exp.Null(), column.sql_type)
        rows = rows.select(exp.alias_(value, column.name))
    return Transform.of("usage_as_lots", rows.select(*map(exp.column, CARRIED)))


def _summed(meter: str, found: Collection[str]) -> str:
    if meter not in found:
        return f"CAST(NULL AS {'DECIMAL(28,12)' if meter in ROUNDED else 'BIGINT'})"
    if meter in ROUNDED:
        return f"any_value(t.{meter})"
    return f"CAST(CASE WHEN t.apart IS NULL THEN sum(t.{meter}) ELSE any_value(t.{meter}) END AS BIGINT)"


def _any(conditions: Sequence[str]) -> str:
    return " OR ".join(conditions) or "FALSE"


def _place(value: str, edges: Sequence[object], stride: int) -> str:
    """How many edges a value has reached, times `stride`."""
    whens = " ".join(f"WHEN {value} < {edge} THEN {number * stride}" for number, edge in enumerate(edges))
    return f"CASE {whens} ELSE {len(edges) * stride} END" if edges else "0"
