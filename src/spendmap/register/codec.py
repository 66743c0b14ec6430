"""Values as JSON text and back, exactly: a `Decimal` stays a `Decimal`, a day stays a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

_NUMBER = "$number"
_DAY = "$day"


def encode(value: Any) -> str:
    """JSON text; names in written order, no spaces, so equal values have equal texts."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def decode(text: str) -> Any:
    """The value `encode` was given."""
    if text[0] == '"' and "\\" not in text:
        return text[1:-1]  # most values are plain text, and a large register has a hundred thousand
    return restored(json.loads(text))


def encode_segments(segments: Iterable[tuple[str, date | None, date | None, str | None]]) -> str:
    """Dated values, their JSON already encoded, as one JSON list for the audit log."""
    entries: list[dict[str, Any]] = []
    for value, valid_from, valid_to, evidence in segments:
        entry: dict[str, Any] = {"value": json.loads(value)}
        if valid_from is not None:
            entry["from"] = valid_from.isoformat()
        if valid_to is not None:
            entry["to"] = valid_to.isoformat()
        if evidence is not None:
            entry["evidence"] = evidence
        entries.append(entry)
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))


def segments_of(entries: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, date | None, date | None, str | None], ...]:
    """Dated values, their JSON encoded, from what a JSON reader made of the text of `encode_segments`."""
    return tuple(
        (
            json.dumps(entry["value"], ensure_ascii=False, separators=(",", ":")),
            date.fromisoformat(entry["from"]) if "from" in entry else None,
            date.fromisoformat(entry["to"]) if "to" in entry else None,
            entry.get("evidence"),
        )
        for entry in entries
    )


def text_of_value(value: Any) -> str | None:
    """A stored value as one line of text; None for none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(text_of_value(each) or "" for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text_of_value(each)}" for name, each in value.items())
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {_NUMBER: str(value)}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def restored(value: Any) -> Any:
    """The value that JSON text held, from what a JSON reader made of the text."""
    if isinstance(value, list):
        return [restored(item) for item in value]
    if isinstance(value, dict):
        if value.keys() == {_NUMBER}:
            return Decimal(value[_NUMBER])
        if value.keys() == {_DAY}:
            return date.fromisoformat(value[_DAY])
        return {name: restored(item) for name, item in value.items()}
    return value
