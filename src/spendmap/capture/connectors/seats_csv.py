"""Licences bought and used, from a spreadsheet: one row per month, product and plan, into `utilization`.

Reads one delimited file. The price, where it is stated, is per seat and month.
Invariant: a month's plan is described once; a second snapshot of the same month in one file is refused, not added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import to_ledger
from spendmap.capture.connector import Batch, ReadContext, Restates, Setting
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

ALIASES: Aliases = {
    "month": ("month", "date", "period", "billing month", "snapshot date", "as of"),
    "supplier": ("supplier", "vendor", "vendor name", "supplier name", "publisher", "seller"),
    "product": ("product", "tool", "product name", "application", "app", "software", "service"),
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
    ),
    "currency": ("currency", "currency code", "ccy"),
    "department": ("department", "department name", "dept", "team", "cost centre", "cost center"),
}


@dataclass(frozen=True)
class SeatsCsvConnector:
    """Reads a seat list. Restated by day: a month that is captured again replaces the month stored before."""

    kind: str = "seats_csv"
    title: str = "licences bought and used (CSV)"
    table: str = "utilization"
    restates: Restates = "day"
    restates_by: tuple[str, ...] = ("supplier_name", "product", "department_name")
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".tsv")
    settings: tuple[Setting, ...] = (
        Setting("currency", "currency of the prices, where no column says it; a code of ISO 4217"),
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
            chosen={
                name: context.settings[name] for name in ALIASES if context.settings.get(name) and name != "currency"
            },
        )
        self.first_day: dict[tuple[str | None, ...], str] = {}

    def understand(self, row: Row) -> Understood:
        """Ledger columns of one plan's month.

        Raises:
            ValueError: it cannot be read, or the month already has another snapshot of the plan.
        """
        written = row.needed("month")
        month = self.csv.dates.month(written)
        product, plan = row.needed("product"), row.optional("plan")
        bought = seat_count(row.needed("seats_bought"), "seats_bought")
        active = seat_count(row.text("seats_active"), "seats_active") if row.text("seats_active") else None
        price, currency = self._price(row)
        supplier, department = row.optional("supplier"), row.optional("department")
        what = (month, supplier, product, plan, department)
        if self.first_day.setdefault(what, written) != written:
            raise ValueError(f"a second snapshot of this plan in {month} ({self.first_day[what]} is kept)")
        start, end = month_bounds(month)
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
            "billing_currency": currency,
            "evidence": self.evidence or ("contracted" if price is not None else "declared"),
        }
        return values, (*what, bought, active, price, currency)

    def _price(self, row: Row) -> tuple[Decimal | None, str | None]:
        """Price per seat and month, and its currency; neither is guessed."""
        written = row.text("price_per_seat")
        stated = row.text("currency")
        currency = currency_code(stated) if stated else self.currency
        if stated and currency is None:
            raise ValueError(f"currency {stated[:20]!r} is not one of ISO 4217")
        currency = currency or self.csv.columns.stated_currency.get("price_per_seat")
        if not written:
            return None, currency
        if currency is None:
            raise ValueError("the price has no currency; say `--set currency=USD`")
        price = to_ledger(self.csv.amount(written, currency))
        if price < 0:
            raise ValueError(f"price_per_seat {written!r} is negative")
        return price, currency


def seat_count(text: str, name: str) -> Decimal:
    """A number of seats; thousands separators are taken out, fractions (a plan bought mid-month) are kept.

    Raises:
        ValueError: not a number, or negative.
    """
    try:
        value = to_ledger(Decimal(text.replace(",", "")))
    except ArithmeticError as error:
        raise ValueError(f"{name} {text[:20]!r} is not a number") from error
    if value < 0:
        raise ValueError(f"{name} {text[:20]!r} is negative")
    return value


CONNECTOR = SeatsCsvConnector()
