"""A firm of a few files, for tests that follow one kind of line from its file to the map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from spendmap.allocation.run import allocate
from spendmap.allocation.vendors import catalogue_ids
from spendmap.capture.run import Source, capture
from spendmap.capture.stage import FileLoad
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.workspace import Workspace


class SmallFirm:
    """A workspace in a folder; files are written, captured and allocated as a test asks."""

    def __init__(self, folder: Path, register: str = "") -> None:
        self.workspace = Workspace.create(folder / "w", "USD", "Small firm")
        self.files = folder / "files"
        self.files.mkdir()
        if register:
            (self.workspace.root / "register" / "firm.yaml").write_text(register, encoding="utf-8")
            with open_register(self.workspace) as opened:
                apply_register(
                    opened,
                    self.workspace.root / "register",
                    actor="test",
                    now=datetime(2026, 11, 1, tzinfo=UTC),
                    known_vendors=catalogue_ids(),
                )

    def capture(self, text: str, kind: str, *, source: str = "", name: str = "", **settings: str) -> FileLoad:
        """Write one file and capture it."""
        file = self.files / (name or f"{source or kind}.{'csv' if kind.endswith('csv') else 'jsonl'}")
        file.write_text(text, encoding="utf-8")
        (load,) = capture(self.workspace, Source(source or kind, kind, file, settings))
        return load

    def money(self, *dimensions: str, ai_only: bool = True) -> dict[Any, Decimal]:
        """Allocate, then effective cost by the dimensions; what has no cost is not in it."""
        allocate(self.workspace)
        found: dict[Any, Decimal] = defaultdict(Decimal)
        for row in self.rollup():
            if row["effective_cost"] is not None and (row["scope"] == "ai" or not ai_only):
                key = tuple(row[name] for name in dimensions)
                found[key[0] if len(key) == 1 else key] += row["effective_cost"]
        return dict(found)

    def rollup(self) -> list[Mapping[str, Any]]:
        """The published month roll-up."""
        version = (self.workspace.rollups / "CURRENT").read_text()
        rows: list[Mapping[str, Any]] = pq.read_table(self.workspace.rollups / version / "month.parquet").to_pylist()
        return rows
