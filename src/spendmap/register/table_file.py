"""Read a table of somebody else's, delimited or JSON: every record with the line it begins on.

Reads one file; knows nothing of the register. UTF-8 is tried first, then Windows-1252, which a spreadsheet writes.
Invariant: a record has exactly the columns of the header, or it is given as a `Ragged` one and never guessed at. A name
that stands twice in a header is told, and matters only to who reads that column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spendmap.register.json_records import is_json, json_records
from spendmap.vocabulary.errors import RegisterError

SIZE_LIMIT = 512 * 1024 * 1024  # bytes of one file
CELL_LIMIT = 4 * 1024 * 1024  # characters of one cell
ENCODINGS = ("utf-8", "cp1252")
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Record:
    """One record: its cells by column, stripped, and the line it begins on."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Ragged:
    """A record that is not one of the table, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class TableFile:
    """A file read whole. `encoding` is what it turned out to be written in, `twice` the columns that stand twice."""

    path: Path
    encoding: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    ragged: tuple[Ragged, ...]
    twice: frozenset[str] = frozenset()


def read_table(path: Path, *, encoding: str = "auto", delimiter: str = "auto") -> TableFile:
    """The file's records.

    Args:
        encoding: `auto`, `utf-8` or `cp1252`.
        delimiter: `auto`, or one character.
    Raises:
        RegisterError: it cannot be read, is in neither encoding, is no table, or its header is empty.
    """
    text, found = _decoded(path, encoding)
    if is_json(path, text):
        return _from_json(path, text, found)
    first, _, _ = text.partition("\n")
    sign = max(DELIMITERS, key=first.count) if delimiter == "auto" else delimiter
    records: list[Record] = []
    ragged: list[Ragged] = []
    try:
        lines = _lines(text, sign)
        _, header = next(lines, (1, []))
        columns = tuple(name.strip() for name in header)
        _check_header(path, columns)
        for line, cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                ragged.append(Ragged(line, f"it has {len(cells)} cells, the header {len(columns)}."))
                continue
            records.append(Record(line, {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}))
    except csv.Error as error:
        raise RegisterError(
            f"{path}: not a delimited file: {error}.", next_step="Save the sheet as CSV (UTF-8) and import that."
        ) from error
    twice = frozenset(name for name in columns if name and columns.count(name) > 1)
    return TableFile(path, found, columns, tuple(records), tuple(ragged), twice)


def _from_json(path: Path, text: str, encoding: str) -> TableFile:
    """A JSON file as a table: its columns are all names that any record holds, in order of appearance."""
    held: list[tuple[int, dict[str, str]]] = []
    ragged: list[Ragged] = []
    twice: set[str] = set()
    for line, cells, repeated in json_records(path, text):
        if cells is None:
            ragged.append(Ragged(line, "it is no object with names and values."))
            continue
        held.append((line, cells))
        twice |= repeated
    columns = tuple(dict.fromkeys(name for _, cells in held for name in cells))
    if not columns:
        raise RegisterError(f"{path}: it holds no record.", next_step="Export it again.")
    records = tuple(Record(line, {name: cells.get(name, "") for name in columns}) for line, cells in held)
    return TableFile(path, encoding, columns, records, tuple(ragged), frozenset(twice))


def _decoded(path: Path, encoding: str) -> tuple[str, str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise RegisterError(
            f"{path}: cannot be read: {reason}.", next_step="Check the name and the permissions."
        ) from error
    if len(data) > SIZE_LIMIT:
        raise RegisterError(f"{path}: {len(data)} bytes; at most {SIZE_LIMIT} are read.", next_step="Split the file.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    for name in ENCODINGS if encoding == "auto" else (encoding,):
        try:
            return data.decode(name), name
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
    raise RegisterError(
        f"{path}:{line}: neither UTF-8 nor Windows-1252 text.", next_step="Save the sheet as CSV (UTF-8)."
    )


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    before = csv.field_size_limit(CELL_LIMIT)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        start = 1
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def _check_header(path: Path, columns: tuple[str, ...]) -> None:
    named = [name for name in columns if name]
    if not named:
        raise RegisterError(f"{path}:1: the header is empty.", next_step="The first line names the columns.")
