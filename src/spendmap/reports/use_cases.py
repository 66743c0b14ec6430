"""Every use case: who owns it, what it costs, how many of its fifteen questions nobody has answered.

Reads the published figures, the register as it is now and the published findings, each in one pass, so that thousands
of registered use cases without money cost no more than a page of them. Writes nothing.
Invariant: a use case that money names and nobody registered is in the list, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.register import Entity
from spendmap.register.codec import text_of_value
from spendmap.reports.card_questions import QUESTIONS, Known, unanswered
from spendmap.reports.declared import DeclaredBook, by_use_case, referred, texts
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import Tally, plus, sum_known, sum_told
from spendmap.reports.filters import Question, ask
from spendmap.reports.findings import FindingRow
from spendmap.reports.paging import check_page, check_size, page_of
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.errors import UsageError

KIND = "use_case"
SIZE = 50


@dataclass(frozen=True)
class UseCaseRow:
    """One use case. Money None: unknown, which is not zero. `open_questions`: ids of the unanswered ones, in order."""

    id: str
    name: str
    is_registered: bool
    owner: str | None
    department: str | None
    department_label: str | None
    status: str | None
    nature: str | None
    category: str | None
    direct: Decimal | None
    indirect: Decimal | None
    fully_loaded: Decimal | None
    by_evidence: dict[str, Decimal]
    missing_rows: int
    unanswered: int
    open_questions: list[str]
    open_findings: int


@dataclass(frozen=True)
class QuestionCount:
    """How many use cases leave one question open."""

    id: str
    question: str
    use_cases: int


@dataclass(frozen=True)
class UseCasesReport:
    """One page of the list, and sums over everything the filters leave. `direct` None: no money of any is known."""

    period: PeriodView
    currency: str
    basis: str
    total: int
    page: int
    size: int
    direct: Decimal | None
    has_indirect: bool
    unanswered: int
    without_owner: int
    by_question: list[QuestionCount]
    items: list[UseCaseRow]
    notes: list[str]


SORTS: dict[str, Callable[[UseCaseRow], Any]] = {
    "name": lambda row: row.name.casefold(),
    "owner": lambda row: None if row.owner is None else row.owner.casefold(),
    "department": lambda row: None if row.department_label is None else row.department_label.casefold(),
    "direct": lambda row: row.direct,
    "indirect": lambda row: row.indirect,
    "fully_loaded": lambda row: row.fully_loaded,
    "unanswered": lambda row: row.unanswered,
    "open_findings": lambda row: row.open_findings,
}


def all_use_cases(
    model: ReadModel,
    book: DeclaredBook,
    *,
    today: date,
    findings: Sequence[FindingRow] = (),
    period: str | None = None,
    basis: str = "effective",
    currency: str | None = None,
) -> tuple[Question, list[UseCaseRow]]:
    """Every use case that is registered or that money names, in order of declaration.

    Raises:
        UsageError: the period, basis or currency is none.
    """
    question = ask(model, today=today, period=period, compare="none", basis=basis, currency=currency)
    money, vendors, centers = _direct(model, question)
    indirect = _indirect(model, question)
    with model.session() as session:
        has_split = model.has_split and is_captured(model, session, question.currency, question.period)
    agents, suites, queues = (
        by_use_case(book.entities(kind, today)) for kind in ("agent", "evaluation_suite", "review_queue")
    )
    every_suite = {each.id: each for each in book.entities("evaluation_suite", today)}
    every_queue = {each.id: each for each in book.entities("review_queue", today)}
    cost_centers = {each.id: each for each in book.entities("cost_center", today)}
    departments = {each.id: each.name for each in book.entities("department", today)}
    open_findings = Counter(
        (each.subject.type, each.subject.id) for each in findings if each.state in {"open", "assigned"}
    )
    cases: dict[str, Entity | None] = {each.id: each for each in book.entities(KIND, today)}
    for id_ in money:
        cases.setdefault(id_, None)
    rows = []
    for id_, case in cases.items():
        tally = money.get(id_)
        tied = (
            agents.get(id_, []),
            _with(suites.get(id_, []), case, "evaluation_suites", every_suite),
            _with(queues.get(id_, []), case, "review_queues", every_queue),
        )
        center = cost_centers.get(str(case.get("cost_center"))) if case is not None else None
        known = Known(
            case,
            center,
            *tied,
            has_direct=tally is not None and tally.told() is not None,
            has_vendor=id_ in vendors,
            has_paying_center=id_ in centers,
            has_split=model.has_split,
        )
        carried = sum_told(*indirect.get(id_, (None, 0)), is_captured=has_split)
        findings_of_it = _count(open_findings, id_, case, tied)
        rows.append(_row(model, id_, tally, carried, known, departments, findings_of_it))
    return question, rows


def use_cases_report(
    model: ReadModel,
    question: Question,
    rows: Sequence[UseCaseRow],
    *,
    search: str = "",
    owner: str | None = None,
    department: str | None = None,
    open_question: str | None = None,
    sort: str = "-direct",
    page: int = 1,
    size: int = SIZE,
) -> UseCasesReport:
    """One page of `all_use_cases`, narrowed and sorted.

    Args:
        search: words that must all be in the id, name, owner or department; letter case aside.
        owner: part of the owner's name; "" is nobody.
        department: a department's id; "" is none.
        open_question: id of a question that nothing answers.
        sort: a name of `SORTS`, with `-` for the biggest first; unknown comes last either way.
    Raises:
        UsageError: no such sort, question or page.
    """
    check_page(page)
    check_size(size)
    name, is_down = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        raise UsageError(f"use cases are not sorted by {sort[:40]!r}.", next_step=f"Choose from: {', '.join(SORTS)}.")
    ids = [each.id for each in QUESTIONS]
    if open_question is not None and open_question not in ids:
        raise UsageError(f"no question is called {open_question[:40]!r}.", next_step=f"Known: {', '.join(ids)}.")
    shown = [row for row in rows if _meets(row, search, owner, department, open_question)]
    shown.sort(key=lambda row: (row.name.casefold(), row.id))
    value = SORTS[name]
    known = [row for row in shown if value(row) is not None]
    known.sort(key=value, reverse=is_down)
    ordered = known + [row for row in shown if value(row) is None]
    skip = page_of(len(ordered), page, size)
    counts = Counter(each for row in shown for each in row.open_questions)
    notes = list(question.notes)
    if not model.has_split:
        notes.append("Indirect cost is unknown: no shared, idle or overhead cost has been split. It is not zero.")
    return UseCasesReport(
        PeriodView.of(question.period),
        question.currency,
        question.basis,
        len(ordered),
        page,
        size,
        sum_known((row.direct for row in shown), is_captured=False),
        model.has_split,
        sum(row.unanswered for row in shown),
        sum(row.owner is None for row in shown),
        [QuestionCount(each.id, each.question, counts[each.id]) for each in QUESTIONS],
        ordered[skip : skip + size],
        notes,
    )


def _row(
    model: ReadModel,
    id_: str,
    tally: Tally | None,
    indirect: Decimal | None,
    known: Known,
    departments: dict[str, str],
    findings: int,
) -> UseCaseRow:
    case, center = known.case, known.center
    direct = tally.told() if tally else None
    said: Callable[[str], str | None] = lambda name: None if case is None else text_of_value(case.get(name))  # noqa: E731
    department = said("department")
    still_open = unanswered(known)
    return UseCaseRow(
        id=id_,
        name=case.name if case else model.label(KIND, id_),
        is_registered=case is not None,
        owner=said("owner"),
        department=department,
        department_label=departments.get(department, department) if department else None,
        status=said("status"),
        nature=said("nature") or (text_of_value(center.get("nature")) if center else None),
        category=said("category"),
        direct=direct,
        indirect=indirect,
        fully_loaded=None if direct is None or indirect is None else plus(direct, indirect),
        by_evidence=tally.evidence_mix if tally else {},
        missing_rows=tally.missing if tally else 0,
        unanswered=len(still_open),
        open_questions=still_open,
        open_findings=findings,
    )


def _direct(model: ReadModel, question: Question) -> tuple[dict[str, Tally], set[str], set[str]]:
    """Money by use case; use cases whose rows name a vendor or model; those whose rows name a cost centre."""
    money: dict[str, Tally] = {}
    vendors: set[str] = set()
    centers: set[str] = set()
    with model.session() as session:
        found = session.rows(question.fill(sql("use_cases_direct")), question.parameters)
    for id_, evidence, cost, missing, rows, has_vendor, has_center in found:
        money.setdefault(id_, Tally()).add(cost, rows=rows, missing=missing, evidence=evidence)
        if has_vendor:
            vendors.add(id_)
        if has_center:
            centers.add(id_)
    return money, vendors, centers


def _indirect(model: ReadModel, question: Question) -> dict[str, tuple[Decimal | None, int]]:
    """Indirect cost by use case, None where it is unknown on this basis, and of how many shares."""
    with model.session() as session:
        found = session.rows(question.fill(sql("use_cases_indirect")), question.parameters)
    return {row[0]: (row[1], row[3]) for row in found}


def _with(own: Iterable[Entity], case: Entity | None, field: str, every: dict[str, Entity]) -> list[Entity]:
    found = {each.id: each for each in own}
    for id_ in referred(case, field) if case is not None else ():
        if id_ in every:
            found.setdefault(id_, every[id_])
    return list(found.values())


def _count(counts: Counter[tuple[str, str]], id_: str, case: Entity | None, tied: tuple[Sequence[Entity], ...]) -> int:
    """Open and assigned findings on the use case and on what is tied to it."""
    if not counts:
        return 0
    about = {(KIND, id_), *((each.type, each.id) for group in tied for each in group)}
    about |= {("data_asset", each) for each in (texts(case.get("data_assets")) if case is not None else ())}
    return sum(counts[each] for each in about)


def _meets(row: UseCaseRow, search: str, owner: str | None, department: str | None, open_question: str | None) -> bool:
    if owner is not None and not (owner.casefold() in (row.owner or "").casefold() if owner else row.owner is None):
        return False
    if department is not None and (row.department or "") != department:
        return False
    if open_question is not None and open_question not in row.open_questions:
        return False
    haystack = " ".join(filter(None, [row.id, row.name, row.owner, row.department_label])).casefold()
    return all(word in haystack for word in search.casefold().split())
