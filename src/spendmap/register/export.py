"""Write the register back as the YAML it can be applied from: applying the export changes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from spendmap.register.changes import Span, Stored
from spendmap.register.codec import decode
from spendmap.register.schema import KINDS


def register_mapping(stored: Stored) -> dict[str, list[dict[str, Any]]]:
    """The register as plain values, kinds in documented order, entities as first declared.

    Money written without quotes is a `Decimal` here; days are `date`s.
    """
    document: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS:
        entries = [
            {"id": id_, **{name: _stated(fields[name]) for name in kind.names if fields.get(name)}}
            for (type_, id_), fields in stored.items()
            if type_ == kind.type
        ]
        if entries:
            document[kind.plural] = entries
    return document


def register_yaml(stored: Stored) -> str:
    """The register as YAML text; empty text when nothing is declared."""
    document = register_mapping(stored)
    if not document:
        return ""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _stated(spans: tuple[Span, ...]) -> Any:
    if len(spans) == 1 and spans[0][1:] == (None, None, None):
        return decode(spans[0][0])
    stated: list[dict[str, Any]] = []
    for value, valid_from, valid_to, evidence in spans:
        entry: dict[str, Any] = {"value": decode(value)}
        if valid_from is not None:
            entry["from"] = valid_from
        if valid_to is not None:
            entry["to"] = valid_to
        if evidence is not None:
            entry["evidence"] = evidence
        stated.append(entry)
    return stated


class _Dumper(yaml.SafeDumper):
    """Plain YAML: no aliases (they are not read back), decimals without quotes, lists indented."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))


def _day(dumper: yaml.SafeDumper, value: date) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Dumper.add_representer(Decimal, _decimal)
_Dumper.add_representer(date, _day)
