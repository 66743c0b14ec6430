"""Decide a finding from a page: accept, assign, finish or reopen, by the rules of `spendmap decide`.

Writes one row of `finding_decision`, which is never changed, and publishes the finding's new state. The Findings page
and the question card call it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from spendmap.api.answers import JSON, ModelsInForce
from spendmap.api.problems import Problem, problem_response
from spendmap.api.writing import FieldProblem, IfMatch, Seen, actor, version_refused, version_seen, workspace_of
from spendmap.reports.figures import document
from spendmap.reports.findings import FindingRow, finding_row
from spendmap.risk.snapshot import read_snapshot
from spendmap.risk.states import Verb
from spendmap.vocabulary.errors import VersionConflictError

router = APIRouter()


class DecisionAsked(BaseModel):
    """A decision. `reason` and `until` are needed to accept, `owner` to assign. Days are UTC.

    `version` is the finding's as it was read; If-Match may name it instead.
    """

    model_config = ConfigDict(extra="forbid")

    verb: Verb
    reason: str | None = Field(None, max_length=2000)
    until: date | None = Field(None, description="accept: the day it returns; assign: the day it is due")
    owner: str | None = Field(None, max_length=200, description="assign: to whom")
    version: int | None = Field(None, ge=0)


@router.post(
    "/api/findings/{finding_id:path}/decide",
    response_model=FindingRow,
    summary="Decide a finding",
    responses={
        404: {"model": Problem},
        409: {"model": FieldProblem, "description": "Somebody decided it meanwhile"},
        412: {"model": FieldProblem, "description": "If-Match is not the newest version"},
        415: {"model": Problem},
        422: {"model": Problem},
        428: {"model": FieldProblem, "description": "No version is named"},
    },
)
def decide_finding(finding_id: str, asked: DecisionAsked, models: ModelsInForce, if_match: IfMatch = None) -> Response:
    """Record the decision, with who and when, and answer the finding as it stands now.

    A decision that lacks what it needs is 400 and says what; a finding that does not exist is 404; one that somebody
    decided since it was read is 409 and tells the newest version.
    """
    from spendmap.risk.decisions import decide, find  # SQLAlchemy loads with the first decision, not with the server
    from spendmap.vocabulary.errors import UsageError

    place = workspace_of(models)
    snapshot = read_snapshot(place.rollups)
    seen = None
    if snapshot is not None:
        try:
            found = find(snapshot, finding_id)
        except UsageError as error:
            return problem_response(404, error.message, error.next_step)
        current = found.decision.version if found.decision else 0
        seen = version_seen(asked.version, if_match, f"finding {found.finding.id}", current)
    now = datetime.now(UTC)
    try:
        kept = decide(
            place,
            finding_id,
            asked.verb,
            by=actor(),
            now=now,
            reason=(asked.reason or "").strip() or None,
            until=asked.until,
            owner=(asked.owner or "").strip() or None,
            version=seen.version if seen else None,
        )
    except VersionConflictError as error:
        raise version_refused(error, seen or Seen(error.seen, is_newest=False)) from error
    row = finding_row(place.rollups, now.date(), kept.finding.id)
    return Response(orjson.dumps(document(row)), media_type=JSON, headers={"Cache-Control": "no-store"})
