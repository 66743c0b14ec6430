"""Write files whose bytes depend on their content alone: no clock, no host name, no zip timestamp."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

_waiting: list[Future[int]] = []
_packer = ThreadPoolExecutor(1)  # packing leaves the interpreter free to write the next file


def write_gzip(path: Path, data: bytes) -> None:
    """gzip without a file name and with time 0, so that equal content is equal bytes. Ends by `finish_writing`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _waiting.append(_packer.submit(lambda: path.write_bytes(gzip.compress(data, compresslevel=1, mtime=0))))


def finish_writing() -> None:
    """Wait until every file is on disk.

    Raises:
        OSError: one could not be written.
    """
    while _waiting:
        _waiting.pop().result()


def write_lines(path: Path, lines: Iterable[str], *, last_newline: bool = True) -> None:
    """Text lines as UTF-8, gzipped when the name ends in `.gz`."""
    data = ("\n".join(lines) + ("\n" if last_newline else "")).encode()
    if path.suffix == ".gz":
        write_gzip(path, data)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> bytes:
    """A CSV with CRLF line ends (RFC 4180); None is an empty field."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> None:
    """`csv_bytes` to a file, gzipped when the name ends in `.gz`."""
    data = csv_bytes(header, rows, encoding)
    if path.suffix == ".gz":
        write_gzip(path, data)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
