"""What can be asked of a workspace: its months, currencies, categories and the values to filter by.

Reads one published version. Offers only values that AI rows carry, so that no offer leads to an empty map.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from spendmap.reports.dimensions import CATEGORIES, CategoryInfo
from spendmap.reports.filters import default_period
from spendmap.reports.read_model import ReadModel

# page name -> dimension
OFFERED = {
    "category": "category",
    "vendor": "vendor",
    "department": "department",
    "cost_center": "cost_center",
    "use_case": "use_case",
    "tool": "tool",
    "agent": "agent",
    "evidence": "evidence",
    "source": "source_name",
    "model": "model",
}


@dataclass(frozen=True)
class Named:
    """A value and what pages call it."""

    id: str
    label: str


@dataclass(frozen=True)
class Overview:
    """`default_period` is the last full month with figures; `version` names the published figures."""

    name: str
    currency: str
    currencies: list[str]
    is_empty: bool
    months: list[str]
    default_period: str
    generated_at: str | None
    dimensions: dict[str, list[Named]]
    categories: list[CategoryInfo]
    version: str


def overview(model: ReadModel, name: str, today: date) -> Overview:
    """What this version holds, as of `today` (UTC)."""
    dimensions = {}
    for offered, dimension in OFFERED.items():
        values = [Named(value, model.label(dimension, value)) for value in model.ai_values(dimension)]
        dimensions[offered] = sorted(values, key=lambda each: (each.label.casefold(), each.id))
    return Overview(
        name=name,
        currency=model.meta.currency,
        currencies=sorted({model.meta.currency, *model.meta.currencies}),
        is_empty=not model.months_with_ai,
        months=list(model.meta.months),
        default_period=default_period(model, today)[0].label,
        generated_at=model.meta.generated_at,
        dimensions=dimensions,
        categories=list(CATEGORIES),
        version=model.version,
    )
