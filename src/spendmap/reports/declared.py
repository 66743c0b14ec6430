"""What people declared, as the question card reads it: from the register itself, kept until the register changes.

The card could read a published file instead, as findings do; then every door to the register (pages, `register apply`,
another machine's server on a shared PostgreSQL) would have to publish, and one that forgot would show an old answer.
So the register stays the only copy. What makes it fast: the first reading is kept, a stat of the SQLite file says
whether anything can have changed, and then only the entities named by the newer audit entries are read again.
SQLAlchemy loads with the first reading, not with this module.
Invariant: a `DeclaredBook` is one version of the register, whole; an edit is seen by the next reader.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spendmap.register import Entity, Value, open_register
from spendmap.register.reading import texts_of

if TYPE_CHECKING:
    from spendmap.workspace import Workspace

KINDS = (
    "use_case",
    "agent",
    "evaluation_suite",
    "review_queue",
    "tool",
    "data_asset",
    "cost_center",
    "department",
    "vendor",
    "plan",
    "customer_segment",
)
"""Kinds of entity the card speaks of."""

RELOAD_ALL = 200  # changed entities from which reading everything again is cheaper than one by one
SETTLED_S = 0.1  # a file changed less than this long ago may change again within the same tick of its clock

Key = tuple[str, str]


@dataclass(frozen=True)
class DeclaredBook:
    """One version of the register. `said` holds every dated value of each entity, in order of declaration."""

    version: int
    said: Mapping[Key, tuple[Value, ...]]

    def ids(self, kind: str) -> tuple[str, ...]:
        """Every declared entity of a kind, in order of declaration."""
        return self._by_kind.get(kind, ())

    def entity(self, kind: str, id_: str, day: date) -> Entity | None:
        """One entity on a UTC day, or None when it is not declared."""
        values = self.said.get((kind, id_))
        if values is None:
            return None
        return Entity(kind, id_, {each.field: each.value for each in values if each.holds_at(day)})

    def entities(self, kind: str, day: date) -> Iterator[Entity]:
        """Every entity of a kind on a UTC day."""
        for id_ in self.ids(kind):
            values = self.said[kind, id_]
            yield Entity(kind, id_, {each.field: each.value for each in values if each.holds_at(day)})

    def values(self, kind: str, id_: str, day: date) -> dict[str, Value]:
        """field -> the value in force on a UTC day, with its first day and evidence note."""
        return {each.field: each for each in self.said.get((kind, id_), ()) if each.holds_at(day)}

    def name(self, kind: str, id_: str, day: date) -> str:
        """What people call it; its id when it is not declared or has no name."""
        entity = self.entity(kind, id_, day)
        return entity.name if entity is not None else id_

    @cached_property
    def _by_kind(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for kind, id_ in self.said:
            found[kind].append(id_)
        return {kind: tuple(ids) for kind, ids in found.items()}


EMPTY = DeclaredBook(0, {})


@dataclass(frozen=True)
class Recorded:
    """Who recorded each field of an entity last, and the entity's version (which an edit of it names)."""

    version: int
    by: Mapping[str, str]


UNRECORDED = Recorded(0, {})


class DeclaredBooks:
    """The newest `DeclaredBook` of one workspace, for all threads of a server."""

    def __init__(self, workspace: Workspace | None) -> None:
        """`workspace` None: nothing can be declared, as in a folder that holds roll-ups only."""
        self._workspace = workspace
        self._lock = threading.Lock()
        self._book: DeclaredBook | None = None
        self._signature: object = None
        self._recorded: dict[Key, Recorded] = {}

    def current(self) -> DeclaredBook:
        """The register as it is now.

        Raises:
            SettingError: the workspace names a database that cannot be reached.
            RegisterError: the database was written by a newer version.
        """
        if self._workspace is None:
            return EMPTY
        with self._lock:
            signature = _signature(self._workspace.database_url)
            if self._book is not None and signature is not None and signature == self._signature:
                return self._book
            if signature == () and not self._workspace.journal.is_file():  # no database yet: reading would make one
                return EMPTY
            before = self._book
            self._book = self._read(self._workspace, before)
            if self._book is not before:
                self._recorded = {}
            self._signature = signature
            return self._book

    def recorded(self, kind: str, id_: str) -> Recorded:
        """Who recorded what of one entity, from the audit log; kept until the register changes."""
        book = self.current()
        if self._workspace is None or (kind, id_) not in book.said:
            return UNRECORDED
        with self._lock:
            kept = self._recorded
            if (kind, id_) not in kept:
                with open_register(self._workspace) as register:
                    by = {each.field: each.actor for each in reversed(register.audit(kind, id_)) if each.field}
                    kept[kind, id_] = Recorded(register.entity_version(kind, id_), by)
            return kept[kind, id_]

    @staticmethod
    def _read(workspace: Workspace, before: DeclaredBook | None) -> DeclaredBook:
        with open_register(workspace) as register:
            version = register.version()
            if before is not None and version == before.version:
                return before
            if before is not None and version > before.version:
                touched = {key for key in register.changed_since(before.version) if key[0] in KINDS}
                if len(touched) <= RELOAD_ALL:
                    said = dict(before.said)
                    for kind, id_ in touched:
                        if register.entity(kind, id_) is None:
                            said.pop((kind, id_), None)
                        else:
                            said[kind, id_] = tuple(register.values(kind, id_))
                    return DeclaredBook(version, said)
            return DeclaredBook(version, {(kind, id_): tuple(values) for kind, id_, values in register.dated(KINDS)})


def _signature(database_url: str) -> object:
    """What changes when the database does; None when that cannot be told from files; () when there is none yet."""
    if not database_url.startswith("sqlite:///"):
        return None
    file = Path(database_url.removeprefix("sqlite:///"))
    parts = []
    newest = 0
    for each in (file, file.with_name(file.name + "-wal")):
        try:
            found = each.stat()
        except FileNotFoundError:
            continue
        parts.append((found.st_mtime_ns, found.st_size, found.st_ino))
        newest = max(newest, found.st_mtime_ns)
    if parts and time.time_ns() - newest < SETTLED_S * 1_000_000_000:
        return None
    return tuple(parts)


def referred(entity: Entity, field: str) -> tuple[str, ...]:
    """Ids a reference field names, one or many."""
    value = entity.get(field)
    return () if value is None else texts_of(value)


def tied_to(case: str, entity: Entity | None, kind: str, book: DeclaredBook, day: date, field: str) -> list[Entity]:
    """Entities of `kind` that name the use case, and those the use case names in `field`; each once."""
    named = set(referred(entity, field)) if entity is not None else set()
    return [each for each in book.entities(kind, day) if case in referred(each, "use_case") or each.id in named]


def by_use_case(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """use case -> the entities that name it."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for each in entities:
        for case in referred(each, "use_case"):
            found[case].append(each)
    return found


def texts(value: Any) -> tuple[str, ...]:
    """A text or a list of texts, as texts; none for None."""
    return () if value is None else texts_of(value)
