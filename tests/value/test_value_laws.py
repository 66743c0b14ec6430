"""Laws of the step: shares add up, a customer's money is the allocation's, Fernhill's planted account is found."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from alder import Alder
from hypothesis import given
from hypothesis import strategies as st

from spendmap.allocation.customers import customer_rollup
from spendmap.engine.engine import open_engine
from spendmap.engine.transform import Transform
from spendmap.value.accounts import SEVERAL, Accounts, Said
from spendmap.value.loaded import Metered, Money, load_costs
from spendmap.vocabulary.exact import Costs, mean_difference, per_unit, spread
from spendmap.vocabulary.money import COST_BASES
from spendmap.workspace import Workspace

MONEY = st.decimals(min_value="-1000000", max_value="1000000", places=12)
WEIGHT = st.decimals(min_value="0", max_value="1000000", places=12)
NAMES = st.sampled_from([None, "a", "b", "c"])
EFFECTIVE = COST_BASES.index("effective")


@given(amount=MONEY, weights=st.lists(WEIGHT, min_size=1, max_size=12).filter(any))
def test_the_shares_of_an_amount_add_up_to_it(amount: Decimal, weights: list[Decimal]) -> None:
    shares = spread(amount, weights)
    assert sum(share for share in shares if share is not None) == amount
    assert all(not share for share, weight in zip(shares, weights, strict=True) if not weight)


@given(
    other=MONEY,
    split=MONEY,
    cells=st.lists(st.tuples(NAMES, NAMES, st.one_of(st.none(), WEIGHT)), max_size=8),
)
def test_loading_a_use_case_fully_moves_money_and_makes_none(
    other: Decimal, split: Decimal, cells: list[tuple[str | None, str | None, Decimal | None]]
) -> None:
    def costs(amount: Decimal | None) -> Costs:
        return tuple(amount for _ in COST_BASES)

    metered = [Metered("2026-10", "u", who, what, "USD", "metered", costs(cost)) for who, what, cost in cells]
    usage = [Money("2026-10", "u", "USD", "metered", each.costs, is_usage=True) for each in metered]
    money = [
        *usage,
        Money("2026-10", "u", "USD", "invoiced", costs(other)),
        Money("2026-10", None, "USD", None, costs(split)),
    ]
    shared = [Money("2026-10", "u", "USD", None, costs(split))]
    for given_split in ([], shared):
        loaded = list(load_costs(money, metered, given_split))
        for basis in range(len(COST_BASES)):
            out = sum((row.costs[basis] or Decimal(0) for row in loaded), Decimal(0))
            assert out == sum((row.costs[basis] or Decimal(0) for row in money), Decimal(0))


def test_a_cost_per_unit_is_unknown_without_units_and_rounded_once() -> None:
    assert per_unit(Decimal(1), Decimal(0)) is None
    assert per_unit(None, Decimal(3)) is None
    assert per_unit(Decimal(2), Decimal(3)) == Decimal("0.666666666667")
    assert mean_difference(Decimal(10), 3, Decimal(5), 0) is None
    assert mean_difference(Decimal(10), 3, Decimal(5), 2) == Decimal("0.833333333333")  # 3 1/3 - 2 1/2


def test_a_customer_with_two_plans_is_on_several_unless_the_feature_names_one() -> None:
    said = [Said("2026-09", "x", "revenue", "flat", "smb"), Said("2026-09", "x", "revenue", "premium", "smb")]
    accounts = Accounts(said, {"premium": frozenset({"copilot"}), "flat": frozenset({"chat"})})
    assert accounts.plan("x", "2026-09") == SEVERAL
    assert accounts.plan("x", "2026-10", "copilot") == "premium"  # October says nothing: September still holds
    assert accounts.plan("x", "2026-08") is None and accounts.segment("x", "2026-09") == "smb"


def test_a_bill_split_in_proportion_reaches_the_customers_by_their_metered_cost(alder: Alder) -> None:
    # one usage group metered at 90 + 30 and billed 100: 75 and 25; another is carried as it was metered
    def used(group: str, customer: str | None, cost: str) -> dict[str, Any]:
        keys = {"source_name": "gateway", "billing_month": "2026-10", "group_key": group}
        counts = {"usage_rows": 1, "unpriced_rows": 0, "input_tokens": 1, "output_tokens": 1}
        money = {"list_cost": Decimal(cost), "contracted_cost": Decimal(cost)}
        return keys | {"customer_id": customer, "feature": "chat"} | money | counts

    def carried(group: str, cost: str) -> dict[str, Any]:
        keys = {"source_name": "gateway", "billing_month": "2026-10", "origin": "usage", "origin_key": group}
        about = {"scope": "ai", "use_case": "answers", "currency": "USD", "evidence": "invoiced", "vendor": "openai"}
        return keys | about | {"vendor_account": "org"} | {f"{basis}_cost": Decimal(cost) for basis in COST_BASES}

    with open_engine(Workspace.find(alder.folder)) as engine:
        usage = [used("g1", "a", "90"), used("g1", "b", "30"), used("g2", None, "7")]
        engine.bind("usage_customer", _table(usage, {"customer_id": pa.string()}))
        engine.bind("allocation", _table([carried("g1", "100"), carried("g2", "7")], {}))
        rows = customer_rollup(engine).to_pylist()
    assert {row["customer_id"]: row["effective_cost"] for row in rows} == {"a": 75, "b": 25, None: 7}
    assert {row["customer_id"]: row["usage_rows"] for row in rows} == {"a": 1, "b": 1, None: 1}


def _table(rows: list[dict[str, Any]], more: dict[str, pa.DataType]) -> pa.Table:
    def type_of(name: str, value: object) -> pa.DataType:
        kind = pa.decimal128(28, 12) if isinstance(value, Decimal) else pa.int64()
        return more.get(name, pa.string() if isinstance(value, str) else kind)

    return pa.Table.from_pylist(
        rows, schema=pa.schema([(name, type_of(name, value)) for name, value in rows[0].items()])
    )


@pytest.mark.parametrize("basis", ["effective", "billed", "contracted", "list"])
def test_every_month_of_fernhill_is_owned_or_named_as_nobody_s_to_the_last_digit(
    small_fernhill: Alder, basis: str
) -> None:
    for month in ("2025-10", "2026-05", "2026-10"):
        report = small_fernhill.ask("economics", "--per", "customer", "--period", month, "--basis", basis)
        on_map = small_fernhill.ask("map", "--period", month, "--basis", basis)["total"]
        assert Decimal(report["total"]) + Decimal(report["unallocated"]) == Decimal(on_map)
        assert sum(Decimal(row["cost"]) for row in report["rows"] if row["cost"]) == Decimal(report["total"])


def test_the_planted_heavy_account_is_the_dearest_of_the_flat_plan(small_fernhill: Alder) -> None:
    import json

    truth = json.loads((small_fernhill.folder / "truth.json").read_text(encoding="utf-8"))
    planted = truth["planted"]["heavy_flat_customer"]
    report = small_fernhill.ask("economics", "--per", "customer", "--period", "all", "--layers", "inference")
    paying = [row for row in report["rows"] if row["plan"] == planted["plan"] and row["revenue"]]
    assert paying[0]["key"] == planted["customer"]
    months = Decimal(len(truth["months"]))
    (heavy,) = (row for row in report["rows"] if row["key"] == planted["customer"])
    assert Decimal(heavy["revenue"]) == Decimal(planted["monthly_revenue"]) * months


def test_the_money_of_fernhill_s_use_cases_is_the_truth_s(small_fernhill: Alder) -> None:
    import json

    truth = json.loads((small_fernhill.folder / "truth.json").read_text(encoding="utf-8"))
    rows = small_fernhill.ask("economics", "--per", "use_case", "--period", "2026-10", "--layers", "inference,direct")
    stated = {case: Decimal(cost) for case, cost in truth["by_month_use_case"]["2026-10"].items() if Decimal(cost)}
    assert {row["key"]: Decimal(row["cost"]) for row in rows["rows"] if row["cost"]} == stated


def test_the_value_step_says_what_it_read_and_refuses_a_workspace_without_a_map(
    small_fernhill: Alder, tmp_path: Path
) -> None:
    (step,) = small_fernhill.ask("value")["steps"]
    assert step["step"] == "value" and step["customers"] > 100
    assert set(step["outcomes"]) == {"account_event", "product_usage", "revenue", "time_saved", "workflow_run"}
    empty = Alder(tmp_path / "empty")
    empty.run("init", str(empty.folder))
    assert "spendmap allocate" in getattr(empty.run("value").exception, "next_step", "")
    assert "They run from 2025-10" in getattr(
        small_fernhill.run("value", "--period", "2020-01").exception, "next_step", ""
    )


@pytest.mark.parametrize("name", ["money_by_use_case", "work_by_use_case", "outcome_rollup"])
def test_the_step_s_queries_keep_to_the_exact_and_portable_dialect(name: str) -> None:
    assert Transform.load("spendmap.value", f"{name}.sql").to("spark")
