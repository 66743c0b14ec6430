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
from typing import Any

import pyarrow as pa

from spendmap.vocabulary.exact import as_stored

OPEN_START, OPEN_END = date(1970, 1, 1), date(9999, 12, 31)
MINUTES_AN_HOUR = 60


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
    rows: list[dict[str, Any]] = activity_grouped.to_pylist()
    for row in rows:
        rate = rate_in_force(rates, row["role"], row["charge_date"])
        row["currency"] = rate.currency if rate else currency
        row["effective_cost"] = labour_cost(row["minutes"], rate.hourly_rate) if rate else None
        row["unpriced_rows"] = 0 if rate else row["usage_rows"]
    money = pa.decimal128(28, 12)
    schema = activity_grouped.schema
    for name, type_ in (("currency", pa.string()), ("effective_cost", money), ("unpriced_rows", pa.int64())):
        if name not in schema.names:
            schema = schema.append(pa.field(name, type_))
    return pa.Table.from_pylist(rows, schema=schema)
