"""Run a tabular connector on a file and gather what it gives, checking the laws every connector keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from spendmap.capture.connector import Connector, ReadContext, Reject, check_settings
from spendmap.engine.arrow import arrow_schema

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass
class Read:
    """Everything a connector gave for one file."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rows_read: int = 0
    context: ReadContext | None = None

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]

    @property
    def version(self) -> str | None:
        assert self.context is not None
        return self.context.format_version

    def sums(self, currency: str) -> dict[str, Decimal]:
        assert self.context is not None
        return self.context.raw_sums[currency]

    def total(self, column: str) -> Decimal:
        return sum((row[column] for row in self.rows if row[column] is not None), Decimal(0))


def read(connector: Connector, file: Path, **settings: str) -> Read:
    """Read a file to its end. Checks types, counts, lineage columns and that keys are unique within the file."""
    context = ReadContext(
        settings=check_settings(connector, settings),
        principal_key=b"a key of the tests",
        source_name="test",
        workspace_currency="USD",
    )
    found = Read(context=context)
    schema = arrow_schema(connector.table)
    for batch in connector.read(file, context):
        assert batch.rows_read == len(batch.rows) + len(batch.rejects) + batch.rows_duplicate
        assert {"source_line", "natural_key", "charge_period_start"} <= set(batch.rows.column_names)
        for column in batch.rows.schema:
            assert column.type == schema.field(column.name).type, column.name
        found.rows += batch.rows.to_pylist()
        found.rejects += batch.rejects
        found.rows_read += batch.rows_read
    keys = Counter(row["natural_key"] for row in found.rows)
    assert not [key for key, times in keys.items() if times > 1]
    return found


def write(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    """A file with this content."""
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def shared(path: str) -> Path:
    """A file or folder of the public data beside the repository; skips the test when it is not there."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the public data set {path} is not beside the repository")
    return found
