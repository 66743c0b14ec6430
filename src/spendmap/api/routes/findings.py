"""What the newest review found, a page at a time. Findings change with every decision, so their own version is in the
ETag."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from spendmap import __version__
from spendmap.api.answers import JSON, ModelsInForce
from spendmap.api.problems import Problem, problem_response
from spendmap.reports.figures import document
from spendmap.reports.findings import FindingRow, FindingsReport, finding_row, findings_report
from spendmap.risk.snapshot import version_of

router = APIRouter()

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
States = Annotated[list[str] | None, Query(description="open, accepted, assigned or done; repeatable")]
Kinds = Annotated[list[str] | None, Query(description="cost, security, quality or operating; repeatable")]
Categories = Annotated[list[str] | None, Query(description="a category, unclassified or ledger; repeatable")]
Codes = Annotated[list[str] | None, Query(description="a rule's code; repeatable")]
Words = Annotated[str, Query(max_length=200, description="words of the id, title or detail; all must occur")]
Sort = Annotated[str, Query(description="urgency, money, title, owner, kind or due; - before it: the last first")]
Page = Annotated[int, Query(description="from 1")]
Size = Annotated[int, Query(description="findings on a page, 1 to 500")]
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
    q: Words = "",
    sort: Sort = "urgency",
    page: Page = 1,
    size: Size = 50,
) -> Response:
    """One page of findings with money at stake, owner, due day and state, the most urgent first; and how many there are
    by rule, state, kind, category and owner."""
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
            q=q,
            sort=sort,
            page=page,
            size=size,
        )
        return orjson.dumps(document(report))

    return Response(models.answer(key, make), media_type=JSON, headers=headers)


@router.get(
    "/api/findings/{finding_id:path}",
    response_model=FindingRow,
    summary="One finding",
    responses={404: {"model": Problem, "description": "No finding has that id"}},
)
def read_finding(finding_id: str, models: ModelsInForce) -> Response:
    """A finding of the newest review by its id, on whichever page of the list it is."""
    row = finding_row(models.workspace.root / "rollups", models.today(), finding_id)
    if row is None:
        return problem_response(
            HTTPStatus.NOT_FOUND,
            f"no finding of the newest review is called {finding_id[:80]!r}.",
            "List them with `spendmap findings`.",
        )
    return Response(orjson.dumps(document(row)), media_type=JSON, headers={"Cache-Control": "private, no-cache"})
