"""Whatever lies in the file: refused whole with a reason, or its bad rows quarantined with their lines."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tabular_support import read, write

from spendmap.capture import lines, tabular
from spendmap.capture.connector import Connector, Extent
from spendmap.capture.connectors import focus, ledger_csv, outcomes_csv, seats_csv, worklog_csv
from spendmap.capture.tabular import TabularFile
from spendmap.vocabulary.errors import SourceUnreadableError

GOOD: dict[str, tuple[Connector, dict[str, str], str, str]] = {
    "focus": (
        focus.CONNECTOR,
        {},
        "BilledCost,BillingCurrency,ChargePeriodStart,ServiceName",
        "1.5,USD,2026-10-01T00:00:00Z,Bedrock",
    ),
    "ledger_csv": (ledger_csv.CONNECTOR, {"currency": "USD"}, "Date,Supplier,Amount,Memo", "2026-10-01,OpenAI,5,api"),
    "seats_csv": (seats_csv.CONNECTOR, {}, "Month,Tool,Seats,Plan", "2026-10,Copilot,5,Pro"),
    "worklog_csv": (worklog_csv.CONNECTOR, {}, "Date,Kind,Minutes,Person", "2026-10-01,review,5,Jane"),
    "outcomes_csv": (outcomes_csv.CONNECTOR, {}, "Date,Kind,Result,Plan", "2026-10-01,workflow_run,accepted,Pro"),
}
every_connector = pytest.mark.parametrize("kind", list(GOOD))


@every_connector
def test_a_connector_states_what_the_protocol_asks(kind: str) -> None:
    connector = GOOD[kind][0]
    assert connector.kind == kind
    assert connector.title
    assert connector.table in {"charge", "utilization", "activity", "outcome"}
    assert connector.extent in get_args(Extent)
    assert all(suffix.startswith(".") for suffix in connector.suffixes)
    names = [setting.name for setting in connector.settings]
    assert len(names) == len(set(names))
    assert all(setting.help for setting in connector.settings)


@every_connector
def test_rows_around_a_bad_one_are_read(tmp_path: Path, kind: str) -> None:
    connector, given_settings, header, good = GOOD[kind]
    body = [header, good, "cut,off", good + ",too,many", "", ",,,", good, '"open quote,x', good, "a\0b,,,", good]
    found = read(connector, write(tmp_path, "\n".join(body) + "\n"), **given_settings)
    assert len(found.rows) == 4
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (3, "2 fields where the header has 4"),
        (4, "6 fields where the header has 4"),
        (8, "a quote is opened and not closed"),
        (10, "it holds NUL bytes"),
    ]
    assert [row["source_line"] for row in found.rows] == [2, 7, 9, 11]
    assert found.rows_read == 8  # lines that hold nothing are not rows


@every_connector
def test_a_last_line_that_is_cut_off_says_so(tmp_path: Path, kind: str) -> None:
    connector, given_settings, header, good = GOOD[kind]
    found = read(connector, write(tmp_path, f"{header}\n{good}\n{good[:12]}"), **given_settings)
    assert found.reasons[0].endswith("(the file may be cut off here)")
    whole = read(connector, write(tmp_path, f"{header}\n{good}"), **given_settings)
    assert len(whole.rows) == 1


@every_connector
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n\n\n", "no header"),
        (b"\x00\x01\x02\x03\x04", "NUL"),
        (b"\x89PNG\r\n\x1a\n", "control characters|this is not|not utf-8"),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xfeD\x00a\x00t\x00e\x00", "UTF-16"),
        (b"\x1f\x8b\x08\x00broken", "cannot be read to its end"),
        (b"wrong,header,altogether\n1,2,3\n", "this is not"),
        (b'"a,b,c\n', "quote"),
    ],
)
def test_what_is_not_such_a_file_is_refused_whole(tmp_path: Path, kind: str, content: bytes, why: str) -> None:
    connector, given_settings, _, _ = GOOD[kind]
    with pytest.raises(SourceUnreadableError, match=why) as refused:
        read(connector, write(tmp_path, content), **given_settings)
    assert refused.value.next_step


@every_connector
def test_a_header_alone_is_a_file_without_rows(tmp_path: Path, kind: str) -> None:
    connector, given_settings, header, _ = GOOD[kind]
    found = read(connector, write(tmp_path, header + "\n"), **given_settings)
    assert (found.rows, found.rejects, found.rows_read) == ([], [], 0)


@every_connector
def test_a_column_that_is_read_and_stands_twice_is_refused(tmp_path: Path, kind: str) -> None:
    connector, given_settings, header, good = GOOD[kind]
    first = header.split(",")[0]
    with pytest.raises(SourceUnreadableError, match="appears"):
        read(connector, write(tmp_path, f"{header},{first}\n{good},1\n"), **given_settings)


@every_connector
def test_a_line_longer_than_is_read_costs_only_itself(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 1000)
    connector, given_settings, header, good = GOOD[kind]
    found = read(connector, write(tmp_path, f"{header}\n{good}\n{'x' * 5000}\n{good}\n"), **given_settings)
    assert len(found.rows) == 2
    assert found.reasons == ["a line of 5,001 bytes is longer than is read"]
    with pytest.raises(SourceUnreadableError, match="longer than is read"):
        read(connector, write(tmp_path, "x" * 5000), **given_settings)


def test_a_line_of_40_megabytes_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    connector, given_settings, header, good = GOOD["ledger_csv"]
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.write(f"{header}\n".encode())
        for _ in range(40):
            stream.write(b"x" * 1024 * 1024)
        stream.write(f"\n{good}\n".encode())
    found = read(connector, file, **given_settings)
    assert len(found.rows) == 1
    assert found.reasons == ["a line of 41,943,041 bytes is longer than is read"]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "RECORD_LIMIT", 200)
    connector, given_settings, header, good = GOOD["ledger_csv"]
    found = read(connector, write(tmp_path, "\n".join([header, f'"{good}', *[good] * 50]) + "\n"), **given_settings)
    assert len(found.rows) == 50
    assert found.reasons == ["a quote is opened and not closed within 200 bytes"]


def test_a_long_line_inside_an_open_quote_gives_both_lines_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 1000)
    connector, given_settings, header, good = GOOD["ledger_csv"]
    found = read(connector, write(tmp_path, f'{header}\n{good}\n"open\n{"x" * 2000}\n{good}\n'), **given_settings)
    assert [reject.line for reject in found.rejects] == [3, 4]
    assert [row["source_line"] for row in found.rows] == [2, 5]


def test_a_line_that_is_not_utf_8_is_refused_by_its_byte_in_a_cost_export(tmp_path: Path) -> None:
    connector, _, header, good = GOOD["focus"]
    found = read(connector, write(tmp_path, f"{header}\n{good}\n".encode() + b"1,USD,2026-10-01,caf\xe9\n"))
    assert len(found.rows) == 1
    assert found.reasons == ["byte 21 of the line is not utf-8"]


def test_byte_offsets_point_at_the_line(tmp_path: Path) -> None:
    connector, given_settings, header, good = GOOD["ledger_csv"]
    content = f"{header}\r\n{good}\r\nnever,A,1,x\r\n".encode()
    found = read(connector, write(tmp_path, content), **given_settings)
    assert found.rejects[0].byte_offset == content.index(b"never")


def test_small_chunks_read_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connector, given_settings, header, good = GOOD["focus"]
    file = write(tmp_path, "\n".join([header, *[good, "bad,row"] * 7]) + "\n")
    whole = read(connector, file, **given_settings)
    monkeypatch.setattr(tabular, "CHUNK_ROWS", 3)
    parts = read(connector, file, **given_settings)
    assert parts.rows == whole.rows
    assert parts.rejects == whole.rejects


LINES = st.lists(
    st.one_of(
        st.sampled_from([row for _, _, header, row in GOOD.values() for row in (header, row)]),
        st.text(alphabet='abc,;"\t|\n\r\0 1.-/$=é', max_size=60),
    ),
    max_size=12,
).map(lambda parts: "\n".join(parts).encode())


@every_connector
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(soup=st.one_of(st.binary(max_size=300), LINES), keeps_header=st.booleans())
def test_any_bytes_are_refused_or_every_row_is_accounted_for(kind: str, soup: bytes, keeps_header: bool) -> None:
    connector, given_settings, header, _ = GOOD[kind]
    content = (header.encode() + b"\n" if keeps_header else b"") + soup
    with tempfile.TemporaryDirectory() as folder:
        try:
            read(connector, write(Path(folder), content), **given_settings)  # `read` checks the law
        except SourceUnreadableError as refused:
            assert refused.next_step


FIELD = st.text(alphabet='abc,"\n\r 1é;=@', max_size=8)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(st.text(alphabet="xyz", min_size=1, max_size=3), FIELD, FIELD), max_size=8))
def test_what_the_csv_module_writes_is_read_back_with_the_line_each_record_starts_on(
    rows: list[tuple[str, str, str]],
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    starts, text = [], "a,b,c\n"
    for row in rows:
        starts.append(text.count("\n") + 1)
        out.seek(0)
        out.truncate()
        writer.writerow(row)
        text += out.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        source = TabularFile(write(Path(folder), text), delimiter=",")
        chunks = list(source.chunks())
    assert [line for chunk in chunks for line in chunk.lines] == starts
    got = [tuple(fields) for chunk in chunks for fields in chunk.rows]
    # A line's own ending is not kept apart: "\r\n" inside a quoted field reads as "\n".
    assert got == [tuple(_line_ends(field) for field in row) for row in rows]


def _line_ends(field: str) -> str:
    pieces = field.split("\n")
    return "\n".join([piece.rstrip("\r") for piece in pieces[:-1]] + pieces[-1:])
