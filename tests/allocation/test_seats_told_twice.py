"""Seats that IT lists and finance lists are bought once; where the lists disagree, the money is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spendmap.allocation.seats_told_twice import told_twice
from spendmap.cli import cli
from spendmap.workspace import Workspace

HEAD = "Month,Product,Department,Seats,Price,Currency"
OWN = ("2026-10-01,Cursor,Eng,10,20,USD", "2026-10-01,ChatGPT,Eng,5,25,USD")


def company(root: Path, **lists: Sequence[str]) -> Path:
    """A workspace with one seat list a source."""
    Workspace.create(root)
    for source, lines in lists.items():
        capture(root, source, lines)
    return root


def capture(root: Path, source: str, lines: Sequence[str], *answers: str) -> None:
    file = root / f"{source}.csv"
    file.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    said = [word for answer in answers for word in ("--set", answer)]
    words = ["--workspace", str(root), "capture", "--file", str(file), "--as", "seats_csv", "--source", source, *said]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output


def october(root: Path) -> tuple[Decimal, Decimal]:
    """Total, and what is named as perhaps counted twice."""
    assert CliRunner().invoke(cli, ["--workspace", str(root), "allocate"]).exit_code == 0
    done = CliRunner().invoke(cli, ["--workspace", str(root), "map", "--period", "2026-10", "--json"])
    found: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal)
    return Decimal(found["total"]), Decimal(found["named"]["perhaps_twice"]["cost"] or 0)


def test_a_longer_list_of_another_source_adds_only_what_the_first_lacks(tmp_path: Path) -> None:
    root = company(tmp_path / "w", it=OWN, finance=(*OWN, "2026-10-01,Cursor,Design,2,20,USD"))
    assert october(root) == (365, 0)  # 10 x 20 + 5 x 25 + 2 x 20


def test_lists_that_disagree_count_both_and_name_the_smaller_until_a_person_says_which(tmp_path: Path) -> None:
    root = company(tmp_path / "w", it=OWN, finance=("2026-10-31,Cursor,Eng,12,20,USD",))
    assert october(root) == (565, 200)  # 325 + 240, of which 200 perhaps twice
    capture(root, "finance", ("2026-10-31,Cursor,Eng,12,20,USD",), "copy=no")
    assert october(root) == (565, 0)


# -- what is one list and what is two --------------------------------------------------------------


def row(source: str, seats: str, department: str | None = None, **more: Any) -> dict[str, Any]:
    own = {
        "source_name": source, "natural_key": f"{source}-{department}-{seats}", "billing_month": "2026-10",
        "day": "2026-10-01", "supplier_name": None, "product": "Cursor", "plan": None, "department_name": department,
        "provisioned_quantity": Decimal(seats), "contracted_unit_price": Decimal(20), "price_months": 1,
        "billing_currency": "USD", "load_id": source, "effective_cost": Decimal(seats) * 20,
    }  # fmt: skip
    return own | more


@pytest.mark.parametrize(
    ("rows", "covered", "asked"),
    [
        pytest.param([row("a", "5"), row("b", "5", day="2026-10-31")], ["b"], [], id="another day of the month"),
        pytest.param([row("a", "5"), row("b", "5", product="CURSOR ")], ["b"], [], id="another spelling"),
        pytest.param([row("a", "5", supplier_name="Anysphere"), row("b", "5")], ["b"], [], id="supplier left out"),
        pytest.param(
            [row("a", "5", supplier_name="Anysphere"), row("b", "5", supplier_name="Other Ltd")], [], [], id="two suppliers"
        ),
        pytest.param([row("a", "5"), row("b", "3", "eng"), row("b", "2", "ops")], ["b", "b"], [], id="parted by department"),
        pytest.param([row("a", "5"), row("b", "3", "eng")], [], [60], id="a part of the whole"),
        pytest.param([row("a", "5", "eng"), row("b", "5", "ops")], [], [], id="two departments"),
        pytest.param([row("a", "5"), row("b", "5", plan="Business")], [], [], id="another plan"),
        pytest.param([row("a", "5"), row("b", "5", billing_month="2026-11")], [], [], id="another month"),
        pytest.param(
            [row("a", "5"), row("b", "5", contracted_unit_price=Decimal(22), effective_cost=Decimal(110))], [], [100],
            id="another price",
        ),
        pytest.param([row("a", "5"), row("b", "5"), row("c", "5")], ["b", "c"], [], id="three sources"),
        pytest.param([row("a", "5"), row("a", "5", day="2026-10-15")], [], [], id="one source"),
    ],
)  # fmt: skip
def test_equal_holdings_are_one(rows: list[dict[str, Any]], covered: list[str], asked: list[int]) -> None:
    found, questions = told_twice(rows, apart=set())
    assert sorted(source for source, _ in found) == covered
    assert [each.amount for each in questions] == asked


def test_a_list_that_a_person_called_no_copy_is_compared_with_none() -> None:
    assert told_twice([row("a", "5"), row("b", "5")], apart={"b"}) == ({}, [])
