"""Sources: what was declared, what was read of it, how fresh it is, and what was refused.

Reads the ledger's loads and captured rows of the published version, the quarantine folder and the register; writes
nothing. The register is opened when asked, not at import.
Invariant: rows_read = rows_loaded + rows_duplicate + rows_quarantined for every source.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.risk.facts import Source
from spendmap.risk.rules.ledger import behind_refresh
from spendmap.vocabulary.period import Period, month_add

CAPTURED = ("usage", "charge", "activity", "utilization", "outcome")
LINES_READ = 200_000  # of one quarantine file; the rest is counted in the load, not told apart by reason


@dataclass(frozen=True)
class SourceMonth:
    """Rows stored of one source and billing month; 0: the month is covered by other sources and this has none."""

    month: str
    rows: int


@dataclass(frozen=True)
class Quarantined:
    """Rows refused for one reason, and the file that holds them, relative to the workspace."""

    reason: str
    rows: int
    file: str
    source_file: str | None


@dataclass(frozen=True)
class SourceRow:
    """One source. `is_declared` false: it was captured and the register does not name it.

    `days_behind`: days from its last data to `measured_on` of the report; null: never read. `stale` says in words how
    it is behind its declared refresh; null: it is not, or no refresh is declared.
    """

    id: str
    name: str
    kind: str | None
    owner: str | None
    scope: str | None
    refresh: str | None
    since: date | None
    location: str | None
    is_declared: bool
    last_load: datetime | None
    last_day: date | None
    days_behind: int | None
    is_stale: bool
    stale: str | None
    files: int
    rows_read: int
    rows_loaded: int
    rows_duplicate: int
    rows_quarantined: int
    rows_replaced: int
    months: list[SourceMonth]
    quarantine: list[Quarantined]


@dataclass(frozen=True)
class SharedCalls:
    """Calls that two sources both saw, over the published months; `source` is the one whose rows count.

    `kind`: `same` (by the provider's id), `declared` (`sees`) or `perhaps` (alike, not settled: they count twice).
    Shares are of all calls and tokens of a source, those it shares with nobody included.
    """

    source: str
    other: str
    kind: str
    calls: int
    tokens: int
    source_calls: int
    source_tokens: int
    other_calls: int
    other_tokens: int


@dataclass(frozen=True)
class SourcesReport:
    """Every declared or captured source. `measured_on`: today, or the day after the newest published month if that is
    earlier."""

    measured_on: date | None
    months: list[str]
    total: int
    stale: int
    quarantined: int
    sources: list[SourceRow]
    shared: list[SharedCalls]
    notes: list[str]


@dataclass(frozen=True)
class Declared:
    """What the register says of a source."""

    id: str
    name: str
    kind: str | None
    owner: str | None
    scope: str | None
    refresh: str | None
    since: date | None
    location: str | None


def sources_report(model: ReadModel, *, today: date) -> SourcesReport:
    """All sources, the ones that need a person first: stale, then with refused rows, then by name.

    Args:
        today: UTC day that freshness is measured on, unless the published months end before it.
    """
    declared = {each.id: each for each in declared_sources(model)}
    months = sorted(model.meta.months)
    loads: dict[str, dict[str, Any]] = {}
    stored: dict[str, dict[str, int]] = defaultdict(dict)
    days: dict[str, date] = {}
    if not model.is_empty:
        with model.ledger_session("load") as session:
            loads = {row["source_name"]: row for row in session.records(sql("source_totals"))}
        with model.ledger_session(*CAPTURED) as session:
            for table in CAPTURED:
                for name, month, rows, day in session.rows(
                    f"SELECT source_name, billing_month, count(*), CAST(max(charge_period_start) AS DATE) "
                    f"FROM {table} GROUP BY ALL"
                ):
                    stored[name][month] = stored[name].get(month, 0) + rows
                    days[name] = max(days.get(name, day), day)
    last = months[-1] if months else month_add(f"{today:%Y-%m}", -1)
    measured_on = min(today, Period.parse(last).end.date())
    rows = [
        _row(
            model, declared.get(id_), loads.get(id_), id_, stored.get(id_, {}), days.get(id_), months, measured_on, last
        )
        for id_ in sorted({*declared, *loads})
    ]
    rows.sort(key=lambda row: (not row.is_stale, row.rows_quarantined == 0, row.name.casefold()))
    notes = (
        [] if rows else ["No source is declared. Declare one in register/sources.yaml, then `spendmap register apply`."]
    )
    if measured_on < today:
        notes.append(f"Freshness is measured on {measured_on}: the published months end there.")
    return SourcesReport(
        measured_on,
        months,
        len(rows),
        sum(row.is_stale for row in rows),
        sum(row.rows_quarantined for row in rows),
        rows,
        shared_calls(model),
        notes,
    )


def shared_calls(model: ReadModel) -> list[SharedCalls]:
    """What each pair of sources both saw, as the version in force has it; nothing in an older one."""
    with model.session() as session:
        return [SharedCalls(**row) for row in session.records(sql("shared_calls"))]


def declared_sources(model: ReadModel) -> list[Declared]:
    """Sources as the register names them today."""
    from spendmap.register import open_register
    from spendmap.workspace import Workspace

    with open_register(Workspace.open(model.root)) as register:
        return [
            Declared(
                each.id,
                each.name,
                *(each.get(name) for name in ("kind", "owner", "scope", "refresh", "since", "location")),
            )
            for each in register.entities("source")
        ]


def _row(
    model: ReadModel,
    said: Declared | None,
    load: Mapping[str, Any] | None,
    id_: str,
    stored: Mapping[str, int],
    last_day: date | None,
    months: list[str],
    measured_on: date,
    last: str,
) -> SourceRow:
    counts = {name: int(load[name]) if load else 0 for name in _COUNTS}
    newest = max(stored, default=None)
    known = Source(id_, said.name if said else id_, None, said.refresh if said else None, newest, last_day)
    stale = behind_refresh(known, measured_on, last) if said else None
    return SourceRow(
        id=id_,
        name=said.name if said else id_,
        kind=(said.kind if said else None) or (load["kind"] if load else None),
        owner=(said.owner if said else None) or (load["owner"] if load else None),
        scope=(said.scope if said else None) or (load["scope"] if load else None),
        refresh=said.refresh if said else None,
        since=said.since if said else None,
        location=said.location if said else None,
        is_declared=said is not None,
        last_load=load["last_load"] if load else None,
        last_day=last_day,
        days_behind=None if last_day is None else max((measured_on - last_day).days, 0),
        is_stale=stale is not None,
        stale=stale,
        **counts,
        months=[SourceMonth(month, stored.get(month, 0)) for month in months],
        quarantine=_quarantined(model.root, id_),
    )


_COUNTS = ("files", "rows_read", "rows_loaded", "rows_duplicate", "rows_quarantined", "rows_replaced")


def _quarantined(root: Path, source: str) -> list[Quarantined]:
    """Refused rows by file and reason, most first. A line that is not JSON is a reason of its own."""
    base = (root / "quarantine").resolve()
    folder = (base / source).resolve()
    if not folder.is_relative_to(base) or not folder.is_dir():
        return []
    found: list[Quarantined] = []
    for file in sorted(folder.glob("*.jsonl")):
        reasons: Counter[tuple[str, str | None]] = Counter()
        with file.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines):
                if number >= LINES_READ:
                    reasons[f"not told apart: the file has more than {LINES_READ:,} rows", None] += 1
                    break
                try:
                    row = json.loads(line)
                    reasons[str(row["reason"]), row.get("file")] += 1
                except (ValueError, KeyError, TypeError, AttributeError):
                    reasons["the quarantine line itself cannot be read", None] += 1
        path = str(file.relative_to(root.resolve()))
        found += [Quarantined(reason, rows, path, name) for (reason, name), rows in reasons.items()]
    return sorted(found, key=lambda each: (-each.rows, each.file, each.reason))
