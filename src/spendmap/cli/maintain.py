"""`spendmap maintain`: fewer files, no old snapshots, nothing unnamed, a journal that is up to the register."""

from __future__ import annotations

from pathlib import Path

import click

from spendmap.cli.say import note, say_json
from spendmap.workspace import Workspace


@click.command("maintain")
@click.option("--dry-run", is_flag=True, help="Say what would go, remove nothing.")
@click.option("--relocate", is_flag=True, help="Fix the catalogue after the workspace's folder was moved or copied.")
@click.option("--rotate-key", is_flag=True, help="Make a new secret for the hashes of people's names.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(workspace: Path | None, dry_run: bool, relocate: bool, rotate_key: bool, as_json: bool) -> None:
    """Write what lies in many files as one, expire old snapshots, remove files that nothing names.

    The register's journal is brought up to the database; a damaged one is kept aside and written anew.

    Example: spendmap maintain --dry-run
    """
    from spendmap.capture.run import recover
    from spendmap.engine.maintenance import maintain
    from spendmap.published.writing import files_named
    from spendmap.register.rebuild import keep_journal

    place = Workspace.find(workspace)
    if rotate_key:
        from spendmap.principal_key import rotate_key as rotate

        rotate(place.root)
        if as_json:
            say_json({"workspace": str(place.root), "rotated_key": True})
        else:
            note("A new key is in force. People captured before keep the hashes of the old one.")
        return
    if relocate:
        from spendmap.engine.store import Store

        store = Store(place)
        with store.lock(rebuilds=True):
            files = store.relocate()
        if as_json:
            say_json({"workspace": str(place.root), "relocated_files": files})
        else:
            note(f"{files} data files are in the ledger of {place.root}.")
        return
    journal = keep_journal(place, dry_run=dry_run)
    done = maintain(place, keep=files_named(place), recover=recover, dry_run=dry_run)
    if as_json:
        added = journal.added if journal else 0
        aside = str(journal.aside) if journal and journal.aside else None
        told = {"lines": journal.lines if journal else 0, "added": added, "kept_aside": aside}
        say_json({"workspace": str(place.root), "dry_run": dry_run, **done, "journal": told})
        return
    word = "would go" if dry_run else "removed"
    fewer = "would be joined with others" if dry_run else "joined with others"
    note(f"{done['compacted']} files {fewer}.")
    note(f"{done['snapshots']} snapshots, {done['files']} files ({done['bytes']:,} bytes) {word}.")
    if journal is not None and journal.added:
        note(f"{journal.added:,} changes {'would be' if dry_run else 'were'} added to the register's journal.")
    if journal is not None and journal.aside:
        note(f"The register's journal was damaged and is written anew; the old one is kept as {journal.aside}.")
