"""The guide's worked example is followed to the letter, and its table of denominators is the command's."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from spendmap.cli import COMMANDS
from spendmap.reports.economics import PER


@pytest.fixture
def guide(repository: Path) -> str:
    return (repository / "docs" / "guides" / "economics.md").read_text(encoding="utf-8")


def test_a_reader_who_follows_the_guide_sees_what_it_shows(
    guide: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "tests" / "docs"))
    from consoles import follow, run_here

    assert follow(guide, tmp_path, run_here) == 8
    sys.modules.pop("consoles")


def test_every_way_to_ask_and_every_command_of_the_guide_exists(guide: str) -> None:
    table = guide.partition("## What is divided by what")[2].partition("Sums are exact")[0]
    told = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    assert told - {"cost_per_attempt"} == set(PER)
    assert set(re.findall(r"^spendmap (\w+)", guide, re.MULTILINE)) <= set(COMMANDS)
