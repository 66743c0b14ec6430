"""What Spark is given for each transform is kept, and a change to it is seen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from spark_sql import GOLDEN, differing, snapshots

FRESH = snapshots()


@pytest.mark.parametrize("name", sorted(FRESH))
def test_the_translation_is_the_one_that_was_reviewed(name: str) -> None:
    kept = GOLDEN / name
    assert kept.is_file(), f"no snapshot of {name} yet: `python scripts/spark_sql.py`"
    assert FRESH[name] == kept.read_text(encoding="utf-8"), "write it anew with `python scripts/spark_sql.py`"


def test_no_snapshot_outlives_its_transform() -> None:
    assert [name for name in differing(FRESH) if name not in FRESH] == []
