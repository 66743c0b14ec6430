"""What SQLite says when its file is damaged, held by another process or cannot be written, as errors with a way on.

Used by both that open the workspace database: the register and the ledger's catalogue.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError

from spendmap.vocabulary.errors import DatabaseDamagedError, EngineError, SpendmapError
from spendmap.workspace import JOURNAL_FILE

BEGIN_AGAIN = (
    "Restore a backup with `spendmap restore FILE FOLDER`. Without one, begin an empty register over the ledger as it "
    "is: `spendmap restore --empty-register`."
)
"""The way on where database and journal are both lost."""
LOCK_SECONDS = 60
"""How long one waits for another who writes to a SQLite database: it is not fair, and pages may write all the time."""
_ROOM = "Make room on the disk, then run the command again."
_RIGHT = "Run the command again as a user who may read and write the workspace."
_REFUSED = {
    "disk is full": _ROOM,
    "disk I/O error": _ROOM,  # also what a limit on the size of files gives
    "readonly database": _RIGHT,
    "unable to open database file": _RIGHT,
}
"""What the system refuses SQLite, in its words -> what a person can do."""


def say_plainly(engine: Engine, file: Path) -> None:
    """Raise damage and a lock that is never released as errors of ours, wherever a query meets them."""

    def on_error(context: ExceptionContext) -> SpendmapError | None:
        return told_plainly(context.original_exception, file)

    event.listen(engine, "handle_error", on_error, retval=True)


def told_plainly(error: BaseException | None, file: Path) -> SpendmapError | None:
    """The error as a person is told it; None for one that is a mistake of a query."""
    if isinstance(error, DBAPIError):
        error = error.orig
    if type(error) is sqlite3.DatabaseError:  # its subclasses are mistakes of a query
        has_journal = (file.parent / JOURNAL_FILE).is_file()
        way = (
            "Rebuild it with `spendmap restore --from-journal`; the damaged file is kept aside."
            if has_journal
            else BEGIN_AGAIN
        )
        return DatabaseDamagedError(f"{file} is damaged: {error}.", next_step=way)
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return EngineError(
            f"another process is writing to {file}, and did not end in time.",
            next_step="Run the command again when it is done.",
        )
    if isinstance(error, sqlite3.OperationalError):
        for words, way in _REFUSED.items():
            if words in str(error):
                return EngineError(f"{file}: {error}. What is stored is as it was before.", next_step=way)
    return None
