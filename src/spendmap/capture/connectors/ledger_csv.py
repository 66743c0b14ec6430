"""Accounts-payable, general-ledger and card exports with any column names: rows of `charge`, statement `payment`.

Reads one delimited file in chunks, three times: to decide on dates and decimal sign, to see how it writes purchases,
tax and totals, and to read it. The supplier is kept as written but for e-mail addresses; memo and description lose
card, bank and telephone numbers and keys too. What a line's words say is taken from the text before that.
Invariant: billed_cost = effective_cost = the net amount, positive when money was spent; list and contracted cost stay
unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import to_ledger
from spendmap.capture.batches import Referenced, add_raw
from spendmap.capture.connector import Batch, Extent, ReadContext, Setting
from spendmap.capture.currencies import currency_code
from spendmap.capture.dates import month_bounds
from spendmap.capture.ledger_aliases import ALIASES, LABELS, MONEY, PAYERS, SPARE, payer
from spendmap.capture.ledger_amounts import WHAT, amount_columns
from spendmap.capture.ledger_books import A_TOTAL, books_of
from spendmap.capture.ledger_markers import find_markers
from spendmap.capture.ledger_signs import decide_signs
from spendmap.capture.ledger_survey import survey_of
from spendmap.capture.ledger_tax import holds_tax
from spendmap.capture.line_kinds import Mark, kind_in_words
from spendmap.capture.line_words import LineWords
from spendmap.capture.mapped_csv import FILE_SETTINGS, MappedCsv, Row, Understood, whole_number
from spendmap.capture.privacy import mask_emails, mask_tag, mask_text
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.masking import as_person, pseudonymised, shown
from spendmap.vocabulary.period import month_add

_SIGNS = ("", "as_is", "invert", "debit_positive")
_MAY_BE_TAX = frozenset({"", "purchase", "credit_note", "refund"})
"""Kinds of a whole document, which each of its lines bears, its tax too."""
_COLUMN_SETTINGS = ("date", "supplier", "amount", "department", "reference", "gl_account", "account")


@dataclass(frozen=True)
class LedgerCsvConnector:
    """Reads what finance exports: one row is one posting or card transaction."""

    kind: str = "ledger_csv"
    title: str = "accounts-payable or card export, any columns (CSV)"
    table: str = "charge"
    extent: Extent = "lines"
    account: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".tsv", ".txt")
    settings: tuple[Setting, ...] = (
        Setting("currency", "currency of the amounts; a code of ISO 4217, or the name of a column that holds one"),
        *(
            Setting(name, f"column that holds the {name.replace('_', ' ')}, when its name is unusual; a column name")
            for name in _COLUMN_SETTINGS
        ),
        Setting("memo", "column with the memo, when its name is unusual; a column name, or none to leave memos out"),
        Setting("debit", "column of debits, when debit and credit are two columns; a column name"),
        Setting("credit", "column of credits; a column name"),
        Setting(
            "sign",
            "as_is: spending is positive; invert: spending is negative; debit_positive: debit less credit; needed only "
            "when the file does not show it",
        ),
        Setting(
            "marker",
            "column that says debit or credit or the kind of line, when its name is unusual; a column name, or none",
        ),
        Setting("status", "column that says pending or posted, when its name is unusual; a column name"),
        Setting(
            "tax", "column with the tax on a line, when its name is unusual; a column name, or none to leave it in"
        ),
        Setting("amounts", "net or gross: whether the amounts are without the tax beside them; needed only if unclear"),
        Setting(
            "books",
            "payables (lines are invoices), card or bank (lines are payments); needed only when the header is unclear",
        ),
        Setting("service_month", "column with the month the money is for, where it is not the date's; a column name"),
        Setting("service_period", "column with the days or months the money is for; a column name"),
        Setting("lag_months", "how many months before its date the money is for; whole months", default="0"),
        *FILE_SETTINGS,
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one export to its end.

        Raises:
            SourceUnreadableError: no date, supplier, amount or currency can be found, or the dates, signs or taxes can
                be read two ways.
            SettingError: a setting's value is not understood.
        """
        ledger = _Ledger(file, context)
        yield from ledger.csv.batches("charge", ledger.understand, as_written=frozenset({"invoice_issuer_name"}))


class _Ledger:
    """One opened export and what was decided about it."""

    def __init__(self, file: Path, context: ReadContext) -> None:
        settings = context.settings
        self.context = context
        sign = settings.get("sign", "")
        if sign not in _SIGNS:
            raise SettingError(f"sign {sign!r} is not known.", next_step=f"Write one of {', '.join(_SIGNS[1:])}.")
        self.lag = whole_number(settings.get("lag_months", "0"), "lag_months", range(25))
        self.has_memo = settings.get("memo", "") != "none"
        self.csv = self._open(file, settings)
        columns, header = self.csv.columns, self.csv.source.header
        self._need_supplier(file)
        self.amounts = amount_columns(file, columns, settings)
        self.books = books_of(header, settings.get("books", ""))
        self.markers = find_markers(self.csv.source, columns, settings, self.books)
        self.words = LineWords(columns, self.books, self.csv.dates.order)
        survey = survey_of(self)
        self.totals, self.waiting = survey.totals, survey.waiting
        self.signs = decide_signs(file, survey.signs, "as_is" if sign == "debit_positive" else sign, self.books)
        self.holds_tax = False
        if self.amounts.tax:
            column = header[columns.found["tax"]]
            self.holds_tax = holds_tax(file, survey.tax, self.amounts.holds_tax, column)

    def _open(self, file: Path, settings: Mapping[str, str]) -> MappedCsv:
        chosen = {name: settings[name] for name in ALIASES if settings.get(name) and name != "currency"}
        for name in ("memo", "marker", "tax"):
            if chosen.get(name) == "none":
                chosen.pop(name)
        named = settings.get("currency", "")
        if named and currency_code(named) is None:
            chosen["currency"] = named
        try:
            return MappedCsv(
                file,
                self.context,
                what=WHAT,
                aliases={**ALIASES, **{f"label:{name}": names for name, names in {**LABELS, **PAYERS}.items()}},
                required=("date",),
                dates=("date", "service_month", "service_start", "service_end"),
                amounts=MONEY,
                hidden=("memo", *(f"label:{name}" for name in PAYERS)),
                chosen=chosen,
                own_calendar=True,
                spare=(*SPARE, *(f"label:{name}" for name in PAYERS)),
            )
        except SourceUnreadableError as error:
            if "currency" in chosen and f"no column {named!r}" in error.reason:
                raise SettingError(
                    f"currency {named!r} is neither a code of ISO 4217 nor a column of {file.name}.",
                    next_step="Write for example `--set currency=USD`.",
                ) from error
            raise

    def _need_supplier(self, file: Path) -> None:
        """A ledger that does not say who was paid cannot be read by vendor."""
        columns = self.csv.columns
        if "supplier" not in columns:
            text = columns.header[columns.found["memo"]] if "memo" in columns else "..."
            columns.require(WHAT, {"supplier": ALIASES["supplier"][:4]}, example=text)
        if columns.found.get("memo") == columns.found["supplier"]:
            del columns.found["memo"]

    def understand(self, row: Row) -> Understood:
        """Ledger columns of one posting.

        Raises:
            ValueError: it has no readable date, amount or currency, it is a total, or no money moved.
        """
        if self.totals and tuple(row.fields) in self.totals:
            raise ValueError(A_TOTAL)
        day = self.csv.dates.read(row.needed("date"))
        currency = self.currency_of(row)
        amount, tax, kind = self._amount(row, currency)
        stored = to_ledger(amount)
        start, end = self._charge_period(row, day)
        billing_start, billing_end = month_bounds(f"{day:%Y-%m}")
        person = self.context.hash_principal
        tags = {name: mask_tag(name, text, person) for name in LABELS if (text := row.text(f"label:{name}"))}
        tags |= {name: as_person(payer(text), person) for name in PAYERS if (text := row.text(f"label:{name}"))}
        if (start.year, start.month) != (day.year, day.month):
            tags["posting_date"] = f"{day:%Y-%m-%d}"
        memo, reference = row.text("memo") if self.has_memo else "", row.optional("reference")
        values = {
            "charge_period_start": start,
            "charge_period_end": end,
            "billing_period_start": billing_start,
            "billing_period_end": billing_end,
            "billing_currency": currency,
            "effective_cost": stored,
            "billed_cost": stored,
            "tax_cost": None if tax is None else to_ledger(tax),
            "billing_account_id": row.optional("account"),
            "invoice_issuer_name": mask_emails(supplier) if (supplier := row.as_written("supplier")) else None,
            "invoice_id": pseudonymised(reference, person) if reference else None,
            "department_name": row.optional("department"),
            "gl_account": row.optional("gl_account"),
            "memo": mask_text(memo) or None,
            "books": self.books,
            "line_kind": kind or None,
            "evidence": "invoiced",
            "statement": "payment",
            "tags": list(tags.items()) or None,
            **self.words.columns_of(row, day, person),
        }
        if start.day == 1 and end == month_bounds(f"{start:%Y-%m}")[1] and (row.text("service_month") or self.lag):
            values |= {"service_period_start": start, "service_period_end": end}
        identity: Sequence[object] = (
            day.isoformat(),
            start.isoformat(),
            currency,
            stored,
            *(values[name] for name in ("billing_account_id", "invoice_issuer_name", "invoice_id")),
            *(values[name] for name in ("department_name", "gl_account", "memo")),
            *sorted(tags.items()),
        )
        reference = values["invoice_id"]
        if reference and any(sign.isdigit() for sign in str(reference)):  # "card" or "n/a" names no document
            named = (values[name] for name in ("invoice_id", "invoice_issuer_name", "memo"))
            identity = Referenced((day.isoformat(), currency, stored, *named))
        for cost in ("effective_cost", "billed_cost"):
            add_raw(self.context, currency, cost, amount)
        return values, identity

    def currency_of(self, row: Row) -> str:
        """The currency of the row's amount.

        Raises:
            ValueError: none, or another one than the file's.
        """
        column, of_file = self.amounts.currency_field, self.amounts.currency
        written = row.text(column) if column else ""
        if of_file is not None:
            if written and currency_code(written) not in (None, of_file):
                says = "--set currency" if self.context.settings.get("currency") else "the header"
                raise ValueError(f"currency is {shown(written)} and {says} says {of_file}")
            return of_file
        code = currency_code(row.needed(column))
        if code is None:
            raise ValueError(f"currency {shown(written)} is not one of ISO 4217")
        return code

    def written_amount(self, row: Row, currency: str) -> Decimal:
        """The row's amount as written, tax and sign included.

        Raises:
            ValueError: there is none, or it cannot be read.
        """
        if not self.amounts.is_pair:
            return self.csv.amount(row.needed(self.amounts.field), currency)
        debit, credit = row.text("debit"), row.text("credit")
        if not debit and not credit:
            raise ValueError("neither debit nor credit is given")
        return EXACT.subtract(self._side(debit, currency), self._side(credit, currency))

    def _side(self, text: str, currency: str) -> Decimal:
        """An empty side of a debit and credit pair is nought: the pair is one figure in two columns."""
        return self.csv.amount(text, currency) if text else Decimal(0)

    def _amount(self, row: Row, currency: str) -> tuple[Decimal, Decimal | None, str]:
        """(net amount as spending, tax in the same sign or `None`, kind of line or "")."""
        written, tax = self.written_amount(row, currency), self._tax(row, currency)
        if self.holds_tax and tax is not None:
            written = EXACT.subtract(written, tax.copy_sign(written) if written else tax)
        mark, status = self.markers.mark(row.fields), self.markers.status_of(row.fields)
        if self.amounts.is_pair:
            mark = Mark(kind=mark.kind)  # debit less credit has its sign already
        words = kind_in_words(row.text("supplier"), row.text("memo"), is_card=self.books == "card")
        is_thanked, words = words == "thanked", "settlement" if words == "thanked" else words
        kind = self.signs.kind_of(mark, words, status)
        is_undone = status == "reversal" and not self.waiting[row.text("supplier"), abs(written)]
        if kind == "no_money" or is_undone:
            raise ValueError("its status or type says that no money moved (declined, cancelled or reversed)")
        amount = self.signs.signed(written, mark, kind)
        if is_thanked and kind == "settlement" and amount > 0:  # money went out, to the supplier that is named
            kind = "purchase" if mark.kind else ""
        if not kind and amount < 0 and words:
            kind = words
        if kind in _MAY_BE_TAX and self.words.is_tax(row):
            kind = "tax"
        return amount, None if tax is None else (tax.copy_sign(amount) if amount else tax), kind

    def _tax(self, row: Row, currency: str) -> Decimal | None:
        if self.amounts.tax and row.text("tax"):
            try:
                return self.csv.amount(row.text("tax"), currency)
            except ValueError as error:
                if self.holds_tax:
                    raise ValueError(f"tax: {error}") from error
                return None
        if self.amounts.gross and not self.amounts.tax and row.text("gross"):
            gross = self.csv.amount(row.text("gross"), currency)
            return EXACT.subtract(gross, self.csv.amount(row.needed(self.amounts.field), currency))
        return None

    def _charge_period(self, row: Row, day: datetime) -> tuple[datetime, datetime]:
        """The service month where one is given or a lag is set, else the day itself."""
        month = row.text("service_month")
        if month:
            try:
                return month_bounds(self.csv.dates.month(month))
            except ValueError as error:
                raise ValueError(f"service_month: {error}") from error
        if self.lag:
            return month_bounds(month_add(f"{day:%Y-%m}", -self.lag))
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight, midnight + timedelta(days=1)


CONNECTOR = LedgerCsvConnector()
