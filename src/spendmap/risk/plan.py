"""What was planned, as pages read it without a database: `rollups/plan.json`, written by the review from the register.

Holds the budgets of every period kind, how often each source should be read, and what a use case may cost per accepted
outcome. Invariant: the file is swapped in whole; it says what the register said on the day of the review.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.money import money_text
from spendmap.vocabulary.seal import sealed

FILE = "plan.json"
FORMAT = 1
REVIEW = "Make it again with `spendmap review`."
Span = Literal["month", "quarter", "year"]
SPANS: tuple[Span, ...] = get_args(Span)


@dataclass(frozen=True)
class PlannedBudget:
    """`amount` of `currency` for each `span`, for the AI money that meets every condition. `end` is the last day."""

    id: str
    name: str
    amount: Decimal
    currency: str
    owner: str | None
    span: Span
    conditions: tuple[tuple[str, str], ...] = ()
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class PlannedSource:
    """A declared source and how often it should be read, in its owner's words."""

    id: str
    name: str
    owner: str | None
    refresh: str | None


@dataclass(frozen=True)
class Plan:
    """The register's plan on a day."""

    as_of: date
    budgets: tuple[PlannedBudget, ...] = ()
    sources: tuple[PlannedSource, ...] = ()


def plan_bytes(plan: Plan) -> bytes:
    """The file's content; same plan, same bytes."""
    text = json.dumps({"format": FORMAT, **asdict(plan)}, default=_plain, indent=1, ensure_ascii=False)
    return sealed(text.encode())


def read_plan(rollups: Path) -> Plan | None:
    """The published plan, or None before the first review.

    Raises:
        SourceUnreadableError: the file is not what the review writes.
    """
    file = rollups / FILE
    try:
        raw = read_json(file)
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        return Plan(
            date.fromisoformat(raw["as_of"]),
            tuple(_budget(each) for each in raw["budgets"]),
            tuple(PlannedSource(**each) for each in raw["sources"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise SourceUnreadableError(
            file, f"it is not what a review writes ({type(error).__name__}: {error}).", next_step=REVIEW
        ) from error


def plan_version(rollups: Path) -> str:
    """Identity of the published plan; "none" before the first review."""
    try:
        found = (rollups / FILE).stat()
    except FileNotFoundError:
        return "none"
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"


def as_span(text: object) -> Span | None:
    """The budget's period; unstated is a month. None: a word nobody defined, so it is not compared."""
    word = str(text or "month").casefold()
    return next((span for span in SPANS if span == word), None)


def _budget(raw: Mapping[str, Any]) -> PlannedBudget:
    return PlannedBudget(
        **{
            **raw,
            "amount": Decimal(raw["amount"]),
            "conditions": tuple((name, value) for name, value in raw["conditions"]),
            "start": date.fromisoformat(raw["start"]) if raw["start"] else None,
            "end": date.fromisoformat(raw["end"]) if raw["end"] else None,
        }
    )


def _plain(value: object) -> str | None:
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
