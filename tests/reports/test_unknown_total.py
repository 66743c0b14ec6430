"""A period whose every row lacks its cost has no total: that is unknown, not zero."""

from __future__ import annotations

import sys
from pathlib import Path

from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from company.acorn import call
from spendmap.allocation.run import allocate
from spendmap.capture.run import Source, capture
from spendmap.cli import cli
from spendmap.workspace import Workspace


def printed(tmp_path: Path, *models: str) -> str:
    workspace = Workspace.create(tmp_path / "w")
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [call(f"r-{number}", 5, model, 1_000_000, 0, 0, None) for number, model in enumerate(models)]
    (folder / "gateway.jsonl").write_text("\n".join(lines) + "\n")
    capture(workspace, Source("gateway", "litellm_spendlogs", folder))
    allocate(workspace)
    answer = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "map", "--period", "2026-10"])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_a_total_of_unpriced_rows_alone_is_unknown(tmp_path: Path) -> None:
    output = printed(tmp_path, "a-model-nobody-prices")
    assert "\nunknown USD" in output
    assert "0.00 USD tied" not in output


def test_one_known_row_is_the_total_and_the_other_is_named(tmp_path: Path) -> None:
    output = printed(tmp_path, "a-model-nobody-prices", "gpt-4.1")  # 1,000,000 input tokens at 2.00
    assert "\n2.00 USD" in output
    assert "AI rows without effective cost: 1" in output
