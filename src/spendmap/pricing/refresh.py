"""A newer catalogue: read it, say what it changes, and take it.

Reads a `genai-prices` data file (its `data.json`) and the book in force; `take` puts the file into the workspace's
`register/`, where `open_book` finds it. A price that only the newer file has is known from the day it was taken on: the
months before keep the price they had.
Invariant: taking the same file twice changes nothing.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from spendmap.pricing.catalogue import rows_of_providers
from spendmap.pricing.rows import NO_START, Key, PriceRow, without_all
from spendmap.vocabulary.errors import PriceError

FOLDER = "register"
Group = tuple[str, str | None, str | None, str]
"""Month, provider, model, currency."""

NAME = re.compile(r"genai-prices-(\d{4}-\d{2}-\d{2})\.json")


@dataclass(frozen=True)
class Change:
    """One price that differs between two books: from `before` (None = there was none) to `after` (None = ended)."""

    kind: Literal["new", "changed", "ended"]
    before: PriceRow | None
    after: PriceRow | None

    @property
    def row(self) -> PriceRow:
        """The row it is about."""
        row = self.after or self.before
        assert row is not None
        return row


def read_catalogue(file: Path, taken: date) -> list[PriceRow]:
    """The rows of a catalogue file, each undated one marked as read on the day it is taken.

    Raises:
        PriceError: the file is not the catalogue's data, or a price in it cannot be used.
    """
    from genai_prices.types import _providers_from_raw

    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(raw, list) or not raw:
            raise TypeError("a list of providers was expected")
        providers: list[Any] = _providers_from_raw(raw)
        rows = rows_of_providers(providers, f"genai-prices of {taken.isoformat()}")
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as error:  # pydantic's and JSON's are ValueErrors
        raise PriceError(
            f"{file} is not a genai-prices data file: {_first_line(error)}",
            next_step="Take `prices/data.json` of the genai-prices project, or upgrade the package "
            "with `pip install --upgrade genai-prices`.",
        ) from error
    return rows


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def newest(root: Path) -> tuple[Path, date] | None:
    """The catalogue file a workspace has taken last, and when."""
    found = sorted(
        (match[1], file) for file in (root / FOLDER).glob("genai-prices-*.json") if (match := NAME.fullmatch(file.name))
    )
    return (found[-1][1], date.fromisoformat(found[-1][0])) if found else None


def take(root: Path, file: Path, on: date) -> Path:
    """Copy the file into the workspace, whole or not at all."""
    kept = root / FOLDER / f"genai-prices-{on.isoformat()}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_bytes(file.read_bytes())
    partial.replace(kept)
    return kept


def laid_over(packaged: Iterable[PriceRow], fresh: Iterable[PriceRow], taken: date) -> list[PriceRow]:
    """The packaged catalogue with a newer one over it. What the newer repeats stays as it was known.

    A price the newer states without a start, and that the packaged one does not have, holds from the day it was
    taken; before it the packaged price does, where there is one. Models only the packaged one has stay.
    """
    by_key: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in packaged:
        by_key[row.key].append(row)
    since = datetime(taken.year, taken.month, taken.day)  # noqa: DTZ001
    new: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in fresh:
        new[row.key].append(row)
    out: list[PriceRow] = []
    for key in {**by_key, **new}:
        old, same = by_key.get(key, []), {row.price_id for row in by_key.get(key, [])}
        over = [_known(row, since, taken, has_old=bool(old)) for row in new.get(key, []) if row.price_id not in same]
        if not over:
            out.extend(old)
            continue
        kept_new = [row for row in over if row.valid_from < row.valid_to]
        left = old
        for row in kept_new:
            left = [part for each in left for part in each.without(row)]
        out.extend([*left, *kept_new])
    return out


def _known(row: PriceRow, since: datetime, taken: date, *, has_old: bool) -> PriceRow:
    start = since if has_old and row.valid_from == NO_START else row.valid_from
    return replace(row, valid_from=start, checked_on=taken)


def differences(before: Iterable[PriceRow], after: Iterable[PriceRow]) -> list[Change]:
    """What a newer book says otherwise, one record a price, in the order of keys."""
    old, new = ({row.price_id: row for row in rows} for rows in (before, after))
    gone = [row for price_id, row in old.items() if price_id not in new]
    come = [row for price_id, row in new.items() if price_id not in old and row.basis != "estimated"]
    by_key: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in gone:
        by_key[row.key].append(row)
    found: list[Change] = []
    answered: set[str] = set()
    for row in come:
        was = [each for each in by_key.get(row.key, ()) if each.overlaps(row)]
        answered |= {each.price_id for each in was}
        other = [each for each in was if each.list_unit_price != row.list_unit_price]
        if other:
            found.append(Change("changed", other[0], row))
        elif not was:
            found.append(Change("new", None, row))
    found += [Change("ended", row, None) for row in gone if row.price_id not in answered and row.basis != "estimated"]
    return sorted(found, key=lambda each: (each.row.key, each.row.valid_from, each.row.input_from))


def as_if_always(before: Iterable[PriceRow], changes: Iterable[Change], at: datetime) -> list[PriceRow]:
    """The book as it would be had the new prices in force at `at` held all along. For a comparison, never stored."""
    always = [
        replace(each.after, valid_from=NO_START)
        for each in changes
        if each.after is not None and each.after.valid_from <= at < each.after.valid_to
    ]
    by_key: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in always:
        by_key[row.key].append(row)
    return [*always, *(part for row in before for part in without_all(row, by_key.get(row.key, ())))]


@dataclass(frozen=True)
class Moved:
    """What one book would make of a month's stored usage of one model, and another. Costs in `currency`."""

    month: str
    provider: str | None
    model: str | None
    currency: str
    before: Decimal | None
    after: Decimal | None


def moved(before: Mapping[Group, Decimal | None], after: Mapping[Group, Decimal | None]) -> list[Moved]:
    """Months and models whose money differs. Keys are (month, provider, model, currency)."""
    keys = sorted({*before, *after}, key=lambda key: tuple(str(part) for part in key))
    return [Moved(*key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]
