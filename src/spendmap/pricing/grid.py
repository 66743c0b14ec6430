"""Where the prices of one slice of usage change: periods, context tiers and parts of the week.

Pure. The number of a cell is a sum: the name's first cell, its period, its tier and, for a name whose price
depends on the time of day or the weekday, the part of the week and a period of its own.
Invariant: inside one cell no price of any name of the slice changes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import gcd
from typing import Any

from spendmap.pricing.rows import DAY_S
from spendmap.pricing.slices import Slice
from spendmap.pricing.wide import OPEN_END

WEEK_S = 604_800
Wide = Mapping[str, Any]
"""One row of `price_wide`: prices, and the box of time, weekday, second of the day and input they hold in."""


@dataclass(frozen=True)
class Grid:
    """The edges, in order. A period, tier or part of the week begins at its edge; the first before all of them."""

    first: datetime  # of the slice
    periods: tuple[datetime, ...]  # of names that cost the same all week
    week_periods: tuple[datetime, ...]  # of the others
    step_s: int  # length of a part of the week; 0 when no price depends on it
    tiers: tuple[int, ...]  # tokens of input of a call

    @property
    def period_stride(self) -> int:
        """Cells from one period to the next."""
        return WEEK_S if self.step_s else len(self.tiers) + 1

    @property
    def week_period_stride(self) -> int:
        """Cells from one week period to the next."""
        return self.period_stride * (len(self.periods) + 1)

    @property
    def span(self) -> int:
        """Cell numbers of a name. Most are not used."""
        return self.week_period_stride * (len(self.week_periods) + 1)

    def size(self, *, is_weekly: bool) -> int:
        """Cells a name has."""
        parts = WEEK_S // self.step_s if is_weekly else 1
        return len(list(self._starts(is_weekly=is_weekly))) * parts * (len(self.tiers) + 1)

    def places(self, *, is_weekly: bool) -> Iterator[int]:
        """Every cell of a name, less the name's first."""
        for _, at in self._starts(is_weekly=is_weekly):
            for part in range(0, WEEK_S, self.step_s) if is_weekly else (0,):
                yield from range(at + part, at + part + len(self.tiers) + 1)

    def places_of(self, row: Wide, *, is_weekly: bool) -> Iterator[int]:
        """The cells of a name in which a row of the wide table is in force."""
        lengths = (0, *self.tiers)
        tiers = [tier for tier, length in enumerate(lengths) if row["input_from"] <= length < row["input_to"]]
        parts = _parts(row, self.step_s) if is_weekly else (0,)
        for start, at in self._starts(is_weekly=is_weekly):
            if row["valid_from"] <= start < row["valid_to"]:
                for part in parts:
                    yield from (at + part + tier for tier in tiers)

    def _starts(self, *, is_weekly: bool) -> Iterator[tuple[datetime, int]]:
        """When each period of a name begins, and what it adds to the number of a cell."""
        for start in sorted({self.first, *self.periods, *(self.week_periods if is_weekly else ())}):
            at = bisect_right(self.periods, start) * self.period_stride
            if is_weekly:
                at += bisect_right(self.week_periods, start) * self.week_period_stride
            yield start, at


def grid_of(found: Slice, calm: Sequence[Wide], weekly: Sequence[Wide]) -> Grid:
    """The grid of a slice, from the rows that may price it.

    Args:
        calm: rows of the names that cost the same all week.
        weekly: rows of the others.
    """
    inputs = {row[name] for row in (*calm, *weekly) for name in ("input_from", "input_to")}
    seconds = {row[name] for row in weekly for name in ("window_start_s", "window_end_s")}
    return Grid(
        first=found.first,
        periods=_inside(found, calm),
        week_periods=_inside(found, weekly),
        step_s=gcd(DAY_S, *seconds) if weekly else 0,
        tiers=tuple(sorted(edge for edge in inputs if 0 < edge < OPEN_END and edge <= found.longest_input)),
    )


def is_weekly(row: Wide) -> bool:
    """The row holds for a part of the week only."""
    return (row["weekday_from"], row["weekday_to"], row["window_start_s"], row["window_end_s"]) != (0, 7, 0, DAY_S)


def _inside(found: Slice, rows: Iterable[Wide]) -> tuple[datetime, ...]:
    edges = {row[name] for row in rows for name in ("valid_from", "valid_to")}
    return tuple(sorted(edge for edge in edges if found.first < edge <= found.last))


def _parts(row: Wide, step_s: int) -> list[int]:
    return [
        day * DAY_S + second
        for day in range(row["weekday_from"], row["weekday_to"])
        for second in range(row["window_start_s"], row["window_end_s"], step_s)
    ]
