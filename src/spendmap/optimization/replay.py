"""Replay a period's usage rows under changed inputs: the same rows, the same pricing transform, other inputs.

Reads the files of the published version (usage, its stored prices, allocation, charges, seats, outcomes, the
price book); writes a temporary folder only. Gives the map's money small by grain (`Line`), with the stored and
the replayed price of metered usage side by side. The arithmetic over it is `scenario`'s.

A call that happens twice costs twice, so factors multiply priced rows and not token counts: the context tier,
the time window and the minimum of a call are those of the call, however many there are. What changes the call
itself (its model, the length of its input) goes through the price book row by row.
Invariant: replayed unchanged, every group of usage has its stored price, to the last digit.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import exp

from spendmap.allocation.row_prices import bind_row_prices, book_in
from spendmap.allocation.vendors import Vendors, load_vendors
from spendmap.engine.engine import Engine, open_engine
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.optimization.changes import PLACES, Changes
from spendmap.optimization.shapes import bind_shapes, shape_files
from spendmap.optimization.swapped import Aliases, Called, Target, scenario_aliases
from spendmap.pricing.lookup import load_deployments
from spendmap.pricing.meters import INPUT_METERS
from spendmap.published import Version
from spendmap.published.columns import OWN_COLUMNS
from spendmap.published.writing import arrow_schema
from spendmap.register import inventory_version
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.money import COST_BASES, CostBasis
from spendmap.workspace import Workspace

PACKAGE = "spendmap.optimization"
BY_MONTH = ("charge", "utilization", "outcome", "allocation")
INFERENCE = "product_inference"
NOT_PRICED = arrow_schema(OWN_COLUMNS["usage_grouped"]).empty_table()


@dataclass(frozen=True)
class Line:
    """Money of one month, kind and report key. Costs are NULL-free sums; None when no row has one."""

    month: str
    currency: str
    kind: str
    category: str | None
    owner: str | None
    vendor: str | None
    vendor_account: str | None
    provider: str | None
    model: str | None
    seat_of: str | None
    activity_kind: str | None
    evidence: str
    costs: Mapping[CostBasis, Decimal | None]
    missing: Mapping[CostBasis, int]
    actual: Mapping[CostBasis, Decimal | None]
    """Stored price of metered usage, on `list` and `contracted`."""
    replayed: Mapping[CostBasis, Decimal | None]
    """The same rows priced again under the changes to the calls themselves."""
    quantity: Decimal | None
    rows: int
    differs: int
    """Groups of usage whose replayed price is not the stored one."""
    newly_unpriced: int
    unpriced_reason: str | None
    use_case: str | None = None

    @property
    def pool(self) -> tuple[str, str, str, str]:
        """The vendor account's month and currency, which a bill is counted by."""
        return self.month, self.vendor or "", self.vendor_account or "", self.currency


@dataclass(frozen=True)
class UnpricedUsage:
    """Usage no price was in force for. `dearest`: at the dearest model of its provider in use; None without one."""

    provider: str | None
    currency: str
    rows: int
    dearest: Decimal | None


@dataclass(frozen=True)
class Measured:
    """Rates of the period as its rows say. None: nothing was measured."""

    first_calls: int = 0
    retries: int = 0
    unstated_calls: int = 0
    runs: Decimal = Decimal(0)
    accepted: Decimal = Decimal(0)

    @property
    def retry_rate(self) -> Fraction | None:
        """Retries per first attempt."""
        return Fraction(self.retries, self.first_calls) if self.first_calls else None

    @property
    def rejection_rate(self) -> Fraction | None:
        """Share of workflow runs that were not accepted (rejected or escalated)."""
        return Fraction(self.runs - self.accepted) / Fraction(self.runs) if self.runs else None


@dataclass(frozen=True)
class Replay:
    """A period's money, replayed."""

    months: tuple[str, ...]
    lines: Sequence[Line]
    unpriced: Sequence[UnpricedUsage]
    measured: Measured
    moved: Mapping[Called, Target] = field(default_factory=dict)
    vendor_of: Mapping[str, str] = field(default_factory=dict)
    """Vendor of each provider a swap touches."""
    priced_as: Mapping[Called, str] = field(default_factory=dict)

    @property
    def currencies(self) -> tuple[str, ...]:
        """Every currency there is money in."""
        return tuple(sorted({line.currency for line in self.lines}))

    @property
    def differs(self) -> int:
        """Groups of usage whose replayed price is not the stored one."""
        return sum(line.differs for line in self.lines)


def replay(workspace: Workspace, months: Sequence[str], changes: Changes, *, by_row: bool = False) -> Replay:
    """Replay the published rows of `months` under `changes`.

    Args:
        by_row: price every row, also where the shapes of usage give the same in a hundredth of the time: what holds
            the shapes to their rows asks for it.
    Raises:
        UsageError: nothing is published; a model to be swapped was not called; a changed call has no price.
        SourceUnreadableError: the published version is damaged.
    """
    version = Version.in_force(workspace)
    if version is None:
        raise UsageError("nothing is published yet.", next_step="Work the map out with `spendmap run`.")
    with open_engine(workspace) as engine, tempfile.TemporaryDirectory(prefix="spendmap-") as scratch:
        return _Run(workspace, engine, version, tuple(months), changes, Path(scratch), by_row).go()


class _Run:
    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        version: Version,
        months: tuple[str, ...],
        changes: Changes,
        scratch: Path,
        by_row: bool,
    ) -> None:
        self.workspace, self.engine, self.version = workspace, engine, version
        self.months, self.changes, self.scratch, self.by_row = months, changes, scratch, by_row

    def go(self) -> Replay:
        for table in BY_MONTH:
            self._bind_months(table, self._files_of_period(table))
        self.book = book_in(tuple(self._files("price")))
        aliases = None if self.by_row or self.changes.context != 1 else self._price_shapes()
        aliases = aliases or self._price_rows()
        self.engine.bind("inference_rule", self._inference_rules())
        self.engine.bind("replay_groups", Transform.load(PACKAGE, "replay_groups.sql"))
        lines = [_line(row) for row in self._rows("replay_lines.sql")]
        _refuse_unpriced(lines, aliases.moved, self.changes)
        return Replay(
            self.months,
            lines,
            [
                UnpricedUsage(row["provider_name"], row["currency"], row["usage_rows"], row["dearest"])
                for row in self._rows("replay_unpriced.sql")
            ],
            self._measured(),
            aliases.moved,
            self._vendors(aliases.moved),
            aliases.priced_as,
        )

    def _rows(self, file: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.engine.table(Transform.load(PACKAGE, file)).to_pylist()
        return rows

    def _files(self, table: str) -> list[Path]:
        return list(self.version.paths(table))

    def _files_of_period(self, table: str) -> list[Path]:
        return list(self.version.paths(table, first=min(self.months), last=max(self.months)))

    def _bind_months(self, name: str, files: list[Path], *, like: str | None = None) -> None:
        """The table's rows of the period; files whose path names another month are not opened."""
        marks = [f"billing_month={month}" for month in self.months]
        kept = [file for file in files if "billing_month=" not in str(file) or any(mark in str(file) for mark in marks)]
        self.engine.bind(f"{name}_files", kept, like=like or name)
        rows = exp.select("*").from_(f"{name}_files").where(exp.column("billing_month").isin(*self.months))
        self.engine.bind(name, Transform.of(name, rows))

    def _aliases(self, refs: pa.Table) -> Aliases:
        """What each name of the period's usage is priced as under the changes."""
        return scenario_aliases(refs, self.book, load_deployments(self.workspace.root), self.changes.swaps)

    def _price_shapes(self) -> Aliases | None:
        """Price the shapes of the period's usage; None when its rows must be priced."""
        files = shape_files(self.version, self.months)
        if files is None:
            return None
        found: list[Aliases] = []

        def as_changed(refs: pa.Table) -> pa.Table:
            found.append(self._aliases(refs))
            return found[-1].table

        is_exact = bind_shapes(self.engine, files, self.book, currency=self.workspace.currency, names_as=as_changed)
        return found[-1] if is_exact else None

    def _price_rows(self) -> Aliases:
        """Price the period's rows under the changes to the calls themselves."""
        self._bind_months("usage", self._files_of_period("usage"))
        if self.changes.context != 1:
            self._bind_months("usage_as_captured", self._files("usage"), like="usage")
            self.engine.bind("usage", _with_context(self.changes.context))
        found: list[Aliases] = []

        def as_changed(refs: pa.Table) -> pa.Table:
            found.append(self._aliases(refs))
            return found[-1].table

        near = list(self.version.paths("usage"))
        bind_row_prices(
            self.engine, self.version, self.workspace, name="usage_replayed", near=near, names_as=as_changed
        )
        files = self.engine.write(Transform.load(PACKAGE, "replay_priced.sql"), self.scratch / "priced")
        self.engine.bind("replay_priced", files)
        stored = [file for file in self._files("usage_grouped") if file.parent.name.partition("=")[2] in self.months]
        self.engine.bind("usage_actual", stored or NOT_PRICED)
        self.engine.bind("replay_actual", Transform.load(PACKAGE, "replay_actual.sql"))
        self.engine.bind("replay_called", Transform.load(PACKAGE, "replay_called.sql"))
        return found[-1]

    def _inference_rules(self) -> pa.Table:
        rules = [
            rule
            for rule, about in self.version.meta.rules.items()
            if (about.get("then") or {}).get("category") == INFERENCE
        ]
        return pa.table({"rule_id": pa.array(sorted(rules), pa.string())})

    def _measured(self) -> Measured:
        (calls,) = self.engine.table(Transform("called", "SELECT * FROM replay_called")).to_pylist()
        runs = self._rows("replay_outcomes.sql")[0]
        return Measured(calls["first_calls"], calls["retries"], calls["unstated_calls"], runs["runs"], runs["accepted"])

    def _vendors(self, moved: Mapping[Called, Target]) -> Mapping[str, str]:
        if not moved:
            return {}
        names = sorted({name for called, target in moved.items() for name in (called[0], target.provider) if name})
        said = inventory_version(self.workspace.rollups)
        vendors = load_vendors(self.workspace) if said == "none" else _vendors(self.workspace.root, said)
        found = vendors.resolve_providers(names).to_pylist()
        return {row["supplier_name"]: row["vendor"] for row in found}


@lru_cache(maxsize=2)
def _vendors(root: Path, _said: str) -> Vendors:
    """The vendors that a register declares and the catalogue knows: a thousand spellings, taken apart once."""
    return load_vendors(Workspace.open(root))


def _with_context(factor: Fraction) -> Transform:
    """`usage` whose calls have `factor` times the input tokens, whole tokens, rounded down."""
    scaled = exp.cast(
        exp.Literal.number(f"{Decimal(factor.numerator) / factor.denominator:f}"), f"DECIMAL(18,{PLACES})"
    )
    rows = exp.select().from_("usage_as_captured")
    for column in TABLES["usage"].columns:
        value: exp.Expression = exp.column(column.name)
        if column.name in INPUT_METERS:
            tokens = exp.cast(value, "DECIMAL(19,0)")
            value = exp.cast(exp.Floor(this=exp.Mul(this=tokens, expression=scaled.copy())), "BIGINT")
        rows = rows.select(exp.alias_(value, column.name, copy=False), copy=False)
    return Transform.of("usage_with_context", rows)


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        month=row["month"],
        currency=row["currency"],
        kind=row["kind"],
        category=row["category"],
        owner=row["owner"],
        vendor=row["vendor"],
        vendor_account=row["vendor_account"],
        provider=row["provider_name"],
        model=row["model"],
        seat_of=row["seat_of"],
        activity_kind=row["activity_kind"],
        evidence=row["evidence"],
        costs={basis: row[f"{basis}_cost"] for basis in COST_BASES},
        missing={basis: row[f"{basis}_missing"] for basis in COST_BASES},
        actual={"list": row["actual_list"], "contracted": row["actual_contracted"]},
        replayed={"list": row["replayed_list"], "contracted": row["replayed_contracted"]},
        quantity=row["quantity"],
        rows=row["rows"],
        differs=row["groups_that_differ"],
        newly_unpriced=max(row["replayed_unpriced"] - row["actual_unpriced"], 0),
        unpriced_reason=row["unpriced_reason"],
        use_case=row["use_case"],
    )


def _refuse_unpriced(lines: Sequence[Line], moved: Mapping[Called, Target], changes: Changes) -> None:
    """A changed call that loses its price would vanish from the total: say so instead."""
    for line in lines:
        target = moved.get((line.provider or "", line.model or ""))
        if target is None and changes.context == 1:
            continue
        if not line.newly_unpriced and (line.actual["contracted"] is None or line.replayed["contracted"] is not None):
            continue
        reason = line.unpriced_reason or "its price is in another currency than the call's"
        name = target.model if target else line.model
        seller = target.provider if target else line.provider
        what = f"be swapped to {name}" if target else "have another input length"
        raise UsageError(
            f"calls of {line.model} in {line.month} cannot {what}: {reason}.",
            next_step=f"See `spendmap prices show {name}`, or add the price with "
            f"`spendmap prices add {seller}/{name}/METER PRICE`.",
        )
