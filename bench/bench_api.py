"""Latency of the Map's API over loopback, on the sample company at ten times its size.

Builds the company once (about 3 million usage rows; some minutes) unless a built one is named, serves it, and asks
200 different questions, none asked before (so none is cached), then the same ones again.
Mark: p95 of the map < 50 ms. Run: python bench/bench_api.py [folder of a built sample company].
"""

from __future__ import annotations

import itertools
import json
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

from spendmap.api.server import ASKED_FIRST

COMMAND = [sys.executable, "-m", "spendmap"]
MARK_MS = 50.0
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
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(made, ignore_errors=True)
    missed = False
    for name, times in (("map, not asked before", first), ("map, asked before", again)):
        p95 = times[int(len(times) * 0.95) - 1]
        missed |= p95 >= MARK_MS
        print(f"{name:<24} median {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   mark {MARK_MS:g} ms")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
