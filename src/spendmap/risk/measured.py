"""The published figures, as the rules' rows. Reads roll-ups and ledger Parquet of some months; writes nothing.

Invariant: everything is read from one published version; a version swapped meanwhile is not mixed in. A company
that has only its register has no version: then there are no rows and no months, which is not the same as rows of zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from spendmap.engine.reader import ReadSession
from spendmap.published import Meta, OpenVersion, Version
from spendmap.published.meta import REBUILD
from spendmap.risk.facts import AgentDay, Capacity, Doubtful, Noticed, Seats, Spend, Unspread
from spendmap.vocabulary.errors import SourceUnreadableError, UsageError
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.money import EXACT, as_money
from spendmap.workspace import Workspace

MONTH_COLUMNS = tuple(each.name for each in fields(Spend))
DAY_COLUMNS = ("charge_date", "month", "agent", "currency", "effective_cost", "usage_rows")
SPLIT_COLUMNS = ("month", "currency", "pool", "use_case", "reason", "effective_cost")
IDENTITY_COLUMNS = ("month", "kind", "source_a", "source_b", "currency", "calls", "tokens", "unpriced_calls", "amount")
READ: Mapping[str, tuple[str, ...] | None] = {
    "month": MONTH_COLUMNS,
    "day": DAY_COLUMNS,
    "split": SPLIT_COLUMNS,
    "notes": None,
    "identity": IDENTITY_COLUMNS,
}
WANTED = {
    "allocation": (
        "billing_month", "origin", "origin_key", "source_name", "scope", "tool", "department", "currency",
        "effective_cost",
    ),
    "charge": (
        "billing_month", "natural_key", "source_name", "charge_period_start", "resource_id", "commitment_discount_id",
        "commitment_discount_status", "books",
    ),
    "usage": ("billing_month", "source_name", "charge_period_start", "tool", "principal_id"),
    "load": ("source_name", "months"),
}  # fmt: skip
"""What is asked of row-level tables."""
CAPTURED = ("usage", "charge", "activity", "utilization", "outcome")


class Measured:
    """One published version, opened once for a review.

    Args:
        version: the one to read, where it is not the one in force.
        needs_figures: whether a workspace that has captured nothing is refused; else it is a version without rows.
    Raises:
        UsageError: nothing is published, and figures are needed or captured rows wait to be put on the map.
    """

    def __init__(self, workspace: Workspace, *, needs_figures: bool = True, version: Version | None = None) -> None:
        self._opened = OpenVersion(version, READ) if version else OpenVersion.in_force(workspace, READ)
        version = self._opened.version
        self.is_published = version is not None
        if version is None and (needs_figures or has_captured(workspace)):
            raise UsageError(
                "there is no map yet, so nothing to review.", next_step="Make it with `spendmap allocate`."
            )
        self.meta = version.meta if version else Meta(None, workspace.currency, (), ())

    def close(self) -> None:
        """Give the memory back."""
        self._opened.close()

    @property
    def months(self) -> tuple[str, ...]:
        """Months with figures of any scope, oldest first; at least one when a version is published."""
        return self.meta.months

    @property
    def ai_months(self) -> tuple[str, ...]:
        """Months with AI rows, oldest first."""
        with self._opened.session() as session:
            return tuple(
                row[0] for row in session.rows("SELECT DISTINCT month FROM month WHERE scope = 'ai' ORDER BY 1")
            )

    def spend(self, first: str, last: str) -> tuple[Spend, ...]:
        """Rows of the month roll-up, both months inside."""
        with self._opened.session() as session:
            return tuple(Spend(**row) for row in session.records(_sql("spend"), {"first": first, "last": last}))

    def payers(self) -> frozenset[str]:
        """Sources whose lines are payments of a card or a bank."""
        with self._files("", "9999-12", "charge") as session:
            text = "SELECT DISTINCT c.source_name FROM charge AS c WHERE c.books IN ('card', 'bank')"
            return frozenset(row[0] for row in session.rows(text))

    def agent_days(self, first: str, last: str) -> tuple[AgentDay, ...]:
        """Days on which an agent made metered calls."""
        with self._opened.session() as session:
            return tuple(AgentDay(**row) for row in session.records(_sql("agent_days"), {"first": first, "last": last}))

    def seats(self, last: str) -> tuple[Seats, ...]:
        """Seat lines of one month that are tied to a tool."""
        with self._files(last, last, "utilization", "allocation") as session:
            return tuple(_seats(row) for row in session.records(_sql("seats"), {"last": last}))

    def capacity(self, first: str, last: str) -> tuple[Capacity, ...]:
        """Committed AI capacity of some months."""
        with self._files(first, last, "charge", "allocation") as session:
            return tuple(Capacity(**row) for row in session.records(_sql("capacity"), {"first": first, "last": last}))

    def unspread(self, first: str, last: str) -> tuple[Unspread, ...]:
        """Money of some months that a rule with a driver was to spread, and that stayed in its pool."""
        driven = {id_: str(about.get("name") or id_) for id_, about in self.meta.pools.items() if about.get("driver")}
        with self._opened.session() as session:
            rows = session.records(_sql("unspread"), {"first": first, "last": last})
        return tuple(Unspread(name=driven[row["pool"]], **row) for row in rows if row["pool"] in driven)

    def noticed(self, first: str, last: str) -> tuple[Noticed, ...]:
        """What counting noticed in some months and a person can settle."""
        with self._opened.session() as session:
            return tuple(Noticed(**row) for row in session.records(_sql("noticed"), {"first": first, "last": last}))

    def doubtful(self, first: str, last: str) -> tuple[Doubtful, ...]:
        """Calls of some months that are perhaps counted twice, or were perhaps not bought."""
        with self._opened.session() as session:
            return tuple(Doubtful(**row) for row in session.records(_sql("doubtful"), {"first": first, "last": last}))

    def callers(self, first: str, last: str) -> dict[str, frozenset[str]]:
        """Keyed hashes of who called, by the tool name that usage logs write."""
        found: dict[str, set[str]] = defaultdict(set)
        version = self._opened.version
        table = "usage_person" if version is not None and version.is_derived("usage_person", first, last) else "usage"
        with self._files(first, last, table) as session:
            for tool, principal in session.rows(
                f"SELECT DISTINCT tool, principal_id FROM {table} WHERE tool IS NOT NULL AND principal_id IS NOT NULL"
            ):
                found[tool].add(principal)
        return {tool: frozenset(users) for tool, users in found.items()}

    def reach(self, last: str) -> dict[str, tuple[str | None, date | None]]:
        """Source -> newest month that any load brought, and its last day of data inside month `last`."""
        months = self._newest_months
        days: dict[str, date] = {}
        for table in CAPTURED:
            for name, day in self._last_days(table, last).items():
                days[name] = max(days.get(name, day), day)
        return {name: (months.get(name) or None, days.get(name)) for name in months.keys() | days.keys()}

    @cached_property
    def _newest_months(self) -> dict[str, str]:
        """Source -> newest month that any load brought."""
        months: dict[str, str] = {}
        with self._files("", "9999-12", "load") as session:
            for name, text in session.rows("SELECT source_name, months FROM load WHERE months IS NOT NULL"):
                newest = max((each.strip() for each in text.split(",")), default="")
                months[name] = max(months.get(name, ""), newest)
        return months

    def _last_days(self, table: str, month: str) -> dict[str, date]:
        """Source -> its last day in a captured table's month: by the footers of its files where they say it."""
        from spendmap.risk.reach import last_days

        version = self._opened.version
        files = version.paths(table, first=month, last=month) if version else ()
        if (found := last_days(files)) is not None:
            return found
        with self._files(month, month, table) as session:
            text = f"SELECT source_name, CAST(max(charge_period_start) AS DATE) FROM {table} GROUP BY 1"
            return dict(session.rows(text))

    def _files(self, first: str, last: str, *tables: str) -> ReadSession:
        return self._opened.rows_session(*tables, first=first, last=last, wanted=WANTED)


def _seats(row: dict[str, Any]) -> Seats:
    """A seat line with its price per month, whichever number of months the list prices."""
    months, price = row.pop("price_months"), row["unit_price"]
    if price is not None and months:
        row["unit_price"] = as_money(EXACT.divide(price, Decimal(months)))
    return Seats(**row)


def has_captured(workspace: Workspace) -> bool:
    """Whether the ledger holds captured rows, published or not.

    Raises:
        SourceUnreadableError: its list of files is damaged.
    """
    file = workspace.root / "ledger" / "manifest.json"
    try:
        tables = read_json(file)
        return any(tables.get(table, {}).get("files") for table in ("load", *CAPTURED))
    except FileNotFoundError:
        return False
    except (ValueError, AttributeError) as error:
        raise SourceUnreadableError(file, "it is not a list of the ledger's files.", next_step=REBUILD) from error


def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
