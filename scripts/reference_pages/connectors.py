"""Source formats: what each fills, how it restates, how it counts tokens, which settings it takes."""

from __future__ import annotations

from reference_pages.markdown import GENERATED, code, paragraph, table
from spendmap.capture.registry import KINDS, connector

RESTATES = {
    "row": "of two rows with one key the more complete stays; other rows stay (a log)",
    "file": "as `row`; a new version of a file takes the place of the rows its old version brought (a ledger)",
    "day": "the days a capture brings replace the stored days of the source whole (an export)",
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
            f"- restates by {each.restates}: {RESTATES[each.restates]}{_held_to(each.restates_by)}",
        ]
        if each.token_convention:
            lines.append(f"- token convention: {each.token_convention}")
        lines.append("")
        if each.settings:
            lines += table(
                ("setting", "default", "what it is"),
                (
                    (code(setting.name), "required" if setting.required else code(setting.default or ""), setting.help)
                    for setting in each.settings
                ),
            )
        else:
            lines.append("No settings.")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _held_to(columns: tuple[str, ...]) -> str:
    return f", each within its own {', '.join(code(name) for name in columns)}" if columns else ""
