"""Every error of the gallery says what its golden file says, and the way out that it prints is tried and works.

A golden file is written anew with `SPENDMAP_GOLDEN=write`; read what changed before it is kept.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from gallery import ENTRIES, FIGURES, LEDGER, STEP, Entry, put, version

from spendmap.cli import cli
from spendmap.vocabulary.errors import SpendmapError

GOLDEN = Path(__file__).parents[1] / "golden" / "errors"


class Place:
    """One workspace at one place, put back as it was between entries."""

    def __init__(self, root: Path) -> None:
        self.root, self.whole = root, root.with_name("whole")
        self.version = version(root).name
        put(root / "in" / "a.csv", LEDGER.encode())
        shutil.copytree(root, self.whole)
        self._taken = self._stamps()

    def put_back(self) -> None:
        """As it was: only what changed is copied."""
        now = self._stamps()
        for name in now.keys() - self._taken.keys():
            (self.root / name).unlink()
        for name, stamp in self._taken.items():
            if now.get(name) != stamp:
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.whole / name, self.root / name)
        self._taken = self._stamps()

    def run(self, words: str) -> Result:
        """A command in this workspace."""
        placed = shlex.split(words.replace("WORKSPACE", str(self.root)))
        first = [] if placed[0] == "--workspace" else ["-w", str(self.root)]
        return CliRunner().invoke(cli, [*first, *placed])

    def refusal(self, entry: Entry) -> SpendmapError:
        """What the command is refused with."""
        answer = self.run(entry.command)
        assert isinstance(answer.exception, SpendmapError), f"{answer.output} {answer.exception!r}"
        assert answer.exception.next_step, "no next step"
        return answer.exception

    def told(self, entry: Entry, error: SpendmapError) -> str:
        """What a person sees, with the names of this place taken out."""
        said = f"$ spendmap {entry.command}\nError: {error.message}\n  -> {error.next_step}\n[exit {error.exit_code}]\n"
        said = said.replace(str(self.root), "WORKSPACE").replace(self.version, "VERSION")
        return re.sub(r" \(\w*(?:Error|Exception): .*\)\.\n", " (REASON).\n", said)  # the parsers' own words

    def _stamps(self) -> dict[str, tuple[int, int]]:
        return {
            str(file.relative_to(self.root)): (file.stat().st_size, file.stat().st_mtime_ns)
            for file in self.root.rglob("*")
            if file.is_file()
        }


@pytest.fixture(scope="module")
def place(copy_of_acorn: Callable[[], Path]) -> Place:
    return Place(copy_of_acorn())


def holds_golden(name: str, said: str) -> None:
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("SPENDMAP_GOLDEN") == "write":
        put(file, said.encode())
    assert said == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_error_says_what_where_and_a_way_on_that_works(entry: Entry, place: Place) -> None:
    place.put_back()
    entry.damage(place.root)
    error = place.refusal(entry)
    holds_golden(entry.name, place.told(entry, error))
    if entry.mend is not None:
        entry.mend(place.root)
    elif entry.way is None:
        place.put_back()
    if entry.way is not None:
        assert entry.is_done or f"spendmap {entry.way.split()[0]}" in error.next_step
        answer = place.run(entry.way)
        assert answer.exit_code == 0, f"{answer.output} {answer.exception!r}"
    if not entry.is_done:
        again = place.run(entry.command)
        assert not isinstance(again.exception, SpendmapError), again.exception
        assert again.exit_code == 0, f"{again.output} {again.exception!r}"


def test_figures_damaged_in_any_way_are_named_and_made_again_by_one_command(place: Place) -> None:
    for entry in (*FIGURES, *STEP):
        place.put_back()
        entry.damage(place.root)
        error = place.refusal(entry)
        holds_golden(entry.name, place.told(entry, error))
        assert entry in STEP or "`spendmap allocate`" in error.next_step
    place.put_back()
    for entry in (each for each in FIGURES if not each.name.startswith("figures-pointer")):  # all at once
        if entry.name != "figures-gone":
            entry.damage(place.root)
    FIGURES[-1].damage(place.root)
    assert place.run("allocate").exit_code == 0
    for command in dict.fromkeys(entry.command for entry in FIGURES):
        answer = place.run(command)
        assert answer.exit_code == 0, f"{command}: {answer.output} {answer.exception!r}"


def test_plays_and_findings_that_are_damaged_are_made_anew_by_their_own_steps(place: Place) -> None:
    place.put_back()
    for name in ("plays.json", "findings.json"):
        (place.root / "rollups" / name).write_bytes(b"{")
    assert place.run("optimize").exit_code == 1  # it shows what was decided of findings
    reviewed = place.run("review")
    assert reviewed.exit_code == 0
    assert "findings of before were damaged" in reviewed.output
    assert place.run("optimize").exit_code == 0


def test_a_check_writes_nothing_and_works_where_nothing_may_be_written(place: Place) -> None:
    place.put_back()

    def everything() -> dict[str, tuple[int, bytes]]:
        # A folder's time changes when anything in it is made or removed, if only for a moment.
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
            for path in (place.root, *place.root.rglob("*"))
        }

    before = everything()
    closed = [path for path in (place.root, *place.root.rglob("*")) if path.is_dir()]
    for folder in closed:
        folder.chmod(0o500)
    try:
        answer = place.run("check")
    finally:
        for folder in closed:
            folder.chmod(0o700)
    assert answer.exit_code == 0, answer.output
    assert everything() == before


def test_every_golden_error_has_its_entry() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {entry.name for entry in (*ENTRIES, *FIGURES, *STEP)}
