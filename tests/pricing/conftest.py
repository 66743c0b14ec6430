"""What the pricing tests share: the shipped book, made once, and a way to price a few usage rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.pricing import DISTINCT_REFS_SQL, PRICE_USAGE_SQL, build_aliases, build_price_wide
from spendmap.pricing.book import Book, open_book
from spendmap.pricing.specialise import specialised

Priced = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def shipped_book() -> Book:
    return open_book()


@pytest.fixture(scope="session")
def wide_of() -> Callable[[Book], pa.Table]:
    """The whole book laid out for pricing; laid out once for a book that many tests price with."""
    kept: list[tuple[Book, pa.Table]] = []

    def wide(book: Book) -> pa.Table:
        for known, table in kept:
            if known is book:
                return table
        kept.append((book, build_price_wide(book.table)))
        return kept[-1][1]

    return wide


@pytest.fixture
def price(wide_of: Callable[[Book], pa.Table]) -> Priced:
    """Price usage rows (dicts of ledger columns) with a book; the priced rows come back in the given order.

    They are priced by the definition, and again by the short transform of the slice, which must say the same.
    """

    def run(book: Book, rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        named = [{"natural_key": str(number), **row} for number, row in enumerate(rows)]
        columns = {name: [row.get(name) for row in named] for name in {name for row in named for name in row}}
        usage = conform(pa.table(columns), "usage")
        with DuckDBEngine({"threads": "1"}) as engine:
            engine.bind("usage", usage)
            aliases = build_aliases(engine.table(Transform("distinct_refs", DISTINCT_REFS_SQL)), book)
            engine.bind("model_alias", aliases)
            engine.bind("price_wide", wide_of(book))
            defined = engine.table(Transform("price_usage", PRICE_USAGE_SQL))
            short = engine.table(specialised(engine, book).transform)
        out = defined.to_pylist()
        assert len(out) == len(rows)
        assert short.schema == defined.schema
        assert short.sort_by("natural_key").to_pylist() == defined.sort_by("natural_key").to_pylist()
        return sorted(out, key=lambda record: int(record["natural_key"]))

    return run


@pytest.fixture
def call() -> Callable[..., dict[str, Any]]:
    """One call of a model at a time, with the meters it used."""

    def make(provider: str, model: str, at: str, **columns: Any) -> dict[str, Any]:
        return {
            "charge_period_start": datetime.fromisoformat(at),
            "provider_name": provider,
            "request_model": model,
            "requests": 1,
            **columns,
        }

    return make
