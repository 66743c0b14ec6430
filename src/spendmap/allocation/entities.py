"""The register as one dated table the transforms join: who stands above what, day by day.

Reads the register; writes `entity`, one row per entity and span of days in which nothing about it changes.
Spans of one entity never overlap, so a join on the charge's day meets at most one row. An evaluation suite stands above
its own calls: what it costs to test a use case is carried by the use case.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa

from spendmap.engine.arrow import schema_of
from spendmap.register import Value

TYPES = ("agent", "tool", "use_case", "department", "cost_center", "evaluation_suite")
FIELDS = (
    "name",
    "category",
    "use_case",
    "department",
    "cost_center",
    "owner",
    "vendor",
    "vendor_account",
    "capability",
    "billing",
)
DEFAULT_CATEGORY = {"tool": "internal_tools"}  # an employee tool, unless the register says otherwise
OPEN_START, OPEN_END = date(1970, 1, 1), date(9999, 12, 31)
SCHEMA = schema_of(
    pa.field("entity_type", pa.string()),
    pa.field("id", pa.string()),
    pa.field("valid_from", pa.date32()),
    pa.field("valid_to", pa.date32()),
    *(pa.field(name, pa.string()) for name in FIELDS),
)


def entity_table(dated: Iterable[tuple[str, str, list[Value]]]) -> pa.Table:
    """Entities cut at every day on which one of their fields changes."""
    rows: list[dict[str, Any]] = []
    said = list(dated)
    tested_by = suites_listed(said)
    for type_, id_, values in said:
        if type_ not in TYPES:
            continue
        own = [value for value in values if value.field in FIELDS and value.superseded_at is None]
        listed = tested_by.get(id_, []) if type_ == "evaluation_suite" else []
        cuts = {OPEN_START, OPEN_END}
        for value in (*own, *(value for _, value in listed)):
            cuts |= {
                day for day in (value.valid_from, value.valid_to) if day is not None and OPEN_START < day < OPEN_END
            }
        edges = sorted(cuts)
        for since, until in pairwise(edges):
            held = {value.field: _text(value.value) for value in own if value.holds_at(since)}
            held.setdefault("category", DEFAULT_CATEGORY.get(type_))
            cases = {case for case, value in listed if value.holds_at(since)}
            if held.get("use_case") is None and len(cases) == 1:
                held["use_case"] = next(iter(cases))
            rows.append({"entity_type": type_, "id": id_, "valid_from": since, "valid_to": until, **held})
    return pa.Table.from_pylist([{name: row.get(name) for name in SCHEMA.names} for row in rows], schema=SCHEMA)


def suites_listed(dated: Iterable[tuple[str, str, list[Value]]]) -> dict[str, list[tuple[str, Value]]]:
    """Evaluation suite -> the use cases that list it, each with the dated value that does.

    A suite that names no use case of its own belongs to the one that lists it; listed by two, it belongs to neither.
    """
    found: dict[str, list[tuple[str, Value]]] = {}
    for type_, id_, values in dated:
        for value in values if type_ == "use_case" else ():
            if value.field == "evaluation_suites" and value.superseded_at is None and isinstance(value.value, list):
                for suite in value.value:
                    found.setdefault(str(suite), []).append((id_, value))
    return found


SAID = schema_of(pa.field("said", pa.string()), pa.field("department", pa.string()))


def departments_said(dated: Iterable[tuple[str, str, list[Value]]]) -> pa.Table:
    """How a source may write a department: its id or a name it has or had, in any case.

    What two departments are called is neither of them.
    """
    found: dict[str, set[str]] = {}
    for type_, id_, values in dated:
        if type_ == "department":
            names = [_text(value.value) for value in values if value.field == "name" and value.superseded_at is None]
            for name in (id_, *(name for name in names if name)):
                found.setdefault(name.strip().lower(), set()).add(id_)
    rows = [{"said": said, "department": next(iter(ids))} for said, ids in sorted(found.items()) if len(ids) == 1]
    return pa.Table.from_pylist(rows, schema=SAID)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        return str(value[0]) if value else None
    return None if value is None else str(value)
