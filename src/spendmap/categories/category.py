"""The shape of a category: what belongs to it, whether it adds up, what evidence it can have.

Standard library only. Says what a category is; the eight files beside it say which ones there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spendmap.vocabulary.evidence import Evidence

CategoryCode = Literal[
    "infrastructure",
    "product_inference",
    "internal_tools",
    "agents",
    "data_preparation",
    "evaluation",
    "overlap",
    "human_review",
]


@dataclass(frozen=True)
class Measure:
    """A figure the category is steered by. `formula` is in words; `unit` may hold the word currency."""

    name: str
    formula: str
    unit: str


@dataclass(frozen=True)
class Category:
    """One of the eight. `additive` is False where the same money is counted in another category already."""

    code: CategoryCode
    label: str
    about: str
    belongs: tuple[str, ...]
    additive: bool
    evidence: tuple[Evidence, ...]  # grades its money can honestly have, best first
    measures: tuple[Measure, ...]
