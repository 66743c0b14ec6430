"""The tutorial is followed to the letter, in an empty folder. (README's example is, with the wheel: `build/`.)

Its commands run in this process; its first command is what built the Fernhill of all tests, and what that printed then
is held against the page.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from consoles import Command, File, first_missing, follow, run_apart, run_here, steps

from copies import copy_of
from spendmap.cli import cli

TUTORIAL_BUILDS = "demo --dir fernhill --scale 0.02 --no-serve"


def test_a_reader_who_follows_the_tutorial_sees_what_it_shows(
    repository: Path, tmp_path: Path, built_fernhill: Path
) -> None:
    built = []

    def run(words: list[str], here: Path) -> tuple[str, int]:
        if " ".join(words) != TUTORIAL_BUILDS:
            return run_here(words, here)
        built.append(copy_of(built_fernhill, here / "fernhill"))
        return (built_fernhill.parent / "printed.txt").read_text(encoding="utf-8"), 0

    assert follow((repository / "docs" / "tutorial.md").read_text(encoding="utf-8"), tmp_path, run) >= 12
    assert built == [tmp_path / "fernhill"]


def test_a_command_in_this_process_shows_and_ends_as_in_its_own(tmp_path: Path) -> None:
    for words, code in ((["init", "acme"], 0), (["init", "acme"], 2), (["-w", "acme", "check"], 0)):
        apart, here = tmp_path / "apart", tmp_path / "here"
        apart.mkdir(exist_ok=True)
        here.mkdir(exist_ok=True)
        shown, ended = run_here(words, here)
        assert (shown.replace(str(here), str(apart)), ended) == run_apart(words, apart)
        assert shown and ended == code


def test_a_sample_company_that_was_not_finished_is_finished_and_says_its_steps_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_here(["init", "fernhill"], tmp_path)
    (tmp_path / "fernhill" / "truth.json").write_text("{}")
    done = {"step": "capture", "rows_in": 3, "rows_out": 2, "seconds": 0.1}
    monkeypatch.setattr("spendmap.process.run", lambda *_, **__: [done])
    said = CliRunner().invoke(cli, ["demo", "--dir", str(tmp_path / "fernhill"), "--json"])
    assert said.exit_code == 0, said.output
    document = json.loads(said.stdout)
    assert (document["workspace"], document["steps"]) == (str(tmp_path / "fernhill"), [done])
    assert list(document["seconds"]) == ["run"]


def test_a_page_is_read_as_files_and_commands_in_their_order() -> None:
    page = "<!-- file: a.csv -->\n```csv\nx\n```\n\n<!-- exit: 1 -->\n```console\n$ spendmap one\nout\n$ spendmap two\n```\n"
    assert list(steps(page)) == [
        File("a.csv", "x\n"),
        Command("spendmap one", ["out"]),
        Command("spendmap two", exit_code=1),
    ]


def test_a_line_that_is_not_printed_is_found_missing() -> None:
    printed = ["Workspace /tmp/x (EUR).", "", "Total   1,529.00  100%"]
    assert first_missing(["Workspace … (EUR).", "...", "Total 1,529.00 100%"], printed) is None
    assert first_missing(["Workspace … (USD)."], printed) == "Workspace … (USD)."
    assert first_missing(["Total 1,529.00 100%"], printed) == "Total 1,529.00 100%"  # nothing was left out before it
    assert first_missing(["...", "Total 1,529.00 100%", "Next"], printed) == "Next"
