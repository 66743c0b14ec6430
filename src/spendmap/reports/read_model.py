"""Open the published roll-ups of a workspace (step 2 wrote them; every page reads them).

Reads `rollups/CURRENT`, that version's `month.parquet`, `split.parquet` and `meta.json`, and on demand the ledger's
Parquet files that `meta.json` names. Writes nothing.
Invariant: a `ReadModel` is one published version, whole; a version swapped meanwhile is another `ReadModel`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from spendmap.allocation.dimensions import DIMENSIONS
from spendmap.engine.reader import FileTable, ReadSession, RollupReader
from spendmap.ledger.columns import SQL_TYPE
from spendmap.ledger.tables import METERS, TABLES
from spendmap.reports.dimensions import CATEGORIES, unknown_label
from spendmap.vocabulary.errors import SourceUnreadableError

T = TypeVar("T")
NO_VERSION = "none"
MOST_KEPT = 64  # results; each is a few hundred rows
_MONTH_FOLDER = re.compile(r"/billing_month=([0-9]{4}-[0-9]{2})/")
REBUILD = "Publish the figures again with `spendmap allocate`."

_SUM = "DECIMAL(38,12)"
MONTH_COLUMNS: dict[str, str] = {
    "month": "VARCHAR",
    "scope": "VARCHAR",
    **{name: "VARCHAR" for name in DIMENSIONS if name != "month"},
    "currency": "VARCHAR",
    **{f"{basis}_cost": _SUM for basis in ("list", "contracted", "effective", "billed")},
    **{f"{basis}_missing": "BIGINT" for basis in ("list", "contracted", "effective", "billed")},
    "rows": "BIGINT",
    "usage_rows": "BIGINT",
    "unpriced_rows": "BIGINT",
    "input_tokens": "BIGINT",
    "output_tokens": "BIGINT",
    "minutes": _SUM,
}

USAGE_PRICED_COLUMNS: dict[str, str] = {
    "natural_key": "VARCHAR",
    "source_name": "VARCHAR",
    "billing_month": "VARCHAR",
    "load_id": "VARCHAR",
    "source_file": "VARCHAR",
    "source_line": "BIGINT",
    "charge_period_start": "TIMESTAMP",
    "provider_name": "VARCHAR",
    "request_model": "VARCHAR",
    "response_model": "VARCHAR",
    "service_tier": "VARCHAR",
    **{meter: "DECIMAL(28,12)" if meter.endswith("seconds") else "BIGINT" for meter in METERS},
    "group_key": "VARCHAR",
    "list_cost": "DECIMAL(28,12)",
    "contracted_cost": "DECIMAL(28,12)",
    "currency": "VARCHAR",
    "price_ids": "VARCHAR",
    "contract_price_key": "VARCHAR",
    "price_model": "VARCHAR",
    "unpriced_reason": "VARCHAR",
}

PRICE_WIDE_COLUMNS: dict[str, str] = {"price_key": "VARCHAR", "price_ids": "VARCHAR"}
OWN_COLUMNS = {"usage_priced": USAGE_PRICED_COLUMNS, "price_wide": PRICE_WIDE_COLUMNS}
"""Tables of a version that are not tables of the ledger."""

IDENTITY_COLUMNS: dict[str, str] = {
    "month": "VARCHAR",
    "kind": "VARCHAR",
    "source_a": "VARCHAR",
    "source_b": "VARCHAR",
    "currency": "VARCHAR",
    "calls": "BIGINT",
    "tokens": "BIGINT",
    "unpriced_calls": "BIGINT",
    "amount": "DECIMAL(38,12)",
}
"""Columns of the published identity of calls; a version whose sources share no call has none."""

SPLIT_COLUMNS: dict[str, str] = {
    **dict.fromkeys(("month", "currency", "pool", "layer", "category", "vendor"), "VARCHAR"),
    **dict.fromkeys(("use_case", "department", "driver"), "VARCHAR"),
    "weight": _SUM,
    "weight_total": _SUM,
    **dict.fromkeys(("evidence", "rule", "reason", "via"), "VARCHAR"),
    **{f"{basis}_cost": _SUM for basis in ("list", "contracted", "effective", "billed")},
}
"""Indirect cost: one row per month, pool, kind of money and receiver; `use_case` NULL = it stays unallocated."""


class WorkspaceFolder(Protocol):
    """What a read model needs of a workspace."""

    @property
    def root(self) -> Path: ...
    @property
    def currency(self) -> str: ...


@dataclass(frozen=True)
class Meta:
    """`meta.json` of one version: what the figures are called and where their rows lie."""

    generated_at: str | None
    currency: str
    currencies: tuple[str, ...]
    months: tuple[str, ...]
    precedence: tuple[str, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    capabilities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pools: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Meta:
        """Read `meta.json`.

        Raises:
            FileNotFoundError: the version went away.
            SourceUnreadableError: it is not the JSON that step 2 writes.
        """
        try:
            raw = json.loads(file.read_bytes())
            return cls(
                generated_at=_text(raw["generated_at"]),
                currency=_text(raw["currency"]),
                currencies=tuple(sorted({_text(each) for each in raw["currencies"]})),
                months=tuple(sorted(_text(each) for each in raw["months"])),
                precedence=tuple(_text(each) for each in raw.get("precedence") or ()),
                tables={
                    str(name): tuple(_text(path) for path in paths) for name, paths in (raw.get("tables") or {}).items()
                },
                labels=_text_maps(raw.get("labels") or {}),
                capabilities=_text_maps(raw.get("capabilities") or {}),
                rules={str(rule): dict(about) for rule, about in (raw.get("rules") or {}).items()},
                pools={
                    str(pool): dict(about) for pool, about in ((raw.get("splits") or {}).get("pools") or {}).items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"it is not what the figures' description looks like ({type(error).__name__}: {error})."
            raise SourceUnreadableError(file, reason, next_step=REBUILD) from error


class ReadModel:
    """One published version, with `month` and `split` in memory.

    Safe to share between threads: each takes a `session()`.
    """

    def __init__(
        self,
        root: Path,
        version: str,
        meta: Meta,
        month_file: Path | None,
        split_file: Path | None = None,
        identity_file: Path | None = None,
    ) -> None:
        self.root = root
        self.version = version
        self.meta = meta
        self.reader = RollupReader()
        self.reader.load("month", month_file, MONTH_COLUMNS)
        self._kept: dict[tuple[Any, ...], Any] = {}
        self.reader.load("split", split_file, SPLIT_COLUMNS)
        self.reader.load("identity", identity_file, IDENTITY_COLUMNS)
        self.has_split = split_file is not None  # without one, indirect cost is unknown, which is not zero
        self._values: dict[str, tuple[str, ...]] = {}
        self._ai_values: dict[str, tuple[str, ...]] = {}

    @classmethod
    def open(cls, workspace: WorkspaceFolder) -> ReadModel:
        """The version in force, or an empty model when nothing is published yet.

        Raises:
            SourceUnreadableError: the version in force is damaged or gone.
        """
        rollups = workspace.root / "rollups"
        while True:
            version = current_version(rollups)
            if version == NO_VERSION:
                meta = Meta(None, workspace.currency, (workspace.currency,), ())
                return cls(workspace.root, NO_VERSION, meta, None)
            folder = rollups / version
            try:
                month_file = folder / "month.parquet"
                if not month_file.is_file():
                    raise FileNotFoundError(month_file)
                split_file = folder / "split.parquet"  # a version whose company declares no split has none
                identity_file = folder / "identity.parquet"  # none where sources share no call
                return cls(
                    workspace.root,
                    version,
                    Meta.read(folder / "meta.json"),
                    month_file,
                    split_file if split_file.is_file() else None,
                    identity_file if identity_file.is_file() else None,
                )
            except (FileNotFoundError, SourceUnreadableError) as error:
                if current_version(rollups) != version:
                    continue  # another version was published between reading its name and its files
                if isinstance(error, SourceUnreadableError):
                    raise
                raise SourceUnreadableError(
                    folder, "this version of the figures is gone.", next_step=REBUILD
                ) from error

    @property
    def is_empty(self) -> bool:
        """Nothing is published yet."""
        return self.version == NO_VERSION

    def session(self) -> ReadSession:
        """A connection to the roll-up for one thread; use it in a `with` block."""
        return self.reader.session()

    def ledger_session(self, *tables: str, first: str = "", last: str = "9999-12") -> ReadSession:
        """A connection to ledger tables, each under its own name; use it in a `with` block.

        Files whose path says they hold another month than `first`..`last` are left out, not opened.
        Raises:
            SourceUnreadableError: a file is gone or outside the workspace.
        """
        return self.reader.file_session({table: self._table(table, first, last) for table in tables})

    def kept(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What `make` gives, made once: a version never changes. The oldest goes when `MOST_KEPT` are held.

        Two threads that ask at once may both make it; they make the same.
        """
        found: T | None = self._kept.get(key)
        if found is None:
            found = make()
            for oldest in list(self._kept)[: 1 - MOST_KEPT]:
                self._kept.pop(oldest, None)
            self._kept[key] = found
        return found

    @cached_property
    def months_with_ai(self) -> tuple[str, ...]:
        """Months that hold AI money or AI usage, oldest first."""
        with self.session() as session:
            found = session.rows(
                "SELECT DISTINCT month FROM month WHERE scope = 'ai' AND month IS NOT NULL ORDER BY month"
            )
        return tuple(row[0] for row in found)

    def values(self, dimension: str) -> tuple[str, ...]:
        """Every value of a dimension that a row of any scope carries, sorted."""
        if dimension not in self._values:
            column = _known(dimension)
            with self.session() as session:
                found = session.rows(f"SELECT DISTINCT {column} FROM month WHERE {column} IS NOT NULL ORDER BY 1")
            self._values[dimension] = tuple(row[0] for row in found)
        return self._values[dimension]

    def ai_values(self, dimension: str) -> tuple[str, ...]:
        """Every value of a dimension that AI rows carry, sorted: what a page offers to choose from."""
        if dimension not in self._ai_values:
            column = _known(dimension)
            text = f"SELECT DISTINCT {column} FROM month WHERE scope = 'ai' AND {column} IS NOT NULL ORDER BY 1"
            with self.session() as session:
                self._ai_values[dimension] = tuple(row[0] for row in session.rows(text))
        return self._ai_values[dimension]

    def label(self, dimension: str, value: str | None) -> str:
        """What a page calls a value."""
        if value is None:
            return unknown_label(dimension)
        known = self.meta.labels.get(dimension, {}).get(value)
        if known is None and dimension == "category":
            known = next((each.label for each in CATEGORIES if each.id == value), None)
        return known or value

    def _table(self, table: str, first: str, last: str) -> FileTable:
        if table in OWN_COLUMNS:
            columns, required = OWN_COLUMNS[table], frozenset(OWN_COLUMNS[table])
        else:
            columns = {column.name: SQL_TYPE[column.type] for column in TABLES[table].columns}
            required = frozenset(column.name for column in TABLES[table].columns if column.required)
        paths = [
            path
            for path in self.meta.tables.get(table, ())
            if (month := _MONTH_FOLDER.search(path)) is None or first <= month[1] <= last
        ]
        return FileTable(tuple(self._inside(path) for path in paths), tuple(columns.items()), required)

    def _inside(self, path: str) -> Path:
        file = (self.root / path).resolve()
        if not file.is_relative_to(self.root.resolve()):
            raise SourceUnreadableError(path, "it lies outside the workspace.", next_step=REBUILD)
        return file


def current_version(rollups: Path) -> str:
    """Name of the version in force, `NO_VERSION` when nothing was published.

    Raises:
        SourceUnreadableError: CURRENT does not hold the plain name of a folder.
    """
    file = rollups / "CURRENT"
    try:
        name = file.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return NO_VERSION
    except UnicodeDecodeError as error:
        raise SourceUnreadableError(file, "it is not text.", next_step=REBUILD) from error
    if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
        raise SourceUnreadableError(file, f"{name[:80]!r} is not the name of a version.", next_step=REBUILD)
    return name


def _known(dimension: str) -> str:
    if dimension not in DIMENSIONS:
        raise KeyError(dimension)
    return dimension


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _text_maps(maps: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, str]]:
    return {str(name): {str(key): str(each) for key, each in _items(values)} for name, values in maps.items()}


def _items(values: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    return ((key, value) for key, value in values.items() if value is not None)
