"""Names of what ids stand for, so that a page can show a word and not a code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spendmap.allocation.vendors import Vendors
from spendmap.categories import ORDER
from spendmap.register import Value


def labels_of(dated: Iterable[tuple[str, str, list[Value]]], vendors: Vendors) -> dict[str, Any]:
    """`labels`, `capabilities` and `owners` of the read model: what the register says now, then the catalogue."""
    known = list(vendors)
    labels: dict[str, dict[str, str]] = {
        "vendor": {vendor.id: vendor.name for vendor in known},
        "department": {},
        "use_case": {},
        "tool": {},
        "agent": {},
        "cost_center": {},
        "category": {category.code: category.label for category in ORDER},
    }
    capabilities: dict[str, dict[str, str]] = {
        "tool": {},
        "vendor": {vendor.id: vendor.capability[0] for vendor in known if vendor.capability},
    }
    owners: dict[str, dict[str, str]] = {}
    for type_, id_, values in dated:
        for value in values:
            if value.field == "name" and type_ in labels and value.value:
                labels[type_][id_] = str(value.value)
            if value.field == "capability" and type_ in capabilities and value.value:
                first = value.value[0] if isinstance(value.value, list) else value.value
                capabilities[type_][id_] = str(first)
            if value.field == "owner" and value.value:
                owners.setdefault(type_, {})[id_] = str(value.value)
    return {"labels": labels, "capabilities": capabilities, "owners": owners}


def register_rules(dated: Iterable[tuple[str, str, list[Value]]]) -> dict[str, dict[str, Any]]:
    """What `register:<type>:<id>` says where it decides a row, for Explain."""
    return {
        f"register:{type_}:{id_}": {
            "why": f"A key of the register ties the row to the {type_.replace('_', ' ')} {id_}.",
            "source": "the register",
            "then": {},
            "is_shipped": False,
        }
        for type_, id_, values in dated
        if values
    }
