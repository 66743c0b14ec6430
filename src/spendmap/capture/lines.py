"""Read a text file line by line without trusting it: sizes, encodings and offsets are the file's, not ours.

Reads blocks of bytes, yields lines; memory is bounded by `LINE_LIMIT`, whatever the file holds.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LINE_LIMIT = 16 * 1024 * 1024  # bytes of one line that are read; a longer line is refused, the rest is skipped
BLOCK = 256 * 1024  # bytes asked for at a time
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One physical line. `data` is `None` when the line is longer than `LINE_LIMIT`; `size` is its bytes on disk."""

    number: int  # 1-based
    offset: int  # bytes before it in the (uncompressed) file
    size: int
    data: bytes | None
    is_terminated: bool  # False for a last line without a newline, which may be cut off


def open_bytes(file: Path) -> io.BufferedIOBase:
    """The file's bytes, uncompressed when it is gzip by its first two bytes."""
    with file.open("rb") as probe:
        is_gzip = probe.read(2) == b"\x1f\x8b"
    return gzip.open(file, "rb") if is_gzip else file.open("rb")


def iter_lines(file: Path) -> Iterator[Line]:
    """Every line of the file, in order, holding at most `LINE_LIMIT` bytes at a time. A UTF-8 BOM is dropped."""
    number = offset = 0
    new = tuple.__new__  # a third of the cost of Line(...), once per line of every log
    begun: list[bytes] = []  # pieces of a line whose end is not read yet; none of them once it is too long
    size = 0  # bytes of that line so far, those let go included
    with open_bytes(file) as stream:
        while block := stream.read1(BLOCK):
            pieces = block.split(b"\n")
            last = pieces.pop()
            for piece in pieces:
                size += len(piece) + 1
                if begun:
                    piece = b"".join((*begun, piece))
                    begun = []
                number += 1
                data = piece.rstrip(b"\r\n") if size <= LINE_LIMIT + 1 else None
                if number == 1 and data is not None:
                    data = data.removeprefix(_BOM)
                yield new(Line, (number, offset, size, data, True))
                offset += size
                size = 0
            if last:
                size += len(last)
                begun = [*begun, last] if size <= LINE_LIMIT else []
        if size:
            data = b"".join(begun).rstrip(b"\r") if size <= LINE_LIMIT else None
            yield Line(number + 1, offset, size, data if number or data is None else data.removeprefix(_BOM), False)
