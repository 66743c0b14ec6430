"""Tax that stands on a ledger line of its own is set aside: no purchase, and a part of what its invoice asks for.

Reads documents' lines before they are matched. A tax line with its invoice's number beside net money that it can be
the tax of is set aside, also where only its text bears the number; one without a number is proposed where it fits an
invoice of its day, or within three days to the cent; any other one counts, and is asked about. A
person decides on either.
Invariant: a tax line is set aside whole or counts whole; what is set aside stands in the allocation as covered by tax.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from spendmap.allocation.counted.documents import Match
from spendmap.allocation.counted.statements import CENT, NO_PURCHASE, ZERO, Bill, Line
from spendmap.capture.ledger_tax import fits_usual_rate
from spendmap.capture.tax_words import adds_tax, is_reverse_charge, stated_rate

MOST = Decimal("0.3")  # of the net amount; no value-added, sales or withholding tax on software is above it
NEAR, LATER = 3, 45  # days from its invoice to a tax line: one that is proposed, and one that a person called tax
ROUNDED = Decimal("0.05")  # a tax added up from the rounded taxes of several lines


SAYS_TAX = "its words say tax, and no captured invoice shows of what"


@dataclass(frozen=True)
class Asked:
    """Money that counts and is perhaps tax. `question`: the id a decision names."""

    line: Line
    question: str
    amount: Decimal
    reason: str


@dataclass
class TaxLines:
    """What was set aside, what counts and is perhaps tax, and what a person called tax of payments above exports."""

    aside: list[Match] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    of_payments: list[tuple[Line, Decimal]] = field(default_factory=list)

    def take(self, tax: Line, host: Line | None, by: str, reason: str, proposal: str | None = None) -> None:
        """Set the line aside; `host`: the net line that a payment is held against with this tax."""
        self.aside.append(Match(tax, tax.left, by, reason, proposal))
        tax.left, tax.is_tax, tax.tax = ZERO, True, None if host else tax.amount
        if host is not None:
            host.tax = (host.tax or ZERO) + tax.amount


def set_tax_aside(lines: Sequence[Line], bills: Sequence[Bill], decided: Container[str]) -> TaxLines:
    """Take tax lines out of what counts. `decided` holds ids of proposals undone, and of asked lines that are tax."""
    found = TaxLines()
    documents = [line for line in lines if line.is_document and line.kind not in NO_PURCHASE and line.left]
    numbered: dict[tuple[str, str], list[Line]] = defaultdict(list)
    by_day: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in documents:
        if line.kind != "tax":
            by_day[_who(line), line.source, line.currency].append(line)
            if line.number:
                numbered[_who(line), line.number].append(line)
    exported: dict[tuple[str, str | None, str], Decimal] = defaultdict(Decimal)
    for bill in bills:
        exported[bill.vendor, bill.number, bill.currency] += bill.billed
    for tax in documents:
        if tax.kind != "tax":
            continue
        number = tax.number or _named_in_words(tax, numbered)
        invoice = numbered.get((_who(tax), number), []) if number else []
        invoice = [line for line in invoice if line.source == tax.source] or invoice
        net = [line for line in invoice if line.currency == tax.currency]
        billed = exported.get((_who(tax), tax.number, tax.currency), ZERO) if tax.number else ZERO
        if net:
            if _can_be_tax_of(tax, _net(net)):
                host = _largest(net)
                found.take(tax, host, host.name, "tax")
                continue
        elif _can_be_tax_of(tax, billed):  # the export is the invoice
            found.take(tax, None, f"export:{_who(tax)}:{tax.number}", "tax")
            continue
        elif invoice:  # stated in the currency of the tax office: no rate, so no payment in the other one holds it
            found.take(tax, None, _largest(invoice).name, "tax")
            continue
        beside = by_day[_who(tax), tax.source, tax.currency]
        if not net and (host_of_day := _near(tax, beside)) is not None:
            proposal = tax_id(tax, host_of_day.name)
            if proposal not in decided:
                found.take(tax, host_of_day, host_of_day.name, "tax:same day", proposal)
            continue
        if is_reverse_charge(tax.text):
            continue  # a purchase is said to be under it more often than it is the tax
        question = tax_id(tax, "tax")
        if question in decided:
            fitting = [line for line in beside if abs((tax.day - line.day).days) <= LATER and _fits(tax, [line])]
            nearest = min(fitting, key=lambda line: (abs((tax.day - line.day).days), line.name), default=None)
            found.take(tax, nearest, nearest.name if nearest else f"tax:{_who(tax)}", "tax:decided")
        else:
            found.asked.append(Asked(tax, question, tax.amount, SAYS_TAX))
    _propose_by_rate(documents, decided, found)
    return found


def _propose_by_rate(documents: Sequence[Line], decided: Container[str], found: TaxLines) -> None:
    """Lines whose words name their product and a rate, "API usage - VAT 20%", and that are that rate of a line beside
    them to the cent: of their invoice, or of their day where neither bears a number."""
    beside: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in documents:
        if line.kind != "tax" and not line.is_tax:
            beside[_who(line), line.source, line.currency, line.number or line.day].append(line)
    for own in beside.values():
        for line in own if len(own) > 1 else ():
            if line.left <= 0 or not adds_tax(line.text):
                continue
            others = [each for each in own if each is not line and not each.is_tax and not each.tax and each.amount > 0]
            hosts = [each for each in others if _fits(line, [each])]
            if not hosts and len(others) > 1 and _fits(line, others):
                hosts = [_largest(others)]
            if len(hosts) == 1 and (proposal := tax_id(line, hosts[0].name)) not in decided:
                found.take(line, hosts[0], hosts[0].name, "tax:its rate", proposal)


def _named_in_words(tax: Line, numbered: Container[tuple[str, str]]) -> str | None:
    """The one invoice number that the line's text bears: "VAT 20% on invoice AA-31"."""
    found = {word for word in (*tax.mentions, *tax.words) if (_who(tax), word) in numbered}
    return found.pop() if len(found) == 1 else None


def _near(tax: Line, beside: Sequence[Line]) -> Line | None:
    """The invoice of its day, else the only one within three days that it fits to the cent."""
    of_its_day = _of_its_day(tax, [line for line in beside if line.day == tax.day])
    if of_its_day is not None:
        return of_its_day
    near = [line for line in beside if abs((tax.day - line.day).days) <= NEAR and _fits(tax, [line])]
    return near[0] if len(near) == 1 else None


def _who(line: Line) -> str:
    return line.vendor or line.supplier


def tax_id(tax: Line, what: str) -> str:
    """A stable short name of a question about tax."""
    return hashlib.sha256(f"tax|{tax.name}|{what}".encode()).hexdigest()[:12]


def _largest(lines: Iterable[Line]) -> Line:
    return max(lines, key=lambda line: (abs(line.amount), line.name))


def _net(lines: Iterable[Line]) -> Decimal:
    return abs(sum((line.amount for line in lines), ZERO))


def _can_be_tax_of(tax: Line, net: Decimal) -> bool:
    """Is it no more than its stated rate of the net amount, or than any tax is?"""
    rate = stated_rate(tax.text)
    most = net * (MOST if rate is None else rate / 100)
    return ZERO < abs(tax.amount) <= most + (ZERO if rate is None else ROUNDED)


def _fits(tax: Line, net: Sequence[Line]) -> bool:
    rate = stated_rate(tax.text)
    if rate is not None:
        return abs(_net(net) * rate / 100 - abs(tax.amount)) <= CENT
    return fits_usual_rate(_net(net), abs(tax.amount), tax.currency)


def _of_its_day(tax: Line, beside: Sequence[Line]) -> Line | None:
    """The line of the one invoice of its supplier and day that it fits to the cent, or of the only one it can be of."""
    invoices: dict[str, list[Line]] = defaultdict(list)
    for line in beside:
        if not tax.number or not line.number:
            invoices[line.number or line.name].append(line)
    possible = [own for own in invoices.values() if _can_be_tax_of(tax, _net(own))]
    fitting = [own for own in possible if _fits(tax, own)]
    for found in (fitting, possible):
        if len(found) == 1:
            return _largest(found[0])
    every = [line for own in invoices.values() for line in own]
    return _largest(every) if every and not fitting and _fits(tax, every) else None


__all__ = ["Asked", "TaxLines", "set_tax_aside", "tax_id"]
