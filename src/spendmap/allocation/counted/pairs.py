"""Proposed pairs: documents and payments that nothing ties but vendor, currency, amount and date.

Reads lines once numbers are settled; takes from a payment's `left` what documents count. One document and one payment
first, nearest date first; then one payment of several documents, and one document paid in several parts, where just
one choice of lines adds up to the cent. A credit note and the refund of it pair as an invoice and its payment do.
Invariant: never two payments or two documents for one another; a person undoes a pair, or a sum by one of its pairs.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

from spendmap.allocation.counted.documents import Matched
from spendmap.allocation.counted.statements import NO_PURCHASE, ZERO, Line

PAIR_BEFORE, PAIR_AFTER = 3, 45  # days a payment may lie before and after its document
MOST_IN_A_SUM = 14  # open lines among which a sum is looked for: among more, chance finds one

Amount = Callable[[Line], Decimal]


def pair_id(document: Line, payment: Line) -> str:
    """A stable short name of two lines as one pair."""
    return hashlib.sha256(f"{document.name}|{payment.name}".encode()).hexdigest()[:12]


def propose_pairs(lines: Sequence[Line], found: Matched, declined: Container[str]) -> None:
    """Tie what no number tied, into `found`. `declined`: ids of pairs a person has undone."""
    documents: list[Line] = []
    paying: list[Line] = []
    settled = {match.covered_by for match in found.matches if match.reason == "number"}
    for line in lines:
        if line.vendor is None or line.kind in NO_PURCHASE or line.left != line.net or not line.net:
            continue
        if line.is_payment and not line.mentions:
            paying.append(line)
        elif line.books == "payables" and line.name not in settled:
            documents.append(line)
    taken = _one_to_one(documents, paying, found, declined)
    _whole_invoices(documents, paying, taken, found, declined)
    _sums(documents, paying, taken, found, declined)


def _one_to_one(
    documents: Iterable[Line], paying: Iterable[Line], found: Matched, declined: Container[str]
) -> set[str]:
    """Pairs of equal amount, with or without tax. Returns the names of the lines in them."""
    owed: dict[tuple[str, Decimal, str], list[Line]] = defaultdict(list)
    paid: dict[tuple[str, Decimal, str], list[Line]] = defaultdict(list)
    for line in documents:
        for amount in {line.net, line.gross}:
            owed[line.vendor or "", amount, line.currency].append(line)
    for line in paying:
        paid[line.vendor or "", line.gross, line.currency].append(line)
    taken: set[str] = set()
    for key in sorted(set(owed) & set(paid), reverse=True):
        for days, document, payment in sorted(_candidates(owed[key], paid[key]), key=_rank):
            name = pair_id(document, payment)
            if document.name in taken or payment.name in taken or name in declined:
                continue
            taken |= {document.name, payment.name}
            found.cover(payment, payment.left, document.name, f"pair:{days} days", name, document.registered)
    return taken


def _whole_invoices(
    documents: Sequence[Line], paying: Sequence[Line], taken: set[str], found: Matched, declined: Container[str]
) -> None:
    """An invoice that stands on several lines of its day, one a department, and is paid at once."""
    invoices: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in documents:
        if line.name not in taken:
            invoices[*_holder(line), line.source, line.day, line.number].append(line)
    paid: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for payment in paying:
        paid[*_holder(payment), payment.gross].append(payment)
    for own in sorted((own for own in invoices.values() if len(own) > 1), key=lambda own: (own[0].day, own[0].name)):
        amounts = {sum(map(_net, own), ZERO), sum(map(_gross, own), ZERO)}
        payments = [line for amount in amounts for line in paid.get((*_holder(own[0]), amount), ())]
        open_payments = [line for line in payments if line.name not in taken]
        for days, document, payment in sorted(_candidates(own[:1], open_payments), key=_rank):
            name = pair_id(document, payment)
            if name not in declined:
                taken |= {payment.name, *(line.name for line in own)}
                found.cover(payment, payment.left, document.name, f"pair:{days} days", name, document.registered)
                break


def _sums(
    documents: Sequence[Line], paying: Sequence[Line], taken: set[str], found: Matched, declined: Container[str]
) -> None:
    """One payment of several documents, less credit notes, then one document paid in several parts; adds to `taken`."""
    by_holder: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in [*documents, *paying]:
        by_holder[line.is_payment, line.vendor, line.currency].append(line)
    for one in [*paying, *documents]:
        if one.name in taken:
            continue
        others = _near(one, by_holder.get((not one.is_payment, one.vendor, one.currency), ()), taken)
        if not 1 < len(others) <= MOST_IN_A_SUM:
            continue
        chosen = _adding_up(one, others)
        pairs = [(other, one) if one.is_payment else (one, other) for other, _ in chosen]
        if not pairs or any(pair_id(*pair) in declined for pair in pairs):
            continue
        taken |= {one.name, *(other.name for other, _ in chosen)}
        for (document, payment), (other, part) in zip(pairs, chosen, strict=True):
            amount = part if one.is_payment and other is not chosen[-1][0] else payment.left
            days = abs((payment.day - document.day).days)
            reason = f"pair:in a sum of {len(pairs)}, {days} days"
            found.cover(payment, amount, document.name, reason, pair_id(document, payment), document.registered)


def _near(one: Line, others: Sequence[Line], taken: Container[str]) -> list[Line]:
    """Open lines of the other side, in order of date, that lie near enough; one more than a sum may have at most.

    Credit notes lessen what a payment pays; a refund is no part of how a document was paid.
    """
    before, after = (PAIR_AFTER, PAIR_BEFORE) if one.is_payment else (PAIR_BEFORE, PAIR_AFTER)
    found: list[Line] = []
    first = bisect_left(others, one.day - timedelta(days=before), key=lambda line: line.day)
    for other in others[first:]:
        if (other.day - one.day).days > after or len(found) > MOST_IN_A_SUM:
            break
        pair = ([other], [one]) if one.is_payment else ([one], [other])
        is_of_kind = one.is_payment or (other.net > 0) == (one.net > 0)
        if is_of_kind and other.name not in taken and any(_candidates(*pair)):
            found.append(other)
    return found


def _adding_up(one: Line, others: Sequence[Line]) -> list[tuple[Line, Decimal]]:
    """The lines that add up to `one`, each with its amount; none where no choice, or more than one, does so."""
    ways: dict[frozenset[str], list[tuple[Line, Decimal]]] = {}
    readings: list[tuple[Amount, Amount]] = [(_gross, _gross)]  # of `one`, of the others: payments are with their tax
    if any(line.net != line.gross for line in (one, *others)):
        readings.append((_gross, _net) if one.is_payment else (_net, _gross))
    for target, amount_of in readings:
        sign = 1 if target(one) > 0 else -1
        same = [line for line in others if sign * amount_of(line) > 0]
        less = [line for line in others if sign * amount_of(line) < 0]
        same.sort(key=lambda line: (-sign * amount_of(line), line.day, line.name))
        for count in range(len(less) + 1):
            for notes in combinations(less, count):
                sought = sign * (target(one) - sum(map(amount_of, notes), ZERO))
                for chosen in _subsets(sought, [sign * amount_of(line) for line in same], least=2 - min(count, 1)):
                    way = [*(same[at] for at in chosen), *notes]
                    ways[frozenset(line.name for line in way)] = [(line, amount_of(line)) for line in way]
                    if len(ways) > 1:
                        return []
    return next(iter(ways.values()), [])


def _subsets(target: Decimal, amounts: Sequence[Decimal], start: int = 0, least: int = 2) -> Iterator[list[int]]:
    """Places of amounts, largest first, that add up to the target; equal amounts stand for one another."""
    for at in range(start, len(amounts)):
        if at > start and amounts[at] == amounts[at - 1]:
            continue
        left = target - amounts[at]
        if left == 0 and least <= 1:
            yield [at]
        elif left > 0:
            for rest in _subsets(left, amounts, at + 1, least - 1):
                yield [at, *rest]


def _holder(line: Line) -> tuple[object, ...]:
    return line.vendor, line.currency, line.net > 0


def _net(line: Line) -> Decimal:
    return line.net


def _gross(line: Line) -> Decimal:
    return line.gross


def _rank(candidate: tuple[int, Line, Line]) -> tuple[object, ...]:
    days, document, payment = candidate
    return days, document.day, document.name, payment.name


def _candidates(documents: Iterable[Line], payments: Sequence[Line]) -> Iterator[tuple[int, Line, Line]]:
    for document in documents:
        for payment in payments:
            after = (payment.day - document.day).days
            if -PAIR_BEFORE <= after <= PAIR_AFTER and _agree(document.family, payment.family):
                accounts = {document.account or document.raw_account, payment.account or payment.raw_account} - {""}
                if len(accounts) < 2:
                    yield abs(after), document, payment


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other


__all__ = ["PAIR_AFTER", "PAIR_BEFORE", "pair_id", "propose_pairs"]
