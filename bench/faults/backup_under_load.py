"""Back a workspace up while people read and edit its pages and a capture and an allocation run; restore; compare.

Each round: a real `spendmap serve`, 50 users over HTTP (pages, edits and decisions with versions), capture and then
allocate in a process of their own, and `spendmap backup` begun at another moment of them. What is restored elsewhere:
`check` holds; its rows and its map are those of before or after a step, never of between; every edit and decision that
was answered 200 before the backup began is there. Then archives that are cut or changed, and a restore without the key.

python bench/faults/backup_under_load.py [--rounds N] [--users N] [--seed N] [--spoiled N]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from world import REPOSITORY, Table, World, differences, ledger_rows, map_figures, spendmap

WAIT = "300"
WARM = 40  # writes that were answered before the first step begins
PAUSE = 1.0  # seconds that a user looks at an answer, at most
PAGES = (
    "/api/map?by=category,vendor", "/api/map/months?by=category", "/api/findings", "/api/explain", "/api/vendors",
    "/api/sources", "/api/reconcile?period=2026-10", "/api/use-cases/triage", "/api/leader",
    "/api/economics?per=use_case",
)  # fmt: skip
TOOLS, DECIDED = ("/api/register/tools/chatgpt", "/api/register/use-cases/triage"), "/api/findings/IT007:chatgpt/decide"
HEADERS = {"Content-Type": "application/json"}


@dataclass
class Load:
    """What the users did. `kept`: (moment, word) of every write that was answered 200."""

    answers: Counter[str] = field(default_factory=Counter)
    kept: list[tuple[float, str]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    stop: threading.Event = field(default_factory=threading.Event)

    def first_answers_within(self, seconds: float) -> bool:
        """Whether it is not too late for the first answers."""
        return time.monotonic() - self.began < seconds

    def user(self, port: int, number: int, seed: int) -> None:
        """One person: three pages, then an edit or a decision, and so on."""
        chance, wrote = random.Random(f"{seed} {number}"), 0
        versions: dict[str, int] = {}
        while not self.stop.is_set():
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
                for _ in range(20):
                    if self.stop.wait(chance.random() * PAUSE):
                        break
                    if chance.random() < 0.75:
                        self._ask(connection, "GET", chance.choice(PAGES))
                    else:
                        wrote += 1
                        self._write(connection, f"word {number}-{wrote} of {seed}", chance, versions)
                connection.close()
            except (OSError, http.client.HTTPException) as error:
                self.answers[f"no answer: {type(error).__name__}"] += 1

    def _write(
        self, connection: http.client.HTTPConnection, word: str, chance: random.Random, versions: dict[str, int]
    ) -> None:
        place = chance.choice((*TOOLS, DECIDED))
        for _ in range(8):  # as a page does: read what is there now, write over that
            version = versions.get(place, 0)
            if place == DECIDED:
                body: dict[str, Any] = {"verb": "assign", "owner": word, "until": "2099-01-01", "version": version}
                status, answer = self._ask(connection, "POST", place, body)
            else:
                body = {"fields": {"purpose" if "tools" in place else "description": word}, "version": version}
                status, answer = self._ask(connection, "PATCH", place, body)
            if isinstance(answer, dict) and isinstance(answer.get("version"), int):
                versions[place] = answer["version"]
            if status == 200:
                self.kept.append((time.monotonic(), word))
                return
            if status != 409 or self.stop.wait(chance.random() * PAUSE):
                return

    def _ask(self, connection: http.client.HTTPConnection, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection.request(verb, path, None if body is None else json.dumps(body), HEADERS if body else {})
        answer = connection.getresponse()
        text = answer.read()
        self.answers[f"{'read' if verb == 'GET' else 'write'} {answer.status}"] += 1
        return answer.status, json.loads(text) if verb != "GET" and text else None


def main() -> int:
    """Run the rounds, print the tables; 1 when anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spoiled", type=int, default=40, help="archives to cut and to change (default 40 of each)")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="spendmap-backup-"))
    try:
        world = World(folder / "world")
        states = _states(world)
        table = Table("backup: an archive is made while 50 users and a capture and an allocation go on, and restored")
        for number in range(asked.rounds):
            _round(world, states, table, asked.users, asked.seed * 1000 + number, number / max(asked.rounds - 1, 1))
        failed = table.show(shown=6)
        failed += _archives(world, asked.seed, asked.spoiled)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return int(failed > 0)


def _states(world: World) -> dict[str, Any]:
    """Rows and map as built, after the capture, after the allocation: nothing else may be restored."""
    root = world.put_back()
    found: dict[str, Any] = {"map before": map_figures(root), "rows before": ledger_rows(root)}
    began = time.monotonic()
    spendmap(root, "capture")
    found["rows after"] = ledger_rows(root)
    spendmap(root, "allocate")
    found["seconds"] = time.monotonic() - began
    found["map after"] = map_figures(root)
    if found["map before"] == found["map after"] or found["rows before"] == found["rows after"]:
        raise RuntimeError("the steps change nothing, so that nothing could be seen")
    return found


def _round(world: World, states: dict[str, Any], table: Table, users: int, seed: int, moment: float) -> None:
    root, place = world.put_back(), f"{users} users"
    load = Load()
    server, port = _serve(root)
    people = [threading.Thread(target=load.user, args=(port, each, seed)) for each in range(users)]
    for each in people:
        each.start()
    while len(load.kept) < WARM and load.first_answers_within(120):
        time.sleep(0.1)
    writers = _start(root, "capture", "allocate")
    time.sleep(moment * states["seconds"] * 4)  # under load they take longer
    archive, began = root.parent / "loaded.tar", time.monotonic()
    ran = _command(root, "backup", str(archive))
    ended = time.monotonic()
    wrote = writers.wait(timeout=300)
    load.stop.set()
    for each in people:
        each.join()
    server.terminate()
    server.wait(timeout=60)
    faults = [f"backup: exit {ran.returncode}: {ran.stderr[-200:]}"] if ran.returncode else []
    faults += [f"capture and allocate: exit {wrote}: {Path(f'{root}.log').read_text()[-400:]}"] if wrote else []
    bad = [f"{what}: {count}" for what, count in load.answers.items() if re.search(r"5\d\d|no answer", what)]
    table.count("users are answered", place, bad)
    if faults:
        table.count("backup is made", place, faults)
        return
    again = root.parent / "restored"
    restored = spendmap(root, "restore", str(archive), str(again))
    table.count("backup is made and restored", place, [restored.err[-300:]] if restored.code else [])
    check = spendmap(again, "check")
    table.count("check of what is restored", place, [check.out[-400:]] if check.code else [])
    rows, figures = ledger_rows(again), map_figures(again)
    before_or_after = [name for name in ("before", "after") if rows == states[f"rows {name}"]]
    shown = [name for name in ("before", "after") if figures == states[f"map {name}"]]
    off = [] if before_or_after else [f"rows of neither: {differences(states['rows before'], rows)}"]
    table.count("rows are of before or after", place, off)
    off = [] if shown else [f"map of neither: {differences(states['map before'], figures)}"]
    if shown == ["after"] and before_or_after == ["before"]:
        off.append("the map is newer than the rows")
    table.count("map is of before or after", place, off)
    said = (again / "register.jsonl").read_text(encoding="utf-8")
    audit = spendmap(again, "register", "audit", "--limit", "100000", "--json").out
    told = said + audit
    early = [word for at, word in load.kept if at < began]
    table.count("edits of before are there", place, [f"lost: {word}" for word in early if word not in told][:3])
    shown_now = spendmap(again, "findings", "--json", "--state", "assigned").out
    wanted = _last_decision(said)
    table.count("newest decision is shown", place, [f"{wanted} is not"] if wanted and wanted not in shown_now else [])
    print(
        f"round {seed % 1000}: backup {ended - began:.1f} s, {archive.stat().st_size / 1e6:.1f} MB; "
        f"{sum(load.answers.values())} requests {dict(sorted(load.answers.items()))}; "
        f"{len(early)} writes acknowledged before, {len(load.kept) - len(early)} during and after; "
        f"rows {'/'.join(before_or_after) or '?'}, map {'/'.join(shown) or '?'}",
        flush=True,
    )


def _last_decision(journal: str) -> str | None:
    """The newest decision that a journal tells."""
    lines = [re.search(r"word \d+-\d+ of \d+", line) for line in journal.splitlines() if "IT007" in line]
    words = [found[0] for found in lines if found]
    return words[-1] if words else None


def _serve(root: Path) -> tuple[subprocess.Popen[str], int]:
    server = _popen(root, "serve", "--port", "0")
    stream = server.stderr
    assert stream is not None
    while line := stream.readline():
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            threading.Thread(target=stream.read, daemon=True).start()
            return server, int(found[1])
    raise RuntimeError(f"the server ended with {server.wait()}")


def _start(root: Path, *steps: str) -> subprocess.Popen[str]:
    """Steps one after the other, in a process of their own."""
    line = " && ".join(f'"$0" -m spendmap --wait {WAIT} --workspace "$1" {step} >>"$1.log" 2>&1' for step in steps)
    return subprocess.Popen(["/bin/sh", "-c", line, sys.executable, str(root)], env=_environment(), text=True)


def _popen(root: Path, *args: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "spendmap", "--workspace", str(root), *args]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(words, env=_environment(), text=True, **pipes)  # type: ignore[call-overload]


def _command(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "spendmap", "--wait", WAIT, "--workspace", str(root), *args]
    return subprocess.run(words, env=_environment(), text=True, capture_output=True, check=False)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}


def _archives(world: World, seed: int, count: int) -> int:
    """Archives that are cut or changed restore nothing; one without the key says how to go on."""
    table = Table("archives: cut, changed, restored without the key and over what is there")
    root, chance = world.put_back(), random.Random(seed)
    archive = root.parent / "whole.tar"
    spendmap(root, "backup", str(archive))
    whole, spoiled, again = archive.read_bytes(), root.parent / "spoiled.tar", root.parent / "spoiled"
    for what in ("cut", "one byte"):
        for _ in range(count):
            content = bytearray(whole)
            at = chance.randrange(len(whole))
            if what == "cut":
                content = content[:at]
            else:
                content[at] ^= 1 << chance.randrange(8)
            spoiled.write_bytes(bytes(content))
            ran = spendmap(root, "restore", str(spoiled), str(again))
            faults = ran.faults()
            if (
                ran.code == 0
            ):  # between two files, or in the padding of the archive: nothing of the workspace is changed
                faults += _differs(root, again)
                shutil.rmtree(again)
            elif again.exists() or any(".spoiled." in each.name for each in root.parent.iterdir()):
                faults.append("refused, and something is left")
            table.count(what, "restore", [f"at {at} of {len(whole)}: {fault}" for fault in faults])
    spendmap(root, "restore", str(archive), str(again))
    ran = spendmap(root, "restore", str(archive), str(again))
    table.count("over what is there", "restore", ran.faults() if ran.code else ["was not refused"])
    faults = spendmap(again, "check").faults() + differences(map_figures(root), map_figures(again))
    table.count("without the key", "check, map", faults)
    shutil.copytree(root / "in", again / "in")  # source files are in no archive
    ran = spendmap(again, "capture")
    faults = ran.faults() if ran.code else []
    if ran.code and (step := ran.next_step):
        helped = spendmap(again, *step)
        ran = spendmap(again, "capture")
        faults += [] if ran.code == 0 else [f"capture after {step} ({helped.code}): {ran.err[-200:]}"]
    table.count("without the key", "capture", faults or ([] if ran.code == 0 else [f"no way on: {ran.err[-200:]}"]))
    return table.show()


def _differs(root: Path, again: Path) -> list[str]:
    check = spendmap(again, "check")
    return [check.out[-200:]] if check.code else differences(map_figures(root), map_figures(again))


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
