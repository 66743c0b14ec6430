"""Invoices, then payments, of an account whose export is captured: covered up to what the export bills.

Reads lines and bills once numbers, pairs and tax are settled; takes from a line's `left`, and from the bills' rooms. A
line of several months meets their bills: one of them, or all together, to the cent, else its share of each month.
Invariant: of a bill no more is covered than it bills, by documents and by payments each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from spendmap.allocation.counted.asks import Asks
from spendmap.allocation.counted.documents import Matched
from spendmap.allocation.counted.periods import is_longer_than_a_month, months_between
from spendmap.allocation.counted.places import Places
from spendmap.allocation.counted.statements import CENT, NO_PURCHASE, ZERO, Bill, Line
from spendmap.allocation.counted.tax_lines import TaxLines
from spendmap.allocation.counted.tax_paid import tax_above

if TYPE_CHECKING:
    from spendmap.allocation.counted.count import Known


class ByExports:
    """Covers lines by what exports bill."""

    def __init__(self, places: Places, known: Known, asks: Asks, matched: Matched, taxes: TaxLines) -> None:
        self.places, self.known, self.asks, self.matched, self.taxes = places, known, asks, matched, taxes

    def cover(self, lines: Sequence[Line]) -> None:
        """Documents first, then payments, each in order of date; credits also by later months' exports."""
        ordered = sorted(lines, key=lambda line: (line.is_payment, line.day, line.name))
        for line in ordered:
            if line.vendor is None or line.left <= 0 or line.kind in NO_PURCHASE:
                continue
            start, end = self.places.period(line)
            if not is_longer_than_a_month(start, end) or not self._cover_term(line):
                self._cover_month(line, self.places.bills_of(line, self.places.month(line)))
        for line in ordered:
            if line.vendor is not None and line.product == "credits" and line.left > 0:
                self._cover_later(line)

    def _cover_month(self, line: Line, bills: list[Bill]) -> None:
        room = _room(line, bills)
        if room <= 0:
            return
        if len({bill.account for bill in bills}) > 1 and not _is_exactly(line, bills):
            self.asks.ask(
                line, "several accounts are exported, and nothing says whose payment this is: name the account"
            )
            return
        if line.is_payment and (tax := tax_above(line, bills, self.known.declined, self.taxes)):
            bills[0].payments_left += tax
            room += tax
        amount = line.left if line.is_document and abs(line.left - room) <= CENT else min(line.left, room)
        if line.is_document and line.left == amount and abs(amount - room) <= CENT:
            self.matched.invoiced += [(bill, line) for bill in bills]
        self._take(line, bills, amount)

    def _cover_term(self, line: Line) -> bool:
        """Meet the bills of a line's several months; False where none of them bills anything."""
        start, end = self.places.period(line)
        months = months_between(f"{start:%Y-%m}", f"{end:%Y-%m}")
        if end.day == 1:
            months.pop()
        by_month = {month: self.places.bills_of(line, month) for month in dict.fromkeys([*months, line.month])}
        rooms = {month: room for month, bills in by_month.items() if (room := _room(line, bills)) > 0}
        if not rooms or len({bill.account for month in rooms for bill in by_month[month]}) > 1:
            return False
        single = next((month for month, room in rooms.items() if abs(room - line.left) <= CENT), None)
        if single is not None:
            self._take(line, by_month[single], min(line.left, rooms[single] + CENT))
            return True
        inside = [month for month in months if month in rooms]
        total = sum((rooms[month] for month in inside), ZERO)
        if not inside:
            return False
        if len(inside) == len(months) or abs(total - line.left) <= CENT:
            left = min(line.left, total) if abs(total - line.left) > CENT else line.left
            for month in inside:
                amount = left if month == inside[-1] else min(left, rooms[month])
                self._take(line, by_month[month], amount)
                left -= amount
            return True
        shares = {placed.month: placed.effective for placed in self.places.placed(line, line.left)}
        for month in inside:
            amount = min(max(shares.get(month, ZERO), ZERO), rooms[month])
            self.places.met[line.name][month] += amount
            self._take(line, by_month[month], amount)
        return True

    def _take(self, line: Line, bills: Sequence[Bill], amount: Decimal) -> None:
        """Cover so much of a line by these bills, in their order; the last takes the cent by which it is rounded."""
        by_account: dict[str, Decimal] = defaultdict(Decimal)
        for bill in bills:
            taken = min(amount, max(bill.room(line), ZERO))
            by_account[bill.registered] += taken
            if line.is_document:
                bill.documents_left -= taken
                bill.payments_left += (line.tax or ZERO) if bill is bills[0] else ZERO
            else:
                bill.payments_left -= taken
            amount -= taken
        by_account[bills[-1].registered] += amount
        for account, taken in by_account.items():
            self.matched.cover(line, taken, f"export:{line.vendor}:{bills[0].month}", "export", account=account)

    def _cover_later(self, line: Line) -> None:
        """What credits pay for of later months' exports is bought once: by the export that bills it."""
        for (vendor, month, currency), bills in sorted(self.places.bills.items()):
            if vendor != line.vendor or currency != line.currency or month <= self.places.month(line):
                continue
            for bill in bills:
                if bill.family not in ("api", None) or (line.account and bill.account and bill.account != line.account):
                    continue
                amount = min(line.left, max(bill.payments_left, ZERO))
                self.matched.cover(line, amount, f"export:{vendor}:{month}", "export", account=bill.registered)
                bill.payments_left -= amount


def _room(line: Line, bills: Sequence[Bill]) -> Decimal:
    return sum((bill.room(line) for bill in bills), ZERO)


def _is_exactly(line: Line, bills: list[Bill]) -> bool:
    """Whether the line is one account's bills to the cent, which are then the only ones, or those of all."""
    by_account: dict[str, Decimal] = defaultdict(Decimal)
    for bill in bills:
        by_account[bill.account] += bill.room(line)
    for account, amount in by_account.items():
        if abs(amount - line.left) <= CENT:
            bills[:] = [bill for bill in bills if bill.account == account]
            return True
    return abs(sum(by_account.values(), ZERO) - line.left) <= CENT


__all__ = ["ByExports"]
