"""The register's journal: what was said survives the database it was said to."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from register_support import COMPANY, NOVEMBER, OCTOBER, apply_text
from sqlalchemy import create_engine, event, insert, text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from spendmap.cli import cli
from spendmap.register import journal, journaled, open_register
from spendmap.register.edit import edit_entity
from spendmap.register.journaled import open_workspace_database
from spendmap.register.models import Base, DecisionRow
from spendmap.register.rebuild import keep_journal, rebuild
from spendmap.register.store import Register
from spendmap.vocabulary.errors import EngineError, RegisterError, SourceUnreadableError, SpendmapError, UsageError
from spendmap.workspace import Workspace

Tables = dict[str, list[tuple[Any, ...]]]


class Killed(BaseException):
    """The process ends here."""


def tables(workspace: Workspace) -> Tables:
    """Every row of the register's tables, ids and moments too."""
    engine = create_engine(workspace.database_url)
    with engine.connect() as connection:
        found = {
            name: [tuple(row) for row in connection.execute(table.select().order_by(table.c.id))]
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return found


def own(workspace: Workspace, owner: str, *, now: datetime = NOVEMBER) -> None:
    """One edit: the tool has another owner."""
    with open_register(workspace) as register:
        seen = register.entity_version("tool", "chat")
        edit_entity(register, "tool", "chat", {"owner": owner}, version=seen, actor="bo", now=now)


def decided(workspace: Workspace, verb: str) -> None:
    """One decision on a finding."""
    engine = open_workspace_database(workspace)
    row = {"finding_id": "IT001:chat", "verb": verb, "at": datetime(2026, 11, 3), "actor": "cy"}  # noqa: DTZ001
    with engine.execution_options(register_writes=True).begin() as connection:
        connection.execute(insert(DecisionRow), [row])
    engine.dispose()


def lines(workspace: Workspace) -> list[bytes]:
    return workspace.journal.read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A firm declared, edited, decided on, and an entity taken away and declared again; nobody writes to it."""
    folder = tmp_path_factory.mktemp("told")
    made = Workspace.create(folder / "firm", "EUR")
    with open_register(made) as register:
        apply_text(register, folder, COMPANY, now=OCTOBER)
        apply_text(register, folder, "sources:\n  - {id: other, kind: focus}\n", now=OCTOBER, prune=True)
        apply_text(register, folder, "sources:\n  - {id: gateway, kind: focus}\n", now=OCTOBER)
    decided(made, "accept")
    own(made, "Cy Ode \u2028 \N{SNOWMAN}", now=NOVEMBER)
    own(made, "Dee", now=NOVEMBER - timedelta(days=40))  # the clock went back
    decided(made, "done")
    return made


@pytest.fixture
def firm(told: Workspace, tmp_path: Path) -> Workspace:
    """A copy of it to damage."""
    shutil.copytree(told.root, tmp_path / "firm")
    return Workspace.open(tmp_path / "firm")


def gone(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def garbage(file: Path) -> None:
    file.write_bytes(b"no database " * 1000)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 3 * 4096 + 17])


def without_values(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM register_value"))
    engine.dispose()


@pytest.mark.parametrize("loss", [gone, emptied, garbage, cut, without_values])
def test_a_lost_database_comes_back_row_by_row_and_the_lost_one_is_kept(
    told: Workspace, firm: Workspace, loss: Callable[[Path], None]
) -> None:
    loss(firm.database_file)
    done = rebuild(firm)
    assert tables(firm) == tables(told)
    assert (done.changes, done.decisions, done.dropped) == (len(tables(told)["register_audit"]), 2, 0)
    assert len(done.kept) == (loss is not gone)
    own(firm, "Eve")  # and it goes on
    assert tables(firm)["register_audit"][-1][2] == "bo"


@pytest.mark.parametrize("loss", [gone, garbage])
def test_nothing_is_read_from_or_added_to_a_lost_database_and_the_way_on_works(
    firm: Workspace, loss: Callable[[Path], None]
) -> None:
    kept = firm.journal.read_bytes()
    loss(firm.database_file)
    with pytest.raises(SpendmapError) as refused:
        own(firm, "Eve")
    assert "`spendmap restore --from-journal`" in refused.value.next_step
    assert firm.journal.read_bytes() == kept
    answer = CliRunner().invoke(cli, ["--workspace", str(firm.root), "restore", "--from-journal"])
    assert answer.exit_code == 0, answer.output
    assert "changes of the register and 2 decisions applied" in answer.output
    own(firm, "Eve")


def test_every_line_says_when_who_what_and_which_version(told: Workspace) -> None:
    assert told.journal.stat().st_mode & 0o777 == 0o600
    newest = [json.loads(line) for line in lines(told)][-3:]
    assert [(each["at"], each["who"], each["version"], each["decisions"]) for each in newest] == [
        ("2026-11-02T09:00:00.000000Z", "bo", newest[0]["version"], 1),
        ("2026-09-23T09:00:00.000000Z", "bo", newest[0]["version"] + 1, 1),
        ("2026-11-03T00:00:00.000000Z", "cy", newest[0]["version"] + 1, 2),
    ]
    assert newest[1]["change"]["after"][-1]["value"] == "Dee"
    assert newest[2]["decision"]["verb"] == "done"


@pytest.mark.parametrize("torn", [1, 60])
def test_a_journal_torn_in_its_last_line_loses_that_line_and_says_so(
    told: Workspace, firm: Workspace, torn: int
) -> None:
    firm.journal.write_bytes(firm.journal.read_bytes()[:-torn])
    firm.database_file.unlink()
    answer = CliRunner().invoke(cli, ["--workspace", str(firm.root), "restore", "--from-journal", "--json"])
    found = json.loads(answer.stdout)
    assert (found["decisions"], found["dropped_lines"], len(found["kept_aside"])) == (1, 1, 1)
    expected = tables(told)
    assert tables(firm) == {**expected, "finding_decision": expected["finding_decision"][:1]}
    assert [json.loads(line)["version"] for line in lines(firm)[1:]] == [
        json.loads(line)["version"] for line in lines(told)[1:-1]
    ]


def test_an_edit_of_many_lines_that_is_torn_is_dropped_whole(firm: Workspace) -> None:
    kept = lines(firm)
    wanted = next(number for number, line in enumerate(kept) if b'"left":3,' in line)
    firm.journal.write_bytes(b"".join(kept[: wanted + 1]))
    firm.database_file.unlink()
    done = rebuild(firm)
    assert done.dropped == wanted
    assert (done.changes, tables(firm)["register_audit"]) == (0, [])  # the first edit was all that there was


@pytest.mark.parametrize(
    "change",
    [
        lambda found, at: [*found[:at], found[at].replace(b"Cy Ode", b"Cy Odo"), *found[at + 1 :]],
        lambda found, at: [*found[:at], *found[at + 1 :]],
        lambda found, at: [*found[:at], found[at], *found[at:]],
        lambda found, at: [*found[:at], b"\0" * len(found[at][:-1]) + b"\n", *found[at + 1 :]],
        lambda found, at: [*found[:at], b"\n", *found[at + 1 :]],
    ],
)
def test_a_line_changed_in_the_middle_is_named_and_what_stands_before_it_can_be_applied(
    firm: Workspace, change: Callable[[list[bytes], int], list[bytes]]
) -> None:
    found = lines(firm)
    at = next(number for number, line in enumerate(found) if b"Cy Ode" in line)
    damaged = change(found, at)
    number = at + 2 if len(damaged) > len(found) else at + 1  # a line that is there twice: the second is the wrong one
    firm.journal.write_bytes(b"".join(damaged))
    firm.database_file.unlink()
    with pytest.raises(SourceUnreadableError, match=rf"register\.jsonl:{number}: ") as refused:
        rebuild(firm)
    assert not firm.database_file.exists()
    assert f"`spendmap restore --from-journal --up-to {number - 1}`" in refused.value.next_step
    done = rebuild(firm, up_to=number - 1)
    assert (done.changes, done.decisions) == (number - 3, 1)
    assert [each.read_bytes() for each in done.kept] == [b"".join(damaged)]
    own(firm, "Eve")
    assert journal.read(firm).place.version == number - 3 + 1


def test_a_damaged_journal_beside_a_whole_database_is_kept_aside_and_written_anew(firm: Workspace) -> None:
    before = tables(firm)
    damaged = firm.journal.read_bytes().replace(b"Ada", b"Ida")
    firm.journal.write_bytes(damaged)
    kept = keep_journal(firm)
    assert kept is not None and kept.aside is not None and kept.aside.read_bytes() == damaged
    firm.database_file.unlink()
    rebuild(firm)
    assert tables(firm) == before


def test_a_workspace_from_before_the_journal_gets_one_with_all_that_was_said(told: Workspace, firm: Workspace) -> None:
    firm.journal.unlink()
    kept = keep_journal(firm)
    assert kept is not None and kept.added == kept.lines - 1 == len(lines(told)) - 1
    firm.journal.unlink()
    own(firm, "Eve")  # or the first edit writes it
    before = tables(firm)
    firm.database_file.unlink()
    rebuild(firm)
    assert tables(firm) == before


def test_a_database_that_holds_more_than_the_journal_is_never_replaced(firm: Workspace) -> None:
    older = firm.journal.read_bytes()
    own(firm, "Eve")
    firm.journal.write_bytes(older)
    with pytest.raises(RegisterError, match="holds more") as refused:
        rebuild(firm)
    assert "spendmap maintain" in refused.value.next_step
    before = tables(firm)
    keep_journal(firm)
    rebuild(firm)
    assert tables(firm) == before


def test_another_workspaces_database_is_not_told_as_this_ones_register(firm: Workspace, tmp_path: Path) -> None:
    other = Workspace.create(tmp_path / "other", "EUR")
    with open_register(other) as register:
        listed = "\n".join(f"  - {{id: theirs-{number}}}" for number in range(60))
        apply_text(register, tmp_path, f"tools:\n{listed}\n")
    decided(other, "accept")
    decided(other, "accept")  # it holds no less than this one's journal
    shutil.copy(other.database_file, firm.database_file)
    with pytest.raises(RegisterError, match="another workspace's, or was changed") as refused:
        open_register(firm)
    assert "spendmap restore --from-journal" in refused.value.next_step
    with pytest.raises(RegisterError, match="another workspace's, or was changed"):
        own(firm, "Eve")
    firm.database_file.rename(tmp_path / "theirs.db")  # what the message says
    rebuild(firm)
    own(firm, "Eve")


def test_the_journal_of_another_workspace_is_refused(firm: Workspace, tmp_path: Path) -> None:
    other = Workspace.create(tmp_path / "other")
    shutil.copy(firm.journal, other.journal)
    for attempt in (lambda: rebuild(other), lambda: own(other, "Eve")):
        with pytest.raises(SpendmapError):
            attempt()
    assert not other.database_file.exists()
    with open_register(firm) as register:
        apply_text(register, tmp_path, "tools:\n  - {id: chat}\n")
    shutil.copy(firm.root / ".workspace-id", other.root)  # what the message says
    assert rebuild(other).decisions == 2


@pytest.mark.parametrize("first", [False, True])
def test_an_edit_killed_between_journal_and_database_is_there_once_at_the_next_look(
    firm: Workspace, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    if first:
        firm.journal.unlink()

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteDialect, "do_commit", killed)
        patch.setattr(journaled, "_cut_back", lambda *_: None)  # a killed process cuts nothing
        with pytest.raises(Killed):
            own(firm, "Eve")
    written = firm.journal.read_bytes()
    for _ in range(2):
        with open_register(firm) as register:
            assert register.audit("tool", "chat", limit=1)[0].after[-1]["value"] == "Eve"
            assert sum(each.after is not None and "Eve" in str(each.after) for each in register.audit()) == 1
    assert firm.journal.read_bytes() == written
    before = tables(firm)
    firm.database_file.unlink()
    rebuild(firm)
    assert tables(firm) == before


def test_an_edit_that_the_database_refuses_is_not_in_the_journal(
    firm: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, written = tables(firm), firm.journal.read_bytes()

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteDialect, "do_commit", full)
        with pytest.raises(EngineError, match="disk is full"):
            own(firm, "Eve")
    assert (tables(firm), firm.journal.read_bytes()) == (rows, written)


def test_an_edit_that_the_journal_cannot_take_is_not_in_the_database(
    firm: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, written = tables(firm), firm.journal.read_bytes()

    def half(handle: int, text: bytes) -> None:
        os.write(handle, text[: len(text) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_write", half)
        with pytest.raises(RegisterError, match="No space left") as refused:
            own(firm, "Eve")
    assert "Make room" in refused.value.next_step
    assert (tables(firm), firm.journal.read_bytes()) == (rows, written)


def test_a_torn_end_is_kept_aside_when_the_next_edit_is_written(firm: Workspace) -> None:
    with firm.journal.open("ab") as file:
        file.write(b'{"line":99,"at":"20')
    own(firm, "Eve")
    (kept,) = firm.root.glob("register.jsonl.torn-*")
    assert kept.read_bytes() == b'{"line":99,"at":"20'
    assert journal.read(firm).dropped == 0


def test_two_that_write_at_once_leave_one_whole_journal(firm: Workspace) -> None:
    start = threading.Barrier(2)
    failed: list[SpendmapError] = []

    def write(name: str) -> None:
        try:
            start.wait(30)
            for number in range(5):
                with open_register(firm) as register:
                    register.set_value("tool", "chat", "owner", f"{name} {number}", actor=name, now=NOVEMBER)
        except SpendmapError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("ada", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    before = tables(firm)
    assert journal.read(firm).place.version == len(before["register_audit"])
    firm.database_file.unlink()
    rebuild(firm)
    assert tables(firm) == before


def test_the_journal_is_on_disk_before_the_database_commits(firm: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    synced, committed = os.fsync, SQLiteDialect.do_commit

    def sync(handle: int) -> None:
        order.append("fsync")
        synced(handle)

    def commit(self: SQLiteDialect, link: Any) -> None:
        order.append("commit")
        committed(self, link)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(SQLiteDialect, "do_commit", commit)
    engine = open_workspace_database(firm)
    event.listen(engine, "begin", lambda _: order.clear())
    with Register(engine) as writer:
        writer.set_value("tool", "chat", "owner", "Eve", actor="bo", now=NOVEMBER)
        assert order == ["fsync", "commit"]


def test_a_register_in_a_database_of_its_own_has_no_journal_and_says_what_to_restore(
    workspace: Workspace, tmp_path: Path
) -> None:
    settings = workspace.root / "spendmap.toml"
    settings.write_text(settings.read_text() + f'database = "sqlite:///{tmp_path}/elsewhere.db"\n')
    elsewhere = Workspace.open(workspace.root)
    with open_register(elsewhere) as register:
        apply_text(register, tmp_path, "tools:\n  - {id: chat}\n")
    assert not elsewhere.journal.exists()
    assert keep_journal(elsewhere) is None
    with pytest.raises(UsageError, match="database of its own") as refused:
        rebuild(elsewhere)
    assert "from its backup" in refused.value.next_step


def test_without_a_journal_the_way_on_is_named(workspace: Workspace) -> None:
    with pytest.raises(SourceUnreadableError, match="it is not there; the ledger is untouched") as refused:
        rebuild(workspace)
    assert "spendmap restore FILE FOLDER" in refused.value.next_step
    assert "spendmap restore --empty-register" in refused.value.next_step


def test_damage_that_a_query_meets_later_is_said_too(firm: Workspace) -> None:
    data = bytearray(firm.database_file.read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    firm.database_file.write_bytes(data)
    with pytest.raises(EngineError, match="is damaged"), open_register(firm) as register:
        register.stored()
