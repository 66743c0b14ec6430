"""The steps in order, as one readable function."""

from __future__ import annotations

import time
from typing import Any

from spendmap.allocation.run import allocate
from spendmap.capture.run import capture
from spendmap.capture.sources import declared_sources
from spendmap.capture.stage import FileLoad, Workers
from spendmap.optimization.optimize import optimize
from spendmap.risk.review import review
from spendmap.value.publish import value
from spendmap.vocabulary.progress import Progress
from spendmap.workspace import Workspace


def run(workspace: Workspace, *, period: str = "all", progress: Progress | None = None) -> list[dict[str, Any]]:
    """Capture every declared source, allocate the months of `period`, review, value outcomes, work the plays out.

    Returns:
        One record per step: `step`, `rows_in`, `rows_out`, `seconds`, and what is particular to it.
    """
    steps = [_captured(workspace, progress)]
    steps.append(allocate(workspace, period=period, progress=progress).as_document())
    judged = None if period == "all" else period
    steps.append(review(workspace, period=judged).as_document())
    steps.append(value(workspace).as_document())
    steps.append(optimize(workspace, period=judged).as_document())
    return steps


def _captured(workspace: Workspace, progress: Progress | None) -> dict[str, Any]:
    start = time.perf_counter()
    loads: list[FileLoad] = []
    with Workers() as workers:
        for source in declared_sources(workspace):
            loads += capture(workspace, source, progress, workers)
    return {
        "step": "capture",
        "rows_in": sum(load.rows_read for load in loads),
        "rows_out": sum(load.rows_loaded for load in loads),
        "rows_duplicate": sum(load.rows_duplicate for load in loads),
        "rows_quarantined": sum(load.rows_quarantined for load in loads),
        "files": len(loads),
        "refused": [{"file": load.file, "source": load.source, "error": load.error} for load in loads if load.error],
        "seconds": round(time.perf_counter() - start, 3),
    }
