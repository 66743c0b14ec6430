"""Tokens bought ahead: a purchase of credits is prepaid, the meter says what of it was used.

Reads purchases of credits and metered money month by month; writes their parts, the balance and which metered money
was paid from it. Rules: effective is what the meter used; use above the balance is not billed yet; credits never cap
the meter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from spendmap.allocation.counted.parts import Notes, Parts
from spendmap.allocation.counted.periods import month_range
from spendmap.allocation.counted.purchases import Pool
from spendmap.allocation.counted.statements import ZERO, Line, Metered
from spendmap.vocabulary.period import month_add

Holder = tuple[str, str]
"""Vendor and currency."""


@dataclass
class Credits:
    """Credits bought, and what became of them."""

    parts: Parts
    notes: Notes
    bought: dict[Holder, list[tuple[Line, Decimal]]] = field(default_factory=lambda: defaultdict(list))
    _paid: list[tuple[str, Holder, list[Metered]]] = field(default_factory=list)

    def add(self, line: Line, amount: Decimal) -> None:
        """A purchase of credits; `amount` is what no other statement counts."""
        self.bought[line.vendor or "", line.currency].append((line, amount))

    def settle(self, meters: Iterable[Metered], pools: Sequence[Pool], until: str) -> None:
        """Draw the balances down by what no bill covers, oldest month first; `until`: the last month that is known."""
        billed = {id(meter) for pool in pools for meter in pool.members}
        open_meters: dict[Holder, dict[str, list[Metered]]] = defaultdict(lambda: defaultdict(list))
        for meter in meters:
            if meter.family == "api" and id(meter) not in billed:
                open_meters[meter.vendor, meter.currency][meter.month].append(meter)
        for holder, purchases in sorted(self.bought.items()):
            self._draw(holder, purchases, open_meters[holder], until)

    def _draw(
        self, holder: Holder, purchases: list[tuple[Line, Decimal]], used: dict[str, list[Metered]], until: str
    ) -> None:
        vendor, currency = holder
        bought: dict[str, Decimal] = defaultdict(Decimal)
        for line, amount in purchases:
            bought[line.month] += amount
            more = {"vendor_product": "credits"}
            self.parts.add(
                line.source,
                line.key,
                line.month,
                line.day,
                {"effective_cost": ZERO, "billed_cost": amount},
                scope="ai",
                standing="prepaid",
                **more,
            )
            self.parts.add(
                line.source,
                line.key,
                line.month,
                line.day,
                {"effective_cost": amount, "billed_cost": ZERO},
                scope="covered",
                scope_rule="prepaid-credits",
                standing="prepaid",
                covered_by=f"meter:{vendor}",
                **more,
            )
        balance = ZERO
        month = min(bought)
        last = max(until, *bought, *used)
        while month <= last:  # also months without use: the balance is still there at their end
            balance += bought.get(month, ZERO)
            metered = sum((meter.cost for meter in used.get(month, ())), ZERO)
            if metered and metered <= balance:
                self._paid.append((month, holder, used[month]))
            elif metered and balance > 0:
                self.notes.add(
                    "not_billed_yet",
                    month,
                    currency,
                    -balance,
                    vendor=vendor,
                    product="api",
                    reason="paid from credits before they ran out",
                )
            balance = max(balance - metered, ZERO)
            if balance:
                self.notes.add(
                    "prepaid",
                    month,
                    currency,
                    balance,
                    vendor=vendor,
                    product="credits",
                    reason="credits bought and not used at the end of the month",
                )
            month = month_add(month, 1)

    def pools(self, number: int) -> list[Pool]:
        """Metered money paid from credits: effective as metered, billed when the credits were bought."""
        return [
            Pool(number + place, currency, False, False, "metered", "prepaid", meters, month_range(month), {}, ZERO)
            for place, (month, (_, currency), meters) in enumerate(self._paid)
        ]


__all__ = ["Credits"]
