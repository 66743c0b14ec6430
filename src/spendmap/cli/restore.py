"""`spendmap restore`: a workspace from an archive, or its database from its journal."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace


@click.command("restore")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--from-journal", is_flag=True, help="Rebuild this workspace's spendmap.db from its register.jsonl.")
@click.option(
    "--empty-register",
    is_flag=True,
    help="Begin an empty register over this workspace's ledger, where spendmap.db and register.jsonl are both lost.",
)
@click.option("--up-to", type=click.IntRange(min=1), metavar="LINE", help="Apply the journal's lines up to this one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    workspace: Path | None,
    file: Path | None,
    folder: Path | None,
    from_journal: bool,
    empty_register: bool,
    up_to: int | None,
    as_json: bool,
) -> None:
    """Make a workspace in a new folder from an archive of `spendmap backup`. Every file is checked first.

    With --from-journal: rebuild the register, its history and the decisions of this workspace when spendmap.db is gone,
    emptied or damaged. What is there is kept aside. With --empty-register: the same without a journal; the ledger
    stays as it is, and what was declared and decided has to be said again.

    \b
    Examples:
      spendmap restore spendmap-2026-10.tar acme-restored
      spendmap restore --from-journal
    """
    if from_journal or empty_register:
        option = "--from-journal" if from_journal else "--empty-register"
        if file is not None or (from_journal and empty_register):
            raise UsageError(
                f"{option} goes with no FILE and no other option: it is about this workspace's own files.",
                next_step=f"Run `spendmap restore {option}`, or `spendmap restore FILE FOLDER`.",
            )
        _database(Workspace.find(workspace), up_to, as_json, is_empty=empty_register)
        return
    if file is None or folder is None:
        raise UsageError(
            "an archive and a new folder are needed.",
            next_step="Run `spendmap restore FILE FOLDER`; the database alone comes back with "
            "`spendmap restore --from-journal`.",
        )
    from spendmap.engine.backup import restore

    place = restore(file, folder)
    if not place.database:  # what was declared and decided while the archive was written is in the database
        from spendmap.register.rebuild import publish
        from spendmap.risk.decisions import publish_again

        publish(place)
        publish_again(place)
    if as_json:
        say_json({"workspace": str(place.root), "name": place.name})
        return
    note(f"{place.name} is restored in {place.root}.")
    note(f"Next: spendmap --workspace {place.root} check")


def _database(place: Workspace, up_to: int | None, as_json: bool, *, is_empty: bool) -> None:
    from spendmap.register.rebuild import begin_empty, publish, rebuild
    from spendmap.risk.decisions import publish_again

    done = begin_empty(place) if is_empty else rebuild(place, up_to=up_to)
    publish(place)
    publish_again(place)
    if as_json:
        say_json(
            {
                "workspace": str(place.root),
                "changes": done.changes,
                "decisions": done.decisions,
                "dropped_lines": done.dropped,
                "kept_aside": [str(each) for each in done.kept],
                "data_files": done.data_files,
            }
        )
        return
    note(
        f"{done.changes:,} changes of the register and {done.decisions:,} decisions applied; "
        f"{done.data_files:,} data files are in the ledger."
    )
    if done.dropped:
        note(f"The journal ends within an edit: {done.dropped} line(s) of it were dropped.")
    for each in done.kept:
        note(f"Kept aside: {each}")
    if is_empty:
        note("The register is empty. Next: `spendmap register import` or `spendmap register apply`, then allocate.")
        return
    note(f"Next: spendmap --workspace {place.root} check")
