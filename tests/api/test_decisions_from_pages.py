"""Decisions from a page: kept, told back, refused when another site or the wrong form asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from spendmap.api.app import create_app
from spendmap.engine.store import write_atomically
from spendmap.risk.finding import Finding, Subject
from spendmap.risk.snapshot import FILE, Kept, Snapshot, snapshot_bytes
from spendmap.workspace import Workspace

GAP = Finding("LG003", "operating", "ledger", Subject("vendor_account", "acme/org 1", "Acme"), "dark", "why", "ask")
ADDRESS = "/api/findings/LG003:acme%2Forg%201/decide"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "firm", "USD")
    kept = Kept(GAP, date(2026, 11, 1), date(2026, 12, 1))
    snapshot = Snapshot("2026-10", date(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC), (kept,))
    write_atomically(made.rollups / FILE, snapshot_bytes(snapshot))
    return made


@pytest.fixture
def writer(place: Workspace) -> TestClient:
    return TestClient(create_app(place), base_url="http://127.0.0.1:8765")


def test_a_finding_is_assigned_from_the_page_and_the_list_says_so(writer: TestClient) -> None:
    answer = writer.post(ADDRESS, json={"version": 0, "verb": "assign", "owner": "Olu Adeyemi", "until": "2999-01-31"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["owner"], answer.json()["until"]) == (
        "assigned", "Olu Adeyemi", "2999-01-31",
    )  # fmt: skip
    (listed,) = writer.get("/api/findings").json()["findings"]
    assert (listed["id"], listed["state"], listed["decided_by"]) == (GAP.id, "assigned", answer.json()["decided_by"])


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({"verb": "accept", "reason": "kept"}, 400, "needs an end"),
        ({"verb": "accept", "until": "2999-01-01"}, 400, "needs a reason"),
        ({"verb": "accept", "reason": "  ", "until": "2999-01-01"}, 400, "needs a reason"),
        ({"verb": "accept", "reason": "x", "until": "2001-01-01"}, 400, "is not ahead"),
        ({"verb": "assign"}, 400, "needs an owner"),
        ({"verb": "burn"}, 422, "verb"),
        ({"verb": "done", "until": "tomorrow"}, 422, "until"),
        ({"verb": "done", "by": "somebody else"}, 422, "by"),
        ([], 422, "body"),
    ],
)
def test_a_decision_that_lacks_what_it_needs_changes_nothing(
    writer: TestClient, asked: object, status: int, said: str
) -> None:
    sent = {"version": 0, **asked} if isinstance(asked, dict) else asked
    answer = writer.post(ADDRESS, json=sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.text
    assert writer.get("/api/findings").json()["by_state"] == {"open": 1}


def test_an_unknown_finding_is_not_found_and_near_ones_are_named(writer: TestClient) -> None:
    answer = writer.post("/api/findings/LG003:acme/decide", json={"verb": "done", "version": 0})
    assert answer.status_code == 404
    assert GAP.id in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:5180"},  # another server of this machine
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_other_page_can_decide(writer: TestClient, headers: dict[str, str]) -> None:
    assert writer.post(ADDRESS, json={"verb": "done"}, headers=headers).status_code == 403
    assert writer.get("/api/findings").json()["by_state"] == {"open": 1}


def test_this_server_s_own_page_may_decide(writer: TestClient) -> None:
    headers = {"Origin": "http://127.0.0.1:8765", "Sec-Fetch-Site": "same-origin"}
    assert writer.post(ADDRESS, json={"verb": "done", "version": 0}, headers=headers).json()["state"] == "done"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_cannot_decide_even_when_it_holds_json(writer: TestClient, kind: str) -> None:
    answer = writer.post(ADDRESS, content=b'{"verb": "done"}', headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_a_write_is_bounded(writer: TestClient) -> None:
    answer = writer.post(ADDRESS, json={"verb": "done", "reason": "x" * 300_000})
    assert answer.status_code == 413
    endless = writer.post(ADDRESS, content=iter([b"{}"]), headers={"Content-Type": "application/json"})
    assert endless.status_code == 411
