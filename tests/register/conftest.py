"""An empty register for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spendmap.register import open_register
from spendmap.register.store import Register
from spendmap.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A new workspace."""
    return Workspace.create(tmp_path / "company", "EUR")


@pytest.fixture
def register(workspace: Workspace) -> Iterator[Register]:
    """Its register, empty."""
    with open_register(workspace) as opened:
        yield opened
