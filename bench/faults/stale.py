"""Writes of the pages that name no version, an old one, an unknown one, or meet another write: nothing is lost.

Over the API as it is served, without a network: each refused write answers 409, 412 or 428 with the version there is
and a next step; what it says to do works; of writes at once all that were answered 200 are in the audit log, in turn.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from world import Clock, Table, World, forked

TOOL = "/api/register/tools/chatgpt"
DECIDE = "/api/findings/IT007:chatgpt/decide"
USE_CASE = "/api/register/use_cases/triage"
GARBLED = (
    "",
    "*",
    "2",
    'W/"2"',
    '"2", "3"',
    '"-1"',
    '"999"',
    '"x"',
    "\x7f",
    '"2',
    '"' + "9" * 5000 + '"',
    '"1e3"',
    '" 1"',
)
BODIES: tuple[Any, ...] = (None, 999, -1, "999", 1.5, True, [], 10**30, "x")
REFUSED = {400, 409, 412, 413, 422, 428, 431}


def run(world: World, _clock: Clock, *, seed: int, every: bool) -> int:
    """The campaign; how many trials failed."""
    table = Table("stale: writes over the API that are not over the newest version")
    rounds = 20 if every else 4  # it takes seconds, so no clock is held against it
    for what, path, faults in forked(lambda: list(_campaign(world, seed, rounds))):
        table.count(what, path, faults)
    return table.show(shown=5)


def _campaign(world: World, seed: int, rounds: int) -> Iterator[tuple[str, str, list[str]]]:
    from fastapi.testclient import TestClient

    from spendmap.api.app import create_app
    from spendmap.workspace import Workspace

    workspace = Workspace.open(world.put_back())
    with TestClient(create_app(workspace), base_url="http://127.0.0.1:8765", raise_server_exceptions=False) as client:
        for path in (TOOL, USE_CASE, DECIDE):
            yield from _refusals(client, workspace, path)
        for path in (TOOL, USE_CASE, DECIDE):
            for number in range(rounds):
                yield "two writes at once", path, _at_once(client, workspace, path, seed + number)
            yield "what a refusal says to do", path, _next_step(client, path)
    yield "journal and database after all", "register.jsonl", _is_level(world)


def _refusals(client: Any, workspace: Any, path: str) -> Iterator[tuple[str, str, list[str]]]:
    before = _said(workspace)
    trials: list[tuple[str, dict[str, Any], dict[str, str]]] = [("no version", {}, {})]
    trials += [("garbled If-Match", {}, {"If-Match": text}) for text in GARBLED]
    trials += [("unknown version", {"version": version}, {}) for version in BODIES if version is not None]
    trials += [("version and other If-Match", {"version": 1}, {"If-Match": '"999"'})]
    for what, more, headers in trials:
        answer = _write(client, path, "Nobody", more, headers)
        faults = []
        if answer.status_code not in REFUSED:
            faults.append(f"{more or headers}: answers {answer.status_code}")
        elif answer.headers["content-type"] != "application/problem+json" or not answer.json().get("next_step"):
            faults.append(f"{more or headers}: {answer.status_code} without a next step: {answer.text[:150]}")
        if "Traceback" in answer.text or "SELECT" in answer.text:
            faults.append(f"{more or headers}: shows its insides")
        if _said(workspace) != before:
            faults.append(f"{more or headers}: something was kept")
            before = _said(workspace)
        yield what, path, faults


def _write(client: Any, path: str, text: str, more: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    if path == DECIDE:
        body = {"verb": "assign", "owner": text, "until": "2099-01-01", **more}
        return client.post(path, json=body, headers=raw)
    return client.patch(path, json={"fields": {"owner": text}, **more}, headers=raw)


def _newest(client: Any, path: str) -> int:
    answer = _write(client, path, "Nobody", {}, {})
    if answer.status_code != 428:
        raise RuntimeError(f"{path} answers {answer.status_code}: {answer.text[:300]}")
    return int(answer.json()["version"])


def _at_once(client: Any, workspace: Any, path: str, seed: int) -> list[str]:
    """Several writers over one version: one is first, the others are refused, and the first one's word stands."""
    version, names = _newest(client, path), [f"Writer {seed} {letter} of {path}" for letter in "abcd"]
    random.Random(seed).shuffle(names)
    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(lambda name: _write(client, path, name, {"version": version}, {}), names))
    done = [name for name, answer in zip(names, answers, strict=True) if answer.status_code == 200]
    odd = sorted({answer.status_code for answer in answers} - {200, 409, 412})
    said = _said(workspace)
    faults = [f"answers {odd}"] if odd else []
    if len(done) != 1:
        faults.append(f"{len(done)} of {len(names)} writes over version {version} were kept")
    faults += [f"the word of {name} is lost" for name in done if name not in said]
    return faults + [f"{name} was refused and kept" for name in names if name not in done and name in said]


def _next_step(client: Any, path: str) -> list[str]:
    answer = _write(client, path, "Cleo", {"version": _newest(client, path)}, {})
    again = _write(client, path, "Dora", {}, {"If-Match": f'"{_newest(client, path)}"'})
    return [f"answers {each.status_code}: {each.text[:150]}" for each in (answer, again) if each.status_code != 200]


def _said(workspace: Any) -> str:
    """All that was ever said and decided, as the journal has it."""
    text: str = workspace.journal.read_text(encoding="utf-8")
    return text


def _is_level(world: World) -> list[str]:
    """A database rebuilt from the journal says what the database says."""
    from world import spendmap

    before = spendmap(world.root, "register", "export").out
    rebuilt = spendmap(world.root, "restore", "--from-journal")
    after = spendmap(world.root, "register", "export").out
    faults = rebuilt.faults() + ([] if before == after else ["the journal tells another register"])
    check = spendmap(world.root, "check")
    return faults + ([f"check: {check.out[-300:]}"] if check.code else [])
