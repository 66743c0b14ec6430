"""What there is to ask about: months, currencies, the values to filter by, the eight categories."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from spendmap.api.answers import ModelsInForce, json_answer
from spendmap.reports.overview import Overview, overview

router = APIRouter()


@router.get("/api/workspace", response_model=Overview, summary="What can be asked of this workspace")
def workspace(request: Request, models: ModelsInForce) -> Response:
    """Name, currencies, months, default period, filter values and categories of the version in force."""
    return json_answer(request, models, lambda model: overview(model, models.workspace.name, models.today()))
