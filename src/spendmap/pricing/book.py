"""The price book: every price row, what is in force, and how a newer catalogue enters without losing history.

Reads and writes Arrow tables of the ledger's `price` schema; where they are kept is the ledger's business.
`open_book` gives the prices known today: the packaged catalogue, the shipped overlays and the company's own.
Invariant: no row is ever deleted. A row a newer reading contradicts is superseded and stays; merging the same
reading twice changes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.engine.arrow import conform
from spendmap.pricing.catalogue import catalogue_name, catalogue_rows
from spendmap.pricing.company import COMPANY, company_rows
from spendmap.pricing.forms import LIST, Form
from spendmap.pricing.known import cut_at_first_seen
from spendmap.pricing.overlaps import Overlap, overlaps
from spendmap.pricing.overlay import with_overlays
from spendmap.pricing.overlay_facts import overlay_digest
from spendmap.pricing.refresh import laid_over, newest, read_catalogue
from spendmap.pricing.rows import NO_END, NO_START, NOT_CERTAIN, Key, PriceRow, without_all
from spendmap.pricing.tabular import rows_of, table_of

if TYPE_CHECKING:
    from spendmap.workspace import Workspace

_LAID_OUT: dict[str, pa.Table] = {}
LAYOUT = "2"  # raise it when the same catalogue flattens to other rows, so that cached books are made anew


@dataclass(frozen=True)
class Book:
    """Every price row, superseded ones included."""

    rows: tuple[PriceRow, ...]

    @staticmethod
    def from_table(table: pa.Table) -> Book:
        """The book kept in a `price` table."""
        from spendmap.pricing.table_book import TableBook

        return TableBook(table)

    @cached_property
    def table(self) -> pa.Table:
        """The book as a `price` table."""
        return table_of(self.rows)

    @cached_property
    def in_book(self) -> tuple[PriceRow, ...]:
        """Rows no later reading has replaced."""
        return tuple(row for row in self.rows if row.superseded_at is None)

    @cached_property
    def _named(self) -> Mapping[Form, bool]:
        """Every form of the book -> whether its price depends on the time of day or the weekday."""
        found: dict[Form, bool] = {}
        for row in self.in_book:
            found[row.form] = found.get(row.form, False) or row.is_windowed
        return found

    @cached_property
    def forms(self) -> frozenset[Form]:
        """Every form something is priced for, contracts included."""
        return frozenset(self._named)

    @cached_property
    def scopes(self) -> frozenset[tuple[str, str, str]]:
        """(provider, model, region scope) that have a list price in some tier."""
        return frozenset((f.provider, f.model, f.region_scope) for f in self.forms if f.account == LIST)

    @cached_property
    def windowed(self) -> frozenset[Form]:
        """Forms whose price depends on the time of day or the weekday."""
        by_list = {form for form, is_windowed in self._named.items() if is_windowed}
        over = {form for form in self.forms if form.account != LIST and form._replace(account=LIST) in by_list}
        return frozenset(by_list | over)

    @cached_property
    def models(self) -> Mapping[tuple[str, str], str]:
        """(provider, model in lower case) -> model id, for every model that has a price."""
        return {(form.provider, form.model.lower()): form.model for form in self._named}

    def of_forms(self, numbers: Collection[int | None]) -> Sequence[PriceRow]:
        """Rows no later reading has replaced, of every model that has one of these forms."""
        models = {(form.provider, form.model) for form in self.forms if form.number in numbers}
        return [row for row in self.in_book if (row.provider, row.model) in models]

    def of_keys(self, keys: Collection[Key]) -> Sequence[PriceRow]:
        """The rows of these keys, superseded ones included."""
        return [row for row in self.rows if row.key in keys]

    def replacing(self, keys: Collection[Key], rows: Iterable[PriceRow]) -> Book:
        """This book with `rows` in the place of all rows of these keys."""
        return Book((*(row for row in self.rows if row.key not in keys), *rows))

    def has_changed_since(self, at: datetime) -> bool:
        """Whether a row was recorded or superseded after `at`, UTC without a zone."""
        return any(row.recorded_at > at or (row.superseded_at or NO_START) > at for row in self.rows)

    def as_known_at(self, at: datetime) -> Book:
        """What the book said at `at`, UTC without a zone."""
        rows = (row for row in self.rows if row.recorded_at <= at)
        return Book(tuple(replace(row, superseded_at=None) for row in rows if (row.superseded_at or NO_END) > at))

    def as_read_at(self, at: datetime) -> Book:
        """The book as it enters an empty one at `at`, UTC without a zone."""
        return Book(tuple(replace(row, recorded_at=at) for row in self.rows))

    def merge(self, fresh: Iterable[PriceRow], at: datetime) -> Book:
        """This book after a newer reading of the same sources.

        Rows the reading repeats stay as they are. Rows it contradicts are superseded at `at`; what they say
        outside the new rows' boxes stays, as rows of their own. Rows it no longer mentions stay (a catalogue
        drops retired models, their usage must keep its price), except the company's own, which are declared.

        Args:
            fresh: rows of `open_book`; none overlap.
            at: when the reading entered this book, UTC without a zone.
        """
        new_by_key: dict[Key, dict[str, PriceRow]] = defaultdict(dict)
        for row in fresh:
            new_by_key[row.key][row.price_id] = row
        old_by_key: dict[Key, dict[str, PriceRow]] = defaultdict(dict)
        for row in self.in_book:
            old_by_key[row.key][row.price_id] = row
        kept = [row for row in self.rows if row.superseded_at is not None]
        for key in {**old_by_key, **new_by_key}:
            kept.extend(_merged_key(old_by_key[key], new_by_key[key], at))
        return Book(tuple(kept))


def merged(stored: Book, today: Book, at: datetime) -> Book:
    """What `stored.merge` makes of a whole book, worked out only where the two differ; `stored` itself where nowhere.

    Args:
        today: the book of `open_book`; none of its rows overlap.
        at: when the reading entered the stored book, UTC without a zone.
    """
    if not len(stored.table):
        return today.as_read_at(at)
    differing = _ids_apart(stored.table, today.table)
    if not differing:
        return stored
    own = Book(tuple(stored.of_keys(differing))).merge(today.of_keys(differing), at)
    return stored.replacing(differing, own.rows)


def _ids_apart(stored: pa.Table, today: pa.Table) -> set[Key]:
    """Keys of which only one of the two tables has some price."""
    names = ("provider", "model", "meter", "service_tier", "region_scope", "contract", "currency")
    kept = stored.filter(pc.is_null(stored.column("superseded_at")))
    found: set[Key] = set()
    for here, there in ((kept, today), (today, kept)):
        alone = here.filter(pc.invert(pc.is_in(here.column("price_id"), value_set=there.column("price_id"))))
        found |= {tuple(row[name] for name in names) for row in alone.select(names).to_pylist()}
    return found


def _merged_key(old: Mapping[str, PriceRow], new: Mapping[str, PriceRow], at: datetime) -> Iterable[PriceRow]:
    certain = [row for row in old.values() if row.basis not in NOT_CERTAIN and row.catalogue != COMPANY]
    added = [
        replace(part, recorded_at=at)
        for price_id, row in new.items()
        if price_id not in old
        # What was known to hold then is not replaced by what is only guessed to have held.
        for part in (without_all(row, _others(certain, row)) if _is_carried_back(row) else (row,))
        if part.price_id not in old
    ]
    yield from added
    for price_id, row in old.items():
        if price_id in new:
            yield row
        elif row.catalogue == COMPANY:
            yield replace(row, superseded_at=at)
        elif any(row.overlaps(other) for other in added):
            yield replace(row, superseded_at=at)
            for part in without_all(row, [*added, *(new[known] for known in new if known in old)]):
                yield replace(part, recorded_at=at)
        else:
            yield row


def _is_carried_back(row: PriceRow) -> bool:
    """A price that is used for the time before it was known."""
    return row.basis == "estimated" and row.valid_to != NO_END


def _others(certain: Iterable[PriceRow], row: PriceRow) -> list[PriceRow]:
    """Those that say another price: where they say the same one, the newer reading says how sure it is."""
    return [other for other in certain if other.list_unit_price != row.list_unit_price]


def check_overlaps(table: pa.Table) -> list[Overlap]:
    """Pairs of prices of one key in force at the same instant, in a `price` table. Empty is right."""
    return overlaps(rows_of(table))


def shipped_version() -> str:
    """Names the prices shipped with this installation: catalogue version and digest of the overlays."""
    said = f"{LAYOUT}\x1f{overlay_digest()}"
    return f"{catalogue_name().replace(' ', '-')}-{hashlib.blake2b(said.encode(), digest_size=4).hexdigest()}"


def shipped_rows() -> list[PriceRow]:
    """The packaged catalogue with the shipped overlays, each row with what is claimed of it."""
    return _claimed(catalogue_rows())


def refreshed_rows(file: Path, taken: date) -> list[PriceRow]:
    """The same with a newer catalogue over the packaged one.

    Raises:
        PriceError: the file cannot be used.
    """
    return _claimed(laid_over(catalogue_rows(), read_catalogue(file, taken), taken))


def _claimed(rows: Iterable[PriceRow]) -> list[PriceRow]:
    return list(cut_at_first_seen(with_overlays(cut_at_first_seen(rows))))


def open_book(workspace: Workspace | None = None) -> Book:
    """The prices known today: shipped ones, with the company's own over them.

    In a workspace the shipped part is kept in `cache/prices-<version>.parquet`, a copy that can be deleted.

    Raises:
        PriceError: `register/prices.yaml` cannot be read or its prices overlap each other.
    """
    if workspace is None:
        return Book(tuple(shipped_rows()))
    return with_company(_known_in(workspace.root), company_rows(workspace.root))


def with_company(shipped: Book, company: Sequence[PriceRow]) -> Book:
    """A company's own prices over the others."""
    if not company:
        return shipped
    own: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in company:
        own[row.key].append(row)
    under = [part for row in shipped.of_keys(own) for part in without_all(row, own[row.key])]
    return shipped.replacing(own, (*under, *company))


def kept_file(root: Path) -> Path:
    """Where a workspace keeps its copy of the shipped prices; another name whenever they are others."""
    taken = newest(root)
    if taken is None:
        return root / "cache" / f"prices-{shipped_version()}.parquet"
    file, day = taken
    digest = hashlib.blake2b(file.read_bytes(), digest_size=6).hexdigest()
    return root / "cache" / f"prices-{shipped_version()}-{day.isoformat()}-{digest}.parquet"


def _known_in(root: Path) -> Book:
    """The shipped prices, or those with the catalogue the workspace has taken; kept in its cache."""
    taken = newest(root)
    return _cached(kept_file(root), (lambda: refreshed_rows(*taken)) if taken else shipped_rows)


def _cached(file: Path, make: Callable[[], list[PriceRow]]) -> Book:
    if file.is_file():
        with contextlib.suppress(pa.ArrowException, OSError, KeyError, ValueError):  # damaged: it is a copy, made anew
            return Book.from_table(conform(pq.read_table(file, page_checksum_verification=True), "price"))
    if file.name not in _LAID_OUT:  # one process can open many workspaces, and the name says which prices they are
        _LAID_OUT[file.name] = table_of(make())
    table = _LAID_OUT[file.name]
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial")
    pq.write_table(table, partial, compression="zstd", write_page_checksum=True)
    partial.replace(file)
    return Book.from_table(table)
