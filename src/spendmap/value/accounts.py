"""Which plan and segment a customer is on in a month, from what the outcomes say.

Pure. Revenue says it best, then product use, then an account event; without any in the month, the newest month
before it. A customer with two plans in a month is on "several": money is not guessed onto one of them, but a feature
that only one of these plans includes names the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SEVERAL = "several"
_BY_WORTH = ("revenue", "product_usage", "account_event")


@dataclass(frozen=True)
class Said:
    """What one outcome says of a customer."""

    month: str
    customer: str
    kind: str
    plan: str | None
    segment: str | None


class Accounts:
    """Plans and segments by customer and month."""

    def __init__(self, said: Iterable[Said], features: Mapping[str, frozenset[str]]) -> None:
        """`features`: plan -> features it includes, as the register says."""
        self._features = features
        self._plans: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(dict))
        self._segments: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(dict))
        for each in said:
            for value, into in ((each.plan, self._plans), (each.segment, self._segments)):
                if value and each.kind in _BY_WORTH:
                    into[each.customer][each.month].setdefault(each.kind, set()).add(value)

    def plan(self, customer: str | None, month: str, feature: str | None = None) -> str | None:
        """The plan, `SEVERAL`, or None when nothing says it."""
        found = _newest(self._plans, customer, month)
        if len(found) > 1 and feature is not None:
            narrowed = {plan for plan in found if feature in self._features.get(plan, frozenset())}
            found = narrowed if len(narrowed) == 1 else found
        return _only(found)

    def segment(self, customer: str | None, month: str) -> str | None:
        """The segment, `SEVERAL`, or None when nothing says it."""
        return _only(_newest(self._segments, customer, month))


def _newest(known: Mapping[str, Mapping[str, Mapping[str, set[str]]]], customer: str | None, month: str) -> set[str]:
    if customer is None or customer not in known:
        return set()
    months = known[customer]
    at = month if month in months else max((each for each in months if each < month), default=None)
    if at is None:
        return set()
    return next((months[at][kind] for kind in _BY_WORTH if kind in months[at]), set())


def _only(found: set[str]) -> str | None:
    return None if not found else next(iter(found)) if len(found) == 1 else SEVERAL
