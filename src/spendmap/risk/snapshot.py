"""The published findings: `rollups/findings.json`, read by commands and pages without a database.

Invariant: the file is swapped in whole, and holds every fact that a state needs, so that an acceptance which ends
today returns today, without a new review.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from spendmap.risk.finding import DAYS_TO_DECIDE, Finding, Stake, Subject
from spendmap.risk.plain import day_of, moment_of, money_of, plain
from spendmap.risk.states import Decision, Sandbox, Standing, standing
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.seal import sealed

FILE = "findings.json"
FORMAT = 1
REVIEW = "Make it again with `spendmap review`."


@dataclass(frozen=True)
class Kept:
    """A finding in the snapshot. `first_seen` is the end of the first period it was seen in; `due` is settled."""

    finding: Finding
    first_seen: date
    due: date
    fires: bool = True
    sandbox: Sandbox | None = None
    decision: Decision | None = None

    def standing(self, today: date, reviewed_at: datetime) -> Standing:
        """Its state on a day."""
        return standing(
            self.decision,
            self.sandbox,
            today=today,
            owner=self.finding.owner,
            fires=self.fires,
            reviewed_at=reviewed_at,
            occurred_on=self.finding.occurred_on,
        )


@dataclass(frozen=True)
class Snapshot:
    """The findings of one review. `reviewed_at` is UTC; `as_of` the first day after its period.

    `has_figures` False: no map was published, so the register alone was reviewed and all money is unknown.
    """

    period: str
    as_of: date
    reviewed_at: datetime
    kept: tuple[Kept, ...]
    version: str = ""  # hash of the file's bytes
    has_figures: bool = True


def carried(before: Snapshot | None, findings: list[Finding], as_of: date) -> list[Kept]:
    """This review's findings, with when they were first seen; then those of before that it no longer sees.

    A review of an earlier period than before forgets nothing and resolves nothing: it only looks back.
    """
    old = {each.finding.id: each for each in before.kept} if before else {}
    kept = []
    for finding in findings:
        was = old.pop(finding.id, None)
        first = min(was.first_seen, as_of) if was is not None and was.fires else as_of
        due = finding.due or date.fromordinal(first.toordinal() + DAYS_TO_DECIDE[finding.kind])
        kept.append(Kept(finding, first, due))
    if before is not None and as_of >= before.as_of:
        kept += [replace(each, fires=False, sandbox=None) for each in old.values()]
    return kept


def read_snapshot(rollups: Path) -> Snapshot | None:
    """The published findings, or None before the first review; parsed again only when the file changed.

    Raises:
        SourceUnreadableError: the file is not what the review writes.
    """
    return _parsed(rollups / FILE, version_of(rollups))


@lru_cache(maxsize=2)  # a large register has ten megabytes of findings, and every page asks for them
def _parsed(file: Path, _version: str) -> Snapshot | None:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        raw = orjson.loads(data)
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        return Snapshot(
            raw["period"],
            date.fromisoformat(raw["as_of"]),
            moment_of(raw["reviewed_at"]),
            tuple(_kept(each) for each in raw["findings"]),
            hashlib.sha256(data).hexdigest()[:16],
            bool(raw.get("has_figures", True)),  # files of before reviews of the register alone do not say
        )
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise SourceUnreadableError(
            file, f"it is not what a review writes ({type(error).__name__}: {error}).", next_step=REVIEW
        ) from error


def version_of(rollups: Path) -> str:
    """Identity of the published findings; "none" before the first review. Cheap enough to ask on every request."""
    try:
        found = (rollups / FILE).stat()
    except FileNotFoundError:
        return "none"
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"


def snapshot_bytes(snapshot: Snapshot) -> bytes:
    """The file's content, one finding a line; same snapshot, same bytes."""
    head = {
        "format": FORMAT,
        "period": snapshot.period,
        "as_of": snapshot.as_of,
        "reviewed_at": snapshot.reviewed_at,
        "has_figures": snapshot.has_figures,
    }
    lines = b",\n".join(orjson.dumps(each, plain, orjson.OPT_PASSTHROUGH_DATETIME) for each in snapshot.kept)
    start = orjson.dumps(head, plain, orjson.OPT_PASSTHROUGH_DATETIME)[:-1]
    return sealed(start + b',"findings":[\n' + lines + b"\n]}")


def _kept(raw: Mapping[str, Any]) -> Kept:
    about = dict(raw["finding"])
    stake = about["stake"]
    about |= {
        "subject": Subject(**about["subject"]),
        "stake": None if stake is None else Stake(**{**stake, "amount": money_of(stake["amount"])}),
        "due": day_of(about["due"]),
        "occurred_on": day_of(about["occurred_on"]),
    }
    sandbox, decision = raw["sandbox"], raw["decision"]
    return Kept(
        Finding(**about),
        date.fromisoformat(raw["first_seen"]),
        date.fromisoformat(raw["due"]),
        bool(raw["fires"]),
        None if sandbox is None else Sandbox(**{**sandbox, "last_day": date.fromisoformat(sandbox["last_day"])}),
        None
        if decision is None
        else Decision(
            **{
                **decision,
                "at": moment_of(decision["at"]),
                "until": day_of(decision["until"]),
                "seen_until": day_of(decision["seen_until"]),
            }
        ),
    )
