"""Larch with a register and a split: one use case that has money, one that has none.

Support bot, October 2026, effective: 250.10 openai gpt-5 (invoiced) + 310.75 reviewing (declared) = 560.85 direct.
The split gives it 60.00 of the GPU pool (by requests) and 5.00 of idle capacity = 65.00 indirect; 625.85 in all.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from published_company import publish

from spendmap.published.columns import SPLIT_COLUMNS
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.workspace import Workspace

SAID_AT = datetime(2026, 10, 3, 9, tzinfo=UTC)

REGISTER = """\
departments:
  - {id: support, name: Support, owner: Ines Okafor}
  - {id: sales, name: Sales, owner: Rafael Costa}
cost_centers:
  - {id: cc-20, name: Support cost, owner: Finn Berg, nature: hybrid, cogs_share: 0.6}
data_assets:
  - {id: tickets, name: Tickets, owner: Wen Zhao, data_risk: confidential}
agents:
  - {id: triage, name: Triage agent, use_case: support_bot, kill_switch: flag off, rate_limit: false}
evaluation_suites:
  - {id: gold, name: Gold set, use_case: support_bot, gate: holds the release, cadence: weekly, quality_owner: Bo Diaz}
review_queues:
  - {id: doubts, name: Doubtful answers, use_case: support_bot, sampling: 0.05}
use_cases:
  - id: support_bot
    name: Support bot
    owner:
      - {value: Ada Byron, to: 2026-07-01}
      - {value: Ines Okafor, from: 2026-07-01, evidence: June board}
    department: support
    cost_center: cc-20
    data_assets: [tickets]
    outcome: Tickets closed without a person
    measure: share closed
    target: 60 %
  - {id: lead-scoring, name: Lead scoring, department: sales}
"""

_SHARE: dict[str, Any] = {**dict.fromkeys(SPLIT_COLUMNS), "month": "2026-10", "currency": "USD", "evidence": "invoiced"}
GPU = {
    **_SHARE,
    "pool": "gpu",
    "layer": "shared",
    "category": "infrastructure",
    "vendor": "aws",
    "rule": "gpu-by-calls",
}
IDLE = {**_SHARE, "pool": "idle-gpu", "layer": "idle", "category": "infrastructure", "vendor": "aws", "rule": "idle"}


def money(effective: str, billed: str | None) -> dict[str, str | None]:
    """A share's cost on two bases; the others as effective."""
    return {"list_cost": effective, "contracted_cost": effective, "effective_cost": effective, "billed_cost": billed}


SPLIT = (
    {**GPU, "use_case": "support_bot", "driver": "requests", "weight": "6", "weight_total": "10", **money("60", "60")},
    {**GPU, "use_case": "other", "driver": "requests", "weight": "4", "weight_total": "10", **money("40", "40")},
    {**IDLE, "use_case": "support_bot", "driver": "even", "weight": "1", "weight_total": "2", **money("5", None)},
    {**IDLE, "reason": "no use case asked for it", **money("5", None)},
)


def build(root: Path, *, with_split: bool = True) -> Workspace:
    """Larch's workspace, declared and published."""
    place = Workspace.create(root, "USD", "Larch")
    publish(root)
    (root / "register" / "all.yaml").write_text(REGISTER, encoding="utf-8")
    with open_register(place) as register:
        apply_register(
            register, root / "register", actor="carla", now=SAID_AT, known_vendors={"openai", "anthropic", "aws"}
        )
    if with_split:
        write_split(root / "rollups" / "v1" / "split.parquet")
    return place


def write_split(file: Path) -> None:
    """The fixture above, as the split step publishes it."""
    with duckdb.connect() as connection:
        columns = ", ".join(f"{name} {type_}" for name, type_ in SPLIT_COLUMNS.items())
        connection.execute(f"CREATE TABLE split ({columns})")
        for row in SPLIT:
            marks = ", ".join("?" * len(SPLIT_COLUMNS))
            connection.execute(f"INSERT INTO split VALUES ({marks})", [row.get(name) for name in SPLIT_COLUMNS])
        connection.execute(f"COPY split TO '{file}' (FORMAT parquet)")
