"""How the columns of a foreign inventory become entities of the register: the mapping file.

Reads one YAML file; gives checked plain types. A mapping has no way to state a default: an answer comes from a cell, or
there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from spendmap.register.documents import Mapping, Node, Scalar, Sequence, iter_items, read_document
from spendmap.register.problems import did_you_mean, listed, refuse_register
from spendmap.register.schema import BY_TYPE, Field, Kind
from spendmap.vocabulary.errors import RegisterError

SHIPPED = Path(__file__).parent / "mappings"
LINE = "_line"
ITEM_COLUMNS = ("_item", "_product", "_product_name", "_vendor", "_vendor_name")
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
REFUSED_TYPES = {"keys", "accounts", "settings"}
OnRepeat = Literal["merge", "number", "reject"]
OnUnreadable = Literal["reject", "unanswered"]

_TOP = ("format", "source", "encoding", "delimiter", "absent", "spellings", "entities", "about")
_ENTITY = ("kind", "id", "on_repeat", "each", "when", "empty", "fields")
_FIELD = ("column", "columns", "template", "values", "split", "as", "dates", "absent", "unreadable", "longest")
_EACH = ("column", "split", "as")


@dataclass(frozen=True)
class FieldMap:
    """Where one field's answer comes from. Of `columns`, `labels` and `template` one is set.

    `columns` with `labels` are told together as "label: cell; label: cell", empty ones left out.
    """

    field: Field
    columns: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    template: str = ""
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    split: tuple[str, ...] = ()
    resolve: str = ""  # "" or vendor
    dates: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()
    unreadable: OnUnreadable = "reject"
    longest: int = 0  # characters of a vendor's name; a longer cell is prose. 0 = any


@dataclass(frozen=True)
class Each:
    """The cell that lists several things, each of which becomes an entity."""

    column: str
    split: tuple[str, ...]
    resolve: str  # "" or product


@dataclass(frozen=True)
class EntityMap:
    """One kind of entity made from a row."""

    kind: Kind
    ids: tuple[str, ...]
    on_repeat: OnRepeat
    fields: tuple[FieldMap, ...]
    each: Each | None = None
    when: tuple[tuple[str, frozenset[str]], ...] = ()
    empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportMapping:
    """A whole mapping. `source` names the inventory in every evidence note."""

    file: str
    source: str
    encoding: str
    delimiter: str
    absent: frozenset[str]  # cells, letter case aside, that say nothing
    spellings: dict[str, dict[str, str]]  # column -> as written -> as meant
    entities: tuple[EntityMap, ...]

    def columns(self) -> set[str]:
        """Every column of the file that the mapping names."""
        return set(self._named())

    def _named(self) -> Iterator[str]:
        yield from self.spellings
        for entity in self.entities:
            own = set(ITEM_COLUMNS) | {LINE}
            named = [name for text in entity.ids for name in PLACEHOLDER.findall(text)]
            named += [name for name, _ in entity.when] + list(entity.empty)
            named += [entity.each.column] if entity.each else []
            for each in entity.fields:
                named += [*each.columns, *PLACEHOLDER.findall(each.template)]
            yield from (name for name in named if name not in own)


def shipped_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with the program."""
    return tuple(sorted(file.stem for file in SHIPPED.glob("*.yaml")))


def find_mapping(name: str) -> Path:
    """The file `name`, or the shipped mapping of that name.

    Raises:
        RegisterError: neither exists.
    """
    path = Path(name)
    if path.is_file():
        return path
    if name in shipped_mappings():
        return SHIPPED / f"{name}.yaml"
    raise RegisterError(
        f"{name}: no such mapping file.",
        next_step=f"Name a YAML file, or a shipped mapping: {', '.join(shipped_mappings())}.",
    )


def read_mapping(path: Path) -> ImportMapping:
    """The mapping in a file.

    Raises:
        RegisterError: it is not YAML, or a word in it is not known; the message says file and line.
    """
    return _Reader(path).read()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.file = str(path)
        self.top = read_document(path, refuse_register)

    def read(self) -> ImportMapping:
        self._check(self.top, _TOP, "a mapping")
        declared = self.top.get("entities")
        if not isinstance(declared, Sequence) or not declared.items:
            raise self._refuse(self.top.line, "the mapping has no `entities` list.")
        spellings: dict[str, dict[str, str]] = {}
        for column, node in self._entries(self.top.get("spellings"), "spellings"):
            spellings[column] = {name: self._text(each) for name, each in self._entries(node, column)}
        return ImportMapping(
            file=self.file,
            source=self._text(self.top.get("source") or Scalar(Path(self.file).stem, True, 1)),
            encoding=self._one_of("encoding", ("auto", "utf-8", "cp1252"), "auto", self.top),
            delimiter=self._delimiter(),
            absent=self._words(self.top.get("absent")),
            spellings=spellings,
            entities=tuple(self._entity(node) for node in declared.items),
        )

    def _entity(self, node: Node) -> EntityMap:
        if not isinstance(node, Mapping):
            raise self._refuse(node.line, "an entry of `entities` is a mapping that begins with `kind: ...`.")
        self._check(node, _ENTITY, "an entity")
        name = self._text(node.get("kind") or Scalar("", True, node.line))
        kind = BY_TYPE.get(name)
        if kind is None:
            hint = did_you_mean(name, BY_TYPE)
            raise self._refuse(node.line, f"the register has no kind {name!r}.{hint} Kinds: {listed(BY_TYPE, 40)}.")
        ids = self._texts(node.get("id"))
        if not ids or not all(PLACEHOLDER.search(text) for text in ids):
            raise self._refuse(node.line, '`id` is a template that names a column, such as "{agency} {id}".')
        declared = node.get("fields")
        return EntityMap(
            kind=kind,
            ids=ids,
            on_repeat=cast(OnRepeat, self._one_of("on_repeat", ("merge", "number", "reject"), "reject", node)),
            fields=tuple(self._field(kind, key, each) for key, each in self._entries(declared, "fields")),
            each=self._each(node.get("each")),
            when=tuple(
                (column, frozenset(self._texts(each))) for column, each in self._entries(node.get("when"), "when")
            ),
            empty=self._texts(node.get("empty")),
        )

    def _field(self, kind: Kind, name: str, node: Node) -> FieldMap:
        if name not in kind.names:
            raise self._refuse(
                node.line,
                f"{kind.type} has no field {name!r}.{did_you_mean(name, kind.names)} Fields: {listed(kind.names, 60)}.",
            )
        field = kind.field(name)
        if field.type in REFUSED_TYPES:
            raise self._refuse(node.line, f"{name} cannot come from a column; write it in a register file.")
        if isinstance(node, Scalar):
            return FieldMap(field, columns=(self._text(node),))
        if not isinstance(node, Mapping):
            raise self._refuse(node.line, f"{name} is a column's name, or a mapping with `column: ...`.")
        if "default" in node.entries or "constant" in node.entries:
            raise self._refuse(
                node.line, f"{name}: a mapping states no default; what the file does not say stays unanswered."
            )
        self._check(node, _FIELD, name)
        given = [each for each in ("column", "columns", "template") if node.get(each) is not None]
        if len(given) != 1:
            raise self._refuse(node.line, f"{name} takes one of column, columns or template.")
        columns, labels, template = self._columns_of(name, node)
        resolve = self._one_of("as", ("", "vendor"), "", node)
        if resolve and field.to != "vendor":
            raise self._refuse(node.line, f"{name} does not refer to vendors, so `as: vendor` says nothing.")
        longest = node.get("longest")
        if longest is not None and not (isinstance(longest, Scalar) and longest.is_whole):
            raise self._refuse(node.line, "`longest` is a number of characters.")
        return FieldMap(
            field,
            columns,
            labels,
            template,
            tuple((key, self._texts(each)) for key, each in self._entries(node.get("values"), "values")),
            self._signs(node.get("split")),
            resolve,
            self._texts(node.get("dates")),
            self._words(node.get("absent")),
            cast(OnUnreadable, self._one_of("unreadable", ("reject", "unanswered"), "reject", node)),
            int(longest.text) if isinstance(longest, Scalar) else 0,
        )

    def _columns_of(self, name: str, node: Mapping) -> tuple[tuple[str, ...], tuple[str, ...], str]:
        if (one := node.get("column")) is not None:
            return (self._text(one),), (), ""
        if (template := node.get("template")) is not None:
            text = self._text(template)
            if not PLACEHOLDER.search(text):
                raise self._refuse(node.line, f"{name}: the template names no column, so it would be a default.")
            return (), (), text
        several = self._entries(node.get("columns"), "columns")
        return tuple(self._text(each) for _, each in several), tuple(label for label, _ in several), ""

    def _each(self, node: Node | None) -> Each | None:
        if node is None:
            return None
        if not isinstance(node, Mapping) or node.get("column") is None:
            raise self._refuse(node.line, "`each` is a mapping with `column` and `split`.")
        self._check(node, _EACH, "each")
        return Each(
            self._text(cast(Node, node.get("column"))),
            self._signs(node.get("split")),
            self._one_of("as", ("", "product"), "", node),
        )

    def _delimiter(self) -> str:
        node = self.top.get("delimiter")
        if node is None:
            return "auto"
        text = node.text if isinstance(node, Scalar) else ""
        if text != "auto" and len(text) != 1:
            raise self._refuse(node.line, "`delimiter` is one character, or auto.")
        return text

    def _entries(self, node: Node | None, name: str) -> list[tuple[str, Node]]:
        if node is None:
            return []
        if not isinstance(node, Mapping):
            raise self._refuse(node.line, f"`{name}` is a mapping of names to values.")
        return list(node.entries.items())

    def _check(self, node: Mapping, known: tuple[str, ...], what: str) -> None:
        for name in node.entries:
            if name not in known:
                raise self._refuse(
                    node.lines[name], f"{what} has no {name!r}.{did_you_mean(name, known)} Known: {', '.join(known)}."
                )

    def _one_of(self, name: str, known: tuple[str, ...], default: str, node: Mapping) -> str:
        value = node.get(name)
        if value is None:
            return default
        text = self._text(value)
        if text not in known:
            raise self._refuse(value.line, f"{name} {text!r} is not one of {', '.join(filter(None, known))}.")
        return text

    def _words(self, node: Node | None) -> frozenset[str]:
        return frozenset(text.casefold() for text in self._texts(node))

    def _texts(self, node: Node | None) -> tuple[str, ...]:
        return () if node is None else tuple(self._text(each) for each in iter_items(node))

    def _signs(self, node: Node | None) -> tuple[str, ...]:
        """Separators: a blank around one is part of it, so nothing is stripped."""
        return () if node is None else tuple(each.text for each in iter_items(node) if isinstance(each, Scalar))

    def _text(self, node: Node) -> str:
        if not isinstance(node, Scalar) or node.is_null:
            raise self._refuse(node.line, "a word is missing here.")
        return node.text

    def _refuse(self, line: int, what: str) -> RegisterError:
        return RegisterError(f"{self.file}:{line}: {what}", next_step="Fix the mapping and import again.")
