"""What people decided about a finding, and the state that follows on a day. Pure.

States: `open`; `accepted`, with a reason and the day it returns; `assigned` to somebody; `done`. A decision is never
changed: the newest one counts. A sandbox that holds its bounds accepts the findings on what it tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

State = Literal["open", "accepted", "assigned", "done"]
STATES: tuple[State, ...] = get_args(State)
Verb = Literal["accept", "assign", "done", "reopen"]
VERBS: tuple[Verb, ...] = get_args(Verb)


@dataclass(frozen=True)
class Decision:
    """One decision. `until`: accepted, the day the finding returns; assigned, the day it is due. Times are UTC.

    `version` numbers the decisions of a workspace; a finding's newest one is the finding's version (0: none yet).
    `seen_until` is the incident's last day as it was when it was decided: a later incident is not decided by it.
    """

    finding_id: str
    verb: Verb
    at: datetime
    by: str
    reason: str | None = None
    until: date | None = None
    owner: str | None = None
    seen_until: date | None = None
    version: int = 0


@dataclass(frozen=True)
class Sandbox:
    """An experiment that holds its bounds, as the reason why a finding is quiet. It ends after `last_day`."""

    experiment: str
    name: str
    last_day: date


@dataclass(frozen=True)
class Standing:
    """State of a finding on a day, why, and until when. `returned`: an earlier decision no longer holds."""

    state: State
    owner: str | None
    reason: str | None = None
    until: date | None = None
    by: str | None = None
    returned: str | None = None


def standing(
    decision: Decision | None,
    sandbox: Sandbox | None,
    *,
    today: date,
    owner: str | None,
    fires: bool,
    reviewed_at: datetime,
    occurred_on: date | None,
) -> Standing:
    """The state on `today` (UTC).

    Args:
        decision: the newest one on the finding.
        owner: who should decide, as its rule says.
        fires: whether the newest review (at `reviewed_at`) still sees it.
        occurred_on: last day of the incident, for findings that are one.
    """
    if not fires:
        kept = decision if decision is not None and decision.verb == "done" else None
        return Standing(
            "done", owner, kept.reason if kept else "no longer seen", None, kept.by if kept else "spendmap review"
        )
    returned: str | None = None
    if decision is not None:
        if decision.verb == "reopen":
            return Standing("open", decision.owner or owner, decision.reason, None, decision.by)
        if _later_incident(decision, occurred_on):
            returned = f"happened again after {decision.at:%Y-%m-%d}"
        elif decision.verb == "assign":
            return Standing("assigned", decision.owner or owner, decision.reason, decision.until, decision.by)
        elif decision.verb == "accept":
            if decision.until is None or today < decision.until:
                return Standing("accepted", decision.owner or owner, decision.reason, decision.until, decision.by)
            returned = f"was accepted until {decision.until}"
        elif decision.seen_until is not None or reviewed_at <= decision.at:
            return Standing("done", decision.owner or owner, decision.reason, None, decision.by)
        else:
            returned = f"was done on {decision.at:%Y-%m-%d} and is seen again"
    if sandbox is not None and today <= sandbox.last_day:
        why = f"sandbox {sandbox.name}"
        return Standing("accepted", owner, why, None, f"experiment:{sandbox.experiment}", returned)
    return Standing("open", owner, returned=returned)


def _later_incident(decision: Decision, occurred_on: date | None) -> bool:
    return occurred_on is not None and decision.seen_until is not None and occurred_on > decision.seen_until
