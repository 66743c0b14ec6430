"""JSON lines, or one JSON document, read as records without trusting them.

Reads a file through `lines.iter_blocks`, a document record by record; writes nothing. A bad line is a `Reject` and the
reading goes on; a file that holds no record of the format at all is refused whole, with the name of what it looks like.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

import orjson

from spendmap.capture import lines
from spendmap.capture.connector import Reject
from spendmap.capture.json_document import NotADocumentError, check_depth, exact, iter_items, not_finite
from spendmap.capture.looks_like import known_format
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.limits import DEPTH_LIMIT

FOREIGN_LIMIT = 50  # lines of another format before the first of this one, then the file is refused
TRUNCATED = "truncated: the line ends inside a JSON value"
HELD_LIMIT = 10_000  # unreadable lines before the first readable one, then the file is refused

_T = TypeVar("_T")


class Record(NamedTuple):
    """One JSON object. `data` is its bytes as read, `None` inside a document (amounts are `Decimal` then)."""

    line: int
    offset: int | None
    data: bytes | None
    value: dict[str, Any]


def parse(data: bytes) -> Any:
    """A JSON value, quickly; numbers with a point become floats, so never take money from it.

    Raises:
        ValueError: not JSON; the reason holds nothing of the text.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise ValueError(_reason(data)) from None


def parse_exact(data: bytes) -> Any:
    """A JSON value whose numbers with a point are `Decimal`, digit for digit.

    Raises:
        ValueError: not JSON, or a number that is not finite.
    """
    try:
        value = json.loads(data, parse_float=exact, parse_constant=not_finite)
        if data.count(b"[") + data.count(b"{") > DEPTH_LIMIT:
            check_depth(value)
        if b"\\ud" in data or b"\\uD" in data:
            parse(data)  # half a character, which no text can hold
        return value
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError:
        raise ValueError(_reason(data)) from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None


def read_records(
    file: Path,
    kind: str,
    is_ours: Callable[[dict[str, Any]], bool],
    *,
    what: str,
    can_skip: Callable[[bytes], bool] | None = None,
    parse_line: Callable[[bytes], Any] = parse,
    lists: Sequence[str] | None = None,
    wrap: Callable[[str, Any], Any] = lambda _, item: item,
    ignores_foreign: bool = False,
) -> Iterator[Record | Reject]:
    """Every record of a file, in order, and a `Reject` for every line that is none.

    Args:
        kind: the connector's name, for the refusal.
        is_ours: whether an object is a record of the format.
        what: the format in words ("OTLP traces").
        can_skip: whether a line can be passed over unparsed (it holds no row of the source).
        lists: the file may be one JSON document: a list of records, or an object with records in its lists of these
            names, or one record. None: it is lines.
        wrap: makes a record of an item of such a list, given the list's name ("" for the document's own list).
        ignores_foreign: objects of another shape are not rows of the source; otherwise they are rejected.
    Raises:
        SourceUnreadableError: nothing of the file is of the format, or it cannot be read to its end.
    """
    refuse_binary(file, kind)
    judge = _Judge(file, kind, is_ours, what, parse_line, ignores_foreign)
    is_first = True
    new = tuple.__new__  # cheaper than Record(...), once per line of every log
    for block in _safely(lines.iter_blocks(file), file):
        if judge.is_known and type(block) is lines.Block:
            # Nearly all lines of nearly all files come this way; what is unusual about one, the judge finds out.
            first, offset, pieces = block
            for number, data in enumerate(pieces, first):
                if can_skip is None or not can_skip(data):
                    try:
                        value = parse_line(data)
                    except ValueError:
                        value = None
                    if type(value) is dict and is_ours(value):
                        yield new(Record, (number, offset, data, value))
                    elif data.strip():
                        yield from judge.of(lines.Line(number, offset, 0, data.rstrip(b"\r"), True))
                offset += len(data) + 1
            continue
        for line in [block] if isinstance(block, lines.Line) else lines.lines_of(block):
            if line.data is not None and not line.data.strip():
                continue
            if is_first and lists is not None and not judge.is_record(line):
                document = _Document(file, kind, what, is_ours)
                yield from document.records(lists, wrap)
                if document.is_read:
                    return
                judge.hint = document.refusal
            is_first = False
            if line.data is None or can_skip is None or not judge.is_known or not can_skip(line.data):
                yield from judge.of(line)
    if not judge.is_known:
        judge.refuse()


class _Judge:
    """Tells records from other lines, and a file with bad lines from a file of something else."""

    def __init__(
        self,
        file: Path,
        kind: str,
        is_ours: Callable[[dict[str, Any]], bool],
        what: str,
        parse_line: Callable[[bytes], Any],
        ignores_foreign: bool,
    ) -> None:
        self._file, self._kind, self._what = file, kind, what
        self._is_ours, self._parse, self._ignores_foreign = is_ours, parse_line, ignores_foreign
        self.is_known = False  # a record of the format was seen
        self.hint: NotADocumentError | None = None  # why the file is no document either
        self._foreign: object = None
        self._foreign_lines = 0
        self._held: list[Reject] = []  # bad lines before the first record

    def is_record(self, line: lines.Line) -> bool:
        """Whether a line is a record of the format."""
        value, problem = self._read(line)
        return problem is None and isinstance(value, dict) and self._is_ours(value)

    def of(self, line: lines.Line) -> list[Record | Reject]:
        """What a line with text in it comes to: its record, its reject, nothing, or all that was held before.

        Raises:
            SourceUnreadableError: too much was seen that is not of the format, and nothing that is.
        """
        value, problem = self._read(line)
        if problem is None and isinstance(value, dict):
            if self._is_ours(value):
                held, self._held, self.is_known = self._held, [], True
                return [*held, Record(line.number, line.offset, line.data, value)]
            if self._ignores_foreign and self.is_known:
                return []
            self._foreign = value if self._foreign is None else self._foreign
            self._foreign_lines += 1
            if not self.is_known and self._foreign_lines >= FOREIGN_LIMIT:
                self.refuse()
            if self._ignores_foreign:
                return []
            problem = f"not {self._what}"
        elif problem is None:
            problem = "not a JSON object"
        reject = Reject(line.number, line.offset, problem)
        if self.is_known:
            return [reject]
        self._held.append(reject)
        if len(self._held) >= HELD_LIMIT:
            self.refuse()
        return []

    def refuse(self) -> NoReturn:
        """Refuse the file, naming what was seen in it."""
        if self._foreign is None and self.hint is not None and not self.hint.is_plain:
            step = self.hint.next_step or "Fetch or export it again, then capture it again."
            raise SourceUnreadableError(self._file, f"not {self._what}: {self.hint}.", next_step=step)
        _refuse(self._file, self._kind, self._what, self._foreign)

    def _read(self, line: lines.Line) -> tuple[Any, str | None]:
        """The line's value, or why it has none."""
        if line.data is None:
            return None, f"longer than {lines.LINE_LIMIT} bytes"
        try:
            return self._parse(line.data), None
        except ValueError as error:
            problem = str(error)
        if not line.is_terminated and problem in {"not JSON", "not UTF-8 text"}:
            problem = TRUNCATED  # cut inside a number, a word or a character
        return None, problem


def safe_lines(file: Path) -> Iterator[lines.Line]:
    """The file's lines.

    Raises:
        SourceUnreadableError: it cannot be read to its end (a cut-off gzip, a missing file).
    """
    return _safely(lines.iter_lines(file), file)


def _safely(read: Iterator[_T], file: Path) -> Iterator[_T]:
    try:
        yield from read
    except (OSError, EOFError, zlib.error) as error:
        raise _cut_off(file, error) from error


def _cut_off(file: Path, error: Exception) -> SourceUnreadableError:
    return SourceUnreadableError(
        file, f"cannot be read to its end: {error}.", next_step="Fetch the file again, then capture it again."
    )


def refuse_binary(file: Path, kind: str) -> None:
    """Refuse what is empty or not text.

    Raises:
        SourceUnreadableError: empty, missing, or a known binary format.
    """
    try:
        with file.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise SourceUnreadableError(
            file, f"cannot be opened: {error.strerror}.", next_step="Check the path."
        ) from error
    if not head:
        raise SourceUnreadableError(
            file, f"the file is empty, so it is no {kind} file.", next_step="Export it again, or leave it out."
        )
    for magic, name in _BINARY.items():
        if head.startswith(magic):
            raise SourceUnreadableError(
                file, f"the file is {name}, not text.", next_step="Unpack or export it as UTF-8 text and capture that."
            )


_BINARY = {
    b"PK\x03\x04": "a zip archive",
    b"PAR1": "Parquet",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"SQLite f": "an SQLite database",
}


class _Document:
    """A file that may be one JSON document. It is one once a record of the format was found in it."""

    def __init__(self, file: Path, kind: str, what: str, is_ours: Callable[[dict[str, Any]], bool]) -> None:
        self._file, self._kind, self._what, self._is_ours = file, kind, what, is_ours
        self.is_read = False
        self.refusal: NotADocumentError | None = None  # why it is none, when it is not read

    def records(self, lists: Sequence[str], wrap: Callable[[str, Any], Any]) -> Iterator[Record | Reject]:
        """Its records, numbered from 1 in its order, and a `Reject` for every item that is none.

        Raises:
            SourceUnreadableError: it is a document of something else, or breaks off after the first record.
        """
        held: list[Reject] = []
        seen: object = None
        names: dict[str, None] = {}
        number = 0
        try:
            with lines.open_bytes(self._file) as stream:
                for number, (name, item) in enumerate(iter_items(stream, lists, names), start=1):
                    value = wrap(name, item)
                    if isinstance(value, dict) and self._is_ours(value):
                        self.is_read = True
                        yield from held
                        held.clear()
                        yield Record(number, None, None, value)
                        continue
                    reject = Reject(number, None, f"not {self._what}")
                    if self.is_read:
                        yield reject
                        continue
                    held.append(reject)
                    seen = value if seen is None else seen
                    if len(held) > HELD_LIMIT:
                        _refuse(self._file, self._kind, self._what, seen)
        except NotADocumentError as error:
            if not self.is_read:
                self.refusal = error
                return
            step = error.next_step or "Fetch or export it again, then capture it again."
            raise SourceUnreadableError(self._file, f"{error} (after {number:,} records).", next_step=step) from error
        except (OSError, EOFError, zlib.error) as error:
            raise _cut_off(self._file, error) from error
        if not self.is_read:
            _refuse(self._file, self._kind, self._what, names or seen)


def _refuse(file: Path, kind: str, what: str, seen: object) -> NoReturn:
    name, other = known_format(seen)
    if name is not None:
        step = f"Capture it with `--as {other}`." if other else f"Give --as {kind} a file that holds {what}."
        raise SourceUnreadableError(file, f"not {what}: it looks like {name}.", next_step=step)
    raise SourceUnreadableError(
        file,
        f"not {what}: no line of it can be read as that.",
        next_step="Check that the file is whole, or choose another --as (`spendmap capture --help` lists them).",
    )


def _reason(data: bytes) -> str:
    """Why bytes are not JSON, in words that carry none of the text."""
    if b"\x00" in data:
        return "holds NUL bytes"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "not UTF-8 text"
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "end of data" in error.msg:
            return TRUNCATED
        if "depth" in error.msg:
            return "nested too deeply"
        if "infinity" in error.msg:
            return "a number is not finite"
    if b"NaN" in data or b"Infinity" in data:
        return "holds NaN or Infinity, which are not JSON"
    return "not JSON"
