"""Alder, worked out by hand, and a small Fernhill, each built once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))  # for alder

from alder import Alder, build

from spendmap.cli import cli

SCALE = "0.02"  # the same company with fewer calls


@pytest.fixture(scope="session")
def alder(tmp_path_factory: pytest.TempPathFactory) -> Alder:
    return build(tmp_path_factory.mktemp("alder") / "ws")


@pytest.fixture(scope="session")
def small_fernhill(tmp_path_factory: pytest.TempPathFactory) -> Alder:
    folder = tmp_path_factory.mktemp("fernhill-value") / "demo"
    made = CliRunner().invoke(cli, ["demo", "--dir", str(folder), "--scale", SCALE, "--json"])
    assert made.exit_code == 0, made.output
    return Alder(folder)
