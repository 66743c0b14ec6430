"""A firm of bills alone: what would come of usage is empty at once, and the first such month of a process says how."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from small_firm import SmallFirm
from spendmap.allocation import pricing_step
from spendmap.allocation.customers import SCHEMA

LEDGER = "date,vendor,description,amount,currency\n2026-01-05,OpenAI,API usage,100.00,USD\n"


def _published(folder: Path) -> dict[str, pa.Table]:
    folder.mkdir()
    firm = SmallFirm(folder)
    firm.capture(LEDGER, "ledger_csv")
    assert firm.money("vendor") == {"openai": Decimal(100)}
    version = firm.workspace.rollups / (firm.workspace.rollups / "CURRENT").read_text()
    return {file.stem: pq.ParquetFile(file).read() for file in version.glob("*.parquet")}


def test_what_is_known_of_no_usage_is_what_pricing_no_row_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pricing_step, "_WITHOUT_USAGE", {})
    first = _published(tmp_path / "first")
    (known,) = pricing_step._WITHOUT_USAGE.values()
    assert set(known) == set(pricing_step.READ_LATER) and not any(len(rows) for rows in known.values())
    second = _published(tmp_path / "second")  # nothing is priced here
    assert second.keys() == first.keys() and all(second[name].equals(first[name]) for name in first)
    assert first["customer"].schema.equals(SCHEMA) and not len(first["customer"])
