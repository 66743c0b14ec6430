"""Fill the pools of one month: each row of money that no use case carries goes to the first rule that takes it.

Reads rows of `pool_money.sql`; pure. What stood unused is told apart first, where the bill or a utilization source
says how much that was: only that part can enter an idle pool, and what no idle pool takes goes on like the rest.
Invariant: a pool's money per basis = the sum of the rows (or parts of rows) it took; no row is in two pools.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from spendmap.allocation.split.apportion import split_by_driver
from spendmap.allocation.split.rules import SplitRule
from spendmap.vocabulary.exact import EXACT, Costs, add_costs
from spendmap.vocabulary.money import COSTS


class MoneyKey(NamedTuple):
    """What stays told apart inside a pool: never added across currencies, categories, vendors or grades."""

    currency: str
    category: str
    vendor: str
    evidence: str


@dataclass
class Pool:
    """The own money of one pool in one month, and how much of each measure its rows hold."""

    rule: SplitRule
    money: dict[MoneyKey, Costs] = field(default_factory=dict)
    measures: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], costs: Costs) -> None:
        """Take one part of a row."""
        key = MoneyKey(*(row[name] or "" for name in MoneyKey._fields))
        self.money[key] = add_costs(self.money.get(key), costs)

    def measure(self, row: Mapping[str, Any]) -> None:
        """Count what the row's usage or work was; once per row."""
        if row["origin"] == "usage":
            self._count("requests", row["usage_rows"])
            self._count("tokens", (row["input_tokens"] or 0) + (row["output_tokens"] or 0))
        elif row["origin"] == "activity":
            self._count("minutes", row["minutes"])

    def _count(self, name: str, quantity: int | Decimal | None) -> None:
        self.measures[name] = EXACT.add(self.measures.get(name, Decimal(0)), Decimal(quantity or 0))


def fill(rows: Iterable[Mapping[str, Any]], rules: Sequence[SplitRule]) -> dict[str, Pool]:
    """The pools of one month, one for each rule in force, in the rules' order. Rows no rule takes are in none."""
    pools = {rule.id: Pool(rule) for rule in rules}
    for row in rows:
        for costs, is_idle in parts(row):
            taken = next((rule for rule in rules if (is_idle or rule.layer != "idle") and rule.takes(row)), None)
            if taken is not None:
                pools[taken.id].add(row, costs)
                if not is_idle:
                    pools[taken.id].measure(row)
    return pools


def parts(row: Mapping[str, Any]) -> Iterator[tuple[Costs, bool]]:
    """The row's used part and its idle part, each with whether it is idle; their costs add up to the row's."""
    costs: Costs = tuple(row[cost] for cost in COSTS)
    provisioned, used = row["provisioned"], row["used"]
    if row["commitment_status"] is not None or provisioned is None or used is None:
        yield costs, row["commitment_status"] == "Unused"
        return
    idle = provisioned - used
    if used < 0 or idle <= 0:
        yield costs, False  # all of it was used; less than nothing is no measurement
        return
    shares = [
        {True: None, False: None} if cost is None else split_by_driver(cost, {False: used, True: idle})
        for cost in costs
    ]
    if used:
        yield tuple(share[False] for share in shares), False
    yield tuple(share[True] for share in shares), True
