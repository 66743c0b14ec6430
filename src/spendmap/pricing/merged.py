"""Whether the stored price book already holds today's prices, so that they need not be merged into it again.

Reads and writes `cache/prices-merged.txt` of a workspace, which can be deleted. It names the shipped prices, the
company's own file and the stored files of the last merge that changed nothing; while all three are the same, another
merge would change nothing either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spendmap.engine.store import write_atomically
from spendmap.pricing.book import kept_file
from spendmap.pricing.company import FILE

NOTE = Path("cache") / "prices-merged.txt"


@dataclass(frozen=True)
class MergedPrices:
    """One workspace's stored book: `stored` are its files, which never change under their names."""

    root: Path
    stored: Sequence[Path]

    def is_merged(self) -> bool:
        """Whether the same prices were merged into the same stored book before, and changed nothing."""
        note = self.root / NOTE
        return bool(self.stored) and note.is_file() and note.read_text(encoding="utf-8") == self._says()

    def remember(self) -> None:
        """Note that merging changed nothing."""
        note = self.root / NOTE
        note.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(note, self._says().encode())

    def _says(self) -> str:
        own = self.root / FILE
        company = hashlib.blake2b(own.read_bytes(), digest_size=16).hexdigest() if own.is_file() else "none"
        files = sorted(file.name for file in self.stored)
        return "\n".join((kept_file(self.root).name, company, *files)) + "\n"
