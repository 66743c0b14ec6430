"""The fifth category: data preparation."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

DATA_PREPARATION = Category(
    code="data_preparation",
    label="Data preparation",
    about="Making data fit for AI: services and the work of people.",
    belongs=(
        "cleaning and chunking",
        "retrieval layers and their upkeep",
        "permissions upkeep",
        "annotation and gold sets",
        "redaction",
        "feedback loops",
        "curation",
    ),
    additive=True,
    evidence=("invoiced", "metered", "contracted", "estimated", "declared"),
    measures=(
        Measure("cost per prepared item", "cost / items annotated, redacted or curated", "currency per item"),
        Measure("labour share", "labour cost / cost of the category", "share"),
    ),
)
