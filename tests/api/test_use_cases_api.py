"""Use cases over the API: list, card, what-ifs, and answers given from a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from card_company import build
from fastapi.testclient import TestClient

from spendmap.api.app import create_app
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.workspace import Workspace

TODAY = date(2026, 11, 21)


def client_of(place: Any) -> TestClient:
    return TestClient(create_app(place, today=lambda: TODAY), base_url="http://127.0.0.1:8765")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return build(tmp_path / "larch")


@pytest.fixture
def client(place: Workspace) -> TestClient:
    return client_of(place)


def patch(client: TestClient, fields: dict[str, Any], version: int, **more: Any) -> Any:
    return client.patch("/api/register/use-cases/support_bot", json={"fields": fields, "version": version, **more})


def test_the_list_is_searched_sorted_and_paged_by_the_server(client: TestClient) -> None:
    report = client.get("/api/use-cases?sort=name&size=1&page=2").json()
    assert (report["total"], report["page"], [row["id"] for row in report["items"]]) == (2, 2, ["support_bot"])
    assert (report["items"][0]["direct"], report["items"][0]["indirect"]) == ("560.85", "65")
    assert client.get("/api/use-cases?q=lead").json()["total"] == 1
    assert client.get("/api/use-cases?open=owner").json()["items"][0]["id"] == "lead-scoring"
    assert client.get("/api/use-cases?sort=-nothing").status_code == 400


def test_an_unknown_use_case_is_not_found_and_the_known_ones_are_named(client: TestClient) -> None:
    for path in ("/api/use-cases/nothing", "/api/use-cases/nothing/what-if", "/api/use-cases/%00"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert "support_bot" in answer.json()["detail"]


def test_an_owner_answers_a_question_and_the_card_the_list_and_the_log_say_so_at_once(
    client: TestClient, place: Workspace
) -> None:
    card = client.get("/api/use-cases/support_bot").json()
    tag = client.get("/api/use-cases/support_bot").headers["etag"]
    answer = patch(client, {"quality_threshold": "94 % accepted"}, card["version"], evidence="June board")
    assert (answer.status_code, answer.json()["before"]) == (200, {"quality_threshold": None})
    again = client.get("/api/use-cases/support_bot", headers={"If-None-Match": tag})
    assert again.status_code == 200  # the kept answer is not given for the new one
    (threshold,) = (each for each in again.json()["questions"] if each["id"] == "quality_threshold")
    assert (threshold["answer"], threshold["fields"][0]["evidence_note"]) == ("94 % accepted", "June board")
    assert again.json()["unanswered"] == card["unanswered"] - 1
    assert next(r for r in client.get("/api/use-cases").json()["items"] if r["id"] == "support_bot")["unanswered"] == 2
    with open_register(place) as register:
        newest = register.audit("use_case", "support_bot")[0]
    assert (newest.field, newest.origin, newest.actor) == ("quality_threshold", "form", answer.json()["recorded_by"])
    undone = patch(client, answer.json()["before"], answer.json()["version"])
    assert undone.status_code == 200
    assert client.get("/api/use-cases/support_bot").json()["unanswered"] == card["unanswered"]


def test_a_second_editor_sees_both_values_instead_of_losing_one(client: TestClient) -> None:
    version = client.get("/api/use-cases/support_bot").json()["version"]
    assert patch(client, {"owner": "Bo Diaz"}, version).status_code == 200
    late = patch(client, {"owner": "Cy Young"}, version)
    assert late.status_code == 409
    (error,) = late.json()["errors"]
    assert (error["field"], error["yours"], error["theirs"]) == ("owner", "Cy Young", "Bo Diaz")


def test_fields_that_do_not_hold_are_named_one_by_one(client: TestClient) -> None:
    answer = patch(client, {"nature": "capex", "cost_center": "cc-9", "colour": "red", "owner": "Bo"}, 0)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [each["field"] for each in answer.json()["errors"]] == ["nature", "cost_center", "colour"]


@pytest.mark.parametrize("body", [{}, {"fields": [], "version": 1}, {"fields": {}, "version": -1}, []])
def test_a_body_of_another_form_is_refused_field_by_field(client: TestClient, body: Any) -> None:
    answer = client.patch("/api/register/use-cases/support_bot", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_what_is_not_declared_or_no_kind_is_not_found(client: TestClient) -> None:
    body = {"fields": {"owner": "Bo"}, "version": 0}
    assert client.patch("/api/register/use-cases/nothing", json=body).status_code == 404
    assert client.patch("/api/register/usecases/support_bot", json=body).status_code == 404


def test_no_other_site_can_answer_a_question(client: TestClient) -> None:
    body = {"fields": {"owner": "Bo"}, "version": 0}
    refused = client.patch("/api/register/use-cases/support_bot", json=body, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert client.get("/api/use-cases/support_bot").json()["owner"] == "Ines Okafor"


def test_a_new_use_case_is_declared_unless_it_looks_like_another(client: TestClient) -> None:
    alike = client.post("/api/register/use-cases", json={"fields": {"name": "Scoring of leads"}})
    assert (alike.status_code, alike.json()["errors"][0]["theirs"]) == (409, "lead-scoring")
    made = client.post("/api/register/use-cases", json={"fields": {"name": "Scoring of leads"}, "confirm": True})
    assert (made.status_code, made.json()["id"]) == (201, "scoring-of-leads")
    assert client.get("/api/use-cases/scoring-of-leads").json()["name"] == "Scoring of leads"
    assert client.post("/api/register/use-cases", json={"fields": {"name": " "}}).status_code == 422
    assert client.post("/api/register/use-cases", json={"fields": {"name": "!!!"}}).status_code == 422


def test_a_folder_of_figures_without_a_register_still_lists_what_money_names(larch_folder: Any) -> None:
    client = client_of(larch_folder)
    (row,) = client.get("/api/use-cases").json()["items"]
    assert (row["id"], row["is_registered"]) == ("support_bot", False)
    assert client.get("/api/use-cases/support_bot").json()["version"] == 0


def test_a_large_register_without_money_is_read_in_one_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Workspace.create(tmp_path / "agency", "USD")
    lines = ["use_cases:"] + [f"  - {{id: case-{n}, name: Case number {n}, problem: Problem {n}}}" for n in range(3600)]
    (place.root / "register" / "many.yaml").write_text("\n".join(lines), encoding="utf-8")
    with open_register(place) as register:
        apply_register(register, place.root / "register", actor="import", now=datetime(2026, 10, 1, tzinfo=UTC))
    client = client_of(place)
    first = client.get("/api/use-cases").json()
    assert (first["total"], len(first["items"]), first["direct"], first["without_owner"]) == (3600, 50, None, 3600)
    assert first["items"][0]["direct"] is None

    def again(*_: object, **__: object) -> None:
        raise AssertionError("the register was opened once more")

    # Once read it is kept: sorting, searching, paging and the cards open no database and read no file twice.
    monkeypatch.setattr("spendmap.reports.declared.SETTLED_S", 0)
    client.get("/api/use-cases?q=none")
    monkeypatch.setattr("spendmap.reports.declared.open_register", again)
    for query in ("sort=name&page=72", "q=number 3599", "open=problem", "sort=-unanswered&size=500"):
        assert client.get(f"/api/use-cases?{query}").status_code == 200, query
