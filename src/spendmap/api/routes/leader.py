"""Page one, and why the total changed."""

from __future__ import annotations

import hashlib

import orjson
from fastapi import APIRouter, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, Filters, ModelsInForce, json_answer
from spendmap.reports.drivers import DriversReport, drivers_report
from spendmap.reports.figures import document
from spendmap.reports.leader import LeaderReport, leader_report
from spendmap.risk.plan import plan_version
from spendmap.risk.snapshot import version_of

router = APIRouter()


@router.get(
    "/api/leader", response_model=LeaderReport, summary="Page one: total, plan, drivers, outlook, decisions, trust"
)
def read_leader(request: Request, asked: Filters, models: ModelsInForce) -> Response:
    """One answer for who decides. Findings and plan change without new figures, so their versions are in the ETag."""
    rollups = models.workspace.root / "rollups"
    model, today = models.current(), models.today()
    published = (model.version, version_of(rollups), plan_version(rollups))
    key = (*published, today.isoformat(), request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)

    def make() -> bytes:
        return orjson.dumps(document(leader_report(model, asked.question(models, model), rollups, today)))

    return Response(models.answer(key, make), media_type=JSON, headers=headers)


@router.get("/api/drivers", response_model=DriversReport, summary="Why the total changed")
def read_drivers(request: Request, asked: Filters, models: ModelsInForce) -> Response:
    """Volume, mix, price, new, gone, seats, people's work and the rest; they add up to the change exactly."""
    return json_answer(request, models, lambda model: drivers_report(model, asked.question(models, model)))
