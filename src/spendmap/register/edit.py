"""Change a few fields of one entity, or declare a new one, as a form does: checked like a file, in one transaction.

Reads and writes the register. Invariants: all fields of an edit or none; a field somebody else changed since the
editor read it is never overwritten silently; every change is in the audit log under its editor's name.

A value without a first day corrects what holds now, for as long as that holds; with one, the earlier value holds until
then. `None` withdraws: with a first day, from that day on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from spendmap.register.changes import Action, Change, Span, set_value
from spendmap.register.codec import decode, encode, text_of_value
from spendmap.register.declarations import ID_FORM
from spendmap.register.documents import Mapping as MappingNode
from spendmap.register.documents import Node, Scalar, Sequence
from spendmap.register.entities import AuditEntry
from spendmap.register.problems import did_you_mean, listed
from spendmap.register.schema import BY_TYPE, Field, Kind
from spendmap.register.similar import twins
from spendmap.register.store import Register, Writing
from spendmap.register.values import BadValueError, value_of
from spendmap.vocabulary.errors import (
    EditConflictError,
    FieldsRefusedError,
    LooksAlikeError,
    RegisterError,
    VersionConflictError,
)

ORIGIN = "form"
LONGEST = 20_000  # characters of one text
DEEPEST = 8  # levels of nesting of one value
WORDS = frozenset({"text", "texts", "fact", "keys", "accounts", "settings"})
"""Types whose text is taken as words, whatever it looks like: "94" in a threshold is not a number."""


@dataclass(frozen=True)
class Edited:
    """What an edit did. `before`: what each changed field said on the day, None where nothing was said."""

    version: int
    changed: tuple[str, ...]
    before: dict[str, Any]


@dataclass(frozen=True)
class _When:
    """Who edits, when, and from which day the new values hold."""

    actor: str
    now: datetime
    valid_from: date | None
    evidence: str | None

    @property
    def today(self) -> date:
        return self.now.astimezone(UTC).date()


def edit_entity(
    register: Register,
    entity_type: str,
    entity_id: str,
    fields: Mapping[str, Any],
    *,
    version: int,
    is_newest: bool = False,
    actor: str,
    now: datetime,
    valid_from: date | None = None,
    evidence: str | None = None,
    known_vendors: Collection[str] = (),
) -> Edited:
    """Change `fields` (name -> plain value, None withdraws) of a declared entity.

    Args:
        version: the entity's version (`Register.entity_version`) the editor saw.
        is_newest: nothing else of the entity may have been changed since either.
        now: UTC moment of the edit.
        valid_from: UTC day from which the values hold; None corrects what holds now.
        evidence: note on how the values are known.
    Raises:
        FieldsRefusedError: a field is unknown or its value is not of its type; every one is named.
        EditConflictError: a field was changed after `version` to something else.
        VersionConflictError: the entity never had that version, or it is not the newest.
        RegisterError: the entity is not declared.
    """
    kind = _kind(entity_type)
    when = _When(actor, now, valid_from, evidence)
    with register.writing() as session:
        spans = session.spans(kind.type, entity_id)
        if spans is None:
            raise RegisterError(
                f"{kind.type} {entity_id!r} is not declared.",
                next_step=f"`spendmap register show {kind.type}` lists those that are.",
            )
        values = _checked(session, kind, fields, known_vendors)
        current = session.entity_version(kind.type, entity_id)
        if version > current or (
            version < current and (is_newest or not session.has_version(kind.type, entity_id, version))
        ):
            raise VersionConflictError(f"{kind.type} {entity_id!r}", version, current)
        _refuse_conflicts(session, kind, entity_id, values, version, when.today)
        changes = []
        for name, value in values.items():
            before = spans.get(name, ())
            after = _laid_over(before, None if value is None else encode(value), when)
            if after != before:
                action: Action = "withdraw" if not after else "change" if before else "create"
                changes.append(Change(action, kind.type, entity_id, name, before, after, ORIGIN))
        session.write(changes, actor=actor, now=now)
        changed = tuple(str(change.field) for change in changes)
        before_day = {name: _on_day(spans.get(name, ()), valid_from or when.today) for name in changed}
        return Edited(session.entity_version(kind.type, entity_id), changed, before_day)


def create_entity(
    register: Register,
    entity_type: str,
    entity_id: str,
    fields: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    evidence: str | None = None,
    known_vendors: Collection[str] = (),
    confirmed: bool = False,
) -> Edited:
    """Declare a new entity with the fields that are not None.

    Args:
        confirmed: the editor knows that it looks like another one.
    Raises:
        FieldsRefusedError: the id is taken or is none, or a field does not hold.
        LooksAlikeError: a use case's name looks like another one's, and that is not confirmed.
    """
    kind = _kind(entity_type)
    when = _When(actor, now, None, evidence)
    with register.writing() as session:
        if not ID_FORM.fullmatch(entity_id):
            raise FieldsRefusedError({"id": f"{entity_id[:80]!r} may hold letters, digits and . _ : + - only."})
        if session.spans(kind.type, entity_id) is not None:
            raise FieldsRefusedError({"id": f"{entity_id!r} is declared already."})
        values = _checked(session, kind, fields, known_vendors)
        if kind.type == "use_case" and not confirmed:
            name = str(values.get("name") or entity_id)
            alike = twins({entity_id: name}, session.names(kind.type))
            if alike:
                raise LooksAlikeError(name, {_other(t.id, t.other_id, entity_id): _name(t, entity_id) for t in alike})
        changes = [Change("create", kind.type, entity_id, None, (), (), ORIGIN)]
        changes += [
            Change("create", kind.type, entity_id, name, (), _laid_over((), encode(value), when), ORIGIN)
            for name, value in values.items()
            if value is not None
        ]
        session.write(changes, actor=actor, now=now)
        return Edited(session.entity_version(kind.type, entity_id), tuple(values), {})


def id_from(name: str) -> str:
    """An id made of a name: its words in lower case, joined by hyphens; "" when it holds no letter or digit."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:80].strip("-")


def _kind(entity_type: str) -> Kind:
    if entity_type not in BY_TYPE:
        raise RegisterError(
            f"the register has no kind {entity_type!r}.{did_you_mean(entity_type, BY_TYPE)}",
            next_step=f"Kinds: {listed(BY_TYPE, 40)}.",
        )
    return BY_TYPE[entity_type]


def _checked(session: Writing, kind: Kind, fields: Mapping[str, Any], known_vendors: Collection[str]) -> dict[str, Any]:
    """Every value read as its field's type; references lead somewhere."""
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, plain in fields.items():
        if name not in kind.names:
            wrong[name] = f"{kind.type} has no such field.{did_you_mean(name, kind.names)}"
            continue
        declared = kind.field(name)
        try:
            values[name] = None if plain is None else _value(declared, plain)
        except BadValueError as error:
            wrong[name] = str(error).removeprefix(f"{name} ")
            continue
        if declared.type in {"ref", "refs"} and values[name] is not None:
            what = _dangling(session, declared, values[name], known_vendors)
            if what:
                wrong[name] = what
    if not fields:
        wrong["fields"] = "nothing is to be changed."
    if wrong:
        raise FieldsRefusedError(wrong)
    return values


def _value(declared: Field, plain: Any) -> Any:
    if isinstance(plain, str) and declared.type in {"texts", "refs"}:
        plain = [plain]
    if isinstance(plain, list) and not plain:
        raise BadValueError(0, f"{declared.name} lists nothing; withdraw it instead.")
    return value_of(declared, _node(declared, plain, 0))


def _node(declared: Field, plain: Any, depth: int) -> Node:
    """A JSON value as a node of a register file, so that both are read by the same rules."""
    if depth > DEEPEST:
        raise BadValueError(0, f"{declared.name} is nested deeper than {DEEPEST} levels.")
    if isinstance(plain, bool):
        return Scalar("true" if plain else "false", True, 0)
    if isinstance(plain, int):
        return Scalar(str(plain), True, 0)
    if isinstance(plain, float):
        raise BadValueError(0, 'write a decimal as text, such as "0.6", so that nothing is rounded.')
    if isinstance(plain, str):
        text = plain.strip()
        if not text:
            raise BadValueError(0, f"{declared.name} is empty; withdraw it instead.")
        if len(text) > LONGEST:
            raise BadValueError(0, f"{declared.name} holds {len(text)} characters; at most {LONGEST} are kept.")
        if "\0" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
            raise BadValueError(0, f"{declared.name} holds a character that is no text.")
        return Scalar(text, declared.type not in WORDS, 0)
    if isinstance(plain, list):
        return Sequence(tuple(_node(declared, each, depth + 1) for each in plain), 0)
    if isinstance(plain, dict):
        entries = {str(name): _node(declared, each, depth + 1) for name, each in plain.items() if each is not None}
        return MappingNode(entries, dict.fromkeys(entries, 0), 0)
    raise BadValueError(0, f"{declared.name} has no value.")


def _dangling(session: Writing, declared: Field, value: Any, known_vendors: Collection[str]) -> str:
    known = set(session.ids(declared.to)) | (set(known_vendors) if declared.to == "vendor" else set())
    lost = [str(each) for each in (value if isinstance(value, list) else [value]) if str(each) not in known]
    if not lost:
        return ""
    plural = BY_TYPE[declared.to].plural
    return (
        f"{lost[0]!r} is not a declared {declared.to.replace('_', ' ')}.{did_you_mean(lost[0], known)}"
        f" Known {plural.replace('_', ' ')}: {listed(known)}."
    )


def _refuse_conflicts(
    session: Writing, kind: Kind, entity_id: str, values: Mapping[str, Any], version: int, today: date
) -> None:
    """A field changed after `version`, to something else than the editor wants, is a conflict."""
    later: dict[str, AuditEntry] = {}
    for entry in session.audit_since(kind.type, entity_id, version):
        if entry.field in values:
            later[str(entry.field)] = entry
    spans = session.spans(kind.type, entity_id) or {}
    conflicts = {}
    for name, entry in later.items():
        theirs = _on_day(spans.get(name, ()), today)
        if theirs != values[name]:
            at = f"{entry.at:%Y-%m-%d %H:%M} UTC"
            conflicts[name] = (text_of_value(values[name]), text_of_value(theirs), entry.actor, at)
    if conflicts:
        raise EditConflictError(f"{kind.type} {entity_id!r}", conflicts)


def _laid_over(before: tuple[Span, ...], value: str | None, when: _When) -> tuple[Span, ...]:
    """The field's spans after the edit."""
    since = when.valid_from
    if since is None:
        held = [span for span in before if _holds(span, when.today)]
        if value is None:
            return tuple(span for span in before if span not in held)
        if not held and before:
            since = when.today  # something is said of other days only: those stay as they are
        else:
            place = (held[0][1], held[0][2]) if held else (None, None)
            if held and held[0][0] == value and when.evidence is None:
                return before
            kept = [span for span in before if span not in held]
            return tuple(sorted([*kept, (value, *place, when.evidence)], key=lambda span: span[1] or date.min))
    if value is None:
        cleared = set_value(before, ("", since, None, None))
        return tuple(span for span in cleared if span[0])
    return set_value(before, (value, since, None, when.evidence))


def _on_day(spans: tuple[Span, ...], day: date) -> Any:
    return next((decode(span[0]) for span in spans if _holds(span, day)), None)


def _holds(span: Span, day: date) -> bool:
    return (span[1] is None or span[1] <= day) and (span[2] is None or day < span[2])


def _other(one: str, other: str, own: str) -> str:
    return other if one == own else one


def _name(twin: Any, own: str) -> str:
    return str(twin.other_name if twin.id == own else twin.name)
