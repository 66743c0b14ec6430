"""What of each ledger line counts: covered by an export, part of a purchase, credits, or not AI; and its parts.

Reads lines after identity; writes placed amounts into purchases and, when those are decided, the parts of every line.
Invariant: covered + counted + not AI of a line = its amount, on effective over all months and on billed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from spendmap.allocation.counted.asks import Asks
from spendmap.allocation.counted.credits import Credits
from spendmap.allocation.counted.documents import Match, Matched
from spendmap.allocation.counted.parts import Notes, Parts
from spendmap.allocation.counted.periods import is_longer_than_a_month, month_range, months_between
from spendmap.allocation.counted.places import Places
from spendmap.allocation.counted.purchases import Placed, Purchase, Purchases
from spendmap.allocation.counted.statements import CENT, FAMILY, NO_PURCHASE, ZERO, Family, Line
from spendmap.vocabulary import UNIT
from spendmap.vocabulary.period import month_add

if TYPE_CHECKING:
    from spendmap.allocation.counted.count import Known

PLAIN = "no-rule"


class Rest:
    """What is left of each line once identity is settled."""

    def __init__(self, places: Places, purchases: Purchases, known: Known, notes: Notes) -> None:
        self.places, self.purchases, self.known, self.notes = places, purchases, known, notes
        self.asks = Asks(places, purchases, known, notes)
        self._placed: dict[str, list[Placed]] = defaultdict(list)
        self._bought_ahead: set[str] = set()
        self._families: dict[tuple[str, str], set[Family]] = defaultdict(set)
        self._dark: set[tuple[str | None, str, str]] = set()

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
            if self._place_on_two(line, placed):
                continue
            family, tool, account = self._what(line, placed)
            self.purchases.at((line.vendor or "", family, tool, account, placed.month, line.currency)).placed.append(
                placed
            )

    def _place_on_two(self, line: Line, placed: Placed) -> bool:
        """One line for seats and calls of a vendor: it is the two together to the cent, or its words name both and it
        is above the seats. The seats take their stated price, the calls the rest."""
        if line.family is not None or not placed.is_plain or placed.effective <= 0:
            return False
        own: dict[str, list[Purchase]] = {"seats": [], "api": []}
        for purchase in self.purchases.seen(line.vendor or "", placed.month):
            _, family, _, account, _, currency = purchase.key
            is_open = purchase.meters and not purchase.exports and not purchase.placed and currency == line.currency
            if family in own and is_open and (not line.account or not account or account == line.account):
                own[family].append(purchase)
        costs = {
            purchase.key: sum((meter.cost for meter in purchase.meters), ZERO)
            for each in own.values()
            for purchase in each
        }
        seats = sum((costs[purchase.key] for purchase in own["seats"]), ZERO)
        named = {FAMILY.get(product) for product in self.known.named(line.vendor or "", line.text)}
        is_both = abs(sum(costs.values(), ZERO) - placed.effective) < CENT
        is_said = {"seats", "api"} <= named and placed.effective > seats and len(own["api"]) == 1
        if not own["seats"] or not own["api"] or not (is_both or is_said):
            return False
        ordered = [*own["seats"], *own["api"]]
        left = placed.effective
        self._placed[line.name].remove(placed)
        for purchase in ordered:
            amount = left if purchase is ordered[-1] else costs[purchase.key]
            part = Placed(line, placed.month, amount, amount, placed.days)
            left -= amount
            self._placed[line.name].append(part)
            purchase.placed.append(part)
        return True

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
                self.asks.ask(
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
                self.asks.ask(
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
                    standing="tax" if match.reason.startswith("tax") else None,
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
