"""Read register files into declarations: entities with dated field values, checked one by one.

Reads YAML; gives `Declaration`s. Knows nothing of the database: whether a reference leads somewhere is
decided in `apply`, where the whole register is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from spendmap.register.documents import Mapping, Node, Scalar, Sequence, read_document, yaml_files
from spendmap.register.problems import Problems, did_you_mean, listed, refuse_register
from spendmap.register.schema import BY_PLURAL, Field, Kind
from spendmap.register.values import BadValueError, day_of, text_of, value_of

ID_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}")
_SEGMENT_NAMES = ("value", "from", "to", "evidence")


@dataclass(frozen=True)
class Segment:
    """A value and the days it holds for, `valid_from` inclusive, `valid_to` exclusive, None open."""

    value: Any
    valid_from: date | None = None
    valid_to: date | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Stated:
    """What a file says of one field. `is_plain`: just a value, which then is what holds now."""

    segments: tuple[Segment, ...]
    is_plain: bool
    line: int


@dataclass(frozen=True)
class Declaration:
    """One entity as a file declares it."""

    kind: Kind
    id: str
    file: str
    line: int
    fields: dict[str, Stated] = field(default_factory=dict)


def read_register(path: Path) -> list[Declaration]:
    """Every entity declared in the file, or in all YAML files of the folder, in written order.

    Raises:
        RegisterError: any file cannot be read or holds something wrong; all problems are named.
    """
    problems = Problems()
    declarations: list[Declaration] = []
    for file in yaml_files(path, refuse_register):
        document = read_document(file, refuse_register)
        declarations.extend(declared_in(document, str(file), problems))
    _refuse_duplicates(declarations, problems)
    problems.raise_any()
    return declarations


def declared_in(document: Mapping, file: str, problems: Problems) -> Iterable[Declaration]:
    """The entities of one document; what is wrong goes to `problems`."""
    for plural, node in document.entries.items():
        line = document.lines[plural]
        kind = BY_PLURAL.get(plural)
        if kind is None:
            hint = did_you_mean(plural, BY_PLURAL)
            problems.add(file, line, f"{plural!r} is not declared here.{hint} Known: {', '.join(BY_PLURAL)}.")
        elif isinstance(node, Sequence):
            for item in node.items:
                declaration = _entity(kind, item, file, problems)
                if declaration is not None:
                    yield declaration
        elif not (isinstance(node, Scalar) and node.is_null):
            problems.add(file, line, f"{plural} is a list; begin each entry with `- id: ...`.")


def _entity(kind: Kind, node: Node, file: str, problems: Problems) -> Declaration | None:
    if not isinstance(node, Mapping):
        problems.add(file, node.line, f"an entry of {kind.plural} is a mapping that begins with `id: ...`.")
        return None
    id_node = node.get("id")
    if id_node is None:
        problems.add(file, node.line, f"this {kind.type} has no `id`.")
        return None
    try:
        entity_id = str(text_of("id", id_node))
    except BadValueError as error:
        problems.add(file, error.line, str(error))
        return None
    if not ID_FORM.fullmatch(entity_id):
        problems.add(file, id_node.line, f"the id {entity_id!r} may hold letters, digits and . _ : + - only.")
        return None
    fields: dict[str, Stated] = {}
    for name, value in node.entries.items():
        if name == "id":
            continue
        if name not in kind.names:
            hint = did_you_mean(name, kind.names)
            known = listed(kind.names, 60)
            problems.add(file, node.lines[name], f"{kind.type} has no field {name!r}.{hint} Fields: {known}.")
            continue
        if isinstance(value, Scalar) and value.is_null:
            continue
        try:
            fields[name] = _stated(kind.field(name), value, node.lines[name])
        except BadValueError as error:
            problems.add(file, error.line, f"{kind.type} {entity_id!r}: {error}")
    return Declaration(kind, entity_id, file, node.line, fields)


def _stated(declared: Field, node: Node, line: int) -> Stated:
    items = _segments_of(node)
    if items is None:
        return Stated((Segment(value_of(declared, node)),), True, line)
    segments = tuple(_segment(declared, item) for item in items)
    ordered = sorted(segments, key=lambda segment: segment.valid_from or date.min)
    for earlier, later in pairwise(ordered):
        if earlier.valid_to is None or later.valid_from is None or later.valid_from < earlier.valid_to:
            until = earlier.valid_to or "open end"
            since = later.valid_from or "open start"
            raise BadValueError(
                line, f"{declared.name} has two values on the same day: one holds until {until}, the next from {since}."
            )
    return Stated(tuple(ordered), False, line)


def _segments_of(node: Node) -> list[Mapping] | None:
    """The dated values of a field, or None when it is a plain value."""
    if isinstance(node, Mapping) and "value" in node.entries and node.entries.keys() <= set(_SEGMENT_NAMES):
        return [node]
    if not isinstance(node, Sequence) or not node.items:
        return None
    mappings = [item for item in node.items if isinstance(item, Mapping) and "value" in item.entries]
    if not mappings:
        return None
    if len(mappings) != len(node.items):
        raise BadValueError(node.line, "some entries are dated values and some are not; write them all one way.")
    return mappings


def _segment(declared: Field, node: Mapping) -> Segment:
    for name in node.entries:
        if name not in _SEGMENT_NAMES:
            hint = did_you_mean(name, _SEGMENT_NAMES)
            raise BadValueError(
                node.lines[name], f"a dated value has no {name!r}.{hint} It has value, from, to, evidence."
            )
    value = node.get("value")
    if value is None:
        raise BadValueError(node.line, f"{declared.name} has a dated value that is empty; leave the span out.")
    since, until, evidence = node.get("from"), node.get("to"), node.get("evidence")
    valid_from = None if since is None else day_of("from", since)
    valid_to = None if until is None else day_of("to", until)
    if valid_from is not None and valid_to is not None and valid_from >= valid_to:
        raise BadValueError(node.line, f"{declared.name} holds from {valid_from} to {valid_to}, which covers no day.")
    note = None if evidence is None else str(text_of("evidence", evidence))
    return Segment(value_of(declared, value), valid_from, valid_to, note)


def _refuse_duplicates(declarations: list[Declaration], problems: Problems) -> None:
    first: dict[tuple[str, str], Declaration] = {}
    for declaration in declarations:
        key = (declaration.kind.type, declaration.id)
        if key in first:
            where = f"{first[key].file}:{first[key].line}"
            what = f"{declaration.kind.type} {declaration.id!r} is declared already in {where}."
            problems.add(declaration.file, declaration.line, what)
        else:
            first[key] = declaration
