"""Facts made by hand: October 2026, seen from 1 November."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.risk.facts import Facts, Spend
from spendmap.risk.finding import Finding
from spendmap.risk.rules import ALL, story
from spendmap.vocabulary.period import Period

OCT = "2026-10"


def facts(**rows: Any) -> Facts:
    """Facts of October with the given rows; lists become tuples."""
    as_of = rows.pop("as_of", date(2026, 11, 1))
    period = rows.pop("period", Period.parse(OCT))
    rows = {name: tuple(value) if isinstance(value, list) else value for name, value in rows.items()}
    return Facts(period=period, currency="USD", as_of=as_of, **rows)


def spend(cost: str | None, **more: Any) -> Spend:
    """One row of October's money; `cost` is effective cost in USD."""
    amount = None if cost is None else Decimal(cost)
    return Spend(**{"month": OCT, "currency": "USD", "effective_cost": amount, **more})


def fired(code: str, given: Facts) -> list[Finding]:
    """What one rule finds."""
    rule: Callable[[Facts], Any] = next(each for each in ALL if story(each).code == code)
    return list(rule(given))
