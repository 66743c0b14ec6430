"""A folder with every kind of bad file in it: the good ones are captured, each bad one is named with its reason."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from spendmap.capture import run as running
from spendmap.capture.connectors import ledger_csv
from spendmap.capture.run import Source, capture
from spendmap.cli import cli
from spendmap.workspace import Workspace

COMPOSED, DECOMPOSED = "\u00e9.csv", "e\u0301.csv"  # one name to the eye, two to the disk
HEADER = "date,vendor,amount,currency,invoice\n"


def bill(number: str, amount: str = "10.00") -> str:
    return f"{HEADER}2026-10-01,Anthropic PBC,{amount},USD,{number}\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "bills"
    found.mkdir()
    return found


def captured(workspace: Workspace, folder: Path, kind: str = "ledger_csv") -> tuple[int, dict[str, dict[str, str]]]:
    """Exit code, and what became of each file by its name."""
    words = ["-w", str(workspace.root), "capture", "--file", str(folder), "--as", kind, "--json"]
    answer: Result = CliRunner().invoke(cli, words)
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, {load["file"]: load for load in json.loads(answer.stdout)["loads"]}


def test_good_bills_are_captured_whatever_lies_beside_them(workspace: Workspace, folder: Path) -> None:
    (folder / "a.csv").write_text(bill("A-1"))
    (folder / "crlf.csv").write_bytes(bill("C-1").replace("\n", "\r\n", 1).encode())  # CRLF and LF in one file
    (folder / "bom.csv").write_bytes(b"\xef\xbb\xbf" + bill("B-1").encode())
    (folder / "windows.csv").write_bytes(bill("W-é").encode("cp1252"))
    (folder / "Z.csv").write_text(bill("Z-1"))
    (folder / "z.csv").write_text(bill("Z-2"))
    (folder / COMPOSED).write_text(bill("N-1"))
    (folder / DECOMPOSED).write_text(bill("N-2"))
    good = {"a.csv", "crlf.csv", "bom.csv", "windows.csv", "Z.csv", "z.csv", COMPOSED, DECOMPOSED}

    (folder / "empty.csv").touch()
    (folder / "nul.csv").write_bytes(b"\0" * 5_000)
    (folder / "utf16.csv").write_bytes(bill("U-1").encode("utf-16"))
    (folder / "other.csv").write_text("name,colour\nx,red\n")
    (folder / "cut.csv.gz").write_bytes(gzip.compress(bill("G-1").encode() * 50)[:-12])
    with zipfile.ZipFile(folder / "zip.csv", "w") as archive:
        archive.writestr("../../escape.csv", bill("E-1"))
    (folder / "folder.csv").mkdir()
    (folder / "folder.csv" / "inner.csv").write_text(bill("I-1"))
    bad = {"empty.csv", "nul.csv", "utf16.csv", "other.csv", "cut.csv.gz", "zip.csv"}

    code, loads = captured(workspace, folder)
    assert code == 1
    assert {name for name, load in loads.items() if load["status"] == "loaded"} == good | {"folder.csv/inner.csv"}
    assert {name for name, load in loads.items() if load["status"] == "refused"} == bad
    for name in bad:
        assert loads[name]["error"], name
        assert loads[name]["next_step"], name
    assert not (folder.parent.parent / "escape.csv").exists()

    for name in bad:
        (folder / name).unlink()
    assert captured(workspace, folder)[0] == 0


def test_two_payers_folders_with_the_same_names_are_two_files_each(workspace: Workspace, folder: Path) -> None:
    for payer in ("payer-a", "payer-b"):
        (folder / payer).mkdir()
        (folder / payer / "2026-10.csv").write_text(bill(payer))
    code, loads = captured(workspace, folder)
    assert (code, sorted(loads)) == (0, ["payer-a/2026-10.csv", "payer-b/2026-10.csv"])
    assert all(load["rows_loaded"] == 1 for load in loads.values())


def test_links_that_lead_out_of_the_folder_are_named_and_not_followed(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "private"
    outside.mkdir()
    (outside / "secret.csv").write_text(bill("S-1"))
    (folder / "a.csv").write_text(bill("A-1"))
    (folder / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "more").symlink_to(outside)
    (folder / "unrelated.pdf").symlink_to(outside / "secret.csv")  # of another name: none of ours
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "round").symlink_to(folder)  # leads inside: found without it
    (folder / "latest.csv").symlink_to("a.csv")  # the same content under another name
    code, loads = captured(workspace, folder)
    assert code == 1
    assert {name: load["status"] for name, load in loads.items()} == {
        "a.csv": "loaded",
        "latest.csv": "known",
        "link.csv": "refused",
        "loop.csv": "refused",
        "more": "refused",
    }
    assert "leads out of the folder" in loads["link.csv"]["error"]
    for name in ("link.csv", "loop.csv", "more"):
        (folder / name).unlink()
    shutil.copy(outside / "secret.csv", folder / "link.csv")  # the printed way on
    code, loads = captured(workspace, folder)
    assert (code, loads["link.csv"]["status"]) == (0, "loaded")


def test_pipes_sockets_and_names_that_are_no_text_are_not_opened(
    workspace: Workspace, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.csv").write_text(bill("A-1"))
    os.mkfifo(folder / "pipe.csv")  # opening it would wait for ever
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.csv")
        (folder / os.fsdecode(b"caf\xe9.csv")).write_text(bill("F-1"))
        code, loads = captured(workspace, folder)
    assert code == 1
    assert {name: load["error"] for name, load in loads.items() if load["status"] == "refused"} == {
        "pipe.csv": "it is a named pipe, so it is not opened.",
        "socket.csv": "it is a socket, so it is not opened.",
        "caf\\xe9.csv": "its name is not UTF-8 text.",
    }
    answer = CliRunner().invoke(cli, ["-w", str(workspace.root), "capture", "--file", "pipe.csv", "--as", "ledger_csv"])
    assert "it is a named pipe, not a file." in str(answer.exception)


def test_a_file_or_folder_nobody_may_read_is_named(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.csv").write_text(bill("A-1"))
    (folder / "closed.csv").write_text(bill("B-1"))
    (folder / "shut").mkdir()
    scandir, sha256 = os.scandir, running.sha256

    def refuse(path: Path | int) -> Iterator[os.DirEntry[str]]:  # (whoever runs the tests may read everything)
        if isinstance(path, Path) and path.name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    def closed(file: Path) -> str:
        if file.name == "closed.csv":
            raise PermissionError(13, "Permission denied")
        return sha256(file)

    monkeypatch.setattr("spendmap.capture.folder.os.scandir", refuse)
    monkeypatch.setattr(running, "sha256", closed)
    code, loads = captured(workspace, folder)
    assert code == 1
    assert loads["a.csv"]["rows_loaded"] == 1
    assert loads["closed.csv"]["error"] == "it cannot be read: Permission denied."
    assert loads["shut"]["error"] == "the folder cannot be read: Permission denied."


def test_a_fault_of_ours_with_one_file_costs_that_file_alone(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.csv").write_text(bill("A-1"))
    (folder / "b.csv").write_text(bill("B-1"))
    whole = ledger_csv.CONNECTOR.__class__.read

    def faulty(self: object, file: Path, context: object) -> object:
        if file.name == "b.csv":
            raise KeyError("a name out of the file")
        return whole(self, file, context)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger_csv.CONNECTOR.__class__, "read", faulty)
    loads = {load.file: load for load in capture(workspace, Source("books", "ledger_csv", folder))}
    assert (loads["a.csv"].status, loads["b.csv"].status) == ("loaded", "refused")
    assert "KeyError in test_bad_files_beside_good.py" in (loads["b.csv"].error or "")
    assert "a name out of the file" not in (loads["b.csv"].error or "")
    assert not list(workspace.quarantine.rglob("*.jsonl"))
