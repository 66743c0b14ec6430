"""Business facts that two sources tell are facts once."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.value.publish import Valued, value

HEAD = "Date,Kind,Result,Workflow,Run id,Customer id,Quantity,Amount,Currency\n"
RUNS = "2026-10-02,workflow_run,accepted,answering,r1,,1,,\n2026-10-02,workflow_run,rejected,answering,r2,,1,,\n"
REVENUE = "2026-10-01,revenue,,,,acme,1,100.00,USD\n2026-10-01,revenue,,,,birch,1,80.00,USD\n"
COUNTS = "".join(
    f"2026-10-{day},workflow_run,accepted,answering,,,{n},,\n" for day, n in (("02", 7), ("03", 9), ("04", 4))
)
ONE = "2026-10-09,workflow_run,accepted,answering,,,5,,\n"


def valued(folder: Path, first: str, second: str, **settings: str) -> tuple[Valued, dict[str, Decimal]]:
    """What the step says of two files, and the quantities published by kind of fact."""
    firm = SmallFirm(folder)
    firm.capture(HEAD + first, "outcomes_csv", source="crm")
    firm.capture(HEAD + second, "outcomes_csv", source="warehouse", **settings)
    allocate(firm.workspace)
    done = value(firm.workspace)
    found: Counter[str] = Counter()
    files = tuple(firm.workspace.rollups.glob("*/value-*/outcome.parquet"))
    for file in files:
        for row in pq.read_table(file).to_pylist():
            found[row["outcome_kind"]] += row["amount"] if row["outcome_kind"] == "revenue" else row["quantity"]
    return done, dict(found)


@pytest.mark.parametrize(
    ("first", "second", "again", "told"),
    [
        (RUNS, RUNS + "2026-10-05,workflow_run,accepted,answering,r3,,1,,\n", 2, {"workflow_run": 3}),
        (REVENUE, REVENUE + "2026-10-01,revenue,,,,cedar,1,20.00,USD\n", 2, {"revenue": 200}),
        (COUNTS, COUNTS + ONE, 3, {"workflow_run": 25}),  # 7 + 9 + 4, and 5
        (ONE, ONE + COUNTS, 0, {"workflow_run": 30}),  # one equal count of nothing in particular may be two
    ],
    ids=["runs", "revenue", "counts", "too little to tell"],
)
def test_what_a_second_source_tells_again_is_no_second_fact(
    tmp_path: Path, first: str, second: str, again: int, told: dict[str, int]
) -> None:
    done, found = valued(tmp_path, first, second)
    assert (done.told_again, found) == (again, {kind: Decimal(amount) for kind, amount in told.items()})


def test_facts_that_a_person_called_no_copy_all_count(tmp_path: Path) -> None:
    done, found = valued(tmp_path, RUNS, RUNS, copy="no")
    assert (done.told_again, found) == (0, {"workflow_run": Decimal(4)})
