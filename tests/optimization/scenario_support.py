"""A workspace that scenarios are replayed on. (Acorn as it is comes from `copy_of_acorn`.)"""

from __future__ import annotations

import json
from pathlib import Path

from company import acorn
from spendmap.process import run
from spendmap.workspace import Workspace


def birch_published(root: Path) -> Workspace:
    """Acorn with a month in which its gateway also logs a call of a model with context tiers, ten workflow runs of
    which one is rejected, and an hour of support after it.

    gemini-2.5-pro (list): up to 200,000 input tokens 1.25 input and 10 output per million; from there 2.50 and 15.
    """
    workspace = acorn.build(root)
    long = json.loads(acorn.call("b-1", 8, "gemini-2.5-pro", 150_000, 0, 1_000, "triage"))
    long["custom_llm_provider"] = "gemini"
    with (root / "in" / "gateway.jsonl").open("a") as file:
        file.write(json.dumps(long) + "\n")
    with (root / "in" / "hours.csv").open("a") as file:
        file.write("2026-10-14,ada@acorn.example,reviewer,support,60,triage,Support\n")
    (root / "in" / "runs.csv").write_text(
        "Date,Kind,Result,Workflow,Use case,Quantity,Unit\n"
        "2026-10-05,workflow_run,accepted,triage,triage,9,runs\n"
        "2026-10-05,workflow_run,rejected,triage,triage,1,runs\n"
    )
    source = "  - {id: runs, kind: outcomes_csv, location: in/runs.csv, owner: Ada, scope: triage runs}\n"
    declared = root / "register" / "birch.yaml"
    declared.write_text("sources:\n" + source)
    _apply(workspace)
    run(workspace)
    return workspace


def _apply(workspace: Workspace) -> None:
    from datetime import UTC, datetime

    from spendmap.allocation.vendors import catalogue_ids
    from spendmap.register import open_register
    from spendmap.register.apply import apply_register

    with open_register(workspace) as register:
        apply_register(
            register,
            workspace.root / "register",
            actor="test",
            now=datetime(2026, 11, 1, tzinfo=UTC),
            known_vendors=catalogue_ids(),
        )
