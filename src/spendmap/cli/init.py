"""`spendmap init`: a new workspace."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--currency", default="USD", show_default=True, help="Currency the map is shown in (ISO 4217).")
@click.option("--name", help="The company's name. Default: the folder's name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(folder: Path, currency: str, name: str | None, as_json: bool) -> None:
    """Make a new workspace in FOLDER.

    Example: spendmap init acme --currency EUR
    """
    workspace = Workspace.create(folder, currency, name)
    if as_json:
        say_json({"workspace": str(workspace.root), "currency": workspace.currency, "name": workspace.name})
        return
    note(f"Workspace {workspace.root} ({workspace.currency}).")
    note(f"Next: spendmap --workspace {folder} capture --file FILE --as KIND")
