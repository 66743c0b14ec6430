"""People are never hashed under a key that is no key, nor under another one without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from spendmap.cli import cli
from spendmap.principal_key import FINGERPRINT_FILE, KEY_FILE
from spendmap.vocabulary.errors import SpendmapError
from spendmap.workspace import Workspace

HOURS = "date,person,role,kind,minutes\n2026-10-12,ada@acorn.example,reviewer,review,90\n"


def capture(workspace: Workspace, folder: Path) -> tuple[int, str]:
    file = folder / "hours.csv"
    file.write_text(HOURS)
    words = ["--workspace", str(workspace.root), "capture", "--file", str(file), "--as", "worklog_csv"]
    answer = CliRunner().invoke(cli, words)
    error = answer.exception
    refused = f"{error.message} {error.next_step}" if isinstance(error, SpendmapError) else ""
    return answer.exit_code, answer.output + refused


@pytest.mark.parametrize(
    ("key", "said"),
    [(b"", "holds 0 bytes"), (b"short", "holds 5 bytes"), (b"k" * 32, "is another key"), (None, "cannot be read")],
)
def test_a_key_that_is_not_the_workspaces_own_is_refused_with_the_way_back(
    tmp_path: Path, key: bytes | None, said: str
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    file = workspace.root / KEY_FILE
    kept = file.read_bytes()
    if key is None:
        file.unlink()
    else:
        file.write_bytes(key)
    code, printed = capture(workspace, tmp_path)
    assert code != 0
    assert said in printed
    assert "--rotate-key" in printed
    file.write_bytes(kept)
    assert capture(workspace, tmp_path)[0] == 0


def test_the_printed_way_to_a_new_key_works(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    (workspace.root / KEY_FILE).unlink()
    assert capture(workspace, tmp_path)[0] != 0
    done = CliRunner().invoke(cli, ["--workspace", str(workspace.root), "maintain", "--rotate-key"])
    assert done.exit_code == 0
    assert capture(workspace, tmp_path)[0] == 0


def test_a_workspace_from_before_fingerprints_keeps_its_key_and_gets_one(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    kept = workspace.principal_key
    (workspace.root / FINGERPRINT_FILE).unlink()
    assert capture(workspace, tmp_path)[0] == 0
    assert (workspace.root / FINGERPRINT_FILE).is_file()
    assert workspace.principal_key == kept


def test_key_and_fingerprint_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    for name in (KEY_FILE, FINGERPRINT_FILE):
        assert (workspace.root / name).stat().st_mode & 0o777 == 0o600
    assert workspace.principal_key not in (workspace.root / FINGERPRINT_FILE).read_bytes()
