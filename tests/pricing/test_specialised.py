"""The short transform of a slice says what the definition says, whatever the slice holds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from usage_of_every_kind import CONTRACTS, OWN, SLICES, usage_like

from spendmap.engine.arrow import conform
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.pricing import DISTINCT_REFS_SQL, PRICE_USAGE_SQL, build_aliases, build_price_wide, cells, price
from spendmap.pricing.book import Book
from spendmap.pricing.rows import PriceRow
from spendmap.pricing.specialise import Pricing, specialised


def both(usage: pa.Table, book: Book) -> tuple[pa.Table, pa.Table, Pricing]:
    """The usage priced by the definition and by the transform made for it."""
    with DuckDBEngine({"threads": "1"}) as engine:
        engine.bind("usage", usage)
        aliases = build_aliases(engine.table(Transform("refs", DISTINCT_REFS_SQL)), book)
        forms = {*aliases.column("price_form").to_pylist(), *aliases.column("contract_form").to_pylist()}
        engine.bind("model_alias", aliases)
        engine.bind("price_wide", build_price_wide(book.table, forms=forms))
        defined = engine.table(Transform("price_usage", PRICE_USAGE_SQL))
        pricing = specialised(engine, book)
        made = engine.table(pricing.transform)
    return defined.sort_by("natural_key"), made.sort_by("natural_key"), pricing


@pytest.mark.parametrize("has_contracts", [False, True], ids=["list prices", "contracts"])
@pytest.mark.parametrize("holds", SLICES.values(), ids=SLICES.keys())
def test_any_slice_is_priced_as_the_definition_says(
    shipped_book: Book, holds: dict[str, Any], has_contracts: bool
) -> None:
    book = Book((*shipped_book.rows, *OWN, *(CONTRACTS if has_contracts else ())))
    defined, made, pricing = both(usage_like(7, 1_500, **holds), book)
    assert pricing.is_short
    assert made.schema == defined.schema
    assert made.to_pylist() == defined.to_pylist()
    costs = defined.column("list_cost").to_pylist()
    assert 0 < sum(cost is not None and cost > 0 for cost in costs) < len(costs)
    assert (defined.column("contracted_cost").to_pylist() != costs) == has_contracts


def test_a_sellers_contract_for_a_makers_model_is_found(shipped_book: Book) -> None:
    contract = PriceRow("google", "claude-opus-4-6", "output", Decimal("0.00001"), contract="G")
    usage = conform(
        pa.table(
            {
                "natural_key": ["1"],
                "charge_period_start": [datetime.fromisoformat("2026-09-01")],
                "provider_name": ["google"],
                "request_model": ["claude-opus-4-6"],
                "output": [1_000_000],
            }
        ),
        "usage",
    )
    _, made, _ = both(usage, Book((*shipped_book.rows, contract)))
    assert made.column("list_cost").to_pylist() == [25]
    assert made.column("contracted_cost").to_pylist() == [10]


@pytest.mark.parametrize(
    "row",
    [
        {"output": -5, "charge_period_start": datetime.fromisoformat("2026-09-01")},
        {"output": 5, "charge_period_start": None},
        {"output": 5, "charge_period_start": datetime.fromisoformat("1969-12-31")},
        None,
    ],
    ids=["a negative count", "no time", "a time before prices", "no row"],
)
def test_what_the_short_way_does_not_expect_is_priced_by_the_definition(
    shipped_book: Book, row: dict[str, Any] | None
) -> None:
    named = {"natural_key": "1", "provider_name": "openai", "request_model": "gpt-4.1", **(row or {})}
    columns = {name: [] if row is None else [value] for name, value in named.items()}
    defined, made, pricing = both(conform(pa.table(columns), "usage"), shipped_book)
    assert not pricing.is_short
    assert made.to_pylist() == defined.to_pylist()


def test_the_short_transform_reads_only_what_the_slice_needs(shipped_book: Book) -> None:
    _, _, pricing = both(usage_like(7, 50, full=True, models=1), shipped_book)
    assert pricing.transform.inputs == ("price_cell", "usage")
    assert "list_web_searches" not in pricing.transform.sql
    assert "list_output_pico" in pricing.transform.sql


def test_prices_that_change_too_often_for_a_table_are_left_to_the_definition(
    shipped_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 3)
    defined, made, pricing = both(usage_like(7, 200, answers=True), shipped_book)
    assert not pricing.is_short
    assert made.to_pylist() == defined.to_pylist()


def test_one_door_prices_names_as_they_are_changed(shipped_book: Book) -> None:
    """What a scenario prices one model's calls as; the rows stay what they are."""
    usage = conform(
        pa.table(
            {
                "natural_key": ["a"],
                "charge_period_start": [datetime.fromisoformat("2026-10-01")],
                "provider_name": ["openai"],
                "request_model": ["gpt-4.1"],
                "requests": [1],
                "output": [1_000_000],
            }
        ),
        "usage",
    )

    def as_mini(refs: pa.Table) -> pa.Table:
        other = refs.set_column(1, "model_ref", pa.array(["gpt-4.1-mini"]))
        aliases = build_aliases(other, shipped_book)
        return aliases.set_column(1, "model_ref", refs.column("model_ref"))

    with DuckDBEngine({"threads": "1"}) as engine:
        engine.bind("usage", usage)
        (as_said,) = engine.table(price(engine, shipped_book).transform).to_pylist()
        changed = price(engine, shipped_book, names_as=as_mini)
        (as_other,) = engine.table(changed.transform).to_pylist()
    assert changed.is_short
    assert (as_said["list_cost"], as_other["list_cost"]) == (Decimal(8), Decimal("1.6"))  # 8.00 and 1.60 per million
    assert as_other["request_model"] == "gpt-4.1"
    assert as_other["price_model"] == "gpt-4.1-mini"
