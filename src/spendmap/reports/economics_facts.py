"""What unit economics are worked out from: one period's costs and outcomes, read by key from the published step.

Reads the published unit costs; writes nothing. One `Facts` is one question's period, basis, currency and layers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from spendmap.engine.reader import ReadSession
from spendmap.reports.economics_rows import Loaded
from spendmap.reports.figures import plus
from spendmap.reports.sql import sql
from spendmap.value.loaded import LAYERS, UNALLOCATED
from spendmap.value.published import ValueModel

MINUTES = {"minutes": 1, "minute": 1, "min": 1, "hours": 60, "hour": 60, "h": 60}
KEYS = ("customer_id", "plan", "segment", "feature", "use_case", "workflow")


@dataclass
class Runs:
    """Judged runs of one key. Money is what the source states beside them, over the runs whose cost is known."""

    results: dict[str, Decimal] = field(default_factory=dict)
    facts: int = 0
    known: int = 0
    known_accepted: int = 0
    amount: Decimal | None = None
    by_evidence: dict[str, Decimal] = field(default_factory=dict)

    def of(self, result: str) -> Decimal:
        """Runs that ended so."""
        return self.results.get(result, Decimal(0))

    @property
    def judged(self) -> Decimal:
        """Attempts: runs with a result."""
        return sum((count for result, count in self.results.items() if result), Decimal(0))


class Facts:
    """Sums of one question."""

    def __init__(
        self,
        model: ValueModel,
        session: ReadSession,
        *,
        first: str,
        last: str,
        basis: str,
        currency: str,
        layers: tuple[str, ...],
    ) -> None:
        self.model, self.layers, self.basis, self.currency = model, layers, basis, currency
        self.first, self.last = first, last
        self._session = session
        self._values: Mapping[str, object] = {"first": first, "last": last, "currency": currency}

    def costs(self, column: str) -> tuple[dict[str | None, Loaded], Loaded]:
        """Cost by a column, and the money that no use case carries."""
        found: dict[str | None, Loaded] = defaultdict(Loaded)
        rest = Loaded()
        for row in self._records("economics_cost", column):
            is_rest = row["layer"] == UNALLOCATED
            tally = (rest if is_rest else found[row["key"]]).layers[LAYERS[0] if is_rest else row["layer"]]
            counts = {name: row[name] for name in ("rows", "missing", "unpriced")}
            tally.add(row["cost"], evidence=row["evidence"], **counts)
        return dict(found), rest

    def runs(self, column: str, kind: str = "workflow_run") -> dict[str | None, Runs]:
        """Runs by a column."""
        found: dict[str | None, Runs] = defaultdict(Runs)
        for row in self._records("economics_runs", column, kind=kind):
            runs = found[row["key"]]
            result = row["result"] or ""
            runs.results[result] = runs.results.get(result, Decimal(0)) + (row["quantity"] or Decimal(0))
            runs.facts += row["facts"]
            runs.known += row["known"]
            runs.known_accepted += row["known"] if result == "accepted" else 0
            runs.amount = plus(runs.amount, row["amount"])
            if row["amount"] is not None:
                before = runs.by_evidence.get(row["evidence"], Decimal(0))
                runs.by_evidence[row["evidence"]] = before + row["amount"]
        return dict(found)

    def revenue(self, column: str) -> tuple[dict[str | None, Decimal | None], dict[str | None, Decimal | None]]:
        """Revenue of the period by a column, and that of its last month."""
        rows = self._records("economics_revenue", column)
        return {row["key"]: row["amount"] for row in rows}, {row["key"]: row["last_month"] for row in rows}

    def accounts(self, column: str) -> dict[str | None, dict[str, int]]:
        """Accounts by month, by plan or segment."""
        found: dict[str | None, dict[str, int]] = defaultdict(dict)
        for row in self._records("economics_accounts", column):
            found[row["key"]][row["month"]] = row["accounts"]
        return dict(found)

    def use(self, column: str) -> dict[str | None, dict[str | None, Decimal]]:
        """Product use by a column: unit -> how much."""
        found: dict[str | None, dict[str | None, Decimal]] = defaultdict(dict)
        for row in self._records("economics_use", column):
            if row["kind"] == "product_usage" and row["quantity"] is not None:
                into = found[row["key"]]
                into[row["unit"]] = into.get(row["unit"], Decimal(0)) + row["quantity"]
        return dict(found)

    def events(self, column: str, result: str) -> dict[str | None, Decimal]:
        """Accounts retained, expanded or churned, by a column."""
        found: dict[str | None, Decimal] = {}
        for row in self._records("economics_use", column):
            if row["kind"] == "account_event" and row["result"] == result:
                found[row["key"]] = found.get(row["key"], Decimal(0)) + (row["quantity"] or Decimal(0))
        return found

    def workflows(self) -> list[tuple[str | None, str | None]]:
        """Every pair of use case and workflow that runs name."""
        text = (
            "SELECT DISTINCT o.use_case, o.workflow FROM outcome AS o WHERE o.outcome_kind = 'workflow_run' "
            "AND o.month BETWEEN $first AND $last"
        )
        return [(row[0], row[1]) for row in self._session.rows(text, self._values)]

    def last_month(self) -> Facts:
        """The same question of the period's last month that has figures."""
        months = [month for month in self.model.about.months if self.first <= month <= self.last]
        last = months[-1] if months else self.last
        same = {"basis": self.basis, "currency": self.currency}
        return Facts(self.model, self._session, first=last, last=last, layers=self.layers, **same)

    def customers(self) -> dict[str, tuple[str | None, str | None]]:
        """Plan and segment of each customer in its newest month."""
        return {row["key"]: (row["plan"], row["segment"]) for row in self._records("economics_customers")}

    def time(self) -> list[dict[str, Any]]:
        """Minutes claimed and minutes of tasks."""
        return self._records("economics_time")

    def checking(self) -> dict[str | None, tuple[Decimal | None, Decimal | None]]:
        """Minutes and money of human review by use case."""
        return {row["use_case"]: (row["minutes"], row["cost"]) for row in self._records("economics_work")}

    def records_between(self, text: str, window: tuple[str, str]) -> list[dict[str, Any]]:
        """Rows of a query over other months than the question's."""
        return self._session.records(text, {**self._values, "first": window[0], "last": window[1]})

    def _records(self, name: str, column: str | None = None, **more: object) -> list[dict[str, Any]]:
        text = sql(name).replace("{cost}", f"{self.basis}_cost")
        if column is not None:
            if column not in KEYS:
                raise KeyError(column)
            text = text.replace("{key}", column)
        return self._session.records(text, {**self._values, **more})
