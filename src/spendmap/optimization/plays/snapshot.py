"""The published plays: `rollups/plays.json`, read by commands and pages without a database.

Invariant: the file is swapped in whole. What was decided is not in it: a play's state is its findings' state on the
day it is asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from spendmap.engine.store import write_atomically
from spendmap.optimization.plays.play import Play, Saving
from spendmap.risk.finding import Subject
from spendmap.risk.plain import day_of, moment_of, money_of, plain
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.seal import sealed

FILE = "plays.json"
FORMAT = 1
AGAIN = "Make it again with `spendmap optimize`."


@dataclass(frozen=True)
class PlaysSnapshot:
    """The plays of one period. `made_at` is UTC; `as_of` the first day after the period."""

    period: str
    months: int
    as_of: date
    made_at: datetime
    currency: str
    plays: tuple[Play, ...]


def write_plays(rollups: Path, snapshot: PlaysSnapshot) -> None:
    """Publish, whole or not at all."""
    text = json.dumps({"format": FORMAT, **asdict(snapshot)}, default=plain, ensure_ascii=False, indent=1)
    write_atomically(rollups / FILE, sealed(text.encode()))


def read_plays(rollups: Path) -> PlaysSnapshot | None:
    """The published plays, or None before the first `spendmap optimize`.

    Raises:
        SourceUnreadableError: the file is not what the step writes.
    """
    file = rollups / FILE
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        raw = json.loads(data)
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        return PlaysSnapshot(
            raw["period"],
            int(raw["months"]),
            date.fromisoformat(raw["as_of"]),
            moment_of(raw["made_at"]),
            raw["currency"],
            tuple(_play(each) for each in raw["plays"]),
        )
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise SourceUnreadableError(
            file, f"it is not what `spendmap optimize` writes ({type(error).__name__}: {error}).", next_step=AGAIN
        ) from error


def plays_version(rollups: Path) -> str:
    """Identity of the published plays; "none" before there are any."""
    try:
        return hashlib.sha256((rollups / FILE).read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return "none"


def _play(raw: Mapping[str, Any]) -> Play:
    saving = raw["saving"]
    amounts = {name: money_of(saving[name]) for name in ("low", "likely", "high")}
    said = dict(raw) | {
        "subject": Subject(**raw["subject"]),
        "saving": Saving(**amounts, currency=saving["currency"], basis=saving["basis"]),
        "seen": money_of(raw["seen"]),
        "deadline": day_of(raw["deadline"]),
    }
    for name in ("assumptions", "held_fixed", "touches", "findings"):
        said[name] = tuple(raw[name])
    return Play(**said)
