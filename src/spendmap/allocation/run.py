"""STEP 2, allocate: price, scope and classify, attribute, count once, split, roll up.

Reads the captured tables of some months, the price book, the rules and the register; writes the `price` and
`allocation` tables, what pricing leaves behind of each month's usage, and the published roll-ups. Every transform is
SQL in a file of this package or of `pricing`, run on the engine the workspace names.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.allocation.counted import count_money
from spendmap.allocation.counted.known import known_of, published_metered, published_months, said_of_copies
from spendmap.allocation.entities import TYPES, departments_said, entity_table
from spendmap.allocation.export_products import bind_export_products
from spendmap.allocation.fees import resolve_fees
from spendmap.allocation.identity import sees_of
from spendmap.allocation.keying import as_table, bind_ruled
from spendmap.allocation.labels import labels_of, register_rules
from spendmap.allocation.labour import OPEN_END, OPEN_START, LabourRate, cost_labour
from spendmap.allocation.perhaps import note_perhaps
from spendmap.allocation.priced_from import Rests
from spendmap.allocation.pricing_step import PricedMonths, PricingStep
from spendmap.allocation.publish import publish
from spendmap.allocation.resold import resolve_resold
from spendmap.allocation.restated import Restated, record
from spendmap.allocation.rulebook import Rulebook, load_rulebook, rule_table
from spendmap.allocation.rules import Compiled, compile_first_match
from spendmap.allocation.seats import cost_seats
from spendmap.allocation.split.rules import SplitRule
from spendmap.allocation.split.step import split_months, splits_in_force, splits_meta
from spendmap.allocation.vendors import Vendors, load_vendors
from spendmap.capture.waiting import waiting
from spendmap.engine.checked import hold
from spendmap.engine.engine import Engine, open_engine
from spendmap.engine.store import DataFile, Store, new_run
from spendmap.engine.transform import Transform
from spendmap.ledger import TABLES
from spendmap.pricing.book import Book, merged, open_book
from spendmap.pricing.lookup import load_deployments
from spendmap.pricing.merged import MergedPrices
from spendmap.published import is_published
from spendmap.published.writing import splits_before, version_before
from spendmap.register import Key, Value, open_register
from spendmap.vocabulary import Period
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.vocabulary.keyed import keyed_hash
from spendmap.vocabulary.masking import Hashed
from spendmap.vocabulary.progress import Progress
from spendmap.workspace import Workspace

PACKAGE = "spendmap.allocation"
CAPTURED = ("usage", "charge", "activity", "utilization")
ALWAYS_RULED = "utilization"  # the split asks for its rows by key, also where there are none
PRECEDENCE = (
    "1. One call, one document and one file count once, whatever saw them: the others stand as covered and name what "
    "counts.",
    "2. Per vendor, account, product and month the bill is the total: the invoice, else the provider's cost export, "
    "else the payment; without a bill, metered usage at contract or list price and seats at their stated price.",
    "3. The meter says who carries a bill. What is billed above it is dark; use after a bill's last day is not billed "
    "yet.",
    "4. A payment is covered up to the amount it is matched to, never beyond; the rest counts.",
    "5. Effective cost is read by charge period, prepaid terms in equal parts; billed cost by the month of the bill.",
)


@dataclass
class Allocated:
    """What the step did. `findings` counts what it could not decide."""

    months: list[str]
    rows_in: int = 0
    rows_out: int = 0
    unpriced_rows: int = 0
    unrated_rows: int = 0  # of them people's work whose role has no rate
    version: str = ""
    seconds: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    restated: list[Restated] = field(default_factory=list)
    priced: list[str] = field(default_factory=list)  # months whose usage was priced now
    is_widened: bool = False  # every month was worked on, since a new line of money can be for any
    kept: list[str] = field(default_factory=list)  # months whose usage, names and prices are the same: priced before

    def as_document(self) -> dict[str, Any]:
        """The step as the commands print it."""
        return {
            "step": "allocate",
            "months": self.months,
            "priced": self.priced,
            "kept": self.kept,
            "is_widened": self.is_widened,
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "unpriced_rows": self.unpriced_rows,
            "unrated_rows": self.unrated_rows,
            "restated": [each.as_document() for each in self.restated],
            "version": self.version,
            "seconds": self.seconds,
            "parts": self.parts,
        }


@dataclass
class Declared:
    """What the register says, read once."""

    entities: pa.Table
    keys: list[Key]
    rates: list[LabourRate]
    dated: list[tuple[str, str, list[Value]]]


def allocate(
    workspace: Workspace, *, period: str = "all", again: bool = False, progress: Progress | None = None
) -> Allocated:
    """Work out who carries what in the months of `period`, and publish the roll-ups.

    Every month is worked on when bills or payments were captured since the version in force: a line of one month can be
    for another one.
    Usage is priced in the months whose usage, names or prices changed since the version in force; `again` prices all.

    Raises:
        UsageError: nothing is captured, or nothing in the period.
        SourceUnreadableError: months that are not worked on would be taken over, and are damaged.
        SpendmapError: a rule, a register key or a price that cannot be used.
    """
    start = time.perf_counter()
    store = Store(workspace)
    with store.lock():
        files = {table: store.files(table) for table in CAPTURED}
        if not any(files.values()):  # outcomes alone make a map without money, on which step 4 stands
            files["outcome"] = store.files("outcome")
        known = sorted({file.slice[1] for found in files.values() for file in found if file.slice})
        if not known:
            refused = waiting(workspace.quarantine)
            if refused is not None:
                raise UsageError(f"nothing is captured yet: {refused.sentence}.", next_step=refused.next_step)
            raise UsageError(
                "nothing is captured yet.", next_step="Read a file with `spendmap capture --file PATH --as KIND`."
            )
        try:
            wanted = set(Period.parse(period, known_months=tuple(known)).months)
        except ValueError as error:
            raise UsageError(f"{error}.", next_step=f"Captured are {known[0]} to {known[-1]}.") from error
        months = [month for month in known if month in wanted]
        if not months:
            raise UsageError(f"nothing is captured for {period}.", next_step=f"Captured are {known[0]} to {known[-1]}.")
        is_widened = months != known and _has_new_money(workspace, files["charge"])
        if is_widened:
            months, wanted = known, set(known)
        # A line of money can be for another month than its own (prepaid, in arrears, corrected): all are looked at.
        inputs = {
            table: [file.path for file in found if file.slice and (file.slice[1] in wanted or table == "charge")]
            for table, found in files.items()
        }
        rows_in = sum(file.rows for found in files.values() for file in found if file.slice and file.slice[1] in wanted)
        if months != known and is_published(workspace) and version_before(workspace) is None:
            raise SourceUnreadableError(
                workspace.rollups,
                "the figures of the other months are damaged, so they cannot be taken over.",
                next_step="Work on all months: `spendmap allocate`.",
            )
        with open_engine(workspace) as engine:
            run = _Run(
                workspace,
                store,
                engine,
                months,
                inputs,
                files["usage"],
                progress,
                is_whole=months == known,
                is_again=again,
            )
            result = run.go()
        result.rows_in = rows_in
        result.is_widened = is_widened
        result.seconds = round(time.perf_counter() - start, 3)
        return result


class _Run:
    """One run of the step."""

    def __init__(
        self,
        workspace: Workspace,
        store: Store,
        engine: Engine,
        months: list[str],
        inputs: dict[str, list[Path]],
        usage: list[DataFile],
        progress: Progress | None,
        *,
        is_whole: bool,
        is_again: bool,
    ) -> None:
        self.workspace, self.store, self.engine = workspace, store, engine
        self.months, self.inputs, self.usage, self.progress = months, inputs, usage, progress
        self.is_whole = is_whole  # every captured month is worked on
        self.is_again = is_again  # months are priced also where nothing says that they must be
        self.run = new_run()
        self.work = store.root / "staging" / self.run
        self.parts: dict[str, float] = {}

    def go(self) -> Allocated:
        if self.progress:
            self.progress.start("allocate", 7)
        for table in CAPTURED:
            self.engine.bind(table, self.inputs[table], like=table)
        declared = self._part("register", self._declared)
        rulebook = load_rulebook(self.workspace)
        splits = splits_in_force(self.workspace, declared.dated)
        vendors = self._part("vendors", lambda: self._vendors(declared))
        priced = self._part("price", lambda: self._price(declared))
        self._part("key", lambda: self._key(declared, rulebook, vendors))
        files = self._part("count", lambda: self._count(declared, vendors))
        split = self._part("split", lambda: self._split(files, splits, declared))
        rows_out = self._part(
            "publish", lambda: self._publish(files, priced, declared, rulebook, vendors, splits, split)
        )
        shutil.rmtree(self.work, ignore_errors=True)
        return Allocated(
            self.months,
            rows_out=rows_out,
            unpriced_rows=self.unpriced,
            unrated_rows=self.unrated,
            version=self.run,
            parts=self.parts,
            restated=list(priced.restated),
            priced=list(priced.fresh),
            kept=list(priced.kept),
        )

    def _part(self, name: str, work: Any) -> Any:
        start = time.perf_counter()
        result = work()
        self.parts[name] = round(time.perf_counter() - start, 3)
        if self.progress:
            self.progress.advance()
        return result

    def _declared(self) -> Declared:
        with open_register(self.workspace) as register:
            dated = list(register.dated())
            rates = [
                LabourRate(
                    rate.role,
                    rate.hourly_rate,
                    rate.currency or self.workspace.currency,
                    rate.valid_from or OPEN_START,
                    rate.valid_to or OPEN_END,
                )
                for rate in register.labour_rates()
            ]
            return Declared(entity_table(dated), register.keys(), rates, dated)

    def _vendors(self, declared: Declared) -> Vendors:
        vendors = load_vendors(self.workspace)
        names = self.engine.table(
            Transform(
                "supplier_names",
                "SELECT DISTINCT c.invoice_issuer_name AS name FROM charge AS c "
                "UNION SELECT DISTINCT c.publisher_name AS name FROM charge AS c "
                "UNION SELECT DISTINCT c.service_provider_name AS name FROM charge AS c "
                "UNION SELECT DISTINCT u.supplier_name AS name FROM utilization AS u",
            )
        )
        self.engine.bind("supplier_vendor", vendors.resolve(_texts(names)))
        self.engine.bind("exporter_vendor", vendors.resolve_exporters(_texts(names)))
        fees = self.engine.table(
            Transform(
                "fees",
                "SELECT DISTINCT coalesce(c.invoice_issuer_name, '') AS supplier, coalesce(c.memo, '') AS memo "
                "FROM charge AS c WHERE c.line_kind = 'fee'",
            )
        )
        self.engine.bind(
            "fee_vendor", resolve_fees(((row["supplier"], row["memo"]) for row in fees.to_pylist()), vendors)
        )
        texts = self.engine.table(
            Transform(
                "payment_texts",
                "SELECT DISTINCT coalesce(c.invoice_issuer_name, '') AS supplier, coalesce(c.memo, '') AS memo, "
                "coalesce(c.charge_description, '') AS description FROM charge AS c WHERE c.statement = 'payment'",
            )
        )
        self.engine.bind(
            "resold_vendor",
            resolve_resold(((row["supplier"], row["memo"], row["description"]) for row in texts.to_pylist()), vendors),
        )
        products = self.engine.table(
            Transform("product_names", "SELECT DISTINCT u.product AS name FROM utilization AS u")
        )
        self.engine.bind("product_vendor", vendors.resolve_makers(_texts(products)))
        providers = self.engine.table(
            Transform("provider_names", "SELECT DISTINCT u.provider_name AS name FROM usage AS u")
        )
        self.engine.bind("provider_vendor", vendors.resolve_providers(_texts(providers)))
        return vendors

    def _price(self, declared: Declared) -> PricedMonths:
        """Every usage row of the months with its price, and their groups: made now, or kept from the version before."""
        book = self._book()
        rests = Rests(
            self.usage,
            self.workspace.root,
            book,
            self.workspace.currency,
            load_deployments(self.workspace.root),
            sees_of(declared.dated),
        )
        before = version_before(self.workspace)
        return PricingStep(
            self.engine, rests, before, self.store.root / "derived", self.work, self.run, takes_over=not self.is_again
        ).go(self.months)

    def _book(self) -> Book:
        """The stored book with today's catalogue merged in; stored when that changed it. No price is ever removed."""
        self.priced_at = datetime.now(UTC).replace(tzinfo=None)
        known = MergedPrices(self.workspace.root, [file.path for file in self.store.files("price")])
        stored = Book.from_table(self.store.rows("price"))
        if known.is_merged():
            return stored
        now = merged(stored, open_book(self.workspace), self.priced_at)
        if now is stored or _says(now) == _says(stored):
            known.remember()
        else:
            self.store.overwrite("price", now.table, run=self.run)
        return now

    def _key(self, declared: Declared, rulebook: Rulebook, vendors: Vendors) -> None:
        """Give every line its rule and its register keys, in one common form: `keyed`."""
        self.said = said_of_copies(self.workspace)
        self.engine.bind("apart_load", pa.table({"load_id": pa.array(sorted(self.said[0]), pa.string())}))
        self.engine.bind("activity_twice", Transform.load(PACKAGE, "activity_twice.sql"))
        activity = self.engine.table(Transform.load(PACKAGE, "activity_grouped.sql"))
        self.engine.bind("activity_costed", cost_labour(activity, declared.rates, self.workspace.currency))
        self.engine.bind("seat_cost", self._seat_cost())
        self.engine.bind("entity", declared.entities)
        hashed = self._hashed()
        compiled: list[tuple[str, Compiled]] = []
        columns: dict[str, Sequence[str]] = {}
        keyed: list[str] = []
        for table in CAPTURED:
            fields = Transform.load(PACKAGE, f"{table}_fields.sql")
            self.engine.bind(f"{table}_fields", fields)
            if table == "charge":
                bind_export_products(self.engine, vendors)
            columns[table] = self.engine.columns(fields)
            plan = compile_first_match(rulebook.rules, as_table(table), columns[table], vendors=vendors, hashed=hashed)
            compiled.append((table, plan))
        self.engine.bind("rule", rule_table(compiled))
        for table, plan in compiled:
            # A table without rows has its rules checked and is not asked: planning them costs as much as a day's usage.
            if self.inputs[table] or table == ALWAYS_RULED:
                bind_ruled(self.engine, table, columns[table], plan, declared.keys, hashed)
                self.engine.bind(f"{table}_keyed", Transform.load(PACKAGE, f"{table}_keyed.sql"))
                keyed.append(f"SELECT * FROM {table}_keyed")
        priced = "SELECT u.natural_key FROM utilization_fields AS u WHERE u.effective_cost IS NOT NULL"
        self.engine.bind("utilization_costed", Transform("utilization_costed", priced))  # others bring no money
        union = " UNION ALL ".join(keyed)
        self.engine.bind("keyed", Transform("keyed", union))
        self.engine.bind("department_said", departments_said(declared.dated))
        self.engine.bind("attributed", self._written("attributed.sql"))

    def _hashed(self) -> Hashed:
        """The workspace's keyed hash; the key is read only where a rule or register key names what is hashed."""
        key = cache(lambda: self.workspace.principal_key)
        return lambda text: keyed_hash(key(), text)

    def _written(self, file: str) -> list[Path]:
        """A transform's result as files of this run, held to the checks that it declares."""
        transform = Transform.load(PACKAGE, file)
        files = self.engine.write(transform, self.work / transform.name)
        hold(self.engine, transform, files)
        return files

    def _seat_cost(self) -> pa.Table:
        """What each seat row costs. A plan of earlier months is known by their rows, whichever months are allocated."""
        ever = [file.path for file in self.store.files("utilization")]
        self.engine.bind("utilization_ever", ever, like="utilization")
        snapshots = self.engine.table(Transform.load(PACKAGE, "seat_snapshots.sql"))
        listed = self.engine.table(Transform.load(PACKAGE, "seats_first_listed.sql"))
        costs, self.seats_asked = cost_seats(snapshots, listed, self.said[0])
        return costs

    def _count(self, declared: Declared, vendors: Vendors) -> list[Path]:
        """Count money once and write the allocation of these months."""
        before = published_metered(self.workspace, except_months=self.months)
        known = known_of(self.workspace, declared.dated, vendors, before, self.months, self.said)
        self.counted = count_money(self.engine, known)
        for each in self.seats_asked:
            self.counted.notes.add(
                "perhaps_twice",
                each.row["billing_month"],
                each.row["billing_currency"],
                each.amount,
                subject=each.row["supplier_name"] or each.row["product"],
                origin_key=f"{each.row['source_name']}:{each.row['natural_key']}",
                reason=each.reason,
            )
        if self.is_whole:  # terms that are paid in advance reach months of which nothing is captured
            self.months = sorted({*self.months, *self.counted.extra_months, *published_months(self.workspace)})
        for name, table in self.counted.bound.items():
            self.engine.bind(name, table)
        self.engine.bind("wanted", pa.table({"month": pa.array(self.months, pa.string())}))
        folder = self.store.root / "allocation" / "data" / self.run
        files = self.engine.write(
            Transform.load("spendmap.allocation.counted", "counted.sql"),
            folder,
            partition=("billing_month",),
        )
        self.store.replace("allocation", (), files, run=self.run, months=self.months)
        return files

    def _split(self, files: list[Path], splits: list[SplitRule], declared: Declared) -> pa.Table:
        """Who would carry the money of these months that no use case carries."""
        self.engine.bind("allocation", files, like="allocation")
        return split_months(self.engine, splits, declared.dated)

    def _publish(
        self,
        files: list[Path],
        priced: PricedMonths,
        declared: Declared,
        rulebook: Rulebook,
        vendors: Vendors,
        splits: list[SplitRule],
        split: pa.Table,
    ) -> int:
        manifest = self.store.publish()
        root = self.workspace.root
        version = version_before(self.workspace)
        before = version.meta if version else None
        tables = {name: [file["path"] for file in manifest[name]["files"]] for name in TABLES}
        wide = self.store.root / "derived" / "price_wide" / f"{self.run}.parquet"
        wide.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(priced.price_wide, wide, compression="zstd")
        tables["price_wide"] = [str(wide.relative_to(root))]
        for table, own in priced.files.items():
            tables[table] = [str(path.relative_to(root)) for path in self._with_other_months(table, own)]
        note_perhaps(self.engine, vendors, self.counted.notes)
        folder = publish(
            self.workspace,
            self.engine,
            self.run,
            self.months,
            files,
            {
                "precedence": list(PRECEDENCE),
                "tables": tables,
                "engine": self.engine.name,
                "rules": rulebook.meta() | register_rules(declared.dated),
                "priced_at": dict(before.priced_at if before else {})
                | dict.fromkeys(priced.fresh, self.priced_at.isoformat()),
                "priced_from": dict(before.priced_from if before else {}) | dict(priced.priced_from),
                "restated": record(priced.restated, self.run, before.restated if before else ()),
                "splits": splits_meta(splits, self.months, splits_before(self.workspace)),
                **labels_of(declared.dated, vendors),
            },
            split=split,
            overlap=(priced.overlap, priced.fresh),
            has_usage=bool(self.inputs["usage"]),
            extra={"notes": _of_months(self.counted.notes.table, self.months), "metered": self.counted.metered},
        )
        sums = self.engine.table(
            Transform(
                "allocated_sums",
                "SELECT count(*) AS n, CAST(sum(a.unpriced_rows) AS BIGINT) AS u, "
                "CAST(sum(CASE WHEN a.origin = 'activity' THEN a.unpriced_rows END) AS BIGINT) AS w "
                "FROM allocation AS a",
            )
        ).to_pylist()[0]
        self.unpriced, self.unrated = int(sums["u"] or 0), int(sums["w"] or 0)
        assert folder.is_dir()
        return int(sums["n"])

    def _with_other_months(self, table: str, own: Sequence[Path]) -> list[Path]:
        """Files of every month: these months' own, the others as the version in force has them."""
        before = version_before(self.workspace)
        marks = [f"billing_month={month}/" for month in self.months]
        kept = [
            path for path in (before.paths(table) if before else ()) if not any(mark in str(path) for mark in marks)
        ]
        return sorted([*kept, *own], key=lambda path: path.parent.name)


def _has_new_money(workspace: Workspace, charges: Sequence[DataFile]) -> bool:
    """Whether the captured bills and payments are others than those of the version in force."""
    before = version_before(workspace)
    stored = {str(file.path.relative_to(workspace.root)) for file in charges}
    return before is not None and stored != set(before.meta.tables.get("charge", ()))


def _says(book: Book) -> set[tuple[str, datetime | None]]:
    """Its prices, and when each was superseded."""
    return set(zip(*(book.table.column(name).to_pylist() for name in ("price_id", "superseded_at")), strict=True))


def _of_months(table: pa.Table, months: Sequence[str]) -> pa.Table:
    """Rows of the months worked on: lines of every month are looked at, the other months' notes stay as published."""
    return table.filter(pc.is_in(table.column("month"), value_set=pa.array(list(months), pa.string())))


def _texts(names: pa.Table) -> Iterable[str]:
    return [name for name in names.column("name").to_pylist() if name]


__all__ = ["TYPES", "Allocated", "allocate"]
