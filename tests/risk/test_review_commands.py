"""`review`, `findings`, `decide` and the API on the sample company."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from risk_company import Company

from spendmap.reports.findings import findings_report
from spendmap.workspace import Workspace

MEETINGS = "OV001:meetings"
NEXT_YEAR = str(datetime.now(UTC).date() + timedelta(days=365))


def state_of(company: Company, finding: str) -> dict[str, Any]:
    return next(each for each in company.ask("findings")["findings"] if each["id"] == finding)


def test_reviewing_twice_finds_the_same_and_writes_the_same_findings(copied: Company) -> None:
    before = copied.ask("findings")
    again = copied.ask("review", "--period", "2026-10")["steps"][0]
    assert again["findings"] == before["total"]
    after = copied.ask("findings")
    assert after["findings"] == before["findings"]


def test_an_acceptance_needs_a_reason_and_an_end_and_outlives_the_next_review(copied: Company) -> None:
    refused = copied.run("decide", MEETINGS, "accept", "--until", NEXT_YEAR)
    assert refused.exit_code == 2 or refused.exception is not None
    assert "needs a reason" in str(refused.exception)
    assert "needs an end" in str(copied.run("decide", MEETINGS, "accept", "--reason", "x").exception)
    row = copied.ask("decide", MEETINGS, "accept", "--reason", "keep both", "--until", NEXT_YEAR, "--by", "Olu")
    assert (row["state"], row["until"], row["reason"], row["decided_by"]) == ("accepted", NEXT_YEAR, "keep both", "Olu")
    copied.ask("review", "--period", "2026-10")
    assert state_of(copied, MEETINGS)["state"] == "accepted"
    report = findings_report(
        Workspace.open(copied.folder).rollups, date.fromisoformat(NEXT_YEAR), code=["OV001"], state=["open"]
    )
    assert MEETINGS in [each.id for each in report.findings]


def test_done_returns_with_the_next_review_but_the_july_loop_does_not(copied: Company) -> None:
    for finding in ("IT001:jasper", "AG009:incident-triage-agent"):
        assert copied.ask("decide", finding, "done", "--reason", "mended")["state"] == "done"
    copied.ask("review", "--period", "2026-10")
    jasper = state_of(copied, "IT001:jasper")
    assert jasper["state"] == "open"
    assert jasper["returned"].endswith("and is seen again")
    assert state_of(copied, "AG009:incident-triage-agent")["state"] == "done"


def test_what_the_register_mends_is_done_by_the_next_review(copied: Company) -> None:
    tools = copied.folder / "register" / "tools.yaml"
    tools.write_text(tools.read_text(encoding="utf-8").replace("    purpose: Campaign copy", "    owner: Hannah Weiss"))
    assert copied.run("register", "apply", str(tools)).exit_code == 0
    copied.ask("review", "--period", "2026-10")
    owner, purpose = state_of(copied, "IT001:jasper"), state_of(copied, "IT002:jasper")
    assert (owner["state"], owner["reason"]) == ("done", "no longer seen")
    assert purpose["title"] == "Jasper has no purpose and no value hypothesis"


def test_a_sandbox_quiets_what_it_tries_until_its_budget_is_broken(copied: Company) -> None:
    text = (
        "experiments:\n  - {id: voice, name: Voice trial, owner: Ada, budget: %s, currency: USD, start_date: 2026-10-01, "
        "end_date: 2999-12-31, keys: [{vendor: %s}]}\n"
    )
    (paid,) = copied.ask("findings", "--code", "IT006")["findings"]
    file = copied.folder / "sandbox.yaml"
    for budget, state in (("5000", "accepted"), ("5", "open")):
        file.write_text(text % (budget, paid["subject"]["id"]))
        assert copied.run("register", "apply", str(file)).exit_code == 0
        copied.ask("review", "--period", "2026-10")
        assert state_of(copied, paid["id"])["state"] == state
    assert state_of(copied, "LG007:voice")["money_at_stake"] == paid["money_at_stake"]


def test_decisions_are_only_added_and_the_newest_counts(copied: Company) -> None:
    copied.ask("decide", MEETINGS, "assign", "--owner", "Rafael Costa", "--until", NEXT_YEAR)
    assert state_of(copied, MEETINGS)["owner"] == "Rafael Costa"
    copied.ask("decide", MEETINGS, "reopen")
    assert state_of(copied, MEETINGS)["state"] == "open"
    database = sqlite3.connect(copied.folder / "spendmap.db")
    assert [row[0] for row in database.execute("SELECT verb FROM finding_decision ORDER BY id")] == ["assign", "reopen"]
    for change in ("UPDATE finding_decision SET verb = 'done'", "DELETE FROM finding_decision"):
        with pytest.raises(sqlite3.DatabaseError, match="only added"):
            database.execute(change)
    database.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("decide", "IT001:jaspr", "done"), "Did you mean IT001:jasper"),
        (("decide", MEETINGS, "accept", "--reason", "x", "--until", "2020-01-01"), "is not ahead"),
        (("decide", MEETINGS, "assign"), "needs an owner"),
        (("findings", "--kind", "costly"), "no kind is called 'costly'"),
        (("findings", "--code", "AG099"), "no code is called 'AG099'"),
        (("review", "--period", "soon"), "'soon' is not a period"),
        (("review", "--period", "1999"), "no figures for 1999"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_way_out(fernhill: Company, words: tuple[str, ...], said: str) -> None:
    refused = fernhill.run(*words)
    assert said in str(refused.exception)


def test_an_unreviewed_workspace_says_what_to_do(tmp_path: Any) -> None:
    empty = Company(Workspace.create(tmp_path / "new").root)
    assert empty.ask("findings")["notes"] == ["Nothing was reviewed yet. Run `spendmap review`."]
    assert "no map yet" in str(empty.run("review").exception)
    assert "nothing was reviewed" in str(empty.run("decide", "X", "done").exception)


def test_the_list_is_filtered_by_kind_owner_and_state(fernhill: Company) -> None:
    security = fernhill.ask("findings", "--kind", "security", "--owner", "ines")["findings"]
    assert {(each["kind"], each["owner"]) for each in security} == {("security", "Ines Okafor")}
    assert {each["owner"] for each in fernhill.ask("findings", "--owner", "")["findings"]} == {None}
    assert fernhill.ask("findings", "--state", "accepted")["findings"] == []
    printed = fernhill.run("findings", "--code", "ag002", "--long").output
    assert "AG002:invoice-matching-agent" in printed and "erp:*" in printed


def test_the_api_answers_what_the_command_prints_and_changes_with_a_decision(copied: Company) -> None:
    from spendmap.api.app import create_app

    app = create_app(Workspace.open(copied.folder))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        first = client.get("/api/findings", params={"code": "OV001"})
        assert first.json() == json.loads(copied.run("findings", "--code", "OV001", "--json").stdout)
        tag = first.headers["etag"]
        same = client.get("/api/findings", params={"code": "OV001"}, headers={"If-None-Match": tag})
        assert same.status_code == 304
        copied.ask("decide", MEETINGS, "accept", "--reason", "both", "--until", NEXT_YEAR)
        other = client.get("/api/findings", params={"code": "OV001"}, headers={"If-None-Match": tag})
        assert other.status_code == 200
        assert {each["id"]: each["state"] for each in other.json()["findings"]}[MEETINGS] == "accepted"
        wrong = client.get("/api/findings", params={"state": "closed"})
        assert (wrong.status_code, wrong.json()["next_step"]) == (400, "Known: open, accepted, assigned, done.")
