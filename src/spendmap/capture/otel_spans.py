"""Spans out of an OTLP/JSON object: ids, times and the attributes `otel_names` lists. Nothing else is decoded.

Pure functions over parsed JSON. Reads what real exporters write: the OTLP file exporter (hex ids, integers as
text), protobuf JSON (base64 ids), protobuf-JS integers ({low, high, unsigned}), snake_case keys, and the
`instrumentationLibrarySpans` of early OTLP.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from spendmap.capture.otel_names import GENAI_PREFIXES

Concepts = Mapping[str, tuple[str, int]]

SPAN_LISTS = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans", "ilSpans")
ARRAY_LIMIT = 10  # labels of one attribute that are read
_NAME_LIMIT = 1_000  # attribute names remembered, and characters of one

_HEX = re.compile(r"[0-9a-fA-F]+")
_Meaning = tuple[str | None, int | None, bool]  # concept, rank (None for a tag), whether it makes the span a GenAI one


class Read(NamedTuple):
    """Attributes of a span or resource by concept. `tags` holds those kept under their own name."""

    values: dict[str, Any]
    tags: dict[str, Any]
    is_genai: bool
    input_name: str | None  # the attribute the input tokens came from


def is_traces(value: dict[str, Any]) -> bool:
    """Whether an object is a TracesData or ExportTraceServiceRequest."""
    return isinstance(value.get("resourceSpans", value.get("resource_spans")), list)


LISTS = ("resourceSpans", "resource_spans")


def document(name: str, item: Any) -> Any:
    """The trace object of an item of one JSON document: of a list as it is, of an object's list in an object again."""
    return {name: [item]} if name else item


class _Plan(NamedTuple):
    """What to take of the attributes of spans that bear the same names: values of concepts first, then of tags."""

    take: Callable[[list[Any]], Iterable[Any]]
    concepts: tuple[str, ...]
    tags: tuple[str, ...]
    is_genai: bool
    input_name: str | None


_NOTHING = Read({}, {}, False, None)
_KEY, _VALUE = itemgetter("key"), itemgetter("value")
_SCALARS = frozenset({str, int, float, bool, Decimal})


def _taker(positions: list[int]) -> Callable[[list[Any]], Iterable[Any]]:
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda values: [values[at] for at in positions]


class AttributeReader:
    """Reads the known attributes of the spans and resources of one file; the others are not even decoded."""

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        self._known: dict[str, _Meaning] = {}
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def spans_of(self, traces: dict[str, Any]) -> Iterator[tuple[Read, Any]]:
        """Every span of an OTLP object with its resource's attributes; a span may be anything a broken exporter
        wrote."""
        for block in _list(traces.get("resourceSpans", traces.get("resource_spans"))):
            if not isinstance(block, dict):
                continue
            shared = self.read(block.get("resource"))
            for name in SPAN_LISTS:
                for scope in _list(block.get(name)):
                    if isinstance(scope, dict):
                        for span in _list(scope.get("spans")):
                            yield shared, span

    def read(self, holder: Any) -> Read:
        """The attributes of one span or resource; of two of one concept the better-ranked one."""
        attributes = holder.get("attributes") if type(holder) is dict else None
        if not attributes:
            return _NOTHING
        # Spans of one kind bear the same names in the same order, so what to take is learnt once. Anything unusual
        # about a value is left to `_read_each`, which gives the same answer for all others.
        if type(attributes) is list:
            try:
                names = (*map(_KEY, attributes),)
                plan = self._plans.get(names) or self._plan(names)
                values = [raw.get("stringValue") or plain(raw) for raw in plan.take([*map(_VALUE, attributes)])]
            except (KeyError, TypeError, AttributeError):
                return self._read_each(attributes)
            if _SCALARS.issuperset(map(type, values)):
                tags = dict(zip(plan.tags, values[len(plan.concepts) :], strict=True)) if plan.tags else {}
                found = dict(zip(plan.concepts, values, strict=False))
                return tuple.__new__(Read, (found, tags, plan.is_genai, plan.input_name))
        return self._read_each(attributes)

    def _read_each(self, attributes: Any) -> Read:
        values: dict[str, Any] = {}
        tags: dict[str, Any] = {}
        ranks: dict[str, int] = {}
        is_genai = False
        input_name = None
        for key, raw in _pairs(attributes):
            concept, rank, is_own = self._known.get(key) or self._learn(key)
            if is_own:
                is_genai = True
            if concept is None:
                continue
            value = plain(raw)
            if value is None:
                continue
            if rank is None:
                tags[key] = value
            elif concept not in ranks or rank < ranks[concept]:
                ranks[concept] = rank
                values[concept] = value
                if concept == "input":
                    input_name = key
        return Read(values, tags, is_genai, input_name)

    def _plan(self, names: tuple[str, ...]) -> _Plan:
        """Raises: TypeError: a name is no text."""
        tags: dict[str, int] = {}
        best: dict[str, tuple[int, int]] = {}  # concept -> rank, position
        is_genai = False
        for at, name in enumerate(names):
            if type(name) is not str:
                raise TypeError("an attribute's name is not a text")
            concept, rank, is_own = self._known.get(name) or self._learn(name)
            is_genai = is_genai or is_own
            if concept is not None and rank is None:
                tags[name] = at
            elif concept is not None and rank is not None and (concept not in best or rank < best[concept][0]):
                best[concept] = rank, at
        positions = [at for _, at in best.values()] + list(tags.values())
        take = _taker(positions)
        plan = _Plan(take, tuple(best), tuple(tags), is_genai, names[best["input"][1]] if "input" in best else None)
        if len(self._plans) >= _NAME_LIMIT:
            self._plans.clear()
        if len(names) <= _NAME_LIMIT and all(len(name) <= _NAME_LIMIT for name in names):
            self._plans[names] = plan
        return plan

    def _learn(self, key: str) -> _Meaning:
        concept, rank = self._concepts.get(key, (None, None))
        meaning = (concept, None if concept == "tag" else rank, key.startswith(GENAI_PREFIXES))
        if len(self._known) >= _NAME_LIMIT:
            self._known.clear()
        if len(key) <= _NAME_LIMIT:
            self._known[key] = meaning
        return meaning


def plain(value: Any) -> Any:
    """A scalar (or a list of scalars) out of an OTLP AnyValue; `None` for what is neither."""
    if not isinstance(value, dict):
        return value if isinstance(value, str | int | float | Decimal) else None
    if len(value) == 1 and type(found := value.get("intValue")) is str and found.isdecimal() and len(found) <= 18:
        return int(found)
    for kind in ("stringValue", "boolValue", "doubleValue", "string_value", "bool_value", "double_value"):
        if kind in value:
            found = value[kind]
            return found if not isinstance(found, dict | list) else None
    for kind in ("intValue", "int_value"):
        if kind in value:
            return _integer_or_text(value[kind])
    array = value.get("arrayValue", value.get("array_value"))
    if isinstance(array, dict):
        return [plain(item) for item in _list(array.get("values"))[:ARRAY_LIMIT] if not isinstance(item, list)]
    return None


def _integer_or_text(value: Any) -> int | str | None:
    try:
        return integer(value)
    except ValueError:
        return value if isinstance(value, str) else None


def integer(value: Any) -> int:
    """An int64 as OTLP/JSON writes it: a number, digits, or protobuf-JS {low, high, unsigned}.

    Raises:
        ValueError: none of these.
    """
    if type(value) is int:
        return value
    if isinstance(value, str) and len(value) <= 24:
        return int(value)
    if isinstance(value, dict):
        low, high = value.get("low"), value.get("high")
        if type(low) is int and type(high) is int:
            if value.get("unsigned"):
                high &= 0xFFFFFFFF
            return (high << 32) | (low & 0xFFFFFFFF)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise ValueError("not an integer")


def identity(value: Any, length: int) -> str:
    """A trace id (16 bytes) or span id (8 bytes) as lower-case hex, from hex or base64; "" for none.

    Raises:
        ValueError: neither, or another length.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        if len(value) == 2 * length:
            if _HEX.fullmatch(value):
                return value.lower() if value.strip("0") else ""
        elif len(value) <= 4 * length:
            try:
                found = base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                found = b""
            if len(found) == length:
                return found.hex() if any(found) else ""
    raise ValueError(f"id is neither {length} bytes of hex nor of base64")


def field_of(span: dict[str, Any], name: str, snake: str) -> Any:
    """A span's field under its lowerCamelCase or snake_case name."""
    found = span.get(name)
    return span.get(snake) if found is None else found


def _pairs(attributes: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(attributes, list):
        return [
            (key, item.get("value"))
            for item in attributes
            if type(item) is dict and type(key := item.get("key")) is str
        ]
    return attributes.items() if isinstance(attributes, dict) else ()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
