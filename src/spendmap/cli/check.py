"""`spendmap check`: the laws, on this workspace."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from spendmap.cli.say import say_json
from spendmap.workspace import Workspace


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, as_json: bool) -> None:
    """Print every law and whether it holds here. Exit 1 when one does not.

    Example: spendmap check
    """
    from spendmap.checks import check

    place = Workspace.find(workspace)
    laws = check(place)
    if as_json:
        say_json({"workspace": str(place.root), "laws": [law.as_document() for law in laws]})
    else:
        for law in laws:
            mark = {True: "holds", False: "BROKEN", None: "not tested"}[law.holds]
            click.echo(f"{law.name:<4} {mark:<11} {law.statement}")
            click.echo(f"     {law.detail}")
    if any(law.holds is False for law in laws):
        sys.exit(1)
