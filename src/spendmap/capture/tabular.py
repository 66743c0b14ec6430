"""Delimited text as records: which physical line each starts on, and what is wrong with those that cannot be split.

Reads a file (gzip or not) through `lines.iter_lines`; knows nothing of columns' meaning.
Invariant: every record that is not blank is either a row of exactly as many fields as the header, or one `Reject`.
A stray quote costs its own line only: reading goes on at the line after it.
"""

from __future__ import annotations

import codecs
import csv
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from spendmap.capture.connector import Reject
from spendmap.capture.cursor import Cursor
from spendmap.capture.lines import Line, iter_lines, open_bytes
from spendmap.capture.plain_blocks import plain_columns
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.limits import CELL_LIMIT, COLUMN_LIMIT

CHUNK_ROWS = 20_000  # records held at a time
BLOCK_BYTES = 8 * 1024 * 1024  # of text split into columns at a time
RECORD_LIMIT = 1024 * 1024  # bytes of one record that spans several lines; more is a quote that was never closed
DELIMITERS = (",", ";", "\t", "|")
_PROBE_BYTES = 1024 * 1024
_FOREIGN = {
    b"PK\x03\x04": ("a zip archive or an Excel workbook", "Save the sheet as `CSV UTF-8` and capture that file."),
    b"%PDF": ("a PDF document", "Export the rows as CSV and capture that file."),
    b"\xff\xfe": ("UTF-16 text", "Save it as `CSV UTF-8` and capture that file."),
    b"\xfe\xff": ("UTF-16 text", "Save it as `CSV UTF-8` and capture that file."),
}


_Record = tuple[int, int, list[str], int]
"""First line, its byte offset, fields, last line."""


class _RecordTooLongError(Exception):
    """Inner signal: the record under way passed RECORD_LIMIT."""


@dataclass
class Chunk:
    """Records read since the last chunk.

    `rows[i]` starts on the 1-based physical line `lines[i]`, `offsets[i]` bytes into the (uncompressed) file.
    """

    lines: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.rejects)

    def add(self, item: Reject | _Record) -> None:
        """One more record, or why it is none."""
        if isinstance(item, Reject):
            self.rejects.append(item)
        else:
            self.lines.append(item[0])
            self.offsets.append(item[1])
            self.rows.append(item[2])


@dataclass(frozen=True)
class ColumnChunk:
    """Records read since the last chunk, as one Arrow text array per wanted column."""

    columns: list[Any]
    lines: Sequence[int]
    offsets: Sequence[int]
    rejects: list[Reject]


@contextmanager
def refusing_damage(file: Path) -> Iterator[None]:
    """Turn a file that cannot be opened or unpacked to its end into `SourceUnreadableError`."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise SourceUnreadableError(
            file, f"it cannot be read to its end ({error}).", next_step="Fetch the file again."
        ) from error


def detect_encoding(file: Path) -> str:
    """`utf-8` when all of the file is, else `cp1252` (what spreadsheets on Windows write)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with refusing_damage(file), open_bytes(file) as stream:
        while block := stream.read(_PROBE_BYTES):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return "cp1252"
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


class TabularFile:
    """A delimited text file with a header record.

    `chunks()` reads the rows from the start each time it is called, so a column can be surveyed before it is read.

    Args:
        encoding: name of a text encoding, or `None` to tell UTF-8 from cp1252 by the file's bytes.
        delimiter: one character, or `None` to take the one that splits the header best.
        header_line: 1-based line on which to look for the header; lines before it are not rows.
    Raises:
        SourceUnreadableError: empty, not text, or damaged.
    """

    def __init__(
        self, file: Path, *, encoding: str | None = None, delimiter: str | None = None, header_line: int = 1
    ) -> None:
        self.file = file
        self._first_line = header_line
        self._refuse_foreign()
        self.encoding = encoding or detect_encoding(file)
        self.delimiter = delimiter or self._detect_delimiter()
        csv.field_size_limit(CELL_LIMIT)  # of the process; a log read before may have said another
        self.header, self._header_ends = self._read_header()
        if len(self.header) > COLUMN_LIMIT:
            raise SourceUnreadableError(
                file,
                f"its header has {len(self.header):,} columns; at most {COLUMN_LIMIT:,} are read.",
                line=self._header_ends,
                next_step="Export it with fewer columns.",
            )

    def chunks(self, size: int | None = None) -> Iterator[Chunk]:
        """The rows after the header, `size` (by default CHUNK_ROWS) records at a time; blank records are not rows."""
        limit = size or CHUNK_ROWS
        chunk = Chunk()
        for item in self._records(after=self._header_ends, width=len(self.header)):
            chunk.add(item)
            if len(chunk) >= limit:
                yield chunk
                chunk = Chunk()
        if len(chunk):
            yield chunk

    def column_chunks(self, wanted: Sequence[int]) -> Iterator[ColumnChunk]:
        """The same rows and rejects as `chunks()`, as text columns at the positions `wanted`; UTF-8 files only.

        Blocks without anything unusual are split by Arrow, in a fraction of the time; the others record by record.
        """
        width = len(self.header)
        with refusing_damage(self.file), open_bytes(self.file) as stream:
            cursor = Cursor(stream)
            feed = _Feed(cursor.lines(), self.encoding)
            while cursor.line <= self._header_ends:
                next(cursor.lines())
            while not cursor.is_at_end:
                block = cursor.block(BLOCK_BYTES)
                columns = plain_columns(block, delimiter=self.delimiter, width=width, wanted=wanted) if block else None
                if columns is not None:
                    rows = len(columns[0])
                    lines = range(cursor.line, cursor.line + rows)
                    offsets = _line_offsets(block, cursor.offset)
                    cursor.take(block, rows)
                    yield ColumnChunk(columns, lines, offsets, [])
                    continue
                chunk = Chunk()
                for item in self._split(feed, width, _Past(cursor, cursor.offset + max(len(block), 1))):
                    chunk.add(item)
                if len(chunk):
                    by_column = list(zip(*chunk.rows, strict=True)) or [()] * width
                    texts = [pa.array(by_column[i], pa.string()) for i in wanted]
                    yield ColumnChunk(texts, chunk.lines, chunk.offsets, chunk.rejects)

    def _refuse_foreign(self) -> None:
        with refusing_damage(self.file), open_bytes(self.file) as stream:
            start = stream.read(4)
        if not start:
            raise SourceUnreadableError(self.file, "the file is empty.", next_step="Export it again.")
        for magic, (what, next_step) in _FOREIGN.items():
            if start.startswith(magic):
                raise SourceUnreadableError(self.file, f"this is {what}, not delimited text.", next_step=next_step)

    def _detect_delimiter(self) -> str:
        with refusing_damage(self.file):
            for line in iter_lines(self.file):
                if line.number < self._first_line or (line.data is not None and not line.data.strip(b"\r\n\t ,;|")):
                    continue
                text = (line.data or b"").decode(self.encoding, errors="replace")
                counts = {mark: _field_count(text, mark) for mark in DELIMITERS}
                return max(DELIMITERS, key=lambda mark: counts[mark])
        return ","

    def _read_header(self) -> tuple[tuple[str, ...], int]:
        for item in self._records(after=self._first_line - 1, width=None):
            if isinstance(item, Reject):
                raise SourceUnreadableError(
                    self.file,
                    f"the header cannot be read: {item.reason}.",
                    line=item.line,
                    next_step="Is it delimited text with column names in its first line?",
                )
            first, _, fields, last = item
            if any(not character.isprintable() and character not in "\n\t" for name in fields for character in name):
                raise SourceUnreadableError(
                    self.file,
                    "the header holds control characters, so this is not delimited text.",
                    line=first,
                    next_step="Export it as CSV.",
                )
            return tuple(name.strip() for name in fields), last
        raise SourceUnreadableError(self.file, "the file holds no header.", next_step="Export it again.")

    def _records(self, *, after: int, width: int | None) -> Iterator[Reject | _Record]:
        """Each record after line `after`, or why it is none."""
        with refusing_damage(self.file):
            later = (line for line in iter_lines(self.file) if line.number > after)
            yield from self._split(_Feed(later, self.encoding), width)

    def _split(
        self, feed: _Feed, width: int | None, is_enough: Callable[[], bool] = lambda: False
    ) -> Iterator[Reject | _Record]:
        """Records of a feed of lines, until it ends or, with no line given back, there are enough."""
        taken = feed.taken
        while True:
            reader = csv.reader(feed, delimiter=self.delimiter, strict=True)
            while True:
                taken.clear()
                if is_enough() and feed.is_idle:
                    return
                try:
                    fields = next(reader)
                except StopIteration:
                    if feed.refused is None:
                        return
                    yield feed.refuse()
                    break
                except csv.Error as error:
                    yield feed.give_back(_csv_reason(str(error)))
                    break
                except _RecordTooLongError:
                    yield feed.give_back(f"a quote is opened and not closed within {RECORD_LIMIT:,} bytes")
                    break
                if not fields or not (fields[0] or any(fields)) or not any(map(str.strip, fields)):
                    continue
                if width is not None and len(fields) != width:
                    reason = f"{len(fields)} fields where the header has {width}"
                    if not taken[-1].is_terminated:
                        reason += " (the file may be cut off here)"
                    yield feed.give_back(reason)
                    break
                yield taken[0].number, taken[0].offset, fields, taken[-1].number


class _Feed:
    """Decoded lines for `csv.reader`, remembering those of the record under way so that they can be given back."""

    def __init__(self, lines: Iterator[Line], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._waiting: deque[Line] = deque()
        self.taken: list[Line] = []
        self.refused: tuple[Line, str] | None = None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        text, reason = self._text(line)
        if reason:
            self.refused = (line, reason)
            raise StopIteration
        self.taken.append(line)
        if len(self.taken) > 1 and line.offset + line.size - self.taken[0].offset > RECORD_LIMIT:
            raise _RecordTooLongError
        return text

    def _text(self, line: Line) -> tuple[str, str]:
        if line.data is None:
            return "", f"a line of {line.size:,} bytes is longer than is read"
        if b"\0" in line.data:
            return "", "it holds NUL bytes"
        try:
            return line.data.decode(self._encoding) + "\n", ""
        except UnicodeDecodeError as error:
            return "", f"byte {error.start + 1} of the line is not {self._encoding}"

    @property
    def is_idle(self) -> bool:
        """Are all lines that were read also used up?"""
        return not self._waiting

    def refuse(self) -> Reject:
        """The line that could not be handed on, as a reject of its own."""
        assert self.refused is not None
        line, reason = self.refused
        self.refused = None
        return Reject(line.number, line.offset, reason)

    def give_back(self, reason: str) -> Reject:
        """Refuse the first line of the record under way; the others are read again as records of their own."""
        first, rest = self.taken[0], self.taken[1:]
        if self.refused is not None:
            rest.append(self.refused[0])
            self.refused = None
        self._waiting.extendleft(reversed(rest))
        return Reject(first.number, first.offset, reason)


@dataclass(frozen=True)
class _Past:
    """Has the cursor reached this offset?"""

    cursor: Cursor
    offset: int

    def __call__(self) -> bool:
        return self.cursor.offset >= self.offset


def _line_offsets(block: bytes, start: int) -> list[int]:
    """Byte offset of each line of a block that itself begins at `start`."""
    offsets, at = [start], block.find(b"\n")
    while 0 <= at < len(block) - 1:
        offsets.append(start + at + 1)
        at = block.find(b"\n", at + 1)
    return offsets


def _field_count(text: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([text], delimiter=delimiter), []))
    except csv.Error:
        return text.count(delimiter) + 1


def _csv_reason(error: str) -> str:
    if "unexpected end of data" in error:
        return "a quote is opened and not closed"
    if "expected after" in error:
        return "a quoted field is followed by other text"
    if "new-line" in error:
        return "a carriage return inside the line"
    if "field larger" in error:
        return "a field longer than is read, or a quote that is not closed"
    return error
