"""Which sources have gone silent: the days since each was last read, beside how often it should be.

Reads the published plan and the ledger's loads. A source without a declared refresh is never called silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.risk.plan import Plan

GRACE: dict[str, int] = {
    # first word of a refresh -> days without a load after which the source is silent
    "hourly": 2,
    "daily": 3,
    "weekly": 10,
    "monthly": 45,
    "quarterly": 120,
    "yearly": 400,
    "annually": 400,
}


@dataclass(frozen=True)
class SourceAge:
    """One source. `days` since its last load, None when it was never read; `last_month` is the newest it brought."""

    id: str
    label: str
    owner: str | None
    refresh: str | None
    last_load: date | None
    days: int | None
    last_month: str | None
    is_silent: bool


def source_ages(model: ReadModel, plan: Plan | None, today: date) -> list[SourceAge]:
    """Declared sources and those that brought data, silent ones first, then the longest unread."""
    loads = model.kept(("source_loads",), lambda: _loads(model))
    loaded = {name: day for name, (day, _) in loads.items()}
    declared = {each.id: each for each in plan.sources} if plan else {}
    rows = []
    for name in declared.keys() | loaded.keys():
        source = declared.get(name)
        refresh = source.refresh if source else None
        last = loaded.get(name)
        days = None if last is None else max(0, (today - last).days)
        grace = GRACE.get(_first_word(refresh))
        rows.append(
            SourceAge(
                name,
                source.name if source else name,
                source.owner if source else None,
                refresh,
                last,
                days,
                (loads[name][1] or None) if name in loads else None,
                source is not None and (days is None or (grace is not None and days > grace)),
            )
        )
    return sorted(rows, key=lambda row: (not row.is_silent, row.days is not None, -(row.days or 0), row.id))


def _loads(model: ReadModel) -> dict[str, tuple[date, str]]:
    """Source -> the day of its last load and the newest month that any load brought ("" when none said)."""
    found: dict[str, tuple[date, str]] = {}
    with model.ledger_session("load") as session:
        for name, observed, months in session.rows(sql("source_loads")):
            day, newest = found.get(name, (observed.date(), ""))
            found[name] = (
                max(day, observed.date()),
                max([newest, *(each.strip() for each in (months or "").split(","))]),
            )
    return found


def _first_word(refresh: str | None) -> str:
    words = (refresh or "").casefold().replace(",", " ").split()
    return words[0] if words else ""
