"""Reconciliation: what was metered, what was billed and what was paid, per vendor account and month.

Reads the published roll-up; for accounts whose bill is lower than their meter also the priced usage; and the invoice
lags of the register, opened when asked. Writes nothing.
Invariants: difference = sum of the causes + unexplained, exactly, on both bridges; a side that was not captured is
None, and then there is no difference. Currencies are never compared with each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.reports.figures import minus, plus, sum_known
from spendmap.reports.filters import ask, read_value
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.period import month_add

CENT = Decimal("0.01")  # bills and payments are written to the cent, usage is not
LAGS = (1, 2, 3)  # months by which an invoice may follow the use it is for
CAUSES: dict[str, str] = {
    "dark_usage": "billed usage that no captured telemetry explains",
    "timing": "the payment is for another month's bill",
    "rounding": "the other side is written to the cent",
}
"""Every cause a difference can be given, in words."""
STATUSES = ("ties", "explained", "open", "one-sided")

Account = tuple[str, str, str]
"""Vendor, vendor account, currency."""


@dataclass(frozen=True)
class PaymentBridge:
    """The bill of the month beside what was paid in it. `months_later`: the payment is for the bill so much earlier."""

    paid: Decimal
    difference: Decimal | None
    causes: dict[str, Decimal]
    unexplained: Decimal | None
    months_later: int | None


@dataclass(frozen=True)
class ReconcileLine:
    """One vendor account and month, in one currency.

    `metered`: usage at contract price, and seats at their stated price. `billed`: the part of the bill that is for
    them; without a captured bill, what was paid (`billed_by` says which). `other_billed`: the rest of the account's
    bill, which has no meter. `difference` = billed - metered.
    """

    issuer: str
    label: str
    account: str
    month: str
    currency: str
    metered: Decimal | None
    billed: Decimal | None
    billed_by: str | None
    other_billed: Decimal | None
    difference: Decimal | None
    causes: dict[str, Decimal]
    unexplained: Decimal | None
    payment: PaymentBridge | None
    unpriced_rows: int
    status: str
    figure: str


@dataclass(frozen=True)
class ReconcileReport:
    """All lines of the period, the largest unexplained difference first."""

    period: PeriodView | None
    months: list[str]
    causes: dict[str, str]
    by_status: dict[str, int]
    lines: list[ReconcileLine]
    notes: list[str]


@dataclass
class _Sides:
    """What was captured of one account and month."""

    metered: Decimal | None = None
    pool: Decimal | None = None
    dark: Decimal | None = None
    other: Decimal | None = None
    paid: Decimal | None = None
    paid_alone: Decimal | None = None
    seats: Decimal | None = None  # what of a bill the seat list carries
    above_seats: Decimal | None = None  # and what of the account's lines it does not
    has_scaled: bool = False
    unpriced_rows: int = 0
    is_ai: bool = False

    @property
    def billed(self) -> Decimal | None:
        """The whole bill."""
        return plus(self.pool, self.other)


@dataclass
class _Book:
    sides: dict[Account, dict[str, _Sides]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(_Sides)))


def reconcile_report(
    model: ReadModel, *, today: date, period: str | None = None, issuer: Sequence[str] = ()
) -> ReconcileReport:
    """Lines of a period (None: the last full month with figures), of some vendors or all that have AI money.

    Raises:
        UsageError: no such period or vendor.
    """
    if model.is_empty:
        return ReconcileReport(None, [], CAUSES, {}, [], ["Nothing is published yet. Run `spendmap run`."])
    question = ask(model, today=today, period=period, compare="none")
    wanted = {read_value(model, "vendor", each) for each in issuer}
    book = _read(model, question.period.first, question.period.last)
    lags = _invoice_lags(model)
    months = [month for month in question.period.months if month in model.meta.months]
    lines = [
        _line(model, account, month, by_month, lags.get(account[:2]))
        for account, by_month in book.sides.items()
        if (not wanted or account[0] in wanted) and any(by_month[month].is_ai for month in months if month in by_month)
        for month in months
        if month in by_month
    ]
    lines.sort(key=_urgency)
    counts = {status: sum(line.status == status for line in lines) for status in STATUSES}
    return ReconcileReport(
        PeriodView.of(question.period),
        months,
        CAUSES,
        {status: count for status, count in counts.items() if count},
        lines,
        [*question.notes, "Usage is priced at contract price; seats at their stated price."],
    )


def _read(model: ReadModel, first: str, last: str) -> _Book:
    exports = _exports(model)
    book = _Book()
    with model.session() as session:
        rows = session.records(sql("reconcile"), {"last": last})
    for row in rows:
        side = book.sides[row["vendor"], row["vendor_account"] or "", row["currency"]][row["month"]]
        _add(side, row, is_export=row["source_name"] in exports)
    scaled = any(side.has_scaled for months in book.sides.values() for month, side in months.items() if first <= month)
    if scaled:
        with model.ledger_session("usage_grouped", "allocation", first=first, last=last) as session:
            for row in session.records(sql("reconcile_metered")):
                side = book.sides[row["vendor"], row["vendor_account"] or "", row["currency"]][row["month"]]
                side.metered = plus(side.metered, row["metered"])
    return book


def _add(side: _Sides, row: Mapping[str, Any], *, is_export: bool) -> None:
    origin, method, scope = row["origin"], row["method"], row["scope"]
    side.is_ai = side.is_ai or scope in {"ai", "covered"}
    if origin == "usage" and scope == "ai":
        side.unpriced_rows += row["unpriced_rows"] or 0
        if method == "proportional":
            side.has_scaled = True
        else:
            side.metered = plus(side.metered, row["contracted"])
        if method in {"metered", "proportional"}:
            side.pool = plus(side.pool, row["billed"])
    elif origin == "utilization" and scope == "ai":
        side.metered = plus(side.metered, row["contracted"])
        side.seats = plus(side.seats, row["billed"])
    elif method == "dark":
        side.pool = plus(side.pool, row["billed"])
        side.dark = plus(side.dark, row["billed"])
    elif scope == "covered" and origin != "charge":
        return  # a call that another row tells of, or one of a flat plan: no money of its own on either side
    elif scope == "covered":
        side.paid = plus(side.paid, _paid(row))
    elif origin == "charge" and is_export:
        side.other = plus(side.other, row["billed"])
    elif origin == "charge":
        side.paid_alone = plus(side.paid_alone, _paid(row))
        if scope == "ai":
            side.above_seats = plus(side.above_seats, row["billed"])


def _paid(row: Mapping[str, Any]) -> Decimal | None:
    paid: Decimal | None = row["billed"] if row["billed"] is not None else row["effective"]
    return paid


def _line(
    model: ReadModel, account: Account, month: str, by_month: Mapping[str, _Sides], lag: int | None
) -> ReconcileLine:
    vendor, number, currency = account
    side = by_month[month]
    billed, billed_by, causes = side.pool, "bill" if side.pool is not None else None, {}
    payment = _payment(month, by_month, lag)
    if side.seats is not None:
        billed, billed_by = plus(side.seats, plus(billed, side.above_seats)), billed_by or "payment"
    if side.dark is not None and side.dark:
        causes["dark_usage"] = side.dark
    if billed is None and side.metered is not None and side.other is None and side.paid is not None:
        billed, billed_by = side.paid, "payment"
        causes = _timing(month, side.paid, {name: each.metered for name, each in by_month.items()}, lag)[0]
        payment = None
    difference = minus(billed, side.metered)
    unexplained = None if difference is None else minus(difference, sum_known(causes.values()))
    if difference is None:
        causes = {}
    if payment is None and billed is None and side.other is None and side.paid_alone is not None:
        payment = PaymentBridge(side.paid_alone, None, {}, None, None)
    return ReconcileLine(
        issuer=vendor,
        label=model.label("vendor", vendor),
        account=number,
        month=month,
        currency=currency,
        metered=side.metered,
        billed=billed,
        billed_by=billed_by,
        other_billed=side.other,
        difference=difference,
        causes=causes,
        unexplained=unexplained,
        payment=payment,
        unpriced_rows=side.unpriced_rows,
        status=_status(difference, unexplained, payment),
        figure=f"/explain?figure=total&period={month}&where=vendor:{vendor}&currency={currency}",
    )


def _payment(month: str, by_month: Mapping[str, _Sides], lag: int | None) -> PaymentBridge | None:
    """The bill beside what was paid in its month; None when nothing that covers it was paid."""
    side = by_month[month]
    if side.paid is None:
        return None
    bills = {name: each.billed for name, each in by_month.items()}
    difference = minus(side.paid, bills[month])
    if difference is None:
        return PaymentBridge(side.paid, None, {}, None, None)
    causes, later = _timing(month, side.paid, bills, lag)
    return PaymentBridge(side.paid, difference, causes, minus(difference, sum_known(causes.values())), later)


def _timing(
    month: str, paid: Decimal, bills: Mapping[str, Decimal | None], lag: int | None
) -> tuple[dict[str, Decimal], int | None]:
    """Causes of paid - bill: another month's bill (as the register declares, or as it fits to the cent), and cents."""
    own = bills.get(month)
    causes: dict[str, Decimal] = {}
    if own is None:
        return causes, None
    fits = [
        later
        for later in (0, *LAGS)
        if (bill := bills.get(month_add(month, -later))) is not None and abs(paid - bill) < CENT
    ]
    later = lag if lag and lag not in fits and not fits else (fits[0] if fits else 0)
    bill = bills.get(month_add(month, -later))
    if bill is None:
        return causes, None
    if later and (shift := minus(bill, own)):
        causes["timing"] = shift
    rest = minus(paid, bill)
    if rest and abs(rest) < CENT:
        causes["rounding"] = rest
    return causes, later


def _status(difference: Decimal | None, unexplained: Decimal | None, payment: PaymentBridge | None) -> str:
    bridges = [(difference, unexplained)]
    if payment is not None:
        bridges.append((payment.difference, payment.unexplained))
    known = [(gap, rest) for gap, rest in bridges if gap is not None and rest is not None]
    if not known:
        return "one-sided"
    if any(abs(rest) >= CENT for _, rest in known):
        return "open"
    return "explained" if any(abs(gap) >= CENT for gap, _ in known) else "ties"


def _urgency(line: ReconcileLine) -> tuple[int, Decimal, str, str, str]:
    open_money = sum_known(
        abs(each) for each in (line.unexplained, line.payment.unexplained if line.payment else None) if each is not None
    )
    order = ("open", "explained", "ties", "one-sided")
    return order.index(line.status), -open_money, line.label.casefold(), line.account, line.month


def _exports(model: ReadModel) -> frozenset[str]:
    """Sources whose charges are a provider's cost export."""
    with model.ledger_session("charge") as session:
        return frozenset(
            row[0] for row in session.rows("SELECT DISTINCT source_name FROM charge WHERE statement = 'cost_export'")
        )


def _invoice_lags(model: ReadModel) -> dict[tuple[str, str], int]:
    """Vendor and account -> months by which its invoice follows, where the register says so."""
    from spendmap.register import open_register
    from spendmap.workspace import Workspace

    with open_register(Workspace.open(model.root)) as register:
        return {
            (vendor.id, account.id): account.invoice_lag_months
            for vendor in register.vendors()
            for account in vendor.accounts
            if account.invoice_lag_months
        }
