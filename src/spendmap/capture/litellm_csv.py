"""LiteLLM spend logs as CSV: a header, one row per request, JSON text in the nested columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spendmap.capture import lines
from spendmap.capture.connector import Reject
from spendmap.capture.jsonl import Record, parse_exact, refuse_binary, safe_lines
from spendmap.capture.looks_like import known_format
from spendmap.vocabulary.errors import SourceUnreadableError

NESTED = ("metadata", "request_tags")  # JSON in the cell; the other nested columns are text and are not read
NEVER = frozenset({"messages", "response", "proxy_server_request", "requester_ip_address"})
NEEDED = frozenset({"request_id", "startTime"})


def is_csv(file: Path, kind: str) -> bool:
    """Whether the first line with text is a CSV header rather than JSON, whole or cut off.

    Raises:
        SourceUnreadableError: empty, binary or unreadable.
    """
    refuse_binary(file, kind)
    for line in safe_lines(file):
        if line.data is None:
            return False
        head = line.data.strip()
        if head:
            return b"," in head and head[:1] not in b"{[" and b'":' not in head and b"\x00" not in head
    return False


def read_csv(file: Path, kind: str, what: str) -> Iterator[Record | Reject]:
    """Every row below the header; the row's line is the one it ends on.

    Raises:
        SourceUnreadableError: the header is not that of the log table.
    """
    csv.field_size_limit(lines.LINE_LIMIT)
    text = _Text(file)
    bad = text.bad
    rows = csv.reader(text)
    header = _header(file, rows, kind, what, bad)
    nested = [name for name in NESTED if name in header]
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            break
        except csv.Error:
            yield Reject(text.number, None, f"not CSV: a cell is longer than {lines.LINE_LIMIT} bytes or malformed")
            continue
        yield from _drain(bad)
        if not cells:
            continue
        if len(cells) != len(header):
            yield Reject(text.number, None, f"{len(cells)} cells under a header of {len(header)}")
            continue
        value: dict[str, Any] = {
            name: cell for name, cell in zip(header, cells, strict=True) if cell and name not in NEVER
        }
        try:
            for name in nested:
                if name in value:
                    value[name] = parse_exact(value[name].encode())
        except ValueError as error:
            yield Reject(text.number, None, f"{name}: {error}")
            continue
        yield Record(text.number, None, None, value)
    yield from _drain(bad)


def _header(file: Path, rows: Iterator[list[str]], kind: str, what: str, bad: list[Reject]) -> list[str]:
    try:
        header = [name.strip() for name in next(rows)]
    except (StopIteration, csv.Error):
        header = []
    if bad or NEEDED - set(header):
        missing = ", ".join(sorted(NEEDED - set(header)))
        name, other = known_format(header)
        seen = (
            f"it looks like {name}"
            if name
            else f"its header has no {missing}"
            if missing
            else "its header is not UTF-8 text"
        )
        step = (
            f"Capture it with `--as {other}`."
            if other and other != kind
            else "Export the table LiteLLM_SpendLogs with its header."
        )
        raise SourceUnreadableError(file, f"not {what}: {seen}.", line=1, next_step=step)
    return header


class _Text:
    """The file's lines as text, with the number of the last one; what cannot be text is noted in `bad`, left out."""

    def __init__(self, file: Path) -> None:
        self._lines = safe_lines(file)
        self.bad: list[Reject] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.number = line.number
            if line.data is None:
                self.bad.append(Reject(line.number, line.offset, f"longer than {lines.LINE_LIMIT} bytes"))
                continue
            try:
                return line.data.decode() + "\n"
            except UnicodeDecodeError:
                self.bad.append(Reject(line.number, line.offset, "not UTF-8 text"))
        raise StopIteration


def _drain(bad: list[Reject]) -> Iterator[Reject]:
    yield from bad
    bad.clear()
