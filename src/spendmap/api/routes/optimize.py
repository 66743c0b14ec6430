"""The plays of the newest `spendmap optimize`. They change with every decision on a finding, so both versions count."""

from __future__ import annotations

import hashlib
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, ModelsInForce
from spendmap.optimization.plays.snapshot import plays_version
from spendmap.reports.figures import document
from spendmap.reports.plays import PlaysReport, plays_report
from spendmap.risk.snapshot import version_of

router = APIRouter()

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Kinds = Annotated[list[str] | None, Query(description="action, remediation or negotiation; repeatable")]
Categories = Annotated[list[str] | None, Query(description="a category or unclassified; repeatable")]
Codes = Annotated[list[str] | None, Query(description="a play's code; repeatable")]
States = Annotated[list[str] | None, Query(description="open, accepted, assigned or done; repeatable")]
Owner = Annotated[str | None, Query(description="part of the name of who decides; empty is nobody")]
Sort = Annotated[
    str, Query(description="likely, low, high, seen, deadline, title, owner, effort or kind; - in front for falling")
]


@router.get("/api/optimize", response_model=PlaysReport, summary="What could be saved, by whom, until when")
def read_optimize(
    request: Request,
    models: ModelsInForce,
    kind: Kinds = None,
    category: Categories = None,
    code: Codes = None,
    state: States = None,
    owner: Owner = None,
    sort: Sort = "-likely",
) -> Response:
    """Plays with their saving per month as a range, and the total over those about different money."""
    rollups = models.workspace.root / "rollups"
    today = models.today()
    key = (plays_version(rollups), version_of(rollups), today.isoformat(), request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)

    def make() -> bytes:
        report = plays_report(
            rollups,
            today,
            kind=kind or (),
            category=category or (),
            code=code or (),
            state=state or (),
            owner=owner,
            sort=sort,
        )
        return orjson.dumps(document(report))

    return Response(models.answer(key, make), media_type=JSON, headers=headers)
