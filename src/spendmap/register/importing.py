"""Import a foreign inventory: all that can be read, once; a second time changes nothing.

Reads a delimited or JSON file and a mapping; writes entities, values with their file and line as evidence, and the
audit log in one transaction. An answer that somebody else gave, by file or by form, is never overwritten, and nothing
is deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from spendmap.register.changes import Change, Span, Stored
from spendmap.register.codec import encode
from spendmap.register.entities import Vendor
from spendmap.register.import_rows import LINES_NAMED, Draft, Drafted, Merged, Rejected, Resolvers, Unread, draft_rows
from spendmap.register.mapping import ImportMapping, find_mapping, read_mapping
from spendmap.register.problems import did_you_mean, listed
from spendmap.register.schema import BY_TYPE
from spendmap.register.store import Register
from spendmap.register.table_file import TableFile, read_table
from spendmap.vocabulary.errors import RegisterError
from spendmap.vocabulary.progress import Progress

QUESTIONS = tuple(field for field in BY_TYPE["use_case"].fields if field.question)


@dataclass(frozen=True)
class Kept:
    """An answer of somebody else that the file contradicts, left as it is."""

    kind: str
    id: str
    field: str


@dataclass(frozen=True)
class Unanswered:
    """How many imported use cases leave one question of the card open."""

    question: int
    field: str
    about: str
    unanswered: int
    of: int


@dataclass(frozen=True)
class Imported:
    """What an import did, or with `dry_run` would do. `rows` = imported + rejected + silent."""

    file: str
    mapping: str
    encoding: str
    dry_run: bool
    rows: int
    imported: int
    silent: int
    numbered: int
    created: dict[str, int]
    changed: dict[str, int]
    unchanged: dict[str, int]
    fields_written: int
    fields_withdrawn: int
    kept: tuple[Kept, ...]
    rejected: tuple[Rejected, ...]
    unread: tuple[Unread, ...]
    unanswered: tuple[Unanswered, ...]
    merged: tuple[Merged, ...]  # products written in more than one way


def import_register(
    register: Register,
    file: Path,
    mapping_name: str,
    *,
    actor: str,
    now: datetime,
    resolvers: Resolvers | None = None,
    known_vendors: Collection[str] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Bring the records of `file` into the register, as the mapping says.

    Args:
        mapping_name: a mapping file, or the name of a shipped one.
        actor: who imports, for the audit log.
        now: the moment it is recorded at, UTC.
        known_vendors: vendor ids that need not be declared (the shipped catalogue's).
        dry_run: work everything out and write nothing.
    Raises:
        RegisterError: file or mapping cannot be read, the file lacks a column or has it twice, or a reference leads
                nowhere.
    """
    mapping = read_mapping(find_mapping(mapping_name))
    table = read_table(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    _check_columns(mapping, table)
    _check_unique(mapping, table)
    if progress:
        progress.start("read", len(table.records))
    drafted = draft_rows(mapping, table.records, resolvers or Resolvers(), progress.advance if progress else _nothing)
    drafted.rejected += [Rejected(each.line, each.reason) for each in table.ragged]
    plan = _Plan(mapping, file.name, str(file))
    if dry_run:
        plan.work_out(drafted, register.stored(), known_vendors)
    else:
        with register.writing() as session:
            plan.work_out(drafted, session.stored(), known_vendors)
            session.write(plan.changes, actor=actor, now=now)
    rows = len(table.records) + len(table.ragged)
    cases = [draft for (kind, _), draft in drafted.drafts.items() if kind == "use_case"]
    return Imported(
        file=str(file),
        mapping=mapping.file,
        encoding=table.encoding,
        dry_run=dry_run,
        rows=rows,
        imported=rows - len(drafted.rejected) - drafted.silent,
        silent=drafted.silent,
        numbered=drafted.numbered,
        created=dict(plan.created),
        changed=dict(plan.changed),
        unchanged=dict(plan.unchanged),
        fields_written=sum(1 for each in plan.changes if each.field and each.after),
        fields_withdrawn=sum(1 for each in plan.changes if each.action == "withdraw"),
        kept=tuple(plan.kept),
        rejected=tuple(sorted(drafted.rejected, key=lambda each: each.line)),
        unread=tuple(drafted.unread),
        unanswered=unanswered_in(cases),
        merged=tuple(
            sorted(
                (each for each in drafted.merged.values() if len(each.spellings) > 1),
                key=lambda each: (-len(each.spellings), each.product),
            )
        ),
    )


def vendors_to_match(register: Register) -> list[Vendor]:
    """Declared vendors that names may be matched with: not those an import made (a name with evidence, nothing else).

    Were they to take part, the second import of a file could match what the first declared, and change it.
    """
    made = {
        id_
        for (kind, id_), fields in register.stored().items()
        if kind == "vendor" and fields.keys() == {"name"} and all(span[3] for span in fields["name"])
    }
    return [vendor for vendor in register.vendors() if vendor.id not in made]


def unanswered_in(cases: Iterable[Draft]) -> tuple[Unanswered, ...]:
    """The fifteen questions with how many of these use cases leave each open; nothing for no use case."""
    found = list(cases)
    return tuple(
        Unanswered(
            each.question,
            each.name,
            each.about,
            sum(1 for draft in found if each.name not in draft.values),
            len(found),
        )
        for each in QUESTIONS
        if found
    )


class _Plan:
    """The changes an import makes, compared with what is stored."""

    def __init__(self, mapping: ImportMapping, file_name: str, path: str) -> None:
        self.mapping, self.file_name, self.path = mapping, file_name, path
        self.changes: list[Change] = []
        self.kept: list[Kept] = []
        self.created: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()

    def work_out(self, drafted: Drafted, stored: Stored, known_vendors: Collection[str]) -> None:
        _check_references(drafted, stored, frozenset(known_vendors), self.path)
        mapped = {
            entity.kind.type: {
                each.field.name for other in self.mapping.entities if other.kind is entity.kind for each in other.fields
            }
            for entity in self.mapping.entities
        }
        for (kind, id_), draft in drafted.drafts.items():
            known = stored.get((kind, id_))
            origin = f"{self.path}:{draft.first_line}"
            before = len(self.changes)
            if known is None:
                self.changes.append(Change("create", kind, id_, None, (), (), origin))
            for name in draft.kind.names:
                if name in draft.values or name in mapped.get(kind, ()):
                    self._field(draft, name, () if known is None else known.get(name, ()), origin)
            counter = self.created if known is None else self.changed if len(self.changes) > before else self.unchanged
            counter[kind] += 1

    def _field(self, draft: Draft, name: str, before: tuple[Span, ...], origin: str) -> None:
        own = f"{self.mapping.source}, "
        is_ours = all((span[3] or "").startswith(own) for span in before)
        if name not in draft.values:
            if before and is_ours:
                self.changes.append(Change("withdraw", draft.kind.type, draft.id, name, before, (), origin))
            return
        value = encode(draft.values[name])
        after: tuple[Span, ...] = ((value, None, None, f"{own}{self.file_name} {_lines(draft.lines[name])}"),)
        if before == after:
            return
        if before and not is_ours:
            if before[-1][0] != value:
                self.kept.append(Kept(draft.kind.type, draft.id, name))
            return
        self.changes.append(
            Change("change" if before else "create", draft.kind.type, draft.id, name, before, after, origin)
        )


def _lines(lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:LINES_NAMED])
    more = f" and {len(lines) - LINES_NAMED} more" if len(lines) > LINES_NAMED else ""
    return f"line {named}{more}" if len(lines) == 1 else f"lines {named}{more}"


def _check_columns(mapping: ImportMapping, table: TableFile) -> None:
    missing = sorted(mapping.columns() - set(table.columns))
    if missing:
        hints = "".join(did_you_mean(name, table.columns) for name in missing[:3])
        raise RegisterError(
            f"{table.path}:1: the file has no column {', '.join(map(repr, missing))}, "
            f"which {mapping.file} names.{hints}",
            next_step=f"Its columns: {listed(table.columns, 60)}.",
        )


def _check_unique(mapping: ImportMapping, table: TableFile) -> None:
    """A column that the mapping reads stands once; what it does not read may repeat."""
    twice = sorted(mapping.columns() & table.twice)
    if twice:
        raise RegisterError(
            f"{table.path}:1: the header names {', '.join(map(repr, twice))} twice, and {mapping.file} reads it.",
            next_step="Rename one of the two, so that it is clear which is meant.",
        )


def _check_references(drafted: Drafted, stored: Stored, known_vendors: frozenset[str], path: str) -> None:
    """A reference of the mapping must lead somewhere: that is the mapping's fault, not a row's."""
    ids: dict[str, set[str]] = {kind: set() for kind in BY_TYPE}
    for kind, id_ in (*stored, *drafted.drafts):
        ids.setdefault(kind, set()).add(id_)
    ids["vendor"] |= known_vendors
    for draft in drafted.drafts.values():
        for name, value in draft.values.items():
            to = draft.kind.field(name).to
            for wanted in _texts(value) if to else ():
                if wanted not in ids[to]:
                    raise RegisterError(
                        f"{path}:{draft.lines[name][0]}: {draft.kind.type} {draft.id!r}: {name} {wanted!r} is not a "
                        f"declared {to.replace('_', ' ')}.{did_you_mean(wanted, ids[to])}",
                        next_step=f"Let the mapping declare it too (`kind: {to}`), or declare it in a register file.",
                    )


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _nothing() -> None:
    return None
