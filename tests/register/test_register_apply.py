"""Applying register files: all or nothing, twice is once, and every mistake names its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_support import COMPANY, NOVEMBER, apply_text

from spendmap.register.apply import apply_register
from spendmap.register.export import register_yaml
from spendmap.register.store import Register
from spendmap.vocabulary.errors import RegisterError


def test_applying_a_second_time_changes_nothing_and_says_so(register: Register, tmp_path: Path) -> None:
    first = apply_text(register, tmp_path, COMPANY)
    second = apply_text(register, tmp_path, COMPANY, now=NOVEMBER)
    assert (first.created, first.changed, first.unchanged) == (7, 0, 0)
    assert second.is_idle
    assert (second.created, second.changed, second.unchanged) == (0, 0, 7)
    assert all(entry.at < NOVEMBER for entry in register.audit())


def test_the_export_is_the_yaml_that_was_applied(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, COMPANY)
    exported = register_yaml(register.stored())
    assert yaml.safe_load(exported) == yaml.safe_load(COMPANY)
    assert apply_text(register, tmp_path, exported).is_idle


def test_a_folder_of_files_is_one_register(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    (folder / "tools").mkdir(parents=True)
    (folder / "a.yaml").write_text("tools:\n  - {id: chat, vendor: northwind}\n", encoding="utf-8")
    (folder / "tools" / "b.yml").write_text("vendors:\n  - {id: northwind, name: Northwind}\n", encoding="utf-8")
    applied = apply_register(register, folder, actor="ada", now=NOVEMBER)
    assert (applied.files, applied.created) == (2, 2)


def test_one_wrong_line_and_nothing_is_applied(register: Register, tmp_path: Path) -> None:
    text = "departments:\n  - {id: support, name: Support}\ntools:\n  - id: chat\n    seats: many\n"
    with pytest.raises(RegisterError, match=r"company\.yaml:5: tool 'chat': seats 'many' is not a whole number"):
        apply_text(register, tmp_path, text)
    assert register.entities("department") == []
    assert register.audit() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "departments:\n  - {id: sales}\ntools:\n  - id: chat\n    department: sale\n",
            r":5: tool 'chat': department 'sale' is not a declared department\. Did you mean 'sales'\?"
            r" Known departments: sales\.",
        ),
        ("tools:\n  - id: chat\n    ownr: Ada\n", r":3: tool has no field 'ownr'\. Did you mean 'owner'\?"),
        ("tool:\n  - id: chat\n", r":1: 'tool' is not declared here\. Did you mean 'tools'\?"),
        ("tools:\n  - id: chat\n  - id: chat\n", r":3: tool 'chat' is declared already in .*company\.yaml:2"),
        ("tools:\n  - id: chat\n    owner: Ada\n    owner: Bo\n", r":4: 'owner' is stated already on line 3"),
        ("tools:\n  - name: Chat\n", r":2: this tool has no `id`"),
        ("tools:\n  - {id: a b}\n", r":2: the id 'a b' may hold letters"),
        ("tools:\n  - {id: chat, renewal_date: 2026-02-30}\n", r":2: .*renewal_date '2026-02-30' is not a day"),
        ("tools:\n  - {id: chat, renewal_date: next May}\n", r"'next May' is not a day"),
        ("tools:\n  - {id: chat, seat_price: -3}\n", r"seat_price '-3' is not a plain decimal number from 0 up"),
        ("tools:\n  - {id: chat, seat_price: 1,50}\n", r":2: tool has no field '50'"),
        ("tools:\n  - {id: chat, category: overlap}\n", r"category 'overlap' is not one of infrastructure"),
        ("tools:\n  - {id: chat, owner: [Ada, Bo]}\n", r"owner is a single value, not a sequence"),
        ("tools:\n  - {id: chat, owner: yes}\n  - {id: x, owner: true}\n", r":3: .*put true in quotes"),
        ("tools:\n  id: chat\n", r":1: tools is a list"),
        ("cost_centers:\n  - {id: c, cogs_share: 60}\n", r"cogs_share '60' is not a share; write 0\.3"),
        ("contracts:\n  - {id: c, auto_renews: maybe}\n", r"auto_renews 'maybe' is not true or false"),
        ("tools:\n  - id: t\n    keys: [{api_key: k}]\n", r":3: .*'api_key' is not a ledger column.*'api_key_id'"),
        ("tools:\n  - id: t\n    keys: [{from: 2026-01-01}]\n", r"the key has no condition; every row would match"),
        ("tools:\n  - id: t\n    keys: {project: p}\n", r"keys is a list of mappings"),
        (
            "tools:\n  - id: t\n    owner: [{value: A, to: 2026-05-01}, {value: B, from: 2026-04-01}]\n",
            r":3: .*owner has two values on the same day: one holds until 2026-05-01, the next from 2026-04-01",
        ),
        ("tools:\n  - id: t\n    owner: [{value: A}, {value: B}]\n", r"until open end, the next from open start"),
        ("tools:\n  - id: t\n    owner: [{value: A, frm: 2026-04-01}]\n", r"a dated value has no 'frm'.*'from'"),
        ("tools:\n  - id: t\n    owner: [{value: A, from: 2026-04-01, to: 2026-04-01}]\n", r"which covers no day"),
        ("vendors:\n  - id: v\n    accounts: [{name: main}]\n", r"the account has no `id`"),
        (
            "vendors:\n  - {id: v, accounts: [{id: main}]}\ntools:\n  - {id: t, vendor: v, vendor_account: mian}\n",
            r":4: tool 't': vendor_account 'mian' is not an account of v\. Did you mean 'main'\?",
        ),
        ("a: &x [1]\nb: *x\n", r":2: `\*x` is an alias"),
        ("tools:\n  - id: [\n", r"not YAML"),
        ("- id: chat\n", r":1: the file is not a mapping"),
        ("tools: []\n---\ntools: []\n", r"holds 2 documents"),
        ("tools: " + "[" * 200 + "]" * 200, r"nested deeper than 24 levels"),
    ],
)
def test_a_mistake_is_named_with_its_line(register: Register, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RegisterError, match=message) as caught:
        apply_text(register, tmp_path, text)
    assert caught.value.next_step.endswith(".")
    assert register.audit() == []


def test_all_mistakes_are_shown_in_one_run(register: Register, tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as caught:
        apply_text(register, tmp_path, "tools:\n  - {id: a, seats: x}\n  - {id: b, seats: y}\n")
    assert "company.yaml:2" in caught.value.message
    assert "company.yaml:3" in caught.value.message


def test_a_billion_laughs_cost_nothing(register: Register, tmp_path: Path) -> None:
    lines = ["l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(RegisterError, match=r":2: `\*l0` is an alias"):
        apply_text(register, tmp_path, "\n".join(lines))


def test_bytes_that_are_not_utf8_are_refused_with_their_line(register: Register, tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("departments:\n  - {id: a, name: Büro}\n".encode("latin-1"))
    with pytest.raises(RegisterError, match=r"latin\.yaml:2: not UTF-8 text"):
        apply_register(register, file, actor="ada", now=NOVEMBER)


def test_a_path_that_is_not_there_says_what_to_name(register: Register, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="no such file or folder"):
        apply_register(register, tmp_path / "nowhere", actor="ada", now=NOVEMBER)
    (tmp_path / "empty").mkdir()
    with pytest.raises(RegisterError, match=r"holds no \.yaml file"):
        apply_register(register, tmp_path / "empty", actor="ada", now=NOVEMBER)


def test_a_vendor_of_the_catalogue_need_not_be_declared(register: Register, tmp_path: Path) -> None:
    text = "tools:\n  - {id: chat, vendor: openai}\n"
    with pytest.raises(RegisterError, match="vendor 'openai' is not a declared vendor"):
        apply_text(register, tmp_path, text)
    assert apply_text(register, tmp_path, text, vendors=("openai",)).created == 1


def test_a_field_left_out_is_withdrawn_and_other_entities_stay(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: a, owner: Ada, purpose: talk}\n  - {id: b, owner: Bo}\n")
    applied = apply_text(register, tmp_path, "tools:\n  - {id: a, purpose: talk}\n", now=NOVEMBER)
    assert [(change.action, change.entity_id, change.field) for change in applied.changes] == [
        ("withdraw", "a", "owner")
    ]
    assert [(tool.id, tool.fields) for tool in register.entities("tool")] == [
        ("a", {"purpose": "talk"}),
        ("b", {"owner": "Bo"}),
    ]


def test_pruning_removes_what_no_file_names_unless_something_needs_it(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "vendors: [{id: v}, {id: w}]\ntools: [{id: t, vendor: v}]\n")
    with pytest.raises(RegisterError, match="vendor 'v' is in no file, but tool 't' still names it"):
        apply_text(register, tmp_path, "vendors: [{id: w}]\n", prune=True)
    applied = apply_text(register, tmp_path, "vendors: [{id: v}]\n", prune=True)
    assert applied.removed == 1
    assert [vendor.id for vendor in register.vendors()] == ["v"]
    assert [tool.id for tool in register.entities("tool")] == ["t"]


def test_a_use_case_that_looks_like_another_is_reported(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "use_cases:\n  - {id: triage, name: Support ticket triage}\n")
    applied = apply_text(
        register,
        tmp_path,
        "use_cases:\n  - {id: sorter, name: AI-powered triage of support tickets}\n"
        "  - {id: invoices, name: Invoice matching}\n",
    )
    assert [(twin.id, twin.other_id) for twin in applied.similar] == [("sorter", "triage")]


_NAMES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
_VALUES = st.one_of(
    _NAMES.filter(lambda text: text.strip() != ""),
    st.integers(0, 10**9),
    st.decimals(min_value=0, max_value=10**6, places=3).map(float),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(st.tuples(_VALUES, st.dates(date(1990, 1, 1), date(2090, 1, 1))), min_size=1, max_size=5))
def test_whatever_is_declared_comes_back_equal(
    register: Register, tmp_path: Path, entries: list[tuple[object, date]]
) -> None:
    document = {
        "tools": [{"id": f"t{place}", "name": name, "renewal_date": day} for place, (name, day) in enumerate(entries)]
    }
    apply_text(register, tmp_path, yaml.safe_dump(document, allow_unicode=True), prune=True)
    found = yaml.safe_load(register_yaml(register.stored()))
    assert {tool["id"]: tool for tool in found["tools"]} == {tool["id"]: tool for tool in document["tools"]}
