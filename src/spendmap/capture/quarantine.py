"""Rows that could not be read, kept with source, file, line, byte offset and reason; never silently dropped."""

from __future__ import annotations

from collections.abc import Iterable
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
