"""What the command line writes is its owner's alone, unless the owner says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from company.acorn import PAYABLES
from spendmap.cli import main


def run(folder: Path, *words: str, mask: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SPENDMAP_UMASK"}
    if mask is not None:
        environment["SPENDMAP_UMASK"] = mask
    command = [sys.executable, "-m", "spendmap", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("mask", "others"), [(None, 0o077), ("027", 0o027)])
def test_files_and_folders_of_a_workspace_are_not_for_others(tmp_path: Path, mask: str | None, others: int) -> None:
    (tmp_path / "payables.csv").write_text(PAYABLES)
    captured = ("--workspace", "w", "capture", "--file", "payables.csv", "--as", "ledger_csv", "--set", "currency=USD")
    for words in (("init", "w"), captured):
        done = run(tmp_path, *words, mask=mask)
        assert done.returncode == 0, done.stderr
    found = [tmp_path / "w", *(tmp_path / "w").rglob("*")]
    assert len([file for file in found if file.suffix == ".parquet"]) >= 1
    assert [str(file) for file in found if file.stat().st_mode & others] == []


@pytest.mark.parametrize("mask", ["", "abc", "8", "-1", "1777"])
def test_a_mask_that_is_none_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mask: str
) -> None:
    monkeypatch.setenv("SPENDMAP_UMASK", mask)
    monkeypatch.setattr(sys, "argv", ["spendmap", "init", "w"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "SPENDMAP_UMASK" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()
