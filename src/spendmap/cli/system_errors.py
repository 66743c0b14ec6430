"""What the system refuses (a full disk, a folder that may not be written, a damaged file), as an error with a way on.

Used by the process entry alone, for what no layer below could act on. Libraries are recognised without importing them:
an error of one that was never loaded cannot have been raised.
"""

from __future__ import annotations

import errno
import sys

from spendmap.vocabulary.errors import DISK_FULL, EngineError, SpendmapError

REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
AGAIN = "What is stored is as it was before."
_DAMAGE = "`spendmap check` says which file is damaged; put it back from a backup (`spendmap restore FILE FOLDER`)."
_LIBRARIES = (("duckdb", "Error"), ("pyarrow", "ArrowException"), ("sqlalchemy.exc", "DBAPIError"))


def told(error: BaseException) -> SpendmapError | None:
    """The error as a person is told it, without a statement or its values; None for a mistake of ours."""
    if isinstance(error, OSError):
        return _of_system(error)
    for module, name in _LIBRARIES:
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], name)):
            said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            if any(word in said for word in ("No space left", "File too large", "disk is full")):
                return _full(said)
            return EngineError(f"{said.rstrip('.')}.", next_step=_DAMAGE)
    return None


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
