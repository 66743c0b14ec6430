"""Human work becomes money: minutes times the dated loaded rate of the role.

Reads activity rows rolled up per day, role and key (`activity_grouped`); adds the four costs. A role
without a rate stays without a cost and is counted as unpriced; it is never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pyarrow as pa

from spendmap.vocabulary.exact import as_stored

OPEN_START, OPEN_END = date(1970, 1, 1), date(9999, 12, 31)
MINUTES_AN_HOUR = 60
COSTED: dict[str, pa.DataType] = {
    "currency": pa.string(),
    "effective_cost": pa.decimal128(28, 12),
    "unpriced_rows": pa.int64(),
}


@dataclass(frozen=True)
class LabourRate:
    """Loaded cost of one hour of a role, in `currency`, in force `[valid_from, valid_to)`."""

    role: str
    hourly_rate: Decimal
    currency: str
    valid_from: date
    valid_to: date


def labour_cost(minutes: Decimal, hourly_rate: Decimal) -> Decimal:
    """Minutes at an hourly rate, rounded half-even to the ledger's scale; exact before that."""
    return as_stored(Fraction(minutes) * Fraction(hourly_rate) / MINUTES_AN_HOUR)


def rate_in_force(rates: Sequence[LabourRate], role: str | None, day: date) -> LabourRate | None:
    """The rate of a role on a day; roles are compared without regard to case."""
    for rate in rates:
        if role is not None and rate.role.casefold() == role.casefold() and rate.valid_from <= day < rate.valid_to:
            return rate
    return None


def cost_labour(activity_grouped: pa.Table, rates: Sequence[LabourRate], currency: str) -> pa.Table:
    """The groups with `effective_cost`, `contracted_cost`, `currency` and `unpriced_rows` filled in.

    `currency` stands on rows without a rate, which have no cost to carry one.
    """
    found = cache(lambda role, day: rate_in_force(rates, role, day))
    cost = cache(labour_cost)  # of many groups the minutes are the same
    told: dict[str, list[Any]] = {name: [] for name in COSTED}
    columns = (activity_grouped.column(name).to_pylist() for name in ("role", "charge_date", "minutes", "usage_rows"))
    for role, day, minutes, usage_rows in zip(*columns, strict=True):
        rate = found(role, day)
        told["currency"].append(rate.currency if rate else currency)
        told["effective_cost"].append(cost(minutes, rate.hourly_rate) if rate else None)
        told["unpriced_rows"].append(0 if rate else usage_rows)
    result = activity_grouped
    for name, type_ in COSTED.items():
        column = pa.array(told[name], type_)
        if name in result.column_names:
            place = result.column_names.index(name)
            result = result.set_column(place, result.schema.field(place), column.cast(result.schema.field(place).type))
        else:
            result = result.append_column(name, column)
    return result
