"""What lies in a folder that is captured: the files, and what is passed over and why.

Walks a folder without opening anything. A link is followed where it leads to a file inside the folder; one that leads
out of it is not, nor is one to a folder (what is inside is found without it). Pipes, sockets and devices are never
opened: reading one may never end.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True)
class PassedOver:
    """What lies in a folder and is not read. `name` is text, below the folder; a folder may hide files of any name."""

    name: str
    reason: str
    next_step: str
    is_folder: bool = False


def walk(folder: Path) -> Iterator[Path | PassedOver]:
    """Every file below a folder, and what stands in its place when it cannot be read. Hidden files are left out."""
    top = folder.resolve()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            yield PassedOver(
                shown(here, folder),
                f"the folder cannot be read: {error.strerror or error}.",
                "Let its files be read (`chmod`), or move it elsewhere, and capture again.",
                is_folder=True,
            )
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif not entry.name.startswith("."):
                found = _judged(path, folder, top)
                if found is not None:
                    yield found


def special(path: Path) -> str:
    """What a path is when it is neither file nor folder ("a named pipe"); empty when it is one of these."""
    mode = path.stat().st_mode
    return "" if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else _SPECIAL.get(stat.S_IFMT(mode), "no file")


def shown(path: Path, folder: Path) -> str:
    """A path's name below the folder, as text that can be printed and stored."""
    return os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")


def _judged(path: Path, folder: Path, top: Path) -> Path | PassedOver | None:
    name = shown(path, folder)
    try:
        if path.is_symlink():
            target = Path(os.path.realpath(path))  # a loop leads to itself
            if not target.is_relative_to(top):
                return PassedOver(
                    name,
                    "it is a link that leads out of the folder, so it is not followed.",
                    "Capture what it leads to by itself, or put a copy in its place.",
                    is_folder=target.is_dir(),
                )
            if target.is_dir():
                return None
        what = special(path)
    except OSError as error:
        return PassedOver(name, f"it cannot be read: {error.strerror or error}.", "Mend or remove it.")
    if what:
        return PassedOver(name, f"it is {what}, so it is not opened.", "Write what it gives to a file, and remove it.")
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return PassedOver(name, "its name is not UTF-8 text.", "Rename it, and capture again.")
    return path


__all__ = ["PassedOver", "shown", "special", "walk"]
