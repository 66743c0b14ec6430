"""`spendmap value`: step 4."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("value")
@click.option("--period", help="2026-10, 2026-Q3, 2026 or all; every month is worked out anyway.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, period: str | None, as_json: bool) -> None:
    """Load every cost fully and hold it against outcomes: customers, plans, features, runs accepted.

    Example: spendmap value
    """
    from spendmap.value.publish import value

    place = Workspace.find(workspace)
    done = value(place, period=period)
    if as_json:
        say_json({"workspace": str(place.root), "steps": [done.as_document()]})
        return
    facts = ", ".join(f"{count:,} {kind}" for kind, count in done.outcomes.items()) or "no outcomes captured"
    note(
        f"Valued {len(done.months)} month{'s' * (len(done.months) != 1)}: {done.rows_out:,} rows of cost, "
        f"{done.customers:,} customers; {facts}; {done.seconds} s."
    )
    if done.told_again:
        note(
            f"{done.told_again:,} facts stand in two sources and count once; if they are others, capture one of them "
            "with `--set copy=no`."
        )
    if not done.is_split:
        note("Indirect cost is not known: shared money was not split over use cases.")
    note("Next: spendmap economics")
