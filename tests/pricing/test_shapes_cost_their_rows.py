"""A shape of usage costs what its rows cost, to the last digit, whatever the rows hold and whatever they are priced as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from usage_of_every_kind import CONTRACTS, MODELS, OWN, SLICES, usage_like

from spendmap.allocation.combinations import Combinations, combined, named_near
from spendmap.allocation.identity import identify_again
from spendmap.allocation.identity.step import SAID
from spendmap.allocation.lots import CARRIED, lot_sql, lots_as_usage
from spendmap.allocation.shapes import shape_sql
from spendmap.engine.arrow import conform
from spendmap.engine.checked import hold
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.transform import Transform
from spendmap.optimization.changes import Swap
from spendmap.optimization.shapes import bind_shapes
from spendmap.optimization.swapped import scenario_aliases
from spendmap.pricing.book import Book
from spendmap.pricing.edges import Edges
from spendmap.pricing.rows import PriceRow
from spendmap.pricing.slices import look
from spendmap.pricing.specialise import specialised

ASKED = """SELECT r.group_key, r.provider_name, r.currency, r.price_ids, r.unpriced_reason, sum(r.list_cost) AS list_cost,
    sum(r.contracted_cost) AS contracted_cost, CAST(sum(r.usage_rows) AS BIGINT) AS usage_rows,
    CAST(sum(r.input_tokens) AS BIGINT) AS input_tokens, CAST(sum(r.output_tokens) AS BIGINT) AS output_tokens
    FROM replay_priced AS r GROUP BY ALL ORDER BY ALL"""


def alike(usage: pa.Table, days: int) -> pa.Table:
    """The same rows with names and days that many of them share."""
    starts = [
        datetime.fromisoformat("2026-09-09") + timedelta(days=number % days, seconds=at.second + 3600 * at.hour)
        for number, at in enumerate(usage.column("charge_period_start").to_pylist())
        if at is not None
    ]
    named = {
        "charge_period_start": starts,
        "billing_month": ["2026-09"] * len(usage),
        "source_name": ["s"] * len(usage),
    }
    nothing = pa.nulls(len(usage), pa.string())
    kept = {name: usage.column(name) for name in usage.column_names if name not in named}
    return conform(pa.table({**kept, **named, "service_tier": nothing, "region_id": nothing}), "usage")


def twice(usage: pa.Table) -> pa.Table:
    """Each row and another one like it."""
    again = [f"{key}-again" for key in usage.column("natural_key").to_pylist()]
    place = usage.column_names.index("natural_key")
    return pa.concat_tables([usage, usage.set_column(place, usage.field(place), pa.array(again))])


class Priced:
    """Usage priced for the map, with its shapes; then priced again by row and by shape."""

    def __init__(
        self, engine: DuckDBEngine, usage: pa.Table, book: Book, folder: Path, edges: Edges, *, apart: bool = False
    ) -> None:
        self.engine, self.usage, self.book = engine, usage, book
        engine.bind("default_currency", pa.table({"currency": ["USD"]}))
        engine.bind("told_of", pa.table({name: pa.array([], pa.string()) for name in ("told", *SAID)}))
        engine.bind("usage", usage)
        known, names = look(engine), self._combinations(usage)
        grouped = partial(lot_sql, edges, known, combinations=names, is_told=False)
        ways = {"alone": grouped(groups=False), "grouped": grouped()}
        if (
            apart
        ):  # only equal rows are one lot, where a sum would leave no room; and where nothing is known of the rows
            ways = {"equal": lot_sql(edges, is_told=False, sums=False)} | ways
        shapes: list[pa.Table] = []
        for way, made in ways.items():
            engine.bind("usage", usage)
            self._make(Transform("usage_lot", made), folder / f"lots {way}")
            engine.bind("usage", lots_as_usage())
            engine.bind("priced", specialised(engine, book, carried=CARRIED).transform)
            self._make(Transform.load("spendmap.allocation", "lot_priced.sql"), folder / f"priced {way}")
            engine.bind("usage", usage)
            self._make(Transform.load("spendmap.allocation", "usage_grouped.sql"), folder / f"groups {way}")
            assert self._groups("usage_grouped", "usage_rows") == self._groups("usage_priced", "1")
            shapes.append(engine.table(Transform("usage_shape", f"{shape_sql(edges)} ORDER BY shape")))
        assert shapes[-1] == shapes[-2]  # whether rows were grouped before makes no shape another
        self.files = self._make(Transform("usage_shape", shape_sql(edges)), folder / "shapes")
        self.shapes = len(engine.table(Transform("shapes", f"SELECT 1 AS n FROM '{self.files[0]}'")))

    def _combinations(self, usage: pa.Table) -> Combinations:
        self.engine.bind("usage_near", usage)
        names = combined(named_near(self.engine))
        self.engine.bind("combination", names.table)
        return names

    def _make(self, made: Transform, folder: Path) -> list[Path]:
        files = self.engine.write(made, folder)
        self.engine.bind(made.name, files)
        hold(self.engine, made, files)
        return files

    def _groups(self, table: str, rows: str) -> list[dict[str, Any]]:
        """What each group holds; `usage_priced` are the rows, priced one by one."""
        if table == "usage_priced":
            self.engine.bind(table, self.engine.table(self._rows(())))
            self.engine.bind("usage", self.usage)
        sums = (
            f"sum({rows}) AS n, sum(list_cost) AS list, sum(contracted_cost) AS contracted, sum(input_tokens) AS tokens"
        )
        text = (
            f"SELECT group_key, {sums}, max(is_price_estimated) AS e FROM {table} GROUP BY group_key ORDER BY group_key"
        )
        found: list[dict[str, Any]] = self.engine.connection.sql(text).to_arrow_table().to_pylist()
        return found

    def _rows(self, swaps: Sequence[Swap]) -> Transform:
        self.engine.bind("usage", self.usage)
        pricing = specialised(
            self.engine, self.book, names_as=lambda refs: scenario_aliases(refs, self.book, {}, swaps).table
        )
        self.engine.bind("priced", pricing.transform)
        identify_again(self.engine, [], [])
        return Transform.load("spendmap.allocation", "usage_priced.sql")

    def by_row(self, *swaps: Swap) -> list[dict[str, Any]]:
        self.engine.bind("usage_replayed", self._rows(swaps))
        self.engine.bind(
            "replay_priced", self.engine.table(Transform.load("spendmap.optimization", "replay_priced.sql"))
        )
        return self._asked()

    def by_shape(self, *swaps: Swap) -> list[dict[str, Any]] | None:
        is_exact = bind_shapes(
            self.engine,
            self.files,
            self.book,
            currency="USD",
            names_as=lambda refs: scenario_aliases(refs, self.book, {}, swaps).table,
        )
        return self._asked() if is_exact else None

    def _asked(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.engine.connection.sql(ASKED).to_arrow_table().to_pylist()
        return rows


@pytest.mark.parametrize("kind", ["calls with every meter", "buckets of calls"])
def test_usage_of_every_kind_costs_the_same_by_shape(shipped_book: Book, kind: str, tmp_path: Path) -> None:
    names = [model for _, model in MODELS if model]
    known = [row for row in shipped_book.in_book if any(row.model in name for name in names)]
    book = Book((*known, *OWN, *(each for each in CONTRACTS if each.currency == "USD")))
    usage = twice(alike(usage_like(7, 400, **SLICES[kind]), days=2))
    with DuckDBEngine({"threads": "1"}) as engine:
        priced = Priced(engine, usage, book, tmp_path, Edges.of(book.table), apart=True)
        assert priced.shapes <= len(usage) // 2
        as_they_are = priced.by_row()
        assert priced.by_shape() == as_they_are
        longer = Swap("openai/gpt-4.1", "google/gemini-2.5-pro")  # a price that depends on the length of a call
        assert priced.by_shape(longer) == priced.by_row(longer) != as_they_are


SMALL = Book(
    (
        PriceRow("acme", "one", "input_uncached", Decimal("0.000001"), input_to=100),
        PriceRow("acme", "one", "input_uncached", Decimal("0.000003"), input_from=100),
        PriceRow("acme", "one", "output", Decimal("0.00001"), window_end_s=43_200),
        PriceRow("acme", "one", "output", Decimal("0.00002"), window_start_s=43_200),
        PriceRow(
            "acme", "two", "input_uncached", Decimal("0.000007"), valid_to=datetime.fromisoformat("2026-09-09T06:30")
        ),
        PriceRow(
            "acme", "two", "input_uncached", Decimal("0.000005"), valid_from=datetime.fromisoformat("2026-09-09T06:30")
        ),
        PriceRow("acme", "two", "requests", Decimal("0.01")),
        PriceRow("acme", "two", "seconds", Decimal("0.000033333333")),
    )
)
ROW = st.fixed_dictionaries(
    {
        "request_model": st.sampled_from(["one", "two"]),
        "charge_period_start": st.sampled_from(
            [datetime.fromisoformat(f"2026-09-09T{at}") for at in ("00:00", "06:29:59", "06:30", "11:59:59", "12:00")]
        ),
        "requests": st.sampled_from([None, 0, 1, 1, 1, 2, 3]),
        "input_uncached": st.sampled_from([None, 0, 40, 99, 100, 101, 199, 200, 299, 300, -7]),
        "output": st.sampled_from([None, 0, 1, 5]),
        "seconds": st.sampled_from([None, None, None, Decimal(0), Decimal("0.3"), Decimal("1.000001")]),
        "is_cache_hit": st.sampled_from([None, False, False, True]),
    }
)


@settings(max_examples=3)  # each holds some hundred rows, on every side of every edge
@given(rows=st.lists(ROW, min_size=100, max_size=300))
def test_rows_on_every_side_of_an_edge_cost_the_same_by_shape(
    rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    fixed = {"billing_month": "2026-09", "source_name": "s", "provider_name": "acme"}
    named = [{**row, **fixed, "natural_key": str(number)} for number, row in enumerate(rows)]
    usage = conform(pa.table({name: [row[name] for row in named] for name in named[0]}), "usage")
    with DuckDBEngine({"threads": "1"}) as engine:
        priced = Priced(engine, usage, SMALL, tmp_path_factory.mktemp("shapes"), Edges.of(SMALL.table))
        assert priced.by_shape() == priced.by_row()
        swap = Swap("acme/one", "acme/two")
        if any(row["request_model"] == "one" for row in rows):
            assert priced.by_shape(swap) == priced.by_row(swap)


def test_shapes_are_in_the_dialect_and_can_be_asked_of_another_engine() -> None:
    made = Transform("usage_shape", shape_sql(Edges.of(SMALL.table)))
    assert made.inputs == ("lot_priced",)
    made.to("spark")
    names = Combinations(("api_key_id",), ("team", "project"), pa.table({}))
    lots = Transform("usage_lot", lot_sql(Edges.of(SMALL.table), combinations=names)).to("spark")
    assert "JOIN combination AS n ON n.api_key_id IS NOT DISTINCT FROM t.api_key_id" in lots
    lots_as_usage().to("spark")


def test_a_book_with_other_edges_or_another_currency_is_left_to_the_rows(tmp_path: Path) -> None:
    usage = conform(
        pa.table(
            {
                "natural_key": ["1", "2"],
                "billing_month": ["2026-09"] * 2,
                "source_name": ["s"] * 2,
                "provider_name": ["acme"] * 2,
                "request_model": ["one", "euro"],
                "charge_period_start": [datetime.fromisoformat("2026-09-09T01:00")] * 2,
                "requests": [1, 1],
                "input_uncached": [10, 10],
            }
        ),
        "usage",
    )
    euro = PriceRow("acme", "euro", "input_uncached", Decimal("0.000001"), currency="EUR")
    book = Book((*SMALL.rows, euro))
    with DuckDBEngine({"threads": "1"}) as engine:
        priced = Priced(engine, usage, book, tmp_path / "fine", Edges.of(SMALL.table))
        assert priced.by_shape() == priced.by_row()
        assert priced.by_shape(Swap("acme/one", "acme/euro")) is None
        coarse = Priced(engine, usage, book, tmp_path / "coarse", Edges(seconds=(0,), lengths=(100,)))
        assert coarse.by_shape() is None
