"""Dated facts the packaged catalogue lacks or has wrong, each with its page and the day it was read.

Reads `overlays/*.yaml`, changes a list of price rows. Entries are applied file by file, top to bottom, and a
later one lies over an earlier one inside its box, so a file reads like a history:

- `prices`: stated prices; they replace whatever was in force for their keys in their box.
- `cleared`: nothing is known there; usage stays unpriced rather than wrong.
- `retired`: the name has no price after `from`, whatever the catalogue goes on saying. Who sells the maker's models on
  (`resold`) retires them on days of its own: there the price stays, as an estimate.
- `alike`: a meter has the prices of another one.
- `derived`: another tier's or region's price times a factor a page states; only where no price is in force.
- `backdated`: a tier's first published prices extended back, at their ratio to the standard price, to the day
  the vendor opened the tier.
- `known`: since when a price that the catalogue does not date is documented; see `known`.
- `names`, `regions`, `resold`: see `aliases`.
A stated price with `until` is a snapshot: it says what was read up to that day, and nothing is in force after it.
Invariant: after each entry no two rows of one key overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from spendmap.pricing.meters import TOKEN_METERS
from spendmap.pricing.overlay_facts import documents, fits, instant, names, resales
from spendmap.pricing.rows import (
    DAY_S,
    EVERY_DAY,
    NO_END,
    NO_START,
    NO_UPPER_TIER,
    NOT_CERTAIN,
    Basis,
    Key,
    PriceRow,
    multiplied,
    unit_price,
    without_all,
)
from spendmap.vocabulary.errors import PriceError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MILLION = 1_000_000
RESOLD_TIERS = frozenset({"standard", "batch"})
"""Tiers a reseller offers at the maker's list price. Flex, priority and fast lanes are each seller's own."""


def with_overlays(rows: Iterable[PriceRow]) -> list[PriceRow]:
    """The catalogue's rows with every shipped fact laid over them."""
    book: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in rows:
        book[row.key].append(row)
    for name, document in documents().items():
        for section in ("cleared", "alike", "prices", "retired", "derived", "backdated"):
            for number, entry in enumerate(document.get(section, ()), start=1):
                try:
                    _apply(book, section, entry, f"overlay {name}")
                except (KeyError, ValueError, TypeError) as error:
                    raise PriceError(f"overlay {name}, {section} {number}: {error!r}.") from error
    return [row for group in book.values() for row in group]


def _apply(book: dict[Key, list[PriceRow]], section: str, entry: Mapping[str, Any], catalogue: str) -> None:
    if section == "prices":
        for row in stated_rows(entry, catalogue):
            box = replace(row, valid_to=NO_END) if "until" in entry else row
            book[row.key] = [part for old in book[row.key] for part in old.without(box)] + [row]
    elif section == "retired":
        end = instant(entry["from"], NO_END)
        sellers = [seller for seller, maker in resales() if maker == entry["provider"]]
        for key in [key for key in book if names(entry, key[0], key[1]) and key[5] == ""]:
            for seller in sellers if key[3] in RESOLD_TIERS and not key[4] else ():
                if not book.get((seller, *key[1:])):
                    book[seller, *key[1:]] = [_resold(row, seller, entry, catalogue) for row in book[key]]
            book[key] = [replace(r, valid_to=min(r.valid_to, end)) for r in book[key] if r.valid_from < end]
    elif section == "alike":
        for key in [key for key in book if names(entry, key[0], key[1]) and key[2] == entry["as"]]:
            alike = (*key[:2], entry["meter"], *key[3:])
            book[alike] = book[alike] or [replace(row, meter=entry["meter"]) for row in book[key]]
    elif section == "cleared":
        for box in _boxes(entry, catalogue):
            for key in [key for key in book if _is_of(entry, key)]:
                book[key] = [part for old in book[key] for part in old.without(box)]
    elif section == "derived":
        for row in list(_derived(book, entry, catalogue)):
            book[row.key].extend(without_all(row, book[row.key]))
    else:
        for row in list(_backdated(book, entry, catalogue)):
            book[row.key].extend(without_all(row, book[row.key]))


def _resold(row: PriceRow, seller: str, entry: Mapping[str, Any], catalogue: str) -> PriceRow:
    """A maker's price as that of who sells the model on: documented somewhere, and an estimate."""
    return replace(
        row,
        provider=seller,
        basis="estimated",
        catalogue=f"{catalogue}, from {row.provider}",
        source_url=resales()[seller, row.provider],
        checked_on=_day(entry["checked"]),
    )


def stated_rows(entry: Mapping[str, Any], catalogue: str) -> Iterator[PriceRow]:
    """The rows one `prices` entry states: models x windows x meters."""
    stated = [(meter, text, MILLION) for meter, text in entry.get("per_million", {}).items()]
    stated += [(meter, text, 1) for meter, text in entry.get("per_unit", {}).items()]
    for model in entry["models"]:
        for box in _boxes(entry, catalogue):
            for meter, text, per in stated:
                price, exact = unit_price(Decimal(text), per)
                basis: Basis = entry.get("basis", "documented") if exact else "derived"
                yield replace(box, model=model, meter=meter, list_unit_price=price, basis=basis)


def _derived(book: Mapping[Key, list[PriceRow]], entry: Mapping[str, Any], catalogue: str) -> Iterator[PriceRow]:
    times = Decimal(entry["times"])
    meters = TOKEN_METERS if entry.get("meters", "tokens") == "tokens" else tuple(entry["meters"])
    unchanged = tuple(entry.get("unchanged", ()))
    like = entry.get("like", {})
    for key in [key for key in book if _is_of(entry, key, like) and key[2] in (*meters, *unchanged)]:
        for row in book[key]:
            for box in _boxes(entry, catalogue):
                if part := row.within(box):
                    yield replace(
                        part,
                        provider=entry["provider"],
                        service_tier=box.service_tier,
                        region_scope=box.region_scope,
                        list_unit_price=row.list_unit_price
                        if key[2] in unchanged
                        else multiplied(row.list_unit_price, times),
                        basis=row.basis if row.basis in NOT_CERTAIN else "derived",
                        catalogue=f"{catalogue}, from {row.catalogue}",
                        source_url=box.source_url,
                        checked_on=box.checked_on,
                    )


def _backdated(book: Mapping[Key, list[PriceRow]], entry: Mapping[str, Any], catalogue: str) -> Iterator[PriceRow]:
    tier = entry["service_tier"]
    for box in _boxes(entry, catalogue):
        for key in [key for key in book if _is_of(entry, key, {"service_tier": tier})]:
            tier_rows = book[key]
            if not tier_rows:
                continue
            first = min(row.valid_from for row in tier_rows)
            standard = book.get((*key[:3], "standard", *key[4:]), [])
            for row in (row for row in tier_rows if row.valid_from == first):
                base = next(
                    (
                        s
                        for s in standard
                        if s.valid_from <= first < s.valid_to and s.overlaps(replace(row, valid_from=s.valid_from))
                    ),
                    None,
                )
                if base is None or not base.list_unit_price:
                    continue
                for old in standard:
                    # The same input length, any earlier time: the published discount on the price of then.
                    span = replace(
                        box, valid_to=min(box.valid_to, first), input_from=row.input_from, input_to=row.input_to
                    )
                    if span.valid_from < span.valid_to and (part := old.within(span)):
                        price = old.list_unit_price * row.list_unit_price
                        yield replace(
                            part,
                            service_tier=tier,
                            list_unit_price=unit_price(price / base.list_unit_price, 1)[0],
                            basis=part.basis if part.basis in NOT_CERTAIN else "derived",
                            catalogue=f"{catalogue}, from {row.catalogue}",
                            source_url=box.source_url,
                            checked_on=box.checked_on,
                        )


def _is_of(entry: Mapping[str, Any], key: Key, like: Mapping[str, Any] | None = None) -> bool:
    """Whether a key is one the entry speaks of. `like` names the key that is read when it is not the one written."""
    wanted = {"service_tier": "standard", "region_scope": "", **(entry if like is None else like)}
    provider = wanted.get("provider", entry["provider"])
    return (
        key[0] == provider
        and fits(entry, key[1])
        and key[3] == wanted["service_tier"]
        and key[4] == wanted["region_scope"]
        and key[5] == ""
    )


def _boxes(entry: Mapping[str, Any], catalogue: str) -> Iterator[PriceRow]:
    """The entry's box (one per time window) as rows without a price."""
    for start_s, end_s in _windows(entry.get("windows")):
        yield PriceRow(
            provider=entry["provider"],
            model="",
            meter="",
            list_unit_price=Decimal(0),
            service_tier=entry.get("service_tier", "standard"),
            region_scope=entry.get("region_scope", ""),
            currency=entry.get("currency", "USD"),
            valid_from=instant(entry.get("from"), NO_START),
            valid_to=_end(entry),
            window_start_s=start_s,
            window_end_s=end_s,
            window_weekdays=_weekdays(entry.get("weekdays")),
            input_from=int(entry.get("input_from", 0)),
            input_to=int(entry.get("input_to", NO_UPPER_TIER)),
            catalogue=catalogue,
            source_url=entry["source"],
            checked_on=_day(entry["checked"]),
        )


def _end(entry: Mapping[str, Any]) -> datetime:
    """`to` is exclusive; `until` is the last day that was read."""
    if "until" in entry:
        return instant(entry["until"], NO_END) + timedelta(days=1)
    return instant(entry.get("to"), NO_END)


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"{value!r} is not a day; write 2026-11-21")


def _windows(texts: object) -> list[tuple[int, int]]:
    """`["16:30-00:30"]` as seconds of the UTC day, cut at midnight."""
    if texts is None:
        return [(0, DAY_S)]
    found = []
    for text in texts if isinstance(texts, list) else [texts]:
        start, end = (_seconds(part) for part in str(text).split("-"))
        found += [(start, end)] if start < end else [(start, DAY_S), *([(0, end)] if end else [])]
    return found


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _weekdays(names: object) -> int:
    if names is None:
        return EVERY_DAY
    if not isinstance(names, list):
        raise ValueError(f"{names!r} is not a list of weekdays; write [mon, tue]")
    return sum(1 << DAYS.index(name) for name in names)
