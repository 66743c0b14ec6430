"""The transforms of the counting one by one, on rows small enough to work by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counting.firm import Firm
from spendmap.allocation.counted.count import PACKAGE
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform

Rows = list[dict[str, Any]]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine({"threads": "1"}) as opened:
        yield opened


def rows_of(engine: DuckDBEngine, firm: Firm, file: str, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of what a transform gives after the firm was counted, in order."""
    firm.count(engine)
    rows: Rows = engine.table(Transform.load(PACKAGE, file)).to_pylist()
    return sorted(tuple(row[name] for name in names) for row in rows)


def test_metered_sums_a_day_and_leaves_out_what_counts_elsewhere_or_has_no_price(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.meter("2026-10-05", "1.5")
    firm.meter("2026-10-05", "2.5", use_case="answers")
    firm.meter("2026-10-06", "7")
    firm.meter("2026-10-06", None)
    firm.meter("2026-10-06", "9", covered_by="gateway:x")
    firm.meter("2026-10-06", "11", billing_mode="plan")
    firm.meter("2026-10-06", "13", scope="not_ai")
    assert rows_of(engine, firm, "metered.sql", "charge_date", "is_plan", "cost") == [
        (date(2026, 10, 5), False, Decimal(4)),
        (date(2026, 10, 6), False, Decimal(7)),
        (date(2026, 10, 6), True, Decimal(11)),
    ]


def test_bills_hold_every_scope_by_issuer_and_number(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.export("2026-10-05", "10", "aws", invoice_number="1")
    firm.export("2026-10-06", "20", "aws", invoice_number="1", scope="not_ai")
    firm.export("2026-10-06", "40", "aws", invoice_number="2")
    firm.export("2026-09-30", "5", "aws", invoice_number="2", bill="2026-10-01")
    firm.export("2026-10-06", "80", "cohere", issuer_vendor="aws")
    assert rows_of(engine, firm, "bills.sql", "issuer", "said_vendor", "billed", "ai_rows", "n") == [
        ("aws", "aws", Decimal(30), 1, 2),
        ("aws", "aws", Decimal(45), 2, 2),
        ("aws", "cohere", Decimal(80), 1, 1),
    ]


def test_exported_is_what_a_meter_can_carry_and_an_unknown_cost_stays_unknown(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.export("2026-10-05", "10")
    firm.export("2026-10-09", "20", list_cost=None)
    firm.attributed[-1]["list_cost"] = None
    firm.export("2026-10-06", "3", charge_category="Tax")
    firm.export("2026-10-07", "4", scope="not_ai")
    firm.export("2026-09-30", "5", bill="2026-10-01")
    firm.export("2026-10-08", "50", rule_share="0.5")
    assert rows_of(engine, firm, "exported.sql", "effective_cost", "list_cost", "until") == [
        (Decimal(30), None, date(2026, 10, 10))
    ]


def test_the_nth_equal_line_of_one_source_meets_the_nth_of_another(engine: DuckDBEngine) -> None:
    firm = Firm()
    for source, times in (("first", 2), ("second", 3)):
        for number in range(times):
            firm.export("2026-10-05", "10", source_name=source, key=f"{source}-{number}")
    found = rows_of(engine, firm, "export_twice.sql", "source_name", "origin_key", "covered_by")
    assert found == [("second", "second-0", "source:first"), ("second", "second-1", "source:first")]


@pytest.mark.parametrize(
    "other", [{"currency": "EUR"}, {"account_id": "b"}, {"charge_class": "Correction"}, {"service_name": "sku-2"}]
)
def test_lines_that_differ_in_what_was_bought_are_two(engine: DuckDBEngine, other: dict[str, str]) -> None:
    firm = Firm()
    firm.export("2026-10-05", "10", source_name="first", account_id="a")
    firm.export("2026-10-05", "10", source_name="second", **{"account_id": "a", **other})
    assert rows_of(engine, firm, "export_twice.sql", "origin_key") == []


def test_lines_of_one_source_are_never_each_others_copy(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.export("2026-10-05", "10")
    firm.export("2026-10-05", "10")
    assert rows_of(engine, firm, "export_twice.sql", "origin_key") == []


def test_carriers_are_the_groups_of_a_bill_that_needs_a_split(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.meter("2026-10-05", "300", key="a")
    firm.meter("2026-10-06", "200", key="b")
    firm.meter("2026-10-30", "100", key="late")  # after the last day of the export
    firm.meter("2026-10-05", "50", "cohere", key="own")  # this bill needs no split
    firm.export("2026-10-06", "450")
    firm.export("2026-10-06", "60", "cohere")
    assert rows_of(engine, firm, "carriers.sql", "origin_key", "metered") == [
        ("a", Decimal(300)),
        ("b", Decimal(200)),
    ]


def test_uncommon_lines_are_those_of_another_or_of_more_than_one_month(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.export("2026-10-05", "1", key="common")
    firm.export("2026-10-01", "2", charge_end="2026-11-01", key="whole-month")
    firm.export("2026-10-17", "310", charge_end="2026-11-17", key="spans")
    firm.export("2026-09-15", "-40", bill="2026-10-01", key="correction")
    assert rows_of(engine, firm, "uncommon_lines.sql", "origin_key") == [("correction",), ("spans",)]
    answer = firm.count()
    # 17 to 31 October are 15 of 31 days, 1 to 16 November 16: 150 and 160
    assert answer.effective("2026-10") == 1 + 2 + 150
    assert answer.effective("2026-11") == 160
    assert answer.billed("2026-10") == 1 + 2 + 310 - 40
    assert answer.effective("2026-09") == -40


def test_commitments_are_read_by_month_and_carrier(engine: DuckDBEngine) -> None:
    firm = Firm()
    own = {"kind": "cloud", "commitment_id": "sp"}
    firm.export("2026-10-01", "100", "aws", **own, charge_category="Purchase", scope="not_ai", key="fee")
    firm.export("2026-10-05", "60", "aws", **own, commitment_status="Used", category="infrastructure")
    firm.export("2026-10-06", "15", "aws", **own, commitment_status="Used", category="infrastructure")
    firm.export("2026-10-06", "20", "aws", **own, commitment_status="Used", scope="not_ai")
    firm.export("2026-10-07", "5", "aws", **own, commitment_status="Unused", scope="not_ai", key="unused")
    assert rows_of(engine, firm, "commitment_lines.sql", "origin_key", "is_unused") == [
        ("fee", False),
        ("unused", True),
    ]
    assert rows_of(engine, firm, "commitment_used.sql", "is_unused", "scope", "effective_cost") == [
        (False, "ai", Decimal(75)),
        (False, "not_ai", Decimal(20)),
        (True, "not_ai", Decimal(5)),
    ]


def test_marketplace_lines_are_a_clouds_for_what_another_publishes(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.export("2026-10-01", "1", "aws", publisher_vendor="cohere", issuer_vendor="aws", key="line")
    firm.export("2026-10-01", "2", "aws", publisher_vendor="aws", issuer_vendor="aws", key="own")
    firm.export("2026-10-01", "3", "cohere", publisher_vendor="cohere", issuer_vendor="aws", key="publishers")
    assert rows_of(engine, firm, "marketplace_lines.sql", "origin_key", "publisher_vendor") == [("line", "cohere")]


def test_ledger_lines_are_those_of_vendors_and_of_ai(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.line("2026-10-01", "1", key="vendor")
    firm.line("2026-10-01", "2", None, key="nobody")
    firm.line("2026-10-01", "3", None, scope="ai", key="by-rule")
    firm.line("2026-10-01", "4", None, line_kind="settlement", key="card")
    firm.export("2026-10-01", "5", key="export")
    assert rows_of(engine, firm, "ledger_lines.sql", "origin_key") == [("by-rule",), ("card",), ("vendor",)]


def test_counted_says_where_money_stands(engine: DuckDBEngine) -> None:
    firm = Firm()
    firm.meter("2026-10-05", "30", "cohere", key="waits")
    firm.seats("2026-10-01", "76", key="seat")
    firm.line("2026-10-05", "40", "mistral", product_kind="api", key="dark")
    firm.line("2026-10-05", "50", None, key="rent")
    firm.export("2026-10-05", "90", "aws", rule_share="0.4", key="shared")
    found = {
        (row["origin_key"], row["scope"]): (row["standing"], row["method"], row["effective_cost"])
        for row in firm.count(engine).rows
    }
    assert found == {
        ("waits", "ai"): ("not_billed_yet", "whole", Decimal(30)),
        ("seat", "ai"): (None, "rate", Decimal(76)),
        ("dark", "ai"): ("dark", "dark", Decimal(40)),
        ("rent", "not_ai"): (None, "whole", Decimal(50)),
        ("shared", "ai"): (None, "stated_share", Decimal(36)),
        ("shared", "not_ai"): (None, "stated_share", Decimal(54)),
    }
