"""One purchase under two suppliers' names: a document and its payment that nobody has said are of one vendor.

Reads lines once numbers and pairs of one vendor are settled; takes from a payment's `left` what a document under
another name counts, as a proposed pair that a person can undo. What is no pair and may count twice is named.
Two lines are tied by a number that both bear, or where the name of one is perhaps the other's vendor ("Antrhopic PBC").
Invariant: only whole lines of equal amount (with or without tax) and currency are tied, one to one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from datetime import date
from decimal import Decimal

from spendmap.allocation.counted.documents import Matched
from spendmap.allocation.counted.pairs import PAIR_AFTER, PAIR_BEFORE, pair_id
from spendmap.allocation.counted.statements import NO_PURCHASE, Line
from spendmap.allocation.supplier_names import comparable

Candidate = tuple[bool, int, Line, Line]
"""Whether only the names tie the two, days between them, document and payment."""


def pair_other_names(lines: Sequence[Line], found: Matched, declined: Container[str]) -> None:
    """Propose pairs of documents and payments under two names. `declined`: ids of pairs a person has undone."""
    documents: dict[tuple[Decimal, str], list[Line]] = defaultdict(list)
    settled = {match.covered_by for match in found.matches}
    for line in lines:
        if _is_open(line) and line.is_document and line.name not in settled:
            for amount in {line.amount, line.gross}:
                documents[amount, line.currency].append(line)
    if not documents:
        return
    candidates: list[Candidate] = []
    for payment in lines:
        if _is_open(payment) and payment.is_payment:
            for document in documents.get((payment.gross, payment.currency), ()):
                why = _why(document, payment)
                days = (payment.day - document.day).days
                if why and (why == "number" or -PAIR_BEFORE <= days <= PAIR_AFTER):
                    candidates.append((why != "number", abs(days), document, payment))
    taken: set[str] = set()
    for is_by_name, days, document, payment in sorted(candidates, key=_rank):
        name = pair_id(document, payment)
        if document.name in taken or payment.name in taken or name in declined:
            continue
        taken |= {document.name, payment.name}
        reason = f"a name like its own, {days} days" if is_by_name else f"number {_number(document, payment)}"
        found.cover(payment, payment.left, document.name, f"pair:{reason}", name)


def _rank(candidate: Candidate) -> tuple[bool, int, date, str, str]:
    is_by_name, days, document, payment = candidate
    return is_by_name, days, document.day, document.name, payment.name


def documents_of_two_names(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Documents of two sources that bear one number and amount under two suppliers, and both count: first, again."""
    seen: dict[tuple[str, Decimal, str], Line] = {}
    for line in lines:
        if line.number and line.is_document and _is_open(line):
            first = seen.setdefault((line.number, line.amount, line.currency), line)
            if first.source != line.source and first.vendor != line.vendor:
                yield first, line


def _is_open(line: Line) -> bool:
    return line.scope == "ai" and line.kind not in NO_PURCHASE and line.left == line.amount > 0


def _why(document: Line, payment: Line) -> str:
    """What ties the two: "number", "name", or nothing. Lines of one known vendor were compared before."""
    if document.vendor is not None and document.vendor == payment.vendor:
        return ""
    if _number(document, payment):
        return "number"
    if payment.mentions:
        return ""
    if comparable(document.supplier) == comparable(payment.supplier) != "":
        return "name"  # a dealer's invoice is of the vendor whose product it names, its payment of the dealer
    if document.vendor is not None and payment.vendor is not None:
        return ""
    one, other = document.vendor or document.like, payment.vendor or payment.like
    return "name" if one is not None and one == other else ""


def _number(document: Line, payment: Line) -> str:
    """The number of the document, if the payment bears it."""
    named = {payment.number, *payment.mentions, *payment.words}
    return document.number if document.number and document.number in named else ""


__all__ = ["documents_of_two_names", "pair_other_names"]
