"""A payment that is above its net document or export by just the tax: asked about, and taken off once a person says so.

Reads lines and bills once numbers and pairs are settled. Exports bill without tax and many ledgers keep net amounts,
while a card pays both. Nothing here decides by itself: equal to a rate to the cent is a question (`LG018`).
Invariant: a question is of a whole payment; what a person called tax is in no cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from decimal import Decimal

from spendmap.allocation.counted.documents import Matched
from spendmap.allocation.counted.pairs import PAIR_AFTER, PAIR_BEFORE, pair_id
from spendmap.allocation.counted.statements import NO_PURCHASE, ZERO, Bill, Line
from spendmap.allocation.counted.tax_lines import Asked, TaxLines, tax_id
from spendmap.capture.ledger_tax import rate_of


def tax_above(payment: Line, bills: Sequence[Bill], decided: Container[str], taxes: TaxLines) -> Decimal:
    """What of a payment above its exports is tax, by a person's word; asks where nobody has said it."""
    room = sum((bill.room(payment) for bill in bills), ZERO)
    above = payment.left - room
    rate = rate_of(room, above, payment.currency) if room > 0 and above > 0 and _is_whole(payment) else None
    if rate is None:
        return ZERO
    question = tax_id(payment, f"{bills[0].vendor}|{bills[0].month}")
    if question in decided:
        taxes.of_payments.append((payment, above))
        return above
    taxes.asked.append(
        Asked(payment, question, above, f"what is above the export of {bills[0].month} is {rate}% of it: perhaps tax")
    )
    return ZERO


def pair_with_tax(lines: Sequence[Line], found: Matched, decided: Container[str], taxes: TaxLines) -> None:
    """Ask whether a payment pays a net document with its tax; where a person has said so, it does."""
    settled = {match.covered_by for match in found.matches}
    open_documents: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        is_net = line.is_document and line.kind not in NO_PURCHASE and not line.tax and line.left == line.net > 0
        if is_net and line.vendor and line.name not in settled:
            open_documents[line.vendor, line.currency].append(line)
    for payment in lines:
        if not payment.is_payment or not _is_whole(payment) or payment.mentions:
            continue
        near = [
            (abs((payment.day - document.day).days), document.name, document, rate)
            for document in open_documents.get((payment.vendor or "", payment.currency), ())
            if -PAIR_BEFORE <= (payment.day - document.day).days <= PAIR_AFTER
            and (rate := rate_of(document.net, payment.left - document.net, payment.currency))
            and (not payment.family or not document.family or payment.family == document.family)
        ]
        if not near:
            continue
        days, name, document, rate = min(near, key=lambda each: each[:2])
        open_documents[payment.vendor or "", payment.currency].remove(document)
        question = tax_id(payment, name)
        if question in decided:
            document.tax = payment.left - document.net
            found.cover(
                payment, payment.left, name, f"pair:{days} days", pair_id(document, payment), document.registered
            )
        else:
            reason = (
                f"the amount is {rate}% above a document of {document.day} without tax: perhaps it pays that with tax"
            )
            taxes.asked.append(Asked(payment, question, payment.left, reason))


def _is_whole(payment: Line) -> bool:
    is_purchase = payment.scope == "ai" and payment.vendor is not None and payment.kind not in NO_PURCHASE
    return is_purchase and not payment.tax and payment.left == payment.amount > 0


__all__ = ["pair_with_tax", "tax_above"]
