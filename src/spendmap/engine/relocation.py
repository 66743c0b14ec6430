"""The catalogue made anew from the published file list, after a workspace's folder was moved, copied or restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spendmap.engine.catalogue import file_uri
from spendmap.engine.file_list import listed
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError

if TYPE_CHECKING:
    from spendmap.engine.store import Store


def relocated(store: Store) -> int:
    """Make every table of the catalogue anew; how many data files there are.

    Raises:
        SourceUnreadableError: the list is damaged.
        EngineError: a file of it is not there.
    """
    manifest = listed(store.root)
    names = {
        table: [store.workspace.root / file["path"] for file in manifest[table]["files"]]
        for table in TABLES
        if table in manifest
    }
    if gone := [file for files in names.values() for file in files if not file.is_file()]:
        raise EngineError(f"{gone[0]} is not there.", next_step="Copy the workspace again, whole.")
    for table, files in names.items():
        store.drop(table)
        if files:
            with store.for_writing(table).transaction() as transaction:
                transaction.add_files([file_uri(file) for file in files], check_duplicate_files=False)
    store.publish()
    return sum(len(files) for files in names.values())


__all__ = ["relocated"]
