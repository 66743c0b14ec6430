"""The laws, held against one workspace: every figure on the map rests on them.

Reads the ledger and the published roll-ups; writes nothing. A law that cannot be tested here says so
(`holds` is None) and never counts as held.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.allocation.counted.law import Row, l3_costs, l13_payments, l14_documents, money_by_vendor
from spendmap.allocation.identity.law import l14_calls
from spendmap.allocation.split.law import split_law
from spendmap.allocation.vendors import load_vendors
from spendmap.capture.known import content_twice
from spendmap.capture.stored_money import money_off
from spendmap.capture.stored_texts import unsafe_texts
from spendmap.engine.duckdb import DuckDBEngine
from spendmap.engine.integrity import altered, unsealed
from spendmap.engine.store import MANIFEST, DataFile, Store
from spendmap.engine.transform import Transform
from spendmap.ledger import METERS, TABLES
from spendmap.ledger.keeping import keepings
from spendmap.optimization.identity import identity_holds
from spendmap.published import Version
from spendmap.published.columns import MONTH_COLUMNS
from spendmap.published.writing import altered_in, published_table
from spendmap.register.journal import read as read_journal
from spendmap.value.published import altered_values
from spendmap.vocabulary import money_text
from spendmap.vocabulary.errors import EngineError, RuleError, SourceUnreadableError, SpendmapError
from spendmap.vocabulary.masking import masked
from spendmap.workspace import Workspace

CAPTURED = ("usage", "charge", "activity", "utilization", "outcome")
TOKEN_METERS = (
    "input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_other", "output", "input_audio",
    "output_audio", "input_image", "output_image", "input_video", "output_video",
)  # fmt: skip
"""Meters of tokens, which never overlap: together they are what the source calls its total."""
DECIDED = ("owner", "department", "use_case", "vendor", "category", "cost_center")
"""Dimensions that a rule or a person decides: what has one and what has none are the whole."""
SCOPES = {"ai", "not_ai", "covered"}
NAMED = 5  # columns that a detail names
MASK_AGAIN = (
    "an earlier version masked less, or a file was changed by hand: capture the sources again in a new workspace "
    "(`spendmap init`), then remove this one and its backups"
)
"""What is stored is never rewritten, so that a text is only gone with the workspace that holds it."""


@dataclass(frozen=True)
class Law:
    """One law and what was found. `holds` is None when it could not be tested here."""

    name: str
    statement: str
    holds: bool | None
    detail: str

    def as_document(self) -> dict[str, Any]:
        """The law as JSON."""
        return {"name": self.name, "statement": self.statement, "holds": self.holds, "detail": self.detail}


def check(workspace: Workspace, only: Collection[str] = ()) -> list[Law]:
    """Every law, in order; of `only` some names ("L5"), those laws."""
    with DuckDBEngine({}) as engine:
        checks = _Checks(workspace, engine)
        return [
            Law(name, statement, *_tried(test, checks)) for name, statement, test in LAWS if not only or name in only
        ]


Found = tuple[bool | None, str]
_SUMS = (
    "group_key, CAST(sum(usage_rows) AS BIGINT) AS n, CAST(sum(unpriced_rows) AS BIGINT) AS u, "
    "CAST(sum(list_cost) AS DECIMAL(38,12)) AS l, CAST(sum(contracted_cost) AS DECIMAL(38,12)) AS c"
)
_EACH = " UNION ALL ".join(
    f"SELECT {_SUMS} FROM {table} GROUP BY group_key" for table in ("usage_grouped", "usage_shape", "usage_customer")
)
GROUPS_OFF = (
    "SELECT count(*) AS n FROM (SELECT group_key FROM ("
    f"SELECT group_key, n, u, l, c, count(*) AS times FROM ({_EACH}) AS e GROUP BY group_key, n, u, l, c) AS s "
    "WHERE times <> 3 GROUP BY group_key) AS g"
)
"""Groups of usage that their shapes, or their customers, do not add up to."""


def _tried(test: Callable[[_Checks], Found], checks: _Checks) -> Found:
    """What a law's test finds. A file that is gone or damaged breaks L11; what cannot be read is not tested here."""
    try:
        return test(checks)
    except SpendmapError as error:
        return None, f"could not be tested: {error.message}"


class _Checks:
    def __init__(self, workspace: Workspace, engine: DuckDBEngine) -> None:
        self.workspace, self.engine = workspace, engine
        self.store = Store(workspace)
        self.files = {table: self.store.files(table) for table in (*CAPTURED, "allocation")}
        self.gone, self.wrong = _damaged(self.files)
        unreadable = {*self.gone, *self.wrong}
        for table, files in self.files.items():
            engine.bind(table, [file.path for file in files if file.path not in unreadable], like=table)
        self._loads: list[dict[str, Any]] | None = None
        self.version = Version.in_force(workspace)
        self._money: list[Row] | None = None
        self.has_priced = False
        for table in ("usage_grouped", "usage_shape", "usage_customer", "usage_covered"):
            found = self.version.paths(table) if self.version else ()
            self.has_priced = bool(found)  # an earlier release made some of them, and the last of them never
            if found:
                engine.bind(table, list(found))

    @property
    def loads(self) -> list[dict[str, Any]]:
        """The records of every load, read once.

        Raises:
            EngineError: a file of them is gone or damaged: what rests on them is not tested.
        """
        if self._loads is None:
            self._loads = self.store.rows("load").to_pylist()
        return self._loads

    def one(self, sql: str) -> dict[str, Any]:
        """The single row of a query."""
        row: dict[str, Any] = self.engine.table(Transform("check", sql)).to_pylist()[0]
        return row

    def is_allocated(self, table: str) -> bool:
        """Whether the published allocation was made from what the table holds now."""
        published = self.version.meta.tables.get(table, ()) if self.version else ()
        return set(published) == {str(file.path.relative_to(self.workspace.root)) for file in self.files[table]}

    def l1(self) -> Found:
        bad = [
            row
            for row in self.loads
            if row["rows_read"] != row["rows_loaded"] + row["rows_duplicate"] + row["rows_quarantined"]
        ]
        stored = sum(file.rows for table in CAPTURED for file in self.files[table])
        expected = sum(row["rows_loaded"] - row["rows_replaced"] for row in self.loads)
        detail = f"{len(self.loads):,} loads; {stored:,} rows stored, loaded less replaced gives {expected:,}"
        if bad:
            detail = f"{bad[0]['source_name']}/{bad[0]['file_name']} does not add up; " + detail
        return not bad and stored == expected, detail

    def l2(self) -> Found:
        twice = self.one(
            "SELECT count(*) AS n FROM (SELECT source_name, natural_key FROM usage GROUP BY source_name, natural_key HAVING count(*) > 1)"
        )["n"]
        sums = ", ".join(f"CAST(coalesce(sum({meter}), 0) AS DECIMAL(38,12)) AS {meter}" for meter in METERS[:6])
        captured = self.one(f"SELECT count(*) AS n, {sums} FROM usage")
        parts = " + ".join(f"coalesce(u.{meter}, 0)" for meter in TOKEN_METERS)
        disagreeing = self.engine.table(
            Transform(
                "disagreeing",
                "SELECT u.source_name, count(*) AS n FROM usage AS u "
                f"WHERE u.source_total_tokens IS NOT NULL AND u.source_total_tokens <> {parts} "
                "GROUP BY u.source_name ORDER BY u.source_name",
            )
        ).to_pylist()
        differing = sum(row["n"] for row in disagreeing)
        named = "".join(f" ({row['source_name']} {row['n']:,})" for row in disagreeing[:1])
        disagree = f"{differing:,} rows whose parts differ from the source's own total{named}"
        if not self.has_priced or not self.is_allocated("usage"):
            found = f"{captured['n']:,} usage rows captured, {twice} keys twice; not all are allocated yet"
            return (False if twice or differing else None), f"{found}; {disagree}"
        meters = ", ".join(
            f"CAST(coalesce(sum(CAST({meter} AS DECIMAL(19,0)) * CAST(copies AS DECIMAL(9,0))), 0) AS DECIMAL(38,12)) AS {meter}"
            for meter in METERS[:6]
        )
        priced = self.one(f"SELECT CAST(coalesce(sum(usage_rows), 0) AS BIGINT) AS n, {meters} FROM usage_shape")
        off = self.one(GROUPS_OFF)["n"]
        carried = self.one(
            "SELECT CAST(coalesce(sum(usage_rows), 0) AS BIGINT) AS n FROM allocation WHERE origin = 'usage'"
        )
        holds = not twice and not differing and captured == priced and carried["n"] == captured["n"] and not off
        return holds, (
            f"{captured['n']:,} usage rows captured, {priced['n']:,} priced, {carried['n']:,} allocated; {twice} keys twice; "
            f"{off} groups whose shapes or customers are not what they are; {disagree}"
        )

    def l3(self) -> Found:
        if not self.files["allocation"]:
            return None, "nothing is allocated yet"
        if not self.is_allocated("charge"):
            return None, "charges were captured since the last allocation; run `spendmap allocate`, then check again"
        holds, told = l3_costs(self.money())
        sums = self.one("SELECT sum(effective_cost) AS captured, count(*) AS n FROM charge")
        told = f"{sums['n']:,} charges, effective {money_text(sums['captured'])} carried whole; {told}"
        if self.version is None or not self.is_allocated("utilization"):
            return None if holds else False, f"{told}; seats were captured since, so pools were not compared"
        try:
            are_whole, pools = split_law(self.engine, self.workspace.root / "rules", self.version)
        except RuleError as error:
            return None if holds else False, f"{told}; pools were not compared: {error.message}"
        return holds and are_whole, f"{told}; {pools}"

    def money(self) -> list[Row]:
        """Captured and placed money per vendor and currency, read once."""
        if self._money is None:
            self._money = money_by_vendor(self.engine, load_vendors(self.workspace))
        return self._money

    def months_are_allocated(self) -> bool:
        """Whether every captured month of money is published: a line can be for another month than its own."""
        months = {file.slice[1] for file in self.files["charge"] if file.slice}
        return self.version is not None and months <= set(self.version.meta.months)

    def l4(self) -> Found:
        return identity_holds(self.workspace)

    def l5(self) -> Found:
        if self.version is None:
            return None, "nothing is published yet"
        self.engine.bind("month_rollup", published_table(self.version, "month"))
        named = ", ".join(f"sum(CASE WHEN {name} IS NOT NULL THEN effective_cost END) AS {name}" for name in DECIDED)
        shown, carried = (
            {
                (row["currency"], row["scope"]): row
                for row in self.engine.table(
                    Transform(
                        f"{table}_by_scope",
                        f"SELECT currency, scope, sum(effective_cost) AS amount, {named} FROM {table} GROUP BY currency, scope",
                    )
                ).to_pylist()
            }
            for table in ("month_rollup", "allocation")
        )
        off = sorted(
            f"{currency} {scope}, {name.replace('amount', 'total')}"
            for currency, scope in shown.keys() | carried.keys()
            for name in ("amount", *DECIDED)
            if (shown.get((currency, scope)) or {}).get(name) != (carried.get((currency, scope)) or {}).get(name)
        )
        scopes = {scope for _, scope in shown}
        told = "; ".join(
            f"{currency} {scope} {money_text(row['amount'])}" for (currency, scope), row in sorted(shown.items())
        )
        return not off and scopes <= SCOPES, told + (f"; {len(off)} sums off (such as {off[0]})" if off else "")

    def l6(self) -> Found:
        twice = 0
        for table in CAPTURED:
            twice += self.one(
                f"SELECT count(*) AS n FROM (SELECT source_name, natural_key FROM {table} GROUP BY source_name, natural_key HAVING count(*) > 1)"
            )["n"]
        again = self.contents_under_two_names()
        detail = f"{twice} rows stored twice; {len(again)} contents counted under two source names"
        return not twice and not again, detail + (f" (such as {again[0]})" if again else "")

    def contents_under_two_names(self) -> list[str]:
        """Files whose rows are stored under more than one source, unless a source says that this is no copy."""
        loads = {row["load_id"]: row for row in self.loads}
        names: dict[str, set[str]] = defaultdict(set)
        for table in CAPTURED:
            rows = self.engine.table(Transform("live_loads", f"SELECT DISTINCT load_id FROM {table}"))
            for load_id in rows.column("load_id").to_pylist():
                load = loads.get(load_id)
                if load is not None and json.loads(load["settings"] or "{}").get("copy") != "no":
                    names[load["file_sha256"]].add(f"{load['source_name']}/{load['file_name']}")
        return sorted(
            " and ".join(sorted(found))
            for found in names.values()
            if len({name.partition("/")[0] for name in found}) > 1
        )

    def l7(self) -> Found:
        return None, "this version does not close months yet"

    def l8(self) -> Found:
        if self.version is None:
            return None, "nothing is published yet"
        again = self.engine.table(Transform.load("spendmap.allocation", "rollup_month.sql"))
        published = published_table(self.version, "month")
        same = bool(again.cast(published.schema).equals(published))
        return (
            same,
            f"{len(published):,} month rows published, computed again from the ledger: {'the same' if same else 'different'}",
        )

    def l9(self) -> Found:
        by = (self.version.meta.engine if self.version else None) or "nothing"
        return None, f'published by {by}; set engine = "spark", allocate and compare, as the test-suite does'

    def l10(self) -> Found:
        if not self.has_priced:
            return None, "no usage is priced yet"
        row = self.one(
            "SELECT CAST(sum(usage_rows) AS BIGINT) AS n, CAST(sum(unpriced_rows) AS BIGINT) AS unpriced, "
            "CAST(sum(CASE WHEN contracted_cost IS NOT NULL THEN unpriced_rows ELSE 0 END) AS BIGINT) AS poisoned, "
            "CAST(sum(CASE WHEN contracted_cost IS NULL THEN usage_rows - unpriced_rows ELSE 0 END) AS BIGINT) AS unsaid "
            "FROM usage_shape"
        )
        return not row["poisoned"] and not row["unsaid"], (
            f"{row['unpriced']:,} of {row['n']:,} usage rows unpriced, each with its reason; {row['poisoned']} with a cost all the same"
        )

    def l11(self) -> Found:
        try:
            pending, notes = self.store.unfinished_runs(), []
        except SourceUnreadableError as error:
            pending, notes = [], [error.message]
        count = sum(len(files) for files in self.files.values())
        listed = self.store.published()
        changed = altered(self.workspace.root, listed)
        unlisted = [] if listed or not count else [f"{MANIFEST} is gone or damaged: no file could be compared with it"]
        if listed and not pending and self._lists_others(listed):
            unlisted = [f"{self.store.root / MANIFEST}: it lists other files than the catalogue holds"]
        if self.version is not None:
            seen = {file["path"] for told in listed.values() for file in told["files"] if "sha256" in file}
            changed += altered_in(self.version, seen=seen)
            try:
                changed += altered_values(self.version.folder)
            except SourceUnreadableError as error:
                notes.append(error.message)
        folders = [self.workspace.rollups, *([self.version.folder] if self.version else [])]
        changed += unsealed(file for folder in folders for file in sorted(folder.glob("*.json")))
        journal = _journal_damage(self.workspace)
        try:
            off = money_off(self.engine, CAPTURED, self.loads)
        except EngineError:
            off = []  # the records cannot be read: their file is among those that changed
        named = [*map(str, changed), *journal, *notes] or off or unlisted
        is_whole = not (pending or self.gone or self.wrong or named)
        return is_whole, (
            f"{count:,} data files; {len(pending)} unfinished runs, {len(self.gone)} files missing, "
            f"{len(self.wrong)} with other rows than were written, "
            f"{len(changed) + len(journal) + len(notes) + len(unlisted)} altered, "
            f"{len(off)} loads whose stored money is not what they captured" + (f" ({named[0]})" if named else "")
        )

    def _lists_others(self, listed: Mapping[str, Any]) -> bool:
        """Whether the published list is not that of the catalogue: an older copy of it, say."""
        root = self.workspace.root
        return any(
            {root / entry["path"] for entry in listed.get(table, {}).get("files", ())} != {file.path for file in files}
            for table, files in self.files.items()
        )

    def l12(self) -> Found:
        found = Counter[str]()
        for table in CAPTURED:
            found.update(_named(table, unsafe_texts(self.engine, table, keepings(table))))
        made = {column.name: "label" for column in TABLES["allocation"].columns if column.type == "text"}
        found.update(_named("allocation", unsafe_texts(self.engine, "allocation", made)))
        shown = Counter[str]()
        if self.version is not None:
            rollup = published_table(self.version, "month")
            self.engine.bind("month_rollup", rollup)
            texts = [
                name for name, type_ in MONTH_COLUMNS.items() if type_ == "VARCHAR" and name in rollup.column_names
            ]
            shown = _named("month", unsafe_texts(self.engine, "month_rollup", dict.fromkeys(texts, "label")))
        quarantined = _addresses_in(self.workspace.quarantine)
        total = found.total() + shown.total() + quarantined
        where = ", ".join(f"{place} {count:,}" for place, count in (found + shown).most_common(NAMED))
        return not total, (
            f"{found.total():,} texts of the ledger, {quarantined:,} quarantined rows and {shown.total():,} texts of the map "
            "hold an address, a number of a person or a secret"
            + (f" ({where})" if where else "")
            + (f"; {MASK_AGAIN}" if total else "")
        )

    def l13(self) -> Found:
        if not self.files["charge"]:
            return None, "no line of money is captured"
        if not self.files["allocation"] or not self.is_allocated("charge") or not self.months_are_allocated():
            return None, "not every line of money is allocated yet; run `spendmap allocate`, then check again"
        return l13_payments(self.money())

    def l14(self) -> Found:
        once, told = l14_files(self.loads)
        if self.has_priced and self.is_allocated("usage"):
            holds, calls = l14_calls(self.engine)
            once, told = bool(once) and holds, f"{told}; {calls}"
        elif self.files["usage"]:
            return None if once else False, f"{told}; calls are not all allocated yet"
        if not self.files["allocation"] or not self.is_allocated("charge"):
            return None if once else False, f"{told}; documents are not all allocated yet"
        holds, documents = l14_documents(self.engine)
        return bool(once) and holds, f"{told}; {documents}"


LAWS: tuple[tuple[str, str, Callable[[_Checks], Found]], ...] = (
    ("L1", "rows read = loaded + duplicate + quarantined", _Checks.l1),
    ("L2", "each token is counted and priced once; parts add up to the source's total", _Checks.l2),
    ("L3", "shares of a charge add up to it, exactly, in all four costs", _Checks.l3),
    ("L4", "the identity scenario equals the actuals", _Checks.l4),
    ("L5", "owned + unowned = total for every dimension; captured = ai + not_ai + covered", _Checks.l5),
    (
        "L6",
        "capturing again changes nothing; restating replaces its slice; a content counts once",
        _Checks.l6,
    ),
    ("L7", "a closed month's report is byte-identical for ever", _Checks.l7),
    ("L8", "same inputs, same bytes out", _Checks.l8),
    ("L9", "every engine gives the same digits", _Checks.l9),
    ("L10", "unpriced is NULL with a reason; it is never 0 and never poisons a total", _Checks.l10),
    ("L11", "nothing reported as loaded is lost or altered, nothing half-loaded is shown", _Checks.l11),
    (
        "L12",
        "no address, number of a person or secret is in the ledger, the quarantine or the read model",
        _Checks.l12,
    ),
    ("L13", "no payment disappears: paid + invoiced = counted + matched + not_ai + tax", _Checks.l13),
    (
        "L14",
        "nothing counts twice: no file's content, no call's response id, no invoice number",
        _Checks.l14,
    ),
)


def _named(table: str, found: Counter[str]) -> Counter[str]:
    return Counter({f"{table}.{column}": count for column, count in found.items()})


def _journal_damage(workspace: Workspace) -> list[str]:
    """The line of the register's journal that is not as it was written, if there is one."""
    if workspace.database or not workspace.journal.is_file():
        return []
    try:
        read_journal(workspace)
    except SourceUnreadableError as error:
        return [error.message]
    return []


def _damaged(files: Mapping[str, Sequence[DataFile]]) -> tuple[list[Path], list[Path]]:
    """Data files that are gone, and those that do not hold the rows they were written with."""
    gone, wrong = [], []
    for file in (file for found in files.values() for file in found):
        if not file.path.is_file():
            gone.append(file.path)
            continue
        try:
            if pq.read_metadata(file.path).num_rows != file.rows:
                wrong.append(file.path)
        except (OSError, pa.ArrowException):
            wrong.append(file.path)  # cut short, or no Parquet at all
    return gone, wrong


def l14_files(loads: Sequence[Mapping[str, Any]]) -> Found:
    """Law L14 for files: no content counts twice, under whatever source or name, unless a person called it no copy."""
    again = content_twice(loads)
    told = f"{len(again)} contents of files count twice"
    return not again, f"{told}: {'; '.join(again[:5])}" if again else told


def _addresses_in(folder: Path) -> int:
    return sum(
        masked(line, is_words=False) != line
        for file in folder.rglob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    )


__all__ = ["Law", "check", "l14_files"]
