"""Seats become money: quantity times price, for the days that each snapshot of a plan held.

Reads the seat rows of some months (`seat_snapshots`) and the day each plan was first listed; writes each row's cost.
A snapshot says what is bought on its day and holds until the plan is listed again or the month ends.
Invariant: the days that one plan's snapshots of a month hold never overlap, and no day beyond the month is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pyarrow as pa

from spendmap.allocation.seats_told_twice import Asked, told_twice
from spendmap.engine.arrow import schema_of
from spendmap.vocabulary.exact import as_stored
from spendmap.vocabulary.period import month_add

_MONEY = pa.decimal128(28, 12)
SEAT_COST = schema_of(
    pa.field("source_name", pa.string()),
    pa.field("natural_key", pa.string()),
    pa.field("effective_cost", _MONEY),
    pa.field("covered_by", pa.string()),
)


@dataclass(frozen=True)
class Plan:
    """What is listed again and again: a plan of a product, in one source, for one department (None: for all)."""

    source_name: str
    supplier_name: str | None
    product: str | None
    plan: str | None
    department_name: str | None

    @property
    def of_product(self) -> tuple[str, str | None, str | None]:
        """The list it stands on."""
        return self.source_name, self.supplier_name, self.product


def seat_cost(quantity: Decimal, price: Decimal, price_months: int | None, held: int, days: int) -> Decimal:
    """Seats at a price, for `held` of a month's `days`; exact, then half-even to the ledger's scale.

    Args:
        price: of one seat for `price_months` months; None = one.
    """
    return as_stored(Fraction(quantity) * Fraction(price) / (price_months or 1) * held / days)


def days_held(listed: Iterable[tuple[Plan, date]], first_listed: Mapping[Plan, date]) -> dict[tuple[Plan, date], int]:
    """How many days each snapshot of one month holds.

    A snapshot holds until its plan is listed again, the last one to the month's end. A month's first snapshot of a plan
    stands for the days before it too, since lists are dated at any day of the month, unless the plan began on that day:
    it was never listed in an earlier month, and either it is listed again within the month, or others of its product
    are listed on that day for the second time.

    Args:
        listed: plans and the days of one month on which each is listed, in any order.
        first_listed: the first day that a source lists each plan on, over all months.
    """
    found: dict[Plan, set[date]] = defaultdict(set)
    for plan, day in listed:
        found[plan].add(day)
    again: dict[tuple[str, str | None, str | None], set[date]] = defaultdict(set)
    for plan, days in found.items():
        again[plan.of_product] |= days - {min(days)}
    held: dict[tuple[Plan, date], int] = {}
    for plan, days in found.items():
        first = min(days)
        start, end = _bounds(first)
        is_known = first_listed.get(plan, first) < start
        begins = not is_known and (len(days) > 1 or first in again[plan.of_product])
        edges = [first if begins else start, *sorted(days - {first}), end]
        for day, (since, until) in zip(sorted(days), pairwise(edges), strict=True):
            held[plan, day] = (until - since).days
    return held


def cost_seats(
    snapshots: pa.Table, first_listed: pa.Table, apart: Container[str] = frozenset()
) -> tuple[pa.Table, list[Asked]]:
    """The cost of every seat row that states a quantity and a price, one row per row of `snapshots`; what is asked.

    A row that another source's list stands for keeps its cost, and names that source in `covered_by`.

    Args:
        apart: loads of which a person said that they are no copy.
    """
    rows: list[dict[str, Any]] = snapshots.to_pylist()
    first = {_plan(row): row["first_day"] for row in first_listed.to_pylist()}
    by_month: dict[str, list[tuple[Plan, date]]] = defaultdict(list)
    for row in rows:
        by_month[row["billing_month"]].append((_plan(row), row["day"]))
    held = {month: days_held(listed, first) for month, listed in by_month.items()}
    costs = []
    for row in rows:
        start, end = _bounds(row["day"])
        quantity, price = row["provisioned_quantity"], row["contracted_unit_price"]
        cost = None
        if quantity is not None and price is not None:
            days = held[row["billing_month"]][_plan(row), row["day"]]
            cost = seat_cost(quantity, price, row["price_months"], days, (end - start).days)
        costs.append({**row, "effective_cost": cost})
    covered, asked = told_twice(costs, apart)
    table = [
        {
            "source_name": row["source_name"],
            "natural_key": row["natural_key"],
            "effective_cost": row["effective_cost"],
            "covered_by": f"source:{by}" if (by := covered.get((row["source_name"], row["natural_key"]))) else None,
        }
        for row in costs
    ]
    return pa.Table.from_pylist(table, schema=SEAT_COST), asked


def _plan(row: Mapping[str, Any]) -> Plan:
    return Plan(row["source_name"], row["supplier_name"], row["product"], row["plan"], row["department_name"])


def _bounds(day: date) -> tuple[date, date]:
    """First day of the day's month and of the next one."""
    after = month_add(f"{day:%Y-%m}", 1)
    return day.replace(day=1), date(int(after[:4]), int(after[5:7]), 1)
