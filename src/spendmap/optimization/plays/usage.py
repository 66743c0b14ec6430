"""The period's metered calls, with what they would cost in the batch tier, cached, and on the next cheaper model.

Reads the files of the published version and the price book; writes nothing. The alternatives go through the pricing
transform that priced the map, shape by shape (`allocation.shapes`), so that a call keeps its time, its length and its
contract. Invariant: an alternative that leaves one priced call without a price is unknown (None) for the whole group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import exp

from spendmap.engine.engine import Engine, open_engine
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.optimization.changes import Swap
from spendmap.optimization.plays.facts import Calls
from spendmap.optimization.shapes import shapes_as_usage
from spendmap.optimization.swapped import scenario_aliases
from spendmap.pricing import DISTINCT_REFS_SQL, price
from spendmap.pricing.book import Book
from spendmap.pricing.lookup import load_deployments
from spendmap.published import Version
from spendmap.vocabulary.errors import UsageError
from spendmap.workspace import Workspace

PACKAGE = "spendmap.optimization.plays"
TRIES = 2  # cheaper models tried per group; long requests can cost more on a model that is cheaper for short ones
KEYS = ("category", "use_case", "agent", "tool", "owner", "department", "provider", "model", "currency", "offline")


def read_calls(workspace: Workspace, months: Sequence[str]) -> tuple[Calls, ...]:
    """Metered AI calls of some months, dearest first; empty when none was captured.

    Raises:
        UsageError: nothing is published yet.
    """
    version = Version.in_force(workspace)
    if version is None:
        raise UsageError("nothing is published yet.", next_step="Work the map out with `spendmap run`.")
    version.need("usage_customer")  # shapes of earlier releases do not tell failed calls
    if not version.meta.tables.get("usage_shape"):
        return ()
    with open_engine(workspace) as engine:
        return _Calls(workspace, engine, version, tuple(months)).read()


class _Calls:
    def __init__(self, workspace: Workspace, engine: Engine, version: Version, months: tuple[str, ...]) -> None:
        self.workspace, self.engine, self.version, self.months = workspace, engine, version, months

    def read(self) -> tuple[Calls, ...]:
        self._bind("usage_actual", "usage_shape")
        self._bind("allocation", "allocation")
        self.engine.bind("usage_shape", Transform("usage_shape", "SELECT * FROM usage_actual"))
        self.engine.bind("usage_as_captured", shapes_as_usage())
        self.engine.bind("play_carried", Transform.load(PACKAGE, "play_carried.sql"))
        rows = self._rows("play_calls.sql")
        if not rows:
            return ()
        calls = {_key(row): _calls(row) for row in rows}
        self.engine.bind("price", self._files("price"), like="price")
        self.book = Book.from_table(self.engine.table(Transform("price_rows", "SELECT * FROM price")))
        self.deployments = load_deployments(self.workspace.root)
        self.engine.bind("default_currency", pa.table({"currency": [self.workspace.currency]}))
        self.engine.bind("usage", _changed({"service_tier": _batched()}))
        for key, cost in self._repriced(()).items():
            calls[key] = replace(calls[key], batch_cost=cost)
        self.engine.bind("usage", _changed(_cached()))
        for key, cost in self._repriced(()).items():
            calls[key] = replace(calls[key], cached_cost=cost)
        self.engine.bind("usage", _changed({}))
        cheaper = self._cheaper(list(calls.values()))
        for rank in range(TRIES):
            self._swap(calls, {key: names[rank] for key, names in cheaper.items() if rank < len(names)})
        return tuple(calls.values())

    def _repriced(self, swaps: tuple[Swap, ...]) -> dict[tuple[Any, ...], Decimal | None]:
        """Cost of each group as the bound `usage` is priced; None where a call lost its price."""
        pricing = price(
            self.engine,
            self.book,
            currency=self.workspace.currency,
            names_as=lambda refs: scenario_aliases(refs, self.book, self.deployments, swaps).table,
        )
        self.engine.bind("repriced", pricing.transform)
        return {_key(row): None if row["lost"] else row["other_cost"] for row in self._rows("play_repriced.sql")}

    def _swap(self, calls: dict[tuple[Any, ...], Calls], targets: Mapping[tuple[str, str], str]) -> None:
        """Price the groups that have no cheaper model yet on their target."""
        waiting = {(each.provider, each.model) for each in calls.values() if not _is_cheaper(each)} & targets.keys()
        swaps = tuple(
            Swap(f"{seller}/{model}".casefold(), f"{seller}/{targets[seller, model]}")
            for seller, model in sorted(waiting)
        )
        if not swaps:
            return
        for key, cost in self._repriced(swaps).items():
            group = (calls[key].provider, calls[key].model)
            if group in waiting and not _is_cheaper(calls[key]):
                calls[key] = replace(calls[key], swapped_cost=cost, swapped_to=targets[group])

    def _cheaper(self, calls: Sequence[Calls]) -> dict[tuple[str, str], list[str]]:
        """Provider and model -> cheaper models of the provider in use, by the list price of output, dearest first.

        Only targets that the book can price for every call are kept: each is tried on its own.
        """
        prices = {(row["provider"], row["model"]): row["output_price"] for row in self._rows("play_prices.sql")}
        used = {(each.provider, each.model) for each in calls if each.cost is not None and each.cost > 0}
        rates = {key: prices[key] for key in sorted(used) if prices.get(key)}
        refs = self.engine.table(Transform("distinct_refs", DISTINCT_REFS_SQL))
        found: dict[tuple[str, str], list[str]] = {}
        for (seller, model), rate in rates.items():
            below = sorted(
                ((other, name) for (by, name), other in rates.items() if by == seller and other < rate), reverse=True
            )
            found[seller, model] = [name for _, name in below if self._has_price(refs, seller, model, name)]
        return found

    def _has_price(self, refs: pa.Table, seller: str, model: str, target: str) -> bool:
        try:
            swap = Swap(f"{seller}/{model}".casefold(), f"{seller}/{target}")
            scenario_aliases(refs, self.book, self.deployments, (swap,))
        except UsageError:  # no price for the tier or region of a call, so no play
            return False
        return True

    def _rows(self, file: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.engine.table(Transform.load(PACKAGE, file)).to_pylist()
        return rows

    def _files(self, table: str) -> list[Path]:
        return list(self.version.paths(table))

    def _bind(self, name: str, table: str) -> None:
        """The table's rows of the period; files whose path names another month are not opened."""
        marks = [f"billing_month={month}" for month in self.months]
        kept = [
            file
            for file in self._files(table)
            if "billing_month=" not in str(file) or any(mark in str(file) for mark in marks)
        ] or self._files(table)[:1]
        self.engine.bind(f"{name}_files", kept, like=table if table in TABLES else None)
        rows = exp.select("*").from_(f"{name}_files").where(exp.column("billing_month").isin(*self.months))
        self.engine.bind(name, Transform.of(name, rows))


def _is_cheaper(calls: Calls) -> bool:
    return calls.cost is not None and calls.swapped_cost is not None and calls.swapped_cost < calls.cost


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEYS)


def _calls(row: Mapping[str, Any]) -> Calls:
    said = {name: value for name, value in row.items() if name != "offline"}
    return Calls(**said, is_offline=row["offline"] == 1)


def _batched() -> exp.Expression:
    """The batch tier for calls of the standard one; other tiers stay."""
    tier = exp.column("service_tier")
    standard = exp.EQ(
        this=exp.Coalesce(this=tier, expressions=[exp.Literal.string("standard")]),
        expression=exp.Literal.string("standard"),
    )
    return exp.Case(ifs=[exp.If(this=standard, true=exp.Literal.string("batch"))], default=tier.copy())


def _cached() -> dict[str, exp.Expression]:
    """All fresh input read from the cache."""
    zero = exp.Literal.number(0)
    fresh, cached = (
        exp.Coalesce(this=exp.column(name), expressions=[zero.copy()]) for name in ("input_uncached", "cache_read")
    )
    return {
        "input_uncached": exp.cast(zero, "BIGINT"),
        "cache_read": exp.cast(exp.Add(this=fresh, expression=cached), "BIGINT"),
    }


def _changed(columns: Mapping[str, exp.Expression]) -> Transform:
    """`usage` with some columns replaced."""
    rows = exp.select().from_("usage_as_captured")
    for column in TABLES["usage"].columns:
        rows = rows.select(exp.alias_(columns.get(column.name, exp.column(column.name)), column.name), copy=False)
    return Transform.of("usage_otherwise", rows)
