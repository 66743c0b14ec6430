"""For which service period a ledger line pays: what it says, a contract, its words, a lag, an amount, its month.

Reads lines and what exports and meters show of their vendor; writes nothing. A line is placed when it is first asked
about, against what lines before it have left of each bill: documents come first, then payments, each in order of date.
Invariant: a line's parts add up to what is left of it, on effective (by service month) and on billed (one month).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from spendmap.allocation.counted.periods import (
    add_months,
    is_longer_than_a_month,
    month_of,
    month_range,
    spread,
    term_by_amount,
)
from spendmap.allocation.counted.purchases import Closed, Placed, Purchases
from spendmap.allocation.counted.statements import CENT, NO_PURCHASE, ZERO, Bill, Line
from spendmap.allocation.counted.terms import (
    ADD_ON,
    MONTHLY,
    PaidAgain,
    is_of,
    months_of_seats,
    paid_in_advance,
    terms_paid,
    terms_said,
)
from spendmap.allocation.split import split_by_driver
from spendmap.vocabulary.period import month_add

if TYPE_CHECKING:
    from spendmap.allocation.counted.count import Known

QUARTER = 3  # months
LONGEST_RUN = 12  # months of exports that one bill may be for, where its amount alone says so
LAGS = (1, 2, 3)  # months by which an invoice may follow the use it is for


class Places:
    """Decides the service period of each line, once."""

    def __init__(
        self,
        known: Known,
        purchases: Purchases,
        bills: Sequence[Bill],
        lines: Iterable[Line],
        reduces: Mapping[str, Sequence[Line | Bill]],
    ) -> None:
        self.lags, self.contracts, self.reduces = known.lags, known.contracts, reduces
        self._is_mixed = known.is_mixed
        lines = list(lines)
        self._terms = terms_paid(known.contracts, lines)
        self._again = PaidAgain(lines)
        self._said = terms_said(lines, self._again)
        self._known: dict[str, tuple[date, date]] = {}
        self._by_date: set[str] = set()
        self.met: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        """Line name -> what exports of its months bill of it, which is no part of what is placed."""
        self._billed: set[tuple[bool, str, str, str, str]] = set()
        self.bills: dict[tuple[str, str, str], list[Bill]] = defaultdict(list)
        self._totals: dict[tuple[str, str, str], list[tuple[str, str, str, Decimal]]] = defaultdict(list)
        self._seats: dict[tuple[str, str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for (vendor, family, tool, account, month, currency), purchase in purchases.found.items():
            total = sum((meter.cost for meter in purchase.meters), ZERO)
            if purchase.meters:
                self._totals[vendor, month, currency].append((family or "", account, tool, total))
                if family == "seats":
                    self._seats[vendor, month, currency][tool] += total
        for meter in known.before:
            account = purchases.accounts.name(meter.vendor, meter.vendor_account, meter.account_id)
            self._totals[meter.vendor, meter.month, meter.currency].append(
                (meter.family, account, meter.tool, meter.cost)
            )
            if meter.family == "seats":
                self._seats[meter.vendor, meter.month, meter.currency][meter.tool] += meter.cost
        for bill in bills:
            self._totals[bill.vendor, bill.month, bill.currency].append(("bill", bill.account, "", bill.billed))
            self.bills[bill.vendor, bill.month, bill.currency].append(bill)

    def month(self, line: Line) -> str:
        """The one month a line is shown in: its service month, or its own where it pays for several."""
        start, end = self.period(line)
        return line.month if is_longer_than_a_month(start, end) else month_of(start)

    def period(self, line: Line) -> tuple[date, date]:
        """The service period `[start, end)` of a line."""
        if line.name not in self._known:
            self._known[line.name] = self._decide(line)
        return self._known[line.name]

    def is_by_date(self, line: Line) -> bool:
        """Whether nothing but the line's date says its month: no words, contract, lag (of 0 too) or amount."""
        self.period(line)
        return line.name in self._by_date

    def bills_of(self, line: Line, month: str) -> list[Bill]:
        """What exports bill in a month that the line can be for: of its account and product."""
        found = [
            bill
            for bill in self.bills.get((line.vendor or "", month, line.currency), ())
            if not line.account or not bill.account or bill.account == line.account
        ]
        if line.family in (None, "cloud", "marketplace", "service"):  # an invoice of a cloud is for all it sells
            return found
        own = [bill for bill in found if bill.family == line.family] + [bill for bill in found if bill.family is None]
        if own or line.family == "seats" or not self._is_mixed(line.vendor or ""):
            return own
        return found

    def placed(self, line: Line, amount: Decimal) -> list[Placed]:
        """What a line pays for, month by month; `amount` is what no match has taken."""
        start, end = self.period(line)
        if not is_longer_than_a_month(start, end):
            month = month_of(start)
            bill_month = line.month if line.name in self.reduces else month
            shares = {month: amount}
            days = {month: (start, end)}
        else:
            met = self.met.get(line.name, {})
            whole = amount + sum(met.values(), ZERO)
            shares = dict(split_by_driver(whole, weights)) if (weights := self._of_invoices(line)) else {}
            shares = shares or spread(whole, start, end)
            shares |= {month: shares[month] - taken for month, taken in met.items()}
            bill_month = line.month
            days = {month: month_range(month) for month in shares}
        if bill_month not in shares:
            shares[bill_month], days[bill_month] = ZERO, month_range(bill_month)
        return [
            Placed(line, month, share, amount if month == bill_month else ZERO, days[month])
            for month, share in sorted(shares.items())
        ]

    def _of_invoices(self, line: Line) -> dict[str, Decimal]:
        """What the invoices that a credit or refund reduces cost month by month, where it says no period itself."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for document in self.reduces.get(line.name, ()) if line.period is None else ():
            if isinstance(document, Bill):
                found[document.month] += max(document.billed, ZERO)
                continue
            for each in self.placed(document, document.amount):
                found[each.month] += max(each.effective, ZERO)
        return dict(sorted((month, cost) for month, cost in found.items() if cost))

    def equals(self, line: Line, month: str) -> list[tuple[str, str, str]]:
        """Purchases (family, account, tool) of a month whose metered money is the line's amount to the cent."""
        return [
            (family, account, tool)
            for family, account, tool, total in self._totals.get((line.vendor or "", month, line.currency), ())
            if abs(total - line.amount) < CENT and (not line.account or not account or account == line.account)
        ]

    def _decide(self, line: Line) -> tuple[date, date]:
        if line.period is not None:
            return line.period
        if line.name in self.reduces:
            periods = [
                month_range(each.month) if isinstance(each, Bill) else self.period(each)
                for each in self.reduces[line.name]
                if isinstance(each, Bill) or each.amount > 0
            ]
            if periods:
                return min(start for start, _ in periods), max(end for _, end in periods)
        term = self._term(line)
        if term is not None:
            return term
        stated = self.lags.get((line.vendor or "", line.account)) if line.kind not in ("refund", "fee") else None
        if stated:
            return month_range(month_add(line.month, -stated))
        month = self._by_amount(line) if line.amount > 0 else None
        if month is None and stated is None:
            if run := self._run_by_amount(line):
                return run
            self._by_date.add(line.name)
        return month_range(month or line.month)

    def _run_by_amount(self, line: Line) -> tuple[date, date] | None:
        """The months in a row whose exports have, together and to the cent, as much left as the line: a quarter's bill
        beside three monthly exports. None where two runs do."""
        if line.left <= 0 or line.kind in NO_PURCHASE or line.vendor is None:
            return None
        found: list[tuple[date, date]] = []
        for last in (line.month, *(month_add(line.month, -lag) for lag in LAGS)):
            total, month = ZERO, last
            for _ in range(LONGEST_RUN):
                room = sum((bill.room(line) for bill in self.bills_of(line, month)), ZERO)
                if room <= 0 or total > line.left:
                    break
                total += room
                if month != last and _is_cent(total, line.left):
                    found.append((month_range(month)[0], month_range(last)[1]))
                month = month_add(month, -1)
        return found[0] if len(found) == 1 else None

    def _by_amount(self, line: Line) -> str | None:
        """The month whose bill, meter or seats are the amount to the cent.

        What is used is billed when its month is over: the earliest month that no line before has billed comes first,
        and the line's own month last unless the line is of its last day. Seats and credits are bought for what comes.
        """
        earlier = [month_add(line.month, -lag) for lag in LAGS]
        if line.left > 0 and line.kind not in NO_PURCHASE and line.product != "credits":
            is_over = line.day >= month_range(line.month)[1] - timedelta(days=1)
            oldest = sorted(earlier)
            for month in [line.month, *oldest] if is_over else [*oldest, line.month]:
                if self._bills_open(line, month):
                    return month
        if self._fits(line, line.month):
            return line.month
        fitting = [month for month in earlier if self._fits(line, month)]
        return fitting[0] if len(fitting) == 1 else None

    def _bills_open(self, line: Line, month: str) -> bool:
        """Whether what lines before have left of the month's bill is what is left of the line; where no export bills
        the month, whether it is what was metered of calls, which one document and one payment may be for."""
        rooms: dict[str, Decimal] = defaultdict(Decimal)
        bills = self.bills_of(line, month)
        for bill in bills:
            rooms[bill.account] += bill.room(line)
        if any(_is_cent(room, line.left) for room in [sum(rooms.values(), ZERO), *rooms.values()]):
            return True
        if any(_is_cent(bill.room(line), line.left) for bill in bills):
            return True
        if (bills and sum(rooms.values(), ZERO) <= 0) or line.family not in (None, "api"):
            return False
        vendor = line.vendor or ""
        calls: dict[str, Decimal] = defaultdict(Decimal)
        for family, account, _, cost in self._totals.get((vendor, month, line.currency), ()):
            is_billed = (line.is_payment, vendor, month, line.currency, account) in self._billed
            if family == "api" and not is_billed and (not line.account or not account or account == line.account):
                calls[account] += cost
        for accounts in [[account] for account in calls] + [list(calls)]:
            if _is_cent(sum((calls[account] for account in accounts), ZERO), line.left):
                self._billed |= {(line.is_payment, vendor, month, line.currency, account) for account in accounts}
                return True
        return False

    def _fits(self, line: Line, month: str) -> bool:
        """Whether what the month's meter or bill of the vendor's account shows is the amount to the cent."""
        totals = [
            (family, account, total)
            for family, account, _, total in self._totals.get((line.vendor or "", month, line.currency), ())
            if (line.family is None or family in ("bill", line.family))
            and (not line.account or not account or account == line.account)
        ]
        by_kind: dict[str, Decimal] = defaultdict(Decimal)
        for family, _, total in totals:
            by_kind[family] += total
        amounts = [*by_kind.values(), *(total for _, _, total in totals)]
        return any(abs(total - line.amount) < CENT for total in amounts)

    def _term(self, line: Line) -> tuple[date, date] | None:
        """A whole-month term that the line pays in advance: by its contract, by seats x price x months, by words."""
        if line.amount <= 0 or line.vendor is None:
            return None
        for contract in self.contracts:
            found = paid_in_advance(contract, line)
            if found is not None:
                return found
        if line.name in self._terms:
            return self._terms[line.name]
        for contract in self.contracts:
            if ADD_ON.search(line.text) and is_of(contract, line) and not MONTHLY.search(contract.payment_terms):
                return line.day, contract.end
        own = self._seats_of(line, line.month)
        by_amount = term_by_amount(line.text, line.day, line.amount, own)
        if by_amount is None and line.name in self._said and not self._fits(line, line.month):
            return self._said[line.name]
        return by_amount or self._ahead(line, own)

    def _ahead(self, line: Line, own: Mapping[str, Decimal]) -> tuple[date, date] | None:
        """The months of listed seats that a bill without words pays for, from the first of its own.

        A quarter's could be for those before: only where no seats were listed then, before the first of such bills.
        """
        months = months_of_seats(line, own)
        start = line.day.replace(day=1)
        if months is None or self._again.within(line, add_months(start, months)):
            return None
        first = self._again.first(line, months)
        if months == QUARTER and self._seats_of(line, month_add(month_of(first), -1)):
            return None
        return start, add_months(start, months)

    def quarter_of_seats(self, line: Line) -> Decimal | None:
        """What of a bill is perhaps other months' seats: it is three months of those listed, and nothing says which."""
        if line.left != line.amount or line.amount <= 0 or line.vendor is None or not self.is_by_date(line):
            return None
        is_quarter = months_of_seats(line, self._seats_of(line, line.month)) == QUARTER
        return line.left * 2 / QUARTER if is_quarter else None

    def _seats_of(self, line: Line, month: str) -> dict[str, Decimal]:
        """What seats of the line's vendor cost in a month, by tool; of its own tool, where it names one."""
        monthly = self._seats.get((line.vendor or "", month, line.currency), {})
        return {tool: cost for tool, cost in monthly.items() if line.tool is None or not tool or tool == line.tool}


def _is_cent(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) < CENT


def closed_by(invoiced: Iterable[tuple[Bill, Line]], places: Places) -> dict[Closed, date]:
    """Up to when the exports' bills reach that an invoice repeats: to the end of what it is for, when it was written
    after that. Its month holds no use that another bill could still bring."""
    found: dict[Closed, date] = {}
    for bill, line in invoiced:
        start, end = places.period(line)
        if month_of(start) <= bill.month and line.day >= end - timedelta(days=1):
            key = (bill.vendor, bill.account, bill.month, bill.currency)
            found[key] = max(end, found.get(key, end))
    return found


__all__ = ["Places", "closed_by"]
