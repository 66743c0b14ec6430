"""A workspace is a folder: it can be moved, and says what to do then."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from company.acorn import build
from copies import copy_of
from spendmap.capture.run import capture
from spendmap.capture.sources import declared_sources
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.engine.store import Store
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError, UsageError
from spendmap.workspace import Workspace


def test_a_moved_workspace_is_mended_by_the_command_its_error_names(tmp_path: Path) -> None:
    before = build(tmp_path / "old")
    for source in declared_sources(before):
        capture(before, source)
    stored = {table: sum(file.rows for file in Store(before).files(table)) for table in ("usage", "charge", "load")}
    (tmp_path / "old").rename(tmp_path / "new")
    moved = Workspace.open(tmp_path / "new")
    with pytest.raises(EngineError, match="maintain --relocate"):
        Store(moved).files("usage")
    done = CliRunner().invoke(cli, ["--workspace", str(moved.root), "maintain", "--relocate"])
    assert done.exit_code == 0, done.output
    assert {table: sum(file.rows for file in Store(moved).files(table)) for table in stored} == stored
    assert [load.status for source in declared_sources(moved) for load in capture(moved, source)] == ["known"] * 5
    assert [law.name for law in check(moved) if law.holds is False] == []


def test_a_folder_that_the_catalogue_cannot_name_is_refused_before_anything_is_dropped(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "firm").root
    for name in ("firm #2", "firm?"):
        made = made.rename(tmp_path / name)
        with pytest.raises(UsageError, match="catalogue cannot hold"):
            Workspace.open(made)
        with pytest.raises(UsageError, match="catalogue cannot hold"):
            Workspace.create(tmp_path / name / "inside")
    assert Workspace.open(made.rename(tmp_path / "100% firm")).name == "firm"


@pytest.mark.parametrize(("moment", "calls"), [("draft", 2), ("put_in_place", 1), ("publish", 1)])
def test_a_relocation_that_is_killed_keeps_every_row_in_the_catalogue(
    built_acorn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, calls: int
) -> None:
    place = Workspace.open(copy_of(built_acorn, tmp_path / "w"))
    stored = {table: sum(file.rows for file in Store(place).files(table)) for table in TABLES}
    real, left = getattr(Store, moment), [calls]

    class Killed(BaseException):
        """The process ends here."""

    def dies(store: Store, *args: object) -> object:
        left[0] -= 1
        if not left[0]:
            raise Killed
        return real(store, *args)

    with monkeypatch.context() as patched:
        patched.setattr(Store, moment, dies)
        with pytest.raises(Killed):
            Store(place).relocate()
    assert {table: sum(file.rows for file in Store(place).files(table)) for table in TABLES} == stored
    assert Store(place).relocate()  # and again, over what the killed one left
    with Store(place).lock():
        assert {table: sum(file.rows for file in Store(place).files(table)) for table in TABLES} == stored
