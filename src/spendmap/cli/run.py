"""`spendmap run`: the steps in order."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import Bar, note, say_json
from spendmap.workspace import Workspace


@click.command("run")
@click.option("--period", default="all", show_default=True, help="Months to work on: 2026-10, 2026-Q3, 2026 or all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, period: str, as_json: bool) -> None:
    """Run all steps in order: capture the declared sources, allocate, review, value, optimize.

    Example: spendmap run --period 2026-10
    """
    from spendmap.process import run

    place = Workspace.find(workspace)
    with Bar() as bar:
        steps = run(place, period=period, progress=bar)
    if as_json:
        say_json({"workspace": str(place.root), "steps": steps})
        return
    for step in steps:
        note(f"{step['step']}: {step['rows_in']:,} rows in, {step['rows_out']:,} out, {step['seconds']} s")
