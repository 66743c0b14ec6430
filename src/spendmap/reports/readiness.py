"""Readiness as a page reads it: four areas by eight categories, each cell with its proof and what is missing.

Reads the published version, the register as of the period's last day and the published decisions; writes nothing. The
register is opened when asked, not when this module is imported: reading a map must not wait for a database library.
Invariant: there is a cell for every area and category, whatever was captured; a company that has only its register is
scored on what it declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from spendmap.categories import ORDER
from spendmap.readiness import AREAS, Cell, score_cells
from spendmap.readiness.proof import Graded, Told
from spendmap.register import inventory_version, read_inventory
from spendmap.reports.filters import ask
from spendmap.reports.kept import kept
from spendmap.reports.read_model import ReadModel
from spendmap.reports.views import PeriodView
from spendmap.risk.facts import Facts
from spendmap.risk.finding import Finding
from spendmap.risk.snapshot import read_snapshot
from spendmap.vocabulary.errors import UsageError

HOW = "A score is the highest level whose tests, and those of the levels below, all hold."
ALONE = "No figures are published, so this scores the register alone; money and outcomes are unknown."


@dataclass(frozen=True)
class MissingProof:
    """What is not proven, who can give it (null: nobody is named), and the next command."""

    test: str
    level: int
    claim: str
    what: str
    who: str | None
    next_step: str


@dataclass(frozen=True)
class PassedTest:
    """A claim that holds."""

    test: str
    level: int
    claim: str


@dataclass(frozen=True)
class ReadinessCell:
    """One area of one category. `score` 0 to 4; null: no spend was seen and nothing is declared."""

    area: str
    category: str
    score: int | None
    words: str
    passed: list[PassedTest]
    missing: list[MissingProof]


@dataclass(frozen=True)
class AreaView:
    """One of the four questions."""

    id: str
    label: str
    question: str


@dataclass(frozen=True)
class CategoryView:
    """One column of the matrix."""

    id: str
    label: str


@dataclass(frozen=True)
class ReadinessReport:
    """The matrix. Cells go area by area, in the order of `areas`, then category by category."""

    period: PeriodView | None
    areas: list[AreaView]
    categories: list[CategoryView]
    cells: list[ReadinessCell]
    notes: list[str]


def readiness_report(
    model: ReadModel,
    *,
    today: date,
    period: str | None = None,
    area: Sequence[str] = (),
    category: Sequence[str] = (),
) -> ReadinessReport:
    """The matrix of a period (None: the last full month with figures), narrowed to some areas and categories.

    Args:
        today: the UTC day it is asked on: decides the default period, and which decisions still hold.
    Raises:
        UsageError: an area, a category or the period is none.
    """
    areas = [AreaView(*each) for each in AREAS]
    categories = [CategoryView(each.code, each.label) for each in ORDER]
    _known("area", area, [each.id for each in areas])
    _known("category", category, [each.id for each in categories])
    if model.is_empty:
        return _of_register(model, areas, categories, today, period, area, category)
    question = ask(model, today=today, period=period, compare="none")
    first, last = question.period.first, question.period.last
    with model.session() as session:
        graded = [
            Graded(row["category"], row["source"], row["evidence"], row["currency"], row["cost"], row["unpriced_rows"])
            for row in session.records(_sql("graded"), {"first": first, "last": last})
        ]
    with model.ledger_session("outcome", first=first, last=last) as session:
        outcomes = frozenset(row[0] for row in session.rows(_sql("outcomes"), {"first": first, "last": last}))
    cells = _cells(model, question.period.label, today, graded, outcomes)
    return ReadinessReport(
        PeriodView.of(question.period),
        areas,
        categories,
        [_view(cell) for cell in _asked(cells, area, category)],
        [HOW, *question.notes],
    )


def _of_register(
    model: ReadModel,
    areas: list[AreaView],
    categories: list[CategoryView],
    today: date,
    asked: str | None,
    area: Sequence[str],
    category: Sequence[str],
) -> ReadinessReport:
    """The matrix of a company without figures: what it declares is scored, and no money is known."""
    from spendmap.risk.measured import Measured, has_captured
    from spendmap.risk.review import choose_period
    from spendmap.vocabulary.errors import WorkspaceNotFoundError
    from spendmap.workspace import Workspace

    nothing = ReadinessReport(None, areas, categories, [], ["Nothing is published yet. Run `spendmap run`."])
    try:
        workspace = Workspace.open(model.root)
    except WorkspaceNotFoundError:
        return nothing  # a folder of roll-ups only: nothing can be declared there
    if read_inventory(workspace.rollups).is_empty or has_captured(workspace):
        return nothing
    measured = Measured(workspace, needs_figures=False)
    try:
        period = choose_period(measured, asked, today)
    finally:
        measured.close()
    cells = _cells(model, period.label, today, [], frozenset())
    return ReadinessReport(
        PeriodView.of(period), areas, categories, [_view(cell) for cell in _asked(cells, area, category)], [HOW, ALONE]
    )


def _asked(cells: list[Cell], area: Sequence[str], category: Sequence[str]) -> list[Cell]:
    return [cell for cell in cells if (not area or cell.area in area) and (not category or cell.category in category)]


def _cells(model: ReadModel, period: str, today: date, graded: list[Graded], outcomes: frozenset[str]) -> list[Cell]:
    from spendmap.register import open_register
    from spendmap.register.held import HeldRegister
    from spendmap.risk.measured import Measured
    from spendmap.risk.review import choose_period, read_facts, run_rules
    from spendmap.workspace import Workspace

    workspace = Workspace.open(model.root)
    said = inventory_version(workspace.rollups)

    def held() -> HeldRegister:
        with open_register(workspace) as register:
            return HeldRegister(register)

    def found() -> tuple[Facts, list[Finding]]:
        measured = kept(model, "measured", lambda: Measured(workspace, needs_figures=False, version=model.published))
        register = kept(model, ("register", said), held)
        facts = read_facts(workspace, measured, choose_period(measured, period, today), register)
        return facts, run_rules(facts)

    # Without a published inventory nothing tells that the register changed.
    facts, findings = found() if said == "none" else kept(model, ("facts", period, said, workspace.currency), found)
    snapshot = read_snapshot(workspace.rollups)
    states = (
        {each.finding.id: each.standing(today, snapshot.reviewed_at).state for each in snapshot.kept if each.fires}
        if snapshot
        else {}
    )
    return score_cells(facts, graded, findings, states, outcomes)


def _view(cell: Cell) -> ReadinessCell:
    return ReadinessCell(
        cell.area,
        cell.category,
        cell.score,
        cell.words,
        [PassedTest(each.id, each.level, each.claim) for each in cell.passed],
        [
            MissingProof(each.id, each.level, each.claim, gap.what, gap.who, gap.next_step)
            for each in sorted(cell.failed, key=_level)
            for gap in each.missing
        ],
    )


def _level(told: Told) -> int:
    return told.level


@cache
def _sql(name: str) -> str:
    return resources.files("spendmap.readiness").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _known(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for each in asked:
        if each not in known:
            raise UsageError(f"no {what} is called {each[:80]!r}.", next_step=f"Known: {', '.join(known)}.")
