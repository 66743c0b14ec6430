"""Which words of a payment are numbers: those that a document of the same vendor bears, however short or odd.

Reads lines and what exports hold by invoice number; adds to each payment's and credit's `mentions`. A word is compared
whole, in comparable form; a word that masking hides, by its keyed hash.
Invariant: a word that no document bears, or that is the line's own amount or account, names nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from spendmap.allocation.counted.statements import NO_PURCHASE, Bill, Line
from spendmap.capture.invoice_numbers import HIDDEN, normalised_number, without_hyphens

CENTS = Decimal(100)
_HEAD = re.compile(r"^([a-z]+)(?=\d)")


def recognise_numbers(lines: Sequence[Line], bills: Sequence[Bill], hashed: Callable[[str], str]) -> None:
    """Add to `mentions` the words that are numbers of documents. `hashed`: the keyed hash of a number."""
    borne: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.vendor is not None and line.number and line.is_document and line.kind not in NO_PURCHASE:
            borne[line.vendor].add(line.number)
    for bill in bills:
        if bill.number:
            borne[bill.vendor].add(bill.number)
    reading = [line for line in lines if line.words and line.vendor in borne and (line.is_payment or line.amount < 0)]
    hiding = {line.vendor for line in reading if any(word.startswith(HIDDEN) for word in line.words)}
    known: dict[str, Mapping[str, str]] = {}
    for vendor, numbers in borne.items():
        hidden: dict[str, str] = {}
        for number in numbers if vendor in hiding else ():  # capture hashed the word as it was written
            hidden |= {f"{HIDDEN}{hashed(written)}": number for written in (number, _HEAD.sub(r"\1-", number))}
        known[vendor] = {number: number for number in numbers} | hidden
    for line in reading:
        found = [known[line.vendor or ""].get(word) for word in line.words]
        own = {line.number} if line.is_document else set()
        names = [number for number in found if number and number not in own and not _is_of_the_line(number, line)]
        line.mentions = tuple(dict.fromkeys((*line.mentions, *names)))


def _is_of_the_line(number: str, line: Line) -> bool:
    """Whether the number is the line's own amount, or its account."""
    accounts = {normalised_number(account) for account in (line.account, line.raw_account) if account}
    if number in {without_hyphens(account) for account in accounts if account}:
        return True
    amounts = {abs(line.amount), abs(line.gross)}
    whole = {str(int(amount)) for amount in amounts if amount == int(amount)}
    cents = {str(int(amount * CENTS)) for amount in amounts}
    figures = number.replace("-", "")
    return figures in whole or (figures != number and figures in cents)


__all__ = ["recognise_numbers"]
