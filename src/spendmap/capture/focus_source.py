"""FOCUS exports opened: which columns a CSV or Parquet file has, and its rows as columns of text, chunk by chunk.

Reads one file; refuses what is not the Cost and Usage dataset. Says nothing of what the texts mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.capture.amounts import DecimalSign, DecimalSurvey
from spendmap.capture.connector import Reject
from spendmap.capture.dates import DateReader, DateSurvey
from spendmap.capture.focus_columns import COSTS, KNOWN, QUANTITIES, READ, TIMES, other_dataset
from spendmap.capture.headers import plain, shown
from spendmap.capture.tabular import CHUNK_ROWS, TabularFile, refusing_damage
from spendmap.capture.text_columns import ArrowColumn
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.limits import COLUMN_LIMIT, FOOTER_LIMIT, ROW_GROUP_LIMIT, size_text

_PARQUET_MAGIC = b"PAR1"
_PEEK_ROWS = 500  # rows that show whether a file's dates are ISO 8601
_CANONICAL = {plain(name): name for name in KNOWN}
_READ = frozenset(READ)
NUMBERS = (*COSTS, *QUANTITIES)


@dataclass(frozen=True)
class TextChunk:
    """Some rows of an export: FOCUS column -> Arrow text array, and where each row stands in the file."""

    texts: dict[str, ArrowColumn]
    lines: Sequence[int]
    offsets: Sequence[int | None]
    rejects: list[Reject]


class CsvExport:
    """Columns of a delimited export as text."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.source = TabularFile(file, encoding="utf-8")
        self.columns = _recognised(file, self.source.header)
        self.typed_numbers: tuple[str, ...] = ()

    def chunks(self, size: int | None = None) -> Iterator[TextChunk]:
        """Its rows from the start, `size` at a time."""
        wanted = {index: name for index, name in self.columns.items() if name in _READ}
        if size is not None:
            for chunk in self.source.chunks(size):
                by_column = list(zip(*chunk.rows, strict=True)) or [()] * len(self.source.header)
                texts = {name: pa.array(by_column[index], pa.string()) for index, name in wanted.items()}
                yield TextChunk(texts, chunk.lines, chunk.offsets, chunk.rejects)
            return
        for found in self.source.column_chunks(list(wanted)):
            texts = dict(zip(wanted.values(), found.columns, strict=True))
            yield TextChunk(texts, found.lines, found.offsets, found.rejects)


class ParquetExport:
    """Columns of a Parquet export as text; a row's line is its 1-based number."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            with refusing_damage(file):
                _check_footer(file)
                self.parquet = pq.ParquetFile(file)
        except pa.ArrowException as error:
            raise _damaged_parquet(file, error) from error
        _check_width(file, len(self.parquet.schema_arrow.names))
        self.columns = _recognised(file, self.parquet.schema_arrow.names)
        self._check_row_groups()
        types = self.parquet.schema_arrow.types
        self.typed_numbers = tuple(
            name for index, name in self.columns.items() if name in NUMBERS and not _is_text(types[index])
        )

    def chunks(self, size: int | None = None) -> Iterator[TextChunk]:
        """Its rows from the start, `size` at a time."""
        wanted = {self.parquet.schema_arrow.names[i]: name for i, name in self.columns.items() if name in _READ}
        before = 0
        try:
            with refusing_damage(self.file):
                for rows in self.parquet.iter_batches(batch_size=size or CHUNK_ROWS, columns=list(wanted)):
                    texts = {name: _as_text(rows.column(stored)) for stored, name in wanted.items()}
                    yield TextChunk(texts, range(before + 1, before + len(rows) + 1), [None] * len(rows), [])
                    before += len(rows)
                if size is None and before != self.parquet.metadata.num_rows:
                    raise pa.ArrowInvalid(f"it says {self.parquet.metadata.num_rows:,} rows and holds {before:,}")
        except pa.ArrowException as error:
            raise _damaged_parquet(self.file, error) from error

    def _check_row_groups(self) -> None:
        """Refuse a row group that is too large to be held.

        Raises:
            SourceUnreadableError: the columns that are read unpack to more than `ROW_GROUP_LIMIT`.
        """
        names = self.parquet.schema_arrow.names
        wanted = {names[index] for index, name in self.columns.items() if name in _READ}
        about = self.parquet.metadata
        for number in range(about.num_row_groups):
            group = about.row_group(number)
            columns = [group.column(place) for place in range(group.num_columns)]
            size = sum(each.total_uncompressed_size for each in columns if each.path_in_schema.split(".")[0] in wanted)
            if size > ROW_GROUP_LIMIT:
                raise SourceUnreadableError(
                    self.file,
                    f"its row group {number + 1} unpacks to {size_text(size)}; at most {size_text(ROW_GROUP_LIMIT)} "
                    "are read at once.",
                    next_step="Write it again with smaller row groups, or as CSV.",
                )


def _check_footer(file: Path) -> None:
    """Refuse a Parquet file whose description is too large, before it is read.

    Raises:
        SourceUnreadableError: the footer claims more than `FOOTER_LIMIT`.
    """
    with file.open("rb") as stream:
        if stream.seek(0, 2) < 12:
            return  # Arrow says what is wrong with it
        stream.seek(-8, 2)
        claimed = int.from_bytes(stream.read(4), "little")
    if claimed > FOOTER_LIMIT:
        raise SourceUnreadableError(
            file,
            f"its footer is {size_text(claimed)} long; at most {size_text(FOOTER_LIMIT)} are read.",
            next_step="Fetch the file again; if it is whole, write it as several files.",
        )


def _check_width(file: Path, width: int) -> None:
    if width > COLUMN_LIMIT:
        raise SourceUnreadableError(
            file,
            f"it has {width:,} columns; at most {COLUMN_LIMIT:,} are read.",
            next_step="Export it with fewer columns.",
        )


def open_export(file: Path) -> CsvExport | ParquetExport:
    """The export, by its first bytes.

    Raises:
        SourceUnreadableError: not FOCUS Cost and Usage, not text, or damaged.
    """
    with refusing_damage(file), file.open("rb") as stream:
        is_parquet = stream.read(4) == _PARQUET_MAGIC
    return ParquetExport(file) if is_parquet else CsvExport(file)


def _recognised(file: Path, header: Sequence[str]) -> dict[int, str]:
    """Position -> FOCUS column of the columns this project knows.

    Raises:
        SourceUnreadableError: not Cost and Usage, or a column that is read appears twice.
    """
    found: dict[int, str] = {}
    for index, name in enumerate(header):
        known = _CANONICAL.get(plain(name))
        if known is None:
            continue
        if known in found.values() and known in _READ:
            raise SourceUnreadableError(
                file,
                f"the column {known} appears twice, so it is not clear which counts.",
                line=1,
                next_step="Export the file again without the copy.",
            )
        found[index] = known
    names = set(found.values())
    dataset = other_dataset(names)
    if dataset is not None:
        raise SourceUnreadableError(
            file,
            f"this is the FOCUS dataset {dataset}, which holds no charges; --as focus reads Cost and Usage.",
            line=1,
            next_step="Capture the Cost and Usage export of the same period.",
        )
    missing = [name for name in ("BilledCost", "BillingCurrency") if name not in names]
    if not names & {"ChargePeriodStart", "BillingPeriodStart"}:
        missing.append("ChargePeriodStart")
    if missing:
        raise SourceUnreadableError(
            file,
            f"this is not FOCUS Cost and Usage: it lacks {', '.join(missing)}. The header reads: {shown(header)}.",
            line=1,
            next_step="Is it another format? `spendmap capture --help` lists what --as reads.",
        )
    return found


def date_reader_of(source: CsvExport | ParquetExport) -> DateReader:
    """A reader for the file's dates. Only a file whose first rows hold other than ISO dates is surveyed to its end.

    Raises:
        SourceUnreadableError: day and month cannot be told apart.
    """
    survey = DateSurvey()
    _see_dates(survey, next(source.chunks(_PEEK_ROWS), None))
    if survey.decision == "free":
        return DateReader()
    for chunk in source.chunks():
        _see_dates(survey, chunk)
    decision = survey.decision
    if decision in ("ambiguous", "mixed"):
        raise SourceUnreadableError(
            source.file,
            "its dates can be day/month or month/day."
            if decision == "ambiguous"
            else "some of its dates are day/month and some month/day.",
            next_step="Say which with `--set date_format=dd/mm/yyyy` or `--set date_format=mm/dd/yyyy`.",
        )
    return DateReader("mdy" if decision == "mdy" else "dmy")


def decimal_sign_of(source: CsvExport | ParquetExport) -> DecimalSign:
    """The decimal sign of a file whose numbers come from a spreadsheet, by all of its costs and quantities.

    What can be read both ways is read with a point, as FOCUS demands.
    """
    survey = DecimalSurvey()
    for chunk in source.chunks():
        for name in NUMBERS:
            for text in chunk.texts[name].unique().to_pylist() if name in chunk.texts else ():
                survey.see(text or "")
    return survey.decided


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _see_dates(survey: DateSurvey, chunk: TextChunk | None) -> None:
    texts = chunk.texts if chunk else {}
    for name in TIMES:
        see = survey.see_month_start if name.startswith("Billing") else survey.see
        for text in texts[name].unique().to_pylist() if name in texts else ():
            see(text or "")


def _as_text(column: ArrowColumn) -> ArrowColumn:
    """A Parquet column as the text a CSV would hold, without losing a digit or an instant."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.timestamp("us")).cast(pa.string())
    if pa.types.is_nested(kind):
        return pa.array([_json_text(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _json_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(item, tuple) for item in value):  # an Arrow map
        value = dict(value)
    return json.dumps(value, default=str)


def _damaged_parquet(file: Path, error: Exception) -> SourceUnreadableError:
    return SourceUnreadableError(
        file, f"it is not a readable Parquet file ({str(error)[:200]}).", next_step="Fetch the file again."
    )
