"""One look over a whole ledger before it is read: which way its purchases are written, its tax, its rows of totals.

Reads the file once through what the connector knows of it; writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from spendmap.capture.ledger_amounts import AmountColumns
from spendmap.capture.ledger_books import is_balance, is_total
from spendmap.capture.ledger_markers import Markers
from spendmap.capture.ledger_signs import SignSurvey
from spendmap.capture.ledger_tax import TaxSurvey
from spendmap.capture.line_kinds import REDUCING, Mark, kind_in_words
from spendmap.capture.mapped_csv import MappedCsv, Row
from spendmap.vocabulary.exact import EXACT

Fields = tuple[str, ...]


class Lines(Protocol):
    """What the survey needs to know of a ledger."""

    csv: MappedCsv
    amounts: AmountColumns
    markers: Markers
    books: str | None

    def currency_of(self, row: Row) -> str:
        """The row's currency."""
        ...

    def written_amount(self, row: Row, currency: str) -> Decimal:
        """The row's amount as written."""
        ...


@dataclass
class Survey:
    """What was seen. `totals` are the rows, by their fields, that are totals or balances."""

    signs: SignSurvey = field(default_factory=SignSurvey)
    tax: TaxSurvey = field(default_factory=TaxSurvey)
    totals: set[Fields] = field(default_factory=set)
    waiting: Counter[tuple[str, Decimal]] = field(default_factory=Counter)
    """(supplier, amount without its sign) of the lines that a reversal can undo, where a column says status."""


def survey_of(ledger: Lines) -> Survey:
    """Look over the file. Rows that cannot be read say nothing here; they are refused when they are read."""
    found = Survey()
    watch = _Totals(ledger, found.totals)
    for fields in _rows(ledger.csv):
        row = Row(ledger.csv.columns, fields)
        try:
            currency = ledger.currency_of(row)
            amount = ledger.written_amount(row, currency)
            mark = ledger.markers.mark(fields)
            if ledger.amounts.is_pair:
                mark = Mark("credit" if amount < 0 else "debit", mark.kind)
        except ValueError:
            watch.see(row, None, Decimal(0))
            continue
        is_reducing = mark.kind in REDUCING or mark.side == "credit"
        if watch.see(row, amount, -abs(amount) if is_reducing else amount):
            continue
        status = ledger.markers.status_of(fields)
        if status == "no_money":
            continue
        if ledger.markers.status is not None and not status.startswith("reversal"):
            found.waiting[row.text("supplier"), abs(amount)] += 1
        words = kind_in_words(row.text("supplier"), row.text("memo"), is_card=ledger.books == "card")
        found.signs.see(amount, currency, mark, words)
        _see_tax(ledger, found.tax, row, amount, currency)
    watch.end()
    return found


def _rows(csv: MappedCsv) -> Iterator[Sequence[str]]:
    for chunk in csv.source.chunks():
        yield from chunk.rows


def _see_tax(ledger: Lines, survey: TaxSurvey, row: Row, amount: Decimal, currency: str) -> None:
    if not ledger.amounts.tax or not row.text("tax"):
        return
    try:
        tax = ledger.csv.amount(row.text("tax"), currency)
        gross = row.text("gross") if ledger.amounts.gross else ""
        survey.see(amount, tax, currency, ledger.csv.amount(gross, currency) if gross else None)
    except ValueError:
        survey.unreadable += 1


class _Totals:
    """Finds the rows that are totals: named so and without a date, or with one and equal to what stands above."""

    def __init__(self, ledger: Lines, totals: set[Fields]) -> None:
        self._read_date: Callable[[str], object] = ledger.csv.dates.read
        self._totals = totals
        self._sums = [Decimal(0), Decimal(0)]  # of all lines so far, as written and as spending
        self._since = [Decimal(0), Decimal(0)]  # since the last total
        self._trailing: list[Fields] = []  # rows named a total that nothing has followed yet
        self._filled = 0  # cells filled in the fullest line

    def see(self, row: Row, amount: Decimal | None, signed: Decimal) -> bool:
        """Take a row into account: is it a total?"""
        cells = [row.text(name) for name in ("date", "supplier", "memo", "reference")]
        cells.append(next((cell for cell in row.fields if cell.strip()), ""))
        fields = tuple(row.fields)
        has_date = self._has_date(cells[0])
        if is_balance(cells) or (not has_date and is_total(cells, or_begins=True)):
            self._totals.add(fields)
            self._since = [Decimal(0), Decimal(0)]
            return True
        if is_total(cells):
            if amount is not None and amount in (*self._sums, *self._since) and any(self._sums):
                self._totals.add(fields)
                self._since = [Decimal(0), Decimal(0)]
                return True
            self._trailing.append(fields)
            return False
        self._trailing.clear()
        self._filled = max(self._filled, sum(1 for cell in fields if cell.strip()))
        if amount is not None:
            for sums in (self._sums, self._since):
                sums[0], sums[1] = EXACT.add(sums[0], amount), EXACT.add(sums[1], signed)
        return False

    def _has_date(self, text: str) -> bool:
        try:
            return bool(text) and bool(self._read_date(text))
        except ValueError:
            return False

    def end(self) -> None:
        """Rows named a total at the very end, emptier than the lines, are totals whatever they add up to."""
        for fields in self._trailing:
            if sum(1 for cell in fields if cell.strip()) < self._filled:
                self._totals.add(fields)
