"""A block of delimited text as columns at Arrow's speed, when nothing in it needs a second look.

Pure. Answers `None` for a block with anything unusual (a line break inside quotes, a cut-off line, a stray quote, NUL,
bytes that are no UTF-8, a blank line): `tabular` then reads that block record by record, and both agree on every other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

pc: Any = pyarrow.compute  # the overloads of its stubs do not follow a column through
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13


def plain_columns(block: bytes, *, delimiter: str, width: int, wanted: Sequence[int]) -> list[Any] | None:
    """The columns at the positions `wanted`, as text arrays, of a block that begins at a record.

    Args:
        block: whole lines.
        width: fields every record must have.
    Returns:
        One array per position, one value per line; or `None`.
    """
    rows = block.count(b"\n") + (not block.endswith(b"\n"))
    if width < 2 or not wanted or b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return None
    if max(map(len, block.split(b"\n"))) > csv.field_size_limit() or not _is_quoted_by_the_book(block, delimiter):
        return None
    try:
        block.decode("utf-8")
        table = pyarrow.csv.read_csv(
            io.BytesIO(block),
            pyarrow.csv.ReadOptions(
                use_threads=False, block_size=len(block) + 1, column_names=[str(i) for i in range(width)]
            ),
            pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=False, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types={str(i): pa.string() for i in wanted},
                include_columns=[str(i) for i in wanted],
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    if table.num_rows != rows:
        return None
    columns = [column.combine_chunks() for column in table.columns]
    return None if _has_blank_row(columns) else columns


def _is_quoted_by_the_book(block: bytes, delimiter: str) -> bool:
    """Does every quote open a field, close it, or stand doubled inside it (RFC 4180)?

    Counting from the front, each first quote of two must follow a delimiter, a line's start or the quote before it,
    and each second one must come before a delimiter, a line's end or the quote after it.
    """
    if b'"' not in block:
        return True
    framed = b"\n" + block + b"\n"
    text: Any = pa.Array.from_buffers(pa.uint8(), len(framed), [None, pa.py_buffer(framed)])
    quotes = pc.indices_nonzero(pc.equal(text, pa.scalar(_QUOTE, pa.uint8())))
    if len(quotes) % 2:
        return False
    pairs = pa.FixedSizeListArray.from_arrays(quotes, 2)
    before = text.take(pc.subtract(pc.list_element(pairs, 0), 1))
    after = text.take(pc.add(pc.list_element(pairs, 1), 1))
    edges = pa.array([ord(delimiter), _NEWLINE, _QUOTE], pa.uint8())
    ends = pa.array([ord(delimiter), _NEWLINE, _RETURN, _QUOTE], pa.uint8())
    return bool(pc.all(pc.is_in(before, value_set=edges)).as_py() and pc.all(pc.is_in(after, value_set=ends)).as_py())


def _has_blank_row(columns: list[Any]) -> bool:
    blank = pc.equal(pc.utf8_trim_whitespace(columns[0]), "")
    for column in columns[1:]:
        if not pc.any(blank).as_py():
            return False
        blank = pc.and_(blank, pc.equal(pc.utf8_trim_whitespace(column), ""))
    return bool(pc.any(blank).as_py())
