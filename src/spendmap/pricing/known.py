"""Since when a price without a stated start is known, and until when one that was read once is believed.

Reads `known_since.csv` (made by `scripts/known_since.py` from the catalogue's own releases). A price without a start
is no price for ever: before the day it was first seen it is only the best guess there is, and so is a page's price
half a year after it was read. Such a row is cut at that day, and the part outside bears the basis `estimated`: what is
priced with it says so and is evidence `estimated`.
Invariant: cutting changes no price, only what is claimed of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from spendmap.pricing.overlay_facts import documented_from, resales
from spendmap.pricing.rows import NO_END, NO_START, NOT_CERTAIN, PriceRow

FILE = Path(__file__).with_name("known_since.csv")
EVERY_METER = "*"
BELIEVED = timedelta(days=183)
"""How long after a page was read its open-ended price is taken to hold. Half a year."""


@cache
def first_seen() -> dict[tuple[str, str, str], datetime]:
    """(provider, model, meter or `*`) -> day from which the price is known, inclusive, UTC."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return {
            (row["provider"], row["model"], row["meter"]): datetime.fromisoformat(row["since"])
            for row in csv.DictReader(stream)
        }


@cache
def last_seen() -> datetime:
    """The day of the newest release the file knows: the first day of a price it does not list."""
    return max(first_seen().values())


def known_from(row: PriceRow) -> datetime:
    """The day a row is known from: its start, else what documents it, else the day it was first read or listed."""
    if row.valid_from != NO_START:
        return row.valid_from
    if (documented := documented_from(row)) is not None:
        return documented
    if row.checked_on is not None:
        return _midnight(row.checked_on)
    seen = first_seen()
    of_meter = seen.get((row.provider, row.model, row.meter))
    return of_meter or seen.get((row.provider, row.model, EVERY_METER)) or last_seen()


def cut_at_first_seen(rows: Iterable[PriceRow]) -> Iterator[PriceRow]:
    """Each row, cut in two where it claims more than is known."""
    for row in rows:
        if row.basis in NOT_CERTAIN:
            yield row
            continue
        since, until = known_from(row), _believed_until(row)
        if row.valid_from < since:
            yield replace(row, valid_to=min(since, row.valid_to), basis="estimated")
        if (first := max(row.valid_from, since)) < (end := min(until, row.valid_to)):
            yield replace(row, valid_from=first, valid_to=end)
        if until < row.valid_to:
            yield replace(row, valid_from=max(row.valid_from, until), basis="estimated")


def doubt_of(row: PriceRow) -> str | None:
    """Why a price is not certain, for a person; None when it is."""
    if row.basis == "upper_bound":
        return f"{row.meter}: the highest of several fees is taken, an upper bound"
    if row.basis != "estimated":
        return None
    maker = row.catalogue.partition(", from ")[2]
    if (row.provider, maker) in resales():
        return f"{row.provider} sells it at {maker}'s list price"
    if row.valid_to != NO_END:
        since = known_from(replace(row, basis="documented")) if row.valid_from == NO_START else row.valid_to
        return f"price known from {since:%Y-%m-%d}; used for an earlier call"
    if row.checked_on is not None:
        return f"price read on {row.checked_on}; used for a later call"
    return "the price is an estimate"


def _believed_until(row: PriceRow) -> datetime:
    """Open-ended prices of a page that was read once; a catalogue is read again with each release."""
    if row.valid_to != NO_END or row.checked_on is None:
        return NO_END
    return max(_midnight(row.checked_on), row.valid_from) + BELIEVED


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001
