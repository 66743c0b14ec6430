"""How long the vendors report takes on a workspace: the first answer of a version, then the others.

Reads a workspace; prints, asserts nothing. Example: python bench/bench_vendors.py demo otter
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson

from spendmap.reports.figures import document
from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.vendor_detail import vendor_detail
from spendmap.reports.vendors import vendors_report
from spendmap.workspace import Workspace

ROUNDS = 5


def main() -> None:
    """Time the matrix, its view by department, a search and one vendor's page."""
    model = ReadModel.open(Workspace.open(Path(sys.argv[1])))
    today = datetime.now(UTC).date()
    question = ask(model, today=today)
    asked: dict[str, Callable[[], object]] = {
        "by capability": lambda: vendors_report(model, question, today),
        "by department": lambda: vendors_report(model, question, today, by="department"),
        "search": lambda: vendors_report(model, question, today, q="copilot", sort="label"),
    }
    if len(sys.argv) > 2:
        asked[sys.argv[2]] = lambda: vendor_detail(model, question, sys.argv[2], today)
    for name, report in asked.items():
        timed = [_one(report) for _ in range(ROUNDS)]
        shown = ", ".join(f"{wall:.0f} ({cpu:.0f})" for wall, cpu in timed)
        sys.stdout.write(f"{name}: {shown} ms wall (processor)\n")


def _one(report: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    orjson.dumps(document(report()))
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


if __name__ == "__main__":
    main()
