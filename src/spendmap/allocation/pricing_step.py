"""Price the usage of some months, and group it: the dear part of step 2, done only for months that need it.

Reads captured usage, the price book and the version in force; goes through the calls once, into lots (`lots`), prices
those, and writes of each month its groups, its shapes, its customers, the people seen in it, the rows that another row
tells of and the names that were priced. Months that rest on what they rested on keep their files.
Invariant: rows priced = rows of usage, in every month, whether it was priced now or kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.allocation.combinations import Combinations, combined, named_near
from spendmap.allocation.identity import identify
from spendmap.allocation.identity.overlap import no_overlap, overlap_tables
from spendmap.allocation.lot_kinds import MOST_CALLS
from spendmap.allocation.lots import CARRIED, lot_sql, lots_as_usage
from spendmap.allocation.priced_from import DERIVED, Rests, kept_months, names_in, rests_on
from spendmap.allocation.restated import Restated, restated
from spendmap.allocation.shapes import shape_sql
from spendmap.engine.checked import hold
from spendmap.engine.engine import Engine
from spendmap.engine.store import DataFile
from spendmap.engine.transform import Transform
from spendmap.pricing import price
from spendmap.pricing.book import Book
from spendmap.pricing.footers import known_of
from spendmap.pricing.slices import Slice, look
from spendmap.pricing.wide import WIDE_SCHEMA
from spendmap.published import Version
from spendmap.published.writing import is_as_published
from spendmap.vocabulary.period import month_add

PACKAGE = "spendmap.allocation"
UNLIKE = Decimal("0.8")  # lots per row: to group more than that costs more than to price each row
READ_LATER = ("usage_grouped", "usage_customer")  # what the steps after this one read
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
        """Price what needs it of `months`; binds `usage_grouped` and `usage_customer` of all of them."""
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
        near = {month_add(month, by) for month in months for by in (-1, 0, 1)}
        self.engine.bind("usage_near", self._usage(near), like="usage")
        named, known = named_near(self.engine), known_of(self._usage(near)) or look(self.engine, "usage_near")
        is_told = identify(self.engine, named, known, self.rests.sees, self.work / "identity")
        self._lots(months, known, combined(named), is_told=is_told)
        self.engine.bind("usage", lots_as_usage())
        pricing = price(
            self.engine,
            self.rests.book,
            currency=self.rests.currency,
            deployments=self.rests.deployments,
            carried=CARRIED,
        )
        self.engine.bind("priced", pricing.transform)
        self._scratch(Transform.load(PACKAGE, "lot_priced.sql"), months)
        self.engine.bind("usage", self._usage(set(months)), like="usage")
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

    def _lots(self, months: Sequence[str], known: Slice | None, names: Combinations, *, is_told: bool) -> None:
        """Bind `usage_lot`; only equal rows are one lot where a sum would hold more calls than pricing counts."""
        self.engine.bind("combination", names.table)
        make = partial(lot_sql, self.rests.edges, known, combinations=names, is_told=is_told)
        if known and months and self._are_unlike(make(), known):
            self.engine.bind("usage_captured", self._usage(set(months)), like="usage")
            self.engine.bind("usage_lot", Transform("usage_lot", make(groups=False, usage="usage_captured")))
            return
        for sums in (True, False):
            self._scratch(Transform("usage_lot", make(sums=sums)), months)
            most = "SELECT max(CASE WHEN l.usage_rows > l.copies THEN l.requests END) AS most FROM usage_lot AS l"
            if (self.engine.table(Transform("most_calls", most)).column("most")[0].as_py() or 0) <= MOST_CALLS:
                break

    def _are_unlike(self, lots: str, known: Slice) -> bool:
        """Whether most rows are a lot of their own: asked of one day, since no lot is of two."""
        day = known.first + (known.last - known.first) * 0.5
        asked = (
            f"SELECT count(*) AS lots, CAST(sum(l.usage_rows) AS BIGINT) AS n FROM ({lots}) AS l "
            f"WHERE l.billing_month = '{day:%Y-%m}' AND l.charge_date = DATE '{day:%Y-%m-%d}'"
        )
        (found,) = self.engine.table(Transform("lots_of_a_day", asked)).to_pylist()
        return found["n"] is not None and found["lots"] > UNLIKE * found["n"]

    def _scratch(self, transform: Transform, months: Sequence[str]) -> None:
        """Bind a transform's result, kept for this run alone and held to its checks."""
        if not months:  # as a table: what it reads is bound anew before it is read
            self.engine.bind(transform.name, self.engine.table(transform))
            return
        folder = self.work / f"{transform.name}-{len(list(self.work.glob('*')))}"
        made = self.engine.write(transform, folder, partition=("billing_month",), values=months, is_scratch=True)
        self.engine.bind(transform.name, made or transform)
        hold(self.engine, transform, made)

    def _transform(self, table: str) -> Transform:
        if table == "usage_shape":
            return Transform(table, shape_sql(self.rests.edges))
        return Transform.load(PACKAGE, f"{table}.sql")

    def _restated(self, months: Sequence[str]) -> list[Restated]:
        """What the prices of today move in months that are published."""
        said = self.before.meta.priced_at if self.before else {}
        shapes = {month: self._published(month) for month in months if month in said}
        published = {month: datetime.fromisoformat(said[month]) for month, files in shapes.items() if files}
        if not published:
            return []
        self.engine.bind("published_shape", [file for files in shapes.values() for file in files])
        return restated(self.engine, published, self.rests.book, self.rests.root, self._by_book)

    def _by_book(self, book: Book, months: Sequence[str]) -> list[Path]:
        """Rows of these months that were published, priced by a book."""
        self.engine.bind("usage", self._usage(set(months)), like="usage")
        pricing = price(self.engine, book, currency=self.rests.currency, deployments=self.rests.deployments)
        self.engine.bind("priced", pricing.transform)
        folder = self.work / f"restated-{len(list(self.work.glob('restated-*')))}"
        return self.engine.write(Transform.load(PACKAGE, "restated_row.sql"), folder)

    def _published(self, month: str) -> list[Path]:
        paths = self.before.paths("usage_shape", first=month, last=month) if self.before else ()
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
