"""Price shapes of usage instead of its rows: the same digits, some thousand rows for some million.

Reads `usage_shape` of the published version (`allocation.shapes` says why a shape has the cost of its rows); binds what
`replay` reads. A question that shapes cannot answer exactly is left to the rows: calls of another length, a book
with edges that the shapes were not told apart by, a group whose money would come in another currency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from spendmap.allocation.lot_kinds import MOST_CALLS
from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.pricing import price
from spendmap.pricing.book import Book
from spendmap.pricing.edges import Edges
from spendmap.published import Version
from spendmap.published.columns import USAGE_SHAPE_COLUMNS

PACKAGE = "spendmap.optimization"


def shape_files(version: Version, months: Sequence[str]) -> list[Path] | None:
    """Files of the shapes of these months; None when some priced rows of them have none (an older run made them)."""
    window = {"first": min(months), "last": max(months)}

    def made(table: str) -> dict[tuple[str, str], Path]:
        """Run and month -> file: both tables of a month are of one run, or they do not speak of the same rows."""
        found = version.paths(table, **window)
        return {(file.parent.parent.name, month): file for file in found if (month := _month_of(file)) in months}

    priced, shapes = made("usage_grouped"), made("usage_shape")
    return sorted(shapes.values()) if priced and priced.keys() == shapes.keys() else None


def _month_of(file: Path) -> str:
    return file.parent.name.partition("=")[2]


def bind_shapes(
    engine: Engine, files: Sequence[Path], book: Book, *, currency: str, names_as: Callable[[pa.Table], pa.Table]
) -> bool:
    """Bind `replay_priced`, `replay_actual`, `replay_called` and `price_wide`, priced by shape; False: ask the rows.

    Args:
        names_as: the alias table of the scenario, see `pricing.price`.
    """
    engine.bind("usage_shape", list(files))
    told = engine.table(
        Transform(
            "shape_edges",
            "SELECT s.edges, max(CASE WHEN s.usage_rows > s.copies THEN s.requests END) AS most "  # calls of a sum
            "FROM usage_shape AS s GROUP BY s.edges",
        )
    ).to_pylist()
    asked = Edges.of(book.table)
    if any(not Edges.read(each["edges"]).tell_apart(asked) or (each["most"] or 0) > MOST_CALLS for each in told):
        return False
    engine.bind("usage", shapes_as_usage())
    pricing = price(engine, book, currency=currency, names_as=names_as)
    engine.bind("price_wide", pricing.price_wide)
    engine.bind("default_currency", pa.table({"currency": [currency]}))
    engine.bind("priced", pricing.transform)
    priced = engine.table(Transform.load(PACKAGE, "shape_priced.sql"))
    if pc.any(pc.not_equal(priced.column("currency"), priced.column("own_currency"))).as_py():
        return False  # the group that a row then belongs to is told by its row alone
    engine.bind("replay_priced", priced)
    engine.bind("replay_actual", Transform.load(PACKAGE, "shape_actual.sql"))
    engine.bind("replay_called", Transform.load(PACKAGE, "shape_called.sql"))
    return True


@cache
def shapes_as_usage() -> Transform:
    """Shapes as the usage rows that they are to a price: columns that no price looks at are NULL."""
    rows = exp.select().from_("usage_shape")
    for column in TABLES["usage"].columns:
        value: exp.Expression = exp.cast(exp.Null(), column.sql_type)
        if column.name == "natural_key":
            value = exp.cast(exp.column("shape"), "VARCHAR")
        elif column.name in USAGE_SHAPE_COLUMNS:
            value = exp.column(column.name)
        rows = rows.select(exp.alias_(value, column.name, copy=False), copy=False)
    return Transform.of("usage_as_shapes", rows)
