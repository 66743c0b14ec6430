"""What drives a split: quantities per month and use case, measured from the month's own rows or stated.

Reads the results of `driver_usage.sql` and `driver_seats.sql` and the register's dated values; pure. Every quantity is
exact. A use case without a quantity has zero of it: it made no calls, bought no seats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from spendmap.allocation.split.rules import Receivers, SplitRule
from spendmap.register import Value
from spendmap.vocabulary.period import month_add

MEASURED = {"requests": "requests", "tokens": "tokens", "hours": "minutes", "seats": "seats"}
"""Driver -> the column that measures it. Hours are told in minutes, as people log them."""


@dataclass(frozen=True)
class Known:
    """What the register says in one month: use cases with category and department, departments with headcount."""

    use_cases: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    headcount: Mapping[str, int] = field(default_factory=dict)


class Drivers:
    """The quantities of some months."""

    def __init__(self, usage: pa.Table, seats: pa.Table, known: Callable[[str], Known]) -> None:
        self._known = known
        self._cache: dict[str, Known] = {}
        self._measured: dict[tuple[str, str], dict[str, Decimal]] = {}  # (month, column) -> use case -> quantity
        for table in (usage, seats):
            for row in table.to_pylist():
                for column in set(MEASURED.values()) & row.keys():
                    self._measured.setdefault((row["month"], column), {})[row["use_case"]] = row[column] or Decimal(0)

    def known(self, month: str) -> Known:
        """What the register says in the month."""
        if month not in self._cache:
            self._cache[month] = self._known(month)
        return self._cache[month]

    def department(self, month: str, use_case: str) -> str | None:
        """The department that carries a use case in the month."""
        return self.known(month).use_cases.get(use_case, (None, None))[1]

    def receivers(self, month: str, to: Receivers) -> list[str]:
        """Use cases a rule spreads to in the month, sorted; one that is over or not begun is left out."""
        known = self.known(month).use_cases
        seen = {use_case for (at, _), measured in self._measured.items() if at == month for use_case in measured}
        present = seen | known.keys()
        found = present if to.everyone else present.intersection(to.use_cases)
        for use_case, (category, department) in known.items():
            if category in to.categories or department in to.departments:
                found = found | {use_case}
        return sorted(found)

    def weights(self, month: str, rule: SplitRule, pools: Mapping[str, Mapping[str, Decimal]]) -> dict[str, Fraction]:
        """Weight of each receiver, pools among them (their ids are never those of use cases).

        Args:
            pools: pool -> column -> quantity of the pool's own rows, for pools beside other receivers.
        """
        use_cases = self.receivers(month, rule.to)
        if len(rule.to.pools) == 1 and not rule.to.has_use_cases:
            return {rule.to.pools[0]: Fraction(1)}
        if rule.to.is_nobody:
            return {}
        if rule.driver == "even":
            return {name: Fraction(1) for name in (*use_cases, *rule.to.pools)}
        if rule.driver == "fixed":
            return {name: Fraction(rule.weights.get(name, 0)) for name in (*use_cases, *rule.to.pools)}
        if rule.driver == "headcount":
            return self._headcount(month, use_cases)
        column = MEASURED[rule.driver]
        own = self._measured.get((month, column), {})
        found = {name: Fraction(own.get(name, 0)) for name in use_cases}
        return found | {name: Fraction(pools.get(name, {}).get(column, 0)) for name in rule.to.pools}

    def _headcount(self, month: str, use_cases: Iterable[str]) -> dict[str, Fraction]:
        """The people of a department, spread evenly over those of its use cases that receive."""
        known = self.known(month)
        department = {name: self.department(month, name) for name in use_cases}
        sharing = Counter(department.values())
        return {
            name: Fraction(known.headcount.get(own or "", 0), sharing[own]) if own else Fraction(0)
            for name, own in department.items()
        }


def register_in(dated: Iterable[tuple[str, str, list[Value]]]) -> Callable[[str], Known]:
    """The register as months see it: the value that was the last to hold in the month counts."""
    entities = [(type_, id_, values) for type_, id_, values in dated if type_ in {"use_case", "department"}]

    def known(month: str) -> Known:
        first, end = _day(month), _day(month_add(month, 1))
        use_cases: dict[str, tuple[str | None, str | None]] = {}
        headcount: dict[str, int] = {}
        for type_, id_, values in entities:
            held = _held(values, first, end)
            if held is None:
                continue
            if type_ == "use_case":
                use_cases[id_] = (held.get("category"), held.get("department"))
            elif held.get("headcount") is not None:
                headcount[id_] = int(held["headcount"])
        return Known(use_cases, headcount)

    return known


def _held(values: list[Value], first: date, end: date) -> dict[str, Any] | None:
    """Fields in force in `[first, end)`; None when everything that is said of it holds at another time."""
    now = [value for value in values if value.superseded_at is None]
    own = [
        value
        for value in now
        if (value.valid_from is None or value.valid_from < end) and (value.valid_to is None or first < value.valid_to)
    ]
    if now and not own:
        return None
    return {value.field: value.value for value in sorted(own, key=lambda value: value.valid_from or date.min)}


def _day(month: str) -> date:
    return date(int(month[:4]), int(month[5:7]), 1)
