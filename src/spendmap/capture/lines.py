"""Read a text file line by line without trusting it: sizes, encodings and offsets are the file's, not ours.

Reads blocks of bytes, yields lines; memory is bounded by `LINE_LIMIT`, whatever the file holds, and a gzip file that
unpacks to more than logs ever do is given up.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.limits import LINE_LIMIT as LINE_LIMIT
from spendmap.vocabulary.limits import RATIO_LIMIT, UNPACKED_FREE, size_text

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
    return Unpacked(file) if is_gzip else file.open("rb")


class Unpacked(gzip.GzipFile):
    """A gzip file's bytes.

    Raises:
        SourceUnreadableError: when read; it unpacks to more than `UNPACKED_FREE` and `RATIO_LIMIT` times its own size.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, "rb")
        self._file = file
        self._limit = max(UNPACKED_FREE, RATIO_LIMIT * file.stat().st_size)
        self._given = 0

    def read(self, size: int | None = -1) -> bytes:
        """See `io.BufferedIOBase.read`."""
        return self._counted(super().read(-1 if size is None else size))

    def read1(self, size: int = -1) -> bytes:
        """See `io.BufferedIOBase.read1`."""
        return self._counted(super().read1(size))

    def _counted(self, data: bytes) -> bytes:
        self._given += len(data)
        if self._given > self._limit:
            raise SourceUnreadableError(
                self._file,
                f"it unpacks to more than {size_text(self._limit)}, {RATIO_LIMIT} times its own size: no log does.",
                next_step=f"If that is right, unpack it with `gzip -dk {self._file.name}` and capture that file.",
            )
        return data


class Block(NamedTuple):
    """Lines that follow each other, without their newlines; each is whole, ended by a newline and not too long."""

    number: int  # of the first
    offset: int  # bytes before the first
    lines: list[bytes]


def iter_lines(file: Path) -> Iterator[Line]:
    """Every line of the file, in order, holding at most `LINE_LIMIT` bytes at a time. A UTF-8 BOM is dropped."""
    for found in iter_blocks(file):
        if isinstance(found, Line):
            yield found
        else:
            yield from lines_of(found)


def lines_of(block: Block) -> Iterator[Line]:
    """The lines of a block, each for itself."""
    first, offset, pieces = block
    for number, piece in enumerate(pieces, first):
        size = len(piece) + 1
        data = piece.rstrip(b"\r")
        yield Line(number, offset, size, data.removeprefix(_BOM) if number == 1 else data, True)
        offset += size


def iter_blocks(file: Path) -> Iterator[Block | Line]:
    """The file's lines, many at a time; a line that is too long or that no newline ends stands alone.

    A BOM and carriage returns are still in the lines of a `Block`.
    """
    number = 1
    offset = 0
    begun: list[bytes] = []  # pieces of a line whose end is not read yet; none of them once it is too long
    size = 0  # bytes of that line so far, those let go included
    with open_bytes(file) as stream:
        while block := stream.read1(BLOCK):
            pieces = block.split(b"\n")
            last = pieces.pop()
            if pieces and size:  # the end of the line begun
                size += len(pieces[0]) + 1
                if size <= LINE_LIMIT + 1:
                    yield Block(number, offset, [b"".join((*begun, pieces[0]))])
                else:
                    yield Line(number, offset, size, None, True)
                del pieces[0]
                number, offset, begun, size = number + 1, offset + size, [], 0
            if pieces:
                if len(block) <= LINE_LIMIT and number == 1:
                    yield Block(number, offset, pieces[:1])  # a reader looks at the first line before all others
                    number, offset = 2, len(pieces[0]) + 1
                    del pieces[0]
                if len(block) <= LINE_LIMIT:
                    yield Block(number, offset, pieces)
                    number += len(pieces)
                    offset += sum(map(len, pieces)) + len(pieces)
                else:
                    for piece in pieces:
                        length = len(piece) + 1
                        is_too_long = length > LINE_LIMIT + 1
                        yield (
                            Line(number, offset, length, None, True) if is_too_long else Block(number, offset, [piece])
                        )
                        number, offset = number + 1, offset + length
            if last:
                size += len(last)
                begun = [*begun, last] if size <= LINE_LIMIT else []
        if size:
            data = b"".join(begun).rstrip(b"\r") if size <= LINE_LIMIT else None
            yield Line(number, offset, size, data.removeprefix(_BOM) if number == 1 and data else data, False)
