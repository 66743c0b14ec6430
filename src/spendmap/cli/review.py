"""`spendmap review`: step 3."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("review")
@click.option(
    "--period", help="2026-10, 2026-Q3, 2026 or all. Default: the last full month with figures, else before today."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, period: str | None, as_json: bool) -> None:
    """Look for what is wrong or unknown: run every rule on a period and publish the findings.

    The register is read as it stood on the period's last day. Before anything is captured the register alone is
    reviewed: then the money at stake is unknown.

    Example: spendmap review --period 2026-10
    """
    from spendmap.risk.review import review

    place = Workspace.find(workspace)
    done = review(place, period=period)
    if as_json:
        say_json({"workspace": str(place.root), "steps": [done.as_document()]})
        return
    states = ", ".join(f"{count} {state}" for state, count in done.by_state.items()) or "nothing to decide"
    note(f"Reviewed {done.period}: {done.rows_out} findings ({states}), {done.seconds} s.")
    for each in done.notes:
        note(each)
    note("Next: spendmap findings")
