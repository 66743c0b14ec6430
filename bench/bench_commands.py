"""Whole commands as a person waits for them: --help, map on the sample company, demo from installed to served.

Medians of five whole processes after one warm-up (the demo: once). Marks: help < 0.3 s, map < 1 s, demo < 60 s.
Run: python bench/bench_commands.py [folder of a built sample company].
"""

from __future__ import annotations

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

COMMAND = [sys.executable, "-m", "spendmap"]
MARKS = {"spendmap --help": 0.3, "spendmap map": 1.0, "spendmap demo, to served": 60.0}


def median_seconds(words: list[str]) -> float:
    """Wall seconds of a whole process, median of five after a warm-up."""
    times = []
    for _ in range(6):
        start = time.perf_counter()
        subprocess.run([*COMMAND, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def demo_seconds(folder: Path) -> float:
    """From the command to the first answered map, in an empty folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "demo", "--dir", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/map", timeout=5) as answer:
                    answer.read()
                    return time.perf_counter() - start
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError(f"demo ended with {process.returncode}")
    finally:
        process.terminate()
        process.wait()


def main() -> int:
    """Print the table; 1 when a mark is missed."""
    folder = Path(tempfile.mkdtemp(prefix="spendmap-bench-"))
    try:
        demo = demo_seconds(folder / "demo")
        sample = sys.argv[1] if len(sys.argv) > 1 else str(folder / "demo")
        found = {
            "spendmap --help": median_seconds(["--help"]),
            "spendmap map": median_seconds(["--workspace", sample, "map"]),
            "spendmap demo, to served": demo,
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, seconds in found.items():
        print(f"{name:<28} {seconds:8.2f} s   mark {MARKS[name]:g} s   {'met' if seconds < MARKS[name] else 'MISSED'}")
    return int(any(seconds >= MARKS[name] for name, seconds in found.items()))


if __name__ == "__main__":
    sys.exit(main())
