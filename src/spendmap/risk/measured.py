"""The published figures, as the rules' rows. Reads roll-ups and ledger Parquet of some months; writes nothing.

Invariant: everything is read from one published version; a version swapped meanwhile is not mixed in. A company
that has only its register has no version: then there are no rows and no months, which is not the same as rows of zero.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from spendmap.engine.reader import FileTable, ReadSession, RollupReader
from spendmap.ledger.columns import SQL_TYPE
from spendmap.ledger.tables import TABLES
from spendmap.risk.facts import AgentDay, Capacity, Doubtful, Seats, Spend, Unspread
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.workspace import Workspace

_SUM = "DECIMAL(38,12)"
_NUMBERS = {"list_cost": _SUM, "effective_cost": _SUM, "billed_cost": _SUM} | dict.fromkeys(
    ("rows", "usage_rows", "unpriced_rows", "input_tokens", "output_tokens"), "BIGINT"
)
MONTH_COLUMNS = {each.name: _NUMBERS.get(each.name, "VARCHAR") for each in fields(Spend)}
DAY_COLUMNS = {
    "charge_date": "DATE",
    "month": "VARCHAR",
    "agent": "VARCHAR",
    "currency": "VARCHAR",
    "effective_cost": _SUM,
    "usage_rows": "BIGINT",
}
SPLIT_COLUMNS = {
    **dict.fromkeys(("month", "currency", "pool", "use_case", "reason"), "VARCHAR"),
    "effective_cost": _SUM,
}
IDENTITY_COLUMNS = {
    **dict.fromkeys(("month", "kind", "source_a", "source_b", "currency"), "VARCHAR"),
    **dict.fromkeys(("calls", "tokens", "unpriced_calls"), "BIGINT"),
    "amount": _SUM,
}
CAPTURED = ("usage", "charge", "activity", "utilization", "outcome")
_MONTH_FOLDER = re.compile(r"/billing_month=([0-9]{4}-[0-9]{2})/")
REBUILD = "Publish the figures again with `spendmap allocate`."


class Measured:
    """One published version, opened once for a review.

    Args:
        needs_figures: whether a workspace that has captured nothing is refused; else it is a version without rows.
    Raises:
        UsageError: nothing is published, and figures are needed or captured rows wait to be put on the map.
    """

    def __init__(self, workspace: Workspace, *, needs_figures: bool = True) -> None:
        self._root = workspace.root.resolve()
        self._reader = RollupReader()
        pointer = workspace.rollups / "CURRENT"
        self.is_published = pointer.is_file()
        if not self.is_published:
            if needs_figures or has_captured(workspace):
                raise UsageError(
                    "there is no map yet, so nothing to review.", next_step="Make it with `spendmap allocate`."
                )
            self.meta: dict[str, Any] = {"months": []}
            self._reader.load("month", None, MONTH_COLUMNS)
            self._reader.load("day", None, DAY_COLUMNS)
            self._reader.load("split", None, SPLIT_COLUMNS)
            self._reader.load("identity", None, IDENTITY_COLUMNS)
            return
        folder = workspace.rollups / pointer.read_text(encoding="utf-8").strip()
        try:
            self.meta = json.loads((folder / "meta.json").read_bytes())
        except (FileNotFoundError, ValueError) as error:
            raise SourceUnreadableError(folder, "this version of the figures is damaged.", next_step=REBUILD) from error
        self._reader.load("month", folder / "month.parquet", MONTH_COLUMNS)
        self._reader.load("day", folder / "day.parquet", DAY_COLUMNS)
        split = folder / "split.parquet"  # a company that declares no split has none
        self._reader.load("split", split if split.is_file() else None, SPLIT_COLUMNS)
        identity = folder / "identity.parquet"  # a company whose sources share no call has none
        self._reader.load("identity", identity if identity.is_file() else None, IDENTITY_COLUMNS)

    def close(self) -> None:
        """Give the memory back."""
        self._reader.close()

    @property
    def months(self) -> tuple[str, ...]:
        """Months with figures of any scope, oldest first; at least one when a version is published."""
        return tuple(sorted(self.meta["months"]))

    @property
    def ai_months(self) -> tuple[str, ...]:
        """Months with AI rows, oldest first."""
        with self._reader.session() as session:
            return tuple(
                row[0] for row in session.rows("SELECT DISTINCT month FROM month WHERE scope = 'ai' ORDER BY 1")
            )

    def spend(self, first: str, last: str) -> tuple[Spend, ...]:
        """Rows of the month roll-up, both months inside."""
        with self._reader.session() as session:
            return tuple(Spend(**row) for row in session.records(_sql("spend"), {"first": first, "last": last}))

    def agent_days(self, first: str, last: str) -> tuple[AgentDay, ...]:
        """Days on which an agent made metered calls."""
        with self._reader.session() as session:
            return tuple(AgentDay(**row) for row in session.records(_sql("agent_days"), {"first": first, "last": last}))

    def seats(self, last: str) -> tuple[Seats, ...]:
        """Seat lines of one month that are tied to a tool."""
        with self._files(last, last, "utilization", "allocation") as session:
            return tuple(Seats(**row) for row in session.records(_sql("seats"), {"last": last}))

    def capacity(self, first: str, last: str) -> tuple[Capacity, ...]:
        """Committed AI capacity of some months."""
        with self._files(first, last, "charge", "allocation") as session:
            return tuple(Capacity(**row) for row in session.records(_sql("capacity"), {"first": first, "last": last}))

    def unspread(self, first: str, last: str) -> tuple[Unspread, ...]:
        """Money of some months that a rule with a driver was to spread, and that stayed in its pool."""
        pools = (self.meta.get("splits") or {}).get("pools") or {}
        driven = {id_: str(about.get("name") or id_) for id_, about in pools.items() if about.get("driver")}
        with self._reader.session() as session:
            rows = session.records(_sql("unspread"), {"first": first, "last": last})
        return tuple(Unspread(name=driven[row["pool"]], **row) for row in rows if row["pool"] in driven)

    def doubtful(self, first: str, last: str) -> tuple[Doubtful, ...]:
        """Calls of some months that are perhaps counted twice, or were perhaps not bought."""
        with self._reader.session() as session:
            return tuple(Doubtful(**row) for row in session.records(_sql("doubtful"), {"first": first, "last": last}))

    def callers(self, first: str, last: str) -> dict[str, frozenset[str]]:
        """Keyed hashes of who called, by the tool name that usage logs write."""
        found: dict[str, set[str]] = defaultdict(set)
        with self._files(first, last, "usage") as session:
            for tool, principal in session.rows(
                "SELECT DISTINCT tool, principal_id FROM usage WHERE tool IS NOT NULL AND principal_id IS NOT NULL"
            ):
                found[tool].add(principal)
        return {tool: frozenset(users) for tool, users in found.items()}

    def reach(self, last: str) -> dict[str, tuple[str | None, date | None]]:
        """Source -> newest month that any load brought, and its last day of data inside month `last`."""
        months: dict[str, str] = {}
        days: dict[str, date] = {}
        with self._files("", "9999-12", "load") as session:
            for name, text in session.rows("SELECT source_name, months FROM load WHERE months IS NOT NULL"):
                newest = max((each.strip() for each in text.split(",")), default="")
                months[name] = max(months.get(name, ""), newest)
        with self._files(last, last, *CAPTURED) as session:
            for table in CAPTURED:
                for name, day in session.rows(
                    f"SELECT source_name, CAST(max(charge_period_start) AS DATE) FROM {table} GROUP BY 1"
                ):
                    days[name] = max(days.get(name, day), day)
        return {name: (months.get(name) or None, days.get(name)) for name in months.keys() | days.keys()}

    def _files(self, first: str, last: str, *tables: str) -> ReadSession:
        return self._reader.file_session({table: self._table(table, first, last) for table in tables})

    def _table(self, table: str, first: str, last: str) -> FileTable:
        paths = [
            path
            for path in self._paths.get(table, ())
            if (month := _MONTH_FOLDER.search(path)) is None or first <= month[1] <= last
        ]
        columns = TABLES[table].columns
        return FileTable(
            tuple(self._inside(path) for path in paths),
            tuple((column.name, SQL_TYPE[column.type]) for column in columns),
            frozenset(column.name for column in columns if column.required),
        )

    @property
    def _paths(self) -> Mapping[str, list[str]]:
        found: Mapping[str, list[str]] = self.meta.get("tables") or {}
        return found

    def _inside(self, path: str) -> Path:
        file = (self._root / path).resolve()
        if not file.is_relative_to(self._root):
            raise SourceUnreadableError(path, "it lies outside the workspace.", next_step=REBUILD)
        return file


def has_captured(workspace: Workspace) -> bool:
    """Whether the ledger holds captured rows, published or not.

    Raises:
        SourceUnreadableError: its list of files is damaged.
    """
    file = workspace.root / "ledger" / "manifest.json"
    try:
        tables = json.loads(file.read_bytes())
        return any(tables.get(table, {}).get("files") for table in ("load", *CAPTURED))
    except FileNotFoundError:
        return False
    except (ValueError, AttributeError) as error:
        raise SourceUnreadableError(file, "it is not a list of the ledger's files.", next_step=REBUILD) from error


def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
