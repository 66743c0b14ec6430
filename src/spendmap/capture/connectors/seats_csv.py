"""Licences bought and used, from a spreadsheet: one row per plan, department and day of listing, into `utilization`.

Reads one delimited file. A row says what is bought on its day; one that names only a month stands for the whole of it.
The price, where it is stated, is per seat and month, quarter or year, as the header or `--set price_per=` says. Where
neither does, it is read as the price of a month, and the capture says so.
Invariant: on one day a plan is listed once per department and price; a second line is refused, not added. Lines of a
month that name no day are the parts of one list, and add. All numbers of a file have one decimal sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import to_ledger
from spendmap.capture.connector import Batch, Extent, ReadContext, Setting
from spendmap.capture.currencies import currency_code
from spendmap.capture.dates import month_bounds
from spendmap.capture.headers import Aliases
from spendmap.capture.mapped_csv import (
    FILE_SETTINGS,
    MappedCsv,
    Row,
    Understood,
    column_settings,
    given_currency,
    given_evidence,
)
from spendmap.vocabulary.errors import SettingError
from spendmap.vocabulary.masking import shown

PRICE_PERIODS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}  # months that a stated price covers
_PERIOD_WORDS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (12, re.compile(r"year|annu|annum|jahr|jährlich|année|\bpar an\b|año|\bp\.?\s?a\b", re.IGNORECASE)),
    (3, re.compile(r"quarter|quartal|trimest", re.IGNORECASE)),
    (1, re.compile(r"month|monat|mois|mensu|mensil|\bmes(?:es?)?\b|\bmo\b|\bp\.?\s?m\b", re.IGNORECASE)),
)
_PRICES = (
    "price per seat",
    "price per user",
    "price per licence",
    "price per license",
    "seat price",
    "unit price",
    "price",
)


def _spans(name: str) -> tuple[str, ...]:
    """A price's name with each span of time it may be stated for."""
    after = ("per year", "a year", "per annum", "pa", "annual", "yearly", "annually", "per quarter", "quarterly")
    return (*(f"{name} {span}" for span in after), *(f"{span} {name}" for span in ("annual", "yearly", "quarterly")))


ALIASES: Aliases = {
    "month": ("month", "date", "period", "billing month", "snapshot date", "as of", "monat", "datum", "stichtag"),
    "supplier": ("supplier", "vendor", "vendor name", "supplier name", "publisher", "seller", "anbieter", "lieferant"),
    "product": ("product", "tool", "product name", "application", "app", "software", "service", "produkt"),
    "plan": ("plan", "edition", "tier", "sku", "licence type", "license type", "subscription"),
    "seats_bought": (
        "seats bought",
        "seats",
        "seats purchased",
        "purchased seats",
        "seats total",
        "total seats",
        "licences",
        "licenses",
        "licences bought",
        "licenses purchased",
        "quantity",
        "plätze",
        "lizenzen",
        "anzahl",
    ),
    "seats_active": (
        "seats active",
        "active seats",
        "active users",
        "seats used",
        "used seats",
        "licences used",
        "licenses used",
        "assigned active",
        "active",
    ),
    "price_per_seat": (
        "price per seat",
        "price per seat per month",
        "monthly price per seat",
        "seat price",
        "unit price",
        "price per user",
        "price per licence",
        "price per license",
        "price",
        "preis",
        "preis pro platz",
        *(spanned for name in _PRICES for spanned in _spans(name)),
    ),
    "currency": ("currency", "currency code", "ccy", "währung"),
    "department": ("department", "department name", "dept", "team", "cost centre", "cost center", "abteilung"),
}


@dataclass(frozen=True)
class SeatsCsvConnector:
    """Reads a seat list. Restated by day: a list takes the place of the one it shares plans with, on its day."""

    kind: str = "seats_csv"
    title: str = "licences bought and used (CSV)"
    table: str = "utilization"
    extent: Extent = "period"
    account: tuple[str, ...] = ("charge_period_start",)  # a list of another day is another list
    identity: tuple[str, ...] = ("charge_period_start", "supplier_name", "product", "plan", "department_name")
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".tsv")
    settings: tuple[Setting, ...] = (
        Setting("currency", "currency of the prices, where no column says it; a code of ISO 4217"),
        Setting("price_per", "what a stated price covers, where its column does not say; month, quarter or year"),
        Setting("evidence", "how the price is known, when not contracted (stated) or declared (not stated); a grade"),
        *column_settings(ALIASES, without=("currency",)),
        *FILE_SETTINGS,
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one seat list to its end.

        Raises:
            SourceUnreadableError: no month, product or number of seats can be found.
            SettingError: a setting's value is not understood.
        """
        seats = _Seats(file, context)
        yield from seats.csv.batches("utilization", seats.understand)


class _Seats:
    def __init__(self, file: Path, context: ReadContext) -> None:
        self.currency = given_currency(context)
        self.evidence = given_evidence(context)
        self.csv = MappedCsv(
            file,
            context,
            what="a seat list",
            aliases=ALIASES,
            required=("month", "product", "seats_bought"),
            dates=("month",),
            amounts=("price_per_seat",),
            numbers=("seats_bought", "seats_active"),
            chosen={
                name: context.settings[name] for name in ALIASES if context.settings.get(name) and name != "currency"
            },
        )
        said = _price_months(context.settings.get("price_per", ""), self._price_header())
        self.price_months = None if said == 1 else said
        self.is_said, self.notes = said is not None, context.notes
        self.listed: dict[tuple[object, ...], set[tuple[object, ...]]] = {}

    def _price_header(self) -> str:
        index = self.csv.columns.found.get("price_per_seat")
        return "" if index is None else self.csv.columns.header[index]

    def understand(self, row: Row) -> Understood:
        """Ledger columns of one plan on one day.

        Raises:
            ValueError: it cannot be read, or the plan is listed on that day already.
        """
        start, end, is_day = self._period(row.needed("month"))
        product, plan = row.needed("product"), row.optional("plan")
        bought = self._seats(row.needed("seats_bought"), "seats_bought")
        active = self._seats(row.text("seats_active"), "seats_active") if row.text("seats_active") else None
        price, currency = self._price(row)
        supplier, department = row.optional("supplier"), row.optional("department")
        what = (start, supplier, product, plan, department)
        prices = self.listed.setdefault(what, set())
        if (price, currency, True) in prices or (is_day and (price, currency, False) in prices):
            of = " of this department" if department else ""
            raise ValueError(
                f"this plan{of} is listed on {start:%Y-%m-%d} already, at the same price; if another column tells the "
                "two apart, name it with `--set department=...` or plan"
            )
        prices.add((price, currency, is_day))
        values = {
            "charge_period_start": start,
            "charge_period_end": end,
            "resource_kind": "seat",
            "resource_id": f"{product}/{plan}" if plan else product,
            "supplier_name": supplier,
            "product": product,
            "plan": plan,
            "department_name": department,
            "provisioned_quantity": bought,
            "used_quantity": active,
            "unit": "seats",
            "contracted_unit_price": price,
            "price_months": self.price_months if price is not None else None,
            "billing_currency": currency,
            "evidence": self.evidence or ("contracted" if price is not None else "declared"),
        }
        return values, what

    def _period(self, written: str) -> tuple[datetime, datetime, bool]:
        """From the day of the list, or from the month's first where it names none, to the month's end; UTC; and which.

        Raises:
            ValueError: neither a day nor a month.
        """
        first, end = month_bounds(self.csv.dates.month(written))
        try:
            day = self.csv.dates.read(written)
        except ValueError:
            return first, end, False
        return datetime.combine(day.date(), time()), end, True

    def _seats(self, text: str, name: str) -> Decimal:
        """A number of seats; fractions (a plan bought mid-month) are kept.

        Raises:
            ValueError: not a number in the file's decimal sign, or negative.
        """
        try:
            value = to_ledger(self.csv.amount(text, None))
        except ValueError as error:
            raise ValueError(f"{name} {error}") from error
        if value < 0:
            raise ValueError(f"{name} {shown(text)} is negative")
        return value

    def _price(self, row: Row) -> tuple[Decimal | None, str | None]:
        """Price per seat as stated, and its currency; neither is guessed."""
        written = row.text("price_per_seat")
        stated = row.text("currency")
        currency = currency_code(stated) if stated else self.currency
        if stated and currency is None:
            raise ValueError(f"currency {shown(stated)} is not one of ISO 4217")
        currency = currency or self.csv.columns.stated_currency.get("price_per_seat")
        if not written:
            return None, currency
        if currency is None:
            raise ValueError("the price has no currency; say `--set currency=USD`")
        price = to_ledger(self.csv.amount(written, currency))
        if price < 0:
            raise ValueError(f"price_per_seat {shown(written)} is negative")
        if not self.is_said and price and not self.notes:
            self.notes.append(
                f"{self._price_header()!r} does not say what it covers and was read as the price of a month; if it is "
                "another, capture the file again with `--set price_per=year` (or quarter)"
            )
        return price, currency


def _price_months(given: str, header: str) -> int | None:
    """How many months a stated price covers; None = neither the setting nor the column's name says it.

    Raises:
        SettingError: `--set price_per=` says none of the periods.
    """
    if given:
        months = PRICE_PERIODS.get(given.strip().lower())
        if months is None:
            raise SettingError(
                f"price_per {given!r} is not known.", next_step=f"Write one of {', '.join(PRICE_PERIODS)}."
            )
        return months
    return next((months for months, words in _PERIOD_WORDS if words.search(header)), None)


CONNECTOR = SeatsCsvConnector()
