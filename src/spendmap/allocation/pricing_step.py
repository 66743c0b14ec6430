"""Price the usage of some months row by row, and group it: the dear part of step 2, done only for months that need it.

Reads captured usage, the price book and the version in force; writes the row-level `usage_priced` files, and of each
month its groups, its shapes, the people seen in it and the names that were priced. Months that rest on what they rested
on keep their files.
Invariant: rows priced = rows of usage, in every month, whether it was priced now or kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.allocation.identity import identify
from spendmap.allocation.identity.overlap import no_overlap, overlap_tables
from spendmap.allocation.priced_from import DERIVED, Rests, kept_months, names_in, rests_on
from spendmap.allocation.restated import Restated, restated
from spendmap.allocation.shapes import shape_sql
from spendmap.engine.checked import hold
from spendmap.engine.engine import Engine
from spendmap.engine.store import DataFile
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS
from spendmap.pricing import price
from spendmap.pricing.slices import look
from spendmap.pricing.wide import WIDE_SCHEMA
from spendmap.published import Version
from spendmap.published.writing import is_as_published
from spendmap.vocabulary.period import month_add

PACKAGE = "spendmap.allocation"
READ_LATER = ("usage_priced", "usage_grouped")  # what the steps after this one read
_WITHOUT_USAGE: dict[str, Mapping[str, pa.Table]] = {}  # engine -> these tables without a row: the code alone says how


@dataclass(frozen=True)
class PricedMonths:
    """`files` are of the months worked on, by table of `DERIVED`; `fresh` were priced now, `kept` before."""

    files: Mapping[str, Sequence[Path]]
    fresh: Sequence[str]
    kept: Sequence[str]
    price_wide: pa.Table
    priced_from: Mapping[str, Mapping[str, str]]
    restated: Sequence[Restated]
    overlap: Mapping[str, pa.Table]


@dataclass(frozen=True)
class PricingStep:
    """One run's pricing. `root` is the workspace, `derived` the folder for what stays, `work` one that goes."""

    engine: Engine
    rests: Rests
    before: Version | None
    derived: Path
    work: Path
    run: str
    takes_over: bool = True  # False: every month is priced

    def go(self, months: Sequence[str]) -> PricedMonths:
        """Price what needs it of `months`; binds `usage_priced` and `usage_grouped` of all of them."""
        used = [month for month in months if self._usage({month})]
        wide, moved, overlap = self._wide_before(), list[Restated](), no_overlap()
        kept = kept_months(self.before, used, self.rests) if self.takes_over and wide is not None else {}
        fresh = [month for month in used if month not in kept]
        files = {table: [own[table] for own in kept.values()] for table in DERIVED}
        priced_from = {month: dict(self.before.meta.priced_from[month]) for month in kept} if self.before else {}
        self.engine.bind("default_currency", pa.table({"currency": [self.rests.currency]}))
        if not used:
            self._bind_empty()
        if fresh:
            made, priced_wide = self._price(fresh)
            wide = _united(wide, priced_wide)
            moved, overlap = self._restated(fresh), overlap_tables(self.engine)
            for table, own in made.items():
                files[table] += own
            resting = rests_on(self.rests, fresh, names_in(made["priced_names"]))
            priced_from |= {month: each.as_document() for month, each in resting.items()}
        if used:
            for table in READ_LATER:
                self.engine.bind(table, files[table])
        self.engine.bind("usage", self._usage(set(months)), like="usage")
        return PricedMonths(
            files, fresh, sorted(kept), WIDE_SCHEMA.empty_table() if wide is None else wide, priced_from, moved, overlap
        )

    def _bind_empty(self) -> None:
        """What is read later, where there is no usage: made from no row once, then known by its columns."""
        if self.engine.name not in _WITHOUT_USAGE:
            self._price([])
            made = {table: self.engine.table(Transform(table, f"SELECT * FROM {table}")) for table in READ_LATER}
            _WITHOUT_USAGE[self.engine.name] = made
        for table, rows in _WITHOUT_USAGE[self.engine.name].items():
            self.engine.bind(table, rows)

    def _price(self, months: Sequence[str]) -> tuple[dict[str, list[Path]], pa.Table]:
        self.engine.bind("usage", self._usage(set(months)), like="usage")
        pricing = price(self.engine, self.rests.book, currency=self.rests.currency, deployments=self.rests.deployments)
        self.engine.bind("priced", pricing.transform)
        near = {month_add(month, by) for month in months for by in (-1, 0, 1)}
        identify(self.engine, self._usage(near), self.rests.sees, self.work / "identity")
        made: dict[str, list[Path]] = {}
        for table in DERIVED:
            transform = self._transform(table)
            if not months:  # as a table, so that what reads it need not plan the pricing again
                self.engine.bind(table, self.engine.table(transform))
                continue
            folder = self.derived / table / self.run
            made[table] = self.engine.write(transform, folder, partition=("billing_month",), values=months)
            hold(self.engine, transform, made[table])  # a row that pricing dropped would be money lost
            self.engine.bind(table, made[table] or transform)  # Spark writes no file where there is no row
        return made, pricing.price_wide

    def _transform(self, table: str) -> Transform:
        if table == "usage_shape":
            found = look(self.engine)
            return Transform(table, shape_sql(self.rests.edges, found.stated if found else METERS))
        return Transform.load(PACKAGE, f"{table}.sql")

    def _restated(self, months: Sequence[str]) -> list[Restated]:
        """What the prices of today move in months that are published."""
        if self.before is None or not months:
            return []
        published = [file for month in months for file in self._published(month)]
        said = self.before.meta.priced_at
        since = min((datetime.fromisoformat(said[month]) for month in months if month in said), default=None)
        return restated(self.engine, published, self.rests.book, since, self.rests.root)

    def _published(self, month: str) -> list[Path]:
        paths = self.before.paths("usage_priced", first=month, last=month) if self.before else ()
        return [file for file in paths if f"billing_month={month}/" in str(file) and file.is_file()]

    def _usage(self, months: set[str]) -> list[Path]:
        own: Sequence[DataFile] = self.rests.usage
        return [file.path for file in own if file.slice and file.slice[1] in months]

    def _wide_before(self) -> pa.Table | None:
        """The prices that months were priced with before: their rows name them. None when they are not there whole."""
        paths = self.before.paths("price_wide") if self.before else ()
        if self.before is None or not paths or not is_as_published(self.before, paths):
            return None
        return pa.concat_tables([pq.ParquetFile(path).read() for path in paths], promote_options="default")


def _united(before: pa.Table | None, now: pa.Table) -> pa.Table:
    """Rows of both, each price key once."""
    if before is None:
        return now
    known = set(now.column("price_key").to_pylist())
    earlier = before.filter(pa.array([key not in known for key in before.column("price_key").to_pylist()], pa.bool_()))
    return pa.concat_tables([now, earlier], promote_options="default")
