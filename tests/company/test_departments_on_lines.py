"""Whose department a line's money is, when the seat list or the ledger names one itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from company import acorn
from spendmap.allocation.entities import departments_said
from spendmap.process import run
from spendmap.register import Value

SEATS = """month,vendor,product,plan,seats_bought,seats_active,price_per_seat,currency,department
2026-10,OpenAI,ChatGPT Business,Business,3,3,25.00,USD,SALES
2026-10,OpenAI,ChatGPT Business,Business,2,1,25.00,USD, support
2026-10,OpenAI,ChatGPT Business,Business,1,1,25.00,USD,Legal
2026-10,OpenAI,ChatGPT Business,Business,4,4,25.00,USD,
"""
HOURS = """date,person,role,kind,minutes,use_case,department
2026-10-12,ada@acorn.example,reviewer,review,90,triage,Sales
2026-10-13,ben@acorn.example,reviewer,review,60,,Sales
"""


def test_a_department_named_on_the_line_goes_before_the_tool_s_and_after_the_use_case_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acorn, "SEATS", SEATS)
    monkeypatch.setattr(acorn, "HOURS", HOURS)
    workspace = acorn.build(tmp_path / "w")
    run(workspace)
    found: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    version = (workspace.rollups / "CURRENT").read_text()
    for row in pq.read_table(workspace.rollups / version / "month.parquet").to_pylist():
        is_asked = row["origin"] in ("utilization", "activity") or row["scope"] != "ai"
        if is_asked and row["effective_cost"] is not None:
            found[row["origin"], row["department"]] += row["effective_cost"]
    assert dict(found) == {
        # the tool is registered under sales: 3 seats say sales, 1 says a department nobody registered, 4 say nothing
        ("utilization", "sales"): Decimal("200.00"),
        ("utilization", "support"): Decimal("50.00"),
        # 90 minutes at 60.00 an hour for a use case of support, whoever's people did it; 60 for no use case: sales
        ("activity", "support"): Decimal("90.00"),
        ("activity", "sales"): Decimal("60.00"),
        # the invoice of the API account, paid by support; rent of an office that is no department
        ("charge", "support"): Decimal("15.00"),
        ("charge", None): Decimal("500.00"),
    }


def test_a_name_that_two_departments_bear_names_neither() -> None:
    def named(name: str) -> list[Value]:
        return [Value("name", name, None, None, None, datetime(2026, 10, 1, tzinfo=UTC))]

    said = departments_said([("department", "eu", named("Support")), ("department", "us", named("support "))])
    assert {(row["said"], row["department"]) for row in said.to_pylist()} == {("eu", "eu"), ("us", "us")}
