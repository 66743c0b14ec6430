"""What SQLite says when its file is damaged or another process holds it, as errors with a way on.

Used by both that open the workspace database: the register and the ledger's catalogue.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError

from spendmap.vocabulary.errors import DatabaseDamagedError, EngineError, SpendmapError
from spendmap.workspace import JOURNAL_FILE


def say_plainly(engine: Engine, file: Path) -> None:
    """Raise damage and a lock that is never released as errors of ours, wherever a query meets them."""

    def on_error(context: ExceptionContext) -> SpendmapError | None:
        return told_plainly(context.original_exception, file)

    event.listen(engine, "handle_error", on_error, retval=True)


def told_plainly(error: BaseException | None, file: Path) -> SpendmapError | None:
    """The error as a person is told it; None for one that is neither damage nor a lock."""
    if isinstance(error, DBAPIError):
        error = error.orig
    if type(error) is sqlite3.DatabaseError:  # its subclasses are mistakes of a query
        has_journal = (file.parent / JOURNAL_FILE).is_file()
        way = (
            "Rebuild it with `spendmap restore --from-journal`; the damaged file is kept aside."
            if has_journal
            else "Restore a backup with `spendmap restore FILE FOLDER`."
        )
        return DatabaseDamagedError(f"{file} is damaged: {error}.", next_step=way)
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return EngineError(
            f"another process is writing to {file}, and did not end in time.",
            next_step="Run the command again when it is done.",
        )
    return None
