"""The seventh category: overlap, a lens over money counted elsewhere."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

OVERLAP = Category(
    code="overlap",
    label="Overlap",
    about="Vendors and platforms that can do the same thing for the same people: a lens, not money of its own.",
    belongs=(
        "two or more tools with one capability for one population",
        "platforms whose features include what another vendor is paid for",
        "the same model bought through several channels",
    ),
    additive=False,
    evidence=("invoiced", "metered", "contracted", "estimated", "declared"),
    measures=(
        Measure("redundant coverage", "cost of overlapping tools / cost of all tools", "share"),
        Measure("overlap at stake", "cost of a group less its most expensive member", "currency"),
    ),
)
