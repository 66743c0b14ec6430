"""Read the records of a JSON file: a list of objects, an object that holds one list of them, or one object a line.

Reads text; knows nothing of the register. A value becomes the text that a sheet's cell would hold, digit for digit; a
list of values is one cell with "; " between them, an object inside a record becomes columns named `outer.inner`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spendmap.vocabulary.errors import RegisterError

LIST_NAMES = ("records", "data", "items", "results", "rows", "value")
"""Names under which an object may hold its list, tried in order; an object with one list holds it under any name."""
BETWEEN = "; "  # between the values of a list in one cell
DEEPEST = 4  # objects inside each other that become columns; what is deeper stays JSON text
_BEGINS = re.compile(r"\s*(?:\{|\[\s*[{\]])")
NEXT = 'Give it as a list of objects, or as {"records": [...]}.'


def is_json(path: Path, text: str) -> bool:
    """Whether a file is JSON: by its name, or by how it begins (no header of a sheet begins with a bracket)."""
    return path.suffix.lower() in (".json", ".jsonl", ".ndjson") or bool(_BEGINS.match(text))


def json_records(path: Path, text: str) -> Iterator[tuple[int, dict[str, str] | None, set[str]]]:
    """Each record: the line it begins on, its cells by column (None: it is no object), and names it holds twice.

    Raises:
        RegisterError: it is not JSON, or holds no list of records.
    """
    try:
        line, before = 1, 0
        for place, value in _values(path, text):
            line, before = line + text.count("\n", before, place), place
            if not isinstance(value, _Object):
                yield line, None, set()
                continue
            cells: dict[str, str] = {}
            twice: set[str] = set()
            _flatten(value, "", cells, twice, 1)
            yield line, cells, twice
    except json.JSONDecodeError as error:
        raise RegisterError(
            f"{path}:{error.lineno}: not JSON: {error.msg}.", next_step="Export it again, or save the sheet as CSV."
        ) from error
    except RecursionError as error:
        raise RegisterError(f"{path}: its objects are nested too deep.", next_step=NEXT) from error


class _Object(list[tuple[str, Any]]):
    """The pairs of a JSON object in their order, a name that stands twice included."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_float=str, parse_int=str, parse_constant=lambda _: None)


def _values(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """Where each record begins, and what it is."""
    start = _after_blanks(text, 0)
    if text[start : start + 1] == "[":
        yield from _items(text, start)
        return
    value, end = _DECODER.raw_decode(text, start)
    if _after_blanks(text, end) < len(text):  # one object a line
        yield start, value
        while (end := _after_blanks(text, end)) < len(text):
            start = end
            value, end = _DECODER.raw_decode(text, start)
            yield start, value
        return
    held = {name: _place_of(text, start, name) for name, inner in value if type(inner) is list} if value else {}
    name = next((each for each in LIST_NAMES if each in held), next(iter(held)) if len(held) == 1 else None)
    if name is None:
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            yield start, value
            return
        raise RegisterError(f"{path}: it holds no list of records.", next_step=NEXT)
    yield from _items(text, held[name])


def _items(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """The items of the list that begins at `start`."""
    place = _after_blanks(text, start + 1)
    while text[place : place + 1] != "]":
        value, end = _DECODER.raw_decode(text, place)
        yield place, value
        place = _after_blanks(text, end)
        if text[place : place + 1] == ",":
            place = _after_blanks(text, place + 1)
        elif text[place : place + 1] != "]":
            raise json.JSONDecodeError("Expecting ',' or ']'", text, place)
    rest = text[place + 1 :].strip() if text[: start + 1].strip() == "[" else ""
    if rest:
        raise json.JSONDecodeError("Extra data", text, place + 1)


def _place_of(text: str, start: int, wanted: str) -> int:
    """Where the value of one name of the object at `start` begins; the last, where it stands twice."""
    place, found = _after_blanks(text, start + 1), start
    while text[place : place + 1] != "}":
        name, place = _DECODER.raw_decode(text, place)
        place = _after_blanks(text, _after_blanks(text, place) + 1)
        if name == wanted:
            found = place
        _, place = _DECODER.raw_decode(text, place)
        place = _after_blanks(text, place)
        if text[place : place + 1] == ",":
            place = _after_blanks(text, place + 1)
    return found


def _after_blanks(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _flatten(pairs: _Object, outer: str, cells: dict[str, str], twice: set[str], depth: int) -> None:
    counts = Counter(name for name, _ in pairs)
    for name, value in pairs:
        column = f"{outer}{name}".strip()
        if counts[name] > 1 or column in cells:
            twice.add(column)
        if isinstance(value, _Object) and depth < DEEPEST:
            _flatten(value, f"{column}.", cells, twice, depth + 1)
        else:
            cells[column] = _cell(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, _Object):
        return json.dumps(_plain(value), ensure_ascii=False)
    return BETWEEN.join(text for text in map(_cell, value) if text)


def _plain(value: Any) -> Any:
    if isinstance(value, _Object):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
