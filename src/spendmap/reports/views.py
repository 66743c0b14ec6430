"""Small shapes that several reports hold: a period, a comparison, a row of the map."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from spendmap.reports.figures import instant_text
from spendmap.vocabulary.period import Period


@dataclass(frozen=True)
class PeriodView:
    """Whole months `first`..`last`; instants `[start, end)` in UTC."""

    label: str
    first: str
    last: str
    start: str
    end: str

    @classmethod
    def of(cls, period: Period) -> PeriodView:
        """The period as the pages write it."""
        return cls(period.label, period.first, period.last, instant_text(period.start), instant_text(period.end))


@dataclass(frozen=True)
class MapRow:
    """One group. `cost` is the known money: None when the group has rows and none of them has a cost."""

    keys: dict[str, str | None]
    labels: dict[str, str]
    cost: Decimal | None
    previous_cost: Decimal | None
    by_evidence: dict[str, Decimal]
    rows: int
    unpriced_rows: int
    missing_rows: int
    figure: str


@dataclass(frozen=True)
class MonthCost:
    """One month of a series; None where nothing was captured or nothing has a cost."""

    month: str
    cost: Decimal | None
