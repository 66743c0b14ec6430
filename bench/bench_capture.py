"""How fast logs are captured: a gateway's log against a bare DuckDB copy of it, coding sessions against ccusage.

Makes seeded logs (`made_logs.py`); every command is a process of its own; memory is the sum over its process tree,
looked at ten times a second. Rounds are in turn, the ratio is the median of the rounds' ratios.
Marks: gateway capture <= 2.5 x the copy, under 1 GB; sessions faster than ccusage 20, under 400 MB.
ccusage is a native program of npm; name it by CCUSAGE=path, else that part is left out with the reason.
Run: python bench/bench_capture.py [gateway rows] [session lines].
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made_logs import gateway_log, session_logs

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
LINES = int(sys.argv[2]) if len(sys.argv) > 2 else 300_000
ROUNDS = 3
COPY_MARK, COPY_MEMORY, SESSION_MEMORY = 2.5, 1_000, 400  # times; MB
COMMAND = [sys.executable, "-m", "spendmap"]
COPY = "import duckdb, sys; duckdb.sql(f\"COPY (FROM read_json('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)\")"
PAGE = os.sysconf("SC_PAGE_SIZE")


def measured(*commands: list[str], cwd: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and the largest memory (MB) of commands that follow each other."""
    before, start, peak = os.times(), time.perf_counter(), 0
    for words in commands:
        process = subprocess.Popen(words, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while process.poll() is None:
            peak = max(peak, _memory_of(process.pid))
            time.sleep(0.1)
        if process.returncode:
            raise SystemExit(f"{' '.join(words)}: {process.stderr.read().decode() if process.stderr else ''}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, cpu, peak / 1e6


def _memory_of(root: int) -> int:
    """Bytes held by a process and all below it."""
    parents: dict[int, int] = {}
    held: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents[int(folder.name)], held[int(folder.name)] = int(fields[1]), int(fields[21]) * PAGE
    family, before = {root}, 0
    while len(family) > before:
        before = len(family)
        family |= {child for child, parent in parents.items() if parent in family}
    return sum(held.get(each, 0) for each in family)


def capture(folder: Path, kind: str, location: Path, *after: str) -> tuple[float, float, float]:
    """A capture into a new workspace, and the commands after it."""
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    subprocess.run([*COMMAND, "init", str(workspace)], check=True, stdout=subprocess.DEVNULL)
    words = [*COMMAND, "capture", "--file", str(location), "--as", kind, "--source", "log"]
    return measured(words, *([*COMMAND, word] for word in after), cwd=workspace)


def gateway(folder: Path) -> bool:
    """Print the gateway's rounds; whether the marks are met."""
    file = folder / "spend.jsonl"
    gateway_log(file, ROWS)
    ratios, peak = [], 0.0
    for _ in range(ROUNDS):
        copied = measured([sys.executable, "-c", COPY, str(file), str(folder / "copy.parquet")], cwd=folder)
        captured = capture(folder, "litellm_spendlogs", file)
        ratios.append(captured[0] / copied[0])
        peak = max(peak, captured[2])
        print(
            f"gateway {ROWS:,} rows, {file.stat().st_size / 1e6:,.0f} MB: copy {ROWS / copied[0]:,.0f} rows/s "
            f"({copied[1]:.1f} CPU s), capture {ROWS / captured[0]:,.0f} rows/s ({captured[1]:.1f} CPU s, "
            f"{captured[2]:,.0f} MB)",
            flush=True,
        )
    ratio = statistics.median(ratios)
    print(f"gateway: {ratio:.2f} x the copy (mark {COPY_MARK}), {peak:,.0f} MB (mark {COPY_MEMORY:,})")
    return ratio <= COPY_MARK and peak < COPY_MEMORY


def sessions(folder: Path) -> bool:
    """Print the rounds of coding sessions; whether the marks that can be told are met."""
    home = folder / "claude"
    session_logs(home / "projects", LINES)
    other = os.environ.get("CCUSAGE") or shutil.which("ccusage")
    ratios, peak = [], 0.0
    for _ in range(ROUNDS):
        ours = capture(folder, "claude_code_jsonl", home / "projects", "allocate", "map")
        peak = max(peak, ours[2])
        print(f"sessions {LINES:,} lines: {ours[0]:.1f} s wall, {ours[1]:.1f} CPU s, {ours[2]:,.0f} MB", flush=True)
        if other:
            os.environ["CLAUDE_CONFIG_DIR"] = str(home)
            theirs = measured([other, "daily", "--offline", "--json"], cwd=folder)
            ratios.append(ours[0] / theirs[0])
            print(f"ccusage: {theirs[0]:.1f} s wall, {theirs[1]:.1f} CPU s, {theirs[2]:,.0f} MB", flush=True)
    if not ratios:
        print("ccusage: left out, no such program here (npm install ccusage@20, then CCUSAGE=.../ccusage)")
    else:
        print(f"sessions: {statistics.median(ratios):.2f} x ccusage (mark 1)")
    print(f"sessions: {peak:,.0f} MB (mark {SESSION_MEMORY})")
    return peak < SESSION_MEMORY and (not ratios or statistics.median(ratios) < 1)


def main() -> int:
    """Print the tables; 1 when a mark is missed."""
    with tempfile.TemporaryDirectory() as name:
        are_met = [gateway(Path(name)), sessions(Path(name))]
    return int(not all(are_met))


if __name__ == "__main__":
    sys.exit(main())
