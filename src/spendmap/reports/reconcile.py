"""Reconciliation: what was metered, what was billed and what was paid, per vendor account and month.

Reads the published roll-up; for accounts whose bill is lower than their meter also the priced usage; and the invoice
lags of the register, opened when asked. Writes nothing.
Invariants: difference = sum of the causes + unexplained, exactly, on both bridges; a side that was not captured is
None, and then there is no difference. `metered`, `bill` and `paid` of the lines add up to `totals`, per currency.
Currencies are never compared with each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce

from spendmap.reports.figures import minus, plus, sum_known
from spendmap.reports.filters import ask, read_value
from spendmap.reports.read_model import ReadModel
from spendmap.reports.reconcile_sides import CENT, Sides, add
from spendmap.reports.sql import sql
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.period import month_add

LAGS = (1, 2, 3)  # months by which an invoice may follow the use it is for
CAUSES: dict[str, str] = {
    "dark_usage": "billed usage that no captured telemetry explains",
    "tax": "tax that the account's documents tell beside their net amounts",
    "credits": "tokens bought ahead, less what of them was used",
    "timing": "the payment is for another month's bill",
    "rounding": "the other side is written to the cent",
}
"""Every cause a difference can be given, in words."""
PAYERS = ("card", "bank")
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
    bill, which has no meter. `difference` = billed - metered. `bill`: all that is billed, None where the payment takes
    its place; `paid`: all that is paid of it, a second payment too; `paid_apart`: paid for a product of the vendor that
    this account's bill is not for.
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
    bill: Decimal | None
    paid: Decimal | None
    paid_apart: Decimal | None
    unpriced_rows: int
    status: str
    figure: str


@dataclass(frozen=True)
class ReconcileTotal:
    """What the lines of one currency add up to; None: no line knows that side. No difference: sides may lack."""

    currency: str
    lines: int
    metered: Decimal | None
    bill: Decimal | None
    paid: Decimal | None
    paid_apart: Decimal | None


@dataclass(frozen=True)
class ReconcileReport:
    """All lines of the period, the largest unexplained difference first, and their sums."""

    period: PeriodView | None
    months: list[str]
    causes: dict[str, str]
    by_status: dict[str, int]
    lines: list[ReconcileLine]
    totals: list[ReconcileTotal]
    notes: list[str]


@dataclass
class _Book:
    sides: dict[Account, dict[str, Sides]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Sides)))


def reconcile_report(
    model: ReadModel, *, today: date, period: str | None = None, issuer: Sequence[str] = ()
) -> ReconcileReport:
    """Lines of a period (None: the last full month with figures), of some vendors or all that have AI money.

    Raises:
        UsageError: no such period or vendor.
    """
    if model.is_empty:
        return ReconcileReport(None, [], CAUSES, {}, [], [], ["Nothing is published yet. Run `spendmap run`."])
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
    lines = [line for line in lines if any(side is not None for side in _columns(line))]
    lines.sort(key=_urgency)
    counts = {status: sum(line.status == status for line in lines) for status in STATUSES}
    return ReconcileReport(
        PeriodView.of(question.period),
        months,
        CAUSES,
        {status: count for status, count in counts.items() if count},
        lines,
        _totals(lines),
        [*question.notes, "Usage is priced at contract price; seats at their stated price."],
    )


def _read(model: ReadModel, first: str, last: str) -> _Book:
    exports, payers = _sources(model)
    book = _Book()
    with model.session() as session:
        rows = session.records(sql("reconcile"), {"last": last})
        taxes = session.records(sql("reconcile_tax"), {"last": last})
    for row in rows:
        side = book.sides[row["vendor"], row["vendor_account"] or "", row["currency"]][row["month"]]
        source = row["source_name"]
        add(side, row, is_export=source in exports, is_document=source not in payers)
    for row in taxes:
        months = book.sides.get((row["vendor"], row["vendor_account"] or "", row["currency"]), {})
        if row["month"] in months:
            months[row["month"]].tax = row["tax"]
    with model.ledger_session("allocation", last=last) as session:
        for row in session.records(sql("reconcile_again"), {"last": last}):
            months = book.sides.get((row["vendor"], row["vendor_account"] or "", row["currency"]), {})
            if row["month"] in months:
                side = months[row["month"]]
                side.never_paid, side.of_documents = row["never_paid"], row["of_documents"]
    for months in book.sides.values():
        for side in months.values():
            side.settle()
    scaled = any(side.has_scaled for months in book.sides.values() for month, side in months.items() if first <= month)
    if scaled:
        with model.ledger_session("usage_grouped", "allocation", first=first, last=last) as session:
            for row in session.records(sql("reconcile_metered")):
                side = book.sides[row["vendor"], row["vendor_account"] or "", row["currency"]][row["month"]]
                side.metered = plus(side.metered, row["metered"])
    return book


def _line(
    model: ReadModel, account: Account, month: str, by_month: Mapping[str, Sides], lag: int | None
) -> ReconcileLine:
    vendor, number, currency = account
    side = by_month[month]
    billed, billed_by, causes = side.pool, "bill" if side.pool is not None else None, {}
    payment = _payment(month, by_month, lag)
    if side.seats is not None:
        billed, billed_by = plus(side.seats, plus(billed, side.above_seats)), billed_by or "payment"
    if side.dark is not None and side.dark:
        causes["dark_usage"] = side.dark
    if side.used:
        causes["credits"] = -side.used
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
        bill=None if billed_by == "payment" else plus(billed, side.other),
        paid=payment.paid if payment is not None else billed if billed_by == "payment" else None,
        paid_apart=side.paid_apart,
        unpriced_rows=side.unpriced_rows,
        status=_status(difference, unexplained, payment),
        figure=f"/explain?figure=total&period={month}&where=vendor:{vendor}&currency={currency}",
    )


def _columns(line: ReconcileLine) -> tuple[Decimal | None, ...]:
    """The sides of a line. None is known where a payment stands in the month of the document it is for."""
    return line.metered, line.billed, line.other_billed, line.paid, line.paid_apart


def _totals(lines: Sequence[ReconcileLine]) -> list[ReconcileTotal]:
    found = []
    for currency in sorted({line.currency for line in lines}):
        own = [line for line in lines if line.currency == currency]
        sums = ([getattr(line, name) for line in own] for name in ("metered", "bill", "paid", "paid_apart"))
        found.append(ReconcileTotal(currency, len(own), *(reduce(plus, each, None) for each in sums)))
    return found


def _payment(month: str, by_month: Mapping[str, Sides], lag: int | None) -> PaymentBridge | None:
    """The bill beside what was paid in its month; None when nothing that covers it was paid."""
    side = by_month[month]
    if side.paid is None:
        return None
    bills = {name: each.billed for name, each in by_month.items()}
    difference = minus(side.paid, bills[month])
    if difference is None:
        beside = side.paid_alone if side.billed is None and side.seats is None and not side.families else None
        return PaymentBridge(plus(side.paid, beside) or side.paid, None, {}, None, None)
    ahead = side.bought or Decimal(0)
    tax = _tax(month, side.paid - ahead, by_month, lag)
    causes, later = _timing(month, side.paid - tax - ahead, bills, lag)
    causes = {"tax": tax, **causes} if tax else causes
    causes = {"credits": ahead, **causes} if ahead else causes
    return PaymentBridge(side.paid, difference, causes, minus(difference, sum_known(causes.values())), later)


def _tax(month: str, paid: Decimal, by_month: Mapping[str, Sides], lag: int | None) -> Decimal:
    """What of a payment above its bill is the tax that the bill's documents tell: of its month, or of one before."""
    for later in dict.fromkeys((lag or 0, 0, *LAGS)):
        side = by_month.get(month_add(month, -later))
        bill, tax = (side.billed, side.tax) if side else (None, None)
        if bill is not None and tax and abs(paid - bill - tax) < CENT:
            return tax
    bill, tax = by_month[month].billed, by_month[month].tax
    return min(tax, max(paid - bill, Decimal(0))) if bill is not None and tax and tax > 0 else Decimal(0)


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
    unexplained = (line.unexplained, line.payment.unexplained if line.payment else None)
    open_money = total(abs(each) for each in unexplained if each is not None)
    order = ("open", "explained", "ties", "one-sided")
    return order.index(line.status), -open_money, line.label.casefold(), line.account, line.month


def _sources(model: ReadModel) -> tuple[frozenset[str], frozenset[str]]:
    """Sources whose charges are a provider's cost export, and those that are a card or a bank."""
    with model.ledger_session("charge") as session:
        found = session.rows("SELECT DISTINCT source_name, statement, books FROM charge")
    exports = frozenset(row[0] for row in found if row[1] == "cost_export")
    return exports, frozenset(row[0] for row in found if row[2] in PAYERS)


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
