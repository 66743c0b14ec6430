"""Every moment at which a command changes something on disk, counted in the order in which it comes to it.

Python says when it opens a file for writing, renames, links or removes one (its audit events); `fsync`, a commit of the
database and what DuckDB, Arrow and the catalogue write are wrapped here. The product has no hook of its own: what is
installed lives in the child process of one command.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Meet = Callable[[int, str, str], None]
"""What to do at a point: its number (from 1), what is about to be done, and to which file."""

_NAMED = {
    "os.rename": "rename",
    "os.remove": "remove",
    "os.link": "link",
    "os.mkdir": "make folder",
    "os.rmdir": "remove folder",
    "os.truncate": "truncate",
}
_WRITES = os.O_WRONLY | os.O_RDWR


def meet_points(root: Path, meet: Meet) -> None:
    """Call `meet` before every write below `root`, from now to the end of this process."""
    count = 0
    inside = f"{root}{os.sep}"

    def at(what: str, file: object) -> None:
        nonlocal count
        name = os.fsdecode(file) if isinstance(file, str | bytes | os.PathLike) else str(file)
        if name.startswith(inside):
            count += 1
            meet(count, what, name.removeprefix(inside))

    def listen(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args
            is_written = any(letter in mode for letter in "wax+") if mode else bool((flags or 0) & _WRITES)
            if is_written and isinstance(path, str | bytes | os.PathLike):
                at("open", path)
        elif event in _NAMED:
            folder = args[-1] if event in ("os.remove", "os.rmdir") else -1
            path = args[1] if event in ("os.rename", "os.link") else args[0]
            if isinstance(folder, int) and folder >= 0 and not os.path.isabs(os.fsdecode(path)):  # noqa: PTH117
                path = Path(f"/proc/self/fd/{folder}").readlink() / os.fsdecode(path)
            at(_NAMED[event], path)

    _wrap_libraries(at)
    sys.addaudithook(listen)


def killed_at(number: int) -> Meet:
    """End the process as kill -9 does, just before point `number`."""

    def meet(count: int, _what: str, _file: str) -> None:
        if count == number:
            os._exit(137)

    return meet


def refused_from(number: int, code: int) -> Meet:
    """From point `number` on every write fails with an error of the system: a disk that is full stays full.

    What gives space back or undoes (removing) is let through.
    """

    def meet(count: int, what: str, file: str) -> None:
        if count >= number and (code != errno.ENOSPC or not what.startswith("remove")):
            raise OSError(code, os.strerror(code), file)

    return meet


def copied_to(copies: Path, root: Path, noted: Path) -> Meet:
    """At every point note what is about to be done, with the number of a copy of `root` as it is on disk by then."""
    seen: dict[str, int] = {}
    copies.mkdir(parents=True)

    def meet(_count: int, what: str, name: str) -> None:
        state = _state(root)
        if state not in seen:
            seen[state] = len(seen)
            shutil.copytree(root, copies / str(seen[state]), symlinks=True)
        os.write(descriptor, f"{seen[state]} {what} {name}\n".encode())

    descriptor = os.open(noted, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return meet


def _state(root: Path) -> str:
    """What is on disk: names and contents."""
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*")):
        digest.update(os.fsencode(file) + b"\0")
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _wrap_libraries(at: Callable[[str, object], None]) -> None:
    """What writes without Python's knowledge."""
    import pyarrow.parquet as pq
    from pyiceberg.io.pyarrow import PyArrowFile
    from sqlalchemy.engine.default import DefaultDialect

    from spendmap.engine.duckdb import DuckDBEngine

    def before(owner: Any, name: str, what: str, place: Callable[..., object]) -> None:
        own = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            at(what, place(*args, **kwargs))
            return own(*args, **kwargs)

        setattr(owner, name, wrapped)

    def name_of(handle: int, *_: Any) -> object:
        with contextlib.suppress(OSError):
            return Path(f"/proc/self/fd/{handle}").readlink()
        return ""

    before(os, "fsync", "fsync", name_of)
    before(os, "write", "write", name_of)
    before(pq.ParquetWriter, "__init__", "write parquet", lambda _self, where, *_a, **_k: where)
    before(PyArrowFile, "create", "write catalogue", lambda self, *_a, **_k: self.location.removeprefix("file://"))
    before(DuckDBEngine, "write", "copy to parquet", lambda _self, _transform, folder, **_k: folder)
    commit = DefaultDialect.do_commit

    def committed(self: Any, connection: Any) -> None:
        file = connection.driver_connection.execute("PRAGMA database_list").fetchone()[2]
        at("commit", file)
        commit(self, connection)
        at("committed", file)

    DefaultDialect.do_commit = committed  # type: ignore[method-assign]
