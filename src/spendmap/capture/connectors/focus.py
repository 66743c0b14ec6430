"""FOCUS Cost and Usage exports, versions 1.0 to 1.4, from CSV, gzipped CSV or Parquet: rows of `charge`.

Reads one file in chunks, so its size does not matter; sets `format_version` by `focus_columns.focus_version`.
Invariant: every row is an accepted row or a reject with its line; the unrounded sum of each cost is kept per currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import DecimalSign, plain_decimal, written_amount
from spendmap.capture.connector import Batch, Extent, ReadContext, Setting
from spendmap.capture.dates import date_reader_for
from spendmap.capture.focus_columns import IDENTITY, focus_version
from spendmap.capture.focus_rows import FocusRows
from spendmap.capture.focus_source import (
    CsvExport,
    ParquetExport,
    TextChunk,
    date_reader_of,
    decimal_sign_of,
    open_export,
)
from spendmap.vocabulary.errors import SettingError


@dataclass(frozen=True)
class FocusConnector:
    """Reads provider cost exports. Amounts and dates must be as FOCUS demands unless a setting allows more."""

    kind: str = "focus"
    title: str = "cost exports in FOCUS 1.0 to 1.4 (CSV, CSV.gz, Parquet)"
    table: str = "charge"
    extent: Extent = "period"
    account: tuple[str, ...] = ("billing_account_id",)
    identity: tuple[str, ...] = IDENTITY
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".parquet")
    settings: tuple[Setting, ...] = (
        Setting("date_format", "how dates that are not ISO 8601 are written: dd/mm/yyyy, mm/dd/yyyy or a %-pattern"),
        Setting(
            "amounts",
            "plain: as FOCUS demands; spreadsheet: also $1,234.56 and (12.00), in all numbers; plain or spreadsheet",
            default="plain",
        ),
        Setting("decimal", "the decimal sign of all costs and quantities, when it is not a point; . or ,"),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one export to its end.

        Raises:
            SourceUnreadableError: another dataset of FOCUS, or no FOCUS at all.
            SettingError: a setting's value is not one of those named.
        """
        style, given = context.settings.get("amounts", "plain"), context.settings.get("decimal", "")
        _check(style, given)
        dates = date_reader_for(context.settings.get("date_format", ""))
        source = open_export(file)
        context.format_version = focus_version(source.columns.values())
        decimal = _sign(source, style, given)
        rows = FocusRows(context, _number_reader(style, decimal), dates or date_reader_of(source), decimal)
        is_empty = True
        for chunk in source.chunks():
            is_empty = False
            yield rows.batch(chunk)
        if is_empty:
            yield rows.batch(TextChunk({}, [], [], []))


def _check(style: str, decimal: str) -> None:
    if style not in ("plain", "spreadsheet"):
        raise SettingError(
            f"amounts {style!r} is not known.", next_step="Write `--set amounts=plain` or `spreadsheet`."
        )
    if decimal not in ("", ".", ","):
        raise SettingError(f"decimal {decimal!r} is not known.", next_step="Write `--set decimal=.` or `,`.")


def _sign(source: CsvExport | ParquetExport, style: str, given: str) -> DecimalSign:
    """The file's decimal sign.

    Raises:
        SettingError: a comma is given for columns that hold numbers and no text.
    """
    if given == "," and source.typed_numbers:
        raise SettingError(
            f"decimal ',' says nothing of {', '.join(source.typed_numbers)}, which hold numbers and no text.",
            next_step="Leave `decimal` out for this Parquet file.",
        )
    if given:
        return "," if given == "," else "."
    return "." if style == "plain" or source.typed_numbers else decimal_sign_of(source)


def _number_reader(style: str, decimal: DecimalSign) -> Callable[[str], Decimal]:
    if decimal == ",":
        return _written_with_comma
    return _plain_only if style == "plain" else _plain_or_written


def _written_with_comma(text: str) -> Decimal:
    return written_amount(text, ",")


def _plain_or_written(text: str) -> Decimal:
    try:
        return plain_decimal(text)
    except ValueError:
        return written_amount(text, ".")


_READ_BY: tuple[tuple[DecimalSign, str], ...] = ((".", "amounts=spreadsheet"), (",", "decimal=,"))


def _plain_only(text: str) -> Decimal:
    try:
        return plain_decimal(text)
    except ValueError as error:
        for sign, setting in _READ_BY:
            try:
                written_amount(text, sign)
            except ValueError:
                continue
            raise ValueError(f"{error}, as FOCUS demands; `--set {setting}` reads it") from error
        raise


CONNECTOR = FocusConnector()
