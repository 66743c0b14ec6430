"""A commitment's purchase takes scope and category of the usage it pays for; what is unused is idle.

Reads a cloud's purchase and unused lines of commitments and the used money by scope and category; writes their parts.
Rules: on list and contracted the purchase is left out where usage of it is present; an EffectiveCost on the purchase is
covered by used and unused, and above them stays prepaid. Shares are taken per charge month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spendmap.allocation.counted.parts import COSTS, Notes, Parts
from spendmap.allocation.counted.statements import ZERO
from spendmap.allocation.split import split_by_driver

Carrier = tuple[str, str | None, str | None]  # scope, category, the rule that decided it
NOTHING: dict[str, Decimal | None] = dict.fromkeys(COSTS, ZERO)


@dataclass
class Used:
    """Effective cost of what a commitment paid for, by month and carrier, and of what stayed unused."""

    by_month: dict[str, dict[Carrier, Decimal]]
    unused: dict[str, Decimal]

    def carriers(self, month: str) -> dict[Carrier, Decimal]:
        """Shares of a month; of the whole commitment where the month shows no use."""
        found = self.by_month.get(month)
        if found:
            return found
        total: dict[Carrier, Decimal] = defaultdict(Decimal)
        for groups in self.by_month.values():
            for carrier, cost in groups.items():
                total[carrier] += cost
        return dict(total)

    def total(self, months: Iterable[str]) -> Decimal:
        """Used and unused of some months."""
        return sum(
            (sum(self.by_month.get(month, {}).values(), ZERO) + self.unused.get(month, ZERO) for month in months), ZERO
        )


def used_of(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Used]:
    """Used and unused money by (commitment, currency)."""
    found: dict[tuple[str, str], Used] = {}
    for row in rows:
        used = found.setdefault((row["commitment_id"], row["currency"]), Used({}, {}))
        cost = row["effective_cost"] or ZERO
        if row["is_unused"]:
            used.unused[row["billing_month"]] = used.unused.get(row["billing_month"], ZERO) + cost
        elif cost > 0:
            groups = used.by_month.setdefault(row["billing_month"], {})
            carrier = (row["scope"], row["category"], row["category_rule"])
            groups[carrier] = groups.get(carrier, ZERO) + cost
    return {key: used for key, used in found.items() if used.by_month}


def place_commitment(row: Mapping[str, Any], used: Used | None, months: list[str], parts: Parts, notes: Notes) -> bool:
    """The parts of one purchase or unused line; False when nothing says what it pays for."""
    if used is None:
        return False
    if row["is_unused"]:
        _spread(row, used, {cost: row[cost] for cost in COSTS}, row["billing_month"], parts, layer="idle", method=None)
        return True
    bill_month = f"{row['bill_start'] or row['charge_date']:%Y-%m}"
    stated = row["effective_cost"] or ZERO
    explained = min(stated, used.total(months)) if stated > 0 else stated
    held: dict[str, Decimal | None] = {
        "list_cost": row["list_cost"],
        "contracted_cost": row["contracted_cost"],
        "effective_cost": explained,
        "billed_cost": ZERO,
    }
    more = {"scope": "covered", "scope_rule": "commitment-used", "covered_by": f"commitment:{row['commitment_id']}"}
    if any(held.values()):
        parts.add(
            row["source_name"],
            row["origin_key"],
            row["billing_month"],
            row["charge_date"],
            held,
            standing="billed_elsewhere",
            **more,
        )
    if stated - explained:
        parts.add(
            row["source_name"],
            row["origin_key"],
            row["billing_month"],
            row["charge_date"],
            {**NOTHING, "effective_cost": stated - explained},
            standing="prepaid",
            **more,
        )
    if stated > 0:
        notes.add(
            "commitment_stated_twice",
            row["billing_month"],
            row["currency"],
            stated,
            vendor=row["vendor"],
            subject=row["commitment_id"],
            origin_key=f"{row['source_name']}:{row['origin_key']}",
            reason="the purchase states an effective cost that the usage it covers states too",
        )
    billed = {**NOTHING, "billed_cost": row["billed_cost"]}
    _spread(row, used, billed, bill_month, parts, layer=None, method=None)
    return True


def _spread(
    row: Mapping[str, Any],
    used: Used,
    costs: Mapping[str, Decimal | None],
    month: str,
    parts: Parts,
    *,
    layer: str | None,
    method: str | None,
) -> None:
    carriers = used.carriers(row["billing_month"])
    weights = {tuple(part or "" for part in carrier): cost for carrier, cost in carriers.items()}
    shares = {
        cost: split_by_driver(amount, weights) if amount is not None else dict.fromkeys(weights)
        for cost, amount in costs.items()
    }
    for carrier in carriers:
        scope, category, rule = carrier
        key = tuple(part or "" for part in carrier)
        parts.add(
            row["source_name"],
            row["origin_key"],
            month,
            row["charge_date"],
            {cost: shares[cost][key] for cost in costs},
            scope=scope,
            scope_rule="commitment-used",
            category=category,
            category_rule=rule,
            layer=layer,
            method=method or ("proportional" if len(carriers) > 1 else None),
        )


__all__ = ["Used", "place_commitment", "used_of"]
