"""SQL transforms in one restricted DuckDB dialect, checked on the syntax tree when loaded.

The same text runs on DuckDB as it is and on Spark after transpiling, with the same digits. What is not
exact or not portable is refused here, once, rather than found later in a total.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from spendmap.vocabulary.errors import TransformRefusedError

Dialect = Literal["duckdb", "spark"]

REFUSED_NODES: dict[type[exp.Expression], str] = {
    exp.Div: "`/` gives a DOUBLE on money",
    exp.IntDiv: "`//` gives a DOUBLE on decimals",
    exp.Avg: "avg() gives a DOUBLE; sum and count are exact",
    exp.Round: "round() gives a DOUBLE in DuckDB",
    exp.Command: "a statement the parser does not know is passed through unchecked",
    exp.Anonymous: "a function the parser does not know is passed through unchecked; a clock and chance hide there",
    exp.Rand: "the same inputs must give the same bytes",
    exp.CurrentTimestamp: "a transform has no clock",
    exp.CurrentDate: "a transform has no clock",
}
REFUSED_TYPES = {exp.DataType.Type.FLOAT, exp.DataType.Type.DOUBLE}


@dataclass(frozen=True)
class Transform:
    """One checked query. `inputs` are the tables it reads, which an engine binds to files first."""

    name: str
    sql: str

    @classmethod
    def load(cls, package: str, file: str) -> Transform:
        """The transform in `file` of `package` ("spendmap.allocation", "usage_grouped.sql").

        What ships is held to the dialect by the tests; parsing it again at every start would cost half a second.
        """
        text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
        return cls(file.removesuffix(".sql"), text)

    @classmethod
    def of(cls, name: str, tree: exp.Query) -> Transform:
        """A transform built as a tree (compiled rules), checked like any other. The tree is used up by it.

        Raises:
            TransformRefusedError: it holds what is not exact or not portable.
        """
        _refuse_inexact(name, tree)
        return cls(name, tree.sql(dialect="duckdb", copy=False))

    @cached_property
    def tree(self) -> exp.Query:
        """The parsed query, refused when it is not a single exact, portable SELECT."""
        try:
            trees = [tree for tree in sqlglot.parse(self.sql, read="duckdb") if tree is not None]
        except SqlglotError as error:
            raise TransformRefusedError(f"{self.name}: {error}") from error
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            raise TransformRefusedError(f"{self.name}: a transform is one SELECT.")
        _refuse_inexact(self.name, trees[0])
        return trees[0]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Tables read, sorted; CTE names left out."""
        own = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        return tuple(sorted({table.name for table in self.tree.find_all(exp.Table)} - own))

    def to(self, dialect: Dialect) -> str:
        """The query's text for one engine."""
        if dialect == "duckdb":
            return self.sql
        return self.tree.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


def _refuse_inexact(name: str, tree: exp.Query) -> None:
    refused = tuple(REFUSED_NODES)
    for node in tree.walk():
        if isinstance(node, refused):
            reason = next(reason for kind, reason in REFUSED_NODES.items() if isinstance(node, kind))
            raise TransformRefusedError(f"{name}: {node.sql(dialect='duckdb')!r}: {reason}.")
        if isinstance(node, exp.DataType) and node.this in REFUSED_TYPES:
            raise TransformRefusedError(f"{name}: {node.sql(dialect='duckdb')} cannot hold money exactly.")
        if isinstance(node, exp.Literal) and not node.is_string and "e" in node.name.lower():
            raise TransformRefusedError(f"{name}: {node.name} is a floating-point literal.")
        if isinstance(node, exp.Join) and (node.method or "").upper() == "ASOF":
            raise TransformRefusedError(f"{name}: ASOF JOIN does not transpile and is slower than a range join.")
