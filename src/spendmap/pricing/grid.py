"""Where the prices of one slice of usage change: periods, context tiers and parts of the week.

Pure. A cell's number is its place times the cells of a place, plus those of its period, plus its tier. A name has
one place; a name whose price depends on the time of day or the weekday has one for each part of the week.
Invariant: inside one cell no price of any name of the slice changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from spendmap.pricing.rows import DAY_S
from spendmap.pricing.slices import Slice
from spendmap.pricing.wide import OPEN_END

WEEK_DAYS = 7
Wide = Mapping[str, Any]
"""One row of `price_wide`: prices, and the box of time, weekday, second of the day and input they hold in."""


@dataclass(frozen=True)
class Grid:
    """The edges, in order. A period, tier or part of the week begins at its edge; the first before all of them."""

    first: datetime  # of the slice
    periods: tuple[datetime, ...]
    weekdays: tuple[int, ...]  # Monday = 0; none when no price depends on the day
    seconds: tuple[int, ...]  # of the day; none when no price depends on its time
    tiers: tuple[int, ...]  # tokens of input of a call

    @property
    def period_stride(self) -> int:
        """Cells of one period of a place."""
        return len(self.tiers) + 1

    @property
    def place_stride(self) -> int:
        """Cells of one place."""
        return self.period_stride * (len(self.periods) + 1)

    @property
    def weekday_stride(self) -> int:
        """Places of one part of the week, one for each part of the day."""
        return len(self.seconds) + 1

    @property
    def parts(self) -> int:
        """Places of a name whose price depends on the part of the week."""
        return self.weekday_stride * (len(self.weekdays) + 1)

    def cells_of(self, row: Wide, *, is_weekly: bool) -> Iterator[int]:
        """The cells of a name in which a row of the wide table is in force, less those of the places before it."""
        tiers = [tier for tier, length in enumerate((0, *self.tiers)) if row["input_from"] <= length < row["input_to"]]
        for part in self._parts_of(row) if is_weekly else (0,):
            for start in (self.first, *self.periods):
                if row["valid_from"] <= start < row["valid_to"]:
                    at = part * self.place_stride + bisect_right(self.periods, start) * self.period_stride
                    yield from (at + tier for tier in tiers)

    def _parts_of(self, row: Wide) -> Iterator[int]:
        for number, weekday in enumerate((0, *self.weekdays)):
            for part, second in enumerate((0, *self.seconds)):
                is_day = row["weekday_from"] <= weekday < row["weekday_to"]
                if is_day and row["window_start_s"] <= second < row["window_end_s"]:
                    yield number * self.weekday_stride + part


def grid_of(found: Slice, rows: Sequence[Wide]) -> Grid:
    """The grid of a slice, from the rows that may price it."""
    edges = {row[name] for row in rows for name in ("valid_from", "valid_to")}
    inputs = {row[name] for row in rows for name in ("input_from", "input_to")}
    weekdays = {row[name] for row in rows for name in ("weekday_from", "weekday_to")}
    seconds = {row[name] for row in rows for name in ("window_start_s", "window_end_s")}
    return Grid(
        first=found.first,
        periods=tuple(sorted(edge for edge in edges if found.first < edge <= found.last)),
        weekdays=tuple(sorted(edge for edge in weekdays if 0 < edge < WEEK_DAYS)),
        seconds=tuple(sorted(edge for edge in seconds if 0 < edge < DAY_S)),
        tiers=tuple(sorted(edge for edge in inputs if 0 < edge < OPEN_END and edge <= found.longest_input)),
    )


def is_weekly(row: Wide) -> bool:
    """The row holds for a part of the week only."""
    return (row["weekday_from"], row["weekday_to"], row["window_start_s"], row["window_end_s"]) != (0, 7, 0, DAY_S)
