"""The pricing transform gives the same digits on Spark as on DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.pricing import DISTINCT_REFS_SQL, PRICE_USAGE_SQL, build_aliases, build_price_wide
from spendmap.pricing.book import Book
from spendmap.pricing.rows import PriceRow
from spendmap.pricing.specialise import specialised

COMPARED = (
    "natural_key",
    "list_cost",
    "contracted_cost",
    "price_currency",
    "contracted_currency",
    "price_key",
    "contract_price_key",
    "price_provider",
    "price_model",
    "is_tier_estimated",
    "unpriced_reason",
)


def usage_of_a_week(call: Callable[..., dict[str, Any]]) -> pa.Table:
    """Calls every five hours of a week over models with windows, tiers, contracts, minimums, and unknown ones."""
    start = datetime.fromisoformat("2026-09-21T00:30:00")
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("deepseek", "deepseek-v4-pro", {"input_uncached": 12_345, "cache_read": 6_789, "output": 321}),
        ("openai", "gpt-5.6-luna", {"input_uncached": 272_001, "output": 7, "service_tier": "flex"}),
        ("openai", "gpt-4.1", {"input_uncached": 10, "output": 3, "billing_account_id": "org-1"}),
        ("anthropic", "claude-opus-4-6", {"input_uncached": 11, "web_searches": 2, "region_id": "us"}),
        ("groq", "whisper-large-v3", {"seconds": Decimal("3.1234567")}),
        ("groq", "whisper-large-v3", {"seconds": Decimal("33.1234567")}),
        ("openai", "gpt-5", {"input_uncached": 9 * 10**14, "requests": 10**6}),
        ("openai", "nothing-like-it", {"input_uncached": 5}),
        ("openai", "gpt-4.1", {"characters": 5}),
        ("openai", "gpt-4.1", {}),
    )
    rows = [
        call(provider, model, (start + timedelta(hours=hours)).isoformat(), **columns)
        for hours in range(0, 168, 5)
        for provider, model, columns in kinds
    ]
    named = [{"natural_key": f"{number:04d}", **row} for number, row in enumerate(rows)]
    columns = {name: [row.get(name) for row in named] for name in {name for row in named for name in row}}
    return conform(pa.table(columns), "usage")


@pytest.mark.spark
def test_each_row_has_the_same_digits_on_both_engines_by_the_definition_and_the_short_way(
    shipped_book: Book, call: Callable[..., dict[str, Any]]
) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java runtime")
    from spendmap.engine.spark import SparkEngine

    contract = PriceRow("openai", "gpt-4.1", "output", Decimal("0.000007"), contract="C@org-1")
    book = Book((*shipped_book.rows, contract))
    usage = usage_of_a_week(call)
    transform = Transform("price_usage", PRICE_USAGE_SQL)
    results = []
    aliases = wide = None
    for engine in (DuckDBEngine({"threads": "1"}), SparkEngine("local[1]", {})):
        with engine:
            engine.bind("usage", usage)
            refs = engine.table(Transform("distinct_refs", DISTINCT_REFS_SQL))
            aliases = aliases or build_aliases(refs, book)
            assert build_aliases(refs, book).equals(aliases)
            models = set(zip(aliases["provider"].to_pylist(), aliases["model"].to_pylist(), strict=True))
            wide = wide or build_price_wide(book.table, models=models)
            engine.bind("model_alias", aliases)
            engine.bind("price_wide", wide)
            results.extend(
                engine.table(each).select(COMPARED).sort_by("natural_key").to_pylist()
                for each in (transform, specialised(engine, book).transform)
            )
    on_duckdb, *others = results
    assert others == [on_duckdb] * 3
    assert len(on_duckdb) == usage.num_rows
    assert sum(row["list_cost"] is not None for row in on_duckdb) > 200
    assert {row["contracted_cost"] != row["list_cost"] for row in on_duckdb} == {True, False}
