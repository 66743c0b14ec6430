"""The published list of the ledger's files: what readers follow that do not load the catalogue, and what remains of it.

`ledger/manifest.json` names for every table its snapshot and the data files of that, each with its slice, rows, SHA-256
and sums of money.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.seal import NAME, is_as_sealed

MANIFEST = "manifest.json"
BACK = "Put the file back from a copy."
_LISTED = {"path", "source", "month", "rows"}  # what the list says of every file


def listed(ledger: Path) -> dict[str, Any]:
    """The list published last, empty when there is none: table -> its snapshot and files.

    Raises:
        SourceUnreadableError: it is damaged.
    """
    file = ledger / MANIFEST
    try:
        return _file_list(file) if file.is_file() else {}
    except ValueError as error:
        raise SourceUnreadableError(
            file, "it is damaged, so nothing says which files are in the ledger.", next_step=BACK
        ) from error


def _file_list(file: Path) -> dict[str, Any]:
    """What the file lists.

    Raises:
        ValueError: it is not what `publish` writes.
    """
    found = read_json(file)
    if is_as_sealed(file.read_bytes()) is False:
        raise ValueError("it is not what it was when it was written")
    if isinstance(found, dict):
        found.pop(NAME, None)
    if not isinstance(found, dict) or not found.keys() <= TABLES.keys():
        raise ValueError("it does not list the tables of a ledger")
    for table, listed in found.items():
        files = listed.get("files") if isinstance(listed, dict) else None
        if not isinstance(files, list) or not all(isinstance(file, dict) and file.keys() >= _LISTED for file in files):
            raise ValueError(f"its files of {table} are no list of files")
    return found


__all__ = ["BACK", "MANIFEST", "listed"]
