"""One JSON document, read record by record: a list, or an object whose records stand in a list of it.

Reads a stream of bytes, holds one record and a block; the document's size does not matter. Numbers with a point are
`Decimal`, digit for digit. What JSON does not know (NaN, half characters) is refused, and so is what follows the end.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from spendmap.vocabulary.limits import DEPTH_LIMIT, RECORD_VARIABLE, record_limit, size_text

_BLOCK = 1024 * 1024  # bytes asked for at a time
_SPACE = " \t\r\n"
_UNSURE = 3  # characters after a number that may yet belong to it, such as "e+1"
_NEAR = 16  # characters before the end of what is read in which an error may only mean that more is to come


class NotADocumentError(ValueError):
    """It is not one JSON document, or not one that is read; the text says why and holds nothing of the file.

    `next_step` is empty unless there is a better one than to look at the file. `is_plain`: it never looked like one.
    """

    def __init__(self, reason: str, next_step: str = "", *, is_plain: bool = False) -> None:
        super().__init__(reason)
        self.next_step = next_step
        self.is_plain = is_plain


def iter_items(
    stream: io.BufferedIOBase, lists: Sequence[str] = (), names: dict[str, None] | None = None
) -> Iterator[tuple[str, Any]]:
    """The records of a document, in order.

    Args:
        lists: names of an object's lists that hold its records.
        names: takes the names of an object as they are read.
    Returns:
        ("", item) for each item of a list; (name, item) for each item of an object's list of that name; else
        ("", the object).
    Raises:
        NotADocumentError: see there; what was given before stands.
        OSError, EOFError, zlib.error: the stream cannot be read to its end.
    """
    text = _Text(stream)
    first = text.next_sign()
    if first == "[":
        yield from (("", item) for item in text.items())
    elif first == "{":
        yield from _of_object(text, frozenset(lists), {} if names is None else names)
    else:
        raise NotADocumentError("it is no JSON list or object", is_plain=True)
    if text.next_sign():
        raise NotADocumentError("something follows the end of its JSON document", is_plain=True)


def check_depth(value: Any) -> None:
    """Refuse what is nested too deeply.

    Raises:
        ValueError: deeper than `DEPTH_LIMIT` levels.
    """
    level = [value]
    for _ in range(DEPTH_LIMIT):
        level = [
            inner
            for each in level
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


def _of_object(text: _Text, lists: frozenset[str], names: dict[str, None]) -> Iterator[tuple[str, Any]]:
    text.take("{")
    rest: dict[str, Any] = {}
    size, limit, is_listed = 0, record_limit(), False
    while (sign := text.next_sign()) != "}":
        if names:
            text.take(",")
            sign = text.next_sign()
        if sign != '"':
            raise NotADocumentError("it is not JSON", is_plain=True)
        name = text.value()
        names[name] = None
        text.take(":")
        if name in lists and text.next_sign() == "[":
            is_listed = True
            for item in text.items():
                yield name, item
            continue
        before = text.taken
        rest[name] = text.value()
        size += text.taken - before
        if size > limit:
            raise _too_large(limit)
    text.take("}")
    if not is_listed:
        yield "", rest


class _Text:
    """The text not taken yet, and the values at its front."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._ahead = ""
        self._at = 0
        self._is_drained = False
        self._gone = 0
        self._limit = record_limit()
        self._read = json.JSONDecoder(parse_float=exact, parse_constant=not_finite).raw_decode

    @property
    def taken(self) -> int:
        """Characters taken so far."""
        return self._gone + self._at

    def next_sign(self) -> str:
        """The next character that is no space, not taken yet; empty at the end."""
        while True:
            while self._at < len(self._ahead):
                if self._ahead[self._at] not in _SPACE:
                    return self._ahead[self._at]
                self._at += 1
            if not self._fill(_BLOCK):
                return ""

    def take(self, sign: str) -> None:
        """Go past one character."""
        if self.next_sign() != sign:
            if self.next_sign():
                raise NotADocumentError("it is not JSON", is_plain=True)
            raise NotADocumentError("it ends inside its JSON document")
        self._at += 1

    def items(self) -> Iterator[Any]:
        """The items of the list that begins here."""
        self.take("[")
        is_first = True
        while self.next_sign() != "]":
            if not is_first:
                self.take(",")
            is_first = False
            yield self.value()
        self.take("]")

    def value(self) -> Any:
        """The next value, taken."""
        if not self.next_sign():
            raise NotADocumentError("it ends inside its JSON document")
        while True:
            try:
                value, end = self._read(self._ahead, self._at)
            except RecursionError:
                raise NotADocumentError("it is nested too deeply") from None
            except json.JSONDecodeError as error:
                self._need_more(error)
                continue
            except ValueError as error:
                said = str(error)  # Python's own words of a whole number with thousands of digits are not ours
                reason = said if said.startswith("holds ") else "holds a number beyond any range"
                raise NotADocumentError(f"it {reason}") from None
            if end - self._at > self._limit:
                raise _too_large(self._limit)
            length = end - self._at
            if len(self._ahead) - end > _UNSURE or not self._fill(_BLOCK):
                break
        piece_at, end = self._at, self._at + length
        self._at = end
        if type(value) is dict or type(value) is list:
            try:
                check_depth(value)
            except ValueError as error:
                raise NotADocumentError(f"it is {error}") from None
            if self._ahead.find("\\ud", piece_at, end) >= 0 or self._ahead.find("\\uD", piece_at, end) >= 0:
                _refuse_half_characters(value)
        return value

    def _need_more(self, error: json.JSONDecodeError) -> None:
        """Read on when a value may only be cut off by the end of what is read."""
        have, at = len(self._ahead) - self._at, error.pos - self._at
        is_cut = error.pos >= len(self._ahead) - _NEAR or error.msg.startswith("Unterminated string")
        if not is_cut:
            raise NotADocumentError("it is not JSON", is_plain=True)
        if have > self._limit:
            raise _too_large(self._limit)
        if self._fill(max(have, _BLOCK)):
            return
        if self._ahead[self._at + at : self._at + at + 1] in tuple("]},:"):
            raise NotADocumentError("it is not JSON", is_plain=True)
        raise NotADocumentError("it ends inside its JSON document")

    def _fill(self, size: int) -> bool:
        """Read more; what is taken is let go."""
        if self._is_drained:
            return False
        data = self._stream.read(size)
        self._is_drained = not data
        try:
            more = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError:
            raise NotADocumentError("it is not UTF-8 text") from None
        self._gone += self._at
        self._ahead = self._ahead[self._at :] + more
        self._at = 0
        return bool(data)


def exact(text: str) -> Decimal:
    """A number with a point."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("holds a number beyond any range") from None


def not_finite(_: str) -> Any:
    """NaN and Infinity."""
    raise ValueError("holds NaN or Infinity, which are not JSON")


def _refuse_half_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise NotADocumentError("it spells half a character (a lone surrogate)") from None


def _too_large(limit: int) -> NotADocumentError:
    return NotADocumentError(
        f"one record of it is larger than {size_text(limit)}",
        f"Export it as JSON lines; or set {RECORD_VARIABLE} to the MiB of its largest record and capture it again, "
        "which takes some ten times that in memory.",
    )
