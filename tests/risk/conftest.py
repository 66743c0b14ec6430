"""Fernhill, small, with its steps run once; and a copy of it for tests that decide something."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))  # for risk_company and risk_facts

from risk_company import Company

from spendmap.cli import cli

SCALE = "0.02"  # the same company with fewer calls


@pytest.fixture(scope="session")
def fernhill(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("fernhill-risk") / "demo"
    made = CliRunner().invoke(cli, ["demo", "--dir", str(folder), "--scale", SCALE, "--json"])
    assert made.exit_code == 0, made.output
    company = Company(folder)
    company.ask("review", "--period", "2026-10")
    return company


@pytest.fixture
def copied(fernhill: Company, tmp_path: Path) -> Company:
    """Fernhill, to decide about."""
    shutil.copytree(fernhill.folder, tmp_path / "fernhill")
    return Company(tmp_path / "fernhill")
