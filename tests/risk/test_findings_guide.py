"""The guide's tables say what the rules' docstrings say, and its fields what the JSON holds."""

from __future__ import annotations

import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from spendmap.cli import COMMANDS
from spendmap.reports.findings import FindingRow


@pytest.fixture
def guide(repository: Path) -> str:
    return (repository / "docs" / "guides" / "findings.md").read_text(encoding="utf-8")


def test_the_guide_s_rule_tables_are_those_of_the_docstrings(
    repository: Path, guide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "scripts"))
    from reference_pages.findings import block
    from reference_pages.markdown import inserted

    assert inserted(guide, block()) == guide
    sys.modules.pop("reference_pages.findings")


def test_every_field_and_command_of_the_guide_exists_and_no_field_is_left_out(guide: str) -> None:
    section = guide.partition("## A finding")[2].partition("## States")[0]
    told = {
        name
        for row in section.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    kept = {field.name for field in fields(FindingRow)} - {"title"}
    assert told == kept
    assert set(re.findall(r"^spendmap (\w+)", guide, re.MULTILINE)) <= set(COMMANDS)
