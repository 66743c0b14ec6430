"""Source formats: what each fills, how it restates, how it counts tokens, which settings it takes."""

from __future__ import annotations

from reference_pages.markdown import GENERATED, code, paragraph, table
from spendmap.capture.connector import settings_of
from spendmap.capture.registry import KINDS, connector

RESTATES = {
    "nothing": "of two rows with one key the more complete stays; other rows stay (a log)",
    "file": "a new version of a file takes the place of the rows its old version brought (a list)",
    "period": "a file takes the place of the one it shares lines with, in a billing period (a bill)",
    "lines": "equal lines of two files are two purchases, unless the files are shown to overlap (a ledger)",
    "window": "stored rows of the range of time that was asked for are replaced (a live pull)",
}


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "",
        "# Connectors",
        "",
        paragraph(
            "`spendmap capture --file PATH --as KIND --source NAME --set name=value`; in a register file, a source",
            "states `kind`, `location` and `settings`. PATH is a file, or a folder that is searched for the endings",
            "below. Reading the same thing again changes nothing. How to write one:",
            "[add a connector](../guides/add-a-connector.md).",
        ),
        "",
        *table(
            ("kind", "reads", "fills"),
            ((f"[`{kind}`](#{kind})", about, code(connector(kind).table)) for kind, about in KINDS.items()),
        ),
        "",
    ]
    for kind in KINDS:
        each = connector(kind)
        lines += [f"## {kind}", "", f"{each.title[:1].upper()}{each.title[1:]}.", ""]
        lines += [
            f"- fills: [`{each.table}`](columns.md#{each.table})",
            f"- file endings in a folder: {', '.join(code(suffix) for suffix in each.suffixes)}",
            f"- restates `{each.extent}`: {RESTATES[each.extent]}{_held_to(each.account)}",
        ]
        if each.token_convention:
            lines.append(f"- token convention: {each.token_convention}")
        lines.append("")
        lines += table(
            ("setting", "default", "what it is"),
            (
                (code(setting.name), "required" if setting.required else code(setting.default or ""), setting.help)
                for setting in settings_of(each)
            ),
        )
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _held_to(columns: tuple[str, ...]) -> str:
    return f", each within its own {', '.join(code(name) for name in columns)}" if columns else ""
