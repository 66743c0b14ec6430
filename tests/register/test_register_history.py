"""Dated values, two times, and a log nobody can rewrite."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from register_support import COMPANY, NOVEMBER, OCTOBER, apply_text
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from spendmap.register import open_register
from spendmap.register.database import HEAD
from spendmap.register.store import Register
from spendmap.vocabulary.errors import RegisterError, SettingError
from spendmap.workspace import Workspace


def test_an_owner_changes_on_the_day_stated(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, COMPANY)
    owners = {
        day: tool.fields["owner"]
        for day in (date(2026, 6, 30), date(2026, 7, 1))
        if (tool := register.entity("tool", "chat", day)) is not None
    }
    assert owners == {date(2026, 6, 30): "Ada Byron", date(2026, 7, 1): "Bo Diaz"}
    evidence = [value.evidence for value in register.values("tool", "chat") if value.field == "owner"]
    assert evidence == [None, "note of the June board"]


def test_what_the_register_knew_in_october_can_still_be_asked_in_november(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Ada}\n", now=OCTOBER)
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Bo}\n  - {id: new}\n", now=NOVEMBER)
    as_known = register.entities("tool", date(2026, 10, 15), known_at=datetime(2026, 10, 31, tzinfo=UTC))
    as_now = register.entities("tool", date(2026, 10, 15))
    assert [(tool.id, tool.fields) for tool in as_known] == [("chat", {"owner": "Ada"})]
    assert [(tool.id, tool.fields) for tool in as_now] == [("chat", {"owner": "Bo"}), ("new", {})]


def test_a_plain_value_corrects_or_starts_on_a_day(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Ada}\n")
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Bo}\n", effective=date(2026, 11, 1))
    spans = [(v.value, v.valid_from, v.valid_to) for v in register.values("tool", "chat")]
    assert spans == [("Ada", None, date(2026, 11, 1)), ("Bo", date(2026, 11, 1), None)]
    # the same plain file again says what holds now, and keeps the dated past
    assert apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Bo}\n").is_idle
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Cy}\n")
    spans = [(v.value, v.valid_from, v.valid_to) for v in register.values("tool", "chat")]
    assert spans == [("Ada", None, date(2026, 11, 1)), ("Cy", date(2026, 11, 1), None)]


def test_the_audit_log_says_who_when_what_before_and_after(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Ada}\n", now=OCTOBER)
    apply_text(register, tmp_path, "tools:\n  - id: chat\n    owner: Bo\n", now=NOVEMBER)
    newest = register.audit("tool", "chat")[0]
    assert (newest.at, newest.actor, newest.action, newest.field) == (NOVEMBER, "ada", "change", "owner")
    assert (newest.before, newest.after) == ([{"value": "Ada"}], [{"value": "Bo"}])
    assert newest.origin.endswith("company.yaml:3")


@pytest.mark.parametrize("statement", ["UPDATE register_audit SET actor = 'nobody'", "DELETE FROM register_audit"])
def test_the_audit_log_only_grows(workspace: Workspace, register: Register, tmp_path: Path, statement: str) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: chat}\n")
    engine = create_engine(workspace.database_url)
    with pytest.raises(DBAPIError, match="the audit log only grows"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    assert [entry.actor for entry in register.audit()] == ["ada"]


def test_a_form_sets_one_value_for_a_span(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Ada}\n")
    changed = register.set_value(
        "tool", "chat", "owner", "Bo", actor="cy", now=NOVEMBER, valid_from=date(2026, 3, 1), valid_to=date(2026, 4, 1)
    )
    assert changed
    spans = [(v.value, v.valid_from, v.valid_to) for v in register.values("tool", "chat")]
    assert spans == [
        ("Ada", None, date(2026, 3, 1)),
        ("Bo", date(2026, 3, 1), date(2026, 4, 1)),
        ("Ada", date(2026, 4, 1), None),
    ]
    with pytest.raises(RegisterError, match="tool has no field 'ownr'"):
        register.set_value("tool", "chat", "ownr", "Bo", actor="cy", now=NOVEMBER)
    with pytest.raises(RegisterError, match="tool 'nope' is not declared"):
        register.set_value("tool", "nope", "owner", "Bo", actor="cy", now=NOVEMBER)


def test_a_write_that_fails_leaves_nothing(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: chat, owner: Ada}\n")
    before = register.stored()
    with pytest.raises(RuntimeError), register.writing() as session:
        session.write([], actor="ada", now=NOVEMBER)
        raise RuntimeError
    assert register.stored() == before


def test_an_unknown_kind_lists_the_known_ones(register: Register) -> None:
    with pytest.raises(RegisterError, match=r"no kind 'tol'\. Did you mean 'tool'\?"):
        register.entities("tol")


def test_the_schema_version_is_the_newest_migration_and_survives_reopening(workspace: Workspace) -> None:
    for _ in range(2):
        open_register(workspace).close()
    engine = create_engine(workspace.database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM register_version")).scalar_one() == HEAD
    folder = Path(__file__).parents[2] / "src/spendmap/register/migrations/versions"
    assert max(file.stem.removeprefix("v")[:4] for file in folder.glob("v*.py")) == HEAD
    with engine.begin() as connection:
        connection.execute(text("UPDATE register_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(RegisterError, match="written by a newer version"):
        open_register(workspace)


def test_the_migration_makes_the_tables_that_the_models_describe(workspace: Workspace) -> None:
    from sqlalchemy import inspect

    from spendmap.register.models import Base

    open_register(workspace).close()
    engine = create_engine(workspace.database_url)
    stored = inspect(engine)
    for table in Base.metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in stored.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        assert {index["name"] for index in stored.get_indexes(table.name)} == {index.name for index in table.indexes}
    engine.dispose()


def test_a_database_that_cannot_be_opened_names_the_setting(tmp_path: Path) -> None:
    from spendmap.register.database import open_database

    with pytest.raises(SettingError, match="cannot be opened"):
        open_database("nonsense")
    with pytest.raises(SettingError, match="cannot be reached"):
        open_database(f"sqlite:///{tmp_path}/no/such/folder/x.db")
