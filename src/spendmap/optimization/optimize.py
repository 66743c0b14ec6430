"""STEP 5, optimize: read the facts of a period, run every play, publish them.

Reads the register as of the period's last day, the published figures and the calls behind them; writes
`rollups/plays.json`. The review's rules run on the same facts, so that plays and period always fit, whichever period
was reviewed last.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from spendmap.optimization.plays import ALL, Play, PlayFacts
from spendmap.optimization.plays.snapshot import PlaysSnapshot, write_plays
from spendmap.optimization.plays.usage import read_calls
from spendmap.risk.facts import Facts, Spend
from spendmap.risk.measured import Measured
from spendmap.risk.review import choose_period, read_facts, run_rules
from spendmap.vocabulary.exact import total
from spendmap.workspace import Workspace


@dataclass
class Optimized:
    """What the step did. `rows_in` are groups of metered calls, `rows_out` plays."""

    period: str
    rows_in: int
    rows_out: int
    seconds: float
    by_kind: dict[str, int] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """The step as the commands print it."""
        return {
            "step": "optimize",
            "period": self.period,
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "plays": self.rows_out,
            "by_kind": self.by_kind,
            "seconds": self.seconds,
        }


def optimize(workspace: Workspace, *, period: str | None = None, now: datetime | None = None) -> Optimized:
    """Work the plays of a period out (None: the last full month with figures) and publish them.

    Raises:
        UsageError: nothing is published yet, or the period is none or has no figures.
    """
    start = time.perf_counter()
    moment = now or datetime.now(UTC)
    measured = Measured(workspace)
    try:
        facts = read_facts(workspace, measured, choose_period(measured, period, moment.date()))
    finally:
        measured.close()
    calls = read_calls(workspace, facts.period.months)
    given = PlayFacts(facts, tuple(run_rules(facts)), calls, grades_of(facts))
    plays = run_plays(given)
    write_plays(
        workspace.rollups,
        PlaysSnapshot(facts.period.label, given.months, facts.as_of, moment, facts.currency, tuple(plays)),
    )
    return Optimized(
        facts.period.label,
        len(calls),
        len(plays),
        round(time.perf_counter() - start, 3),
        dict(Counter(play.kind for play in plays)),
    )


def run_plays(given: PlayFacts) -> list[Play]:
    """Every play that has something to say, largest likely saving first, unknown ones last; each id once."""
    found: dict[str, Play] = {}
    for play in (each for rule in ALL for each in rule(given)):
        found.setdefault(play.id, play)
    return sorted(found.values(), key=_rank)


def _rank(play: Play) -> tuple[bool, Decimal, str]:
    likely = play.saving.likely
    return likely is None, -(likely or Decimal(0)), play.id


def grades_of(facts: Facts) -> dict[str, str]:
    """Tool -> grade of most of its money, by how it came: calls metered, seats contracted, bills invoiced.

    Looked at in one currency: the workspace's if the tool has money in it, else the first by name.
    """
    kinds = {"usage": "metered", "utilization": "contracted", "charge": "invoiced", "activity": "declared"}
    by_tool: dict[str, list[Spend]] = defaultdict(list)
    for row in facts.ai:
        if row.tool and row.effective_cost is not None:
            by_tool[row.tool].append(row)
    found: dict[str, str] = {}
    for tool, rows in by_tool.items():
        money: dict[str, list[Decimal | None]] = defaultdict(list)
        for row in facts.in_one_currency(rows):
            money[kinds[row.origin]].append(row.effective_cost)
        found[tool] = max(money, key=lambda grade: (total(money[grade]), grade))
    return found
