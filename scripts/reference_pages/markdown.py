"""Markdown pieces that every page is made of."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `make docs` from the code. Edit the code, not this page. -->"
WIDTH = 118  # columns of a paragraph
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"


def cell(text: object) -> str:
    """Text that stays inside one cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table; `None` is an empty cell."""
    return [_row(heads), "|" + "---|" * len(heads), *(_row(row) for row in rows)]


def _row(values: Sequence[object]) -> str:
    return "| " + " | ".join("" if value is None else cell(value) for value in values) + " |"


def paragraph(*sentences: str) -> str:
    """Sentences as one paragraph, wrapped."""
    return textwrap.fill(" ".join(sentences), WIDTH, break_long_words=False, break_on_hyphens=False)


def code(text: str) -> str:
    """Inline code, or nothing for no text."""
    return f"`{text}`" if text else ""


def anchor(heading: str) -> str:
    """The fragment that GitHub gives a heading."""
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).strip().replace(" ", "-")


def linked(source: str) -> str:
    """A web address as a link, other words as they are."""
    return f"<{source}>" if source.startswith("http") else source


def inserted(text: str, block: str) -> str:
    """The page with its generated block replaced.

    Raises:
        ValueError: the page has no such block.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{block.strip()}\n{END}{after}"
