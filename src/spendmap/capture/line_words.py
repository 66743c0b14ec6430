"""What the words of a ledger line say beside its amount: its number, the numbers it names, its period, its product.

Pure. Read from the text as the file has it, before personal data is masked; none of the text itself is kept here, and
numbers that look like keys, or that masking would hide, become keyed hashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from spendmap.capture.dates import DateReader, Order
from spendmap.capture.headers import Columns, plain
from spendmap.capture.invoice_numbers import HIDDEN, candidate_numbers, mentioned_numbers, normalised_number
from spendmap.capture.ledger_aliases import ALIASES, DOCUMENT_COLUMNS, INVOICE_COLUMNS
from spendmap.capture.privacy import hide_secrets, mask_text, without_personal_runs
from spendmap.capture.product_words import product_kind
from spendmap.capture.service_periods import Period, service_period
from spendmap.capture.tax_words import says_tax
from spendmap.vocabulary.masking import pseudonymised

if TYPE_CHECKING:
    from spendmap.capture.mapped_csv import Row

Pseudonym = Callable[[str], str | None]
_LONG = re.compile(r"\d{7}")  # may be a telephone or an account, leading zeros left out
_INVOICE = frozenset(plain(name) for name in INVOICE_COLUMNS)
_DOCUMENT = frozenset(plain(name) for name in DOCUMENT_COLUMNS)


class LineWords:
    """Reads the words of one file's lines.

    Args:
        books: payables, card, bank or `None`; a payment's reference may name a document without the word invoice.
        order: how numeric dates of the file read.
    """

    def __init__(self, columns: Columns, books: str | None, order: Order | None) -> None:
        name = plain(columns.header[columns.found["reference"]]) if "reference" in columns else ""
        is_payment = books in ("card", "bank")
        self._has_number = name in (_INVOICE if is_payment else _DOCUMENT)
        self._is_payment = is_payment
        self._names_freely = books == "payables"
        self._order = order
        self._dates = DateReader(order, own_calendar=True)
        used = set(columns.found.values())
        texts = {plain(name) for name in ALIASES["memo"]}
        accounts = {plain(name) for name in ALIASES["gl_account"]}
        self._more = [i for i, title in enumerate(columns.header) if i not in used and plain(title) in texts]
        self._accounts = [i for i, title in enumerate(columns.header) if i not in used and plain(title) in accounts]

    def columns_of(self, row: Row, day: datetime, pseudonym: Pseudonym) -> dict[str, Any]:
        """Ledger columns of a line of `day`; `None` where the words do not say."""
        reference, supplier = row.text("reference"), row.text("supplier")
        memo = "; ".join(text for text in (row.text("memo"), *(row.fields[i].strip() for i in self._more)) if text)
        number, mentioned = self._numbers(memo, reference, pseudonym)
        start, end = self._period(row, memo, day) or (None, None)
        return {
            "invoice_number": number,
            "mentioned_numbers": " ".join(mentioned) or None,
            "number_words": " ".join(number_words((memo, reference), pseudonym)) or None,
            "service_period_start": start,
            "service_period_end": end,
            "product_kind": product_kind(memo, supplier),
        }

    def is_tax(self, row: Row) -> bool:
        """Does a text or the account of a document's line say that the line is tax? Payments are never split so."""
        if self._is_payment:
            return False
        supplier = row.text("supplier")
        texts = (row.text("memo"), *(row.fields[i] for i in self._more))
        accounts = (row.text("gl_account"), *(row.fields[i] for i in self._accounts))
        return any(says_tax(text, supplier) for text in texts) or any(says_tax(text) for text in accounts)

    def _numbers(self, memo: str, reference: str, pseudonym: Pseudonym) -> tuple[str | None, list[str]]:
        number = comparable_number(reference, pseudonym) if self._has_number else None
        named = [*mentioned_numbers(mask_text(memo))]
        in_reference = mentioned_numbers(mask_text(reference), also_bare=self._is_payment)
        if not self._has_number and self._names_freely and len(in_reference) == 1:
            number = in_reference[0]  # "Reference" of payables, where it says INV-0091
        elif not self._has_number or self._is_payment:
            named += in_reference
        if number and self._is_payment:
            named.append(number)  # a payment's invoice column names the document it pays
        return number, [text for text in dict.fromkeys(named) if text != number or self._is_payment]

    def _period(self, row: Row, memo: str, day: datetime) -> Period | None:
        if start := row.text("service_start"):
            try:
                first, last = self._dates.read(start), self._dates.read(row.text("service_end") or start)
            except ValueError:
                return None
            first, last = (moment.replace(hour=0, minute=0, second=0, microsecond=0) for moment in (first, last))
            return (first, last + timedelta(days=1)) if first <= last and row.text("service_end") else None
        stated = service_period(row.text("service_period"), day, self._order)
        return stated or service_period(memo, day, self._order)


def number_words(texts: Iterable[str], pseudonym: Pseudonym) -> tuple[str, ...]:
    """Words of the texts that may be a document's number, each once; what masking hides as `HIDDEN` and its hash."""
    found: dict[str, None] = {}
    for text in texts:
        for number in candidate_numbers(without_personal_runs(hide_secrets(text, pseudonym))):
            is_hidden = _LONG.search(number) or mask_text(number.upper()) != number.upper()
            found[f"{HIDDEN}{pseudonym(number)}" if is_hidden and not number.startswith("key-") else number] = None
    return tuple(found)


def comparable_number(text: str, pseudonym: Pseudonym) -> str | None:
    """An invoice's number in comparable form; where it holds a secret or names somebody, with that as a keyed hash."""
    hidden = pseudonymised(text.strip(), pseudonym)
    return hidden if hidden != text.strip() else normalised_number(text)
