"""The columns of every published file: name -> SQL type, in stored order. Pure data, written down nowhere else.

Money is DECIMAL(38,12) in the row's `currency`; a text that is unknown is NULL. Columns in `LATER` were added after
versions without them had been published: there they read as NULL, unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from spendmap.ledger.tables import METERS
from spendmap.published.dimensions import DIMENSIONS
from spendmap.vocabulary.money import COSTS

Columns = Mapping[str, str]
SUM = "DECIMAL(38,12)"
_MISSING = tuple(f"{cost.removesuffix('_cost')}_missing" for cost in COSTS)

MONTH_COLUMNS: Columns = {
    "month": "VARCHAR",
    "scope": "VARCHAR",
    **{name: "VARCHAR" for name in DIMENSIONS if name != "month"},
    "currency": "VARCHAR",
    **dict.fromkeys(COSTS, SUM),
    **dict.fromkeys(_MISSING, "BIGINT"),
    **dict.fromkeys(("rows", "usage_rows", "unpriced_rows", "input_tokens", "output_tokens"), "BIGINT"),
    "minutes": SUM,
}
"""One row per month and all dimensions, every scope."""

DAY_COLUMNS: Columns = {
    "charge_date": "DATE",
    **dict.fromkeys(
        (
            "month", "scope", "category", "vendor", "model", "department", "use_case", "tool", "agent", "currency",
            "evidence",
        ),
        "VARCHAR",
    ),
    **dict.fromkeys(COSTS, SUM),
    **dict.fromkeys(("rows", "usage_rows", "unpriced_rows"), "BIGINT"),
}  # fmt: skip
"""AI money by UTC day and the dimensions a page draws by day."""

CUSTOMER_KEYS = ("month", "customer_id", "feature", "use_case", "currency", "evidence")
CUSTOMER_COLUMNS: Columns = {
    **dict.fromkeys(CUSTOMER_KEYS, "VARCHAR"),
    **dict.fromkeys(COSTS, SUM),
    **dict.fromkeys(("usage_rows", "unpriced_rows", "input_tokens", "output_tokens"), "BIGINT"),
}
"""Metered AI money by customer and feature; a customer that no row names is NULL."""

SPLIT_COLUMNS: Columns = {
    **dict.fromkeys(("month", "currency", "pool", "layer", "category", "vendor"), "VARCHAR"),
    **dict.fromkeys(("use_case", "department", "driver"), "VARCHAR"),
    "weight": SUM,
    "weight_total": SUM,
    **dict.fromkeys(("evidence", "rule", "reason", "via"), "VARCHAR"),
    **dict.fromkeys(COSTS, SUM),
}
"""Indirect cost: one row per month, pool, kind of money and receiver; `use_case` NULL = it stays unallocated."""

NOTES_COLUMNS: Columns = {
    **dict.fromkeys(("month", "kind", "vendor", "vendor_account", "product", "currency"), "VARCHAR"),
    "amount": SUM,
    "billed_amount": SUM,
    "rows": "BIGINT",
    **dict.fromkeys(("subject", "reason", "origin_key", "other_key"), "VARCHAR"),
}
"""What counting noticed, with its money in no total: one row per month, kind and subject."""

METERED_COLUMNS: Columns = {
    **dict.fromkeys(("month", "origin", "vendor", "vendor_account", "account_id", "tool", "currency"), "VARCHAR"),
    "metered_cost": SUM,
}
"""Metered money at contract price, whatever a bill made of it: one row per month, account, tool and currency."""

IDENTITY_COLUMNS: Columns = {
    **dict.fromkeys(("month", "kind", "source_a", "source_b", "currency"), "VARCHAR"),
    **dict.fromkeys(("calls", "tokens", "unpriced_calls"), "BIGINT"),
    "amount": SUM,
}
"""What pairs of sources both saw, or perhaps did: one row per month, kind, pair and currency."""

PUBLISHED: Mapping[str, Columns] = {
    "month": MONTH_COLUMNS,
    "day": DAY_COLUMNS,
    "customer": CUSTOMER_COLUMNS,
    "split": SPLIT_COLUMNS,
    "notes": NOTES_COLUMNS,
    "metered": METERED_COLUMNS,
    "identity": IDENTITY_COLUMNS,
}
"""File name without `.parquet` -> its columns."""

ROLLUPS = ("month", "day", "customer")
"""Files that step 2 always writes, also without a row."""

REQUIRED = frozenset({"month", "day"})
"""Files that every version has: asked for and not there, the version is damaged. Any other then has no rows."""

LATER: Mapping[str, frozenset[str]] = {"month": frozenset({"vendor_product", "standing"})}
"""File -> columns that versions from before do not have: they read as NULL there."""

USAGE_GROUPED_COLUMNS: Columns = {
    **dict.fromkeys(("group_key", "source_name", "billing_month"), "VARCHAR"),
    "charge_date": "DATE",
    "currency": "VARCHAR",
    "list_cost": SUM,
    "contracted_cost": SUM,
    **dict.fromkeys(("usage_rows", "unpriced_rows"), "BIGINT"),
}
"""Usage by UTC day and all that a rule or a register key looks at: what is read of it. Costs in `currency`."""

USAGE_SHAPE_COLUMNS: Columns = {
    "billing_month": "VARCHAR",
    "shape": "BIGINT",
    **dict.fromkeys(
        (
            "group_key", "source_name", "load_id", "currency", "price_ids", "contract_price_key", "provider_name",
            "response_model", "service_tier", "region_id", "billing_account_id", "operation", "price_provider",
            "price_model",
        ),
        "VARCHAR",
    ),
    "is_cache_hit": "BOOLEAN",
    "not_bought": "VARCHAR",
    "charge_period_start": "TIMESTAMP",
    **{meter: "DECIMAL(28,12)" if meter.endswith("seconds") else "BIGINT" for meter in METERS},
    **dict.fromkeys(("copies", "usage_rows", "unpriced_rows"), "BIGINT"),
    "list_cost": SUM,
    "contracted_cost": SUM,
    **dict.fromkeys(("first_calls", "retries", "unstated_calls", "failed_calls"), "BIGINT"),
    "retry_cost": SUM,
    "failed_cost": SUM,
    "edges": "VARCHAR",
}  # fmt: skip
"""Usage rows that neither a price nor a rule can tell apart, as one row: see `allocation.shapes`. Costs as stored."""

USAGE_PERSON_COLUMNS: Columns = dict.fromkeys(
    ("billing_month", "source_name", "group_key", "tool", "principal_id"), "VARCHAR"
)
"""Who was seen in each group of usage, a keyed hash each, and the tool their rows name."""

PRICE_WIDE_COLUMNS: Columns = {"price_key": "VARCHAR", "price_ids": "VARCHAR"}
OWN_COLUMNS: Mapping[str, Columns] = {
    "usage_grouped": USAGE_GROUPED_COLUMNS,
    "usage_shape": USAGE_SHAPE_COLUMNS,
    "usage_person": USAGE_PERSON_COLUMNS,
    "price_wide": PRICE_WIDE_COLUMNS,
}
"""Row-level tables of a version that are not tables of the ledger."""
