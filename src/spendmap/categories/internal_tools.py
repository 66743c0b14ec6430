"""The third category: internal tools."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

INTERNAL_TOOLS = Category(
    code="internal_tools",
    label="Internal tools",
    about="AI that employees use: seats, copilots and the vendors departments bought on their own.",
    belongs=(
        "chat assistants",
        "coding copilots",
        "research, sales and meeting assistants",
        "writing, slides and spreadsheets",
        "recruiting and legal tools",
        "support and analytics tools",
        "browser extensions",
        "department vendors",
    ),
    additive=True,
    evidence=("invoiced", "metered", "contracted", "estimated", "declared"),
    measures=(
        Measure("seat utilisation", "active seats / seats bought", "share"),
        Measure("cost per active user", "effective cost / active users", "currency per user"),
        Measure("unused seats", "(seats bought - active seats) x seat price", "currency"),
    ),
)
