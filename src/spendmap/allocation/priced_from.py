"""Which months need not be priced again: their usage is the same, its names mean the same, and so do the prices.

Reads the version in force and the price book; writes nothing. What a month's prices rest on is told by two digests.
`base`: files of usage of the month and its neighbours (a call at midnight lies in two), what the sources see, names of
deployments, the currency, and the code itself. `prices`: what every name of the month is priced as, and the unit prices
of it that are in force in the month. Invariant: a month whose two digests are those of then has the same priced rows,
to the last digit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.engine.arrow import schema_of
from spendmap.engine.store import DataFile
from spendmap.pricing.aliases import build_aliases
from spendmap.pricing.book import Book
from spendmap.pricing.catalogue import catalogue_name
from spendmap.pricing.edges import Edges
from spendmap.pricing.forms import ANY_ACCOUNT, LIST
from spendmap.pricing.wide import build_price_wide
from spendmap.published import Version
from spendmap.published.writing import is_as_published
from spendmap.vocabulary.period import month_add

DERIVED = ("usage_grouped", "usage_shape", "usage_customer", "usage_person", "usage_covered", "priced_names")
"""What pricing leaves behind of a month, as tables of the version; each has a file of its own for it."""
CODE = (
    ("spendmap.pricing", ""),
    ("spendmap.allocation.identity", ""),
    ("spendmap.ledger", ""),
    *(("spendmap.allocation", f"{name}.sql") for name in ("lot_priced", *DERIVED) if name != "usage_shape"),
    *(
        ("spendmap.allocation", f"{name}.py")
        for name in ("combinations", "lot_kinds", "lots", "shapes", "pricing_step", "priced_from")
    ),
)
NAMES = ("provider_ref", "model_ref", "tier_ref", "region_ref", "account_ref")
SIDES = ("price_form", "contract_form")
SCHEMA = schema_of(*(pa.field(name, pa.string()) for name in ("billing_month", *NAMES)))


@dataclass(frozen=True)
class PricedFrom:
    """Two digests of what the priced rows of one month rest on."""

    base: str
    prices: str

    def as_document(self) -> dict[str, str]:
        """As a version keeps it."""
        return {"base": self.base, "prices": self.prices}


@dataclass(frozen=True)
class Rests:
    """What every month's prices rest on, beside its own usage."""

    usage: Sequence[DataFile]
    root: Path
    book: Book
    currency: str
    deployments: Mapping[str, str]
    sees: Mapping[str, set[str]]

    def base(self, month: str) -> str:
        """Digest of the month's usage and of all that is the same for every month."""
        near = {month_add(month, by) for by in (-1, 0, 1)}
        files = sorted(
            str(file.path.relative_to(self.root)) for file in self.usage if file.slice and file.slice[1] in near
        )
        sees = {source: sorted(seen) for source, seen in sorted(self.sees.items())}
        same = [sees, dict(sorted(self.deployments.items())), self.currency, self.edges.text, code_digest()]
        return _digest([files, *same])

    @cached_property
    def edges(self) -> Edges:
        """Where the book's prices can change: shapes of usage are told apart by them."""
        return Edges.of(self.book.table)

    def prices(self, names: pa.Table) -> dict[str, str]:
        """Digest of what the names of each month are priced as; `names` are rows of `priced_names`."""
        if not self._has_prices_by_account():  # then the account decides nothing, and there can be many
            place = names.column_names.index("account_ref")
            names = names.set_column(place, "account_ref", pa.nulls(len(names), pa.string()))
        refs = names.select(list(NAMES)).group_by(list(NAMES), use_threads=False).aggregate([])
        aliases = build_aliases(refs, self.book, deployments=self.deployments)
        forms = {number for side in SIDES for number in aliases.column(side).to_pylist()}
        wide: dict[int, list[dict[str, Any]]] = {}
        for row in build_price_wide(self.book.of_forms(forms), currency=self.currency, forms=forms).to_pylist():
            wide.setdefault(row["price_form"], []).append(row)
        meant = {tuple(row[name] for name in NAMES): row for row in aliases.to_pylist()}
        asked: dict[str, set[tuple[str, ...]]] = {}
        for row in names.group_by(["billing_month", *NAMES], use_threads=False).aggregate([]).to_pylist():
            asked.setdefault(row["billing_month"], set()).add(tuple(row[name] or "" for name in NAMES))
        return {month: _priced_as(month, [meant[ref] for ref in sorted(refs)], wide) for month, refs in asked.items()}

    def _has_prices_by_account(self) -> bool:
        return any(form.account not in (LIST, ANY_ACCOUNT) for form in self.book.forms)


NOTHING = ""  # of a month whose usage bears no name


def kept_months(before: Version | None, months: Iterable[str], rests: Rests) -> dict[str, dict[str, Path]]:
    """Months that are priced as they stand -> their files by table of `DERIVED`."""
    if before is None:
        return {}
    files = {month: _files_of(before, month) for month in months}
    same = {
        month: own
        for month, own in files.items()
        if before.meta.priced_from.get(month, {}).get("base") == rests.base(month)
        and len(own) == len(DERIVED)
        and is_as_published(before, own.values())
    }
    if not same:
        return {}
    try:
        names = names_in(own["priced_names"] for own in same.values())
    except (OSError, pa.ArrowException):
        return {}  # damaged: pricing again is what makes it right
    prices = rests.prices(names)
    return {
        month: own
        for month, own in same.items()
        if before.meta.priced_from[month].get("prices") == prices.get(month, NOTHING)
    }


def names_in(files: Iterable[Path]) -> pa.Table:
    """Rows of some files of `priced_names`."""
    return pa.concat_tables([SCHEMA.empty_table(), *(pq.ParquetFile(file).read().cast(SCHEMA) for file in files)])


def _priced_as(month: str, aliases: Sequence[dict[str, Any]], wide: Mapping[int, Sequence[dict[str, Any]]]) -> str:
    """Digest of some aliases and of the unit prices of their forms in the month."""
    first, end = _days(month)
    in_force = {
        number: [row for row in wide.get(number, ()) if row["valid_from"] < end and first < row["valid_to"]]
        for number in sorted({row[side] for row in aliases for side in SIDES if row[side]})
    }
    # A form without a price in force says nothing; whether one depends on the hour, its prices say themselves.
    speaking = {number: rows for number, rows in in_force.items() if rows}
    said = [{**row, "is_windowed": None} | {side: row[side] in speaking for side in SIDES} for row in aliases]
    forms = [[row[side] for side in SIDES if row[side] in speaking] for row in aliases]
    return _digest([said, forms, speaking])


def rests_on(rests: Rests, months: Sequence[str], names: pa.Table) -> dict[str, PricedFrom]:
    """What the months just priced rest on."""
    prices = rests.prices(names)
    return {month: PricedFrom(rests.base(month), prices.get(month, NOTHING)) for month in months}


def _files_of(version: Version, month: str) -> dict[str, Path]:
    """The month's file of each table; a table is left out where it has none, or several."""
    found: dict[str, Path] = {}
    for table in DERIVED:
        own = [file for file in version.paths(table, first=month, last=month) if f"billing_month={month}/" in str(file)]
        if len(own) == 1:
            found[table] = own[0]
    return found


def _days(month: str) -> tuple[datetime, datetime]:
    """The month's first moment and that of the next one, UTC without a zone."""
    starts = (datetime.strptime(each, "%Y-%m").replace(tzinfo=UTC) for each in (month, month_add(month, 1)))
    first, end = (start.replace(tzinfo=None) for start in starts)
    return first, end


@cache
def code_digest() -> str:
    """Digest of the code and data that decide a price: other code may give other digits."""
    digest = hashlib.blake2b(catalogue_name().encode(), digest_size=16)
    for package, name in CODE:
        place = resources.files(package)
        for file in [place / name] if name else _sources(place):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _sources(place: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for each in sorted(place.iterdir(), key=lambda entry: entry.name):
        if each.is_dir() and each.name != "__pycache__":
            found += _sources(each)
        elif each.is_file() and not each.name.endswith(".pyc"):
            found.append(each)
    return found


def _digest(said: object) -> str:
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
