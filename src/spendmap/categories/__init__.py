"""The eight categories of the map, in the document's order. Nothing else lists them.

Reads nothing and writes nothing. Seven categories partition the money; `overlap` is a lens over money
that is counted in the other seven, so the map's total leaves it out. Money that is AI but that no rule
placed is `unclassified`: shown beside the seven, never hidden.
"""

from __future__ import annotations

from spendmap.categories.agents import AGENTS
from spendmap.categories.category import Category, CategoryCode, Measure
from spendmap.categories.data_preparation import DATA_PREPARATION
from spendmap.categories.evaluation import EVALUATION
from spendmap.categories.human_review import HUMAN_REVIEW
from spendmap.categories.infrastructure import INFRASTRUCTURE
from spendmap.categories.internal_tools import INTERNAL_TOOLS
from spendmap.categories.overlap import OVERLAP
from spendmap.categories.product_inference import PRODUCT_INFERENCE

ORDER: tuple[Category, ...] = (
    INFRASTRUCTURE,
    PRODUCT_INFERENCE,
    INTERNAL_TOOLS,
    AGENTS,
    DATA_PREPARATION,
    EVALUATION,
    OVERLAP,
    HUMAN_REVIEW,
)

UNCLASSIFIED = "unclassified"
"""What AI money is called while no rule has placed it."""

CODES: tuple[str, ...] = tuple(category.code for category in ORDER)
ADDITIVE: tuple[str, ...] = tuple(category.code for category in ORDER if category.additive)
CHARGEABLE: tuple[str, ...] = (*ADDITIVE, UNCLASSIFIED)
"""What the category column of an allocation may hold; these add up to the map's total."""


def category(code: str) -> Category:
    """The category with this code.

    Raises:
        KeyError: not one of the eight (`unclassified` is the absence of one).
    """
    for found in ORDER:
        if found.code == code:
            return found
    raise KeyError(code)


__all__ = [
    "ADDITIVE",
    "CHARGEABLE",
    "CODES",
    "ORDER",
    "UNCLASSIFIED",
    "Category",
    "CategoryCode",
    "Measure",
    "category",
]
