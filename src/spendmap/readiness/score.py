"""Cells from facts: every category against every test. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spendmap.categories import CODES
from spendmap.readiness.areas import AREAS, TESTS
from spendmap.readiness.proof import Area, Cell, CellFacts, Graded, Told
from spendmap.risk.facts import Facts, Spend
from spendmap.risk.finding import Finding

LEVELS = 4
WORDS = {0: "not yet", 1: "begun", 2: "partly ready", 3: "mostly ready", 4: "ready"}
NO_SPEND = "no spend seen"
LEDGER_SUBJECTS = {"LG004", "LG006"}
"""Rules on sources: they belong to every category that the source feeds."""


def score_cells(
    facts: Facts,
    graded: Iterable[Graded],
    findings: Iterable[Finding],
    states: Mapping[str, str],
    outcomes: frozenset[str],
) -> list[Cell]:
    """The matrix, area by area and category by category."""
    grades, found = list(graded), list(findings)
    cells = {code: _facts_of(code, facts, grades, found, states, outcomes) for code in CODES}
    return [_cell(area, cells[code]) for area, _, _ in AREAS for code in CODES]


def _facts_of(
    code: str,
    facts: Facts,
    graded: list[Graded],
    findings: list[Finding],
    states: Mapping[str, str],
    outcomes: frozenset[str],
) -> CellFacts:
    rows = _overlapping(facts, findings) if code == "overlap" else tuple(r for r in facts.ai if r.category == code)
    tools = {row.tool for row in rows if row.tool}
    about = [
        each
        for each in findings
        if each.category == code
        or (code == "overlap" and each.subject.type == "tool" and each.subject.id in tools)
        or each.code in LEDGER_SUBJECTS
        or _is_budget_of(each, code, facts)
        or _is_account_of(each, rows)
    ]
    own = tuple(each for each in graded if each.category == ("internal_tools" if code == "overlap" else code))
    return CellFacts(code, facts, rows, own, tuple(about), dict(states), outcomes, _declared(code, facts))


def _overlapping(facts: Facts, findings: list[Finding]) -> tuple[Spend, ...]:
    twice = {each.subject.id for each in findings if each.code == "OV001"}
    tools = {tool.id for tool in facts.tools if twice & set(tool.capability[:1])}
    return tuple(row for row in facts.ai if row.tool in tools)


def _is_budget_of(finding: Finding, code: str, facts: Facts) -> bool:
    return finding.code == "LG008" and any(
        budget.id == finding.subject.id and ("category", code) in budget.conditions for budget in facts.budgets
    )


def _is_account_of(finding: Finding, rows: Iterable[Spend]) -> bool:
    if finding.code != "LG005":
        return False
    return any(f"{row.vendor}/{row.vendor_account or ''}".rstrip("/") == finding.subject.id for row in rows)


def _declared(code: str, facts: Facts) -> tuple[str, ...]:
    """What the register says exists in a category."""
    named = [each.name for each in facts.tools if each.category == code and each.status != "retired"]
    named += [each.name for each in facts.use_cases if each.category == code and each.status != "retired"]
    if code == "agents":
        named += [each.name for each in facts.agents if each.status != "retired"]
    if code == "evaluation":
        named += [each.name for each in facts.suites]
    if code == "human_review":
        named += [each.name for each in facts.queues]
    return tuple(named)


def _cell(area: Area, cell: CellFacts) -> Cell:
    if not cell.rows and not cell.expected:
        return Cell(area, cell.category, None, NO_SPEND)
    passed: list[Told] = []
    failed: list[Told] = []
    score = LEVELS
    for test in (each for each in TESTS if each.area == area):
        # Without any money only the first question can be answered: what is declared is not captured.
        missing = test.check(cell) if cell.rows or test.id == "captured" else None
        if missing is None:
            continue
        gaps = tuple(missing)
        (failed if gaps else passed).append(Told(test.id, test.level, test.claim, gaps))
        if gaps:
            score = min(score, test.level - 1)
    if not cell.rows:
        return Cell(area, cell.category, 0, f"declared, {NO_SPEND}", tuple(passed), tuple(failed))
    return Cell(area, cell.category, score, WORDS[score], tuple(passed), tuple(failed))
