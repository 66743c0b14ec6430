"""Export lines that do not reach the map as they are: over several months, of another bill, of a marketplace.

Reads rows of `uncommon_lines.sql` and `marketplace_lines.sql`; writes their parts. Invariant: the parts of a line add
up to it in every cost it states; a cost it does not state is unknown in every month, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from spendmap.allocation.counted.parts import COSTS, Parts
from spendmap.allocation.counted.periods import month_of, month_range, spread
from spendmap.allocation.counted.statements import ZERO
from spendmap.allocation.split import split_by_driver

Costs = dict[str, Decimal | None]
BY_PERIOD = COSTS[:3]  # list, contracted and effective follow the charge period; billed follows the bill


def place_uncommon(row: Mapping[str, Any], parts: Parts) -> None:
    """Effective by the days of the charge period, billed in the month of the bill."""
    start, end = row["charge_date"], row["charge_end"]
    own, bill_month = month_of(start), month_of(row["bill_start"] or start)
    spans = end is not None and end > month_range(own)[1]
    months = list(spread(ZERO, start, end)) if spans else [own]
    by_month: dict[str, Costs] = {month: {"billed_cost": ZERO} for month in months}
    for cost in BY_PERIOD:
        shares: Mapping[str, Decimal | None] = dict.fromkeys(months)
        if row[cost] is not None:
            shares = spread(row[cost], start, end) if spans else {own: row[cost]}
        for month in months:
            by_month[month][cost] = shares[month]
    by_month.setdefault(bill_month, dict.fromkeys(BY_PERIOD, ZERO))["billed_cost"] = row["billed_cost"]
    for month in sorted(by_month):
        parts.add(
            row["source_name"],
            row["origin_key"],
            month,
            start,
            by_month[month],
            standing=None if month in months else "billed_elsewhere",
        )


def place_marketplace(
    rows: Iterable[Mapping[str, Any]], foreign: Mapping[tuple[str, str, str, str], Decimal], parts: Parts
) -> None:
    """A cloud's line for a publisher whose own export names the cloud as issuer: the publisher's rows count.

    Args:
        foreign: (publisher, cloud, month, currency) -> what the publisher's own export bills there.
    """
    room = dict(foreign)
    for row in rows:
        key = (row["publisher_vendor"], row["cloud"], row["billing_month"], row["currency"])
        left, billed = room.get(key, ZERO), row["billed_cost"] or ZERO
        if left <= 0 or billed <= 0:
            continue
        taken = min(left, billed)
        room[key] = left - taken
        covered = {cost: _share(row[cost], taken, billed) for cost in COSTS}
        pieces: list[tuple[Costs, dict[str, str]]] = [
            (
                covered,
                {
                    "scope": "covered",
                    "scope_rule": "marketplace-twice",
                    "covered_by": f"export:{row['publisher_vendor']}:{row['billing_month']}",
                },
            )
        ]
        if taken < billed:
            pieces.append(({cost: less(row[cost], covered[cost]) for cost in COSTS}, {}))
        for costs, more in pieces:
            parts.add(
                row["source_name"],
                row["origin_key"],
                row["billing_month"],
                row["charge_date"],
                costs,
                vendor_product="marketplace",
                **more,
            )


def less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The difference; unknown where one of them is."""
    return None if amount is None or other is None else amount - other


def _share(amount: Decimal | None, taken: Decimal, whole: Decimal) -> Decimal | None:
    if amount is None or taken == whole:
        return amount
    return split_by_driver(amount, {"taken": taken, "rest": whole - taken})["taken"]


__all__ = ["less", "place_marketplace", "place_uncommon"]
