"""A supplier confirmed from the map: one rule of the company, kept, replaced by the other answer, refused when unknown."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from company.acorn import build
from spendmap.allocation.confirming import confirm_supplier
from spendmap.api.app import create_app
from spendmap.process import run
from spendmap.register import open_register
from spendmap.workspace import Workspace

ADDRESS = "/api/rules/confirm"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = build(tmp_path_factory.mktemp("confirm") / "w")
    run(made)
    return made


@pytest.fixture
def writer(place: Workspace) -> TestClient:
    return TestClient(create_app(place), base_url="http://127.0.0.1:8765")


def rules_of(place: Workspace) -> list[dict[str, object]]:
    file = place.root / "rules" / "confirmed.yaml"
    found: list[dict[str, object]] = yaml.safe_load(file.read_text())["rules"] if file.is_file() else []
    return found


def test_an_answer_becomes_one_rule_and_the_other_answer_replaces_it(place: Workspace, writer: TestClient) -> None:
    first = writer.post(
        ADDRESS, json={"supplier": "WeWork Management LLC", "scope": "ai", "category": "internal_tools", "version": 0}
    )
    assert first.status_code == 200, first.text
    assert (first.json()["scope"], first.json()["category"], first.json()["change"]) == (
        "ai",
        "internal_tools",
        "added",
    )
    assert "spendmap allocate" in first.json()["next_step"]
    asked = {"supplier": "WeWork Management LLC", "scope": "not_ai", "reason": "rent"}
    again = writer.post(ADDRESS, json=asked | {"version": first.json()["version"]})
    assert again.json()["change"] == "replaced"
    (rule,) = rules_of(place)
    assert rule["then"] == {"scope": "not_ai"}
    assert "rent" in str(rule["why"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"supplier": "Nobody paid this firm", "scope": "ai"}, "Nobody paid this firm"),
        ({"supplier": "Otter.ai", "scope": "ai", "category": "lunch"}, "lunch"),
        ({"supplier": "Otter.ai", "scope": "perhaps"}, "scope"),
        ({"supplier": "", "scope": "ai"}, "supplier"),
        ({"supplier": "Otter.ai", "scope": "ai", "by": "somebody else"}, "by"),
    ],
)
def test_what_cannot_be_confirmed_writes_no_rule(
    place: Workspace, writer: TestClient, asked: dict[str, str], said: str
) -> None:
    before = rules_of(place)
    answer = writer.post(ADDRESS, json=asked | {"version": 0})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert said in answer.text
    assert rules_of(place) == before


def test_another_site_cannot_confirm(writer: TestClient, place: Workspace) -> None:
    before = rules_of(place)
    answer = writer.post(
        ADDRESS,
        json={"supplier": "Otter.ai", "scope": "not_ai", "version": 0},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert rules_of(place) == before


def test_an_answer_over_one_that_was_not_seen_is_refused_and_told_what_stands_there(
    place: Workspace, writer: TestClient
) -> None:
    asked = {"supplier": "Otter.ai", "scope": "ai", "category": "internal_tools"}
    assert writer.post(ADDRESS, json=asked).status_code == 428
    first = writer.post(ADDRESS, json=asked | {"version": 0}).json()["version"]
    other = {"supplier": "Otter.ai", "scope": "not_ai"}
    for version, if_match, status in ((0, None, 409), (None, '"0"', 412), (None, "garbled", 412), (None, None, 428)):
        body = other if version is None else other | {"version": version}
        late = writer.post(ADDRESS, json=body, headers={} if if_match is None else {"If-Match": if_match})
        assert (late.status_code, late.json()["version"]) == (status, first)
        assert late.json()["next_step"]
    assert "ai: A person confirmed that it is AI" in writer.post(ADDRESS, json=other | {"version": 0}).json()["detail"]
    assert [rule["then"] for rule in rules_of(place) if "otter" in str(rule["id"])] == [
        {"scope": "ai", "category": "internal_tools"}
    ]
    file = place.root / "rules" / "confirmed.yaml"
    file.write_text(file.read_text().replace("internal_tools", "unclassified"))  # by hand, under the page's eyes
    assert writer.post(ADDRESS, json=other | {"version": first}).status_code == 409


def test_of_answers_at_once_each_supplier_keeps_one(place: Workspace) -> None:
    """Two processes or threads read one file and write it: neither's rule may be lost."""
    names = ("Fern Ltd", "Moss Ltd", "Reed Ltd", "Sage Ltd")
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: confirm_supplier(place, name, "not_ai", why=f"at once {name}"), names))
    said = str(rules_of(place))
    assert [name for name in names if f"at once {name}" not in said] == []


def test_a_name_of_a_vendor_becomes_one_alias_in_the_register(place: Workspace, writer: TestClient) -> None:
    asked = {"supplier": "WeWork Management LLC", "vendor": "anthropic"}
    first = writer.post("/api/rules/vendor-name", json=asked)
    assert first.status_code == 200, first.text
    assert (first.json()["vendor_name"], first.json()["change"]) == ("Anthropic", "added")
    assert writer.post("/api/rules/vendor-name", json=asked).json()["change"] == "unchanged"
    with open_register(place) as register:
        (own,) = [vendor for vendor in register.vendors() if vendor.id == "anthropic"]
    assert own.aliases.count("WeWork Management LLC") == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"supplier": "Nobody paid this firm", "vendor": "anthropic"}, "supplier"),
        ({"supplier": "Otter.ai", "vendor": "nobody-at-all"}, "vendor"),
        ({"supplier": "Otter.ai", "vendor": "anthropic"}, "supplier"),
    ],
)
def test_a_name_that_is_no_suppliers_or_anothers_is_refused(
    writer: TestClient, asked: dict[str, str], field: str
) -> None:
    refused = writer.post("/api/rules/vendor-name", json=asked)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
