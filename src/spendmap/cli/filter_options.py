"""The filters that `map` and `explain` share, as options and as a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import click

from spendmap.reports.filters import Question, ask, split_condition
from spendmap.reports.read_model import ReadModel

Command = TypeVar("Command", bound=Callable[..., object])

_OPTIONS = (
    click.option("--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures."),
    click.option("--basis", default="effective", show_default=True, help="effective, billed, contracted or list."),
    click.option("--currency", help="ISO 4217. Default: the workspace's. Currencies are never added."),
    click.option(
        "--where",
        multiple=True,
        metavar="DIMENSION=VALUE",
        help="Only rows with this value; repeatable. An empty value is unknown.",
    ),
    click.option(
        "--compare", default="previous", show_default=True, metavar="PERIOD", help="previous, none or a period."
    ),
)


def filter_options(command: Command) -> Command:
    """Add the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def question_from(
    model: ReadModel,
    *,
    period: str | None,
    basis: str,
    currency: str | None,
    where: Sequence[str],
    compare: str,
    by: Sequence[str] = ("category",),
) -> Question:
    """The question the options ask, as of now (UTC).

    Raises:
        UsageError: a word is not known.
    """
    return ask(
        model,
        today=datetime.now(UTC).date(),
        period=period,
        compare=compare,
        by=by,
        basis=basis,
        currency=currency,
        where=[split_condition(each, "=") for each in where],
    )
