"""What the plays look at: the rules' facts and findings, and the period's metered calls with other prices beside.

Pure types that a test writes by hand; `usage` reads the real ones. None is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.play import part
from spendmap.risk.facts import Facts, Suite
from spendmap.risk.finding import Finding


@dataclass(frozen=True)
class Calls:
    """Metered calls of the period by who makes them and which model answers.

    Costs are at contract price in `currency`: `cost` of all calls that have one, `failed_cost` and `retry_cost` of
    those that failed or that try again. `batch_cost`, `cached_cost`, `swapped_cost`: the same calls priced in the batch
    tier, with all fresh input read from the cache, and on the model `swapped_to`; None: the book has no such price for
    all of them.
    """

    category: str | None
    use_case: str | None
    agent: str | None
    tool: str | None
    owner: str | None
    department: str | None
    provider: str
    model: str
    currency: str
    is_offline: bool = False
    calls: int = 0
    failed_calls: int = 0
    retries: int = 0
    unpriced_calls: int = 0
    input_uncached: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    cost: Decimal | None = None
    failed_cost: Decimal | None = None
    retry_cost: Decimal | None = None
    batch_cost: Decimal | None = None
    cached_cost: Decimal | None = None
    swapped_cost: Decimal | None = None
    swapped_to: str | None = None

    @property
    def workflow(self) -> tuple[str, str]:
        """What makes the calls: type and id; `("model", ...)` when nothing is known but the model."""
        for type_, id_ in (("agent", self.agent), ("use_case", self.use_case), ("tool", self.tool)):
            if id_:
                return type_, id_
        return "model", f"{self.provider}/{self.model}"

    @property
    def touches(self) -> tuple[str, ...]:
        """The names of this money."""
        type_, id_ = self.workflow
        own = f"calls:{type_}/{id_}/{self.provider}/{self.model}"
        return (own, f"tool:{self.tool}") if self.tool else (own,)

    @property
    def input_tokens(self) -> int:
        """All input."""
        return self.input_uncached + self.cache_read + self.cache_write

    @property
    def cache_share(self) -> Fraction | None:
        """Part of the input that was read from the cache."""
        return Fraction(self.cache_read, self.input_tokens) if self.input_tokens else None


@dataclass(frozen=True)
class PlayFacts:
    """Everything the plays of one period see."""

    facts: Facts
    findings: tuple[Finding, ...] = ()
    calls: tuple[Calls, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)  # tool -> grade of most of its money

    @property
    def months(self) -> int:
        """Whole months of the period that has figures: a saving is per month."""
        period = self.facts.period
        known = {row.month for row in self.facts.spend if period.first <= row.month <= period.last}
        return max(len(known), 1)

    def monthly(self, amount: Decimal | None) -> Decimal | None:
        """Money of the period as money per month."""
        return part(amount, Fraction(1, self.months))

    def of(self, *codes: str) -> list[Finding]:
        """Findings of some rules, in their order."""
        return [each for each in self.findings if each.code in codes]

    def about(self, type_: str, id_: str, *codes: str) -> tuple[str, ...]:
        """Ids of the findings on a subject."""
        return tuple(
            each.id
            for each in self.findings
            if each.subject.type == type_ and each.subject.id == id_ and (not codes or each.code in codes)
        )

    def who(self, calls: Calls) -> tuple[str | None, str]:
        """Who decides about calls: name and role."""
        type_, id_ = calls.workflow
        role = {"agent": "agent owner", "use_case": "use case owner", "tool": "tool owner"}.get(type_, "platform lead")
        registered: Iterable[tuple[str, str | None]] = {
            "agent": [(each.id, each.owner) for each in self.facts.agents],
            "use_case": [(each.id, each.owner) for each in self.facts.use_cases],
            "tool": [(each.id, each.owner) for each in self.facts.tools],
        }.get(type_, [])
        named = next((owner for id_of, owner in registered if id_of == id_), None)
        if named:
            return named, role
        if calls.owner:
            return calls.owner, role
        head = self.facts.head(calls.department)
        return head, "head of department" if head else role

    def name(self, calls: Calls) -> str:
        """What people call the workflow."""
        type_, id_ = calls.workflow
        return calls.model if type_ == "model" else self.facts.label(type_, id_)

    def suites(self, use_case: str | None) -> list[Suite]:
        """Evaluation suites of a use case that have a gate or a threshold: the proof that a change can be judged by."""
        case = next((each for each in self.facts.use_cases if each.id == use_case), None)
        named = set(case.evaluation_suites) if case else set()
        return [
            suite
            for suite in self.facts.suites
            if use_case
            and (suite.use_case == use_case or suite.id in named)
            and (suite.threshold or suite.gate not in (None, False, ""))
        ]
