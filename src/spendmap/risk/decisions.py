"""Decisions about findings, in the workspace database: rows that are only ever added.

Writes `finding_decision` and then the published findings; reads both. The newest row of a finding counts. The only
module of the review that speaks SQLAlchemy besides the register.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from difflib import get_close_matches

from sqlalchemy import Connection, Engine, func, insert, select

from spendmap.engine.store import write_atomically
from spendmap.register.journal import alone
from spendmap.register.journaled import open_workspace_database
from spendmap.register.models import DecisionRow
from spendmap.risk.snapshot import FILE, Kept, Snapshot, read_snapshot, snapshot_bytes
from spendmap.risk.states import VERBS, Decision, Verb
from spendmap.vocabulary.errors import UsageError, VersionConflictError
from spendmap.vocabulary.masking import masked
from spendmap.workspace import Workspace


def decide(
    workspace: Workspace,
    finding_id: str,
    verb: Verb,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
    until: date | None = None,
    owner: str | None = None,
    version: int | None = None,
) -> Kept:
    """Record one decision on a published finding and publish its new state.

    Args:
        now: UTC moment; `until` must lie after its day.
        until: accept: the day it returns; assign: the day it is due.
        owner: assign: to whom.
        version: the finding's version as it was read; None decides it as it stands.
    Raises:
        VersionConflictError: somebody decided it since, or it never had that version.
        UsageError: no such finding, or the decision lacks what it needs.
    """
    snapshot = read_snapshot(workspace.rollups)
    if snapshot is None:
        raise UsageError("nothing was reviewed yet.", next_step="Find what there is to decide with `spendmap review`.")
    kept = find(snapshot, finding_id)
    _check(verb, kept.finding.id, reason, until, owner, now)
    reason = None if reason is None else masked(reason)
    decision = Decision(kept.finding.id, verb, now, by, reason, until, owner, kept.finding.occurred_on)
    engine = open_workspace_database(workspace)
    try:
        try:
            with engine.execution_options(register_writes=True).begin() as connection:
                current = _version(connection, kept.finding.id)
                if version is not None and version != current:
                    raise VersionConflictError(f"finding {kept.finding.id}", version, current)
                connection.execute(insert(DecisionRow), [_row(decision)])
                decision = replace(decision, version=_version(connection, kept.finding.id))
        except VersionConflictError:
            publish_decided(workspace, engine)  # what is read again is the newest
            raise
        publish_decided(workspace, engine)
    finally:
        engine.dispose()
    return replace(kept, decision=decision)


def _version(connection: Connection, finding_id: str) -> int:
    newest = select(func.coalesce(func.max(DecisionRow.id), 0)).where(DecisionRow.finding_id == finding_id)
    return int(connection.execute(newest).scalar_one())


def find(snapshot: Snapshot, finding_id: str) -> Kept:
    """The published finding of this id, letter case aside.

    Raises:
        UsageError: there is none; the message names near ones.
    """
    ids = {each.finding.id.casefold(): each for each in snapshot.kept}
    found = ids.get(finding_id.casefold())
    if found is None:
        near = get_close_matches(finding_id.casefold(), list(ids), n=3, cutoff=0.4)
        hint = f" Did you mean {' or '.join(ids[each].finding.id for each in near)}?" if near else ""
        raise UsageError(
            f"no finding is called {finding_id[:80]!r}.{hint}", next_step="List them with `spendmap findings`."
        )
    return found


def publish_decided(workspace: Workspace, engine: Engine, made: Snapshot | None = None) -> Snapshot | None:
    """Write the snapshot `made`, else the published one if there is any, with every finding's newest decision.

    One at a time: of two that decide at once, the later to publish has read both decisions.
    """
    workspace.rollups.mkdir(parents=True, exist_ok=True)
    with alone(workspace.rollups):
        snapshot = made or read_snapshot(workspace.rollups)
        if snapshot is None:
            return None
        newest = newest_decisions(engine, [each.finding.id for each in snapshot.kept])
        decided = replace(
            snapshot, kept=tuple(replace(each, decision=newest.get(each.finding.id)) for each in snapshot.kept)
        )
        write_atomically(workspace.rollups / FILE, snapshot_bytes(decided))
        return decided


def publish_again(workspace: Workspace) -> None:
    """Write the findings, where there are any, with the decisions that the database holds now."""
    engine = open_workspace_database(workspace)
    try:
        publish_decided(workspace, engine)
    finally:
        engine.dispose()


def newest_decisions(engine: Engine, finding_ids: Iterable[str]) -> dict[str, Decision]:
    """The newest decision of each finding that has one."""
    wanted = set(finding_ids)
    found: dict[str, Decision] = {}
    with engine.connect() as connection:
        for row in connection.execute(select(DecisionRow.__table__).order_by(DecisionRow.id)).mappings():
            if row["finding_id"] in wanted:
                found[row["finding_id"]] = Decision(
                    finding_id=row["finding_id"],
                    verb=row["verb"],
                    at=row["at"].replace(tzinfo=UTC),
                    by=row["actor"],
                    reason=row["reason"],
                    until=row["until"],
                    owner=row["owner"],
                    seen_until=row["seen_until"],
                    version=row["id"],
                )
    return found


def _check(verb: str, id_: str, reason: str | None, until: date | None, owner: str | None, now: datetime) -> None:
    example = f"`spendmap decide {id_} {verb}"
    if verb not in VERBS:
        raise UsageError(f"{verb!r} is not a decision.", next_step=f"Choose from: {', '.join(VERBS)}.")
    if until is not None and until <= now.astimezone(UTC).date():
        raise UsageError(f"--until {until} is not ahead.", next_step="Name a later day.")
    if verb == "accept" and not reason:
        raise UsageError(
            "an acceptance needs a reason.", next_step=f'{example} --reason "keep both because ..." --until DATE`.'
        )
    if verb == "accept" and until is None:
        raise UsageError("an acceptance needs an end.", next_step=f'{example} --reason "..." --until DATE`.')
    if verb == "assign" and not owner:
        raise UsageError("an assignment needs an owner.", next_step=f"{example} --owner NAME`.")


def _row(decision: Decision) -> dict[str, object]:
    return {
        "finding_id": decision.finding_id,
        "verb": decision.verb,
        "at": decision.at.astimezone(UTC).replace(tzinfo=None),
        "actor": decision.by,
        "reason": decision.reason,
        "until": decision.until,
        "owner": decision.owner,
        "seen_until": decision.seen_until,
    }
