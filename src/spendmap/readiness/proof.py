"""What a readiness test sees and says. Pure types.

Invariant: a test that cannot apply to a category says so (None) and neither lifts nor lowers its score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from spendmap.risk.facts import Facts, Spend
from spendmap.risk.finding import Finding
from spendmap.vocabulary.exact import total

Area = Literal["evidence", "interpretation", "governance", "commercial_action"]
AREA_IDS: tuple[Area, ...] = get_args(Area)


@dataclass(frozen=True)
class Graded:
    """Effective cost of one category, source and evidence grade in the period; None where no row has a cost."""

    category: str | None
    source: str | None
    evidence: str | None
    currency: str
    cost: Decimal | None
    unpriced_rows: int = 0


@dataclass(frozen=True)
class Missing:
    """Proof that is not there: what, who can give it (None: nobody is named), the next command."""

    what: str
    who: str | None
    next_step: str


@dataclass(frozen=True)
class CellFacts:
    """One category in the period. `rows` are its AI money; for overlap, the money of tools bought twice."""

    category: str
    facts: Facts
    rows: tuple[Spend, ...] = ()
    graded: tuple[Graded, ...] = ()
    findings: tuple[Finding, ...] = ()
    states: dict[str, str] = field(default_factory=dict)  # finding id -> state on the day
    outcomes: frozenset[str] = frozenset()  # use cases with captured outcomes in the period
    expected: tuple[str, ...] = ()  # what the register declares in the category, by name

    def found(self, *codes: str) -> list[Finding]:
        """Findings of some rules on this category, decided or not."""
        return [each for each in self.findings if each.code in codes]

    def undecided(self, *codes: str) -> list[Finding]:
        """Those of them that nobody accepted or finished."""
        return [each for each in self.found(*codes) if self.states.get(each.id) not in {"accepted", "done"}]

    def share(self, test: Callable[[Spend], bool]) -> Decimal | None:
        """Part of the known money, in the workspace's currency if there is any, that passes a test."""
        stake = self.facts.stake(self.rows)
        if stake is None or not stake.amount:
            return None
        mine = [row for row in self.rows if row.currency == stake.currency]
        return total(row.effective_cost for row in mine if test(row)) / stake.amount

    def graded_share(self, *grades: str) -> Decimal | None:
        """Part of the known money with one of some evidence grades."""
        known = [each for each in self.graded if each.cost is not None and each.currency == self._currency]
        whole = total(each.cost for each in known)
        return total(each.cost for each in known if each.evidence in grades) / whole if whole else None

    @property
    def _currency(self) -> str:
        stake = self.facts.stake(self.rows)
        return stake.currency if stake else self.facts.currency

    def owner_of_biggest(self, test: Callable[[Spend], bool]) -> str | None:
        """Who answers for most of the money that passes a test: owner of its source, else of the row, else a head."""
        sources = {source.id: source.owner for source in self.facts.sources}
        sums: dict[str, Decimal] = {}
        for row in self.facts.in_one_currency(self.rows):
            who = row.owner or self.facts.head(row.department) or sources.get(row.source_name or "")
            if who and test(row) and row.effective_cost is not None:
                sums[who] = total((sums.get(who), row.effective_cost))
        return max(sums, key=lambda who: (sums[who], who)) if sums else None


Check = Callable[[CellFacts], Iterable[Missing] | None]
"""What is missing; nothing is a pass; None: the test does not apply to the category."""


@dataclass(frozen=True)
class ProofTest:
    """A named claim about a category. `level` is its tier, 1 to 4."""

    id: str
    area: Area
    level: int
    claim: str
    check: Check


@dataclass(frozen=True)
class Told:
    """One test as a cell reports it."""

    id: str
    level: int
    claim: str
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One area of one category. `score` None: no spend was seen and nothing is declared.

    The score is the highest n such that every test of levels 1 to n that applies is passed.
    """

    area: Area
    category: str
    score: int | None
    words: str
    passed: tuple[Told, ...] = ()
    failed: tuple[Told, ...] = ()
