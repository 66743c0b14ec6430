"""The published plays: `rollups/plays.json`, read by commands and pages without a database.

Invariant: the file is swapped in whole. What was decided is not in it: a play's state is its findings' state on the
day it is asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from spendmap.optimization.plays.play import Play, Saving
from spendmap.risk.finding import Subject
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.money import money_text

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
    text = json.dumps({"format": FORMAT, **asdict(snapshot)}, default=_plain, ensure_ascii=False, indent=1)
    rollups.mkdir(parents=True, exist_ok=True)
    fresh = rollups / f".{FILE}.{os.getpid()}"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(rollups / FILE)


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
            datetime.fromisoformat(raw["made_at"]),
            raw["currency"],
            tuple(_play(each) for each in raw["plays"]),
        )
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise SourceUnreadableError(
            file, f"it is not what `spendmap optimize` writes ({type(error).__name__}: {error}).", next_step=AGAIN
        ) from error


def plays_version(rollups: Path) -> str:
    """Identity of the published plays; "none" before there are any."""
    try:
        return hashlib.sha256((rollups / FILE).read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return "none"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _play(raw: Mapping[str, Any]) -> Play:
    saving = raw["saving"]
    amounts = {name: _money(saving[name]) for name in ("low", "likely", "high")}
    said = dict(raw) | {
        "subject": Subject(**raw["subject"]),
        "saving": Saving(**amounts, currency=saving["currency"], basis=saving["basis"]),
        "seen": _money(raw["seen"]),
        "deadline": None if raw["deadline"] is None else date.fromisoformat(raw["deadline"]),
    }
    for name in ("assumptions", "held_fixed", "touches", "findings"):
        said[name] = tuple(raw[name])
    return Play(**said)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
