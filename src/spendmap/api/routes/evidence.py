"""How far the figures can be trusted: readiness, sources, reconciliation.

Readiness and sources also look at the register, which changes without a new version of the figures, so they are
worked out on every request and never answered from what is kept.
"""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap.api.answers import JSON, ModelsInForce, Period, json_answer
from spendmap.reports.figures import document
from spendmap.reports.readiness import ReadinessReport, readiness_report
from spendmap.reports.reconcile import ReconcileReport, reconcile_report
from spendmap.reports.sources import SourcesReport, sources_report

router = APIRouter()
FRESH = {"Cache-Control": "private, no-cache"}

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Areas = Annotated[
    list[str] | None, Query(description="evidence, interpretation, governance or commercial_action; repeatable")
]
Categories = Annotated[list[str] | None, Query(description="a category; repeatable")]
Issuers = Annotated[list[str] | None, Query(description="a vendor, by id or name; repeatable")]


@router.get("/api/readiness", response_model=ReadinessReport, summary="What is proven of each category")
def read_readiness(
    models: ModelsInForce, period: Period = None, area: Areas = None, category: Categories = None
) -> Response:
    """Four areas by eight categories, 0 to 4 from named tests, with the missing proof and who can give it."""
    report = readiness_report(
        models.current(), today=models.today(), period=period, area=area or (), category=category or ()
    )
    return Response(orjson.dumps(document(report)), media_type=JSON, headers=FRESH)


@router.get("/api/sources", response_model=SourcesReport, summary="What was read of each source, and how fresh it is")
def read_sources(models: ModelsInForce) -> Response:
    """Every declared or captured source with its loads, freshness, months and refused rows."""
    return Response(
        orjson.dumps(document(sources_report(models.current(), today=models.today()))), media_type=JSON, headers=FRESH
    )


@router.get("/api/reconcile", response_model=ReconcileReport, summary="Metered, billed and paid, with causes")
def read_reconcile(request: Request, models: ModelsInForce, period: Period = None, issuer: Issuers = None) -> Response:
    """Per vendor account and month: the difference between meter, bill and payment, what explains it, what does not."""
    return json_answer(
        request,
        models,
        lambda model: reconcile_report(model, today=models.today(), period=period, issuer=issuer or ()),
    )
