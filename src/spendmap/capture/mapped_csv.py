"""Files people export by hand: any column names, either date order, either decimal sign.

Shared by the `*_csv` connectors.
A connector says which fields it wants (aliases) and how one row is understood; this file finds the columns, surveys the
dates and amounts over the whole file, and turns what the connector cannot understand into rejects.
Invariant: rows read = rows + rejects; the order of day and month and the decimal sign are one decision per file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from spendmap.capture.amounts import DecimalSign, DecimalSurvey, amount_reader
from spendmap.capture.batches import Collector
from spendmap.capture.connector import Batch, ReadContext, Setting
from spendmap.capture.currencies import currency_code
from spendmap.capture.dates import DateReader, DateSurvey, date_reader_for
from spendmap.capture.headers import Aliases, Columns
from spendmap.capture.privacy import mask_emails
from spendmap.capture.tabular import TabularFile
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError
from spendmap.vocabulary.evidence import EVIDENCE_GRADES

FILE_SETTINGS: tuple[Setting, ...] = (
    Setting("date_format", "dd/mm/yyyy, mm/dd/yyyy, yyyy-mm-dd or a %-pattern; needed only when the dates can be both"),
    Setting("decimal", "the decimal sign, . or ,; needed only when the amounts can be both"),
    Setting("delimiter", "what separates the fields: , ; | or tab"),
    Setting("encoding", "how the text is stored, such as utf-8 or cp1252"),
    Setting("header_line", "number of the line that holds the column names", default="1"),
)
_DELIMITERS = {",": ",", ";": ";", "|": "|", "\t": "\t", "tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}
Understood = tuple[Mapping[str, Any], Sequence[object]]
"""Ledger columns of a row, and the values its natural key is made of."""


def column_settings(aliases: Aliases, *, without: tuple[str, ...] = ()) -> tuple[Setting, ...]:
    """One setting per field, to name its column when the header calls it something unknown."""
    return tuple(
        Setting(name, f"column that holds it, when it is not called {' or '.join(names[:2])}; a column name")
        for name, names in aliases.items()
        if name not in without
    )


class Row:
    """One row of the file, by field."""

    def __init__(self, columns: Columns, fields: Sequence[str]) -> None:
        self._columns = columns
        self.fields = fields

    def text(self, name: str) -> str:
        """Text of the field without surrounding blanks; empty when there is none."""
        return self._columns.get(self.fields, name)

    def optional(self, name: str) -> str | None:
        """Like `text`, `None` when empty."""
        return self._columns.get(self.fields, name) or None

    def as_written(self, name: str) -> str | None:
        """The field exactly as the file has it; `None` when it is blank."""
        index = self._columns.found.get(name)
        return None if index is None or not self.fields[index].strip() else self.fields[index]

    def needed(self, name: str) -> str:
        """Text of a field that every row must have.

        Raises:
            ValueError: it is empty.
        """
        found = self._columns.get(self.fields, name)
        if not found:
            raise ValueError(f"{name} is missing")
        return found


class MappedCsv:
    """A hand-made export opened for reading.

    Args:
        what: what the file is expected to be, for messages ("a seat list").
        aliases: field -> names its column is known by, best first.
        required: fields without which it is not such a file.
        dates, amounts: fields surveyed for the order of day and month, and for the decimal sign.
        own_calendar: a time with an offset keeps the date it states (books), instead of its UTC date (logs).
        summed: columns of the header that a mapping adds up; surveyed too.
        numbers: fields that hold numbers and no money; surveyed with the amounts, since a file has one decimal sign.
        hidden: fields that are never shown of a refused row (text, persons).
        chosen: field -> column named by the person.
        spare: fields that are left out when their column appears twice.
    Raises:
        SourceUnreadableError: not text, not such a file, or dates that can be read two ways.
        SettingError: a setting's value is not understood.
    """

    def __init__(
        self,
        file: Path,
        context: ReadContext,
        *,
        what: str,
        aliases: Aliases,
        required: Sequence[str],
        dates: Sequence[str],
        amounts: Sequence[str] = (),
        numbers: Sequence[str] = (),
        summed: Sequence[str] = (),
        hidden: Sequence[str] = (),
        chosen: Mapping[str, str] | None = None,
        own_calendar: bool = False,
        spare: Sequence[str] = (),
    ) -> None:
        settings = context.settings
        given_dates = date_reader_for(settings.get("date_format", ""), own_calendar=own_calendar)
        decimal = settings.get("decimal", "")
        if decimal not in ("", ".", ","):
            raise SettingError(f"decimal {decimal!r} is not known.", next_step="Write `--set decimal=.` or `,`.")
        self.file = file
        self._hash = context.hash_principal
        self.source = TabularFile(
            file,
            encoding=_encoding(settings.get("encoding", "")),
            delimiter=_delimiter(settings.get("delimiter", "")),
            header_line=whole_number(settings.get("header_line", "1"), "header_line", range(1, 1_001)),
        )
        if chosen is None:
            chosen = {name: settings[name] for name in aliases if settings.get(name)}
        self.columns = Columns(file, self.source.header, aliases, chosen, amounts, spare)
        self.columns.require(what, {name: aliases[name][:4] for name in required})
        self._kept = frozenset(index for name, index in self.columns.found.items() if name not in hidden)
        counted = [self.columns.found[name] for name in (*amounts, *numbers) if name in self.columns]
        counted += [self.columns.place_of(name) for name in summed]
        date_survey, decimal_survey = self._survey(dates, counted)
        self.dates = given_dates or _decided(file, date_survey, own_calendar=own_calendar)
        self.decimal: DecimalSign = "," if decimal == "," else "." if decimal == "." else decimal_survey.decided
        self.amount: Callable[[str, str | None], Decimal] = amount_reader(decimal_survey, decimal)

    def _survey(self, dates: Sequence[str], amount_columns: Sequence[int]) -> tuple[DateSurvey, DecimalSurvey]:
        date_survey, decimal_survey = DateSurvey(), DecimalSurvey()
        date_columns = [self.columns.found[name] for name in dates if name in self.columns]
        for chunk in self.source.chunks() if date_columns or amount_columns else ():
            for fields in chunk.rows:
                for index in date_columns:
                    date_survey.see(fields[index])
                for index in amount_columns:
                    decimal_survey.see(fields[index])
        return date_survey, decimal_survey

    def batches(
        self, table: str, understand: Callable[[Row], Understood], *, as_written: frozenset[str] = frozenset()
    ) -> Iterator[Batch]:
        """The file's rows as batches of `table`; a `ValueError` of `understand` is the reason a row is refused.

        E-mail addresses become keyed hashes in every text but the columns `as_written`.
        """
        collector = Collector(table, self.source.header, self._kept)
        is_empty = True
        for chunk in self.source.chunks():
            is_empty = False
            for line, offset, fields in zip(chunk.lines, chunk.offsets, chunk.rows, strict=True):
                try:
                    values, identity = understand(Row(self.columns, fields))
                except ValueError as error:
                    collector.refuse(line, offset, fields, str(error))
                else:
                    collector.add(line, self._without_emails(values, as_written), identity)
            yield collector.hand_over(chunk)
        if is_empty:
            yield collector.hand_over()

    def _without_emails(self, values: Mapping[str, Any], as_written: frozenset[str]) -> dict[str, Any]:
        return {
            name: mask_emails(value, self._hash)
            if isinstance(value, str) and "@" in value and name not in as_written
            else value
            for name, value in values.items()
        }


def whole_number(text: str, name: str, allowed: range) -> int:
    """A setting that is a whole number.

    Raises:
        SettingError: another text, or out of range.
    """
    try:
        value = int(text)
    except ValueError:
        value = allowed.start - 1
    if value not in allowed:
        raise SettingError(
            f"{name} {text!r} is not a whole number from {allowed.start} to {allowed.stop - 1}.",
            next_step=f"Write for example `--set {name}={allowed.start}`.",
        )
    return value


def _decided(file: Path, survey: DateSurvey, *, own_calendar: bool = False) -> DateReader:
    decision = survey.decision
    if decision in ("ambiguous", "mixed"):
        raise SourceUnreadableError(
            file,
            "its dates can be day/month or month/day, and nothing in the file says which."
            if decision == "ambiguous"
            else "some of its dates can only be day/month and some only month/day.",
            next_step="Say which with `--set date_format=dd/mm/yyyy` or `--set date_format=mm/dd/yyyy`.",
        )
    return DateReader("mdy" if decision == "mdy" else "dmy", own_calendar=own_calendar)


def _delimiter(text: str) -> str | None:
    if not text:
        return None
    found = _DELIMITERS.get(text.lower())
    if found is None:
        raise SettingError(f"delimiter {text!r} is not known.", next_step="Write , ; | or tab.")
    return found


def _encoding(name: str) -> str | None:
    if not name:
        return None
    try:
        is_usable = "\n;A".encode(name) == b"\n;A" and b"A".decode(name) == "A"
        codecs.lookup(name)
    except (LookupError, UnicodeError):
        is_usable = False
    if not is_usable:
        raise SettingError(
            f"encoding {name!r} is not one that is read.",
            next_step="Write utf-8, cp1252, latin-1 or another that keeps ASCII; else save the file as UTF-8.",
        )
    return "utf-8" if name.lower().replace("_", "-") == "utf-8-sig" else name


def given_currency(context: ReadContext) -> str | None:
    """The currency of `--set currency=`, `None` when it is not given.

    Raises:
        SettingError: it is not a code of ISO 4217.
    """
    text = context.settings.get("currency", "")
    code = currency_code(text) if text else None
    if text and code is None:
        raise SettingError(
            f"currency {text!r} is not a code of ISO 4217.", next_step="Write for example `--set currency=USD`."
        )
    return code


def given_evidence(context: ReadContext) -> str | None:
    """The evidence grade of `--set evidence=`, `None` when it is not given.

    Raises:
        SettingError: it is no evidence grade.
    """
    text = context.settings.get("evidence", "").strip().lower()
    if text and text not in EVIDENCE_GRADES:
        raise SettingError(
            f"evidence {text!r} is not a grade.", next_step=f"Write one of {', '.join(EVIDENCE_GRADES)}."
        )
    return text or None
