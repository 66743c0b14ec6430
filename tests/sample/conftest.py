"""One small Fernhill for all tests of the sample."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from spendmap.sample import generate

sys.path.insert(0, str(Path(__file__).parent))  # for fernhill_files

SMALL = 0.02


@pytest.fixture(scope="session")
def fernhill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fernhill")
    generate(out, scale=SMALL)
    return out


@pytest.fixture(scope="session")
def truth(fernhill: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((fernhill / "truth.json").read_text(encoding="utf-8"))
    return document
