"""Alder, worked out by hand, and a small Fernhill, each built once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for alder

from alder import Alder, build


@pytest.fixture(scope="session")
def alder(tmp_path_factory: pytest.TempPathFactory) -> Alder:
    return build(tmp_path_factory.mktemp("alder") / "ws")


@pytest.fixture(scope="session")
def small_fernhill(copy_of_fernhill: Callable[[], Path]) -> Alder:
    return Alder(copy_of_fernhill())
