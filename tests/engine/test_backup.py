"""A workspace comes back from one archive, byte for byte, or not at all."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spendmap.allocation.run import allocate
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.engine import backup as module
from spendmap.engine.backup import CONTENTS, backup, restore
from spendmap.engine.store import Store
from spendmap.vocabulary.errors import EngineError, SourceUnreadableError, UsageError
from spendmap.workspace import Workspace


@pytest.fixture(scope="module")
def acorn(copy_of_acorn: Callable[[], Path]) -> Workspace:
    return Workspace.open(copy_of_acorn())


@pytest.fixture(scope="module")
def archive(acorn: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return backup(acorn, tmp_path_factory.mktemp("archive") / "acorn.tar").file


def asked(workspace: Workspace, *words: str) -> dict[str, Any]:
    answer = CliRunner().invoke(cli, ["--workspace", str(workspace.root), *words, "--json"])
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_what_comes_back_gives_the_same_map_and_holds_every_law(
    acorn: Workspace, archive: Path, tmp_path: Path
) -> None:
    again = restore(archive, tmp_path / "again")
    for words in (("map", "--by", "vendor,use_case"), ("card", "triage"), ("sources",)):
        assert asked(again, *words) == asked(acorn, *words)
    assert {law.name: law.detail for law in check(again) if law.holds is False} == {}
    assert sorted(file.path.name for file in Store(again).files("charge")) == sorted(
        file.path.name for file in Store(acorn).files("charge")
    )


def test_the_restored_workspace_goes_on(archive: Path, tmp_path: Path) -> None:
    again = restore(archive, tmp_path / "again")
    allocate(again)
    assert {law.name: law.detail for law in check(again) if law.holds is False} == {}


def test_the_key_is_in_it_only_when_asked_for(acorn: Workspace, archive: Path, tmp_path: Path) -> None:
    with_key = backup(acorn, tmp_path / "with-key.tar", with_key=True)
    assert with_key.has_key
    assert restore(with_key.file, tmp_path / "one").principal_key == acorn.principal_key
    with pytest.raises(UsageError, match="cannot be read") as refused:
        _ = restore(archive, tmp_path / "two").principal_key
    assert "--rotate-key" in str(refused.value.next_step)


def test_archive_and_files_are_readable_by_their_owner_only(archive: Path, tmp_path: Path) -> None:
    again = restore(archive, tmp_path / "again")
    files = [file for file in again.root.rglob("*") if file.suffix in (".parquet", ".yaml", ".toml", ".db")]
    assert len(files) > 10
    assert {file.name for file in (archive, *files) if file.stat().st_mode & 0o077} == set()


def _changed(names: str, content: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    """Write the archive again with another content of the first member whose name ends so."""

    def write(source: Path, target: Path) -> None:
        is_done = False
        with tarfile.open(source) as old, tarfile.open(target, "w") as new:
            for member in old:
                opened = old.extractfile(member)
                assert opened is not None
                data = opened.read()
                if not is_done and member.name.endswith(names):
                    data, is_done = content(data), True
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
        assert is_done

    return write


def _cut(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes()[: source.stat().st_size // 2])


def _empty(_: Path, target: Path) -> None:
    target.write_bytes(b"")


def _other(_: Path, target: Path) -> None:
    with tarfile.open(target, "w") as new:
        new.addfile(tarfile.TarInfo("hello.txt"))


def _outside(source: Path, target: Path) -> None:
    with tarfile.open(target, "w") as new:
        content = json.dumps({"layout": 1, "files": {"../outside": {"sha256": "", "bytes": 0}}}).encode()
        about = tarfile.TarInfo(CONTENTS)
        about.size = len(content)
        new.addfile(about, io.BytesIO(content))
        new.addfile(tarfile.TarInfo("../outside"))


@pytest.mark.parametrize(
    "damage",
    [
        _cut,
        _empty,
        _other,
        _outside,
        _changed(".parquet", lambda data: data[:-1] + b"x"),
        _changed("spendmap.db", lambda data: data + b"x"),
        _changed(CONTENTS, lambda _: b"{}"),
        _changed(CONTENTS, lambda _: b"[]"),
    ],
)
def test_a_damaged_archive_restores_nothing_and_says_so(
    archive: Path, tmp_path: Path, damage: Callable[[Path, Path], None]
) -> None:
    damage(archive, tmp_path / "damaged.tar")
    with pytest.raises(SourceUnreadableError) as refused:
        restore(tmp_path / "damaged.tar", tmp_path / "again")
    assert "spendmap backup FILE" in str(refused.value.next_step)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["damaged.tar"]


def test_nothing_that_is_there_is_written_over(acorn: Workspace, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        backup(acorn, archive)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        restore(archive, tmp_path / "full")


def test_what_pages_write_while_the_archive_is_made_does_not_spoil_it(
    acorn: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An edit swaps the inventory after its hash was taken, and its draft, which was there before, is gone.
    inventory, draft = acorn.rollups / "inventory.json", acorn.rollups / ".inventory-draft"
    kept = inventory.read_bytes()
    draft.write_bytes(b"")
    real = module.sha256_of

    def hashed(file: Path) -> str:
        found = real(file)
        draft.unlink(missing_ok=True)
        inventory.write_bytes(b"{}")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(module, "sha256_of", hashed)
        made = backup(acorn, tmp_path / "now.tar")
    inventory.write_bytes(kept)
    assert (restore(made.file, tmp_path / "again").rollups / "inventory.json").read_bytes() == kept


def test_what_a_killed_backup_or_restore_had_begun_is_removed_by_the_next_one(
    acorn: Workspace, archive: Path, tmp_path: Path
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()  # its number belongs to nobody now
    half, begun = tmp_path / f".now.tar.{gone.pid}.partial", tmp_path / f".again.{gone.pid}.partial"
    half.write_bytes(b"half an archive")
    begun.mkdir()
    (begun / "spendmap.toml").write_text("half a workspace")
    (tmp_path / f".now.tar.{os.getppid()}.partial").write_bytes(b"of a process that goes on")
    restore(backup(acorn, tmp_path / "now.tar").file, tmp_path / "again")
    assert sorted(each.name for each in tmp_path.iterdir()) == [f".now.tar.{os.getppid()}.partial", "again", "now.tar"]


def test_a_damaged_file_list_costs_no_row(acorn: Workspace, tmp_path: Path) -> None:
    manifest = acorn.ledger / "manifest.json"
    kept = manifest.read_bytes()
    try:
        manifest.write_text("x")
        again = restore(backup(acorn, tmp_path / "now.tar").file, tmp_path / "again")
    finally:
        manifest.write_bytes(kept)
    for table in ("usage", "charge", "allocation"):
        assert sum(file.rows for file in Store(again).files(table)) == sum(
            file.rows for file in Store(acorn).files(table)
        )


def test_no_archive_is_made_where_there_is_no_folder_or_a_file_is_gone(acorn: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        backup(acorn, tmp_path / "nowhere" / "now.tar")
    file = Store(acorn).files("usage")[0].path
    kept = file.read_bytes()
    file.unlink()
    try:
        with pytest.raises(EngineError, match="is gone"):
            backup(acorn, tmp_path / "now.tar")
    finally:
        file.write_bytes(kept)
    assert not list(tmp_path.iterdir())


def test_a_backup_waits_for_no_half_written_ledger(acorn: Workspace, tmp_path: Path) -> None:
    held, done = threading.Event(), threading.Event()

    def write() -> None:
        with Store(acorn).lock():
            held.set()
            done.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    held.wait(30)
    try:
        with pytest.raises(EngineError, match="another spendmap process is writing"):
            backup(acorn, tmp_path / "now.tar")
    finally:
        done.set()
        writer.join()
    assert not list(tmp_path.iterdir())


def test_figures_whose_files_maintain_wrote_as_one_are_whole_in_the_archive(
    copy_of_acorn: Callable[[], Path], tmp_path: Path
) -> None:
    made = Workspace.open(copy_of_acorn())
    for words in (
        ("maintain",),
        ("backup", str(tmp_path / "now.tar")),
        ("restore", str(tmp_path / "now.tar"), str(tmp_path / "again")),
    ):
        done = CliRunner().invoke(cli, ["--workspace", str(made.root), *words])
        assert done.exit_code == 0, done.output
    again = Workspace.open(tmp_path / "again")
    assert {law.name: law.detail for law in check(again) if law.holds is False} == {}
