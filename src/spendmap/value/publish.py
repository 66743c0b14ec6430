"""STEP 4, value: work out fully loaded costs and publish them beside the version they were made from.

Reads the version in force (month, customer and split roll-ups, the `outcome` files its `meta.json` names) and the
register; writes `value-<run>/*.parquet`, then `value.json`, which names the folder. A reader sees the old run or the
new one.
Invariant: costs published = AI money of the month roll-up, per month, currency, evidence and basis.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.allocation.counted.known import said_of_copies
from spendmap.engine.integrity import sha256_of
from spendmap.engine.reader import FileTable, ReadSession
from spendmap.engine.store import new_run, write_atomically
from spendmap.ledger.columns import SQL_TYPE
from spendmap.ledger.tables import TABLES as LEDGER
from spendmap.published import OpenVersion, Version
from spendmap.published.columns import CUSTOMER_KEYS, SUM
from spendmap.published.meta import REBUILD
from spendmap.value.accounts import Accounts, Said
from spendmap.value.declared import Declared, read_declared
from spendmap.value.loaded import Loaded, Metered, Money, load_costs
from spendmap.value.published import FILE, FORMAT, TABLES
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.vocabulary.exact import Costs
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.money import COST_BASES
from spendmap.vocabulary.period import Period
from spendmap.vocabulary.seal import sealed
from spendmap.workspace import Workspace

_COSTS = tuple(f"{basis}_cost" for basis in COST_BASES)
MONTH_COLUMNS = ("month", "scope", "category", "use_case", "origin", "currency", "evidence", *_COSTS, "minutes")
CUSTOMER_COLUMNS = (*CUSTOMER_KEYS, *_COSTS, "usage_rows", "unpriced_rows")
SPLIT_COLUMNS = ("month", "currency", "use_case", "evidence", *_COSTS)
_ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), SUM: pa.decimal128(38, 12)}
APART = "WITH apart_load AS (SELECT unnest(CAST($apart AS VARCHAR[])) AS load_id), "
KEPT_RUNS = 2  # a reader that has just opened the older one can finish


@dataclass
class Valued:
    """What the step did. `rows_in` are roll-up rows and outcome facts read, `rows_out` rows of cost published.

    `outcomes`: facts by kind; `told_again`: those that a second source tells too, which count once.
    """

    months: list[str]
    rows_in: int
    rows_out: int
    customers: int
    outcomes: dict[str, int]
    told_again: int
    is_split: bool
    seconds: float

    def as_document(self) -> dict[str, Any]:
        """The step as the commands print it."""
        return {"step": "value", **vars(self)}


def value(workspace: Workspace, *, period: str | None = None) -> Valued:
    """Publish the fully loaded costs and outcomes of every month of the version in force.

    Args:
        period: only checked to hold figures: a month's plan may be known from an earlier one, so all are worked out.
    Raises:
        UsageError: nothing is published yet, or nothing in the period.
        SourceUnreadableError: the version in force is damaged.
    """
    start = time.perf_counter()
    tables = {"month": MONTH_COLUMNS, "customer": CUSTOMER_COLUMNS, "split": SPLIT_COLUMNS}
    opened = OpenVersion.in_force(workspace, tables)
    version = opened.version
    if version is None:
        raise UsageError("there is no map yet, so no cost to value.", next_step="Make it with `spendmap allocate`.")
    months = list(version.meta.months)
    try:
        _check_period(period, months)
        declared = read_declared(workspace, months)
        apart = {"apart": sorted(said_of_copies(workspace)[0])}
        with opened.file_session({"outcome": _outcome_files(version)}) as session:
            told = session.records(_sql("outcome_rollup").replace("WITH ", APART, 1), apart)
        outcomes = [_named(row, declared) for row in told if row["facts"]]
        told_again = sum(row["told"] - row["facts"] for row in told)
        with opened.session() as session:
            return _publish(version.folder, session, outcomes, told_again, declared, months, start)
    finally:
        opened.close()


def _publish(
    folder: Path,
    session: ReadSession,
    outcomes: list[dict[str, Any]],
    told_again: int,
    declared: Declared,
    months: list[str],
    start: float,
) -> Valued:
    accounts = Accounts(
        (
            Said(row["month"], row["customer_id"], row["outcome_kind"], row["plan"], row["segment"])
            for row in outcomes
            if row["customer_id"]
        ),
        declared.plan_features,
    )
    money = [
        Money(row["month"], row["use_case"], row["currency"], row["evidence"], _costs(row), bool(row["is_usage"]))
        for row in session.records(_sql("money_by_use_case"))
    ]
    metered = [
        Metered(
            row["month"], row["use_case"], row["customer_id"], row["feature"], row["currency"], row["evidence"],
            _costs(row), row["usage_rows"], row["unpriced_rows"],
        )
        for row in session.records("SELECT * FROM customer ORDER BY ALL")
    ]  # fmt: skip
    split = [
        Money(row["month"], row["use_case"], row["currency"], row["evidence"], _costs(row))
        for row in session.records("SELECT * FROM split ORDER BY ALL")
    ]
    loaded = [_cost_row(row, accounts) for row in load_costs(money, metered, split)]
    for row in outcomes:  # an outcome that does not say its customer's plan is of the plan the customer is on
        row["plan"] = row["plan"] or accounts.plan(row["customer_id"], row["month"])
        row["segment"] = row["segment"] or accounts.segment(row["customer_id"], row["month"])
    work = session.records(_sql("work_by_use_case"))
    run = new_run()
    target = folder / f"value-{run}"
    target.mkdir()
    for name, rows in (("cost", loaded), ("outcome", outcomes), ("work", work)):
        schema = pa.schema([pa.field(column, _ARROW[type_]) for column, type_ in TABLES[name].items()])
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), target / f"{name}.parquet", compression="zstd")
    with_customers = {cell.month for cell in metered}
    document = {
        "format": FORMAT,
        "run": run,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "is_split": bool(split),
        "months": months,
        "months_without_customers": sorted({row.month for row in money if row.is_usage} - with_customers),
        "plans": declared.plans,
        "targets": declared.targets,
        "hashes": {f"{target.name}/{file.name}": sha256_of(file) for file in sorted(target.iterdir())},
    }
    write_atomically(folder / FILE, sealed(json.dumps(document, indent=1, ensure_ascii=False).encode()))
    _drop_old(folder, keep=target)
    kinds = Counter[str]()
    for row in outcomes:
        kinds[row["outcome_kind"]] += row["facts"]
    return Valued(
        months,
        len(money) + len(metered) + len(split) + kinds.total(),
        len(loaded),
        len({cell.customer for cell in metered} - {None}),
        dict(sorted(kinds.items())),
        told_again,
        bool(split),
        round(time.perf_counter() - start, 3),
    )


def _cost_row(row: Loaded, accounts: Accounts) -> dict[str, Any]:
    return {
        "month": row.month,
        "use_case": row.use_case,
        "customer_id": row.customer,
        "feature": row.feature,
        "plan": accounts.plan(row.customer, row.month, row.feature),
        "segment": accounts.segment(row.customer, row.month),
        "currency": row.currency,
        "evidence": row.evidence,
        "layer": row.layer,
        **dict(zip(_COSTS, row.costs, strict=True)),
        "usage_rows": row.usage_rows,
        "unpriced_rows": row.unpriced_rows,
    }


def _named(row: dict[str, Any], declared: Declared) -> dict[str, Any]:
    return {**row, "use_case": declared.use_case(row["use_case"], row["workflow"])}


def _costs(row: dict[str, Any]) -> Costs:
    return tuple(row[name] for name in _COSTS)


def _check_period(text: str | None, months: Sequence[str]) -> None:
    if text is None:
        return
    try:
        wanted = Period.parse(text, known_months=tuple(months))
    except ValueError as error:
        raise UsageError(f"{error}.", next_step=f"Try `spendmap value --period {months[-1]}`.") from error
    if not any(wanted.first <= month <= wanted.last for month in months):
        raise UsageError(f"there are no figures for {text}.", next_step=f"They run from {months[0]} to {months[-1]}.")


def _outcome_files(version: Version) -> FileTable:
    """The outcome files in force now: they change no cost, so a capture of outcomes needs no new allocation."""
    columns = tuple((column.name, SQL_TYPE[column.type]) for column in LEDGER["outcome"].columns)
    manifest = version.root / "ledger" / "manifest.json"
    if not manifest.is_file():
        return FileTable(version.paths("outcome"), columns)
    try:
        tables = read_json(manifest)
    except ValueError as error:
        raise SourceUnreadableError(manifest, "it is no list of the ledger's files.", next_step=REBUILD) from error
    inside = tuple((version.root / file["path"]).resolve() for file in tables.get("outcome", {}).get("files", ()))
    for file in inside:
        if not file.is_relative_to(version.root.resolve()):
            raise SourceUnreadableError(file, "it lies outside the workspace.", next_step=REBUILD)
    return FileTable(inside, columns)


def _sql(name: str) -> str:
    return resources.files("spendmap.value").joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _drop_old(folder: Path, keep: Path) -> None:
    runs = sorted((each for each in folder.glob("value-*") if each != keep), key=lambda each: each.stat().st_mtime)
    for each in runs[: -(KEPT_RUNS - 1)]:
        shutil.rmtree(each, ignore_errors=True)
