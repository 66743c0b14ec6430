"""What the rules look at: the register on one day and the money of some months, as plain rows.

Pure types that a test writes by hand; `declared` and `measured` read the real ones. None is unknown, never zero.
Money is Decimal in the row's currency, effective cost unless a name says otherwise. Days are UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from spendmap.risk.finding import Stake
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.period import Period

Texts = tuple[str, ...]
Fact = str | bool | None
"""Words that say how something is done; True or False where only that was said; None when nothing was."""


@dataclass(frozen=True)
class Spend:
    """Money and usage of one month and one set of dimensions, as the published roll-up has it."""

    month: str
    currency: str
    scope: str = "ai"
    category: str | None = None
    method: str = "whole"
    origin: str = "charge"
    vendor: str | None = None
    vendor_account: str | None = None
    supplier_name: str | None = None
    provider_name: str | None = None
    service_name: str | None = None
    model: str | None = None
    tool: str | None = None
    agent: str | None = None
    use_case: str | None = None
    department: str | None = None
    cost_center: str | None = None
    owner: str | None = None
    environment: str | None = None
    source_name: str | None = None
    list_cost: Decimal | None = None
    effective_cost: Decimal | None = None
    billed_cost: Decimal | None = None
    rows: int = 1
    usage_rows: int = 0
    unpriced_rows: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    minutes: Decimal | None = None


@dataclass(frozen=True)
class Unspread:
    """Indirect money of the period that a split was to spread and that reached no use case, and why."""

    pool: str
    name: str
    reason: str
    effective_cost: Decimal | None
    currency: str
    last_month: str


@dataclass(frozen=True)
class Noticed:
    """What counting noticed in a month, with its money. `kind`: proposed_pair, perhaps_twice, over, ...

    `subject` is the pair's id, the supplier or the commitment; `line` and `other_line` are ledger lines (source:key).
    """

    month: str
    kind: str
    amount: Decimal | None
    currency: str
    reason: str
    vendor: str | None = None
    vendor_account: str | None = None
    product: str | None = None
    subject: str | None = None
    line: str | None = None
    other_line: str | None = None


@dataclass(frozen=True)
class Doubtful:
    """Calls of the period that count and perhaps should not, in one currency.

    `kind`: `perhaps` (source and other both tell of them, and nothing says whether they are the same) or `failed` (the
    source's failed calls, of which nobody says whether they were bought). `amount` None: none of them has a price.
    """

    kind: str
    source: str
    other: str | None
    calls: int
    tokens: int
    unpriced_calls: int
    amount: Decimal | None
    currency: str


@dataclass(frozen=True)
class AgentDay:
    """Metered calls of one agent on one day in one currency; what a bill charges it by the month is not in here."""

    agent: str
    day: date
    calls: int
    effective_cost: Decimal | None
    currency: str


@dataclass(frozen=True)
class Seats:
    """Seats of one tool at the end of the period's last month. `unit_price` is per seat and month."""

    tool: str
    bought: Decimal
    used: Decimal | None
    unit_price: Decimal | None
    currency: str | None
    department: str | None = None


@dataclass(frozen=True)
class Capacity:
    """AI money of one resource under a commitment in the period, by what the bill says of its use."""

    resource: str
    commitment: str
    currency: str
    used_cost: Decimal
    unused_cost: Decimal


@dataclass(frozen=True)
class Tool:
    """A registered tool."""

    id: str
    name: str
    owner: str | None = None
    vendor: str | None = None
    vendor_account: str | None = None
    category: str = "internal_tools"
    capability: Texts = ()
    department: str | None = None
    cost_center: str | None = None
    purpose: str | None = None
    value_hypothesis: str | None = None
    contract: str | None = None
    renewal_date: date | None = None
    notice_days: int | None = None
    data_risk: str | None = None
    approved_risk: str | None = None
    data_assets: Texts = ()
    monthly_budget: Decimal | None = None
    currency: str | None = None
    status: str | None = None
    product_id: str | None = None  # tools of one product are one product, whoever registered them


@dataclass(frozen=True)
class Contract:
    """An agreement with a vendor. `commitment` is over its term."""

    id: str
    name: str
    vendor: str | None = None
    vendor_account: str | None = None
    tool: str | None = None
    owner: str | None = None
    renewal_date: date | None = None
    notice_days: int | None = None
    auto_renews: bool | None = None
    commitment: Decimal | None = None
    currency: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Agent:
    """A registered agent, with the controls people say it has."""

    id: str
    name: str
    owner: str | None = None
    use_case: str | None = None
    department: str | None = None
    cost_center: str | None = None
    monthly_budget: Decimal | None = None
    currency: str | None = None
    permissions: Texts = ()
    output_review: Fact = None
    kill_switch: Fact = None
    kill_switch_tested_on: date | None = None
    failure_detection: Fact = None
    rate_limit: Fact = None
    data_risk: str | None = None
    approved_risk: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class UseCase:
    """A registered use case."""

    id: str
    name: str
    owner: str | None = None
    category: str = "product_inference"
    department: str | None = None
    cost_center: str | None = None
    nature: str | None = None
    cogs_share: Decimal | None = None
    outcome: str | None = None
    quality_threshold: str | None = None
    quality_owner: str | None = None
    data_risk: str | None = None
    approved_risk: str | None = None
    data_assets: Texts = ()
    evaluation_suites: Texts = ()
    status: str | None = None
    problem: str | None = None
    data: str | None = None
    unit_economics: str | None = None
    controls: str | None = None
    review_queues: Texts = ()


@dataclass(frozen=True)
class CostCenter:
    """Where finance books it."""

    id: str
    name: str
    nature: str | None = None
    cogs_share: Decimal | None = None
    owner: str | None = None
    department: str | None = None


@dataclass(frozen=True)
class Suite:
    """An evaluation suite."""

    id: str
    name: str
    use_case: str | None = None
    owner: str | None = None
    quality_owner: str | None = None
    gate: Fact = None
    threshold: str | None = None


@dataclass(frozen=True)
class Queue:
    """A review queue."""

    id: str
    name: str
    use_case: str | None = None
    owner: str | None = None
    department: str | None = None


@dataclass(frozen=True)
class DataAsset:
    """Data that AI touches."""

    id: str
    name: str
    owner: str | None = None
    department: str | None = None
    data_risk: str | None = None
    personal_data: bool | None = None


@dataclass(frozen=True)
class Source:
    """A declared source and how far its data reaches. `last_day` is known for the period's last month only."""

    id: str
    name: str
    owner: str | None = None
    refresh: str | None = None
    last_month: str | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Budget:
    """Money set aside per month. `field` and `value` say for what: a dimension of `Spend`; None is all AI money."""

    id: str
    name: str
    amount: Decimal
    currency: str | None
    owner: str | None = None
    conditions: tuple[tuple[str, str], ...] = ()
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Experiment:
    """A sandbox: quiet until its budget or its end is broken. `end` is its last day.

    `subjects` are (type, id) of what it tries. `spent` is what its subjects and keys cost from its start to the
    period's end; None when a key is on something the roll-ups do not hold, or when there is nothing to tell by.
    """

    id: str
    name: str
    owner: str | None = None
    subjects: tuple[tuple[str, str], ...] = ()
    budget: Decimal | None = None
    currency: str | None = None
    start: date | None = None
    end: date | None = None
    spent: Decimal | None = None
    department: str | None = None

    def broken(self, as_of: date) -> str | None:
        """Which of its bounds is broken on a day, in words; None while it holds."""
        if self.end is not None and as_of > self.end:
            return f"its last day was {self.end}"
        if self.budget is not None and self.spent is not None and self.spent > self.budget:
            return f"it cost {self.spent:,.2f} of {self.budget:,.2f}"
        if self.end is None:
            return "it has no end date"
        if self.budget is None:
            return "it has no budget"
        return None


@dataclass(frozen=True)
class Facts:
    """Everything the rules of one review see. `as_of` is the first day after the period."""

    period: Period
    currency: str
    as_of: date
    spend: tuple[Spend, ...] = ()
    agent_days: tuple[AgentDay, ...] = ()
    seats: tuple[Seats, ...] = ()
    capacity: tuple[Capacity, ...] = ()
    unspread: tuple[Unspread, ...] = ()
    noticed: tuple[Noticed, ...] = ()
    payers: frozenset[str] = frozenset()  # sources that are a card or a bank
    doubtful: tuple[Doubtful, ...] = ()
    users: dict[str, frozenset[str]] = field(default_factory=dict)  # tool -> keyed hashes of who called it
    tools: tuple[Tool, ...] = ()
    contracts: tuple[Contract, ...] = ()
    agents: tuple[Agent, ...] = ()
    use_cases: tuple[UseCase, ...] = ()
    cost_centers: tuple[CostCenter, ...] = ()
    suites: tuple[Suite, ...] = ()
    queues: tuple[Queue, ...] = ()
    data_assets: tuple[DataAsset, ...] = ()
    sources: tuple[Source, ...] = ()
    budgets: tuple[Budget, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    heads: dict[str, str] = field(default_factory=dict)  # department -> who answers for it
    invoice_lag: dict[tuple[str, str], int] = field(default_factory=dict)  # vendor, account -> months
    labels: dict[str, dict[str, str]] = field(default_factory=dict)  # dimension -> id -> name
    declared_vendors: frozenset[str] = frozenset()
    vendor_capability: dict[str, str] = field(default_factory=dict)

    @cached_property
    def ai(self) -> tuple[Spend, ...]:
        """AI money of the period."""
        return tuple(row for row in self.spend if row.scope == "ai" and self.period.first <= row.month <= self.last)

    @property
    def last(self) -> str:
        """The period's last month."""
        return self.period.last

    def where(self, test: Callable[[Spend], bool]) -> list[Spend]:
        """AI rows of the period that pass a test."""
        return [row for row in self.ai if test(row)]

    def in_one_currency(self, rows: Iterable[Spend]) -> list[Spend]:
        """Rows whose money may be added: of the workspace's currency if any row has it, else of the first by name."""
        known = list(rows)
        currencies = {row.currency for row in known}
        currency = self.currency if self.currency in currencies else min(currencies, default="")
        return [row for row in known if row.currency == currency]

    def stake(self, rows: Iterable[Spend], *, period: str | None = None) -> Stake | None:
        """Effective cost of rows in one currency: the workspace's if any row has it, else the first by name.

        None when there is no row; amount None when no row has a cost. Currencies are never added.
        """
        known = self.in_one_currency(rows)
        if not known:
            return None
        currency = known[0].currency
        costs = [row.effective_cost for row in known if row.effective_cost is not None]
        return Stake(total(costs) if costs else None, currency, "effective", period or self.period.label)

    def head(self, department: str | None, cost_center: str | None = None) -> str | None:
        """Who answers for a department, else for a cost centre."""
        if department is not None and department in self.heads:
            return self.heads[department]
        return next((each.owner for each in self.cost_centers if each.id == cost_center), None)

    def label(self, dimension: str, value: str) -> str:
        """What people call a value."""
        return self.labels.get(dimension, {}).get(value) or value


def is_positive(stake: Stake | None) -> bool:
    """There is money, or there is money that nobody knows."""
    return stake is not None and (stake.amount is None or stake.amount > 0)
