"""`spendmap allocate`: step 2."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import Bar, note, say_json
from spendmap.workspace import Workspace


@click.command("allocate")
@click.option("--period", default="all", show_default=True, help="Months to work on: 2026-10, 2026-Q3, 2026 or all.")
@click.option("--again", is_flag=True, help="Price every month anew, also where usage and prices are the same.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, period: str, again: bool, as_json: bool) -> None:
    """Price usage, decide scope and category, tie money to owners, count it once, publish the map.

    Example: spendmap allocate --period 2026-10
    """
    from spendmap.allocation.run import allocate
    from spendmap.value.published import was_valued

    place = Workspace.find(workspace)
    with Bar() as bar:
        done = allocate(place, period=period, again=again, progress=bar)
    if as_json:
        say_json({"workspace": str(place.root), "steps": [done.as_document()]})
        return
    note(
        f"Allocated {len(done.months)} month{'s' * (len(done.months) != 1)} ({done.months[0]} to {done.months[-1]}): "
        f"{done.rows_in:,} ledger rows in, {done.rows_out:,} lines out, "
        f"{done.unpriced_rows - done.unrated_rows:,} usage rows unpriced, {done.seconds} s."
    )
    if done.is_widened:
        note(
            "Every month was worked on: bills or payments were captured since, and a line of one month can be for "
            "another."
        )
    if done.kept:
        note(
            f"{len(done.kept)} month{'s' * (len(done.kept) != 1)} kept their priced usage: nothing it rests on has "
            "changed. `spendmap allocate --again` prices it anew."
        )
    if done.unrated_rows:
        note(
            f"{done.unrated_rows:,} row{'s' * (done.unrated_rows != 1)} of people's work without a rate: declare "
            "that of the role under `labour_rates`, then `spendmap register apply register/`."
        )
    for each in done.restated:
        note(f"{each.sentence()}.")
    if was_valued(place.rollups):
        note("Unit costs are of an earlier map: `spendmap value` works them out for this one.")
    note("Next: spendmap map")
