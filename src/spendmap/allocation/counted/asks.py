"""What counts and is perhaps counted already: each line's money is named once, with what settles it.

Reads lines, places and purchases as they stand when it is asked; writes notes of kind `perhaps_twice`, in no total.
Invariant: nothing here changes what counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from spendmap.allocation.counted.documents import POSTED_WITHIN
from spendmap.allocation.counted.late_bills import perhaps_of_a_month_before
from spendmap.allocation.counted.ledgers_in_common import perhaps_told_twice
from spendmap.allocation.counted.other_names import documents_of_two_names
from spendmap.allocation.counted.parts import Notes
from spendmap.allocation.counted.places import Places
from spendmap.allocation.counted.purchases import Purchases
from spendmap.allocation.counted.statements import CENT, NO_PURCHASE, ZERO, Line
from spendmap.vocabulary import money_text

if TYPE_CHECKING:
    from spendmap.allocation.counted.count import Known

INVOICED_WITHIN = 60  # days after a proforma, a quote or an order
_PRELIMINARY = re.compile(
    r"\b(pro[- ]?forma|quote|quotation|estimate|purchase order|order confirmation|angebot|bestellung|"
    r"auftragsbest[äa]tigung|devis|bon de commande|presupuesto|preventivo|offerte)\b",
    re.I,
)
ABOUT = Decimal("0.25")  # of a pending amount: what a tip or a rate of exchange may change


class Asks:
    """Asks a person about lines that may be money told twice."""

    def __init__(self, places: Places, purchases: Purchases, known: Known, notes: Notes) -> None:
        self.places, self.purchases, self.known, self.notes = places, purchases, known, notes
        self._asked: set[str] = set()

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
            self.ask(
                again[0],
                f"equal lines stand in {names}; capture with `overlap=same` counts them once, with `different` both",
                sum((line.amount for line in again), ZERO),
            )
        for (one, other), again in perhaps_told_twice(lines, self.known.apart):
            names = " and ".join("/".join(file) for file in (one, other))
            command = f"spendmap capture --file '{other[1]}' --as ledger_csv --source {other[0]} --set overlap=same"
            by_month: dict[tuple[str, str], list[Line]] = defaultdict(list)
            for line in again:
                by_month[self.places.month(line), line.currency].append(line)
            for own in by_month.values():
                self.ask(
                    own[0],
                    f"{len(own)} {'lines' if len(own) > 1 else 'line'} of equal supplier and amount, on the same days "
                    f"or near, in {names}: `{command}`, with the path of the file, counts them once, `different` both",
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
                    self.ask(
                        line,
                        f"pending, and {money_text(other.amount)} of {other.day} is posted: capture the statement "
                        "again when nothing is pending",
                    )
                    break

    def ask_other_names(self, lines: Sequence[Line]) -> None:
        """What counts and is perhaps told under another supplier's name too: in a second ledger, or by a meter."""
        for first, line in documents_of_two_names(lines):
            self.ask(
                line,
                f"invoice number {line.number} of this amount is also under {first.supplier or 'no supplier'} in "
                f"{first.source}; `spendmap rules confirm NAME --vendor ID` says that two names are one vendor",
            )
        for line in lines:
            is_open = line.vendor is None and line.like and line.scope == "ai" and line.left > 0
            if is_open and self.purchases.seen(line.like or "", self.places.month(line)):
                self.ask(
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
                    self.ask(
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
            self.ask(
                line,
                f"dated after {month}, whose {what} no bill settles: `invoice_lag_months: {lag}` under {account} of "
                f"{line.vendor} in the register says that it bills {month}, `invoice_lag_months: 0` that it does not",
            )

    def ask_preliminary(self, lines: Sequence[Line]) -> None:
        """A proforma, a quote or an order in the books, and an invoice of its amount that came after it."""
        bills = [line for line in lines if line.is_document and line.left == line.amount > 0 and line.scope == "ai"]
        for line in bills:
            said = _PRELIMINARY.search(line.text)
            if said is None or line.vendor is None:
                continue
            for other in bills:
                is_after = 0 <= (other.day - line.day).days <= INVOICED_WITHIN and other.name != line.name
                is_equal = other.amount in (line.amount, line.gross) and other.currency == line.currency
                if is_after and is_equal and other.vendor == line.vendor and not _PRELIMINARY.search(other.text):
                    self.ask(
                        line,
                        f"its text says {said[0].lower()}, and {money_text(other.amount)} of {other.day} is perhaps "
                        "its invoice: take the line out of its file and capture the file again",
                    )
                    break

    def ask_quarters(self, lines: Sequence[Line]) -> None:
        """A bill of three months of the seats listed, ahead or in arrears: it counts in its own month, beside them."""
        for line in lines:
            if line.scope != "ai" or line.kind in NO_PURCHASE:
                continue
            if amount := self.places.quarter_of_seats(line):
                self.ask(
                    line,
                    "it is three months of the seats listed, and nothing says which: name the months in its text, or "
                    f"declare the contract of {line.vendor} with its terms of payment (`spendmap register apply FILE`)",
                    amount,
                )

    def ask(self, line: Line, reason: str, amount: Decimal | None = None) -> None:
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


__all__ = ["Asks"]
