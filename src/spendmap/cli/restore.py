"""`spendmap restore`: a workspace from an archive."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(file: Path, folder: Path, as_json: bool) -> None:
    """Make a workspace in a new folder from an archive of `spendmap backup`. Every file is checked first.

    Example: spendmap restore spendmap-2026-10.tar acme-restored
    """
    from spendmap.engine.backup import restore

    place = restore(file, folder)
    if as_json:
        say_json({"workspace": str(place.root), "name": place.name})
        return
    note(f"{place.name} is restored in {place.root}.")
    note(f"Next: spendmap --workspace {place.root} check")
