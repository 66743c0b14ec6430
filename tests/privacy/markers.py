"""Planted texts: secrets and persons of every kind, each one unique, and where they turn up again.

A marker knows its needle: the part that must be found nowhere (of a connection string the password, not the host).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from spendmap.vocabulary.personal_texts import is_luhn


@dataclass(frozen=True)
class Marker:
    """One planted text. `door` and `column` say where it was planted."""

    door: str
    column: str
    kind: str
    text: str
    needle: str


def _hex(number: int) -> str:
    return hashlib.md5(b"%d" % number, usedforsecurity=False).hexdigest()


def _mixed(number: int, length: int) -> str:
    return base64.b64encode(hashlib.sha256(b"%d" % number).digest(), b"Q7").decode()[:length]


def _card(number: int) -> str:
    begun = f"40000{number:010d}"
    return next(begun + str(check) for check in range(10) if is_luhn(begun + str(check)))


def _iban(number: int) -> str:
    account = f"37040044{number:010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


KINDS: dict[str, Callable[[int], tuple[str, str]]] = {
    "api key": lambda n: (f"sk-proj-{_hex(n)}", _hex(n)),
    "cloud key": lambda n: (f"AKIA{_hex(n)[:16].upper()}", _hex(n)[:16].upper()),
    "code key": lambda n: (f"ghp_{_mixed(n, 36)}", _mixed(n, 36)),
    "chat key": lambda n: (f"xoxb-{n:012d}-{_hex(n)}", _hex(n)),
    "bearer": lambda n: (f"Bearer {_hex(n)}", _hex(n)),
    "web token": lambda n: (f"eyJhbGciOiJIUzI1NiJ9.{_hex(n)}.{_mixed(n, 40)}", _hex(n)),
    "private key": lambda n: (f"-----BEGIN PRIVATE KEY-----{_mixed(n, 40)}-----END PRIVATE KEY-----", _mixed(n, 40)),
    "connection": lambda n: (f"postgresql://app:pw{_hex(n)}@db.example.com/x", f"pw{_hex(n)}"),
    "e-mail": lambda n: (f"jane.marker{n}@corp.example", f"jane.marker{n}@"),
    "phone": lambda n: (f"+49 151 {n:08d}", f"{n:08d}"),
    "card": lambda n: (_card(n), _card(n)),
    "bank": lambda n: (_iban(n), _iban(n)),
}
FIGURES = ("phone", "card")  # these are numbers where a number is expected, and rightly stored as such


class Markers:
    """Makes markers, no two alike, and remembers them.

    Args:
        first: where the numbers in them begin: the seed.
        each: kinds planted in one column, in turn; None = all.
    """

    def __init__(self, first: int = 60_000_000, each: int | None = None) -> None:
        self._next = first
        self._each = each or len(KINDS)
        self._turn = 0
        self.made: list[Marker] = []

    def one(self, door: str, column: str, kind: str) -> str:
        """A new marker's text."""
        self._next += 7
        text, needle = KINDS[kind](self._next)
        self.made.append(Marker(door, column, kind, text, needle))
        return text

    def person(self, door: str, column: str) -> str:
        """The name of somebody, which only the place it stands in gives away."""
        self._next += 7
        name = f"Jane Marker{self._next}"
        self.made.append(Marker(door, column, "name", name, name))
        return name

    def of_every_kind(self, door: str, column: str, *, is_figure: bool = False) -> Iterator[str]:
        """One of each kind; where figures are read, without those that are figures."""
        kinds = [kind for kind in KINDS if not (is_figure and kind in FIGURES)]
        self._turn += self._each
        for place in range(min(self._each, len(kinds))):
            yield self.one(door, column, kinds[(self._turn + place) % len(kinds)])


def everything_in(folder: Path) -> Iterator[tuple[str, str]]:
    """(where, text) of all that a workspace holds; Parquet decoded. What people wrote there themselves is left out."""
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if not file.is_file() or inside.parts[0] in ("rules", "register"):
            continue
        yield "names of files", str(inside)
        if file.suffix == ".parquet":
            for batch in pq.ParquetFile(file).iter_batches():
                yield str(inside), str(batch.to_pylist())
        else:
            yield str(inside), file.read_bytes().decode("utf-8", "replace")


def found(markers: Iterable[Marker], places: Iterable[tuple[str, str]]) -> list[tuple[Marker, str]]:
    """Which markers turn up, and where first; letter case aside."""
    left = list(markers)
    hits: list[tuple[Marker, str]] = []
    for where, text in places:
        low = text.lower()
        turned_up = [marker for marker in left if marker.needle.lower() in low]
        hits += [(marker, where) for marker in turned_up]
        left = [marker for marker in left if marker not in turned_up]
    return hits
