"""What waits in a workspace's quarantine: how many rows of which source, and why. Told where nothing else was captured.

Reads the quarantine folder alone, and imports nothing heavy: the map asks before anything is published.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Waiting:
    """What is in quarantine: rows by source, of each file the newest reading alone, and a first reason."""

    rows: dict[str, int]
    file: Path
    example: str  # "card.csv, line 2: '1.500' can be thousands or decimals; ..."

    @property
    def sentence(self) -> str:
        """How many rows of which sources."""
        count = sum(self.rows.values())
        sources = ", ".join(f"{source} {rows:,}" for source, rows in sorted(self.rows.items()))
        return f"{count:,} row{'s were' if count != 1 else ' was'} read and refused ({sources})"

    @property
    def next_step(self) -> str:
        """What to do about them."""
        return f"{self.example} Capture the file again once that is settled; every reason stands in {self.file}."


def waiting(folder: Path) -> Waiting | None:
    """The rows in a workspace's quarantine folder; None when there is none. For a workspace that holds nothing else."""
    newest: dict[tuple[str, str], Path] = {}
    for file in sorted(folder.glob("*/*.jsonl"), key=lambda each: (each.stat().st_mtime_ns, each.name)):
        first = _first(file)
        if first is not None:
            newest[str(first.get("source")), str(first.get("file"))] = file
    if not newest:
        return None
    rows: Counter[str] = Counter()
    for (source, _), file in newest.items():
        with file.open("rb") as lines:
            rows[source] += sum(1 for _ in lines)
    shown = max(newest.values(), key=lambda each: each.stat().st_mtime_ns)
    first = _first(shown) or {}
    example = f"{first.get('file')}, line {first.get('line')}: {str(first.get('reason')).rstrip('.')}."
    return Waiting(dict(rows), shown, example)


def _first(file: Path) -> dict[str, object] | None:
    with file.open("rb") as lines:
        try:
            found = json.loads(next(lines, b""))
        except ValueError:
            return None
    return found if isinstance(found, dict) else None
