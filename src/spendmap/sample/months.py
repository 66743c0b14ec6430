"""The thirteen months of the sample, in UTC: 2025-10 to 2026-10, the last one full."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property


@dataclass(frozen=True)
class Month:
    """One calendar month. `index` counts from 0 at 2025-10."""

    index: int
    year: int
    month: int

    @cached_property
    def key(self) -> str:
        """YYYY-MM."""
        return f"{self.year}-{self.month:02d}"

    @cached_property
    def days(self) -> int:
        """Days in it."""
        return calendar.monthrange(self.year, self.month)[1]

    @cached_property
    def first(self) -> str:
        """Its first day, YYYY-MM-DD."""
        return f"{self.key}-01"

    @cached_property
    def last(self) -> str:
        """Its last day, YYYY-MM-DD."""
        return f"{self.key}-{self.days:02d}"

    @cached_property
    def end(self) -> str:
        """The day after its last, YYYY-MM-DD: where its half-open interval stops."""
        return next_day(self.last)

    def day(self, number: int) -> str:
        """Its day `number` (1-based), YYYY-MM-DD."""
        return f"{self.key}-{number:02d}"

    @cached_property
    def dates(self) -> list[str]:
        """All its days, YYYY-MM-DD."""
        return [self.day(number) for number in range(1, self.days + 1)]


MONTHS: tuple[Month, ...] = tuple(Month(index, 2025 + (9 + index) // 12, (9 + index) % 12 + 1) for index in range(13))


def next_day(day: str) -> str:
    """The day after `day`, YYYY-MM-DD."""
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


def weekday(day: str) -> int:
    """0 = Monday ... 6 = Sunday."""
    return date.fromisoformat(day).weekday()


@cache
def busyness(day: str) -> float:
    """How busy an office is that day against an average one: weekends are quiet, late December quieter."""
    factor = (1.18, 1.24, 1.22, 1.18, 1.08, 0.58, 0.52)[weekday(day)]
    return factor * (0.55 if day[5:] >= "12-23" or day[5:] <= "01-02" else 1.0)
