"""Spans out of an OTLP/JSON object: ids, times and the attributes `otel_names` lists. Nothing else is decoded.

Pure functions over parsed JSON. Reads what real exporters write: the OTLP file exporter (hex ids, integers as
text), protobuf JSON (base64 ids), protobuf-JS integers ({low, high, unsigned}), snake_case keys, and the
`instrumentationLibrarySpans` of early OTLP.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from spendmap.capture.otel_names import GENAI_PREFIXES

Concepts = Mapping[str, tuple[str, int]]

SPAN_LISTS = ("scopeSpans", "scope_spans", "instrumentationLibrarySpans", "ilSpans")
ARRAY_LIMIT = 10  # labels of one attribute that are read


class Read(NamedTuple):
    """Attributes of a span or resource by concept. `tags` holds those kept under their own name."""

    values: dict[str, Any]
    names: dict[str, str]  # concept -> the attribute it came from
    tags: dict[str, Any]
    is_genai: bool


def is_traces(value: dict[str, Any]) -> bool:
    """Whether an object is a TracesData or ExportTraceServiceRequest."""
    return isinstance(value.get("resourceSpans", value.get("resource_spans")), list)


def documents(value: Any) -> Iterator[dict[str, Any]]:
    """The trace objects inside one JSON document."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from value


def spans_of(traces: dict[str, Any], concepts: Concepts) -> Iterator[tuple[Read, Any]]:
    """Every span of an OTLP object with its resource's attributes; a span may be anything a broken exporter wrote."""
    for block in _list(traces.get("resourceSpans", traces.get("resource_spans"))):
        if not isinstance(block, dict):
            continue
        resource = block.get("resource")
        shared = attributes_of(resource, concepts)
        for name in SPAN_LISTS:
            for scope in _list(block.get(name)):
                if isinstance(scope, dict):
                    for span in _list(scope.get("spans")):
                        yield shared, span


def attributes_of(holder: Any, concepts: Concepts) -> Read:
    """The known attributes of a span or resource; the others are not even decoded."""
    values: dict[str, Any] = {}
    names: dict[str, str] = {}
    tags: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    is_genai = False
    for key, raw in _pairs(holder.get("attributes") if isinstance(holder, dict) else None):
        if not is_genai and key.startswith(GENAI_PREFIXES):
            is_genai = True
        known = concepts.get(key)
        if known is None:
            continue
        concept, rank = known
        value = plain(raw)
        if value is None:
            continue
        if concept == "tag":
            tags[key] = value
        elif rank < ranks.get(concept, rank + 1):
            ranks[concept] = rank
            values[concept] = value
            names[concept] = key
    return Read(values, names, tags, is_genai)


def plain(value: Any) -> Any:
    """A scalar (or a list of scalars) out of an OTLP AnyValue; `None` for what is neither."""
    if not isinstance(value, dict):
        return value if isinstance(value, str | int | float | Decimal) else None
    for kind in ("stringValue", "boolValue", "doubleValue", "string_value", "bool_value", "double_value"):
        if kind in value:
            found = value[kind]
            return found if not isinstance(found, dict | list) else None
    for kind in ("intValue", "int_value"):
        if kind in value:
            try:
                return integer(value[kind])
            except ValueError:
                return value[kind] if isinstance(value[kind], str) else None
    array = value.get("arrayValue", value.get("array_value"))
    if isinstance(array, dict):
        return [plain(item) for item in _list(array.get("values"))[:ARRAY_LIMIT] if not isinstance(item, list)]
    return None


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
            try:
                found = bytes.fromhex(value)
            except ValueError:
                found = b""
            if len(found) == length:
                return value.lower() if any(found) else ""
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


def _pairs(attributes: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(attributes, list):
        for item in attributes:
            if isinstance(item, dict):
                key = item.get("key")
                if isinstance(key, str):
                    yield key, item.get("value")
    elif isinstance(attributes, dict):
        yield from attributes.items()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
