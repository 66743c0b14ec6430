"""Read a text file line by line without trusting it: sizes, encodings and offsets are the file's, not ours."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LINE_LIMIT = 16 * 1024 * 1024  # bytes of one line that are read; a longer line is refused, the rest is skipped


@dataclass(frozen=True)
class Line:
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
    return gzip.open(file, "rb") if is_gzip else file.open("rb")  # type: ignore[return-value]


def iter_lines(file: Path) -> Iterator[Line]:
    """Every line of the file, in order, holding at most `LINE_LIMIT` bytes at a time. A UTF-8 BOM is dropped."""
    number = offset = 0
    with open_bytes(file) as stream:
        while chunk := stream.readline(LINE_LIMIT + 1):
            number += 1
            size = len(chunk)
            data: bytes | None = chunk
            while len(chunk) > LINE_LIMIT and not chunk.endswith(b"\n"):
                data = None
                chunk = stream.readline(LINE_LIMIT + 1)
                size += len(chunk)
                if not chunk:
                    break
            is_terminated = chunk.endswith(b"\n")
            if data is not None:
                data = data.rstrip(b"\r\n")
                if number == 1:
                    data = data.removeprefix(b"\xef\xbb\xbf")
            yield Line(number, offset, size, data, is_terminated)
            offset += size
