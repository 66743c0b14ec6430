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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.pricing.catalogue import catalogue_name, catalogue_rows
from spendmap.pricing.company import COMPANY, company_rows
from spendmap.pricing.forms import LIST, Form, account_of
from spendmap.pricing.known import cut_at_first_seen
from spendmap.pricing.overlaps import Overlap, overlaps
from spendmap.pricing.overlay import with_overlays
from spendmap.pricing.overlay_facts import overlay_digest
from spendmap.pricing.refresh import laid_over, newest, read_catalogue
from spendmap.pricing.rows import NO_END, NOT_CERTAIN, Key, PriceRow, without_all
from spendmap.pricing.tabular import rows_of, table_of

if TYPE_CHECKING:
    from spendmap.workspace import Workspace

LAYOUT = "2"  # raise it when the same catalogue flattens to other rows, so that cached books are made anew


@dataclass(frozen=True)
class Book:
    """Every price row, superseded ones included."""

    rows: tuple[PriceRow, ...]

    @classmethod
    def from_table(cls, table: pa.Table) -> Book:
        """The book kept in a `price` table."""
        return cls(tuple(rows_of(table)))

    @cached_property
    def table(self) -> pa.Table:
        """The book as a `price` table."""
        return table_of(self.rows)

    @cached_property
    def in_book(self) -> tuple[PriceRow, ...]:
        """Rows no later reading has replaced."""
        return tuple(row for row in self.rows if row.superseded_at is None)

    @cached_property
    def forms(self) -> frozenset[Form]:
        """Every form something is priced for, contracts included."""
        return frozenset(_form(row) for row in self.in_book)

    @cached_property
    def scopes(self) -> frozenset[tuple[str, str, str]]:
        """(provider, model, region scope) that have a list price in some tier."""
        return frozenset((f.provider, f.model, f.region_scope) for f in self.forms if f.account == LIST)

    @cached_property
    def windowed(self) -> frozenset[Form]:
        """Forms whose price depends on the time of day or the weekday."""
        by_list = {_form(row) for row in self.in_book if row.is_windowed}
        over = {form for form in self.forms if form.account != LIST and form._replace(account=LIST) in by_list}
        return frozenset(by_list | over)

    @cached_property
    def models(self) -> Mapping[tuple[str, str], str]:
        """(provider, model in lower case) -> model id, for every model that has a price."""
        return {(row.provider, row.model.lower()): row.model for row in self.in_book}

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


def _form(row: PriceRow) -> Form:
    return Form(row.provider, row.model, row.service_tier, row.region_scope, account_of(row.contract))


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


def with_company(shipped: Sequence[PriceRow], company: Sequence[PriceRow]) -> Book:
    """A company's own prices over the others."""
    if not company:
        return Book(tuple(shipped))
    own: dict[Key, list[PriceRow]] = defaultdict(list)
    for row in company:
        own[row.key].append(row)
    under = [part for row in shipped for part in (without_all(row, own[row.key]) if row.key in own else (row,))]
    return Book((*under, *company))


def kept_file(root: Path) -> Path:
    """Where a workspace keeps its copy of the shipped prices; another name whenever they are others."""
    taken = newest(root)
    if taken is None:
        return root / "cache" / f"prices-{shipped_version()}.parquet"
    file, day = taken
    digest = hashlib.blake2b(file.read_bytes(), digest_size=6).hexdigest()
    return root / "cache" / f"prices-{shipped_version()}-{day.isoformat()}-{digest}.parquet"


def _known_in(root: Path) -> list[PriceRow]:
    """The shipped prices, or those with the catalogue the workspace has taken; kept in its cache."""
    taken = newest(root)
    return _cached(kept_file(root), (lambda: refreshed_rows(*taken)) if taken else shipped_rows)


def _cached(file: Path, make: Callable[[], list[PriceRow]]) -> list[PriceRow]:
    if file.is_file():
        with contextlib.suppress(pa.ArrowException, OSError, KeyError, ValueError):  # damaged: it is a copy, made anew
            return rows_of(pq.read_table(file, page_checksum_verification=True))
    rows = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.partial")
    pq.write_table(table_of(rows), partial, compression="zstd", write_page_checksum=True)
    partial.replace(file)
    return rows
