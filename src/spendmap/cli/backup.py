"""`spendmap backup`: one archive of a workspace."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-key", is_flag=True, help="Put the secret of people's hashes into it as well; keep it safe then.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, file: Path, with_key: bool, as_json: bool) -> None:
    """Write ledger, register, rules, settings, quarantine and roll-ups into one archive. The server may run.

    Without --with-key, what is captured after a restore is hashed under another key.

    Example: spendmap backup spendmap-2026-10.tar
    """
    from spendmap.engine.backup import backup
    from spendmap.published.writing import files_named

    place = Workspace.find(workspace)
    done = backup(place, file, with_key=with_key, named=files_named)
    if as_json:
        say_json(
            {
                "workspace": str(place.root),
                "file": str(done.file),
                "files": done.files,
                "bytes": done.size,
                "has_key": done.has_key,
                "has_register": done.has_register,
            }
        )
        return
    note(f"{done.files:,} files, {done.size:,} bytes in {done.file}.")
    if not done.has_register:
        note("The register is in a database of its own and is not in it: back that up as well.")
    note(f"Next: spendmap restore {done.file} NEW_FOLDER")
