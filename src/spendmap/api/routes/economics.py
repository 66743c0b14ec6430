"""Unit economics. They are worked out after the map is published, so their own run is in the ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, Basis, Currency, ModelsInForce, Period
from spendmap.api.models import Models
from spendmap.reports.economics import EconomicsReport, economics_report
from spendmap.reports.economics_overview import EconomicsOverview, economics_overview
from spendmap.reports.figures import document
from spendmap.reports.read_model import ReadModel
from spendmap.value.loaded import LAYERS
from spendmap.value.published import identity

router = APIRouter()
ALL_LAYERS = ",".join(LAYERS)

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Per = Annotated[
    str,
    Query(
        description="customer, plan, segment, feature, use_case, workflow, arr, retained, expanded, time_saved or model"
    ),
]
Layers = Annotated[str, Query(description="layers of cost to add up, comma-separated: inference, direct, indirect")]
Sort = Annotated[str | None, Query(description="cost, unit_cost, revenue, margin, label ...; - for the biggest first")]
Page = Annotated[int, Query(description="from 1")]
Size = Annotated[int, Query(description="rows of a page, at most 500")]


@router.get("/api/economics", response_model=EconomicsReport, summary="Unit economics by one kind of thing")
def read_economics(
    request: Request,
    models: ModelsInForce,
    per: Per = "use_case",
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
    layers: Layers = ALL_LAYERS,
    sort: Sort = None,
    page: Page = 1,
    size: Size = 50,
) -> Response:
    """Fully loaded cost, denominator, unit cost and margin of each row; what is unknown is null and says why."""
    return _answer(
        request,
        models,
        lambda model: economics_report(
            model,
            per,
            today=models.today(),
            period=period,
            basis=basis,
            currency=currency,
            layers=layers.split(","),
            sort=sort,
            page=page,
            size=size,
        ),
    )


@router.get("/api/economics/overview", response_model=EconomicsOverview, summary="Unit costs over time, and the gaps")
def read_overview(
    request: Request,
    models: ModelsInForce,
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
    layers: Layers = ALL_LAYERS,
) -> Response:
    """Cost per accepted run of the most expensive use cases over thirteen months against target; what is not known."""
    return _answer(
        request,
        models,
        lambda model: economics_overview(
            model, today=models.today(), period=period, basis=basis, currency=currency, layers=layers.split(",")
        ),
    )


def _answer(request: Request, models: Models, report: Callable[[ReadModel], object]) -> Response:
    model = models.current()
    run = identity(model.root / "rollups" / model.version)
    key = (model.version, run, models.today().isoformat(), request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    body = models.answer(key, lambda: orjson.dumps(document(report(model))))
    return Response(body, media_type=JSON, headers=headers)
