"""What the system refuses (a full disk, a folder that may not be written, a damaged file), as an error with a way on.

Used by the process entry alone, for what no layer below could act on. Libraries are recognised without importing them:
an error of one that was never loaded cannot have been raised.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from spendmap.vocabulary.errors import DISK_FULL, EngineError, SpendmapError

REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
AGAIN = "What is stored is as it was before."
_DAMAGE = "`spendmap check` says which file is damaged; put it back from a backup (`spendmap restore FILE FOLDER`)."
_REBUILD = (
    "Put it back from a backup (`spendmap restore FILE FOLDER`), or make the catalogue anew from the list of its "
    "files: `spendmap maintain --relocate`."
)
_LIBRARIES = (("duckdb", "Error"), ("pyarrow", "ArrowException"), ("sqlalchemy.exc", "DBAPIError"))


def told(error: BaseException, place: Path | None = None) -> SpendmapError | None:
    """The error as a person is told it, without a statement or its values; None for a mistake of ours.

    Args:
        place: the workspace asked for. What breaks over files that are not what was written is their fault: a changed
            byte may leave a file that can be read, with values nobody wrote.
    """
    if isinstance(error, OSError):
        return _of_system(error)
    for module, name in _LIBRARIES:
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], name)):
            said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            if any(word in said for word in ("No space left", "File too large", "disk is full")):
                return _full(said)
            return EngineError(f"{said.rstrip('.')}.", next_step=_DAMAGE)
    return _of_catalogue(error) or _of_changed_files(place)


def _of_catalogue(error: BaseException) -> EngineError | None:
    """What a library raises that reads the catalogue's own files, whose errors have no common kind."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__", "").partition(".")[0] == "pyiceberg":
            return EngineError("a file of the ledger's catalogue cannot be read.", next_step=_REBUILD)
        trace = trace.tb_next
    return None


def _of_changed_files(place: Path | None) -> EngineError | None:
    from spendmap.engine.file_list import listed
    from spendmap.engine.integrity import altered
    from spendmap.workspace import Workspace

    try:
        root = Workspace.find(place).root
        changed = altered(root, listed(root / "ledger"))
    except SpendmapError:
        return None  # whatever is wrong here, it is not what broke
    return EngineError(f"{changed[0]}.", next_step=_DAMAGE) if changed else None


def _of_system(error: OSError) -> EngineError:
    named = error.filename2 or error.filename
    reason = error.strerror or str(error).partition("\n")[0]
    said = f"{named}: {reason}" if named else reason
    if error.errno in DISK_FULL:
        return _full(said)
    if error.errno in REFUSED:
        return EngineError(
            f"{said}. {AGAIN}",
            next_step="Run the command again as a user who may read and write the workspace.",
        )
    return EngineError(f"{said}.", next_step=_DAMAGE)


def _full(said: str) -> EngineError:
    return EngineError(f"{said}. {AGAIN}", next_step="Make room on the disk, then run the command again.")


__all__ = ["told"]
