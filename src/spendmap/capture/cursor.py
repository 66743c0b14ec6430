"""A file's bytes from front to back, taken line by line or in blocks of whole lines, always knowing line and offset.

Reads a binary stream; holds a block at most, or one line of at most `lines.LINE_LIMIT` bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from spendmap.capture import lines
from spendmap.capture.lines import Line

_FILL = 1024 * 1024


class Cursor:
    """Where reading stands. `line` is the 1-based number of the next line, `offset` the bytes before it."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._ahead = b""
        self._at = 0
        self._is_drained = False
        self.line = 1
        self.offset = 0

    @property
    def is_at_end(self) -> bool:
        """Is there nothing left?"""
        return self._at >= len(self._ahead) and not self._fill(_FILL)

    def block(self, size: int) -> bytes:
        """About `size` bytes of whole lines from here, not yet taken; empty when the next line is longer or at the end.

        The last line of the file is whole even without a newline.
        """
        while len(self._ahead) - self._at < size and self._fill(size):
            pass
        end = len(self._ahead)
        if not (self._is_drained and end - self._at <= size):
            end = self._ahead.rfind(b"\n", self._at, self._at + size) + 1
        return self._ahead[self._at : end] if end > self._at else b""

    def take(self, block: bytes, rows: int) -> None:
        """Go past a block of `rows` lines."""
        self._at += len(block)
        self.offset += len(block)
        self.line += rows

    def lines(self) -> Iterator[Line]:
        """The lines from here on, each taken when it is handed over."""
        while (line := self._next_line()) is not None:
            yield line

    def _next_line(self) -> Line | None:
        limit = lines.LINE_LIMIT
        end = self._ahead.find(b"\n", self._at)
        while end < 0 and len(self._ahead) - self._at <= limit and self._fill(_FILL):
            end = self._ahead.find(b"\n", self._at)
        stop = end + 1 if end >= 0 else len(self._ahead)
        size = stop - self._at
        if size == 0:
            return None
        data: bytes | None = self._ahead[self._at : stop].rstrip(b"\r\n") if size - (end >= 0) <= limit else None
        while end < 0 and not self._is_drained:  # the rest of a line that is too long is skipped unread
            self._at = len(self._ahead)
            if not self._fill(_FILL):
                break
            data = None
            end = self._ahead.find(b"\n")
            stop = end + 1 if end >= 0 else len(self._ahead)
            size += stop
        found = Line(self.line, self.offset, size, data, end >= 0)
        self._at = stop
        self.line += 1
        self.offset += size
        return found

    def _fill(self, size: int) -> bool:
        """Read more; what is already taken is let go."""
        if self._is_drained:
            return False
        more = self._stream.read(size)
        if not more:
            self._is_drained = True
            return False
        self._ahead = self._ahead[self._at :] + more
        self._at = 0
        return True
