"""The workspace's register database with its journal: what is committed is in the journal first.

One place sees every write: the moment before a transaction commits. Killed between the two, the journal knows one edit
more than the database, and the next to open it completes that edit. Any other lead of the journal means that the
database was lost, and nothing is read from it or written to it until it is rebuilt. A register in a database of its own
(PostgreSQL) has no journal: several workspaces may share it, and it has a log and backups of its own.
"""

from __future__ import annotations

import os

from sqlalchemy import Connection, Engine, ExceptionContext, event

from spendmap.register.database import open_database
from spendmap.register.journal import Place, alone, append, check_owner, cut, header_of, place_of, read
from spendmap.register.journal_records import is_as_stored, lines_after, replay, stands_at
from spendmap.vocabulary.errors import RegisterError
from spendmap.workspace import Workspace

_WAS = "journal_size"  # of a connection: the journal's size before the edit that is about to be committed


def open_workspace_database(workspace: Workspace) -> Engine:
    """A connected engine over the workspace's database, whose commits the journal holds.

    Raises:
        SettingError: the workspace names a database that cannot be reached.
        RegisterError: the database was written by a newer version, or it was lost and the journal knows more.
        SourceUnreadableError: nothing in the journal can be gone on from.
    """
    if workspace.database:
        return open_database(workspace.database_url)
    place = place_of(workspace.journal)
    if place.last is not None and not workspace.database_file.exists():
        raise _lost(workspace, (0, 0), place)
    engine = open_database(workspace.database_url)
    try:
        _complete(workspace, engine)
    except BaseException:
        engine.dispose()
        raise
    _keep_journal(workspace, engine)
    return engine


def _keep_journal(workspace: Workspace, engine: Engine) -> None:
    def on_begin(connection: Connection) -> None:
        connection.info.pop(_WAS, None)

    def on_commit(connection: Connection) -> None:
        if connection.get_execution_options().get("register_writes"):
            with alone(workspace.root):
                place = place_of(workspace.journal)
                if catch_up(workspace, connection, place):
                    connection.info[_WAS] = place.size

    def on_error(context: ExceptionContext) -> None:
        if context.statement is None and context.connection is not None:  # a commit that failed: its edit is none
            size = context.connection.info.pop(_WAS, None)
            if size is not None:
                with alone(workspace.root):
                    _cut_back(workspace, size)

    event.listen(engine, "begin", on_begin)
    event.listen(engine, "commit", on_commit)
    event.listen(engine, "handle_error", on_error)


def catch_up(workspace: Workspace, connection: Connection, place: Place) -> int:
    """Add to the journal what the database holds beyond it; how many lines. The first time, that is all there is.

    Raises:
        SourceUnreadableError: the journal is another workspace's.
        RegisterError: journal and database tell two histories, or the disk takes no more.
    """
    if place.lines:
        check_owner(workspace, header_of(workspace.journal))
    _refuse_other_history(workspace, connection, place)
    lines = lines_after(connection, place)
    if lines:
        append(workspace, place, lines)
    return len(lines)


def _cut_back(workspace: Workspace, size: int) -> None:
    handle = os.open(workspace.journal, os.O_RDWR)
    try:
        cut(handle, size)
    finally:
        os.close(handle)


def _complete(workspace: Workspace, engine: Engine) -> None:
    """Do the one edit that the journal holds and a killed process did not commit."""
    with engine.connect() as connection:
        place = place_of(workspace.journal)
        if _is_level(stands_at(connection), place):
            _refuse_other_history(workspace, connection, place)
            return
    with engine.execution_options(register_writes=True).begin() as connection:  # a writer may just be committing
        stands, place = stands_at(connection), place_of(workspace.journal)
        if _is_level(stands, place):
            return
        lines = read(workspace).lines
        missing = [
            line
            for line in lines
            if (line.version > stands[0] if line.what == "change" else line.decisions > stands[1])
        ]
        if sum(line.left == 0 for line in missing) != 1:
            raise _lost(workspace, stands, place)
        replay(connection, missing)


def _refuse_other_history(workspace: Workspace, connection: Connection, place: Place) -> None:
    """Refuse a database that says otherwise of the journal's last line: it is another workspace's, or was changed."""
    if place.last is None or is_as_stored(connection, place.last):
        return
    raise RegisterError(
        f"line {place.lines} of {workspace.journal} is not what {workspace.database_file} says of the same change: "
        "one of the two is another workspace's, or was changed.",
        next_step="Put the right file back. If the journal is right, move the database away and run `spendmap restore "
        "--from-journal`; if the database is, `spendmap maintain` keeps the journal aside and writes it anew.",
    )


def _is_level(stands: tuple[int, int], place: Place) -> bool:
    return stands[0] >= place.version and stands[1] >= place.decisions


def _lost(workspace: Workspace, stands: tuple[int, int], place: Place) -> RegisterError:
    return RegisterError(
        f"{workspace.database_file} holds {stands[0]} changes of the register and {stands[1]} decisions, "
        f"{workspace.journal} {place.version} and {place.decisions}: "
        "the database was lost, emptied, or is an older copy.",
        next_step="Put the database back, or rebuild it: `spendmap restore --from-journal`.",
    )


__all__ = ["catch_up", "open_workspace_database"]
