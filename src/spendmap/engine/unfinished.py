"""Notes of runs that change the ledger: what one is about to make visible, kept until it is whole in every table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spendmap.engine.atomic import write_atomically
from spendmap.engine.file_list import BACK
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json

FOLDER = "pending"


def keep_note(ledger: Path, run: str, note: Mapping[str, Any]) -> None:
    """Write the note of a run."""
    write_atomically(ledger / FOLDER / f"{run}.json", json.dumps(note).encode())


def drop_note(ledger: Path, run: str) -> None:
    """The run is complete."""
    (ledger / FOLDER / f"{run}.json").unlink(missing_ok=True)


def notes(ledger: Path) -> Iterator[dict[str, Any]]:
    """Notes of runs that never ended, in the order of their names.

    Raises:
        SourceUnreadableError: one is not what was kept.
    """
    for file in sorted((ledger / FOLDER).glob("*.json")):
        yield _note(file)


def _note(file: Path) -> dict[str, Any]:
    try:
        note = read_json(file)
        if not (isinstance(note, dict) and note["table"] in TABLES and note["run"] and isinstance(note["loads"], list)):
            raise ValueError("not a note")
    except (ValueError, KeyError, TypeError) as error:
        raise SourceUnreadableError(
            file,
            "the note of a run that was killed is damaged, so it cannot be told what of it counts.",
            next_step=f"{BACK} Or remove the note, see with `spendmap check` what stands, and capture again.",
        ) from error
    return note


__all__ = ["drop_note", "keep_note", "notes"]
