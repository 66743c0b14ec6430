"""Join price rows that say the same on both sides of a cut, so that a book holds no needless rows.

Pure. Invariant: at every instant and input length the joined rows give the price the given rows gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from spendmap.pricing.rows import PriceRow

_EDGES: tuple[tuple[str, str], ...] = (
    ("window_start_s", "window_end_s"),
    ("input_from", "input_to"),
    ("valid_from", "valid_to"),
)


def merged(rows: Iterable[PriceRow]) -> list[PriceRow]:
    """The same prices in fewer rows: neighbours along time of day, input length and time become one."""
    current = list(rows)
    for start, end in _EDGES:
        groups: dict[PriceRow, list[PriceRow]] = defaultdict(list)
        for row in current:
            groups[_at_zero(row, start, end)].append(row)
        current = []
        for group in groups.values():
            group.sort(key=lambda row: getattr(row, start))
            joined = [group[0]]
            for row in group[1:]:
                if getattr(joined[-1], end) == getattr(row, start):
                    joined[-1] = _changed(joined[-1], {end: getattr(row, end)})
                else:
                    joined.append(row)
            current.extend(joined)
    return current


def _at_zero(row: PriceRow, start: str, end: str) -> PriceRow:
    return _changed(row, {start: 0, end: 0})  # equal for rows that differ in this dimension alone


def _changed(row: PriceRow, edges: dict[str, Any]) -> PriceRow:
    return replace(row, **edges)
