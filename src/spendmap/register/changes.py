"""Compare what is declared with what is stored, and say which fields change.

Pure: stored and declared state in, changes out. A field the file leaves out is withdrawn, because an
entity in a file is declared whole; an entity no file names is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from spendmap.register.codec import encode
from spendmap.register.declarations import Declaration, Stated

Action = Literal["create", "change", "withdraw", "remove"]
Span = tuple[str, date | None, date | None, str | None]
"""A stored value: JSON, valid_from, valid_to, evidence."""

Stored = Mapping[tuple[str, str], Mapping[str, tuple[Span, ...]]]
"""(type, id) -> field -> spans, oldest first."""


@dataclass(frozen=True)
class Change:
    """One field of one entity (or, `field` None, the entity itself) before and after."""

    action: Action
    entity_type: str
    entity_id: str
    field: str | None
    before: tuple[Span, ...]
    after: tuple[Span, ...]
    origin: str


def changes_of(declarations: Iterable[Declaration], stored: Stored, *, effective: date | None = None) -> list[Change]:
    """What must change for the register to say what the files say, in the files' order.

    `effective`: a plain value that differs holds from this day on and the earlier one until it; without it
    the value in force now is corrected for its whole span.
    """
    changes: list[Change] = []
    for declaration in declarations:
        kind, id_ = declaration.kind.type, declaration.id
        origin = f"{declaration.file}:{declaration.line}"
        known = stored.get((kind, id_))
        if known is None:
            changes.append(Change("create", kind, id_, None, (), (), origin))
        for name in declaration.kind.names:
            before = () if known is None else known.get(name, ())
            stated = declaration.fields.get(name)
            after = () if stated is None else _after(stated, before, effective)
            if before != after:
                action: Action = "withdraw" if not after else "change" if before else "create"
                line = declaration.line if stated is None else stated.line
                changes.append(Change(action, kind, id_, name, before, after, f"{declaration.file}:{line}"))
    return changes


def set_value(before: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """`before` with `span` laid over it: what it covers is replaced, what it does not is kept."""
    start, end = span[1] or date.min, span[2] or date.max
    kept: list[Span] = []
    for value, valid_from, valid_to, evidence in before:
        since, until = valid_from or date.min, valid_to or date.max
        if since < start:
            left_end = min(until, start)
            kept.append((value, valid_from, None if left_end == date.max else left_end, evidence))
        if until > end:
            right_start = max(since, end)
            kept.append((value, None if right_start == date.min else right_start, valid_to, evidence))
    return tuple(sorted([*kept, span], key=lambda each: each[1] or date.min))


def _after(stated: Stated, before: tuple[Span, ...], effective: date | None) -> tuple[Span, ...]:
    declared: tuple[Span, ...] = tuple(
        (encode(segment.value), segment.valid_from, segment.valid_to, segment.evidence) for segment in stated.segments
    )
    if not stated.is_plain or not before:
        return declared
    last = before[-1]
    value = declared[0][0]
    if last[2] is not None:  # nothing is open at the end: the plain value is a new statement
        return declared
    if last[0] == value:  # it already says what holds now; the dated past stays
        return before
    if effective is None:
        return (*before[:-1], (value, last[1], None, None))
    return set_value(before, (value, effective, None, None))
