"""The catalogue made anew from the published file list, after a workspace's folder was moved, copied or restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spendmap.engine.catalogue import file_uri
from spendmap.engine.file_list import listed
from spendmap.engine.transaction import OneTransaction
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError

if TYPE_CHECKING:
    from spendmap.engine.store import Store


def relocated(store: Store) -> int:
    """Make every listed table of the catalogue anew, at once; how many data files there are.

    The new tables are made beside the old ones and take their place in one transaction of the database: whatever ends
    this process, the catalogue names every file, the old tables or the new ones.

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
    store.drop_drafts()
    for table, files in names.items():
        if files:
            with OneTransaction(store.draft(table)) as transaction:
                transaction.add_files([file_uri(file) for file in files], check_duplicate_files=False)
    store.put_in_place(names)
    store.publish()
    return sum(len(files) for files in names.values())


__all__ = ["relocated"]
