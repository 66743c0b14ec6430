"""The shapes of unit economics: one row per customer, plan, use case, trial or model, and what stands around them.

Money is Decimal in the report's currency; None is unknown, and then `unknown` says why. Unit costs are rounded
half-even to 12 places, once, from exact sums.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from spendmap.reports.figures import Tally, plus
from spendmap.value.loaded import LAYERS

ZERO = Decimal(0)


@dataclass(frozen=True)
class Time:
    """Minutes with and without AI, or minutes claimed and the minutes that checking them took.

    `per`: what `saved`, `checking` and `net` are for: `task` (a comparison of means) or `period` (a sum of claims).
    `net` is what is left after checking, correcting and explaining; below zero, AI took longer.
    """

    per: str
    comparison: str
    with_ai: Decimal | None
    without_ai: Decimal | None
    tasks_with_ai: int | None
    tasks_without_ai: int | None
    saved: Decimal | None
    checking: Decimal | None
    checking_cost: Decimal | None
    net: Decimal | None


@dataclass(frozen=True)
class EconomicsRow:
    """One group: its cost by layer, what it is divided by, and what comes in for it.

    `cost` is the sum of the layers asked for. `quantity` of `unit` is the denominator, `unit_cost` the cost per one.
    `revenue_from`: `outcomes` (stated), `price` (register price x account-months) or `free`. `margin` is revenue less
    cost. `accounts` are account-months, `losing_accounts` customers whose revenue in the period is below their cost.
    """

    key: str | None
    label: str
    cost: Decimal | None
    layers: dict[str, Decimal | None]
    by_evidence: dict[str, Decimal]
    unit: str
    quantity: Decimal | None
    unit_cost: Decimal | None
    unknown: str | None = None
    attempts: Decimal | None = None
    accepted: Decimal | None = None
    rejected: Decimal | None = None
    escalated: Decimal | None = None
    unjudged: Decimal | None = None
    cost_per_attempt: Decimal | None = None
    revenue: Decimal | None = None
    revenue_from: str | None = None
    margin: Decimal | None = None
    margin_share: Decimal | None = None
    plan: str | None = None
    segment: str | None = None
    pricing: str | None = None
    price: Decimal | None = None
    price_covers_cost: bool | None = None
    accounts: int | None = None
    losing_accounts: int | None = None
    missing_rows: int = 0
    unpriced_rows: int = 0
    time: Time | None = None
    explains: str | None = None


@dataclass(frozen=True)
class Adoption:
    """A free plan at another number of accounts, each using as much as an account of the last month does."""

    plan: str
    label: str
    factor: Decimal
    accounts: int
    cost: Decimal
    cost_per_account: Decimal | None


@dataclass
class Loaded:
    """Cost of one group as it is added up."""

    layers: dict[str, Tally] = field(default_factory=lambda: {layer: Tally() for layer in LAYERS})

    def cost(self, wanted: tuple[str, ...]) -> Decimal | None:
        """Known money of the layers asked for; None when rows are there and none has a cost."""
        found: Decimal | None = None
        for layer in wanted:
            found = plus(found, self.layers[layer].cost)
        return found

    def by_layer(self, *, is_split: bool) -> dict[str, Decimal | None]:
        """Each layer's money; indirect is unknown, not nothing, before anything was split."""
        shown: dict[str, Decimal | None] = {layer: tally.told() for layer, tally in self.layers.items()}
        if not is_split:
            shown["indirect"] = None
        return shown

    def by_evidence(self, wanted: tuple[str, ...]) -> dict[str, Decimal]:
        """Money of the layers asked for, by grade."""
        mixed = Tally()
        for layer in wanted:
            for grade, cost in self.layers[layer].by_evidence.items():
                mixed.add(cost, evidence=grade or None)
        return mixed.evidence_mix

    def take(self, other: Loaded) -> None:
        """Add another group's cost, layer by layer."""
        for layer, tally in other.layers.items():
            own = self.layers[layer]
            own.add(None, rows=tally.rows, missing=tally.missing, unpriced=tally.unpriced)
            for grade, cost in tally.by_evidence.items():
                own.add(cost, evidence=grade or None)

    @property
    def missing(self) -> int:
        """Roll-up rows without a cost on the basis."""
        return sum(tally.missing for tally in self.layers.values())

    @property
    def unpriced(self) -> int:
        """Usage rows no price was in force for."""
        return sum(tally.unpriced for tally in self.layers.values())
