"""The API of `spendmap serve`, from its committed OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reference_pages.markdown import GENERATED, anchor, code, paragraph, table


def page(openapi: Path) -> str:
    """The page."""
    document = json.loads(openapi.read_text(encoding="utf-8"))
    lines = [
        GENERATED,
        "",
        "# REST API",
        "",
        paragraph(document["info"]["description"]),
        "",
        paragraph(
            "`spendmap serve` answers it on this machine only. Each answer carries an `ETag` of the published version;",
            "asking again with `If-None-Match` costs a `304` until figures are published anew. The document itself:",
            "`/api/openapi.json`, and in the repository `web/openapi.json`, from which the pages' types are made.",
        ),
        "",
    ]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += _operation(path, method, operation)
    lines += ["## Answers", ""]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += _schema(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _operation(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    lines = [f"## {method.upper()} {path}", "", operation.get("description") or operation.get("summary", ""), ""]
    if parameters := operation.get("parameters"):
        lines += table(
            ("parameter", "in", "type", "default", "what it is"),
            (
                (
                    code(each["name"]) + (" (required)" if each.get("required") else ""),
                    each["in"],
                    _type(each["schema"]),
                    code(str(each["schema"]["default"])) if each["schema"].get("default") is not None else None,
                    each.get("description", ""),
                )
                for each in parameters
            ),
        )
        lines.append("")
    answers = []
    for status, response in operation["responses"].items():
        body = next(iter(response.get("content", {}).items()), None)
        what = _type(body[1].get("schema", {})) or body[0] if body else "no body"
        answers.append(f"{status} {what}")
    return [*lines, "Answers: " + "; ".join(answers) + ".", ""]


def _schema(name: str, schema: dict[str, Any]) -> list[str]:
    lines = [f"### {name}", ""]
    if about := schema.get("description"):
        lines += [" ".join(about.split()), ""]
    if properties := schema.get("properties"):
        lines += table(("field", "type"), ((code(field), _type(each)) for field, each in properties.items()))
        lines.append("")
    return lines


def _type(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    if choices := schema.get("anyOf"):
        return " or ".join(_type(each) for each in choices)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {})) or 'anything'}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"names to {_type(schema['additionalProperties'])}"
    if choices := schema.get("enum"):
        return " or ".join(code(str(each)) for each in choices)
    return str(schema.get("type", ""))
