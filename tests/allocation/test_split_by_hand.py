"""Acorn's indirect cost of October 2026, worked by hand, from the files to the report and the law."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from company.acorn import GATEWAY, HOURS, REGISTER, SEATS, build, call
from copies import copy_of
from spendmap.allocation.run import allocate
from spendmap.allocation.vendors import catalogue_ids
from spendmap.api.app import create_app
from spendmap.capture.run import capture
from spendmap.capture.sources import declared_sources
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.process import run
from spendmap.register import open_register
from spendmap.register.apply import apply_register
from spendmap.reports.filters import ask
from spendmap.reports.indirect import IndirectReport, indirect_cost
from spendmap.reports.read_model import ReadModel
from spendmap.risk.review import review
from spendmap.risk.snapshot import read_snapshot
from spendmap.vocabulary.errors import RuleError, UsageError
from spendmap.workspace import Workspace

# Two more use cases; 30 people in support, 10 in sales.
MORE = (
    REGISTER.replace(
        "sources:",
        """  - {id: routing, name: Routing, owner: Ada, department: support, category: product_inference, keys: [{use_case: routing}]}
  - {id: briefs, name: Briefs, owner: Ben, department: sales, category: product_inference, keys: [{use_case: briefs}]}
sources:""",
    )
    .replace("name: Support,", "name: Support, headcount: 30,")
    .replace("name: Sales,", "name: Sales, headcount: 10,")
)
# Metered: triage 6.50 (and a call without a price), nobody's 3.00, routing 1.00 + 1.00, briefs 0.50: 12.00 of the 15.00 billed.
CALLS = [
    call("r-4", 8, "gpt-4.1", 500_000, 0, 0, "routing"),
    call("r-5", 9, "gpt-4.1", 500_000, 0, 0, "routing"),
    call("r-6", 9, "gpt-4.1", 250_000, 0, 0, "briefs"),
]
# 120 minutes for triage (30 of them by a role without a rate), 40 for routing, 60 + 30 for nobody.
WORK = """2026-10-14,ada@acorn.example,reviewer,review,40,routing,Support
2026-10-15,ada@acorn.example,reviewer,review,60,,Support
2026-10-16,ada@acorn.example,reviewer,annotate,30,,Support
"""
SPLITS = """splits:
  - {id: dark, pool: {method: dark}, layer: shared, driver: requests, to: all}
  - {id: notes, pool: {vendor: otter}, layer: overhead, driver: headcount, to: all, why: finance's key}
  - {id: seats, pool: {tool: chatgpt}, layer: shared, driver: fixed, weights: {briefs: 3, notes: 1}}
  - {id: empty-seats, pool: {tool: chatgpt}, layer: idle, to: nobody}
  - {id: queue, pool: {origin: activity, service_name: review}, layer: labour, driver: hours, to: all}
  - {id: annotation, pool: {origin: activity, category: data_preparation}, layer: labour, driver: fixed, weights: {untagged: 1, triage: 2}}
  - {id: untagged, pool: {category: unclassified}, layer: shared, driver: fixed, weights: {annotation: 1, briefs: 3}}
"""


def acorn(root: Path) -> Workspace:
    workspace = build(root)
    (root / "register" / "acorn.yaml").write_text(MORE)
    (root / "rules" / "splits.yaml").write_text(SPLITS)
    (root / "in" / "gateway.jsonl").write_text("\n".join([GATEWAY, *CALLS]) + "\n")
    (root / "in" / "hours.csv").write_text(HOURS + WORK)
    declare(workspace)
    return workspace


def declare(workspace: Workspace) -> None:
    with open_register(workspace) as register:
        apply_register(
            register,
            workspace.root / "register",
            actor="test",
            now=datetime(2026, 11, 2, tzinfo=UTC),
            known_vendors=catalogue_ids(),
        )


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = acorn(tmp_path_factory.mktemp("split") / "w")
    capture_and_allocate(workspace)
    return workspace


def capture_and_allocate(workspace: Workspace) -> None:
    """The two steps a split needs."""
    for source in declared_sources(workspace):
        capture(workspace, source)
    allocate(workspace)


def published(workspace: Workspace) -> Path:
    return workspace.rollups / (workspace.rollups / "CURRENT").read_text()


def rows(workspace: Workspace, cost: str = "effective_cost") -> dict[tuple[str, str | None], Decimal | None]:
    table: list[dict[str, Any]] = pq.read_table(published(workspace) / "split.parquet").to_pylist()
    return {(row["pool"], row["use_case"]): row[cost] for row in table}


def report(workspace: Workspace, period: str = "2026-10", **narrowed: Any) -> IndirectReport:
    model = ReadModel.open(workspace)
    question = ask(model, today=datetime(2026, 11, 20, tzinfo=UTC).date(), period=period, compare="none")
    return indirect_cost(model, question, **narrowed)


WORKED = {
    # dark 15.00 - 12.00 = 3.00 by requests: triage 2 (one has no price), routing 2, briefs 1.
    ("dark", "triage"): "1.2",
    ("dark", "routing"): "1.2",
    ("dark", "briefs"): "0.6",
    # Otter 20.00 by headcount: support 30 over two use cases, sales 10.
    ("notes", "triage"): "7.5",
    ("notes", "routing"): "7.5",
    ("notes", "briefs"): "5",
    # Seats 125.00: one of five unused, 25.00, stays apart; of 100.00, 75.00 to briefs and 25.00 as notes go.
    ("empty-seats", None): "25",
    ("seats", "triage"): "9.375",
    ("seats", "routing"): "9.375",
    ("seats", "briefs"): "81.25",
    # An hour of review for nobody, 60.00, by minutes: triage 120, routing 40.
    ("queue", "triage"): "45",
    ("queue", "routing"): "15",
    # annotation 30.00 = 2/3 triage + 1/3 untagged; untagged 3.00 = 3/4 briefs + 1/4 annotation. Solved at once:
    # annotation = 8/11 triage + 3/11 briefs, untagged = 2/11 triage + 9/11 briefs; the odd unit to the larger remainder.
    ("annotation", "triage"): "21.818181818182",
    ("annotation", "briefs"): "8.181818181818",
    ("untagged", "triage"): "0.545454545455",
    ("untagged", "briefs"): "2.454545454545",
}


def test_every_share_of_the_month_is_worked_by_hand(firm: Workspace) -> None:
    assert rows(firm) == {key: Decimal(share) for key, share in WORKED.items()}


def test_what_nobody_billed_is_unknown_and_not_zero(firm: Workspace) -> None:
    billed = rows(firm, "billed_cost")
    assert {key for key, cost in billed.items() if cost is None} == {
        key for key in WORKED if key[0] in {"seats", "empty-seats", "queue", "annotation"}
    }
    assert billed["dark", "triage"] == Decimal("1.2")


def test_a_work_log_s_use_case_carries_its_labour_and_the_rest_forms_a_pool(firm: Workspace) -> None:
    labour: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in pq.read_table(published(firm) / "month.parquet").to_pylist():
        if row["layer"] == "labour":
            labour[row["use_case"]] += row["effective_cost"] or 0
    assert labour == {"triage": Decimal(90), "routing": Decimal(40), None: Decimal(90)}


def test_each_use_case_is_fully_loaded_with_its_layers_shown(firm: Workspace) -> None:
    found = report(firm)
    assert {case.use_case: (case.direct, case.indirect, case.fully_loaded) for case in found.use_cases} == {
        "triage": (Decimal("96.5"), Decimal("85.438636363637"), Decimal("181.938636363637")),
        "briefs": (Decimal("0.5"), Decimal("97.486363636363"), Decimal("97.986363636363")),
        "routing": (Decimal(42), Decimal("33.075"), Decimal("75.075")),
    }
    triage = found.use_cases[0]
    assert triage.by_layer == {
        "direct": Decimal("6.5"),
        "labour": Decimal("156.818181818182"),  # 90.00 of its own, 45.00 of the queue, its part of the annotation
        "shared": Decimal("11.120454545455"),
        "overhead": Decimal("7.5"),
    }
    assert triage.missing == 2  # the call without a price and the work without a rate: in no sum, and said
    # 15.00 billed + 125.00 + 20.00 + 220.00 of work; every part of it is somewhere.
    assert found.total == Decimal(380)
    assert (found.direct, found.allocated, found.unallocated, found.in_no_pool) == (139, 216, 25, 0)


def test_a_figure_is_told_as_a_formula_with_driver_weight_and_total(firm: Workspace) -> None:
    told = {(pool.id, each.use_case): each.formula for pool in report(firm).pools for each in pool.receivers}
    assert told["queue", "triage"] == "60.00 USD x 120 of 160 minutes"
    assert told["notes", "briefs"] == "20.00 USD x 10 of 40 people"
    assert told["seats", "briefs"] == "100.00 USD x 0.8125, its final share through the pools notes"
    assert told["untagged", "triage"] == "3.00 USD x 0.181818181818, its final share through the pools annotation"
    assert told["empty-seats", None] == "stays unallocated: the rule gives it to nobody"


def test_the_list_narrows_to_a_pool_and_a_use_case_and_the_sums_stay(firm: Workspace) -> None:
    found = report(firm, pools=["queue"], use_cases=["Ticket triage"])
    assert [(pool.id, [each.use_case for each in pool.receivers]) for pool in found.pools] == [("queue", ["triage"])]
    assert [case.use_case for case in found.use_cases] == ["triage"] and found.total == 380


def test_an_unknown_pool_is_an_error_that_names_the_known_ones(firm: Workspace) -> None:
    with pytest.raises(UsageError, match=r"no pool is called 'que'\. Known: annotation, dark"):
        report(firm, pools=["que"])
    with pytest.raises(UsageError, match="no use case is called 'tri'"):
        report(firm, use_cases=["tri"])


def test_the_command_prints_the_pools_and_its_json_adds_up(firm: Workspace) -> None:
    printed = CliRunner().invoke(cli, ["-w", str(firm.root), "splits", "--period", "2026-10", "--long"])
    assert printed.exit_code == 0
    assert "notes (notes)  [overhead, by headcount]  20.00" in printed.output
    assert "empty-seats (empty-seats)  [idle, to nobody]  25.00" in printed.output
    found = CliRunner().invoke(cli, ["-w", str(firm.root), "splits", "--period", "2026-10", "--json"])
    document = json.loads(found.stdout)
    parts = [Decimal(document[name]) for name in ("direct", "allocated", "unallocated", "in_no_pool")]
    assert sum(parts) == Decimal(document["total"]) == 380
    assert document["pools"][0]["receivers"][0]["formula"]


def test_the_api_answers_with_the_command_s_document(firm: Workspace) -> None:
    command = CliRunner().invoke(
        cli, ["-w", str(firm.root), "splits", "--period", "2026-10", "--pool", "queue", "--json"]
    )
    with TestClient(create_app(firm), base_url="http://127.0.0.1:8765") as client:
        answer = client.get("/api/splits?period=2026-10&pool=queue")
        assert answer.status_code == 200 and answer.json() == json.loads(command.stdout)
        unknown = client.get("/api/splits?pool=que")
    assert unknown.status_code == 400
    assert "no pool is called 'que'" in unknown.json()["detail"] and "Known: annotation, dark" in unknown.text


def test_the_law_holds_and_a_lost_unit_breaks_it(firm: Workspace) -> None:
    law = check(firm, ["L3"])[0]
    assert law.holds and "7 pool sums carried whole, 0 off" in law.detail
    file = published(firm) / "split.parquet"
    table = pq.read_table(file)
    costs = table.column("effective_cost").to_pylist()
    costs[0] -= Decimal("0.000000000001")
    place = table.column_names.index("effective_cost")
    pq.write_table(table.set_column(place, "effective_cost", pa.array(costs, pa.decimal128(38, 12))), file)
    broken = check(firm, ["L3"])[0]
    pq.write_table(table, file)
    assert broken.holds is False and "7 pool sums carried whole, 1 off" in broken.detail


def test_rules_changed_since_are_said_and_taken_up_by_the_next_allocation(firm: Workspace, tmp_path: Path) -> None:
    workspace = Workspace.open(copy_of(firm.root, tmp_path / "w"))
    file = workspace.root / "rules" / "splits.yaml"
    month = pq.read_table(published(workspace) / "month.parquet")
    file.write_text(
        "splits:\n  - {id: dark, pool: {method: dark}, layer: shared, driver: even, to: [triage, briefs]}\n"
    )
    law = check(workspace, ["L3"])[0]
    assert law.holds and "1 month was split by other rules than those now on file" in law.detail
    allocate(workspace)
    assert rows(workspace) == {("dark", "briefs"): Decimal("1.5"), ("dark", "triage"): Decimal("1.5")}
    assert pq.read_table(published(workspace) / "month.parquet").equals(month)  # the map itself never moves
    file.unlink()
    allocate(workspace)
    assert not (published(workspace) / "split.parquet").exists()
    found = report(workspace)
    assert (found.pools, found.allocated, found.in_no_pool) == ([], Decimal(0), Decimal(241))
    assert found.notes == [
        "Nothing is split: no rule says how. Declare splits in rules/splits.yaml, then run `spendmap allocate`.",
        "2 rows have no effective cost; they are in no sum.",
    ]


def test_a_month_that_is_not_worked_on_keeps_its_split(firm: Workspace, tmp_path: Path) -> None:
    workspace = Workspace.open(copy_of(firm.root, tmp_path / "w"))
    september = "2026-09-15,ada@acorn.example,reviewer,review,20,,Support\n"
    (workspace.root / "in" / "hours.csv").write_text(HOURS + WORK + september)
    capture_and_allocate(workspace)
    before = pq.read_table(published(workspace) / "split.parquet")
    (workspace.root / "rules" / "splits.yaml").write_text(
        "splits:\n  - {id: queue, pool: {service_name: review}, layer: labour, driver: even, to: briefs}\n"
    )
    allocate(workspace, period="2026-10")
    after = pq.read_table(published(workspace) / "split.parquet")
    old = pc.equal(before.column("month"), "2026-09")
    assert after.filter(pc.equal(after.column("month"), "2026-09")).equals(before.filter(old))
    assert rows_of(after, "2026-09") == [("queue", None, Decimal(20))]  # no minutes of any use case in September
    assert rows_of(after, "2026-10") == [("queue", "briefs", Decimal(60))]
    # the review names the money that no use case received
    review(workspace, period="2026-09")
    snapshot = read_snapshot(workspace.rollups)
    assert snapshot is not None
    (stuck,) = (each.finding for each in snapshot.kept if each.finding.code == "LG010")
    assert (stuck.subject.id, stuck.stake and stuck.stake.amount) == ("queue", Decimal(20))
    assert "the driver hours is zero for every receiver" in stuck.detail
    (queue,) = (pool for pool in report(workspace, "all").pools if pool.id == "queue")
    assert (queue.cost, queue.allocated, queue.unallocated) == (80, 60, 20)
    assert [(each.use_case, each.share, each.weight, each.formula) for each in queue.receivers] == [
        ("briefs", Decimal("0.75"), None, "the sum of 1 month, by its own weights (driver even)"),
        (
            None,
            Decimal("0.25"),
            None,
            "stays unallocated: the driver hours is zero for every receiver (briefs, routing, triage)",
        ),
    ]


def test_seats_drive_a_split_where_a_key_ties_them_to_a_use_case(tmp_path: Path) -> None:
    workspace = acorn(tmp_path / "w")
    seats = SEATS + "2026-10,Notion,Notion AI,Business,3,3,10.00,USD,Sales\n"
    (workspace.root / "in" / "seats.csv").write_text(seats)
    keyed = MORE.replace(
        "keys: [{use_case: triage}]", "keys: [{use_case: triage}, {product: ChatGPT Business}]"
    ).replace("keys: [{use_case: briefs}]", "keys: [{use_case: briefs}, {product: Notion AI}]")
    (workspace.root / "register" / "acorn.yaml").write_text(keyed)
    declare(workspace)
    (workspace.root / "rules" / "splits.yaml").write_text(
        "splits:\n  - {id: notes, pool: {vendor: otter}, layer: overhead, driver: seats, to: all}\n"
    )
    capture_and_allocate(workspace)
    # Otter's 20.00 over the five seats of triage and the three of briefs.
    assert rows(workspace) == {("notes", "triage"): Decimal("12.5"), ("notes", "briefs"): Decimal("7.5")}


def rows_of(table: pa.Table, month: str) -> list[tuple[str, str | None, Decimal]]:
    return [(row["pool"], row["use_case"], row["effective_cost"]) for row in table.to_pylist() if row["month"] == month]


def test_a_split_for_an_unknown_use_case_stops_the_step_before_anything_is_published(tmp_path: Path) -> None:
    workspace = build(tmp_path / "w")
    (workspace.root / "rules" / "splits.yaml").write_text(
        "splits:\n  - {id: dark, pool: {method: dark}, layer: shared, driver: even, to: tirage}\n"
    )
    with pytest.raises(RuleError, match=r"no use case is called 'tirage'\. Did you mean 'triage'\?"):
        run(workspace)
    assert not (workspace.rollups / "CURRENT").exists()
