"""Every column that can hold a text says what is kept of it; what names somebody is found by rules all the same."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from spendmap.allocation.conditions import BadConditionError, parse_when, stored_forms
from spendmap.capture.door import Door
from spendmap.capture.registry import KINDS as CONNECTORS
from spendmap.engine.arrow import arrow_schema
from spendmap.ledger import TABLES
from spendmap.ledger.keeping import DROPPED, KEEPING, keepings, kept
from spendmap.register.documents import Mapping, Scalar
from spendmap.register.keeping import KEEPING as REGISTER_KEEPING
from spendmap.register.keeping import SecretGivenError, keeping_of, safe_value
from spendmap.register.schema import BY_TYPE
from spendmap.vocabulary.keyed import keyed_hash

KEY = b"k" * 32


def test_every_column_of_the_ledger_and_every_field_of_the_register_is_declared() -> None:
    for table in TABLES.values():
        for column in table.columns:
            found = kept(table.name, column)
            assert found.keeping in KEEPING
            assert found.why
    for kind in BY_TYPE.values():
        assert {keeping_of(field) for field in kind.fields} <= set(REGISTER_KEEPING)
    assert set(DROPPED) - {"tags of every source"} <= set(CONNECTORS)


def rows(table: str, **texts: object) -> pa.Table:
    columns = {name: [value] for name, value in texts.items()}
    schema = arrow_schema(table)
    return pa.table({name: pa.array(value, schema.field(name).type) for name, value in columns.items()})


def test_what_holds_nothing_passes_untouched() -> None:
    began = datetime(2026, 10, 1)  # noqa: DTZ001 - the ledger's are without zone
    usage = rows("usage", team="search", natural_key="chatcmpl-1", tags=[("env", "prod")], charge_period_start=began)
    passed = Door(KEY).rows(usage, "usage")
    assert passed.equals(usage)
    assert passed.column("team").chunk(0).equals(usage.column("team").chunk(0))


def test_each_kind_of_column_is_kept_in_its_own_way() -> None:
    who = keyed_hash(KEY, "jane@x.example")
    charge = rows(
        "charge",
        memo="paid by jane@x.example, 415-555-0132",
        billing_account_id="jane@x.example",
        sub_account_id="415-555-0132",  # an account may be written so
        department_name="415-555-0132",
        tags=[
            ("Owner", "Jane Doe"),
            ("system_prompt", "be nice to Jane"),
            ("jane@x.example", "v"),
            ("n", "jane@x.example"),
        ],
    )
    (row,) = Door(KEY).rows(charge, "charge").to_pylist()
    assert row["memo"] == "paid by [email], [number]"
    assert row["billing_account_id"] == f"principal:{who}"
    assert row["sub_account_id"] == "415-555-0132"
    assert row["department_name"] == f"number-{keyed_hash(KEY, '415-555-0132')}"
    assert dict(row["tags"]) == {
        "Owner": f"principal:{keyed_hash(KEY, 'jane doe')}",
        f"principal:{who}": "v",
        "n": f"principal:{who}",
    }
    again = Door(KEY).rows(Door(KEY).rows(charge, "charge"), "charge")
    assert again.to_pylist() == [row]
    usage = rows("usage", principal_id="Jane Doe")
    assert Door(KEY).rows(usage, "usage").column("principal_id").to_pylist() == [keyed_hash(KEY, "jane doe")]


def test_a_rule_that_names_somebody_is_compared_with_the_hash() -> None:
    def hashed(text: str) -> str:
        return keyed_hash(KEY, text)

    forms = stored_forms("charge", "tags.owner", "Jane Doe", hashed)
    assert forms == ("jane doe", f"principal:{keyed_hash(KEY, 'Jane Doe')}")
    assert stored_forms("charge", "tags.env", "Prod", hashed) == ("prod",)
    key = "sk-proj-0123456789abcdef"
    assert stored_forms("usage", "api_key_id", key, hashed) == (key, f"key-{keyed_hash(KEY, key)}")
    assert stored_forms("usage", "principal_id", "jane@x.example", hashed)[1] == keyed_hash(KEY, "jane@x.example")
    assert keepings("usage")["principal_id"] == "person"


def test_a_part_of_a_hashed_tag_cannot_be_asked_for() -> None:
    asked = Mapping({"contains": Scalar("jane", True, 1)}, {"contains": 1}, 1)
    when = Mapping({"tags.owner": asked}, {"tags.owner": 1}, 1)
    with pytest.raises(BadConditionError, match=r"tags\.owner is kept as a keyed hash: compare it as a whole"):
        parse_when("charge", when)


def test_the_register_names_owners_masks_words_and_refuses_secrets_in_keys() -> None:
    case = BY_TYPE["use_case"]
    assert safe_value(case.field("owner"), "Jane Doe <jane@x.example>") == "Jane Doe <jane@x.example>"
    assert safe_value(case.field("problem"), "ask jane@x.example") == "ask [email]"
    assert safe_value(case.field("models"), ["gpt-4o", "sk-proj-0123456789abcdef"]) == ["gpt-4o", "[key]"]
    with pytest.raises(SecretGivenError, match="never stored"):
        safe_value(case.field("keys"), [{"api_key_id": "sk-proj-0123456789abcdef"}])
