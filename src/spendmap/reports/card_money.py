"""What one use case costs, for its card: direct, and what reaches it of the money that has no use case.

Reads `month` and `split` of a published version, and `outcome` for the runs. Invariants: the parts of every breakdown
add up to the figure; an absent split leaves indirect cost unknown (None), which is not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from spendmap.categories import UNCLASSIFIED
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import SHARE_UNIT, Tally, plus
from spendmap.reports.filters import Question, months_between, strip_window
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.views import MonthCost
from spendmap.vocabulary.exact import as_stored

LAYERS = {
    "direct": "direct",
    "labour": "people's work",
    "shared": "shared",
    "idle": "idle capacity",
    "overhead": "overhead",
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One group of a figure. `cost` None: there are rows and none has a cost. `figure` explains it, None where none."""

    key: str | None
    label: str
    cost: Decimal | None
    figure: str | None = None


@dataclass(frozen=True)
class Breakdown:
    """A figure by one thing, biggest first; the parts add up to it."""

    by: str
    parts: list[Part]


@dataclass(frozen=True)
class CardMoney:
    """A figure of the card. `cost` None is unknown; `missing_rows` have no cost on this basis and are not in it."""

    cost: Decimal | None
    currency: str
    basis: str
    period: str
    missing_rows: int
    unpriced_rows: int
    by_evidence: dict[str, Decimal]
    breakdowns: list[Breakdown]
    series: list[MonthCost]
    figure: str | None


@dataclass(frozen=True)
class Runs:
    """Workflow runs of the period, and the direct cost of one that was accepted. Rates are shares of 1."""

    attempts: Decimal
    accepted: Decimal
    accepted_share: Decimal | None
    cost_per_attempt: Decimal | None
    cost_per_accepted: Decimal | None
    currency: str


@dataclass(frozen=True)
class CaseMoney:
    """Everything measured of one use case. `indirect` None: nothing was split."""

    direct: CardMoney
    indirect: CardMoney | None
    runs: Runs | None
    cost_centers: Sequence[str]
    vendors: Sequence[str]
    has_rows: bool
    notes: list[str] = field(default_factory=list)


def case_money(model: ReadModel, question: Question, use_case: str, workflows: Sequence[str]) -> CaseMoney:
    """Direct and indirect cost of a use case in the question's period, currency and basis."""
    values = {**question.parameters, "use_case": use_case}
    values["strip_first"] = _first_month(question)
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)
        direct_rows = session.records(question.fill(sql("card_direct")), values)
        split_rows = session.records(question.fill(sql("card_indirect")), values)
    now = [row for row in direct_rows if row["month"] >= question.period.first]
    direct = _direct(model, question, use_case, direct_rows, now)
    indirect = _indirect(model, question, split_rows, captured=captured) if model.has_split else None
    return CaseMoney(
        direct,
        indirect,
        _runs(model, question, use_case, workflows, direct.cost),
        sorted({row["cost_center"] for row in now if row["cost_center"]}),
        [part.key for part in direct.breakdowns[2].parts if part.key],
        bool(now),
    )


def _direct(model: ReadModel, question: Question, use_case: str, rows: Sequence[Row], now: Sequence[Row]) -> CardMoney:
    tally = _tally(now)

    def grouped(by: str, label: Callable[[str | None], str]) -> Breakdown:
        found: dict[str | None, Tally] = defaultdict(Tally)
        for row in now:
            key = row[by] or (UNCLASSIFIED if by == "category" else None)
            found[key].add(row["cost"], rows=row["rows"])
        parts = [
            Part(
                key,
                label(key),
                each.told(),
                question.query("total", [("use_case", use_case), (by, key or "")]),
            )
            for key, each in found.items()
        ]
        return Breakdown(by, sorted(parts, key=_biggest))

    return CardMoney(
        cost=tally.told(is_captured=bool(now)),
        currency=question.currency,
        basis=question.basis,
        period=question.period.label,
        missing_rows=tally.missing,
        unpriced_rows=tally.unpriced,
        by_evidence=tally.evidence_mix,
        breakdowns=[
            grouped("category", lambda key: model.label("category", key)),
            grouped("layer", lambda key: LAYERS.get(key or "", key or "unknown layer")),
            grouped("vendor", lambda key: model.label("vendor", key) if key else "own work, no vendor"),
            grouped("model", lambda key: model.label("model", key) if key else "no model call"),
        ],
        series=_series(question, rows),
        figure=question.query("total", [("use_case", use_case)]) if now else None,
    )


def _indirect(model: ReadModel, question: Question, rows: Sequence[Row], *, captured: bool) -> CardMoney:
    now = [row for row in rows if row["month"] >= question.period.first]
    tally = _tally([{**row, "rows": 1, "missing": int(row["cost"] is None), "unpriced_rows": 0} for row in now])

    def grouped(by: str, label: Callable[[Row], str]) -> Breakdown:
        found: dict[str | None, tuple[str, Tally]] = {}
        for row in now:
            key = row[by]
            found.setdefault(key, (label(row), Tally()))[1].add(row["cost"], rows=1)
        parts = [Part(key, words, each.told()) for key, (words, each) in found.items()]
        return Breakdown(by, sorted(parts, key=_biggest))

    return CardMoney(
        cost=tally.told(is_captured=captured),
        currency=question.currency,
        basis=question.basis,
        period=question.period.label,
        missing_rows=tally.missing,
        unpriced_rows=0,
        by_evidence=tally.evidence_mix,
        breakdowns=[
            grouped("category", lambda row: model.label("category", row["category"])),
            grouped("layer", lambda row: LAYERS.get(row["layer"] or "", row["layer"] or "unknown layer")),
            grouped("pool", lambda row: f"{row['pool']}, by {row['driver'] or 'no driver'}"),
        ],
        series=_series(question, rows),
        figure=None,
    )


def _tally(rows: Sequence[Row]) -> Tally:
    tally = Tally()
    for row in rows:
        tally.add(
            row["cost"],
            rows=row["rows"],
            missing=row["missing"],
            unpriced=row["unpriced_rows"],
            evidence=row["evidence"],
        )
    return tally


def _series(question: Question, rows: Sequence[Row]) -> list[MonthCost]:
    sums: dict[str, Decimal | None] = {}
    for row in rows:
        sums[row["month"]] = plus(sums.get(row["month"]), row["cost"])
    months = months_between(_first_month(question), question.period.last)
    return [MonthCost(month, sums.get(month)) for month in months]


def _first_month(question: Question) -> str:
    return strip_window(question.period)[0]


def _runs(
    model: ReadModel, question: Question, use_case: str, workflows: Sequence[str], direct: Decimal | None
) -> Runs | None:
    """Runs of the period; None when none was captured."""
    if not model.meta.tables.get("outcome"):
        return None
    from spendmap.optimization.scenario import (
        cost_per_accepted,
    )  # brings the replay along, which a card without runs spares

    values = {**question.parameters, "use_case": use_case, "workflows": sorted({*workflows, use_case})}
    with model.ledger_session("outcome", first=question.period.first, last=question.period.last) as session:
        found = {row[0]: row[1] for row in session.rows(sql("card_outcomes"), values)}
    attempts = sum(found.values(), Decimal(0))
    if not attempts:
        return None
    accepted = found.get("accepted", Decimal(0))
    share = Fraction(accepted) / Fraction(attempts)
    per_accepted = None if direct is None else cost_per_accepted(direct, attempts, 1 - share)
    per_attempt = None if direct is None else Fraction(direct) / Fraction(attempts)
    return Runs(
        attempts,
        accepted,
        as_stored(share).quantize(SHARE_UNIT),
        None if per_attempt is None else as_stored(per_attempt),
        None if per_accepted is None else as_stored(per_accepted),
        question.currency,
    )


def _biggest(part: Part) -> tuple[bool, Decimal, str]:
    return part.cost is None, -(part.cost or Decimal(0)), part.label
