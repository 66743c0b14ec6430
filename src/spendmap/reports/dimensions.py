"""What a map can be grouped and filtered by, and how a value is called on a page.

Names are the columns of the roll-ups; the eight categories stand in the order of the document.
"""

from __future__ import annotations

from dataclasses import dataclass

from spendmap.categories import ORDER, UNCLASSIFIED

ALIASES = {"source": "source_name", "supplier": "supplier_name", "provider": "provider_name"}

OVERLAP = "overlap"

# An empty cost object is a fact ("no owner", own work has "no vendor"); an empty description is only not known.
_CARRIED_BY = frozenset({"vendor", "tool", "agent", "use_case", "department", "cost_center", "owner"})


def words(dimension: str) -> str:
    """`cost_center` as a person writes it."""
    return {"cost_center": "cost centre", "source_name": "source", "supplier_name": "supplier"}.get(
        dimension, dimension.replace("_", " ")
    )


def unknown_label(dimension: str) -> str:
    """What a page writes where the value is missing."""
    return f"no {words(dimension)}" if dimension in _CARRIED_BY else f"unknown {words(dimension)}"


@dataclass(frozen=True)
class CategoryInfo:
    """One of the eight, or the money no rule could place. Only additive ones make up the total."""

    id: str
    label: str
    additive: bool
    about: str


CATEGORIES: tuple[CategoryInfo, ...] = (
    *(CategoryInfo(each.code, each.label, each.additive, each.about) for each in ORDER),
    CategoryInfo(
        UNCLASSIFIED, "Unclassified", True, "AI money that no rule has placed yet: in the total, and never hidden."
    ),
)
"""The strip's rows, in its order."""


def category_of(category: str | None) -> str:
    """Where money is drawn: rows without a category are unclassified, and are shown as that."""
    return category or UNCLASSIFIED
