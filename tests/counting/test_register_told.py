"""What the register says reaches the counting."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spendmap.allocation.counted.known import known_of
from spendmap.allocation.vendors import load_vendors
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.workspace import Workspace

ONE = "{id: api, name: API, invoice_lag_months: 1}"
ALIKE = ONE + ", {id: eu, name: Europe, invoice_lag_months: 1}"
UNLIKE = ONE + ", {id: eu, name: Europe}"


@pytest.mark.parametrize(("accounts", "lag"), [(ONE, 1), (ALIKE, 1), (UNLIKE, None)])
def test_a_line_without_an_account_takes_the_lag_that_all_accounts_have(
    tmp_path: Path, accounts: str, lag: int | None
) -> None:
    workspace = Workspace.create(tmp_path / "w", "USD")
    file = workspace.root / "register" / "vendors.yaml"
    file.write_text(f"vendors:\n  - {{id: openai, name: OpenAI, accounts: [{accounts}]}}\n")
    with open_register(workspace) as register:
        apply_register(register, file, actor="test", now=datetime(2026, 11, 1, tzinfo=UTC))
        known = known_of(workspace, register.dated(), load_vendors(workspace), [], [], (frozenset(), frozenset()))
    assert known.lags["openai", "api"] == 1
    assert known.lags.get(("openai", "")) == lag
