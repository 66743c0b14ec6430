"""Reading in columns and reading record by record are one and the same."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tabular_support import shared, write

from spendmap.capture import lines, tabular
from spendmap.capture.cursor import Cursor
from spendmap.capture.plain_blocks import plain_columns
from spendmap.capture.tabular import TabularFile

PLAIN = b'a,1,x\nb,"2, and ""more""",\n"c",,"""q"""\n'


def split(block: bytes) -> list[list[str]] | None:
    columns = plain_columns(block, delimiter=",", width=3, wanted=[0, 1, 2])
    return None if columns is None else [list(row) for row in zip(*(c.to_pylist() for c in columns), strict=True)]


def test_a_block_without_anything_unusual_is_split_as_the_csv_module_splits_it() -> None:
    assert split(PLAIN) == [["a", "1", "x"], ["b", '2, and "more"', ""], ["c", "", '"q"']]
    assert split(PLAIN.replace(b"\n", b"\r\n")) == split(PLAIN)
    assert split(PLAIN.removesuffix(b"\n")) == split(PLAIN)


@pytest.mark.parametrize(
    "unusual",
    [
        b'a,"two\nlines",x\n',
        b"a,1\n",
        b"a,1,x,y\n",
        b'a,5" pipe,x\n',
        b'a,"b"c,x\n',
        b'a,""b,x\n',
        b'a,"open,x\n',
        b"a,\0,x\n",
        b"a,caf\xe9,x\n",
        b"a,b\rc,x\n",
        b"\na,1,x\n",
        b", ,\n",
    ],
)
def test_a_block_with_anything_unusual_is_left_to_the_careful_reader(unusual: bytes) -> None:
    assert split(unusual) is None
    assert split(PLAIN + unusual) is None
    assert split(PLAIN + unusual + PLAIN) is None


def both_ways(content: bytes) -> tuple[list[object], list[object]]:
    with tempfile.TemporaryDirectory() as folder:
        source = TabularFile(write(Path(folder), content), encoding="utf-8", delimiter=",")
        wanted = list(range(len(source.header)))
        by_record: list[object] = []
        for chunk in source.chunks():
            by_record += zip(chunk.lines, chunk.offsets, map(tuple, chunk.rows), strict=True)
            by_record += [(reject.line, reject.byte_offset, reject.reason) for reject in chunk.rejects]
        by_column: list[object] = []
        for found in source.column_chunks(wanted):
            rows = zip(*(column.to_pylist() for column in found.columns), strict=True)
            by_column += zip(found.lines, found.offsets, rows, strict=True)
            by_column += [(reject.line, reject.byte_offset, reject.reason) for reject in found.rejects]
    return sorted(by_record, key=str), sorted(by_column, key=str)


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(
        st.one_of(
            st.sampled_from(["a,b,c\n", '"a","b""x""",c\n', '"two\nlines",b,c\n', '"",,\n', '""x,b,c\n', '"x"y,b,c\n']),
            st.text(alphabet='a,"\n\r 1é', max_size=12),
        ),
        max_size=10,
    ),
    block=st.sampled_from([8, 20, 60, 8 * 1024 * 1024]),
)
@example(parts=['a,"b\n', 'c",d\n', "a,b,c\n"], block=8)
def test_columns_and_records_agree_on_any_text_and_any_block_size(parts: list[str], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tabular, "BLOCK_BYTES", block)
        by_record, by_column = both_ways(("x,y,z\n" + "".join(parts)).encode())
    assert by_record == by_column


def test_a_real_export_reads_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "BLOCK_BYTES", 100_000)
    content = shared("focus/focus_1_3_cost_and_usage_aws.csv").read_bytes()
    by_record, by_column = both_ways(content)
    assert len(by_record) == 1000
    assert by_record == by_column


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=80), limit=st.sampled_from([3, 10, 1000]), block=st.sampled_from([1, 7, 50]))
def test_a_cursor_gives_the_lines_that_reading_the_file_gives(content: bytes, limit: int, block: int) -> None:
    content = b"header\n" + content.replace(b"\x1f\x8b", b"..")
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(lines, "LINE_LIMIT", limit)
        expected = list(lines.iter_lines(write(Path(folder), content)))
        assert list(Cursor(io.BytesIO(content)).lines()) == expected
        cursor = Cursor(io.BytesIO(content))
        taken = b""
        while not cursor.is_at_end:
            found = cursor.block(block)
            assert len(found) <= block
            if found:
                cursor.take(found, found.count(b"\n") + (not found.endswith(b"\n")))
                taken += found
            else:
                at = cursor.offset
                line = next(cursor.lines())
                taken += content[at : at + line.size]
        assert taken == content
        assert cursor.offset == len(content)


def test_the_csv_module_agrees_on_what_a_plain_block_says() -> None:
    assert split(PLAIN) == list(csv.reader(io.StringIO(PLAIN.decode()), strict=True))
