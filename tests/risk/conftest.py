"""Fernhill, small, with its steps run once; and a copy of it for tests that decide something."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for risk_company and risk_facts

from risk_company import Company


@pytest.fixture(scope="session")
def fernhill(copy_of_fernhill: Callable[[], Path]) -> Company:
    company = Company(copy_of_fernhill())
    company.ask("review", "--period", "2026-10")
    return company


@pytest.fixture
def copied(fernhill: Company, tmp_path: Path) -> Company:
    """Fernhill, to decide about."""
    shutil.copytree(fernhill.folder, tmp_path / "fernhill")
    return Company(tmp_path / "fernhill")
