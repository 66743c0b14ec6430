"""The findings of the newest review, as the command, the API and the pages tell them.

Reads the published `findings.json`; no database. A state is worked out for the day it is asked on, so what was
accepted until today is open today. Money at stake is never added up: two findings may be about the same money.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from spendmap.categories import CODES
from spendmap.risk.finding import KINDS
from spendmap.risk.rules import ALL, story
from spendmap.risk.snapshot import Kept, Snapshot, read_snapshot
from spendmap.risk.states import STATES
from spendmap.vocabulary.errors import UsageError

_KIND_ORDER: dict[str, int] = {kind: place for place, kind in enumerate(KINDS)}
_STATE_ORDER: dict[str, int] = {state: place for place, state in enumerate(("open", "assigned", "accepted", "done"))}


@dataclass(frozen=True)
class FindingSubject:
    """What a finding is about."""

    type: str
    id: str
    name: str


@dataclass(frozen=True)
class FindingRow:
    """One finding. `money_at_stake` None with a currency: there is money, and nobody knows how much.

    `until`: accepted, the day it returns; assigned, the day it is due. `returned` says why a decision no longer holds.
    """

    id: str
    code: str
    kind: str
    category: str
    subject: FindingSubject
    title: str
    detail: str
    next_step: str
    money_at_stake: Decimal | None
    currency: str | None
    basis: str | None
    period: str | None
    owner: str | None
    state: str
    due: date
    is_overdue: bool
    first_seen: date
    occurred_on: date | None
    reason: str | None
    until: date | None
    decided_by: str | None
    returned: str | None
    evidence: dict[str, str]


@dataclass(frozen=True)
class RuleCount:
    """How many findings of the period one rule has, whatever the filters."""

    code: str
    title: str
    kind: str
    open: int
    all: int


@dataclass(frozen=True)
class FindingsReport:
    """The list, the most urgent first: open before assigned before accepted before done, then by due day and money."""

    period: str | None
    as_of: date | None
    reviewed_at: datetime | None
    total: int
    by_state: dict[str, int]
    by_kind: dict[str, int]
    findings: list[FindingRow]
    rules: list[RuleCount]
    notes: list[str]


def findings_report(
    rollups: Path,
    today: date,
    *,
    state: Sequence[str] = (),
    kind: Sequence[str] = (),
    category: Sequence[str] = (),
    code: Sequence[str] = (),
    owner: str | None = None,
) -> FindingsReport:
    """The published findings, narrowed. Words of one filter are alternatives.

    Args:
        today: UTC day the states are told for.
        owner: any part of the owner's name, letter case aside; "" is nobody.
    Raises:
        UsageError: a state, kind, category or code is not one.
        SourceUnreadableError: the published file is damaged.
    """
    codes = [each.upper() for each in code]
    _known("state", state, STATES)
    _known("kind", kind, KINDS)
    _known("category", category, (*CODES, "unclassified", "ledger"))
    stories = [story(rule) for rule in ALL]
    _known("code", codes, tuple(each.code for each in stories))
    snapshot = read_snapshot(rollups)
    if snapshot is None:
        note = "Nothing was reviewed yet. Run `spendmap review`."
        return FindingsReport(None, None, None, 0, {}, {}, [], [], [note])
    rows = sorted((_row(each, snapshot, today) for each in snapshot.kept), key=_urgency)
    shown = [
        row
        for row in rows
        if (not state or row.state in state)
        and (not kind or row.kind in kind)
        and (not category or row.category in category)
        and (not codes or row.code in codes)
        and (owner is None or (owner.casefold() in (row.owner or "").casefold() if owner else not row.owner))
    ]
    every, still_open = Counter(row.code for row in rows), Counter(row.code for row in rows if row.state == "open")
    return FindingsReport(
        snapshot.period,
        snapshot.as_of,
        snapshot.reviewed_at,
        len(shown),
        _counted((row.state for row in shown), STATES),
        _counted((row.kind for row in shown), KINDS),
        shown,
        [RuleCount(each.code, each.title, each.kind, still_open[each.code], every[each.code]) for each in stories],
        ["Money at stake is not added up: several findings may be about the same money."] if shown else [],
    )


def _row(kept: Kept, snapshot: Snapshot, today: date) -> FindingRow:
    found, stake = kept.finding, kept.finding.stake
    now = kept.standing(today, snapshot.reviewed_at)
    due = now.until if now.state == "assigned" and now.until else kept.due
    return FindingRow(
        found.id,
        found.code,
        found.kind,
        found.category,
        FindingSubject(found.subject.type, found.subject.id, found.subject.name),
        found.title,
        found.detail,
        found.next_step,
        stake.amount if stake else None,
        stake.currency if stake else None,
        stake.basis if stake else None,
        stake.period if stake else None,
        now.owner,
        now.state,
        due,
        now.state in {"open", "assigned"} and due < today,
        kept.first_seen,
        found.occurred_on,
        now.reason,
        now.until,
        now.by,
        now.returned,
        found.evidence,
    )


def _urgency(row: FindingRow) -> tuple[int, date, Decimal, int, str]:
    money = row.money_at_stake if row.money_at_stake is not None else Decimal(0)
    return (_STATE_ORDER[row.state], row.due, -money, _KIND_ORDER[row.kind], row.id)


def _counted(words: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    found = Counter(words)
    return {word: found[word] for word in order if found[word]}


def _known(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for each in asked:
        if each not in known:
            raise UsageError(f"no {what} is called {each[:80]!r}.", next_step=f"Known: {', '.join(known)}.")
