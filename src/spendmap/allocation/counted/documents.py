"""One document is one document: numbers tie lines to exports and to each other; `pairs` does the rest.

Reads ledger lines and what exports hold by invoice number; takes from each line's `left` what another statement counts
and notes why. Order: reversals and postings, then numbers.
Invariant: a line is covered at most up to its own amount and up to what it is matched to; the rest stays in `left`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from spendmap.allocation.counted.statements import CENT, NO_PURCHASE, ZERO, Bill, Line
from spendmap.vocabulary import money_text

POSTED_WITHIN = 10  # days in which a pending line is posted or reversed


@dataclass(frozen=True)
class Match:
    """`amount` of a line is counted elsewhere. `reason`: number, pair, posted or copy.

    `account`: the registered account of what covers it, where that is one; a line that names none stands on it.
    """

    line: Line
    amount: Decimal
    covered_by: str
    reason: str
    pair: str | None = None
    account: str = ""


@dataclass(frozen=True)
class InCurrency:
    """One side of a number that stands in two currencies: a document or a payment, in its own currency."""

    vendor: str
    number: str
    currency: str
    amount: Decimal
    of: Line | Bill
    reason: str


@dataclass
class Matched:
    """What the lines were tied to. `adjustments`: an invoice below its export: the line, and what to take off."""

    matches: list[Match] = field(default_factory=list)
    adjustments: list[tuple[Line, Decimal]] = field(default_factory=list)
    invoiced: list[tuple[Bill, Line]] = field(default_factory=list)  # exports and the invoice that bills just them
    reduces: dict[str, list[Line | Bill]] = field(default_factory=dict)  # credit note, refund -> documents it reduces
    currencies: list[InCurrency] = field(default_factory=list)

    def cover(
        self, line: Line, amount: Decimal, by: str, reason: str, pair: str | None = None, account: str = ""
    ) -> None:
        """Take `amount` (same sign as the line) from what the line still counts."""
        if amount:
            line.left -= amount
            self.matches.append(Match(line, amount, by, reason, pair, account))


def match_documents(lines: Sequence[Line], bills: Sequence[Bill], found: Matched) -> None:
    """Tie lines to exports and to each other, into `found`."""
    _settle_pending(lines, found)
    _match_numbers(lines, bills, found)


def _settle_pending(lines: Sequence[Line], found: Matched) -> None:
    """A pending line counts until a posted one, or a reversal, of its amount follows within ten days."""
    following = [line for line in lines if line.kind != "pending"]
    used: set[str] = set()
    for line in lines:
        if line.kind != "pending":
            continue
        for other in following:
            is_reversal = other.kind == "reversal"
            if (
                other.name not in used
                and other.vendor == line.vendor
                and other.currency == line.currency
                and other.books == line.books
                and 0 <= (other.day - line.day).days <= POSTED_WITHIN
                and other.amount == (-line.amount if is_reversal else line.amount)
            ):
                used.add(other.name)
                found.cover(line, line.left, other.name, "reversal" if is_reversal else "posted")
                if is_reversal:
                    found.cover(other, other.left, line.name, "reversal")
                break


Numbered = tuple[str, str, str]
"""Vendor, number and currency."""


def _match_numbers(lines: Sequence[Line], bills: Sequence[Bill], found: Matched) -> None:
    exported: dict[Numbered, list[Bill]] = defaultdict(list)
    for bill in bills:
        if bill.number:
            exported[bill.vendor, bill.number, bill.currency].append(bill)
    documents: dict[Numbered, list[Line]] = defaultdict(list)
    naming: dict[Numbered, list[Line]] = defaultdict(list)
    for line in lines:
        if line.vendor is None or line.kind in NO_PURCHASE:
            continue
        if line.number and line.is_document:
            documents[line.vendor, line.number, line.currency].append(line)
        numbers = line.mentions if line.is_document else (*line.mentions, *((line.number,) if line.number else ()))
        for number in dict.fromkeys(numbers):
            if number != line.number or line.is_payment:
                naming[line.vendor, number, line.currency].append(line)
    owned = {key: _one_copy(documents[key], found) for key in sorted(documents)}
    given_back: dict[str, Decimal] = {}
    for key in sorted({*owned, *naming}):
        own, billed = owned.get(key, []), exported.get(key, [])
        if billed:
            _against_export(own, billed, found)
        if own or billed:
            _settle(own, billed, naming.get(key, []), given_back, found)
    found.currencies += _in_two_currencies(owned, exported, naming)


def _settle(
    own: list[Line], billed: list[Bill], naming: Sequence[Line], given_back: dict[str, Decimal], found: Matched
) -> None:
    """Payments, credit notes and refunds that name one document. `given_back`: of a credit note, what refunds left."""
    is_only_tax = bool(own) and all(line.is_tax for line in own)
    total = max(_net(own), sum((bill.billed for bill in billed), ZERO))
    if total > 0 or is_only_tax:  # tax makes no purchase of what is none
        total += _gross(own) - _net(own)
    by, account = _named(billed, own) or "", _account(billed, own)
    _stand_on(account, naming)
    notes = [line for line in naming if line.amount < 0 and line.is_document and line.left]
    refunds = [line for line in naming if line.amount < 0 and line.is_payment]
    paying = [line for line in naming if line.amount > 0]
    is_credit = (_gross(own) if is_only_tax else _net(own)) < 0
    for note in [*notes, *(own if is_credit else ())]:
        for refund in refunds:  # the money of a credit note came back: one credit, told twice
            amount = max(refund.left, given_back.get(note.name, note.gross))
            if amount < 0:
                found.cover(refund, amount, note.name, "number")
                given_back[note.name] = given_back.get(note.name, note.gross) - amount
    if total <= 0:
        return
    beyond = sum((line.left for line in paying), ZERO) - total
    for refund in refunds:  # what was paid twice and came back was never bought
        amount = min(-refund.left, beyond)
        if amount > 0:
            found.cover(refund, -amount, by, "number", account=account)
            beyond, total = beyond - amount, total + amount
    lessening = [line for line in own if line.amount < 0 and not line.is_tax]  # a credit under its invoice's number
    for line in (*notes, *refunds, *lessening):
        if line.left:
            documents = [each for each in own if not each.is_tax and each not in lessening]
            found.reduces.setdefault(line.name, []).extend(documents or billed)
    for line in paying:
        amount = min(line.left, total)
        if amount <= 0:
            continue
        found.cover(line, amount, by, "number", account=account)
        total -= amount
        for bill in billed:
            taken = min(amount, max(bill.payments_left, ZERO))
            bill.payments_left -= taken
            amount -= taken


def _in_two_currencies(
    owned: Mapping[Numbered, list[Line]], exported: Mapping[Numbered, list[Bill]], naming: Mapping[Numbered, list[Line]]
) -> Iterator[InCurrency]:
    """Documents of one number in two currencies, and payments that name a document of another currency only."""
    amounts: dict[tuple[str, str], dict[str, tuple[Decimal, Line | Bill]]] = defaultdict(dict)
    for vendor, number, currency in sorted({*owned, *exported}):
        own, billed = owned.get((vendor, number, currency), []), exported.get((vendor, number, currency), [])
        amount = max(_gross(own), sum((bill.billed for bill in billed), ZERO))
        if amount > 0 and (billed or not all(line.is_tax for line in own)):
            amounts[vendor, number][currency] = amount, (own or billed)[0]
        elif own and all(line.is_tax for line in own):
            tax = f"{money_text(_gross(own))} {currency}"
            reason = (
                f"the tax of invoice number {number} is {tax}: without a rate, what is paid above its net amount counts"
            )
            for other in sorted({key[2] for key in owned if key[:2] == (vendor, number)} - {currency}):
                for line in naming.get((vendor, number, other), ()):
                    if line.is_payment and line.left > 0:
                        yield InCurrency(vendor, number, other, line.left, line, reason)
    open_payments: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for (vendor, number, currency), lines in sorted(naming.items()):
        if currency not in amounts.get((vendor, number), {}):
            open_payments[vendor, number] += [line for line in lines if line.is_payment and line.left > 0]
    told: set[str] = set()
    for (vendor, number), documents in amounts.items():
        paying = open_payments.get((vendor, number), [])
        if len(documents) < 2 and not paying:
            continue
        paid: dict[str, Decimal] = defaultdict(Decimal)
        for line in paying:
            paid[line.currency] += line.left
        said = {currency: amount for currency, (amount, _) in documents.items()} | paid
        for currency, (amount, of) in documents.items():
            yield InCurrency(vendor, number, currency, amount, of, _apart(number, currency, said))
        for line in paying:
            if line.name not in told:
                told.add(line.name)
                yield InCurrency(vendor, number, line.currency, line.left, line, _apart(number, line.currency, said))


def _apart(number: str, currency: str, said: Mapping[str, Decimal]) -> str:
    others = " and ".join(f"{money_text(amount)} {code}" for code, amount in sorted(said.items()) if code != currency)
    return f"invoice number {number} also stands for {others}: without a rate both count, each in its currency"


def _one_copy(documents: list[Line], found: Matched) -> list[Line]:
    """Of one document in the books of two sources the larger counts, the one that tells its tax apart where both are
    equal with it; the other is covered up to it."""
    by_source: dict[str, list[Line]] = defaultdict(list)
    for line in documents:
        by_source[line.source].append(line)
    if len(by_source) < 2:
        return documents
    ranked = sorted(by_source.items(), key=lambda item: (-_gross(item[1]), _net(item[1]), item[0]))
    own = ranked[0][1]
    for _, copies in ranked[1:]:
        holds_tax = _net(copies) == _gross(copies) and abs(_gross(copies) - _gross(own)) <= CENT
        total = _gross(own) if holds_tax else _net(own)
        for line in copies:
            amount = min(line.left, max(total, ZERO)) if line.left > 0 else line.left
            found.cover(line, amount, own[0].name, "copy")
            total -= amount
    return own


def _against_export(own: list[Line], billed: list[Bill], found: Matched) -> None:
    """The invoice of an export: within a cent the export is it; above, its rest counts; below, it is the total."""
    if not own:
        return
    billed[0].payments_left += _gross(own) - _net(own)  # an export bills without tax, a bank pays it
    own = [line for line in own if not line.is_tax]
    if not own:
        return
    documented = sum((line.left for line in own), ZERO)
    exported = sum((bill.billed for bill in billed), ZERO)
    by, account = _named(billed, own) or "", _account(billed, own)
    _stand_on(account, own)
    if abs(documented - exported) <= CENT:
        for line in own:
            found.cover(line, line.left, by, "number", account=account)
        found.invoiced += [(bill, own[-1]) for bill in billed]
    else:
        room = exported
        for line in own:
            amount = min(line.left, max(room, ZERO)) if line.left > 0 else line.left
            found.cover(line, amount, by, "number", account=account)
            room -= amount
        if documented < exported and all(bill.is_all_ai for bill in billed):
            found.adjustments.append((own[-1], documented - exported))
    for bill in billed:
        bill.documents_left = ZERO


def _net(lines: Iterable[Line]) -> Decimal:
    return sum((line.net for line in lines), ZERO)


def _gross(lines: Iterable[Line]) -> Decimal:
    return sum((line.gross for line in lines), ZERO)


def _named(billed: list[Bill], own: list[Line]) -> str | None:
    if billed:
        return f"export:{billed[0].vendor}:{billed[0].number}"
    return own[0].name if own else None


def _account(billed: Sequence[Bill], own: Sequence[Line]) -> str:
    """The one registered account of a document; "" where nothing says one, or several are said."""
    found = {each.registered for each in (billed or own)}
    return found.pop() if len(found) == 1 else ""


def _stand_on(account: str, lines: Iterable[Line]) -> None:
    """A line that says no account stands on that of the document it names, whole: also what no document covers."""
    for line in lines:
        line.registered = line.registered or account


__all__ = ["InCurrency", "Match", "Matched", "match_documents"]
