"""The plays of the newest `spendmap optimize`, as the command, the API and the pages tell them.

Reads the published `plays.json` and `findings.json`; no database. A play is as decided as the findings it comes from.
Invariant: `totals` add up only plays about different money that nobody has decided; unknown savings are counted beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from spendmap.categories import CODES as CATEGORIES
from spendmap.optimization.plays import CODES, KINDS, Play
from spendmap.optimization.plays.choose import added_up, overlapping
from spendmap.optimization.plays.snapshot import PlaysSnapshot, read_plays
from spendmap.risk.snapshot import Snapshot, read_snapshot
from spendmap.risk.states import STATES
from spendmap.vocabulary.errors import UsageError
from spendmap.vocabulary.exact import total

SORTS = ("likely", "high", "low", "seen", "deadline", "title", "owner", "effort", "kind")
_EFFORT = {"S": 0, "M": 1, "L": 2}


@dataclass(frozen=True)
class PlaySubject:
    """What a play is about."""

    type: str
    id: str
    name: str


@dataclass(frozen=True)
class PlayRow:
    """One play. Savings and `seen` are money per month; None: cannot be priced.

    `is_added`: its saving is in the totals. `overlaps_with`: ids of plays about the same money. `state` and `reason`
    are those of its findings: open, assigned, accepted (kept as it is, on purpose) or done.
    """

    id: str
    code: str
    kind: str
    category: str
    subject: PlaySubject
    title: str
    story: str
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    currency: str
    basis: str
    seen: Decimal | None
    evidence: str
    assumptions: list[str]
    held_fixed: list[str]
    effort: str
    effort_why: str
    risk: str
    owner: str | None
    role: str
    next_step: str
    deadline: date | None
    is_overdue: bool
    findings: list[str]
    state: str
    reason: str | None
    overlaps_with: list[str]
    is_added: bool


@dataclass(frozen=True)
class PlayTotal:
    """Sum per month over the plays that may be added, in one currency. `unknown`: plays whose saving has no price."""

    currency: str
    low: Decimal
    likely: Decimal
    high: Decimal
    added: int
    overlapping: int
    decided: int
    unknown: int


@dataclass(frozen=True)
class PlaysReport:
    """The list, sorted, and what may be added up of it (whatever the filters and whoever asks)."""

    period: str | None
    as_of: date | None
    made_at: datetime | None
    currency: str | None
    total: int
    totals: list[PlayTotal]
    by_kind: dict[str, int]
    by_state: dict[str, int]
    owners: list[str]
    plays: list[PlayRow]
    notes: list[str]


def plays_report(
    rollups: Path,
    today: date,
    *,
    kind: Sequence[str] = (),
    category: Sequence[str] = (),
    code: Sequence[str] = (),
    state: Sequence[str] = (),
    owner: str | None = None,
    sort: str = "-likely",
) -> PlaysReport:
    """The published plays, narrowed and sorted. Words of one filter are alternatives.

    Args:
        today: UTC day the states are told for.
        owner: any part of the name of who decides; "" is nobody.
        sort: one of `SORTS`, with `-` in front for falling; unknown values last either way.
    Raises:
        UsageError: a kind, category, code, state or sort is not one.
        SourceUnreadableError: a published file is damaged.
    """
    refuse_unknown(kind=kind, category=category)
    _known("play", code, tuple(CODES))
    _known("state", state, STATES)
    _known("sort", [sort.removeprefix("-")], SORTS)
    snapshot = read_plays(rollups)
    if snapshot is None:
        note = "No plays were worked out yet. Run `spendmap optimize`."
        return PlaysReport(None, None, None, None, 0, [], {}, {}, [], [], [note])
    rows = _rows(snapshot, read_snapshot(rollups), today)
    shown = [
        row
        for row in rows
        if (not kind or row.kind in kind)
        and (not category or row.category in category)
        and (not code or row.code in code)
        and (not state or row.state in state)
        and (owner is None or (owner.casefold() in (row.owner or "").casefold() if owner else not row.owner))
    ]
    kinds, states = Counter(row.kind for row in shown), Counter(row.state for row in shown)
    return PlaysReport(
        snapshot.period,
        snapshot.as_of,
        snapshot.made_at,
        snapshot.currency,
        len(shown),
        _totals(rows, snapshot.currency),
        {word: kinds[word] for word in KINDS if kinds[word]},
        {word: states[word] for word in STATES if states[word]},
        sorted({row.owner for row in rows if row.owner}),
        _sorted(shown, sort),
        [
            "Savings are per month, a range and not a promise; plays about the same money are not added up.",
            "The totals are of all plays, whatever the filters.",
        ]
        if shown
        else ["No play fits: clear the filters, or read `spendmap findings` for what costs no money."],
    )


def refuse_unknown(*, kind: Sequence[str] = (), category: Sequence[str] = ()) -> None:
    """Refuse words that name no kind or category of a play.

    Raises:
        UsageError: one of them does not.
    """
    _known("kind", kind, KINDS)
    _known("category", category, (*CATEGORIES, "unclassified"))


def _rows(snapshot: PlaysSnapshot, review: Snapshot | None, today: date) -> list[PlayRow]:
    states = {play.id: _state(play, review, today) for play in snapshot.plays}
    undecided = [play for play in snapshot.plays if states[play.id][0] in {"open", "assigned"}]
    added, clashes = added_up(undecided), overlapping(snapshot.plays)
    return [
        PlayRow(
            play.id,
            play.code,
            play.kind,
            play.category,
            PlaySubject(play.subject.type, play.subject.id, play.subject.name),
            play.title,
            play.story,
            play.saving.low,
            play.saving.likely,
            play.saving.high,
            play.saving.currency,
            play.saving.basis,
            play.seen,
            play.evidence,
            list(play.assumptions),
            list(play.held_fixed),
            play.effort,
            play.effort_why,
            play.risk,
            play.owner,
            play.role,
            play.next_step,
            play.deadline,
            play.deadline is not None and play.deadline < today and states[play.id][0] in {"open", "assigned"},
            list(play.findings),
            *states[play.id],
            list(clashes[play.id]),
            play.id in added,
        )
        for play in snapshot.plays
    ]


def _state(play: Play, review: Snapshot | None, today: date) -> tuple[str, str | None]:
    """The state of the finding that a play turns into money: the first one it names that the review holds."""
    if review is not None:
        kept = {each.finding.id: each for each in review.kept}
        for id_ in play.findings:
            if id_ in kept and kept[id_].finding.kind == "cost":
                now = kept[id_].standing(today, review.reviewed_at)
                return now.state, now.reason
    return "open", None


def _totals(rows: Sequence[PlayRow], own: str) -> list[PlayTotal]:
    currencies = sorted({row.currency for row in rows}, key=lambda currency: (currency != own, currency))
    found = []
    for currency in currencies:
        mine = [row for row in rows if row.currency == currency]
        added = [row for row in mine if row.is_added]
        decided = [row for row in mine if row.state in {"accepted", "done"}]
        unknown = [row for row in mine if row.likely is None and row not in decided]
        found.append(
            PlayTotal(
                currency,
                total(row.low for row in added if row.low is not None),
                total(row.likely for row in added if row.likely is not None),
                total(row.high for row in added if row.high is not None),
                len(added),
                len(mine) - len(added) - len(decided) - len(unknown),
                len(decided),
                len(unknown),
            )
        )
    return found


def _sorted(rows: list[PlayRow], sort: str) -> list[PlayRow]:
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    by_id = sorted(rows, key=lambda row: row.id)
    known = [row for row in by_id if getattr(row, name) is not None]

    def key(row: PlayRow) -> Decimal | date | str | int:
        value: Decimal | date | str = getattr(row, name)
        return _EFFORT[row.effort] if name == "effort" else value

    known.sort(key=key, reverse=falling)
    return known + [row for row in by_id if getattr(row, name) is None]


def _known(what: str, asked: Sequence[str], known: Sequence[str]) -> None:
    for each in asked:
        if each not in known:
            raise UsageError(f"no {what} is called {each[:80]!r}.", next_step=f"Known: {', '.join(known)}.")
