"""What the newest review found. Findings change with every decision, so their own version is in the ETag."""

from __future__ import annotations

import hashlib
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, ModelsInForce
from spendmap.reports.figures import document
from spendmap.reports.findings import FindingsReport, findings_report
from spendmap.risk.snapshot import version_of

router = APIRouter()

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
States = Annotated[list[str] | None, Query(description="open, accepted, assigned or done; repeatable")]
Kinds = Annotated[list[str] | None, Query(description="cost, security, quality or operating; repeatable")]
Categories = Annotated[list[str] | None, Query(description="a category, unclassified or ledger; repeatable")]
Codes = Annotated[list[str] | None, Query(description="a rule's code; repeatable")]
Owner = Annotated[str | None, Query(description="part of the name of who should decide; empty is nobody")]


@router.get("/api/findings", response_model=FindingsReport, summary="What the newest review found")
def read_findings(
    request: Request,
    models: ModelsInForce,
    state: States = None,
    kind: Kinds = None,
    category: Categories = None,
    code: Codes = None,
    owner: Owner = None,
) -> Response:
    """Findings with money at stake, owner, due day and state, the most urgent first; and how many each rule has."""
    rollups = models.workspace.root / "rollups"
    today = models.today()
    key = (version_of(rollups), today.isoformat(), request.url.path, request.url.query)
    tag = f'W/"{hashlib.sha256(repr((__version__, *key)).encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)

    def make() -> bytes:
        report = findings_report(
            rollups,
            today,
            state=state or (),
            kind=kind or (),
            category=category or (),
            code=code or (),
            owner=owner,
        )
        return orjson.dumps(document(report))

    return Response(models.answer(key, make), media_type=JSON, headers=headers)
