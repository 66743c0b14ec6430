"""The rules of the review, file by file, from their docstrings."""

from __future__ import annotations

from reference_pages.markdown import table
from spendmap.categories import ORDER
from spendmap.risk.rules import FILES, story


def block() -> str:
    """The generated tables of the findings guide."""
    labels = {category.code: category.label for category in ORDER} | {
        "ledger": "The ledger itself",
        "counted": "What counting noticed",
    }
    lines: list[str] = []
    for name, rules in FILES:
        stories = [story(rule) for rule in rules]
        lines += [f"### {labels[name]}", ""]
        lines += table(
            ("code", "finds", "kind", "fires", "quiet", "why it matters"),
            ((each.code, each.title, each.kind, each.fires, each.quiet, each.why) for each in stories),
        )
        lines.append("")
    return "\n".join(lines)
