"""Edits as a form makes them: checked like a file, all or nothing, logged, and never over somebody else's word."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from register_support import COMPANY, NOVEMBER, OCTOBER, apply_text

from spendmap.register.edit import Edited, create_entity, edit_entity, id_from
from spendmap.register.store import Register
from spendmap.vocabulary.errors import EditConflictError, FieldsRefusedError, LooksAlikeError, RegisterError


@pytest.fixture
def firm(register: Register, tmp_path: Path) -> Register:
    apply_text(register, tmp_path, COMPANY, now=OCTOBER)
    return register


def edit(register: Register, fields: dict[str, Any], version: int | None = None, **more: Any) -> Edited:
    seen = register.entity_version("use_case", "triage") if version is None else version
    given = {"actor": "ada", "now": NOVEMBER, **more}
    return edit_entity(register, "use_case", "triage", fields, version=seen, **given)


def said(register: Register, field: str, day: date = date(2026, 11, 3)) -> Any:
    entity = register.entity("use_case", "triage", day)
    assert entity is not None
    return entity.get(field)


def test_an_owner_answers_and_the_log_says_who_when_and_what_was_said_before(firm: Register) -> None:
    edited = edit(firm, {"owner": "Bo Diaz", "quality_threshold": "94"}, evidence="board minutes")
    assert set(edited.changed) == {"owner", "quality_threshold"}
    assert edited.before == {"owner": "Ada Byron", "quality_threshold": None}
    assert (said(firm, "owner"), said(firm, "quality_threshold")) == ("Bo Diaz", "94")  # words stay words
    newest = firm.audit("use_case", "triage")[0]
    assert (newest.actor, newest.at, newest.origin) == ("ada", NOVEMBER, "form")
    (value,) = [each for each in firm.values("use_case", "triage") if each.field == "owner"]
    assert (value.valid_from, value.evidence) == (None, "board minutes")


def test_writing_back_what_was_said_before_undoes_an_edit(firm: Register) -> None:
    edited = edit(firm, {"owner": "Bo Diaz", "problem": "Tickets wait"})
    edit(firm, edited.before)
    assert (said(firm, "owner"), said(firm, "problem")) == ("Ada Byron", None)


def test_a_first_day_keeps_what_held_before_it(firm: Register) -> None:
    edit(firm, {"owner": "Bo Diaz"}, valid_from=date(2026, 12, 1))
    assert (said(firm, "owner"), said(firm, "owner", date(2026, 12, 1))) == ("Ada Byron", "Bo Diaz")
    edit(firm, {"owner": None}, valid_from=date(2027, 1, 1))
    assert [said(firm, "owner", date(2026, 12, 31)), said(firm, "owner", date(2027, 1, 1))] == ["Bo Diaz", None]


def test_a_correction_stays_within_the_days_its_value_holds(firm: Register) -> None:
    edit(firm, {"owner": "Bo Diaz"}, valid_from=date(2026, 12, 1))
    edit(firm, {"owner": "Ada Lovelace"})  # today's value, which ends with November
    assert (said(firm, "owner"), said(firm, "owner", date(2026, 12, 1))) == ("Ada Lovelace", "Bo Diaz")


def test_two_edits_of_one_field_are_a_conflict_that_shows_both_values(firm: Register) -> None:
    seen = firm.entity_version("use_case", "triage")
    edit(firm, {"owner": "Bo Diaz"}, seen)
    with pytest.raises(EditConflictError) as refused:
        edit(firm, {"owner": "Cy Young", "problem": "Tickets wait"}, seen, actor="cy")
    assert refused.value.conflicts == {"owner": ("Cy Young", "Bo Diaz", "ada", "2026-11-02 09:00 UTC")}
    assert (said(firm, "owner"), said(firm, "problem")) == ("Bo Diaz", None)


def test_two_edits_of_different_fields_or_to_the_same_value_do_not_meet(firm: Register) -> None:
    seen = firm.entity_version("use_case", "triage")
    edit(firm, {"owner": "Bo Diaz"}, seen)
    edit(firm, {"problem": "Tickets wait"}, seen)
    assert edit(firm, {"owner": "Bo Diaz"}, seen).changed == ()
    assert said(firm, "problem") == "Tickets wait"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"onwer": "Bo"}, {"onwer": "Did you mean 'owner'?"}),
        (
            {"nature": "capex", "cogs_share": "1.5"},
            {"nature": "not one of cogs, opex, hybrid", "cogs_share": "not a share"},
        ),
        ({"cogs_share": 0.5}, {"cogs_share": "as text"}),
        ({"cost_center": "cc-2"}, {"cost_center": "Known cost centers: cc-1"}),
        ({"vendors": ["northwind-ai", "nobody"]}, {"vendors": "'nobody' is not a declared vendor"}),
        ({"owner": "  "}, {"owner": "withdraw it"}),
        ({"owner": "a\0b"}, {"owner": "no text"}),
        ({"owner": {"name": "Bo"}}, {"owner": "single value"}),
        ({"data_assets": []}, {"data_assets": "lists nothing"}),
        ({"target_date": "soon"}, {"target_date": "YYYY-MM-DD"}),
        ({"keys": [{"featur": "x"}]}, {"keys": "not a ledger column"}),
        ({"owner": "x" * 20_001}, {"owner": "20001 characters"}),
        ({}, {"fields": "nothing is to be changed"}),
    ],
)
def test_what_does_not_hold_is_named_field_by_field_and_nothing_is_kept(
    firm: Register, fields: dict[str, Any], wrong: dict[str, str]
) -> None:
    before = firm.version()
    with pytest.raises(FieldsRefusedError) as refused:
        edit(firm, {**fields, "problem": "would have been kept"} if fields else {})
    assert set(refused.value.fields) == set(wrong)
    for name, part in wrong.items():
        assert part in refused.value.fields[name]
    assert firm.version() == before


def test_a_form_s_values_are_those_a_file_would_hold(firm: Register) -> None:
    edit(firm, {"nature": "hybrid", "cogs_share": "0.60", "vendors": "northwind-ai", "keys": [{"feature": "triage"}]})
    assert str(said(firm, "cogs_share")) == "0.60"
    assert (said(firm, "vendors"), said(firm, "keys")) == (["northwind-ai"], [{"feature": "triage"}])


def test_a_use_case_that_looks_like_another_is_declared_only_when_that_is_confirmed(firm: Register) -> None:
    given = {"actor": "ada", "now": NOVEMBER}
    with pytest.raises(LooksAlikeError) as refused:
        create_entity(firm, "use_case", "triage-2", {"name": "Triage of support tickets"}, **given)  # type: ignore[arg-type]
    assert refused.value.alike == {"triage": "Support ticket triage"}
    create_entity(firm, "use_case", "triage-2", {"name": "Triage of support tickets"}, confirmed=True, **given)  # type: ignore[arg-type]
    assert firm.entity("use_case", "triage-2") is not None
    for wrong in ("triage", "a b", ""):
        with pytest.raises(FieldsRefusedError, match="id"):
            create_entity(firm, "use_case", wrong, {"name": "Contract review"}, **given)  # type: ignore[arg-type]


def test_what_is_not_declared_cannot_be_edited(firm: Register) -> None:
    with pytest.raises(RegisterError, match="is not declared"):
        edit_entity(firm, "use_case", "nothing", {"owner": "Bo"}, version=0, actor="ada", now=NOVEMBER)
    with pytest.raises(RegisterError, match="no kind"):
        edit_entity(firm, "usecase", "triage", {"owner": "Bo"}, version=0, actor="ada", now=NOVEMBER)


def test_an_id_is_made_of_a_name() -> None:
    assert [id_from(name) for name in ("Contract review (EU)", "  Ünïcode  ", "!!!")] == [
        "contract-review-eu",
        "n-code",
        "",
    ]
