"""Measured distributions that give the sample its shape: token lengths, cache reuse, customers, weeks.

Reads the three small tables in `data/` (origin and licences: README.md of this package).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate


def _rows(name: str) -> list[list[int]]:
    text = (files("spendmap.sample") / "data" / name).read_text(encoding="utf-8")
    reader = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(reader)
    return [[int(cell) for cell in row] for row in reader]


@dataclass(frozen=True)
class Lengths:
    """Token lengths of real calls. `calls` = (input, of it reusable from a cache, output), in tokens."""

    calls: tuple[tuple[int, int, int], ...]

    def __len__(self) -> int:
        return len(self.calls)


@cache
def short_calls() -> Lengths:
    """A code-completion service: 2,048 tokens in, 28 out on average; no cache measured."""
    return Lengths(tuple((i, 0, o) for i, o in _rows("azure_llm_2023_code_lengths.csv")))


@cache
def long_calls() -> Lengths:
    """A chat service: 12,000 tokens in, 4,200 of them a reusable prefix, 334 out on average."""
    return Lengths(tuple((i, c, o) for i, c, o in _rows("mooncake_conversation_lengths.csv")))


@cache
def customer_shares() -> tuple[float, ...]:
    """Share of the requests of each of a real service's customers, largest first; they add up to 1."""
    shares = [row[1] for row in _rows("servegen_client_requests.csv")]
    total = sum(shares)
    return tuple(share / total for share in shares)


@cache
def week() -> tuple[float, ...]:
    """28 six-hour slots of a week: load of a real service against its mean (mean 1)."""
    rows = _rows("servegen_client_requests.csv")
    slots = [sum(row[1] * row[2 + slot] for row in rows) for slot in range(28)]
    mean = sum(slots) / 28
    return tuple(slot / mean for slot in slots)


@cache
def clock() -> tuple[tuple[float, ...], ...]:
    """Per weekday, the cumulative shares of its four six-hour slots."""
    load = week()
    days = []
    for day in range(7):
        part = load[day * 4 : day * 4 + 4]
        days.append(tuple(value / sum(part) for value in accumulate(part)))
    return tuple(days)
