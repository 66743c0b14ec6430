"""`spendmap prices refresh`: what a newer price catalogue changes, and taking it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spendmap.cli.price_words import SHOWN, record, show_table, table_of, when
from spendmap.cli.say import note, say_json
from spendmap.vocabulary.money import money_text
from spendmap.workspace import Workspace

if TYPE_CHECKING:
    from spendmap.pricing.refresh import Moved


@click.command("refresh")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A newer catalogue: `prices/data.json` of genai-prices. Default: the installed package.",
)
@click.option("--apply", is_flag=True, help="Take it: the next `spendmap allocate` prices with it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(named: Path | None, file: Path | None, apply: bool, as_json: bool) -> None:
    """Show what a newer price catalogue changes, and what it would move in your months; take it with --apply.

    Without --file the installed genai-prices package is compared with the prices of the last `spendmap allocate`.
    A price that only the newer catalogue has holds from the day it is taken; months before keep theirs.

    \b
    Example: spendmap prices refresh --file data.json
    Example: spendmap prices refresh --file data.json --apply
    """
    from spendmap.pricing.refreshing import refreshed

    workspace = Workspace.find(named)
    found = refreshed(workspace, file, today=datetime.now(UTC).date(), apply=apply)
    if as_json:
        say_json(
            {
                "file": str(file) if file else None,
                "catalogue": found.catalogue,
                "changes": [
                    {
                        "kind": each.kind,
                        "price_of": each.row.name,
                        "before": money_text(each.before.list_unit_price) if each.before else None,
                        "after": money_text(each.after.list_unit_price) if each.after else None,
                        "currency": each.row.currency,
                        "row": record(each.row),
                    }
                    for each in found.changes
                ],
                "moved": [_moved(each) for each in found.moved],
                "would_move": [_moved(each) for each in found.would_move],
                "applied": found.applied,
            }
        )
        return
    kinds = Counter(each.kind for each in found.changes)
    note(f"{found.catalogue}: {kinds['new']} new, {kinds['changed']} changed, {kinds['ended']} ended prices.")
    changed = [each for each in found.changes if each.kind != "new"]
    if changed:
        table = table_of("Changed", ("price of", "before", "after", "from"))
        for each in changed[:SHOWN]:
            before, after = (money_text(row.list_unit_price) if row else "none" for row in (each.before, each.after))
            table.add_row(each.row.name, before or "", after or "", when(record(each.row)))
        show_table(table)
    for title, rows in (
        ("What it restates in the captured months", found.moved),
        ("What the captured months would cost, had these prices held all along", found.would_move),
    ):
        if rows:
            table = table_of(title, ("month", "provider", "model", "before", "after", ""))
            for moved in rows[:SHOWN]:
                before, after = (money_text(cost) or "unpriced" for cost in (moved.before, moved.after))
                table.add_row(moved.month, moved.provider or "", moved.model or "", before, after, moved.currency)
            show_table(table)
    if not found.moved:
        note("It restates nothing in the captured months.")
    if found.applied:
        note("Taken. Next: spendmap allocate, to price the usage again.")
    elif found.changes:
        note(f"Next: spendmap prices refresh {f'--file {file} ' if file else ''}--apply")


def _moved(each: Moved) -> dict[str, Any]:
    return {
        "month": each.month,
        "provider": each.provider,
        "model": each.model,
        "currency": each.currency,
        "before": money_text(each.before),
        "after": money_text(each.after),
        "difference": money_text((each.after or Decimal(0)) - (each.before or Decimal(0))),
    }
