"""How commands speak: JSON on stdout, words and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import click


def say_json(document: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def note(text: str) -> None:
    """A word on stderr."""
    click.echo(text, err=True)


def amount(value: Decimal | None) -> str:
    """Cents with separators; `unknown` for no cost at all, `<0.01` for money that cents would hide."""
    if value is None:
        return "unknown"
    if value and abs(value) < Decimal("0.005"):
        return "<0.01" if value > 0 else ">-0.01"
    return f"{value:,.2f}"


class Bar:
    """A progress bar on stderr when someone watches; silent in a pipe."""

    def __init__(self) -> None:
        self._progress: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self

    def start(self, what: str, total: int) -> None:
        """`total` units of work begin."""
        if self._progress is not None:
            self._task = self._progress.add_task(what, total=total)

    def advance(self, amount: int = 1) -> None:
        """Some of them are done."""
        if self._progress is not None:
            self._progress.advance(self._task, amount)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Note how long a piece of work took, under `name`."""
    import time

    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[name] = round(time.perf_counter() - start, 3)
