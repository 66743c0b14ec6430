"""What was captured of one vendor account and month: metered, billed, paid; and what of the paid is of the bill.

Pure: rows of the roll-up in, sides out. Invariant: each amount of a ledger stands in one place: on the bill, as paid of
it, or as paid apart; an invoice in the books and the payment of it at the bank are one, in the invoice's month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple

from spendmap.allocation.counted.statements import FAMILY
from spendmap.reports.figures import ZERO, minus, plus
from spendmap.vocabulary.exact import total

CENT = Decimal("0.01")  # bills and payments are written to the cent, usage is not


class _Kind(NamedTuple):
    """What a ledger's line says of itself, as far as it is asked here."""

    family: str | None
    is_document: bool
    is_dark: bool
    is_ai: bool


@dataclass
class Sides:
    """The sides, as rows are added to them; then `settle` says which of them make the bill."""

    metered: Decimal | None = None
    pool: Decimal | None = None
    dark: Decimal | None = None
    other: Decimal | None = None
    documents: Decimal | None = None  # covered by the bill: invoices in the books
    payments: Decimal | None = None  # covered by the bill or by an invoice: lines of cards and banks
    alone: dict[_Kind, Decimal | None] = field(default_factory=dict)  # lines that no bill covers
    dark_alone: Decimal | None = None  # of `alone`: what no meter explains
    families: set[str | None] = field(default_factory=set)  # what the exports are for
    seats: Decimal | None = None  # what of a bill the seat list carries
    above_seats: Decimal | None = None  # and what of the account's lines it does not
    never_paid: Decimal | None = None  # of `documents` and `payments`: holds, and copies of what another ledger tells
    of_documents: Decimal | None = None  # of `payments`: for documents of the books, each of which is paid in its month
    bought: Decimal | None = None  # credits: tokens bought ahead, no part of `alone`
    used: Decimal | None = None  # of such credits, by the meter; nothing is billed for it now
    tax: Decimal | None = None  # beside the net amounts of the account's documents; no part of the bill
    has_scaled: bool = False
    unpriced_rows: int = 0
    is_ai: bool = False

    def settle(self) -> None:
        """What no meter explains of a ledger's line is of the bill where a meter carries the rest; else it is paid."""
        if not self.families and self.pool is not None and self.dark_alone is not None:
            self.pool, self.dark = plus(self.pool, self.dark_alone), plus(self.dark, self.dark_alone)
            self.alone = {key: amount for key, amount in self.alone.items() if not key.is_dark}

    @property
    def billed(self) -> Decimal | None:
        """The whole bill."""
        return plus(self.pool, self.other)

    @property
    def paid_alone(self) -> Decimal | None:
        """Ledger money that no bill and no meter is for."""
        return reduce(plus, self.alone.values(), None)

    @property
    def paid(self) -> Decimal | None:
        """What was paid of the bill, second payments too. An invoice and the payment of it are one."""
        told = [each for each in (self.documents, self.payments) if each is not None]
        if not self.families:
            elsewhere = plus(self.documents, self.payments)
            for again in (self.never_paid, self.of_documents):
                elsewhere = minus(elsewhere, again or ZERO)
            return plus(elsewhere or None, self.bought)
        bill = self.billed or ZERO
        base = (total(told) if total(told) <= bill + CENT else max(told)) if told else None
        of_others = max(ZERO, (self.payments or ZERO) - max(bill, self.documents or ZERO))
        for key, amount in self.alone.items():
            if amount is None or not key.is_ai or not self._is_of_bill(key.family):
                continue
            taken = min(of_others, amount) if key.is_document and amount > 0 else ZERO
            of_others, base = of_others - taken, plus(base, amount - taken)
        return plus(base, self.bought) if self._is_of_bill("api") else base

    @property
    def paid_apart(self) -> Decimal | None:
        """Paid for a product that this bill is not for."""
        if not self.families:
            return None
        apart = [amount for key, amount in self.alone.items() if key.is_ai and not self._is_of_bill(key.family)]
        return reduce(plus, apart, None if self._is_of_bill("api") else self.bought)

    def _is_of_bill(self, family: str | None) -> bool:
        return family is None or None in self.families or bool(self.families & {family, "cloud"})


def add(side: Sides, row: Mapping[str, Any], *, is_export: bool, is_document: bool) -> None:
    """Add one row of the roll-up. `is_export`: of a provider's cost export; `is_document`: not of a card or a bank."""
    origin, method, scope = row["origin"], row["method"], row["scope"]
    family = FAMILY.get(row["vendor_product"] or "")
    if is_export:
        side.families.add(family)
    side.is_ai = side.is_ai or scope in {"ai", "covered"}
    if origin == "usage" and scope == "ai":
        side.unpriced_rows += row["unpriced_rows"] or 0
        if method == "proportional":
            side.has_scaled = True
        else:
            side.metered = plus(side.metered, row["contracted"])
        if row["standing"] == "prepaid":  # paid from credits: nothing is billed for it now
            side.used = plus(side.used, row["effective"])
        if method in {"metered", "proportional"}:
            side.pool = plus(side.pool, row["billed"])
    elif origin == "utilization" and scope == "ai":
        side.metered = plus(side.metered, row["contracted"])
        side.seats = plus(side.seats, row["billed"])
    elif method == "dark" and is_export:
        side.pool = plus(side.pool, row["billed"])
        side.dark = plus(side.dark, row["billed"])
    elif scope == "covered" and origin != "charge":
        return  # a call that another row tells of, or one of a flat plan: no money of its own on either side
    elif scope == "covered" and is_export:
        return  # the same bill in another export
    elif scope == "covered" and row["standing"] == "prepaid":
        return  # what of credits the meter uses: the purchase tells it
    elif scope == "covered" and is_document:
        side.documents = plus(side.documents, _paid(row))
    elif scope == "covered":
        side.payments = plus(side.payments, _paid(row))
    elif origin == "charge" and is_export:
        side.other = plus(side.other, row["billed"])
    elif origin == "charge":
        if row["standing"] == "prepaid":
            side.bought = plus(side.bought, row["billed"])
            return
        key = _Kind(family, is_document, method == "dark", scope == "ai")
        side.alone[key] = plus(side.alone.get(key), _paid(row))
        if method == "dark":
            side.dark_alone = plus(side.dark_alone, row["billed"])
        elif scope == "ai":
            side.above_seats = plus(side.above_seats, row["billed"])


def _paid(row: Mapping[str, Any]) -> Decimal | None:
    paid: Decimal | None = row["billed"] if row["billed"] is not None else row["effective"]
    return paid
