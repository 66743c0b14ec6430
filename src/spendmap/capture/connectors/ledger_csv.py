"""Accounts-payable, general-ledger and card exports with any column names: rows of `charge`, statement `payment`.

Reads one delimited file twice (once to decide on dates and decimal sign), in chunks. The supplier is kept as written
but for e-mail addresses; memo and description lose card, bank and telephone numbers too.
Invariant: billed_cost = effective_cost = the amount; list and contracted cost stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import to_ledger
from spendmap.capture.batches import add_raw
from spendmap.capture.connector import Batch, ReadContext, Restates, Setting
from spendmap.capture.currencies import currency_code
from spendmap.capture.dates import month_bounds
from spendmap.capture.ledger_aliases import ALIASES, LABELS
from spendmap.capture.mapped_csv import FILE_SETTINGS, MappedCsv, Row, Understood, whole_number
from spendmap.capture.privacy import mask_emails, mask_tag, mask_text
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.period import month_add

_SIGNS = ("as_is", "invert", "debit_positive")
_COLUMN_SETTINGS = ("date", "supplier", "amount", "department", "reference", "gl_account", "account")


@dataclass(frozen=True)
class LedgerCsvConnector:
    """Reads what finance exports: one row is one posting or card transaction."""

    kind: str = "ledger_csv"
    title: str = "accounts-payable or card export, any columns (CSV)"
    table: str = "charge"
    restates: Restates = "file"
    restates_by: tuple[str, ...] = ()
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
            "as_is: spending is positive; invert: spending is negative; debit_positive: debit less credit",
            default="as_is",
        ),
        Setting("service_month", "column with the month the money is for, where it is not the date's; a column name"),
        Setting("lag_months", "how many months before its date the money is for; whole months", default="0"),
        *FILE_SETTINGS,
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one export to its end.

        Raises:
            SourceUnreadableError: no date, amount or currency can be found, or the dates can be read two ways.
            SettingError: a setting's value is not understood.
        """
        ledger = _Ledger(file, context)
        yield from ledger.csv.batches("charge", ledger.understand, as_written=frozenset({"invoice_issuer_name"}))


class _Ledger:
    """One opened export and what was decided about it."""

    def __init__(self, file: Path, context: ReadContext) -> None:
        settings = context.settings
        self.context = context
        self.sign = settings.get("sign", "as_is")
        if self.sign not in _SIGNS:
            raise SettingError(f"sign {self.sign!r} is not known.", next_step=f"Write one of {', '.join(_SIGNS)}.")
        self.lag = whole_number(settings.get("lag_months", "0"), "lag_months", range(25))
        self.has_memo = settings.get("memo", "") != "none"
        self.csv = self._open(file, settings)
        self.is_pair = self._is_pair(file)
        self.currency = self._currency(file, settings.get("currency", ""))

    def _open(self, file: Path, settings: Mapping[str, str]) -> MappedCsv:
        chosen = {name: settings[name] for name in ALIASES if settings.get(name) and name != "currency"}
        if not self.has_memo:
            chosen.pop("memo", None)
        named = settings.get("currency", "")
        if named and currency_code(named) is None:
            chosen["currency"] = named
        try:
            return MappedCsv(
                file,
                self.context,
                what="an accounts-payable or card export",
                aliases={**ALIASES, **{f"label:{name}": names for name, names in LABELS.items()}},
                required=("date",),
                dates=("date", "service_month"),
                amounts=("amount", "debit", "credit"),
                hidden=("memo",),
                chosen=chosen,
            )
        except SourceUnreadableError as error:
            if "currency" in chosen and f"no column {named!r}" in error.reason:
                raise SettingError(
                    f"currency {named!r} is neither a code of ISO 4217 nor a column of {file.name}.",
                    next_step="Write for example `--set currency=USD`.",
                ) from error
            raise

    def _is_pair(self, file: Path) -> bool:
        columns = self.csv.columns
        has_pair = "debit" in columns or "credit" in columns
        if self.sign == "debit_positive" and not has_pair:
            raise SourceUnreadableError(
                file,
                "sign=debit_positive needs a column of debits or of credits, and there is none.",
                line=1,
                next_step="Name them with `--set debit='...' --set credit='...'`.",
            )
        if "amount" not in columns and not has_pair:
            columns.require("an accounts-payable or card export", {"amount": ALIASES["amount"][:4]})
        return has_pair and (self.sign == "debit_positive" or "amount" not in columns)

    def _currency(self, file: Path, setting: str) -> str | None:
        """The currency of all rows, or `None` when a column gives it row by row."""
        code = currency_code(setting) if setting else None
        if code is not None:
            return code
        if "currency" in self.csv.columns:
            return None
        named = {
            self.csv.columns.stated_currency.get(name) for name in self._amount_fields() if name in self.csv.columns
        }
        if len(named) == 1 and None not in named:
            return named.pop()
        raise SourceUnreadableError(
            file,
            "no column says in which currency the amounts are.",
            line=1,
            next_step="Say it with `--set currency=USD`, or name the column with `--set currency='...'`.",
        )

    def _amount_fields(self) -> tuple[str, ...]:
        return ("debit", "credit") if self.is_pair else ("amount",)

    def understand(self, row: Row) -> Understood:
        """Ledger columns of one posting.

        Raises:
            ValueError: it has no readable date, amount or currency.
        """
        day = self.csv.dates.read(row.needed("date"))
        currency = self._row_currency(row)
        amount = self._amount(row, currency)
        stored = to_ledger(amount)
        start, end = self._charge_period(row, day)
        billing_start, billing_end = month_bounds(f"{day:%Y-%m}")
        person = self.context.hash_principal
        tags = {name: mask_tag(name, text, person) for name in LABELS if (text := row.text(f"label:{name}"))}
        if (start.year, start.month) != (day.year, day.month):
            tags["posting_date"] = f"{day:%Y-%m-%d}"
        memo = mask_text(row.text("memo")) or None if self.has_memo else None
        values = {
            "charge_period_start": start,
            "charge_period_end": end,
            "billing_period_start": billing_start,
            "billing_period_end": billing_end,
            "billing_currency": currency,
            "effective_cost": stored,
            "billed_cost": stored,
            "billing_account_id": row.optional("account"),
            "invoice_issuer_name": mask_emails(supplier) if (supplier := row.as_written("supplier")) else None,
            "invoice_id": row.optional("reference"),
            "department_name": row.optional("department"),
            "gl_account": row.optional("gl_account"),
            "memo": memo,
            "evidence": "invoiced",
            "statement": "payment",
            "tags": list(tags.items()) or None,
        }
        identity = (
            day.isoformat(),
            start.isoformat(),
            currency,
            stored,
            *(values[name] for name in ("billing_account_id", "invoice_issuer_name", "invoice_id")),
            *(values[name] for name in ("department_name", "gl_account", "memo")),
            *sorted(tags.items()),
        )
        for cost in ("effective_cost", "billed_cost"):
            add_raw(self.context, currency, cost, amount)
        return values, identity

    def _row_currency(self, row: Row) -> str:
        written = row.text("currency")
        if self.currency is not None:
            if written and currency_code(written) not in (None, self.currency):
                raise ValueError(f"currency is {written[:20]!r} and --set currency says {self.currency}")
            return self.currency
        code = currency_code(row.needed("currency"))
        if code is None:
            raise ValueError(f"currency {written[:20]!r} is not one of ISO 4217")
        return code

    def _amount(self, row: Row, currency: str) -> Decimal:
        if self.is_pair:
            debit, credit = row.text("debit"), row.text("credit")
            if not debit and not credit:
                raise ValueError("neither debit nor credit is given")
            value = EXACT.subtract(self._side(debit, currency), self._side(credit, currency))
        else:
            value = self.csv.amount(row.needed("amount"), currency)
        return value.copy_negate() if self.sign == "invert" and value else value

    def _side(self, text: str, currency: str) -> Decimal:
        """An empty side of a debit and credit pair is nought: the pair is one figure in two columns."""
        return self.csv.amount(text, currency) if text else Decimal(0)

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
