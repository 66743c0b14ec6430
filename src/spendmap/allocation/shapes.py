"""Rows of usage that neither a price nor a rule can tell apart, as one row of several calls: the shapes of usage.

Reads nothing; gives the transform that makes `usage_shape` from the priced lots of a run, one folder per month.
Scenarios and plays price shapes instead of rows, and questions after loads and prices read them instead of the calls.

Invariant: the price of a shape is the sum of its rows' prices, to the last digit, whatever the book says that its names
cost, as that of a lot is (see `lots`). A shape is the lots that differ only in whom they served and who made them.
"""

from __future__ import annotations

from spendmap.allocation.lot_kinds import ROUNDED
from spendmap.ledger import METERS
from spendmap.pricing.edges import Edges

KEYS = ("group_key", "load_id", "region_id", "is_cache_hit", "kind", "apart")
FOLLOWING = (
    "source_name", "currency", "provider_name", "service_tier", "billing_account_id", "not_bought", "operation",
    "price_ids", "contract_price_key", "price_provider", "price_model",
)  # fmt: skip
"""What follows from the keys, and need not be compared: a group's own columns, and the prices that its rows met."""


def shape_sql(edges: Edges) -> str:
    """The transform that makes `usage_shape`, for a book with these edges."""
    keys = ", ".join(f"t.{key}" for key in KEYS)
    following = ", ".join(f"any_value(t.{name}) AS {name}" for name in FOLLOWING)
    sums = ",\n    ".join(f"{_summed(meter)} AS {meter}" for meter in METERS)
    return f"""-- usage_shape: usage rows that neither a price nor a rule can tell apart, as one row of several calls.
-- in:  lot_priced
-- out: one row per shape; meters summed, or those of one row where `copies` equal rows are kept once
-- check: sum(usage_rows) = rows of usage
-- check: sum(list_cost, contracted_cost) = sum of lot_priced
-- check: unique(billing_month, shape)
SELECT
    t.billing_month,
    ROW_NUMBER() OVER (PARTITION BY t.billing_month ORDER BY {keys}) AS shape,
    t.group_key, t.load_id, t.region_id, t.is_cache_hit,
    {following},
    any_value(t.model) AS response_model,
    min(t.charge_period_start) AS charge_period_start,
    {sums},
    CASE WHEN t.apart IS NULL THEN 1 ELSE CAST(sum(t.copies) AS BIGINT) END AS copies,
    CAST(sum(t.usage_rows) AS BIGINT) AS usage_rows,
    CAST(sum(CASE WHEN t.unpriced_reason IS NOT NULL THEN t.usage_rows ELSE 0 END) AS BIGINT) AS unpriced_rows,
    CAST(sum(t.list_cost) AS DECIMAL(38,12)) AS list_cost,
    CAST(sum(t.contracted_cost) AS DECIMAL(38,12)) AS contracted_cost,
    CAST(coalesce(sum(CASE WHEN NOT t.is_retry THEN t.calls_made END), 0) AS BIGINT) AS first_calls,
    CAST(coalesce(sum(CASE WHEN t.is_retry THEN t.calls_made END), 0) AS BIGINT) AS retries,
    CAST(coalesce(sum(CASE WHEN t.is_retry IS NULL THEN t.calls_made END), 0) AS BIGINT) AS unstated_calls,
    CAST(coalesce(sum(CASE WHEN t.failure > 0 THEN t.calls_made END), 0) AS BIGINT) AS failed_calls,
    CAST(sum(CASE WHEN t.is_retry THEN t.contracted_cost END) AS DECIMAL(38,12)) AS retry_cost,
    CAST(sum(CASE WHEN t.failure > 0 THEN t.contracted_cost END) AS DECIMAL(38,12)) AS failed_cost,
    '{edges.text}' AS edges
FROM lot_priced AS t
GROUP BY t.billing_month, {keys}
"""


def _summed(meter: str) -> str:
    if meter in ROUNDED:
        return f"any_value(t.{meter})"
    return f"CAST(CASE WHEN t.apart IS NULL THEN sum(t.{meter}) ELSE any_value(t.{meter}) END AS BIGINT)"
