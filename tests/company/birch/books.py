"""Birch's own books: what a right map says, entered beside each line that is written.

Money is Decimal, US dollars unless a currency is stated. A cost that nobody knows is None and in no sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

EFFECTIVE, BILLED, LIST = "effective", "billed", "list"
BASES = (EFFECTIVE, BILLED, LIST)


@dataclass(frozen=True)
class Fact:
    """Money of one kind in one month. `billed_in`: the month of the billed cost, where it is another one."""

    situation: str
    month: str
    category: str
    vendor: str | None
    use_case: str | None
    department: str | None
    owner: str | None
    evidence: str
    effective: Decimal | None
    billed: Decimal | None
    list: Decimal | None
    billed_in: str
    currency: str
    is_dark: bool

    def cost(self, basis: str) -> tuple[str, Decimal | None]:
        """Month and cost on a basis."""
        if basis == BILLED:
            return self.billed_in, self.billed
        return self.month, self.effective if basis == EFFECTIVE else self.list


@dataclass(frozen=True)
class Tie:
    """A line of the reconciliation: vendor, account (None: the vendor has one) and month.

    `paid` is what was paid for that month where an export says what was billed; else the payment is the bill.
    """

    vendor: str
    account: str | None
    month: str
    metered: Decimal | None
    billed: Decimal | None
    paid: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Billed less metered; None where one side is not known."""
        return None if self.metered is None or self.billed is None else self.billed - self.metered


@dataclass
class Books:
    """All facts, and what stands beside the total: covered lines, prepaid balances, usage without a bill."""

    situation: str = ""
    why: dict[str, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    covered: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # (month, vendor)
    prepaid: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # end of month
    not_billed_yet: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unpriced_rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    perhaps_ai: dict[tuple[str, str], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )  # (month, supplier)
    not_ai_suppliers: set[str] = field(default_factory=set)
    runs: dict[tuple[str, str], tuple[Decimal, int, int]] = field(default_factory=dict)  # cost, attempts, accepted
    customers: dict[tuple[str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)  # inference cost, revenue

    def begin(self, situation: str, why: str) -> None:
        """What is entered from here on belongs to this situation."""
        if situation in self.why:
            raise ValueError(f"{situation} is told twice")
        self.situation, self.why[situation] = situation, why

    def ai(
        self,
        month: str,
        category: str,
        vendor: str | None,
        effective: str | Decimal | None,
        *,
        billed: str | Decimal | None,
        list_: str | Decimal | None,
        evidence: str = "invoiced",
        use_case: str | None = None,
        department: str | None = None,
        owner: str | None = None,
        billed_in: str | None = None,
        currency: str = "USD",
        is_dark: bool = False,
    ) -> None:
        """Money the map counts."""
        self.facts.append(
            Fact(
                self.situation,
                month,
                category,
                vendor,
                use_case,
                department,
                owner,
                evidence,
                _money(effective),
                _money(billed),
                _money(list_),
                billed_in or month,
                currency,
                is_dark,
            )
        )

    def tie(
        self, vendor: str, account: str | None, month: str, metered: str | None, billed: str | None, paid: str | None
    ) -> None:
        """What the reconciliation shows of an account's month."""
        self.ties.append(Tie(vendor, account, month, _money(metered), _money(billed), _money(paid)))

    def sums(self, basis: str, name: Callable[[Fact], str | None] | None = None, currency: str = "USD") -> Sums:
        """(month, name) -> the known costs of a basis; a group none of whose costs is known is left out."""
        found: Sums = defaultdict(Decimal)
        for fact in self.facts:
            month, cost = fact.cost(basis)
            if cost is not None and fact.currency == currency:
                found[month, name(fact) if name else None] += cost
        return dict(found)


Sums = dict[tuple[str, str | None], Decimal]


def _money(amount: str | Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
