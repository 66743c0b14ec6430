"""Export lines over several months or of another bill, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.allocation.counted.exports import place_uncommon
from spendmap.allocation.counted.parts import Parts

COSTS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")


def placed(**row: Any) -> dict[str, tuple[Decimal | None, ...]]:
    parts = Parts()
    place_uncommon({"source_name": "s", "origin_key": "k", **row}, parts)
    return {part["month"]: tuple(part[cost] for cost in COSTS) for part in parts.rows}


def test_a_cost_that_is_not_stated_is_unknown_in_every_month() -> None:
    # 31 days from 17 October: 15 in October, 16 in November, 10.00 a day; billed whole with October's bill.
    found = placed(
        charge_date=date(2026, 10, 17), charge_end=date(2026, 11, 17), bill_start=date(2026, 10, 1),
        list_cost=None, contracted_cost=None, effective_cost=Decimal(310), billed_cost=Decimal(310),
    )  # fmt: skip
    assert found == {
        "2026-10": (None, None, Decimal(150), Decimal(310)),
        "2026-11": (None, None, Decimal(160), Decimal(0)),
    }


def test_a_correction_stands_in_the_month_it_corrects_and_on_the_bill_that_brings_it() -> None:
    minus = Decimal(-40)
    found = placed(
        charge_date=date(2026, 3, 15), charge_end=date(2026, 3, 16), bill_start=date(2026, 4, 1),
        list_cost=minus, contracted_cost=minus, effective_cost=minus, billed_cost=minus,
    )  # fmt: skip
    assert found == {
        "2026-03": (minus, minus, minus, Decimal(0)),
        "2026-04": (Decimal(0), Decimal(0), Decimal(0), minus),
    }
