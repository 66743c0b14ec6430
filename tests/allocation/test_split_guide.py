"""The guide's worked example runs as it is printed, and its tables name what the code knows."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from spendmap.allocation.split.rules import _FIELDS, DRIVERS, LAYERS, SELECTORS


@pytest.fixture
def guide(repository: Path) -> str:
    return (repository / "docs" / "guides" / "indirect-cost.md").read_text(encoding="utf-8")


def told(guide: str, heading: str) -> set[str]:
    """Names in the first cells of the table under a heading."""
    section = guide.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}


def test_a_reader_who_follows_the_example_sees_what_it_shows(
    guide: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "tests" / "docs"))
    from consoles import follow, run_here

    assert follow(guide, tmp_path, run_here) == 6
    sys.modules.pop("consoles")


def test_every_field_selector_layer_and_driver_is_told(guide: str) -> None:
    assert told(guide, "A split") == set(_FIELDS)
    assert told(guide, "Drivers") == set(DRIVERS)
    assert all(f"`{name}`" in guide for name in (*SELECTORS, *LAYERS))
