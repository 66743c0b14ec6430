"""What the month roll-up is grouped by: its columns, in the order pages offer them. Pure data."""

from __future__ import annotations

DIMENSIONS: tuple[str, ...] = (
    "category",
    "vendor",
    "vendor_account",
    "vendor_product",
    "supplier_name",
    "provider_name",
    "service_name",
    "model",
    "tool",
    "agent",
    "use_case",
    "department",
    "cost_center",
    "owner",
    "environment",
    "source_name",
    "origin",
    "layer",
    "method",
    "standing",
    "evidence",
    "month",
)
