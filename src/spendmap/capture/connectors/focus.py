"""FOCUS Cost and Usage exports, versions 1.0 to 1.4, from CSV, gzipped CSV or Parquet: rows of `charge`.

Reads one file in chunks, so its size does not matter; sets `format_version` by `focus_columns.focus_version`.
Invariant: every row is an accepted row or a reject with its line; the unrounded sum of each cost is kept per currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spendmap.capture.amounts import plain_decimal, written_amount
from spendmap.capture.connector import Batch, ReadContext, Restates, Setting
from spendmap.capture.dates import date_reader_for
from spendmap.capture.focus_columns import focus_version
from spendmap.capture.focus_rows import FocusRows
from spendmap.capture.focus_source import TextChunk, date_reader_of, open_export
from spendmap.vocabulary.errors import SettingError


@dataclass(frozen=True)
class FocusConnector:
    """Reads provider cost exports. Amounts and dates must be as FOCUS demands unless a setting allows more."""

    kind: str = "focus"
    title: str = "cost exports in FOCUS 1.0 to 1.4 (CSV, CSV.gz, Parquet)"
    table: str = "charge"
    restates: Restates = "day"
    restates_by: tuple[str, ...] = ("billing_account_id", "service_provider_name")
    token_convention: str = ""
    suffixes: tuple[str, ...] = (".csv", ".csv.gz", ".parquet")
    settings: tuple[Setting, ...] = (
        Setting("date_format", "how dates that are not ISO 8601 are written: dd/mm/yyyy, mm/dd/yyyy or a %-pattern"),
        Setting(
            "amounts",
            "plain: as FOCUS demands; spreadsheet: also $1,234.56 and (12.00), plain or spreadsheet",
            default="plain",
        ),
    )

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one export to its end.

        Raises:
            SourceUnreadableError: another dataset of FOCUS, or no FOCUS at all.
            SettingError: a setting's value is not one of those named.
        """
        read_number = _number_reader(context.settings.get("amounts", "plain"))
        dates = date_reader_for(context.settings.get("date_format", ""))
        source = open_export(file)
        context.format_version = focus_version(source.columns.values())
        rows = FocusRows(context, read_number, dates or date_reader_of(source))
        is_empty = True
        for chunk in source.chunks():
            is_empty = False
            yield rows.batch(chunk)
        if is_empty:
            yield rows.batch(TextChunk({}, [], [], []))


def _number_reader(style: str) -> Callable[[str], Decimal]:
    if style == "plain":
        return _plain_only
    if style == "spreadsheet":
        return _plain_or_written
    raise SettingError(f"amounts {style!r} is not known.", next_step="Write `--set amounts=plain` or `spreadsheet`.")


def _plain_or_written(text: str) -> Decimal:
    try:
        return plain_decimal(text)
    except ValueError:
        return written_amount(text, ".")


def _plain_only(text: str) -> Decimal:
    try:
        return plain_decimal(text)
    except ValueError as error:
        try:
            written_amount(text, ".")
        except ValueError:
            raise error from None
        raise ValueError(f"{error}, as FOCUS demands; `--set amounts=spreadsheet` reads it") from error


CONNECTOR = FocusConnector()
