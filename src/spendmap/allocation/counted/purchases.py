"""A purchase: vendor, account, product, month and currency; its total is the bill, its carrier the meter.

Reads placed ledger lines, sums of exports and metered groups; says which meter a bill covers, for which days, and what
is left of each line. Authority for the amount: invoice, export, payment, metered price; for who carries it: the meter.
Invariant: per purchase, carried + dark = billed; usage outside the covered days stays metered, not billed yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.allocation.counted.accounts import Accounts
from spendmap.allocation.counted.parts import COSTS
from spendmap.allocation.counted.periods import month_range
from spendmap.allocation.counted.statements import CENT, ZERO, Family, Line, Metered

PurchaseKey = tuple[str, Family | None, str, str, str, str]
"""Vendor, family, tool ("" = any), account, month, currency."""
Closed = tuple[str, str, str, str]
"""Vendor, account, month and currency of a bill that an invoice closes."""


@dataclass
class Placed:
    """What one line pays for in one month. `billed` differs from `effective` where it is paid in another month."""

    line: Line
    month: str
    effective: Decimal
    billed: Decimal
    days: tuple[date, date]

    @property
    def is_plain(self) -> bool:
        """Billed and effective in the same month."""
        return self.effective == self.billed


@dataclass
class Exported:
    """An export's lines of one family that the meter can carry, in one month: the four sums and how far they reach."""

    vendor: str
    vendor_account: str
    account_id: str
    family: Family
    month: str
    currency: str
    costs: dict[str, Decimal | None]
    until: date
    about: dict[str, Any]


@dataclass
class Purchase:
    """Everything that speaks of one purchase."""

    key: PurchaseKey
    placed: list[Placed] = field(default_factory=list)
    exports: list[Exported] = field(default_factory=list)
    meters: list[Metered] = field(default_factory=list)


@dataclass
class Pool:
    """A bill and the meter that carries it."""

    number: int
    currency: str
    needs_split: bool
    bills_own: bool
    evidence: str
    standing: str | None
    members: list[Metered]
    cover: tuple[date, date]
    total: dict[str, Decimal | None]
    metered: Decimal
    exports: list[Exported] = field(default_factory=list)


class Purchases:
    """Purchases of one run, found by what a statement says of itself."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.found: dict[PurchaseKey, Purchase] = {}
        self.pools: list[Pool] = []
        self.over: list[tuple[Purchase, Decimal]] = []
        self.terms_listed: dict[PurchaseKey, int] = {}
        """Seats listed at exactly this many times their bill: the price is perhaps that of so many months."""
        self.above_seats: list[tuple[Purchase, Decimal]] = []

    def at(self, key: PurchaseKey) -> Purchase:
        """The purchase of a key, made when it is new."""
        if key not in self.found:
            self.found[key] = Purchase(key)
        return self.found[key]

    def add_meter(self, metered: Metered) -> None:
        """Metered money under its own account, tool and currency."""
        tool = metered.tool if metered.family == "seats" else ""
        account = self.accounts.name(metered.vendor, metered.vendor_account, metered.account_id)
        self.at((metered.vendor, metered.family, tool, account, metered.month, metered.currency)).meters.append(metered)

    def add_export(self, exported: Exported) -> None:
        """Exported money under its own account and currency."""
        account = self.accounts.name(exported.vendor, exported.vendor_account, exported.account_id)
        key = (exported.vendor, exported.family, "", account, exported.month, exported.currency)
        self.at(key).exports.append(exported)

    def seen(self, vendor: str, month: str) -> list[Purchase]:
        """Purchases of a vendor in a month that a meter or an export shows."""
        return [
            purchase
            for key, purchase in self.found.items()
            if key[0] == vendor and key[4] == month and (purchase.meters or purchase.exports)
        ]

    def carry(self, closed: Mapping[Closed, date]) -> None:
        """Decide every bill; `placed` is left with what no meter carries. `closed`: up to when an invoice bills."""
        self._meet_lonely_meters()
        for key in sorted(self.found, key=lambda key: tuple(part or "" for part in key)):
            purchase = self.found[key]
            if purchase.exports and purchase.meters:
                self._carry_export(purchase, closed)
            if (
                purchase.placed and purchase.meters
            ):  # an invoice above its export carries what the export does not reach
                self._carry_placed(purchase)

    def _meet_lonely_meters(self) -> None:
        """Meters without a bill under their own key go to the one bill that can be theirs.

        A meter of unknown account meets the bills of all accounts as one; a meter in another currency meets the only
        bill there is; seats of no registered tool meet the only bill for seats.
        """
        for key in [key for key, each in self.found.items() if each.meters and not (each.exports or each.placed)]:
            vendor, family, tool, account, month, currency = key
            bills = [
                other
                for other_key, other in self.found.items()
                if other_key[:2] == (vendor, family)
                and other_key[4] == month
                and (other.exports or other.placed)
                and (not account or not other_key[3] or other_key[3] == account)
                and (not tool or not other_key[2] or other_key[2] == tool)
            ]
            same = [other for other in bills if other.key[5] == currency]
            bills = same or bills
            if not bills or len({other.key[5] for other in bills}) > 1:
                continue
            if len(bills) > 1 and account:
                continue
            first = min(bills, key=lambda other: tuple(part or "" for part in other.key))
            for other in bills:
                if other is not first:
                    first.placed += other.placed
                    first.exports += other.exports
                    first.meters += other.meters
                    other.placed, other.exports, other.meters = [], [], []
            first.meters += self.found[key].meters
            self.found[key].meters = []

    def _carry_export(self, purchase: Purchase, closed: Mapping[Closed, date]) -> None:
        vendor, _, _, account, month, currency = purchase.key
        start, end = month_range(month)
        reaches = [
            *(export.until for export in purchase.exports),
            closed.get((vendor, account, month, currency), start),
        ]
        until = min(end, max(reaches))
        covered = _of_one_currency([meter for meter in purchase.meters if meter.day < until], purchase.key[5])
        total = {cost: _sum([export.costs[cost] for export in purchase.exports]) for cost in COSTS}
        effective, metered = total["effective_cost"], _metered(covered, purchase.key[5])
        if effective is None or effective <= 0 or metered is None or metered <= 0:
            return
        same_currency = all(meter.currency == purchase.key[5] for meter in covered)
        plain = all(value is not None and value == effective for value in total.values())
        self._pool(
            purchase,
            covered,
            (start, until),
            total,
            metered,
            purchase.exports,
            needs_split=not same_currency or metered > effective or not plain,
        )
        if same_currency and metered > effective:
            self.over.append((purchase, metered - effective))

    def _carry_placed(self, purchase: Purchase) -> None:
        start = min(placed.days[0] for placed in purchase.placed)
        end = max(placed.days[1] for placed in purchase.placed)
        carried = {id(meter) for pool in self.pools for meter in pool.members}
        covered = [meter for meter in purchase.meters if start <= meter.day < end and id(meter) not in carried]
        covered = _of_one_currency(covered, purchase.key[5])
        metered = _metered(covered, purchase.key[5])
        total = sum((placed.effective for placed in purchase.placed), ZERO)
        if metered is None or metered <= 0 or total <= 0:
            return
        plain = all(placed.is_plain for placed in purchase.placed)
        same_currency = all(meter.currency == purchase.key[5] for meter in covered)
        needs_split = not same_currency or metered > total
        costs: dict[str, Decimal | None] = {
            "list_cost": None,
            "contracted_cost": None,
            "effective_cost": total,
            "billed_cost": total if plain else ZERO,
        }
        self._pool(purchase, covered, (start, end), costs, metered, [], needs_split=needs_split, bills_own=plain)
        if same_currency and metered > total:
            self.over.append((purchase, metered - total))
            months = next((n for n in (3, 12) if abs(metered - n * total) <= n * CENT), None)
            if months and purchase.key[1] == "seats":
                self.terms_listed[purchase.key] = months
        if same_currency and purchase.key[1] == "seats" and metered < total:
            self.above_seats.append((purchase, total - metered))
        rest = total if needs_split else metered
        for placed in sorted(purchase.placed, key=lambda each: (each.line.day, each.line.name)):
            taken = min(placed.effective, rest) if placed.effective > 0 else ZERO
            placed.effective -= taken
            placed.billed -= taken if plain else ZERO
            rest -= taken
        if rest:  # credit notes made the total smaller than its positive lines: the last line gives the rest
            last = purchase.placed[-1]
            last.effective -= rest
            last.billed -= rest if plain else ZERO

    def _pool(
        self,
        purchase: Purchase,
        covered: list[Metered],
        cover: tuple[date, date],
        total: dict[str, Decimal | None],
        metered: Decimal,
        exports: list[Exported],
        *,
        needs_split: bool,
        bills_own: bool = True,
    ) -> None:
        self.pools.append(
            Pool(
                len(self.pools),
                purchase.key[5],
                needs_split,
                bills_own,
                "invoiced",
                None,
                covered,
                cover,
                total,
                metered,
                list(exports),
            )
        )


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    """Unknown when one of them is."""
    return (
        None if any(value is None for value in values) else sum((value for value in values if value is not None), ZERO)
    )


def _of_one_currency(meters: list[Metered], currency: str) -> list[Metered]:
    """Only those in the bill's currency, where there are any."""
    return [meter for meter in meters if meter.currency == currency] or meters


def _metered(meters: Iterable[Metered], currency: str) -> Decimal | None:
    """Metered money in the bill's currency; in another, the weight it has; None where two other currencies meet."""
    by_currency: dict[str, Decimal] = defaultdict(Decimal)
    for meter in meters:
        by_currency[meter.currency] += meter.cost
    if currency in by_currency:
        return by_currency[currency]
    return next(iter(by_currency.values())) if len(by_currency) == 1 else None


__all__ = ["CENT", "Closed", "Exported", "Placed", "Pool", "Purchase", "PurchaseKey", "Purchases"]
