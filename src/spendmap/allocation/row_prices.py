"""Rows of usage with their prices, worked out again where somebody asks for rows: a version keeps sums, not rows.

Reads the captured usage, the price book and the covered rows of one published version, on an engine; writes nothing.
Invariant: summed by group, the rows' costs are those the version keeps, to the last digit: the same usage, the same
book, the same transform. Who shows rows beside a figure holds them to it (`rows_of_group`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlglot import exp

from spendmap.allocation.identity import identify_again
from spendmap.engine.arrow import conform, empty
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.engine import Engine, Source
from spendmap.engine.transform import Transform
from spendmap.pricing import price
from spendmap.pricing.book import Book
from spendmap.pricing.lookup import load_deployments
from spendmap.published import Version
from spendmap.published.meta import REBUILD
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.vocabulary.period import month_add
from spendmap.workspace import Workspace

COSTS = ("list_cost", "contracted_cost")
NEAR = timedelta(days=3)  # two rows tell of one call only within 48 hours
NamesAs = Callable[[pa.Table], pa.Table]


@lru_cache(maxsize=2)
def book_in(files: tuple[Path, ...]) -> Book:
    """The price book in these files of `price`. Stored files never change under their name.

    Raises:
        SourceUnreadableError: one is gone or damaged.
    """
    rows = [empty("price")]
    for file in files:
        try:
            rows.append(conform(pq.read_table(file, partitioning=None), "price"))
        except (OSError, pa.ArrowException) as error:
            raise SourceUnreadableError(file, "it is gone or damaged.", next_step=REBUILD) from error
    return Book.from_table(pa.concat_tables(rows))


def bind_row_prices(
    engine: Engine,
    version: Version,
    workspace: Workspace,
    *,
    name: str,
    near: Source,
    months: tuple[str, str] = ("", "9999-12"),
    names_as: NamesAs | None = None,
) -> None:
    """Bind `name`: the rows of the bound `usage`, priced, each with its group on the map (`usage_priced.sql`).

    Binds `price_wide` too: what the rows' price keys name.

    Args:
        near: captured usage that holds these rows and those which tell of the same calls.
        months: first and last one of `near`.
        names_as: see `pricing.price`.
    Raises:
        UsageError: the version is an earlier release's.
    """
    version.need("usage_covered")
    book = book_in(version.paths("price"))
    pricing = price(
        engine,
        book,
        currency=workspace.currency,
        deployments=load_deployments(workspace.root),
        names_as=names_as,
    )
    engine.bind("price_wide", pricing.price_wide)
    engine.bind("default_currency", pa.table({"currency": [workspace.currency]}))
    engine.bind("priced", pricing.transform)
    identify_again(engine, version.paths("usage_covered", first=months[0], last=months[1]), near)
    engine.bind(name, Transform.load("spendmap.allocation", "usage_priced.sql"))


@dataclass(frozen=True)
class GroupRows:
    """Every row of a group, in the order they happened."""

    rows: pa.Table

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.rows)

    def page(self, skip: int, size: int) -> list[dict[str, Any]]:
        """Some of them."""
        found: list[dict[str, Any]] = self.rows.slice(skip, size).to_pylist()
        return found


def rows_of_group(version: Version, group_key: str) -> GroupRows:
    """Rows of one group of usage with their prices.

    Raises:
        UsageError: they do not add up to what the version says of the group: what they are priced by has changed since.
    """
    version.need("usage_covered")
    workspace = Workspace.open(version.root)
    with DuckDBEngine(workspace.engine_settings) as engine:
        engine.bind("usage_grouped", version.paths("usage_grouped"))
        wanted = _is("group_key", group_key)
        found = engine.table(Transform.of("group", exp.select("*").from_("usage_grouped").where(wanted))).to_pylist()
        if not found:
            return GroupRows(pa.table({}))
        group = found[0]
        day, month = datetime.combine(group["charge_date"], time()), group["billing_month"]
        months = (month_add(month, -1), month_add(month, 1))
        engine.bind("usage_stored", version.paths("usage", first=months[0], last=months[1]), like="usage")
        near = _usage("usage_near", _between(day - NEAR, day + NEAR))
        source, own_month = _is("source_name", group["source_name"]), _is("billing_month", month)
        own = exp.and_(source, own_month, _between(day, day + timedelta(days=1)))
        engine.bind("usage", _usage("usage", own))
        bind_row_prices(engine, version, workspace, name="usage_priced", near=near, months=months)
        rows = engine.table(Transform.of("rows", exp.select("*").from_("usage_priced").where(wanted.copy())))
    _hold(rows, group)
    return GroupRows(rows.sort_by([("charge_period_start", "ascending"), ("natural_key", "ascending")]))


def _hold(rows: pa.Table, group: Mapping[str, Any]) -> None:
    """Hold the rows of a group to what the version says of it."""
    sums = {name: pc.sum(rows.column(name).cast(pa.decimal128(38, 12))).as_py() for name in COSTS}
    if len(rows) != group["usage_rows"] or any(sums[name] != group[name] for name in COSTS):
        raise UsageError(
            "the calls behind this figure would be priced otherwise today than when it was worked out.",
            next_step="Work the map out again with `spendmap allocate`.",
        )


def _usage(name: str, condition: exp.Condition) -> Transform:
    return Transform.of(name, exp.select("*").from_("usage_stored").where(condition))


def _is(column: str, value: str) -> exp.Expression:
    return exp.EQ(this=exp.column(column), expression=exp.Literal.string(value))


def _between(first: datetime, end: datetime) -> exp.Condition:
    start = exp.column("charge_period_start")
    return exp.and_(exp.GTE(this=start, expression=_moment(first)), exp.LT(this=start.copy(), expression=_moment(end)))


def _moment(at: datetime) -> exp.Expression:
    return exp.cast(exp.Literal.string(at.isoformat(sep=" ")), "TIMESTAMP")
