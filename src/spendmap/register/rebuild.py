"""The workspace's database made anew from its journal, and the journal made anew from the database.

Reads and writes `spendmap.db` and `register.jsonl`. Invariants: what was there is kept aside and never removed; the new
file is complete before it takes the old one's place.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spendmap.engine.database_errors import BEGIN_AGAIN
from spendmap.engine.store import MANIFEST, Store
from spendmap.register.database import open_database
from spendmap.register.journal import (
    Journal,
    Line,
    Place,
    alone,
    append,
    aside,
    place_of,
    read,
    sync_folder,
    write_whole,
)
from spendmap.register.journal_records import is_as_stored, lines_after, replay, stands_at
from spendmap.register.store import Register
from spendmap.vocabulary.errors import (
    DatabaseDamagedError,
    EngineError,
    RegisterError,
    SourceUnreadableError,
    UsageError,
)
from spendmap.workspace import Workspace

BESIDE = ("-journal", "-wal", "-shm")
"""Files of SQLite's own beside a database; they belong to the one they were made for."""


@dataclass(frozen=True)
class Rebuilt:
    """What was applied. `dropped`: lines of an edit that the journal does not hold whole; `kept`: files put aside."""

    changes: int
    decisions: int
    dropped: int
    kept: tuple[Path, ...]
    data_files: int


@dataclass(frozen=True)
class Kept:
    """The journal's state after maintenance. `aside`: a damaged journal, kept."""

    lines: int
    added: int
    aside: Path | None


def rebuild(workspace: Workspace, *, up_to: int | None = None) -> Rebuilt:
    """Make the database anew: the register and its history from the journal, the ledger's catalogue from its file list.

    Args:
        up_to: number of the last line to apply; None applies all.
    Raises:
        UsageError: the register is in a database of its own.
        SourceUnreadableError: the journal is not there, another workspace's, or damaged before its end.
        RegisterError: the database is whole and holds more than the journal.
        EngineError: another process is writing, or a file of the ledger is gone.
    """
    _refuse_foreign(workspace)
    store = Store(workspace)
    with store.lock(rebuilds=True):
        stands = _holds(workspace)  # before the journal's lock: a writer takes that while it holds the database's
        if not workspace.journal.is_file():
            way = "`spendmap maintain` writes it from the database, which is whole." if any(stands) else BEGIN_AGAIN
            raise SourceUnreadableError(workspace.journal, "it is not there; the ledger is untouched.", next_step=way)
        with alone(workspace.root):
            journal, kept = _rebuild(workspace, stands, up_to)
        files = _catalogue(workspace, store)
    changes, decisions = journal.place.version, journal.place.decisions
    return Rebuilt(changes, decisions, journal.dropped, tuple(kept), files)


def begin_empty(workspace: Workspace) -> Rebuilt:
    """An empty register over the ledger as it is, where database and journal are both lost.

    Raises:
        UsageError: the register is in a database of its own.
        RegisterError: there is a journal to rebuild from, or the database is whole and holds something.
        EngineError: another process is writing, or a file of the ledger is gone.
    """
    _refuse_foreign(workspace)
    store = Store(workspace)
    with store.lock(rebuilds=True):
        stands = _holds(workspace)
        if workspace.journal.is_file():
            raise RegisterError(
                f"{workspace.journal} is there, with what the register said.",
                next_step="Rebuild the database from it: `spendmap restore --from-journal`.",
            )
        if any(stands):
            raise RegisterError(
                f"{workspace.database_file} is whole and holds a register.",
                next_step="`spendmap maintain` writes the journal that is gone.",
            )
        _refuse_unlisted(store)
        draft = workspace.root / f".spendmap.db.{secrets.token_hex(4)}"
        try:
            open_database(f"sqlite:///{draft}").dispose()
            draft.chmod(0o600)
            kept = _put_in_place(workspace, draft)
        finally:
            _remove(draft)
        files = _catalogue(workspace, store)
    return Rebuilt(0, 0, 0, tuple(kept), files)


def _rebuild(workspace: Workspace, stands: tuple[int, int], up_to: int | None) -> tuple[Journal, list[Path]]:
    journal = read(workspace, up_to=up_to)
    if stands[0] > journal.place.version or stands[1] > journal.place.decisions:
        raise RegisterError(
            f"{workspace.database_file} is whole and holds more than would be rebuilt from {workspace.journal}.",
            next_step="`spendmap maintain` brings the journal up to it.",
        )
    draft = workspace.root / f".spendmap.db.{secrets.token_hex(4)}"
    try:
        _fill(draft, journal)
        kept = _put_in_place(workspace, draft)
    finally:
        _remove(draft)
    if journal.place.size != workspace.journal.stat().st_size:
        kept.append(_replace_journal(workspace, journal.lines))
    return journal, kept


def keep_journal(workspace: Workspace, *, dry_run: bool = False) -> Kept | None:
    """Bring the journal up to the database; one that is damaged is kept aside and written anew.

    None: there is no database, or the register is in one of its own.
    Raises:
        RegisterError: the journal knows more than the database.
    """
    if workspace.database or not workspace.database_file.is_file():
        return None
    engine = open_database(workspace.database_url)
    try:
        with engine.execution_options(register_writes=True).begin() as connection, alone(workspace.root):
            stands = stands_at(connection)
            place, is_whole = _checked(workspace)
            if place.version > stands[0] or place.decisions > stands[1]:
                raise RegisterError(
                    f"{workspace.journal} holds more than {workspace.database_file}.",
                    next_step="Rebuild the database: `spendmap restore --from-journal`.",
                )
            if is_whole and (place.last is None or is_as_stored(connection, place.last)):
                lines = lines_after(connection, place)
                if lines and not dry_run:
                    append(workspace, place, lines)
                return Kept(place.lines + len(lines) + (not place.lines), len(lines), None)
            lines = lines_after(connection, Place())
            target = None if dry_run else _replace_journal(workspace, lines)
            return Kept(len(lines) + 1, 0, target)
    finally:
        engine.dispose()


def _refuse_foreign(workspace: Workspace) -> None:
    if workspace.database:
        raise UsageError(
            "the register is in a database of its own, which keeps its own log and has no journal here.",
            next_step="Restore that database from its backup, then run `spendmap maintain --relocate`.",
        )


def _holds(workspace: Workspace) -> tuple[int, int]:
    """Changes and decisions in the database, none where it is gone, empty or damaged."""
    if not workspace.database_file.is_file() or workspace.database_file.stat().st_size == 0:
        return 0, 0
    try:
        engine = open_database(workspace.database_url)
        try:
            with engine.connect() as connection:
                is_whole = connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
                return stands_at(connection) if is_whole else (0, 0)
        finally:
            engine.dispose()
    except DatabaseDamagedError:
        return 0, 0


def _remove(draft: Path) -> None:
    for name in ("", *BESIDE):
        draft.with_name(draft.name + name).unlink(missing_ok=True)


def _fill(draft: Path, journal: Journal) -> None:
    engine = open_database(f"sqlite:///{draft}")
    try:
        with engine.execution_options(register_writes=True).begin() as connection:
            replay(connection, journal.lines)
            if stands_at(connection) != (journal.place.version, journal.place.decisions):
                raise RegisterError("the journal does not lead to the number of changes that it tells.")
    finally:
        engine.dispose()
    draft.chmod(0o600)


def _put_in_place(workspace: Workspace, draft: Path) -> list[Path]:
    """The old database and what SQLite keeps beside it go aside, the new one takes its place."""
    target = workspace.database_file
    kept = aside(target, "replaced")
    there = [name for name in (*BESIDE, "") if target.with_name(target.name + name).exists()]
    for name in there:
        target.with_name(target.name + name).rename(kept.with_name(kept.name + name))
    draft.rename(target)
    sync_folder(target.parent)
    return [kept] if "" in there else []


def _replace_journal(workspace: Workspace, lines: Sequence[Line]) -> Path:
    draft = workspace.root / f".register.jsonl.{secrets.token_hex(4)}"
    kept = aside(workspace.journal, "replaced")
    try:
        write_whole(workspace, lines, draft)
        os.link(workspace.journal, kept)
        draft.replace(workspace.journal)
        sync_folder(workspace.root)
    finally:
        draft.unlink(missing_ok=True)
    return kept


def _checked(workspace: Workspace) -> tuple[Place, bool]:
    """Where the journal stands, and whether every line of it holds."""
    if not workspace.journal.is_file():
        return Place(), True
    try:
        return read(workspace).place, True
    except SourceUnreadableError:
        pass
    try:
        return place_of(workspace.journal), False
    except SourceUnreadableError:
        return Place(), False


def _catalogue(workspace: Workspace, store: Store) -> int:
    """Make the ledger's catalogue anew; how many data files it lists."""
    _refuse_unlisted(store, "the register is back, and ")
    return store.relocate() if (store.root / MANIFEST).is_file() else 0


def _refuse_unlisted(store: Store, before: str = "") -> None:
    if not (store.root / MANIFEST).is_file() and any(store.root.rglob("*.parquet")):
        raise EngineError(
            f"{before}{store.root / MANIFEST} is gone, which lists the ledger's files.",
            next_step="Restore a backup with `spendmap restore FILE FOLDER`, or capture the sources again in a new "
            "workspace.",
        )


def publish(workspace: Workspace) -> None:
    """Publish what the rebuilt register says for the pages that read no database."""
    engine = open_database(workspace.database_url)
    with Register(engine, workspace.rollups) as register:
        register.publish()


__all__ = ["Kept", "Rebuilt", "begin_empty", "keep_journal", "publish", "rebuild"]
