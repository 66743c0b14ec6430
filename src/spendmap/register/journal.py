"""The journal: every change of the register and every decision as a line of text, to rebuild the database from.

Reads and writes `register.jsonl` of a workspace, and knows nothing of a database. The first line names the workspace;
each other line is one change or one decision. `version` and `decisions` say where the register stands after it, `left`
how many lines of the same edit follow, `sha256` is the hash of the line chained to the one before. Invariant: a line
is on disk before its edit is answered for, and a line that was changed, taken out or put in is seen.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from spendmap.register.journal_text import (
    FORMAT,
    HASH,
    Line,
    Place,
    digest_of,
    ending,
    follows,
    last_whole,
    parsed,
    written,
)
from spendmap.vocabulary.errors import RegisterError, SourceUnreadableError
from spendmap.workspace import IDENTITY_FILE, Workspace, identity_of

WINDOW = 64 * 1024  # bytes first read from the end to find where a journal stands
_PRIVATE = 0o600
_ANEW = (
    "If `spendmap register show` answers, the database is whole: `spendmap maintain` keeps this file aside and writes "
    "it anew."
)


@dataclass(frozen=True)
class Journal:
    """A journal read whole. `dropped`: lines at its end that belong to no whole edit."""

    lines: tuple[Line, ...]
    place: Place
    dropped: int


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time: in a workspace's folder who adds to the journal, in its roll-ups' who publishes the register.

    A killed process's lock is gone with it. The journal's is taken after the database's own lock, never before it.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def place_of(file: Path) -> Place:
    """Where the journal stands, from its end alone; the lines before are not checked.

    Raises:
        SourceUnreadableError: there is no whole line to go on from.
    """
    try:
        with file.open("rb") as handle:
            size = handle.seek(0, os.SEEK_END)
            window = WINDOW
            while size:
                start = max(0, size - window)
                handle.seek(start)
                found = last_whole(handle.read(size - start), start)
                if found is not None:
                    return found
                if start == 0:
                    break
                window *= 8
            handle.seek(0)
            if size > WINDOW or b"\n" in handle.read(WINDOW):
                raise SourceUnreadableError(file, "it holds no line that the register wrote.", next_step=_ANEW)
    except FileNotFoundError:
        pass
    return Place()


def append(workspace: Workspace, place: Place, lines: Sequence[Line]) -> None:
    """Put lines behind `place`, on disk before this returns; a torn end is kept aside first.

    Raises:
        RegisterError: the disk takes no more; the journal is then as it was.
    """
    file = workspace.journal
    text = written(lines, identity_of(workspace.root), place)
    is_new = not file.exists()
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, _PRIVATE)
        try:
            if torn := os.pread(handle, max(0, os.fstat(handle).st_size - place.size), place.size):
                aside(file, "torn").write_bytes(torn)
            cut(handle, place.size)
            try:
                os.lseek(handle, place.size, os.SEEK_SET)
                _write(handle, text)
                os.fsync(handle)
            except OSError:
                cut(handle, place.size)
                raise
        finally:
            os.close(handle)
        if is_new:
            sync_folder(file.parent)
    except OSError as error:
        raise RegisterError(
            f"{file} cannot be written: {error.strerror}. Nothing was changed.",
            next_step="Make room or give the folder back its permissions, then do it again.",
        ) from error


def cut(handle: int, size: int) -> None:
    """Take off what stands behind `size` bytes."""
    if os.fstat(handle).st_size != size:
        os.ftruncate(handle, size)
        os.fsync(handle)


def write_whole(workspace: Workspace, lines: Sequence[Line], target: Path) -> None:
    """A journal of these lines alone, in a file of its own."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        _write(handle, written(lines, identity_of(workspace.root), Place()))
        os.fsync(handle)
    finally:
        os.close(handle)


def read(workspace: Workspace, *, up_to: int | None = None) -> Journal:
    """The whole journal, every line held against its hash.

    Args:
        up_to: number of the last line to read; None reads all.
    Raises:
        SourceUnreadableError: it is not there, is another workspace's, or a line before its end was changed.
    """
    file = workspace.journal
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SourceUnreadableError(
            file,
            f"it cannot be read: {error.strerror}.",
            next_step="If `spendmap.db` is whole, `spendmap maintain` writes the journal; else restore a backup: "
            "`spendmap restore FILE FOLDER`.",
        ) from error
    pieces = data.split(b"\n")
    is_torn = pieces.pop() != b""
    pieces = pieces[:up_to]
    whole: list[Line] = []
    waiting: list[Line] = []
    place = Place()
    digest, size = "", 0
    for number, piece in enumerate(pieces, 1):
        line = parsed(piece, number) if number > 1 else None
        expected = digest_of(digest, piece[:-HASH])
        if piece[-HASH:] != ending(expected) or (number > 1 and not follows(line, waiting, place)):
            if number == len(pieces) > 1 and line is None:
                is_torn = True  # what a power cut leaves: the end of the line is there, its middle is not
                break
            raise _changed(file, number)
        if number == 1:
            _check_header(workspace, piece)
        digest, size = expected, size + len(piece) + 1
        if line is not None:
            waiting.append(line)
        if line is None or line.left == 0:
            whole += waiting
            waiting = []
            place = Place(number, size, digest, line)
    if not place.lines:
        raise _changed(file, 1)
    return Journal(tuple(whole), place, len(waiting) + (is_torn and up_to is None))


def aside(file: Path, why: str) -> Path:
    """A free name beside the file for what is kept of it."""
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    name = f"{file.name}.{why}-{moment}"
    number = 1
    while (target := file.with_name(name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return target


def sync_folder(folder: Path) -> None:
    """Make a new name in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_header(workspace: Workspace, piece: bytes) -> None:
    header = json.loads(piece)
    if header.get("format") != FORMAT:
        raise SourceUnreadableError(
            workspace.journal, "it was written by a newer version.", next_step="`pip install --upgrade spendmap`."
        )
    check_owner(workspace, header)


def check_owner(workspace: Workspace, header: Mapping[str, Any]) -> None:
    """Refuse the journal of another workspace."""
    if header.get("workspace") != identity_of(workspace.root):
        raise SourceUnreadableError(
            workspace.journal,
            "it is the journal of another workspace.",
            next_step="Put this workspace's own back; if it is lost, move this one away and `spendmap maintain` writes "
            f"it from the database. If the company is the same, copy {IDENTITY_FILE} from the journal's workspace too.",
        )


def header_of(file: Path) -> dict[str, Any]:
    """The first line, unchecked."""
    with file.open("rb") as handle:
        try:
            found = json.loads(handle.readline())
        except ValueError:
            found = {}
    return found if isinstance(found, dict) else {}


def _changed(file: Path, number: int) -> SourceUnreadableError:
    if number == 1:
        return SourceUnreadableError(
            file, "it does not begin as a journal does.", line=1, next_step=f"Put a copy of it back. {_ANEW}"
        )
    return SourceUnreadableError(
        file,
        "it is not the line that was written here.",
        line=number,
        next_step="Put a copy of the file back, or apply what stands before it: "
        f"`spendmap restore --from-journal --up-to {number - 1}`.",
    )


def _write(handle: int, text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[os.write(handle, rest) :]


__all__ = ["Journal", "Line", "Place", "alone", "append", "aside", "cut", "place_of", "read", "write_whole"]
