"""Nobody's word is written over unseen: every write names the version it is over."""

from __future__ import annotations

import re
import shutil
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from spendmap.api.app import ROUTES, create_app
from spendmap.api.guard import READING, WRITTEN_LIMIT
from spendmap.cli import cli
from spendmap.engine.store import write_atomically
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.register.edit import edit_entity
from spendmap.risk.decisions import decide
from spendmap.risk.finding import Finding, Subject
from spendmap.risk.snapshot import FILE, Kept, Snapshot, read_snapshot, snapshot_bytes
from spendmap.vocabulary.errors import EditConflictError, VersionConflictError
from spendmap.workspace import Workspace

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
GAP = Finding("IT001", "operating", "internal_tools", Subject("tool", "chat", "Chat"), "nobody owns it", "why", "ask")
TOOL = "/api/register/tools/chat"
DECIDE = "/api/findings/IT001:chat/decide"
PIECES = {"kind": "tools", "entity_id": "chat", "finding_id": "IT001:chat"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A firm with two tools and an open finding; what is refused leaves it as it is."""
    made = Workspace.create(tmp_path_factory.mktemp("built") / "firm", "USD")
    (made.root / "register" / "tools.yaml").write_text("tools:\n  - {id: chat, name: Chat}\n  - {id: code}\n")
    with open_register(made) as register:
        apply_register(register, made.root / "register", actor="ada", now=NOW)
    kept = Kept(GAP, date(2026, 11, 1), date(2026, 12, 1))
    snapshot = Snapshot("2026-10", date(2026, 11, 1), NOW, (kept,))
    write_atomically(made.rollups / FILE, snapshot_bytes(snapshot))
    return made


@pytest.fixture(scope="module")
def refusing(built: Workspace) -> TestClient:
    """Over the firm that stays as it is."""
    return TestClient(create_app(built), base_url="http://127.0.0.1:8765")


@pytest.fixture
def place(built: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the firm to write to."""
    shutil.copytree(built.root, tmp_path / "firm")
    return Workspace.open(tmp_path / "firm")


@pytest.fixture
def writer(place: Workspace) -> TestClient:
    return TestClient(create_app(place), base_url="http://127.0.0.1:8765")


def owner(place: Workspace) -> Any:
    with open_register(place) as register:
        tool = register.entity("tool", "chat")
    assert tool is not None
    return tool.fields.get("owner")


# The tool's changes are numbers 1 (it is declared) and 2 (its name); number 3 is the other tool's.
@pytest.mark.parametrize(
    ("version", "if_match", "status"),
    [
        (None, None, 428),
        (999, None, 409),
        (10**30, None, 409),  # more than a database's number holds
        (3, None, 409),
        (0, None, 409),
        (None, '"999"', 412),
        (None, '"1"', 412),
        (None, "2", 412),
        (None, 'W/"2"', 412),
        (None, "*", 412),
        (None, '"2", "3"', 412),
        (None, "", 412),
        (1, '"2"', 412),
    ],
)
def test_an_edit_without_a_version_or_over_one_that_is_not_is_refused_and_told_the_newest(
    built: Workspace, refusing: TestClient, version: int | None, if_match: str | None, status: int
) -> None:
    headers = {} if if_match is None else {"If-Match": if_match}
    body = {"fields": {"owner": "Bo"}, **({} if version is None else {"version": version})}
    answer = refusing.patch(TOOL, json=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["version"], owner(built)) == (2, None)
    assert "version 2" in answer.json()["next_step"]


def test_what_a_refusal_says_to_do_works(place: Workspace, writer: TestClient) -> None:
    answer = writer.patch(TOOL, json={"fields": {"owner": "Bo"}})
    again = {"fields": {"owner": "Bo"}, "version": answer.json()["version"]}
    assert (writer.patch(TOOL, json=again).status_code, owner(place)) == (200, "Bo")


def test_if_match_is_strict_and_a_version_in_the_body_looks_at_the_fields(place: Workspace, writer: TestClient) -> None:
    body = {"fields": {"owner": "Bo"}}
    assert writer.patch(TOOL, json=body, headers={"If-Match": '"2"'}).status_code == 200
    body = {"fields": {"purpose": "Drafts"}}
    assert writer.patch(TOOL, json=body, headers={"If-Match": '"2"'}).status_code == 412  # the owner changed since
    assert writer.patch(TOOL, json={**body, "version": 2}).status_code == 200  # the purpose did not
    late = writer.patch(TOOL, json={"fields": {"owner": "Cy"}, "version": 2})
    assert (late.status_code, late.json()["version"], owner(place)) == (409, 5, "Bo")


@pytest.mark.parametrize(
    ("version", "if_match", "status"),
    [(None, None, 428), (7, None, 409), (None, '"7"', 412), (None, "garbled", 412), (0, '"7"', 412)],
)
def test_a_decision_without_a_version_or_over_another_is_refused(
    refusing: TestClient, version: int | None, if_match: str | None, status: int
) -> None:
    headers = {} if if_match is None else {"If-Match": if_match}
    body = {"verb": "done", **({} if version is None else {"version": version})}
    answer = refusing.post(DECIDE, json=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["version"] == 0
    assert refusing.get("/api/findings").json()["by_state"] == {"open": 1}


def test_the_second_to_decide_is_told_and_reads_what_the_first_decided(writer: TestClient) -> None:
    first = writer.post(DECIDE, json={"verb": "assign", "owner": "Ada", "version": 0})
    assert (first.status_code, first.json()["version"]) == (200, 1)
    second = writer.post(DECIDE, json={"verb": "done", "version": 0})
    assert (second.status_code, second.json()["version"]) == (409, 1)
    (row,) = writer.get("/api/findings").json()["findings"]
    assert (row["state"], row["owner"], row["version"]) == ("assigned", "Ada", 1)
    assert writer.post(DECIDE, json={"verb": "done", "version": row["version"]}).json()["state"] == "done"


def test_findings_published_before_versions_are_told_them_by_the_first_refusal(
    place: Workspace, writer: TestClient
) -> None:
    writer.post(DECIDE, json={"verb": "assign", "owner": "Ada", "version": 0})
    file = place.rollups / FILE
    file.write_bytes(file.read_bytes().replace(b',"version":1', b""))
    (row,) = writer.get("/api/findings").json()["findings"]
    assert row["version"] == 0
    assert writer.post(DECIDE, json={"verb": "done", "version": 0}).json()["version"] == 1
    (row,) = writer.get("/api/findings").json()["findings"]
    assert row["version"] == 1


def test_of_two_edits_at_once_one_wins_and_the_other_is_told(place: Workspace) -> None:
    start = threading.Barrier(2)
    ended: dict[str, str] = {}

    def edit(name: str) -> None:
        start.wait(30)
        with open_register(place) as register:
            try:
                edit_entity(register, "tool", "chat", {"owner": name}, version=2, actor=name, now=NOW)
                ended[name] = "kept"
            except EditConflictError as error:
                ended[name] = f"told of {error.conflicts['owner'][1]}"

    threads = [threading.Thread(target=edit, args=(name,)) for name in ("Ada", "Bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = owner(place)
    loser = "Bo" if winner == "Ada" else "Ada"
    assert ended == {winner: "kept", loser: f"told of {winner}"}


def test_of_two_decisions_at_once_one_wins_and_the_page_says_which(place: Workspace) -> None:
    start = threading.Barrier(2)
    ended: dict[str, bool] = {}

    def choose(name: str) -> None:
        start.wait(30)
        try:
            decide(place, GAP.id, "assign", by=name, owner=name, now=NOW, version=0)
            ended[name] = True
        except VersionConflictError:
            ended[name] = False

    threads = [threading.Thread(target=choose, args=(name,)) for name in ("Ada", "Bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended.values()) == [False, True]
    snapshot = read_snapshot(place.rollups)
    assert snapshot is not None and snapshot.kept[0].decision is not None
    assert ended[snapshot.kept[0].decision.by]


def test_commands_name_a_version_when_asked_to(place: Workspace) -> None:
    def ran(*words: str) -> tuple[int, str]:
        answer = CliRunner().invoke(cli, ["--workspace", str(place.root), *words])
        return answer.exit_code, answer.output if answer.exception is None else str(answer.exception)

    assert ran("decide", GAP.id, "done", "--if-version", "0")[0] == 0
    code, said = ran("decide", GAP.id, "reopen", "--if-version", "0")
    assert code == 1 and "is at version 1" in said
    folder = str(place.root / "register")
    code, said = ran("register", "apply", folder, "--if-version", "2")
    assert code == 1 and "the register is at version 3" in said
    assert ran("register", "apply", folder, "--if-version", "3")[0] == 0


def writes() -> list[tuple[str, str]]:
    """Method and address of every route that writes."""
    return [
        (method, re.sub("{([a-z_]+)[^}]*}", lambda piece: PIECES[piece[1]], route.path))
        for each in ROUTES
        for route in each.router.routes
        for method in sorted(getattr(route, "methods", set()) - READING)
    ]


@pytest.mark.parametrize(("method", "address"), writes())
def test_every_route_that_writes_takes_a_bounded_body(refusing: TestClient, method: str, address: str) -> None:
    answer = refusing.request(method, address, json={"fields": {"name": "x" * WRITTEN_LIMIT}})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert answer.json()["next_step"]
    endless = refusing.request(method, address, content=iter([b"{}"]), headers={"Content-Type": "application/json"})
    assert endless.status_code == 411
