"""Latency of the API over loopback, on the sample company at ten times its size.

Builds the company once (about 3 million usage rows; some minutes) unless a built one is named, serves it, and asks
200 different maps, none asked before (so none is cached), then the same ones again; then, month by month, the other
questions that a page waits for, each once.
Marks: p95 of the map < 50 ms; median of a stored answer <= 100 ms, of a scenario <= 1 s. `context` is not held to
it: the length of a call is in its row alone. Run: python bench/bench_api.py [folder of a built sample company].
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from spendmap.api.server import ASKED_FIRST

COMMAND = [sys.executable, "-m", "spendmap"]
MARK_MS = 50.0
STORED_MS = 100.0
SCENARIO_MS = 1000.0
SCALE = 10
QUESTIONS = 200


def questions(base: str) -> list[str]:
    """Different maps: every month, grouping and basis, until there are enough."""
    with urllib.request.urlopen(f"{base}/api/workspace") as answer:
        months = json.load(answer)["months"]
    groups = ("category", "vendor", "category,vendor", "department", "use_case", "model", "tool", "evidence")
    bases = ("effective", "list", "billed", "contracted")
    found = [
        f"{base}/api/map?period={month}&by={by}&basis={basis}"
        for month, by, basis in itertools.product(months, groups, bases)
    ]
    return found[:: max(1, len(found) // QUESTIONS)][:QUESTIONS]


def asked_once(base: str) -> dict[str, tuple[list[str], float | None]]:
    """Name -> different questions, most of them one per month, and the mark of their median."""
    months = asked(f"{base}/api/workspace")["months"]
    called = {month: names for month in months if len(names := models_called(base, month)) > 1}
    cases = [each["id"] for each in asked(f"{base}/api/use-cases?period={months[-1]}")["items"]]
    scenario = f"{base}/api/scenario?set"
    swaps = {month: f"{scenario}=swap:{names[1]}%3D{names[0]}" for month, names in called.items()}
    stored = {
        name: [f"{base}/api/{path}period={month}" for month in months]
        for name, path in (
            ("readiness", "readiness?"),
            ("explain", "explain?figure=total&"),
            ("vendors", "vendors?"),
            ("economics", "economics/overview?"),
        )
    }
    stored["card"] = [
        f"{base}/api/use-cases/{case}?period={month}" for case, month in zip(cases, reversed(months), strict=False)
    ]
    scenarios = {
        "twice the usage": [f"{scenario}=usage:2&period={month}" for month in months],
        "a lower price": [f"{scenario}=price:{names[1]}:0.8&period={month}" for month, names in called.items()],
        "another model": [f"{swap}&period={month}" for month, swap in swaps.items()],
        "another model, all": [f"{swap}&period=all" for swap in list(swaps.values())[-1:]],
    }
    return {
        **{name: (urls, STORED_MS) for name, urls in stored.items()},
        **{f"scenario: {name}": (urls, SCENARIO_MS) for name, urls in scenarios.items()},
        "scenario: longer calls": ([f"{scenario}=context:1.3&period={month}" for month in months[-3:]], None),
    }


def models_called(base: str, month: str) -> list[str]:
    """Names of the models whose calls a scenario can swap, as its own error lists them."""
    try:
        asked(f"{base}/api/scenario?set=swap:none%3Dnone&period={month}")
    except urllib.error.HTTPError as error:
        said = str(json.load(error)["next_step"]).removeprefix("Models used: ").removesuffix(".")
        return [] if said == "none" else re.sub(r" and [0-9]+ more$", "", said).split(", ")
    return []


def asked(url: str) -> dict[str, Any]:
    """One answer."""
    with urllib.request.urlopen(url) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def times_ms(urls: list[str]) -> list[float]:
    """Milliseconds of each whole answer, sorted."""
    found = []
    for url in urls:
        start = time.perf_counter()
        with urllib.request.urlopen(url) as answer:
            answer.read()
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def main() -> int:
    """Print the table; 1 when the mark is missed."""
    made = Path(tempfile.mkdtemp(prefix="spendmap-bench-"))
    sample = Path(sys.argv[1]) if len(sys.argv) > 1 else made / "demo"
    try:
        if not sample.exists():
            words = ["demo", "--dir", str(sample), "--scale", str(SCALE), "--no-serve"]
            subprocess.run([*COMMAND, *words], check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        base = f"http://127.0.0.1:{port}"
        files = json.loads((sample / "ledger" / "manifest.json").read_text())["usage"]["files"]
        rows = sum(each["rows"] for each in files)
        server = subprocess.Popen(
            [*COMMAND, "--workspace", str(sample), "serve", "--port", str(port)], stderr=subprocess.DEVNULL
        )
        try:
            while True:
                try:
                    times_ms([f"{base}/api/map"])
                    break
                except (urllib.error.URLError, ConnectionError):
                    if server.poll() is not None:
                        raise
                    time.sleep(0.1)
            times_ms([f"{base}/{path}" for path in ASKED_FIRST])  # what a server asks itself when it starts
            urls = questions(base)
            first, again = times_ms(urls), times_ms(urls)
            once = {name: (times_ms(found), mark) for name, (found, mark) in asked_once(base).items() if found}
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(made, ignore_errors=True)
    missed = False
    print(f"{rows:,} usage rows")
    for name, times in (("map, not asked before", first), ("map, asked before", again)):
        p95 = times[int(len(times) * 0.95) - 1]
        missed |= p95 >= MARK_MS
        print(f"{name:<30} median {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   mark {MARK_MS:g} ms")
    for name, (times, mark) in once.items():
        median, p95 = statistics.median(times), times[max(0, int(len(times) * 0.95) - 1)]
        missed |= mark is not None and median > mark
        held = "" if mark is None else f"   mark {mark:g} ms"
        print(f"{name:<30} median {median:7.1f} ms   p95 {p95:7.1f} ms{held}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
