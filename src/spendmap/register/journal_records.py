"""Rows of the audit log and of decisions as lines of the journal, and back into the database.

The audit log says of each change what was before and what is after, so the lines hold everything that the register's
other tables do; those are made from it by the very code that made them the first time (`Writing.write`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from spendmap.register.changes import Change
from spendmap.register.codec import segments_of
from spendmap.register.journal_text import Line, Place
from spendmap.register.models import AuditRow, DecisionRow
from spendmap.register.store import Writing


def stands_at(connection: Connection) -> tuple[int, int]:
    """Numbers of the newest change and of the newest decision; 0 before the first."""
    version, decisions = connection.execute(
        select(
            select(func.coalesce(func.max(AuditRow.id), 0)).scalar_subquery(),
            select(func.coalesce(func.max(DecisionRow.id), 0)).scalar_subquery(),
        )
    ).one()
    return int(version), int(decisions)


def lines_after(connection: Connection, place: Place) -> list[Line]:
    """What the database holds beyond the journal, oldest first; changes of one moment and person are one edit."""
    changes = connection.execute(
        select(AuditRow.__table__).where(AuditRow.id > place.version).order_by(AuditRow.id)
    ).mappings()
    lines: list[Line] = []
    number = place.lines
    for _, run in groupby(changes, key=lambda row: (row["at"], row["actor"])):
        edit = list(run)
        for left, row in zip(range(len(edit) - 1, -1, -1), edit, strict=True):
            number += 1
            lines.append(_line(number, "change", row, (row["id"], place.decisions), left))
    version = lines[-1].version if lines else place.version
    decisions = connection.execute(
        select(DecisionRow.__table__).where(DecisionRow.id > place.decisions).order_by(DecisionRow.id)
    ).mappings()
    for row in decisions:
        number += 1
        lines.append(_line(number, "decision", row, (version, row["id"]), 0))
    return lines


def is_as_stored(connection: Connection, line: Line) -> bool:
    """Whether the database says the same of the line's change or decision."""
    table, number = (AuditRow, line.version) if line.what == "change" else (DecisionRow, line.decisions)
    row = connection.execute(select(table.__table__).where(table.id == number)).mappings().first()
    return row is not None and _line(line.number, line.what, row, (line.version, line.decisions), line.left) == line


def replay(connection: Connection, lines: Iterable[Line]) -> None:
    """Do in the database what the lines say was done, in their order; their clock may go back."""
    for what, run in groupby(lines, key=lambda line: line.what):
        if what == "decision":
            connection.execute(insert(DecisionRow), [_decision(line) for line in run])
            continue
        Writing(connection).write_told((_change(line.about), line.who, line.at) for line in run)


def _line(number: int, what: str, row: RowMapping, stands: tuple[int, int], left: int) -> Line:
    about = _about_change(row) if what == "change" else _about_decision(row)
    return Line(number, what, about, row["at"].replace(tzinfo=UTC), row["actor"], *stands, left)


def _about_change(row: RowMapping) -> dict[str, Any]:
    return {
        "action": row["action"],
        "type": row["entity_type"],
        "id": row["entity_id"],
        "field": row["field"],
        "before": json.loads(row["before"] or "[]"),
        "after": json.loads(row["after"] or "[]"),
        "origin": row["origin"],
    }


def _change(about: Mapping[str, Any]) -> Change:
    return Change(
        about["action"],
        about["type"],
        about["id"],
        about["field"],
        segments_of(about["before"]),
        segments_of(about["after"]),
        about["origin"],
    )


def _about_decision(row: RowMapping) -> dict[str, Any]:
    return {
        "finding": row["finding_id"],
        "verb": row["verb"],
        "reason": row["reason"],
        "until": row["until"] and row["until"].isoformat(),
        "owner": row["owner"],
        "seen_until": row["seen_until"] and row["seen_until"].isoformat(),
    }


def _decision(line: Line) -> dict[str, Any]:
    about = line.about
    return {
        "finding_id": about["finding"],
        "verb": about["verb"],
        "at": line.at.replace(tzinfo=None),
        "actor": line.who,
        "reason": about["reason"],
        "until": about["until"] and date.fromisoformat(about["until"]),
        "owner": about["owner"],
        "seen_until": about["seen_until"] and date.fromisoformat(about["seen_until"]),
    }


__all__ = ["is_as_stored", "lines_after", "replay", "stands_at"]
