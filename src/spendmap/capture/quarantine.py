"""Rows that could not be read, kept with source, file, line, byte offset and reason; never silently dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from spendmap.capture.connector import Reject


class QuarantineFile:
    """One JSON-lines file per load, made only when there is a row to keep."""

    def __init__(self, file: Path, source_name: str, file_name: str) -> None:
        self.file = file
        self.source_name = source_name
        self.file_name = file_name
        self.rows = 0

    def add(self, rejects: Iterable[Reject]) -> None:
        """Append rejected rows."""
        lines = [
            orjson.dumps(
                {
                    "source": self.source_name,
                    "file": self.file_name,
                    "line": reject.line,
                    "byte_offset": reject.byte_offset,
                    "reason": reject.reason,
                    "row": reject.row,
                },
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for reject in rejects
        ]
        if lines:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("ab") as handle:
                handle.writelines(lines)
            self.rows += len(lines)

    @property
    def name(self) -> str | None:
        """Path of the file, or `None` while it holds nothing."""
        return str(self.file) if self.rows else None


@dataclass(frozen=True)
class Waiting:
    """What is in quarantine: rows by source, of each file the newest reading alone, and a first reason."""

    rows: dict[str, int]
    file: Path
    example: str  # "card.csv, line 2: '1.500' can be thousands or decimals; ..."

    @property
    def sentence(self) -> str:
        """How many rows of which sources."""
        count = sum(self.rows.values())
        sources = ", ".join(f"{source} {rows:,}" for source, rows in sorted(self.rows.items()))
        return f"{count:,} row{'s were' if count != 1 else ' was'} read and refused ({sources})"

    @property
    def next_step(self) -> str:
        """What to do about them."""
        return f"{self.example} Capture the file again once that is settled; every reason stands in {self.file}."


def waiting(folder: Path) -> Waiting | None:
    """The rows in a workspace's quarantine folder; None when there is none. For a workspace that holds nothing else."""
    newest: dict[tuple[str, str], Path] = {}
    for file in sorted(folder.glob("*/*.jsonl"), key=lambda each: (each.stat().st_mtime_ns, each.name)):
        first = _first(file)
        if first is not None:
            newest[str(first.get("source")), str(first.get("file"))] = file
    if not newest:
        return None
    rows: Counter[str] = Counter()
    for (source, _), file in newest.items():
        with file.open("rb") as lines:
            rows[source] += sum(1 for _ in lines)
    shown = max(newest.values(), key=lambda each: each.stat().st_mtime_ns)
    first = _first(shown) or {}
    example = f"{first.get('file')}, line {first.get('line')}: {str(first.get('reason')).rstrip('.')}."
    return Waiting(dict(rows), shown, example)


def _first(file: Path) -> dict[str, object] | None:
    with file.open("rb") as lines:
        try:
            found = orjson.loads(next(lines, b""))
        except orjson.JSONDecodeError:
            return None
    return found if isinstance(found, dict) else None
