"""What says something about money: ledger lines, sums of exports, metered groups, read from `attributed`.

Pure shapes. Amounts are in the statement's own currency; two currencies are never added here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from spendmap.capture.invoice_numbers import without_hyphens

Family = Literal["api", "seats", "cloud", "marketplace", "service"]
CENT = Decimal("0.01")  # a document within a cent of an export is that export, rounded
ZERO = Decimal(0)
FAMILY: dict[str, Family] = {
    "api": "api",
    "credits": "api",
    "seats": "seats",
    "plan": "seats",
    "cloud": "cloud",
    "marketplace": "marketplace",
    "service": "service",
}
"""Products that one meter or seat list explains together. API calls never cover seats."""
NO_PURCHASE = frozenset({"fee", "settlement", "pending", "reversal"})
"""Kinds of ledger lines that are never one half of a document and payment."""


@dataclass
class Line:
    """One line of a ledger, card or bank statement. `amount`: billed cost, own currency, credits negative.

    `like` is the vendor that the supplier's name resembles, where it is no known vendor's. `left` is what no match has
    taken yet. `mentions` are numbers it names; `words` those that may be one.
    """

    source: str
    key: str
    day: date
    vendor: str | None
    account: str
    raw_account: str
    tool: str | None
    scope: str
    category: str | None
    share: Decimal | None
    currency: str
    amount: Decimal
    books: str | None
    kind: str | None
    number: str | None
    mentions: tuple[str, ...]
    product: str | None
    period: tuple[date, date] | None
    text: str
    supplier: str
    tax: Decimal | None
    words: tuple[str, ...] = ()
    says_api: bool = False
    file: str = ""
    load: str = ""
    paid_from: str = ""
    cardholder: str = ""
    like: str | None = None
    is_tax: bool = False  # set aside as tax: in no purchase, and with its invoice in what a payment pays
    registered: str = ""  # the account a register key says; `account` may be another name of one
    left: Decimal = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.amount

    @property
    def net(self) -> Decimal:
        """The amount without tax: of a line set aside as tax nothing."""
        return ZERO if self.is_tax else self.amount

    @property
    def gross(self) -> Decimal:
        """The amount with the tax of it, beside it or on lines of its own, as a payment shows it."""
        return self.net + (self.tax or ZERO)

    @property
    def is_document(self) -> bool:
        """A payables line is a document; a ledger that does not say what it is counts as one too."""
        return self.books not in ("card", "bank")

    @property
    def is_payment(self) -> bool:
        """Card and bank lines pay; they document nothing."""
        return self.books in ("card", "bank")

    @property
    def family(self) -> Family | None:
        """The family of its product, None when nothing says what was bought."""
        return FAMILY.get(self.product or "")

    @property
    def name(self) -> str:
        """How other lines refer to it: source and key."""
        return f"{self.source}:{self.key}"

    @property
    def same(self) -> str:
        """What its key hashes: equal for lines that say the same, whatever file or source they stand in."""
        return self.key.rpartition("-")[0] or self.key

    @property
    def month(self) -> str:
        """Month of its own date."""
        return f"{self.day:%Y-%m}"


def lines_of(
    rows: Iterable[Mapping[str, Any]],
    product: Any,
    like: Callable[[str], str | None],
    named: Callable[[str, str], frozenset[str]],
) -> list[Line]:
    """Ledger lines in order of date.

    Args:
        product: (vendor, text, stated) -> what was bought, or None.
        like: the name of a supplier that is no known vendor -> the vendor that it resembles, or None.
        named: (vendor, text) -> every product that the words name. A line for seats and calls is of no one product.
    """
    found = []
    for row in rows:
        text = " ".join(str(row[name]) for name in ("supplier_name", "memo", "charge_description") if row[name])
        start, end = row["service_period_start"], row["service_period_end"]
        families = {FAMILY.get(each) for each in named(row["vendor"], text)} if row["vendor"] else set()
        found.append(
            Line(
                source=row["source_name"],
                key=row["origin_key"],
                day=row["own_day"],
                vendor=row["vendor"],
                account=row["vendor_account"] or "",
                raw_account=row["account_id"] or "",
                tool=row["tool"],
                scope=row["scope"],
                category=row["category"],
                share=row["rule_share"],
                currency=row["currency"],
                amount=row["billed_cost"],
                books=row["books"],
                kind=row["line_kind"],
                number=without_hyphens(row["invoice_number"]) if row["invoice_number"] else None,
                mentions=tuple(map(without_hyphens, (row["mentioned_numbers"] or "").split())),
                words=tuple(map(without_hyphens, (row["number_words"] or "").split())),
                # Words for tokens bought ahead hold whoever sells them: credits are no use yet.
                product="credits"
                if row["product_kind"] == "credits"
                else None
                if {"seats", "api"} <= families
                else product(row["vendor"], text, row["product_kind"]),
                says_api=row["product_kind"] == "api",
                file=row["source_file"] or "",
                load=row["load_id"] or "",
                paid_from=row["paid_from"] or "",
                cardholder=row["cardholder"] or "",
                like=like(row["supplier_name"]) if row["vendor"] is None and row["supplier_name"] else None,
                registered=row["vendor_account"] or "",
                period=(start, end) if start is not None and end is not None else None,
                text=text,
                supplier=row["supplier_name"] or "",
                tax=row["tax_cost"],
            )
        )
    return sorted(found, key=lambda line: (line.day, line.source, line.key))


@dataclass
class Bill:
    """What an export holds of one issuer, account, family, billing month and invoice number, over all scopes."""

    vendor: str
    account: str
    family: str | None  # None: nothing says what it is for; it meets any document of the vendor and account
    month: str
    number: str | None
    currency: str
    billed: Decimal
    is_all_ai: bool
    registered: str = ""  # the account a register key says
    documents_left: Decimal = field(init=False)
    payments_left: Decimal = field(init=False)

    def __post_init__(self) -> None:
        self.documents_left = self.payments_left = self.billed

    def room(self, line: Line) -> Decimal:
        """What no document, or no payment, has taken of it yet: by which of the two the line is."""
        return self.documents_left if line.is_document else self.payments_left


@dataclass
class Metered:
    """Metered usage or priced seats of one vendor, account, tool, day and currency, at contract price."""

    origin: str
    vendor: str
    vendor_account: str
    account_id: str
    tool: str
    month: str
    day: date
    currency: str
    cost: Decimal

    @property
    def family(self) -> Family:
        """Seats explain seats, calls explain the API."""
        return "seats" if self.origin == "utilization" else "api"


__all__ = ["CENT", "FAMILY", "NO_PURCHASE", "ZERO", "Bill", "Family", "Line", "Metered", "lines_of"]
