"""How long work tells how far it is; the command line draws a bar from it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how far the work is."""

    def start(self, what: str, total: int) -> None:
        """`total` units of work begin."""
        ...

    def advance(self, amount: int = 1) -> None:
        """Some of them are done."""
        ...
