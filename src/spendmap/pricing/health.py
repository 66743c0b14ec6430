"""What looks wrong in a price book: overlaps, holes in time, prices that jump tenfold.

Pure: rows in, doubts out. An overlap is an error, since it would price usage twice. A gap leaves usage unpriced.
A jump is mostly a price typed per thousand instead of per million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from spendmap.pricing.overlaps import overlaps
from spendmap.pricing.rows import Key, PriceRow

JUMP = 10  # times


@dataclass(frozen=True)
class Doubt:
    """One thing to look at. `is_error` when pricing refuses to run on it."""

    kind: Literal["overlap", "gap", "jump"]
    subject: str
    message: str

    @property
    def is_error(self) -> bool:
        """Only an overlap stops pricing."""
        return self.kind == "overlap"


def doubts(rows: Iterable[PriceRow]) -> list[Doubt]:
    """Everything doubtful among the rows that are in the book: errors first, then by key."""
    kept = [row for row in rows if row.superseded_at is None]
    found = [Doubt("overlap", clash.first.name, clash.message) for clash in overlaps(kept)]
    by_key: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in kept:
        by_key[row.key].append(row)
    for key in sorted(by_key):
        found.extend(_gaps(by_key[key]))
        found.extend(_jumps(by_key[key]))
        found.extend(_far_from_list(by_key[key], by_key.get((*key[:5], "", key[6]), [])))
    return found


def _gaps(rows: list[PriceRow]) -> Iterator[Doubt]:
    spans = sorted({(row.valid_from, row.valid_to) for row in rows})
    covered = spans[0][1]
    for start, end in spans[1:]:
        if start > covered:
            yield Doubt(
                "gap",
                rows[0].name,
                f"{rows[0].name} has no price from {covered:%Y-%m-%dT%H:%MZ} to {start:%Y-%m-%dT%H:%MZ}: "
                "usage of that time stays unpriced.",
            )
        covered = max(covered, end)


def _jumps(rows: list[PriceRow]) -> Iterator[Doubt]:
    lanes: dict[PriceRow, list[PriceRow]] = defaultdict(list)
    for row in rows:
        # One lane is one window and input length through time.
        same = replace(rows[0], window_start_s=row.window_start_s, window_end_s=row.window_end_s)
        lanes[replace(same, window_weekdays=row.window_weekdays, input_from=row.input_from)].append(row)
    for lane in lanes.values():
        for before, after in pairwise(sorted(lane, key=lambda row: row.valid_from)):
            if _is_jump(before, after):
                yield Doubt(
                    "jump",
                    after.name,
                    f"{after.name} goes from {before.list_unit_price:f} to {after.list_unit_price:f} {after.currency} "
                    f"per unit on {after.valid_from:%Y-%m-%d}: more than {JUMP} times. Is it per the right quantity?",
                )


def _far_from_list(rows: list[PriceRow], listed: list[PriceRow]) -> Iterator[Doubt]:
    for row in rows:
        near = [other for other in listed if row.contract and row.overlaps(other)]
        if near and all(_is_jump(row, other) for other in near):
            yield Doubt(
                "jump",
                row.name,
                f"{row.name} is {row.list_unit_price:f} and the list price {near[0].list_unit_price:f} {row.currency} "
                f"per unit: more than {JUMP} times apart. Is it per the right quantity?",
            )


def _is_jump(one: PriceRow, other: PriceRow) -> bool:
    low, high = sorted((one.list_unit_price, other.list_unit_price))
    return low > 0 and low * JUMP < high
