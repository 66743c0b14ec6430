"""Usage rows that neither a price nor a rule can tell apart, as one row of several calls: the shapes of usage.

Reads nothing; gives the transform that makes `usage_shape` from `usage` and `usage_priced` of a run, one folder per
month. Scenarios price shapes instead of rows, and questions after loads and prices read them instead of the calls.

Why the digits are those of the rows: a cost is whole numbers times unit prices, so it may be summed before it is
multiplied where one price holds for all. The rows of a shape bear one name, began on one day between the same edges of
the price book (`pricing.edges`) and used the same meters; their length per call lies between the same edges, where that
of their sum then lies too. What is not linear stays apart: equal rows are kept once, with how many `copies` there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from spendmap.ledger import METERS
from spendmap.pricing.edges import Edges
from spendmap.pricing.meters import INPUT_METERS, OUTPUT_KINDS

ROUNDED = tuple(meter for meter in METERS if meter.endswith("seconds"))
"""Their cost is rounded call by call, and may have a minimum."""
MOST_SUMMED = 100_000_000_000  # a row with more of a meter stays apart, so that no sum leaves a BIGINT
MOST_CALLS = 1_000_000_000  # pricing counts no more calls of one row
KEYS = ("group_key", "load_id", "region_id", "is_cache_hit", "kind", "apart")
FOLLOWING = (
    "source_name", "currency", "provider_name", "response_model", "service_tier", "billing_account_id", "not_bought",
    "price_ids", "contract_price_key",
)  # fmt: skip
"""What follows from the keys, and need not be compared: a group's own columns, and the prices that its rows met."""


def shape_sql(edges: Edges, stated: Collection[str] = METERS) -> str:
    """The transform that makes `usage_shape`, for a book with these edges.

    Args:
        stated: the meters that some row of the usage states; the others are not looked at.
    """
    found = [meter for meter in METERS if meter in stated or meter == "requests"]
    meters = ", ".join(f"u.{meter}" for meter in found)
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
    apart = _any(["u.requests IS NULL", f"u.requests NOT BETWEEN 1 AND {MOST_CALLS}", *rounded, *strange])
    content = ", ".join(f"coalesce(CAST(u.{meter} AS VARCHAR), '')" for meter in found)
    keys = ", ".join(f"t.{key}" for key in KEYS)
    following = ", ".join(f"any_value(t.{name}) AS {name}" for name in FOLLOWING)
    sums = ",\n    ".join(f"{_summed(meter, found)} AS {meter}" for meter in METERS)
    return f"""-- usage_shape: usage rows that neither a price nor a rule can tell apart, as one row of several calls.
-- in:  usage (ledger), usage_priced (its stored prices and groups)
-- out: one row per shape; meters summed, or those of one row where `copies` equal rows are kept once
-- check: sum(usage_rows) = rows of usage_priced
-- check: sum(list_cost, contracted_cost) = sum of usage_priced
-- check: unique(billing_month, shape)
WITH met AS (
    SELECT
        p.group_key, p.billing_month, p.currency, p.price_ids, p.contract_price_key, p.list_cost, p.contracted_cost,
        p.unpriced_reason,
        u.source_name, u.load_id, u.charge_period_start, u.provider_name,
        coalesce(u.response_model, u.request_model) AS response_model,
        u.service_tier, u.region_id, u.billing_account_id, u.is_cache_hit, u.not_bought, u.is_retry,
        {meters},
        DATE_DIFF('second', TIMESTAMP '1970-01-05 00:00:00', u.charge_period_start) % 86400 AS second_of_day,
        {length} AS input_tokens,
        CASE WHEN u.requests > 1 THEN LEAST(u.requests, 1000000000) ELSE 1 END AS calls
    FROM usage_priced AS p
    JOIN usage AS u
        ON  u.source_name = p.source_name
        AND u.natural_key = p.natural_key
        AND u.billing_month = p.billing_month
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
    t.billing_month,
    ROW_NUMBER() OVER (PARTITION BY t.billing_month ORDER BY {keys}) AS shape,
    t.group_key, t.load_id, t.region_id, t.is_cache_hit,
    {following},
    min(t.charge_period_start) AS charge_period_start,
    {sums},
    CASE WHEN t.apart IS NULL THEN 1 ELSE count(*) END AS copies,
    count(*) AS usage_rows,
    count(t.unpriced_reason) AS unpriced_rows,
    CAST(sum(t.list_cost) AS DECIMAL(38,12)) AS list_cost,
    CAST(sum(t.contracted_cost) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(coalesce(sum(CASE WHEN NOT t.is_retry THEN coalesce(t.requests, 1) END), 0) AS BIGINT) AS first_calls,
    CAST(coalesce(sum(CASE WHEN t.is_retry THEN coalesce(t.requests, 1) END), 0) AS BIGINT) AS retries,
    CAST(coalesce(sum(CASE WHEN t.is_retry IS NULL THEN coalesce(t.requests, 1) END), 0) AS BIGINT) AS unstated_calls,
    '{edges.text}' AS edges
FROM told AS t
GROUP BY t.billing_month, {keys}
ORDER BY t.billing_month, shape
"""


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
