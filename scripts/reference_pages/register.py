"""What people can declare, kind by kind and field by field."""

from __future__ import annotations

from reference_pages.markdown import GENERATED, code, paragraph, table
from spendmap.register.schema import KINDS, Field

TYPES = {
    "text": "words",
    "texts": "a text or a list of them",
    "fact": "words, or true/false",
    "flag": "true/false",
    "whole": "whole number",
    "money": "decimal, in the entry's currency",
    "quantity": "decimal",
    "share": "0 to 1",
    "date": "YYYY-MM-DD",
    "choice": "one of a list",
    "ref": "id of another entry",
    "refs": "an id or a list of them",
    "keys": "conditions on ledger columns",
    "accounts": "list of accounts",
    "settings": "names to values",
}


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "",
        "# Register",
        "",
        paragraph(
            "YAML files in `register/`, applied with `spendmap register apply register/`. Each kind below is a list",
            "under its key; every entry has an `id`. Every value may be dated, and every change is kept with who made",
            "it.",
        ),
        "",
        *table(("key in YAML", "what it is"), ((f"[`{kind.plural}`](#{kind.plural})", kind.about) for kind in KINDS)),
        "",
    ]
    for kind in KINDS:
        lines += [f"## {kind.plural}", "", kind.about, ""]
        lines += table(
            ("field", "type", "what it is"), ((code(field.name), _type(field), _about(field)) for field in kind.fields)
        )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _type(field: Field) -> str:
    return TYPES[field.type] + (f" (`{field.to}`)" if field.to else "")


def _about(field: Field) -> str:
    choices = f": {', '.join(code(choice) for choice in field.choices)}" if field.choices else ""
    return field.about + choices + (f" (question {field.question} of the use-case card)" if field.question else "")
