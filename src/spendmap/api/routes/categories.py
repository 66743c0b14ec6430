"""One category: total, movers, months."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from spendmap.api.answers import Filters, ModelsInForce, json_answer
from spendmap.reports.category import CategoryReport, category_report

router = APIRouter()


@router.get("/api/categories/{category}", response_model=CategoryReport, summary="What drives one category")
def read_category(
    request: Request,
    models: ModelsInForce,
    asked: Filters,
    category: Annotated[str, Path(description="one of the eight, or unclassified")],
    group: Annotated[str, Query(description="dimension the movers are grouped by")] = "vendor",
) -> Response:
    """Its groups, the one that moved furthest first, and its months."""
    return json_answer(
        request, models, lambda model: category_report(model, asked.question(models, model), category, group)
    )
