"""Read YAML that people wrote, keeping the line of everything and trusting none of it.

Reads one file; gives plain nodes with file and line. Refused: bytes that are not UTF-8, aliases (a few
lines of them can unfold to gigabytes), deep nesting, a key stated twice, several documents.
Scalars keep their text, so money never passes through a float and `on:` stays a key, not a boolean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from spendmap.plain_yaml import LOADER, MEND, Refuse, not_yaml, refuse_unsafe
from spendmap.vocabulary.limits import YAML_LIMIT

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Scalar:
    """One value as written. `is_plain` is False when it stood in quotes, and then it is text."""

    text: str
    is_plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Nothing was stated."""
        return self.is_plain and self.text in _NULL

    @property
    def flag(self) -> bool | None:
        """`true` or `false` written plainly, else None."""
        if not self.is_plain:
            return None
        return True if self.text in _TRUE else False if self.text in _FALSE else None

    @property
    def is_whole(self) -> bool:
        """A plain whole number."""
        return self.is_plain and _WHOLE.fullmatch(self.text) is not None

    @property
    def is_number(self) -> bool:
        """A plain decimal number."""
        return self.is_plain and _NUMBER.fullmatch(self.text) is not None

    @property
    def is_day(self) -> bool:
        """A plain YYYY-MM-DD."""
        return self.is_plain and _DAY.fullmatch(self.text) is not None


@dataclass(frozen=True)
class Sequence:
    """A list, with the line it begins on."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Mapping:
    """Named values in written order, with the line each name stands on."""

    entries: dict[str, Node]
    lines: dict[str, int]
    line: int

    def get(self, name: str) -> Node | None:
        """The value under `name`; None when absent or stated as null."""
        node = self.entries.get(name)
        return None if node is None or (isinstance(node, Scalar) and node.is_null) else node


Node = Scalar | Sequence | Mapping


def read_document(file: Path, refuse: Refuse) -> Mapping:
    """The mapping a file holds; an empty file is an empty mapping.

    Raises:
        whatever `refuse` builds: unreadable, not UTF-8, not YAML, aliases, too deep, not a mapping.
    """
    return parse_document(_text_of(file, refuse), str(file), refuse)


def parse_document(text: str, name: str, refuse: Refuse) -> Mapping:
    """The mapping in `text`; `name` is what errors call it."""
    try:
        refuse_unsafe(text, name, refuse)
        roots = list(yaml.compose_all(text, Loader=LOADER))
    except yaml.YAMLError as error:
        raise not_yaml(error, name, refuse) from error
    if len(roots) > 1:
        raise refuse(f"{name}: holds {len(roots)} documents; a file holds one.", "Split it at the `---` lines.")
    if not roots or roots[0] is None:
        return Mapping({}, {}, 1)
    node = _convert(roots[0], name, refuse)
    if isinstance(node, Scalar) and node.is_null:
        return Mapping({}, {}, 1)
    if not isinstance(node, Mapping):
        raise refuse(f"{name}:{node.line}: the file is not a mapping of names to lists.", MEND)
    return node


def yaml_files(path: Path, refuse: Refuse) -> list[Path]:
    """The file itself, or every `*.yaml` and `*.yml` under the folder, by name.

    Raises:
        whatever `refuse` builds: there is no such path, or the folder holds no YAML.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise refuse(f"{path}: no such file or folder.", "Name a YAML file, or a folder that holds some.")
    found = sorted(file for file in path.rglob("*") if file.suffix in {".yaml", ".yml"} and file.is_file())
    if not found:
        raise refuse(f"{path}: the folder holds no .yaml file.", "Name another folder, or write one file in it.")
    return found


def _text_of(file: Path, refuse: Refuse) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse(f"{file}: cannot be read: {reason}.", "Check the name and the permissions.") from error
    if len(data) > YAML_LIMIT:
        raise refuse(f"{file}: {len(data)} bytes; at most {YAML_LIMIT} are read.", "Split the file.")
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(f"{file}:{line}: not UTF-8 text.", "Save the file as UTF-8.") from error


def _convert(node: yaml.Node, name: str, refuse: Refuse) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        # the C parser gives '' as the style of a plain scalar, the Python one None
        return Scalar(node.value, not node.style, line)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_convert(item, name, refuse) for item in node.value), line)
    if not isinstance(node, yaml.MappingNode):
        raise refuse(f"{name}:{line}: a form of YAML that is not read here.", "Write plain names, values and lists.")
    entries: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise refuse(f"{name}:{key_line}: a name must be plain text.", "Write `name: value`.")
        if key.value in entries:
            first = lines[key.value]
            raise refuse(f"{name}:{key_line}: {key.value!r} is stated already on line {first}.", "Keep one of the two.")
        entries[key.value] = _convert(value, name, refuse)
        lines[key.value] = key_line
    return Mapping(entries, lines, line)


def iter_items(node: Node) -> Iterator[Node]:
    """The items of a list; a single value counts as a list of one."""
    if isinstance(node, Sequence):
        yield from node.items
    else:
        yield node
