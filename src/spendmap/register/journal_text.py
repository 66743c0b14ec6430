"""The text of a journal's lines: how a line is written, read back, chained to the one before, and told to be whole.

Pure: lines in, bytes out, and back. Files, locks and refusals are `journal`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FORMAT = 1
HASH = len(',"sha256":"') + 64 + len('"}')  # the last bytes of every line


@dataclass(frozen=True)
class Line:
    """One line. `what` is `change` (of the register) or `decision`; `at` is a UTC moment."""

    number: int
    what: str
    about: Mapping[str, Any]
    at: datetime
    who: str
    version: int
    decisions: int
    left: int


@dataclass(frozen=True)
class Place:
    """Where a journal stands after its last whole edit. `size`: bytes up to its end; what follows is torn."""

    lines: int = 0
    size: int = 0
    digest: str = ""
    last: Line | None = None

    @property
    def version(self) -> int:
        """Number of the newest change of the register; 0 before the first."""
        return self.last.version if self.last else 0

    @property
    def decisions(self) -> int:
        """Number of the newest decision; 0 before the first."""
        return self.last.decisions if self.last else 0


def written(lines: Sequence[Line], identity: str, place: Place) -> bytes:
    texts: list[bytes] = []
    digest = place.digest
    header = {"format": FORMAT, "workspace": identity, "at": _moment(datetime.now(UTC))}
    records: list[dict[str, Any]] = [] if place.lines else [header]
    records += [
        {
            "at": _moment(line.at),
            "who": line.who,
            "version": line.version,
            "decisions": line.decisions,
            "left": line.left,
            line.what: line.about,
        }
        for line in lines
    ]
    for number, record in enumerate(records, place.lines + 1):
        body = json.dumps({"line": number, **record}, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
        digest = digest_of(digest, body)
        texts.append(body + ending(digest))
    return b"".join(text + b"\n" for text in texts)


def last_whole(data: bytes, start: int) -> Place | None:
    """The last line of `data` (which begins at byte `start` of its file) that ends an edit."""
    end = len(data)
    end = data.rfind(b"\n", 0, end)
    while end >= 0:
        begin = data.rfind(b"\n", 0, end) + 1
        if begin == 0 and start > 0:
            return None  # the line may begin before the window
        piece = data[begin:end]
        header = start + begin == 0
        line = None if header else parsed(piece, None)
        if header and b'"format":' in piece and piece.endswith(b'"}'):
            return Place(1, start + end + 1, piece[-66:-2].decode("ascii", "replace"))
        if line is not None and line.left == 0:
            return Place(line.number, start + end + 1, piece[-66:-2].decode("ascii"), line)
        end = begin - 1
    return None


def parsed(piece: bytes, number: int | None) -> Line | None:
    """The line, or None when it is none."""
    try:
        raw = json.loads(piece)
        what = "change" if "change" in raw else "decision"
        line = Line(
            raw["line"], what, dict(raw[what]), datetime.fromisoformat(raw["at"]),
            str(raw["who"]), raw["version"], raw["decisions"], raw["left"],
        )  # fmt: skip
        numbers = (line.number, line.version, line.decisions, line.left)
    except (ValueError, KeyError, TypeError):
        return None
    if not all(type(each) is int and each >= 0 for each in numbers) or number not in {None, line.number}:
        return None
    return line


def follows(line: Line | None, waiting: Sequence[Line], place: Place) -> bool:
    """Whether the line goes on where the one before it stood."""
    if line is None:
        return False
    last = waiting[-1] if waiting else place.last
    version, decisions = (last.version, last.decisions) if last else (0, 0)
    grown = (version + 1, decisions) if line.what == "change" else (version, decisions + 1)
    return (line.version, line.decisions) == grown and (not waiting or line.left == waiting[-1].left - 1)


def digest_of(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode() + body).hexdigest()


def ending(digest: str) -> bytes:
    return f',"sha256":"{digest}"}}'.encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


__all__ = ["FORMAT", "HASH", "Line", "Place", "digest_of", "ending", "follows", "last_whole", "parsed", "written"]
