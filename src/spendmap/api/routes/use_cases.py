"""Use cases and their question cards.

Reads the published figures, the register as it is now and the published findings; the ETag names all three versions,
so an answer given a moment ago is never hidden by a kept one. The what-ifs are a route of their own: they replay the
period, and the card itself must answer at once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from spendmap.api.answers import Basis, Currency, ModelsInForce, Period, json_answer
from spendmap.api.models import Models
from spendmap.api.problems import Problem, problem_response
from spendmap.reports.card import UnknownUseCaseError, UseCaseCard, known_use_case, use_case_card
from spendmap.reports.card_what_if import Replays, WhatIfs, what_ifs
from spendmap.reports.declared import DeclaredBooks
from spendmap.reports.filters import Question
from spendmap.reports.findings import FindingRow, findings_report
from spendmap.reports.read_model import ReadModel
from spendmap.reports.use_cases import UseCaseRow, UseCasesReport, all_use_cases, use_cases_report
from spendmap.risk.snapshot import version_of
from spendmap.vocabulary.errors import WorkspaceNotFoundError
from spendmap.workspace import Workspace

router = APIRouter()
KIND = "use_case"
UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "No use case has that id"}}

# Each parameter has an object of its own: two parameters that share one `Query` both read the first one's name.
Search = Annotated[str, Query(max_length=200, description="words of the id, name, owner or department")]
OwnedBy = Annotated[str | None, Query(description="part of the owner's name; empty is nobody")]
InDepartment = Annotated[str | None, Query(description="a department's id; empty is none")]
Open = Annotated[str | None, Query(alias="open", description="id of a question that nothing answers")]
Sort = Annotated[str, Query(description="name, owner, department, direct, indirect, fully_loaded, unanswered or "
                                        "open_findings; - before it: biggest first")]  # fmt: skip
Page = Annotated[int, Query(description="from 1")]
Size = Annotated[int, Query(description="use cases on a page, at most 500")]


class CardSources:
    """What the cards of one server are made from, besides the figures, and the list worked out last."""

    def __init__(self, models: Models) -> None:
        try:
            workspace: Workspace | None = Workspace.open(models.workspace.root)
        except WorkspaceNotFoundError:
            workspace = None  # a folder of roll-ups only: nothing can be declared there
        self.models = models
        self.books = DeclaredBooks(workspace)
        self.replays = Replays()
        self._lock = threading.Lock()
        self._findings: tuple[tuple[str, str], Sequence[FindingRow]] = (("", ""), ())
        self._lists: dict[tuple[str, ...], tuple[Question, list[UseCaseRow]]] = {}

    def versions(self) -> tuple[str, str]:
        """Of the register and of the findings."""
        return str(self.books.current().version), version_of(self.models.workspace.root / "rollups")

    def findings(self) -> Sequence[FindingRow]:
        """The published findings as they stand today, read again only when they or the day changed."""
        rollups, today = self.models.workspace.root / "rollups", self.models.today()
        key = (version_of(rollups), today.isoformat())
        with self._lock:
            if self._findings[0] != key:
                self._findings = (key, findings_report(rollups, today).findings)
            return self._findings[1]

    def rows(
        self, model: ReadModel, period: str | None, basis: str, currency: str | None
    ) -> tuple[Question, list[UseCaseRow]]:
        """Every use case; kept, since sorting, searching and paging ask for the same rows again."""
        today = self.models.today()
        key = (model.version, *self.versions(), today.isoformat(), period or "", basis, currency or "")
        with self._lock:
            if key in self._lists:
                return self._lists[key]
        made = all_use_cases(
            model,
            self.books.current(),
            today=today,
            findings=self.findings(),
            period=period,
            basis=basis,
            currency=currency,
        )
        with self._lock:
            if len(self._lists) >= 8:
                self._lists.clear()
            self._lists[key] = made
        return made


_MAKING = threading.Lock()


def sources_of(request: Request, models: ModelsInForce) -> CardSources:
    """The server's card sources, made with the first question that needs them."""
    with _MAKING:
        found: CardSources | None = getattr(request.app.state, "card_sources", None)
        if found is None:
            found = request.app.state.card_sources = CardSources(models)
        return found


Sources = Annotated[CardSources, Depends(sources_of)]


@router.get("/api/use-cases", response_model=UseCasesReport, summary="Use cases, their money and open questions")
def read_use_cases(
    request: Request,
    models: ModelsInForce,
    sources: Sources,
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
    q: Search = "",
    owner: OwnedBy = None,
    department: InDepartment = None,
    open_question: Open = None,
    sort: Sort = "-direct",
    page: Page = 1,
    size: Size = 50,
) -> Response:
    """One page, with sums over all that the filters leave and how many leave each question open."""

    def report(model: ReadModel) -> UseCasesReport:
        question, rows = sources.rows(model, period, basis, currency)
        return use_cases_report(
            model,
            question,
            rows,
            search=q,
            owner=owner,
            department=department,
            open_question=open_question,
            sort=sort,
            page=page,
            size=size,
        )

    return json_answer(request, models, report, sources.versions())


@router.get("/api/use-cases/{use_case}", response_model=UseCaseCard, summary="The question card", responses=UNKNOWN)
def read_card(
    request: Request,
    models: ModelsInForce,
    sources: Sources,
    use_case: str,
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
) -> Response:
    """Fifteen questions with answers, evidence, dates and owners; figures of the period, declared answers of today."""
    today = models.today()

    def report(model: ReadModel) -> UseCaseCard:
        id_ = known_use_case(model, sources.books.current(), use_case, today)
        return use_case_card(
            model,
            sources.books.current(),
            id_,
            today=today,
            findings=sources.findings(),
            recorded=sources.books.recorded(KIND, id_),
            period=period,
            basis=basis,
            currency=currency,
        )

    try:
        return json_answer(request, models, report, sources.versions())
    except UnknownUseCaseError as error:
        return problem_response(404, error.message, error.next_step)


@router.get(
    "/api/use-cases/{use_case}/what-if",
    response_model=WhatIfs,
    summary="The card's three what-ifs, replayed",
    responses=UNKNOWN,
)
def read_what_ifs(
    request: Request,
    models: ModelsInForce,
    sources: Sources,
    use_case: str,
    period: Period = None,
    basis: Basis = "effective",
    currency: Currency = None,
) -> Response:
    """Usage doubles, the main vendor's price rises by a fifth, the model gets worse: direct cost before and after.

    The first question about a period replays it and takes seconds; the next ones are kept.
    """
    today = models.today()

    def report(model: ReadModel) -> WhatIfs:
        id_ = known_use_case(model, sources.books.current(), use_case, today)
        return what_ifs(model, sources.replays, id_, today=today, period=period, basis=basis, currency=currency)

    try:
        return json_answer(request, models, report, sources.versions()[:1])
    except UnknownUseCaseError as error:
        return problem_response(404, error.message, error.next_step)
