"""A price that changes what a published month says is a restatement: before, after, and by whom.

Reads captured usage and the book before and after; writes nothing. Looks only when the book has changed since the
months were priced: then their rows are priced by what the book said then, and by what it says now. What came with new
or re-read rows is no restatement and is not counted here.
Invariant: `after` - `before`, over the rows that were published, is what the change of prices moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.pricing.book import Book
from spendmap.pricing.company import COMPANY, who_added
from spendmap.pricing.rows import NO_END, NO_START, PriceRow
from spendmap.vocabulary.money import money_text

Named = tuple[str, str]  # provider and model a price is of


@dataclass(frozen=True)
class NewPrice:
    """A price that is in the book since this run. `by`: who wrote it, or the catalogue it came with."""

    name: str
    list_unit_price: Decimal
    currency: str
    valid_from: datetime
    valid_to: datetime
    by: str
    added: str | None

    def as_document(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "price_of": self.name,
            "list_unit_price": money_text(self.list_unit_price),
            "currency": self.currency,
            "valid_from": None if self.valid_from == NO_START else f"{self.valid_from:%Y-%m-%dT%H:%M:%SZ}",
            "valid_to": None if self.valid_to == NO_END else f"{self.valid_to:%Y-%m-%dT%H:%M:%SZ}",
            "by": self.by,
            "added": self.added,
        }


@dataclass(frozen=True)
class Restated:
    """What a change of prices moved in one published month, of one model. Costs in `currency`; None = no price."""

    month: str
    provider: str | None
    model: str | None
    currency_before: str
    currency: str
    usage_rows: int
    before: Decimal | None
    after: Decimal | None
    newly_priced: int
    newly_unpriced: int
    prices: tuple[NewPrice, ...]

    @property
    def by(self) -> list[str]:
        """Everybody whose price it is."""
        return sorted({price.by for price in self.prices})

    @property
    def difference(self) -> Decimal | None:
        """What moved; None over two currencies."""
        if self.currency != self.currency_before:
            return None
        return (self.after or Decimal(0)) - (self.before or Decimal(0))

    def as_document(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "month": self.month,
            "provider": self.provider,
            "model": self.model,
            "currency_before": self.currency_before,
            "currency": self.currency,
            "usage_rows": self.usage_rows,
            "before": money_text(self.before),
            "after": money_text(self.after),
            "difference": money_text(self.difference),
            "newly_priced": self.newly_priced,
            "newly_unpriced": self.newly_unpriced,
            "by": self.by,
            "prices": [price.as_document() for price in self.prices],
        }

    def sentence(self) -> str:
        """One line for a person."""
        before, after = (f"{money_text(cost)} " if cost is not None else "" for cost in (self.before, self.after))
        who = f", by {', '.join(self.by)}" if self.by else ""
        return (
            f"{self.month} was published and is restated: {self.provider or ''}/{self.model or ''} "
            f"{before or 'unpriced '}{self.currency_before if before else ''} -> "
            f"{after or 'unpriced '}{self.currency if after else ''}"
        ).strip() + who


def restated(
    engine: Engine,
    published: Mapping[str, datetime],
    book: Book,
    root: Path,
    priced_by: Callable[[Book, Sequence[str]], Sequence[Path]],
) -> list[Restated]:
    """What the prices of today move in the months that are published.

    Args:
        published: month worked on that is published -> when it was priced last, UTC without a zone.
        book: today's, with what it said before.
        root: the workspace, whose `register/prices.yaml` says who added a price.
        priced_by: files of `restated_row`: the months' rows that were published, priced by a book.
    """
    if not published or not (changed := _new_prices(book, min(published.values()), root)):
        return []
    moments: dict[datetime, list[str]] = defaultdict(list)
    for month, at in published.items():
        moments[at].append(month)
    before = [file for at, months in moments.items() for file in priced_by(book.as_known_at(at), months)]
    now = priced_by(book, list(published))
    if not before or not now:
        return []
    engine.bind("priced_before", before)
    engine.bind("priced_now", now)
    rows = engine.table(Transform.load("spendmap.allocation", "restated.sql")).to_pylist()
    return [_restated(row, changed) for row in rows]


def _restated(row: Mapping[str, Any], changed: Mapping[Named, Sequence[NewPrice]]) -> Restated:
    prices = changed.get((row["price_provider"], row["price_model"]), ())
    sold = changed.get((row["provider_name"], row["price_model"]), ())
    return Restated(
        month=row["month"],
        provider=row["provider_name"],
        model=row["model"],
        currency_before=row["currency_before"],
        currency=row["currency"],
        usage_rows=row["usage_rows"],
        before=row["before"],
        after=row["after"],
        newly_priced=max(row["priced_now"] - row["priced_before"], 0),
        newly_unpriced=max(row["priced_before"] - row["priced_now"], 0),
        prices=tuple(_in_month(dict.fromkeys((*prices, *sold)), row["month"])),
    )


def _in_month(prices: Iterable[NewPrice], month: str) -> Iterable[NewPrice]:
    """Those in force at some time of the month."""
    start = datetime.fromisoformat(f"{month}-01")
    end = datetime(start.year + start.month // 12, start.month % 12 + 1, 1)  # noqa: DTZ001  UTC without a zone
    return (price for price in prices if price.valid_from < end and start < price.valid_to)


def _new_prices(book: Book, since: datetime, root: Path) -> Mapping[Named, Sequence[NewPrice]]:
    """Prices in the book now that were not at `since`, and those that have gone, by what they are of."""
    if not book.has_changed_since(since):
        return {}
    before = book.as_known_at(since).rows
    known, kept = ({row.price_id for row in rows} for rows in (before, book.in_book))
    who = who_added(root)
    found: dict[Named, list[NewPrice]] = defaultdict(list)
    for row in book.in_book:
        if row.price_id not in known:
            found[row.provider, row.model].append(_new(row, who))
    for row in before:
        if row.price_id not in kept and row.catalogue == COMPANY:
            taken = f"{row.name} taken out of register/prices.yaml"
            found[row.provider, row.model].append(
                NewPrice(taken, row.list_unit_price, row.currency, row.valid_from, row.valid_to, "register", None)
            )
        elif row.price_id not in kept:
            found[row.provider, row.model]  # its model counts as changed
    return found


def _new(row: PriceRow, who: Mapping[str, tuple[str, str | None]]) -> NewPrice:
    by, added = who.get(row.price_id, (row.catalogue, None))
    return NewPrice(row.name, row.list_unit_price, row.currency, row.valid_from, row.valid_to, by, added)


def record(found: Sequence[Restated], version: str, earlier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a version keeps of restatements: those of the versions before it, then its own."""
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return [*map(dict, earlier), *({"version": version, "at": at, **each.as_document()} for each in found)]
