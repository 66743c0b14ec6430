"""Pools filled from rows of money and spread over use cases: the cases a month can bring, without a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from spendmap.allocation.split.drivers import Drivers, Known, register_in
from spendmap.allocation.split.pools import COSTS, fill, parts
from spendmap.allocation.split.rules import SplitRule, load_splits
from spendmap.allocation.split.spread import spread
from spendmap.register import Value

MONTH = "2026-10"
KNOWN = Known(
    use_cases={
        "chat": ("product_inference", "product"),
        "search": ("product_inference", "product"),
        "briefs": ("agents", "sales"),
    },
    headcount={"product": 30, "sales": 10, "legal": 60},
)


def rules(folder: Path, text: str) -> list[SplitRule]:
    (folder / "splits.yaml").write_text(f"splits:\n{text}", encoding="utf-8")
    return [rule for rule in load_splits(folder) if rule.holds_in(MONTH)]


def drivers(requests: Mapping[str, int] | None = None) -> Drivers:
    usage = pa.table(
        {
            "month": pa.array([MONTH] * len(requests or {}), pa.string()),
            "use_case": pa.array(list(requests or {}), pa.string()),
            **{
                name: pa.array([Decimal(each) for each in (requests or {}).values()], pa.decimal128(38, 12))
                for name in ("requests", "tokens", "minutes")
            },
        }
    )
    return Drivers(usage, pa.table({"month": [], "use_case": [], "seats": []}), lambda _: KNOWN)


def row(amount: str | None, **fields: Any) -> dict[str, Any]:
    texts = (
        "category",
        "layer",
        "method",
        "vendor",
        "vendor_account",
        "supplier_name",
        "provider_name",
        "service_name",
    )
    more = ("model", "tool", "agent", "department", "cost_center", "owner", "environment", "source_name")
    cost = None if amount is None else Decimal(amount)
    known = {"origin": "charge", "currency": "USD", "evidence": "invoiced", "category": "infrastructure"}
    nothing = ("commitment_status", "provisioned", "used", "input_tokens", "output_tokens", "minutes")
    return {
        **dict.fromkeys((*texts, *more, *nothing)),
        "usage_rows": 0,
        **dict.fromkeys(COSTS, cost),
        **known,
        **fields,
    }


def shares(
    folder: Path, text: str, money: list[dict[str, Any]], by: Drivers | None = None
) -> dict[tuple[str, str], Decimal | None]:
    found = spread(MONTH, fill(money, rules(folder, text)), by or drivers())
    return {(each["pool"], each["use_case"] or each["reason"]): each["effective_cost"] for each in found}


def test_the_first_split_that_matches_takes_a_row_and_no_other_does(tmp_path: Path) -> None:
    text = (
        "  - {id: db, pool: {vendor: [Pinecone, qdrant]}, layer: shared, driver: even, to: chat}\n"
        "  - {id: rest, pool: {category: infrastructure}, layer: overhead, driver: even, to: search}\n"
    )
    money = [row("7", vendor="pinecone"), row("5", vendor="aws"), row("3", vendor="openai", category="agents")]
    assert shares(tmp_path, text, money) == {("db", "chat"): Decimal(7), ("rest", "search"): Decimal(5)}


def test_an_empty_selector_means_the_unknown_value(tmp_path: Path) -> None:
    text = "  - {id: own, pool: {vendor: ''}, layer: labour, driver: even, to: chat}\n"
    assert shares(tmp_path, text, [row("7"), row("5", vendor="aws")]) == {("own", "chat"): Decimal(7)}


def test_what_the_bill_marks_unused_is_a_layer_of_its_own(tmp_path: Path) -> None:
    text = (
        "  - {id: serving, pool: {vendor: aws}, layer: shared, driver: even, to: chat}\n"
        "  - {id: idle, pool: {vendor: aws}, layer: idle, to: nobody, why: nobody asked for it}\n"
    )
    money = [row("30", vendor="aws", commitment_status="Used"), row("12", vendor="aws", commitment_status="Unused")]
    assert shares(tmp_path, text, money) == {
        ("serving", "chat"): Decimal(30),
        ("idle", "the rule gives it to nobody: nobody asked for it"): Decimal(12),
    }


def test_a_utilization_source_tells_the_unused_part_of_one_row() -> None:
    # 3 hours provisioned, 2 used, 100.00 paid: a third is idle, and the odd unit goes to the larger remainder.
    found = {is_idle: costs[0] for costs, is_idle in parts(row("100", provisioned=Decimal(3), used=Decimal(2)))}
    assert found == {False: Decimal("66.666666666667"), True: Decimal("33.333333333333")}


def test_use_beyond_what_was_provisioned_and_use_nobody_measured_leave_nothing_idle() -> None:
    for used in (Decimal(4), Decimal(3), Decimal(-1), None):
        assert [is_idle for _, is_idle in parts(row("100", provisioned=Decimal(3), used=used))] == [False]
    assert [is_idle for _, is_idle in parts(row("9", provisioned=Decimal(3), used=Decimal(0)))] == [True]


def test_headcount_is_spread_over_the_use_cases_of_each_department(tmp_path: Path) -> None:
    # product 30 over two use cases, sales 10 over one; legal has none, so its 60 people count for nothing.
    text = "  - {id: o, pool: {}, layer: overhead, driver: headcount, to: all}\n"
    assert shares(tmp_path, text, [row("80")]) == {
        ("o", "briefs"): Decimal(20),
        ("o", "chat"): Decimal(30),
        ("o", "search"): Decimal(30),
    }


def test_a_driver_of_zero_leaves_the_money_in_sight_with_the_reason(tmp_path: Path) -> None:
    text = "  - {id: db, pool: {}, layer: shared, driver: requests, to: {category: product_inference}}\n"
    assert shares(tmp_path, text, [row("7")], drivers({"briefs": 5})) == {
        ("db", "the driver requests is zero for every receiver (chat, search)"): Decimal(7)
    }


def test_a_driver_below_zero_beside_others_charges_nobody_more_than_the_pool(tmp_path: Path) -> None:
    text = "  - {id: db, pool: {}, layer: shared, driver: requests, to: all}\n"
    assert shares(tmp_path, text, [row("7")], drivers({"chat": 100, "search": -99})) == {
        ("db", "the driver requests is below zero for search and above for others"): Decimal(7)
    }


def test_a_use_case_that_no_month_knows_receives_nothing(tmp_path: Path) -> None:
    text = "  - {id: db, pool: {}, layer: shared, driver: even, to: retired}\n"
    assert shares(tmp_path, text, [row("7")]) == {
        ("db", "no use case that the rule names is known in the month"): Decimal(7)
    }


def test_money_that_flows_into_a_pool_without_a_driver_stays_unallocated_there(tmp_path: Path) -> None:
    text = (
        "  - {id: logs, pool: {vendor: aws}, layer: overhead, driver: fixed, weights: {db: 1, chat: 3}}\n"
        "  - {id: db, pool: {vendor: pinecone}, layer: shared, driver: requests, to: search}\n"
    )
    assert shares(tmp_path, text, [row("8", vendor="aws")]) == {
        ("logs", "chat"): Decimal(6),
        ("logs", "the driver requests is zero for every receiver (search)"): Decimal(2),
    }


def test_money_meant_for_a_pool_that_is_not_in_force_stays_unallocated(tmp_path: Path) -> None:
    text = (
        "  - {id: logs, pool: {}, layer: overhead, driver: even, to: [chat, {pool: db}]}\n"
        "  - {id: db, pool: {}, layer: shared, driver: even, to: chat, valid_from: 2027-01-01}\n"
    )
    assert shares(tmp_path, text, [row("8")]) == {
        ("logs", "chat"): Decimal(4),
        ("logs", "the pool db, which would receive it, is not in force in the month"): Decimal(4),
    }


def test_pools_that_in_one_month_give_only_to_each_other_keep_their_money_in_sight(tmp_path: Path) -> None:
    # By requests, and nobody but the pools' own untagged calls made any: nothing leaves the pair this month.
    text = (
        "  - {id: a, pool: {vendor: x}, layer: shared, driver: requests, to: [chat, {pool: b}]}\n"
        "  - {id: b, pool: {vendor: y}, layer: shared, driver: requests, to: [chat, {pool: a}]}\n"
    )
    money = [row("3", vendor="x", origin="usage", usage_rows=1), row("4", vendor="y", origin="usage", usage_rows=2)]
    assert shares(tmp_path, text, money) == {
        ("a", "this pool and b give only to each other: no use case receives"): Decimal(3),
        ("b", "this pool and a give only to each other: no use case receives"): Decimal(4),
    }
    # One call of chat beside the two calls in pool b, and beside the one call in pool a, opens both:
    # a = 1/3 chat + 2/3 b and b = 1/2 chat + 1/2 a, so all of both ends with chat.
    opened = shares(tmp_path, text, money, drivers({"chat": 1}))
    assert opened == {("a", "chat"): Decimal(3), ("b", "chat"): Decimal(4)}


def test_currencies_vendors_and_grades_stay_apart_inside_a_pool(tmp_path: Path) -> None:
    text = "  - {id: db, pool: {}, layer: shared, driver: fixed, weights: {chat: 1, search: 1}}\n"
    money = [row("1", vendor="x"), row("1", vendor="x", currency="EUR"), row("1", vendor="x", evidence="declared")]
    found = list(spread(MONTH, fill(money, rules(tmp_path, text)), drivers()))
    kinds = {(each["currency"], each["evidence"], each["effective_cost"]) for each in found}
    assert kinds == {
        ("USD", "invoiced", Decimal("0.5")),
        ("EUR", "invoiced", Decimal("0.5")),
        ("USD", "declared", Decimal("0.5")),
    }


def test_a_cost_nobody_knows_stays_unknown_for_every_receiver(tmp_path: Path) -> None:
    text = "  - {id: db, pool: {}, layer: shared, driver: even, to: all}\n"
    money = [row("9", billed_cost=None)]
    found = list(spread(MONTH, fill(money, rules(tmp_path, text)), drivers()))
    assert [(each["effective_cost"], each["billed_cost"]) for each in found] == [(Decimal(3), None)] * 3


def test_the_register_is_read_as_each_month_saw_it() -> None:
    def value(field: str, held: Any, since: date | None, until: date | None) -> Value:
        return Value(field, held, since, until, None, datetime(2026, 1, 1, tzinfo=UTC))

    turn = date(2026, 10, 16)
    known = register_in(
        [
            ("department", "sales", [value("headcount", 10, None, turn), value("headcount", 14, turn, None)]),
            ("use_case", "old", [value("name", "Old", None, date(2026, 10, 1))]),
            ("use_case", "new", [value("department", "sales", turn, None)]),
        ]
    )
    assert known("2026-09") == Known({"old": (None, None)}, {"sales": 10})
    assert known("2026-10") == Known({"new": (None, "sales")}, {"sales": 14})  # the last to hold in the month counts
