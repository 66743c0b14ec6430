"""How far the figures can be trusted: readiness, sources, reconciliation.

They also look at the register, which changes without a new version of the figures: an answer is kept only while the
workspace's database file is unchanged too, and never when the register is kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, ModelsInForce, Period
from spendmap.api.models import Models
from spendmap.reports.figures import document
from spendmap.reports.read_model import ReadModel
from spendmap.reports.readiness import ReadinessReport, readiness_report
from spendmap.reports.reconcile import ReconcileReport, reconcile_report
from spendmap.reports.sources import SourcesReport, sources_report
from spendmap.risk.snapshot import version_of

router = APIRouter()
FRESH = {"Cache-Control": "private, no-cache"}

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Areas = Annotated[
    list[str] | None, Query(description="evidence, interpretation, governance or commercial_action; repeatable")
]
Categories = Annotated[list[str] | None, Query(description="a category; repeatable")]
Issuers = Annotated[list[str] | None, Query(description="a vendor, by id or name; repeatable")]


def _marks(models: Models) -> tuple[str, ...] | None:
    """What an answer that looks at the register depends on; None when a change of the register leaves no mark here."""
    root = models.workspace.root
    try:
        changed = (root / "spendmap.db").stat().st_mtime_ns
    except FileNotFoundError:  # kept in another database
        return None
    model = models.current()
    return (model.version, version_of(root / "rollups"), str(changed), models.today().isoformat())


def _answer(request: Request, models: Models, report: Callable[[ReadModel], object]) -> Response:
    """The report as JSON, kept until the figures, the decisions or the register change."""

    def make() -> bytes:
        return orjson.dumps(document(report(models.current())))

    marks = _marks(models)
    if marks is None:
        return Response(make(), media_type=JSON, headers=FRESH)
    key = (*marks, request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={**FRESH, "ETag": tag})
    return Response(models.answer(key, make), media_type=JSON, headers={**FRESH, "ETag": tag})


@router.get("/api/readiness", response_model=ReadinessReport, summary="What is proven of each category")
def read_readiness(
    request: Request, models: ModelsInForce, period: Period = None, area: Areas = None, category: Categories = None
) -> Response:
    """Four areas by eight categories, 0 to 4 from named tests, with the missing proof and who can give it."""
    return _answer(
        request,
        models,
        lambda model: readiness_report(
            model, today=models.today(), period=period, area=area or (), category=category or ()
        ),
    )


@router.get("/api/sources", response_model=SourcesReport, summary="What was read of each source, and how fresh it is")
def read_sources(request: Request, models: ModelsInForce) -> Response:
    """Every declared or captured source with its loads, freshness, months and refused rows."""
    return _answer(request, models, lambda model: sources_report(model, today=models.today()))


@router.get("/api/reconcile", response_model=ReconcileReport, summary="Metered, billed and paid, with causes")
def read_reconcile(request: Request, models: ModelsInForce, period: Period = None, issuer: Issuers = None) -> Response:
    """Per vendor account and month: the difference between meter, bill and payment, what explains it, what does not."""
    return _answer(
        request,
        models,
        lambda model: reconcile_report(model, today=models.today(), period=period, issuer=issuer or ()),
    )
