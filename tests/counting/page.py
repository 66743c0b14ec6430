"""The rows of docs/guides/counting.md, as the examples say them."""

from __future__ import annotations

from counting.examples import Example


def row(number: int, example: Example) -> str:
    """One line of the page's table."""
    cells = (str(number), example.statements, example.effective_text, example.billed_text, example.also)
    return "| " + " | ".join(cells) + " |"
