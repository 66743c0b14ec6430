"""Hours that the worklogs of two sources tell are worked once."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from small_firm import SmallFirm

REGISTER = """
use_cases: [{id: qa, name: Question answering, owner: Ann, category: product_inference}]
labour_rates: [{id: e, role: engineer, hourly_rate: "80.00", currency: USD, valid_from: 2026-01-01}]
"""
HEAD = "Date,Person,Role,Kind,Minutes,Use case\n"
NAMED = "2026-10-06,ann@acme.example,engineer,write_eval,180,qa\n2026-10-13,bo@acme.example,engineer,write_eval,60,qa\n"
UNNAMED = "".join(
    f"2026-10-{day},,engineer,write_eval,{minutes},qa\n" for day, minutes in (("06", 180), ("13", 60), ("13", 30))
)


@pytest.mark.parametrize(
    ("first", "second", "hours"),
    [
        (NAMED, NAMED + "2026-10-14,bo@acme.example,engineer,write_eval,30,qa\n", "4.5"),  # 3 + 1 + 0.5
        (UNNAMED, UNNAMED + "2026-10-14,,engineer,write_eval,30,qa\n", "5"),  # 3 + 1 + 0.5 + 0.5
        # Two equal rows of nobody in particular may be two people's.
        ("2026-10-06,,engineer,write_eval,180,qa\n", "2026-10-06,,engineer,write_eval,180,qa\n" * 2, "9"),
    ],
    ids=["people", "rows without a person", "too little to tell"],
)
def test_what_a_second_source_tells_again_costs_nothing(tmp_path: Path, first: str, second: str, hours: str) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    firm.capture(HEAD + first, "worklog_csv", source="a")
    firm.capture(HEAD + second, "worklog_csv", source="b")
    assert firm.money("use_case") == {"qa": Decimal(hours) * 80}


def test_logs_that_a_person_called_no_copy_both_count(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path, REGISTER)
    firm.capture(HEAD + NAMED, "worklog_csv", source="a")
    firm.capture(HEAD + NAMED, "worklog_csv", source="b", copy="no")
    assert firm.money("use_case") == {"qa": Decimal(640)}  # twice 4 hours
