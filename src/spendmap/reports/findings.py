"""The findings of the newest review, as the command, the API and the pages tell them.

Reads the published `findings.json`; no database. A state is worked out for the day it is asked on, so what was
accepted until today is open today. Money at stake is never added up: two findings may be about the same money.
A large register has thousands of findings: they are worked out once a day and file, and told a page at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from spendmap.categories import CODES
from spendmap.reports.paging import check_page, check_size, page_of
from spendmap.risk.finding import KINDS
from spendmap.risk.rules import ALL, story
from spendmap.risk.snapshot import Kept, Snapshot, read_snapshot, version_of
from spendmap.risk.states import STATES
from spendmap.vocabulary.errors import UsageError

_KIND_ORDER: dict[str, int] = {kind: place for place, kind in enumerate(KINDS)}
SORTS = ("urgency", "money", "title", "owner", "kind", "due")
NOT_REVIEWED = "Nothing was reviewed yet. Run `spendmap review`."
NOT_ADDED = "Money at stake is not added up: several findings may be about the same money."
NO_FIGURES = "No figures were published when the register was reviewed, so the money at stake is unknown."
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
    `version` is what a decision on it names: the number of the newest one, 0 before the first.
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
    version: int


@dataclass(frozen=True)
class RuleCount:
    """How many findings of the period one rule has, whatever the filters."""

    code: str
    title: str
    kind: str
    open: int
    all: int


@dataclass(frozen=True)
class Choice:
    """A value to narrow the list by and how many findings have it, whatever the filters. None: nobody."""

    value: str | None
    count: int


@dataclass(frozen=True)
class FindingChoices:
    """What the list can be narrowed by; the most frequent first, states and kinds in their own order."""

    state: list[Choice]
    kind: list[Choice]
    category: list[Choice]
    owner: list[Choice]


@dataclass(frozen=True)
class FindingsReport:
    """One page of the list, the most urgent first unless sorted otherwise: open before assigned before accepted before
    done, then by due day and money.

    `total`, `by_state` and `by_kind` count what the filters leave, on every page; `all` counts every finding.
    `has_figures` False: the register alone was reviewed, so no money at stake is known; None before the first review.
    """

    period: str | None
    as_of: date | None
    reviewed_at: datetime | None
    has_figures: bool | None
    total: int
    all: int
    by_state: dict[str, int]
    by_kind: dict[str, int]
    findings: list[FindingRow]
    rules: list[RuleCount]
    choices: FindingChoices
    notes: list[str]


@dataclass(frozen=True)
class _Listed:
    """Every published finding as it stands on one day, the most urgent first, and what is the same for every page."""

    snapshot: Snapshot
    rows: tuple[FindingRow, ...]
    by_id: dict[str, FindingRow]  # letter case aside
    rules: tuple[RuleCount, ...]
    choices: FindingChoices


def findings_report(
    rollups: Path,
    today: date,
    *,
    state: Sequence[str] = (),
    kind: Sequence[str] = (),
    category: Sequence[str] = (),
    code: Sequence[str] = (),
    owner: str | None = None,
    q: str = "",
    sort: str = "urgency",
    page: int = 1,
    size: int | None = None,
) -> FindingsReport:
    """The published findings, narrowed. Words of one filter are alternatives.

    Args:
        today: UTC day the states are told for.
        owner: any part of the owner's name, letter case aside; "" is nobody.
        q: words that must all be in the id, title or detail; letter case aside.
        sort: one of `SORTS`, with a minus for the last first; unknown money and nobody come last either way.
        size: findings on a page; None is every one.
    Raises:
        UsageError: a state, kind, category, code, sort or page is not one.
        SourceUnreadableError: the published file is damaged.
    """
    codes = [each.upper() for each in code]
    _known("state", state, STATES)
    _known("kind", kind, KINDS)
    _known("category", category, (*CODES, "unclassified", "ledger"))
    _known("code", codes, tuple(story(rule).code for rule in ALL))
    if sort.removeprefix("-") not in SORTS:
        raise UsageError(f"findings are not sorted by {sort[:80]!r}.", next_step=f"Choose from {', '.join(SORTS)}.")
    check_page(page)
    if size is not None:
        check_size(size)
    listed = _listed(rollups, version_of(rollups), today)
    if listed is None:
        none = FindingChoices([], [], [], [])
        return FindingsReport(None, None, None, None, 0, 0, {}, {}, [], [], none, [NOT_REVIEWED])
    words = q.casefold().split()
    shown = [
        row
        for row in listed.rows
        if (not state or row.state in state)
        and (not kind or row.kind in kind)
        and (not category or row.category in category)
        and (not codes or row.code in codes)
        and (owner is None or (owner.casefold() in (row.owner or "").casefold() if owner else not row.owner))
        and (not words or _has(row, words))
    ]
    before = 0 if size is None else page_of(len(shown), page, size)
    ordered = _sorted(shown, sort)
    snapshot = listed.snapshot
    return FindingsReport(
        snapshot.period,
        snapshot.as_of,
        snapshot.reviewed_at,
        snapshot.has_figures,
        len(shown),
        len(listed.rows),
        _counted((row.state for row in shown), STATES),
        _counted((row.kind for row in shown), KINDS),
        ordered if size is None else ordered[before : before + size],
        list(listed.rules),
        listed.choices,
        ([] if snapshot.has_figures else [NO_FIGURES]) + ([NOT_ADDED] if shown and snapshot.has_figures else []),
    )


def finding_row(rollups: Path, today: date, finding_id: str) -> FindingRow | None:
    """One published finding by its id, letter case aside; None when there is none of it.

    Raises:
        SourceUnreadableError: the published file is damaged.
    """
    listed = _listed(rollups, version_of(rollups), today)
    return listed.by_id.get(finding_id.casefold()) if listed else None


@lru_cache(maxsize=2)
def _listed(rollups: Path, _version: str, today: date) -> _Listed | None:
    """Worked out again only when the file or the day changed."""
    snapshot = read_snapshot(rollups)
    if snapshot is None:
        return None
    rows = tuple(sorted((_row(each, snapshot, today) for each in snapshot.kept), key=_urgency))
    every, still_open = Counter(row.code for row in rows), Counter(row.code for row in rows if row.state == "open")
    stories = [story(rule) for rule in ALL]
    return _Listed(
        snapshot,
        rows,
        {row.id.casefold(): row for row in rows},
        tuple(RuleCount(each.code, each.title, each.kind, still_open[each.code], every[each.code]) for each in stories),
        FindingChoices(
            [Choice(*each) for each in _counted((row.state for row in rows), STATES).items()],
            [Choice(*each) for each in _counted((row.kind for row in rows), KINDS).items()],
            _choices(row.category for row in rows),
            _choices(row.owner or None for row in rows),
        ),
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
        kept.decision.version if kept.decision else 0,
    )


def _urgency(row: FindingRow) -> tuple[int, date, Decimal, int, str]:
    money = row.money_at_stake if row.money_at_stake is not None else Decimal(0)
    return (_STATE_ORDER[row.state], row.due, -money, _KIND_ORDER[row.kind], row.id)


def _sorted(rows: list[FindingRow], sort: str) -> list[FindingRow]:
    """Equals stay in order of urgency. Two currencies have no order: amounts of the most frequent one come first."""
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name == "urgency":
        return rows[::-1] if descending else rows
    value: Callable[[FindingRow], Any] = _VALUES[name]
    known = sorted((row for row in rows if value(row) is not None), key=value, reverse=descending)
    if name == "money":
        currencies = Counter(row.currency or "" for row in known)
        known.sort(key=lambda row: (-currencies[row.currency or ""], row.currency or ""))
    return known + [row for row in rows if value(row) is None]


_VALUES: dict[str, Callable[[FindingRow], Any]] = {
    "money": lambda row: row.money_at_stake,
    "title": lambda row: row.title.casefold(),
    "owner": lambda row: row.owner.casefold() if row.owner else None,
    "kind": lambda row: row.kind,
    "due": lambda row: row.due,
}


def _has(row: FindingRow, words: Sequence[str]) -> bool:
    text = f"{row.id} {row.title} {row.detail}".casefold()
    return all(word in text for word in words)


def _choices(values: Iterable[str | None]) -> list[Choice]:
    found = Counter(values)
    return [Choice(value, found[value]) for value in sorted(found, key=lambda each: (-found[each], each or ""))]


def _counted(words: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    found = Counter(words)
    return {word: found[word] for word in order if found[word]}


def _known(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for each in asked:
        if each not in known:
            raise UsageError(f"no {what} is called {each[:80]!r}.", next_step=f"Known: {', '.join(known)}.")
