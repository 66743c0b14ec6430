"""The guide's example is a connector that works: this test runs the very text of the page."""

from __future__ import annotations

import re
import sys
import types
from decimal import Decimal
from pathlib import Path

import pytest
from tabular_support import read, write

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "add-a-connector.md"


def block(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(found) == 1
    return str(found[0])


def test_the_example_of_the_guide_reads_its_own_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("gpu_pools_csv_of_the_guide")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # dataclasses look their module up
    exec(compile(block("python"), str(GUIDE), "exec"), module.__dict__)  # noqa: S102 - the page's own code
    found = read(module.CONNECTOR, write(tmp_path, block("csv")))
    first, second = found.rows
    assert (first["provisioned_quantity"], first["used_quantity"]) == (1440, Decimal("1002.5"))
    assert (first["contracted_unit_price"], first["billing_currency"]) == (Decimal("2.1"), "USD")
    assert (second["used_quantity"], second["contracted_unit_price"], second["evidence"]) == (None, None, "declared")
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (4, "a text of 4 characters is not an amount")
    ]
    assert "jane" not in str(found.rows) + str(found.rejects)


def test_the_modules_the_guide_sends_to_are_there() -> None:
    root = GUIDE.parents[2] / "src" / "spendmap"
    named = set(re.findall(r"`((?:capture|connectors)/[a-z_]+\.py)`", GUIDE.read_text(encoding="utf-8")))
    assert named
    for name in named:
        assert (root / name).exists() or (root / "capture" / name).exists(), name
