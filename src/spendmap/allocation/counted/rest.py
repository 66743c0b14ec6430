"""What of each ledger line counts: covered by an export, part of a purchase, credits, or not AI; and its parts.

Reads lines after identity; writes placed amounts into purchases and, when those are decided, the parts of every line.
Invariant: covered + counted + not AI of a line = its amount, on effective over all months and on billed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from spendmap.allocation.counted.credits import Credits
from spendmap.allocation.counted.documents import POSTED_WITHIN, Match, Matched
from spendmap.allocation.counted.late_bills import perhaps_of_a_month_before
from spendmap.allocation.counted.ledgers_in_common import perhaps_told_twice
from spendmap.allocation.counted.other_names import documents_of_two_names
from spendmap.allocation.counted.parts import Notes, Parts
from spendmap.allocation.counted.periods import is_longer_than_a_month, month_range, months_between
from spendmap.allocation.counted.places import Places
from spendmap.allocation.counted.purchases import Placed, Purchases
from spendmap.allocation.counted.statements import CENT, FAMILY, NO_PURCHASE, ZERO, Bill, Family, Line
from spendmap.allocation.counted.tax_lines import TaxLines
from spendmap.allocation.counted.tax_paid import tax_above
from spendmap.vocabulary import UNIT, money_text
from spendmap.vocabulary.period import month_add

if TYPE_CHECKING:
    from spendmap.allocation.counted.count import Known

PLAIN = "no-rule"
ABOUT = Decimal("0.25")  # of a pending amount: what a tip or a rate of exchange may change


class Rest:
    """What is left of each line once identity is settled."""

    def __init__(self, places: Places, purchases: Purchases, known: Known, notes: Notes) -> None:
        self.places, self.purchases, self.known, self.notes = places, purchases, known, notes
        self._placed: dict[str, list[Placed]] = defaultdict(list)
        self._bought_ahead: set[str] = set()
        self._asked: set[str] = set()
        self._families: dict[tuple[str, str], set[Family]] = defaultdict(set)
        self._dark: set[tuple[str | None, str, str]] = set()

    # -- exports -----------------------------------------------------------------------------------

    def cover_by_exports(self, lines: Sequence[Line], matched: Matched, taxes: TaxLines) -> None:
        """An invoice, then payments, of an account whose export is captured, up to what the export bills."""
        ordered = sorted(lines, key=lambda line: (line.is_payment, line.day, line.name))
        for line in ordered:
            if line.vendor is None or line.left <= 0 or line.kind in NO_PURCHASE:
                continue
            bills = self.places.bills_of(line, self.places.month(line))
            room = sum((bill.room(line) for bill in bills), ZERO)
            if room <= 0:
                continue
            if len({bill.account for bill in bills}) > 1 and not self._is_exactly(line, bills):
                self._ask(
                    line,
                    "several accounts are exported, and nothing says whose payment this is: name the account",
                )
                continue
            if line.is_payment and (tax := tax_above(line, bills, self.known.declined, taxes)):
                bills[0].payments_left += tax
                room += tax
            amount = line.left if line.is_document and abs(line.left - room) <= CENT else min(line.left, room)
            if line.is_document and line.left == amount and abs(amount - room) <= CENT:
                matched.invoiced += [(bill, line) for bill in bills]
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
            by_account[bills[-1].registered] += amount  # the cent by which an invoice rounds its export
            for account, taken in by_account.items():
                matched.cover(line, taken, f"export:{line.vendor}:{bills[0].month}", "export", account=account)
        for line in ordered:
            if line.vendor is not None and line.product == "credits" and line.left > 0:
                self._cover_later(line, matched)

    def _cover_later(self, line: Line, matched: Matched) -> None:
        """What credits pay for of later months' exports is bought once: by the export that bills it."""
        for (vendor, month, currency), bills in sorted(self.places.bills.items()):
            if vendor != line.vendor or currency != line.currency or month <= self.places.month(line):
                continue
            for bill in bills:
                if bill.family not in ("api", None) or (line.account and bill.account and bill.account != line.account):
                    continue
                amount = min(line.left, max(bill.payments_left, ZERO))
                matched.cover(line, amount, f"export:{vendor}:{month}", "export", account=bill.registered)
                bill.payments_left -= amount

    def _is_exactly(self, line: Line, bills: list[Bill]) -> bool:
        by_account: dict[str, Decimal] = defaultdict(Decimal)
        for bill in bills:
            by_account[bill.account] += bill.room(line)
        for account, amount in by_account.items():
            if abs(amount - line.left) <= CENT:
                bills[:] = [bill for bill in bills if bill.account == account]
                return True
        return abs(sum(by_account.values(), ZERO) - line.left) <= CENT

    # -- purchases ---------------------------------------------------------------------------------

    def place(self, lines: Sequence[Line], bought_ahead: Credits) -> None:
        """Put what is left of every line where it belongs."""
        for line in lines:
            if line.scope == "ai" and line.vendor is not None and line.family is not None and line.left:
                self._families[line.vendor, self.places.month(line)].add(line.family)
        metered = {key[0] for key, purchase in self.purchases.found.items() if key[1] == "api" and purchase.meters}
        metered |= {meter.vendor for meter in self.known.before if meter.family == "api"}
        metered |= {key[0] for key, purchase in self.purchases.found.items() if key[1] == "api" and purchase.exports}
        ahead = {line.vendor for line in lines if line.product == "credits" and line.left > 0} & metered
        numbers = {(line.vendor, line.number) for line in lines if line.product == "credits" and line.number}
        for line in lines:
            if not line.left or line.kind == "settlement":
                continue
            if line.scope != "ai":
                self._place_mixed(line)
            elif line.vendor is None or line.kind in NO_PURCHASE or line.share is not None:
                self._placed[line.name] += self.places.placed(line, line.left)
            elif line.vendor in ahead and _is_of_credits(line, numbers):
                bought_ahead.add(line, line.left)
                self._bought_ahead.add(line.name)
            else:
                self._place_purchase(line)

    def _place_purchase(self, line: Line) -> None:
        for placed in self.places.placed(line, line.left):
            self._placed[line.name].append(placed)
            if not placed.effective:
                continue
            family, tool, account = self._what(line, placed)
            self.purchases.at((line.vendor or "", family, tool, account, placed.month, line.currency)).placed.append(
                placed
            )

    def _what(self, line: Line, placed: Placed) -> tuple[Family | None, str, str]:
        """Family, tool and account: said, by the amount to the cent, or the only one seen that month."""
        vendor, month = line.vendor or "", placed.month
        seen = self.purchases.seen(vendor, month)
        family = line.family
        exact = [each for each in self.places.equals(line, month) if each[0] != "bill"]
        if family is None and len(exact) == 1:
            family = FAMILY.get(exact[0][0])
        if family is None:
            families = {purchase.key[1] for purchase in seen} | self._families[vendor, month]
            if len(families) == 1:
                family = next(iter(families))
            elif families:
                self._ask(
                    line,
                    "the vendor sells several products that month, and nothing says which this pays: name it",
                )
            else:
                sold = {FAMILY[product] for product in self.known.sells(vendor) if product in FAMILY}
                family = next(iter(sold)) if len(sold) == 1 else None
        line.product = line.product or family
        own = [purchase for purchase in seen if purchase.key[1] == family]
        tool = line.tool or "" if family == "seats" else ""
        if family == "seats":
            tools = {purchase.key[2] for purchase in own}
            if tool not in tools:
                by_amount = {each[2] for each in exact if each[0] == "seats"}
                tool = (
                    next(iter(by_amount if len(by_amount) == 1 else tools))
                    if len(tools) == 1 or len(by_amount) == 1
                    else tool
                )
            own = [purchase for purchase in own if purchase.key[2] == tool]
        accounts = {purchase.key[3] for purchase in own}
        account = line.account
        if not account and len(accounts) == 1:
            account = next(iter(accounts))
        elif not account and len(accounts) > 1:
            by_amount = {each[1] for each in exact if each[0] == family}
            if len(by_amount) == 1:
                account = next(iter(by_amount))
            else:
                self._ask(
                    line,
                    "several accounts were used that month, and nothing says whose payment this is: name the account",
                )
        return family, tool, account

    def _place_mixed(self, line: Line) -> None:
        """A seller of many things: seats to the cent, or what was metered of its models; the rest may not be AI."""
        vendor = line.vendor or ""
        if line.vendor is None or line.left <= 0 or line.kind in NO_PURCHASE or not self.known.is_mixed(vendor):
            return
        month = self.places.month(line)
        seats = [each for each in self.places.equals(line, month) if each[0] == "seats"]
        for purchase in self.purchases.seen(vendor, month):
            _, family, tool, account, _, currency = purchase.key
            if currency != line.currency or purchase.exports or (line.account and account and account != line.account):
                continue
            metered = sum((meter.cost for meter in purchase.meters), ZERO)
            metered -= sum((placed.effective for placed in purchase.placed), ZERO)
            if family == "seats" and (family, account, tool) in seats and len(seats) == 1 and metered > 0:
                amount = line.left
            elif family == "api" and line.family in (None, "cloud", "api") and metered > 0:
                amount = min(line.left, metered)
            else:
                continue
            placed = Placed(line, month, amount, amount, month_range(month))
            self._placed[line.name].append(placed)
            purchase.placed.append(placed)
            line.product = line.product or ("seats" if family == "seats" else "cloud")
            line.left -= amount
            if line.left:
                self.notes.add(
                    "perhaps_ai",
                    month,
                    line.currency,
                    line.left,
                    vendor=vendor,
                    subject=line.supplier,
                    origin_key=line.name,
                    reason="a mixed seller's invoice above its metered models: ask for the export",
                )
            return

    def ask_equal(self, lines: Sequence[Line]) -> None:
        """Equal lines of two files are two purchases, or one that both files hold: both count where too few are equal
        to show that the files overlap, and where each has lines that the other lacks."""
        equal: dict[tuple[object, ...], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
        for line in lines:
            is_whole = line.left == line.amount > 0 and not line.number
            if line.scope == "ai" and line.file and line.kind != "settlement" and is_whole:
                key = (line.source, line.vendor, line.text, line.day, line.amount, line.currency)
                equal[key][line.file].append(line)
        for files in equal.values():
            if len(files) < 2 or any(line.load in self.known.apart for own in files.values() for line in own):
                continue
            larger = max(len(own) for own in files.values())
            again = [line for own in files.values() for line in own][larger:]
            names = " and ".join(sorted(files))
            self._ask(
                again[0],
                f"equal lines stand in {names}; capture with `overlap=same` counts them once, with `different` both",
                sum((line.amount for line in again), ZERO),
            )
        for (one, other), again in perhaps_told_twice(lines, self.known.apart):
            names = " and ".join("/".join(file) for file in (one, other))
            by_month: dict[tuple[str, str], list[Line]] = defaultdict(list)
            for line in again:
                by_month[self.places.month(line), line.currency].append(line)
            for own in by_month.values():
                self._ask(
                    own[0],
                    f"{len(own)} {'lines' if len(own) > 1 else 'line'} of equal supplier and amount, on the same days "
                    f"or near, in {names}: `spendmap capture --source {other[0]} --set overlap=same` counts them once, "
                    "`different` both",
                    sum((line.amount for line in own), ZERO),
                )

    def ask_pending(self, lines: Sequence[Line]) -> None:
        """A pending line that a posted one of nearly its amount follows: a tip, or a rate of exchange, is in it."""
        posted = [line for line in lines if line.kind not in NO_PURCHASE and line.amount > 0]
        for line in lines:
            if line.kind != "pending" or line.left <= 0:
                continue
            for other in posted:
                is_near = 0 <= (other.day - line.day).days <= POSTED_WITHIN and other.books == line.books
                is_like = abs(other.amount - line.amount) <= line.amount * ABOUT
                if is_near and is_like and other.vendor == line.vendor and other.currency == line.currency:
                    self._ask(
                        line,
                        f"pending, and {money_text(other.amount)} of {other.day} is posted: capture the statement "
                        "again when nothing is pending",
                    )
                    break

    def ask_other_names(self, lines: Sequence[Line]) -> None:
        """What counts and is perhaps told under another supplier's name too: in a second ledger, or by a meter."""
        for first, line in documents_of_two_names(lines):
            self._ask(
                line,
                f"invoice number {line.number} of this amount is also under {first.supplier or 'no supplier'} in "
                f"{first.source}; `spendmap rules confirm NAME --vendor ID` says that two names are one vendor",
            )
        for line in lines:
            is_open = line.vendor is None and line.like and line.scope == "ai" and line.left > 0
            if is_open and self.purchases.seen(line.like or "", self.places.month(line)):
                self._ask(
                    line,
                    f"its name is like that of {line.like}, whose use is metered or exported; `spendmap rules confirm "
                    f'"{line.supplier}" --vendor {line.like}` says that it is that vendor',
                )

    def ask_other_products(self, lines: Sequence[Line]) -> None:
        """A document of one product beside an export of another, equal to the cent: two purchases, or one that the two
        name apart. Both count, and the money that would be too much is named."""
        for line in lines:
            is_open = line.vendor is not None and line.scope == "ai" and line.family is not None and line.left > 0
            if not is_open or line.kind in NO_PURCHASE:
                continue
            billed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for bill in self.places.bills.get((line.vendor or "", self.places.month(line), line.currency), ()):
                is_of_account = not line.account or not bill.account or bill.account == line.account
                if bill.family not in (None, line.family) and bill.is_all_ai and is_of_account:
                    billed[bill.family, bill.account] += bill.room(line)
            for (family, _), amount in sorted(billed.items()):
                if abs(amount - line.left) <= CENT:
                    self._ask(
                        line,
                        f"an export of {line.vendor} bills this amount as {family}, this line is for {line.family}: "
                        f"if both are one purchase, declare `sells: [{line.family}]` of {line.vendor} in the "
                        "register (`spendmap register apply FILE`)",
                    )
                    break

    def ask_late(self, lines: Sequence[Line]) -> None:
        """What counts by its date alone, and is perhaps the bill of a month before that is counted already."""
        for line, month, lag, what in perhaps_of_a_month_before(lines, self.places, self.purchases):
            account = f"account {line.account}" if line.account else "the account"
            self._ask(
                line,
                f"dated after {month}, whose {what} no bill settles: `invoice_lag_months: {lag}` under {account} of "
                f"{line.vendor} in the register says that it bills {month}, `invoice_lag_months: 0` that it does not",
            )

    def _ask(self, line: Line, reason: str, amount: Decimal | None = None) -> None:
        if amount is None and line.name in self._asked:
            return  # a line's money is named once, however many reasons there are to ask
        self._asked.add(line.name)
        self.notes.add(
            "perhaps_twice",
            self.places.month(line),
            line.currency,
            line.left if amount is None else amount,
            vendor=line.vendor,
            subject=line.supplier,
            vendor_account=line.account,
            origin_key=line.name,
            reason=reason,
        )

    # -- the end -----------------------------------------------------------------------------------

    def emit(self, lines: Sequence[Line], matched: Matched, parts: Parts) -> None:
        """The parts of every line, once purchases have taken what the meter carries."""
        covered: dict[str, list[Match]] = defaultdict(list)
        for match in matched.matches:
            covered[match.line.name].append(match)
        for matches in covered.values():  # what is beyond the matches is of the account that all of them are of
            accounts = {match.account for match in matches}
            matches[0].line.registered = matches[0].line.registered or (accounts.pop() if len(accounts) == 1 else "")
        adjusted = {line.name: amount for line, amount in matched.adjustments}
        self._dark = {
            (line.vendor, placed.month, line.currency)
            for line in lines
            if line.scope == "ai"
            for placed in self._placed[line.name]
            if self._is_dark(line, placed)
        }
        for line in lines:
            if not line.amount:
                continue
            if line.kind == "settlement":
                _add(
                    parts,
                    line,
                    line.month,
                    line.amount,
                    line.amount,
                    scope="not_ai",
                    scope_rule="card-settlement",
                    standing="settlement",
                )
                continue
            month = self.places.month(line)
            for match in covered[line.name]:
                _add(
                    parts,
                    line,
                    month,
                    match.amount,
                    match.amount,
                    scope="covered",
                    scope_rule=f"covered-by-{match.reason.partition(':')[0]}",
                    covered_by=match.covered_by,
                    vendor_account=line.registered or match.account or None,
                )
            if line.name in adjusted:
                amount = adjusted[line.name]
                _add(parts, line, month, amount, amount, scope="ai", standing="over", method="adjustment")
                _add(  # what the export says beyond its invoice is not bought: captured stays ai + not AI + covered
                    parts,
                    line,
                    month,
                    -amount,
                    -amount,
                    scope="covered",
                    scope_rule="invoice-below-export",
                    standing="over",
                    covered_by=line.name,
                    method="adjustment",
                )
            self._emit_placed(line, month, parts)

    def _emit_placed(self, line: Line, month: str, parts: Parts) -> None:
        if line.name in self._bought_ahead:
            return
        placed = self._placed[line.name]
        if line.scope != "ai":
            left = line.left + sum((each.effective for each in placed), ZERO)
            if left:
                _add(parts, line, month, left, left, scope="not_ai")
            elif placed:
                _add(
                    parts,
                    line,
                    month,
                    ZERO,
                    ZERO,
                    scope="covered",
                    scope_rule="carried",
                    standing="carried",
                    covered_by=f"meter:{line.vendor}",
                )
            return
        has_any = False
        for each in placed:
            if not each.effective and not each.billed:
                continue
            has_any = True
            standing = self._standing(line, each)
            if line.share is not None:
                _add_shared(parts, line, each)
            else:
                _add(parts, line, each.month, each.effective, each.billed, scope="ai", standing=standing)
        if placed and not has_any and not parts.has(line.source, line.key):
            _add(
                parts,
                line,
                month,
                ZERO,
                ZERO,
                scope="covered",
                scope_rule="carried",
                standing="carried",
                covered_by=f"meter:{line.vendor}",
            )
        self._note_prepaid(line, placed)

    def _standing(self, line: Line, placed: Placed) -> str | None:
        if self._is_dark(line, placed) or self._is_back_from_dark(line, placed):
            return "dark"
        if placed.effective != placed.billed:
            return "billed_elsewhere"
        return "pending" if line.kind == "pending" else None

    def _is_back_from_dark(self, line: Line, placed: Placed) -> bool:
        """What comes back of dark money stands against it."""
        return (
            placed.effective < 0
            and FAMILY.get(line.product or "") in (None, "api")
            and (line.vendor, placed.month, line.currency) in self._dark
        )

    def _is_dark(self, line: Line, placed: Placed) -> bool:
        """Use that telemetry could have told of: the line says so, or the vendor's calls are seen."""
        if placed.effective <= 0 or placed.effective != placed.billed or line.vendor is None:
            return False
        if line.kind in NO_PURCHASE or FAMILY.get(line.product or "") not in (None, "api"):
            return False
        calls = (purchase.key[1] == "api" for purchase in self.purchases.seen(line.vendor, placed.month))
        return line.says_api or any(calls)

    def _note_prepaid(self, line: Line, placed: Sequence[Placed]) -> None:
        """What is paid and not yet spread, at the end of each month of a term."""
        start, end = self.places.period(line)
        months = sorted({each.month for each in placed})
        if len(months) < 2:
            return
        if line.name in self.places.reduces:
            if is_longer_than_a_month(start, end):
                self._note_given_back(line)
            return
        spread = dict(zip(months, (ZERO for _ in months), strict=True))
        for each in self.places.placed(line, line.left):
            spread[each.month] = each.effective
        balance = sum((share for month, share in spread.items() if month < line.month), ZERO)
        left = line.left - balance
        month = line.month
        while month <= months[-1]:
            left -= spread.get(month, ZERO)
            if left > 0:
                self._note_left(line, month, left, f"paid for {start} to {end}, not spread yet at the end of the month")
            month = month_add(month, 1)

    def _note_given_back(self, line: Line) -> None:
        """A credit on what was paid ahead: at the end of each month, what is credited less what is taken off."""
        balance = ZERO
        placed = self.places.placed(line, line.left)
        for month in months_between(placed[0].month, placed[-1].month):
            balance += sum((each.billed - each.effective for each in placed if each.month == month), ZERO)
            if balance:
                self._note_left(
                    line,
                    month,
                    balance,
                    "a credit on what was paid ahead, taken off as its invoice is spread",
                )

    def _note_left(self, line: Line, month: str, amount: Decimal, reason: str) -> None:
        """What of a line is paid ahead at the end of a month."""
        self.notes.add(
            "prepaid",
            month,
            line.currency,
            amount,
            vendor=line.vendor,
            vendor_account=line.account,
            product=line.product,
            subject=line.supplier,
            origin_key=line.name,
            reason=reason,
        )


def _is_of_credits(line: Line, bought: Container[tuple[str | None, str | None]]) -> bool:
    """A purchase of credits, or what comes back of one: said by its product, or by the number of what it takes back."""
    if line.product == "credits":
        return True
    return line.left < 0 and any((line.vendor, number) in bought for number in (*line.mentions, line.number) if number)


def _add(parts: Parts, line: Line, month: str, effective: Decimal, billed: Decimal, **more: str | None) -> None:
    more.setdefault("vendor_account", line.registered or None)
    parts.add(
        line.source,
        line.key,
        month,
        line.day,
        {"effective_cost": effective, "billed_cost": billed},
        vendor_product=line.product,
        **more,
    )


def _add_shared(parts: Parts, line: Line, placed: Placed) -> None:
    """A stated share is AI by declaration, the rest is not."""
    share = line.share or ZERO
    effective = (placed.effective * share).quantize(UNIT, ROUND_HALF_EVEN)
    billed = (placed.billed * share).quantize(UNIT, ROUND_HALF_EVEN)
    _add(parts, line, placed.month, effective, billed, scope="ai", method="stated_share", evidence="declared")
    _add(
        parts,
        line,
        placed.month,
        placed.effective - effective,
        placed.billed - billed,
        scope="not_ai",
        method="stated_share",
    )


__all__ = ["Rest"]
