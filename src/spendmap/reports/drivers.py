"""Why the total changed: drivers that add up to the difference between two periods, to the last stored digit.

Reads the `month` roll-up of one published version, and seats from the ledger's utilization. `driver_split` defines
the drivers; this file makes its cells and names the answer.
Invariant: the drivers' amounts add up to `total - previous_total`; the lines of a driver and its `rest` to its amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from spendmap.engine.reader import ReadSession
from spendmap.reports.dimensions import CATEGORIES
from spendmap.reports.driver_split import DRIVERS, Cell, Driver, Kind, Part, Side, split
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import minus, plus, sum_known
from spendmap.reports.filters import Question
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.views import PeriodView
from spendmap.vocabulary.exact import as_stored, as_stored_parts, total

LINES = 8  # biggest changes told per driver; the others are their sum
MINUTES_PER_HOUR = 60
SEAT_FILTERS = frozenset({"vendor", "tool", "category", "source_name", "service_name", "evidence", "origin", "layer"})
"""Conditions that keep or leave all seats of a product together; under others, the count is not that of the cost."""

WORDS: dict[Driver, tuple[str, str]] = {
    "volume": ("Volume", "more or fewer tokens or calls, at the old models and the old cost per token"),
    "mix": ("Mix", "use moved between models of the same use case"),
    "price": (
        "Price",
        "what a token or call costs now: unit prices and discounts, and how many tokens are output or cached",
    ),
    "new": ("New", "vendors, models and services that cost nothing before"),
    "gone": ("Gone", "vendors, models and services that cost nothing now"),
    "seats": ("Seats", "seats bought and the price of a seat"),
    "labour": ("People's work", "hours worked on AI and what an hour costs"),
    "other": ("Cost without a quantity", "charges that state no quantity, and calls without a full price"),
}


@dataclass(frozen=True)
class DriverLine:
    """One thing behind a driver. Quantities are of the period, in `unit`; None: not known or it was not there."""

    label: str
    keys: dict[str, str]
    effect: str
    amount: Decimal
    unit: str | None
    quantity_before: Decimal | None
    quantity_now: Decimal | None
    cost_before: Decimal | None
    cost_now: Decimal | None


@dataclass(frozen=True)
class DriverRow:
    """One step of the waterfall. `rest` is what the lines not told add up to."""

    id: Driver
    label: str
    about: str
    amount: Decimal
    lines: list[DriverLine]
    rest: Decimal


@dataclass(frozen=True)
class DriversReport:
    """The difference and its drivers. Where one of the two totals is not known there are none, and `change` is None."""

    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    total: Decimal | None
    previous_total: Decimal | None
    change: Decimal | None
    drivers: list[DriverRow]
    notes: list[str]


def drivers_report(model: ReadModel, question: Question) -> DriversReport:
    """Take the change of a period apart."""
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)
        compares = is_captured(model, session, question.currency, question.compare)
        cells = _cells(model, question, session)
    now = sum_known((each.now.cost for each in cells if each.now), is_captured=captured)
    before = sum_known((each.before.cost for each in cells if each.before), is_captured=compares)
    change = minus(now, before)
    notes = list(question.notes)
    if model.is_empty:
        notes.append("Nothing is published yet. Run `spendmap allocate`.")
    elif question.compare is None:
        notes.append("Nothing to compare with was asked for.")
    elif not compares:
        notes.append(f"Nothing is captured for {question.compare.label}, so there is nothing to compare with.")
    elif not captured:
        notes.append(f"Nothing is captured for {question.period.label}, so there is nothing to compare.")
    elif change is None:
        notes.append(f"No {question.basis} cost of one of the two periods is known, so there is nothing to compare.")
    rows = [] if change is None else _rows(model, split(cells))
    return DriversReport(
        period=PeriodView.of(question.period),
        compare=PeriodView.of(question.compare) if question.compare else None,
        currency=question.currency,
        basis=question.basis,
        total=now,
        previous_total=before,
        change=change,
        drivers=rows,
        notes=notes,
    )


def _rows(model: ReadModel, parts: list[Part]) -> list[DriverRow]:
    """Every driver that moved, in the order of the waterfall; the parts are rounded so that all of them add up."""
    told = list(zip(parts, as_stored_parts([part.amount for part in parts]), strict=True))
    found = []
    for driver in DRIVERS:
        own = sorted(
            ((part, amount) for part, amount in told if part.driver == driver),
            key=lambda pair: (-abs(pair[1]), _label(model, pair[0].cell), pair[0].name),
        )
        if not own:
            continue
        amount = total(each for _, each in own)
        lines = [_line(model, part, each) for part, each in own[:LINES]]
        rest = total(each for _, each in own[LINES:])
        found.append(DriverRow(driver, *WORDS[driver], amount, lines, rest))
    return found


def _line(model: ReadModel, part: Part, amount: Decimal) -> DriverLine:
    before, now = part.cell.before, part.cell.now
    return DriverLine(
        label=_label(model, part.cell),
        keys=_keys(part.cell),
        effect=part.name,
        amount=amount,
        unit=(now or before or Side(None)).unit,
        quantity_before=before.quantity if before else None,
        quantity_now=now.quantity if now else None,
        cost_before=before.cost if before else None,
        cost_now=now.cost if now else None,
    )


def _keys(cell: Cell) -> dict[str, str]:
    assert isinstance(cell.key, tuple)
    return {name: value for name, value in cell.key if value is not None and name not in {"source_name"}}


def _label(model: ReadModel, cell: Cell) -> str:
    keys = _keys(cell)
    names = [model.label(name, keys[name]) for name in ("vendor", "tool", "model", "use_case") if name in keys]
    if "service_name" in keys and "tool" not in keys and "model" not in keys:
        names.insert(1, keys["service_name"])
    if "supplier_name" in keys and "vendor" not in keys:
        names.insert(0, keys["supplier_name"])
    if cell.kind == "labour" and "department" in keys:
        names.append(model.label("department", keys["department"]))
    if keys.get("method") == "dark":
        names.append("not explained by usage")
    if not names:
        names = [model.label("category", keys.get("category"))]
    return ", ".join(names)


_KEY_OF: dict[Kind, tuple[str, ...]] = {
    "metered": ("category", "vendor", "model", "use_case"),
    "seats": ("category", "vendor", "source_name", "service_name", "tool"),
    "labour": ("category", "service_name", "department", "use_case"),
    "charge": ("category", "vendor", "supplier_name", "service_name", "model", "tool", "method"),
}
_KIND_OF: dict[str, Kind] = {"usage": "metered", "utilization": "seats", "activity": "labour"}


def _cells(model: ReadModel, question: Question, session: ReadSession) -> list[Cell]:
    sums: dict[tuple[Kind, tuple[tuple[str, str | None], ...]], dict[bool, dict[str, Any]]] = defaultdict(dict)
    for row in session.records(question.fill(sql("driver_cells")), question.parameters):
        kind = _KIND_OF.get(row["origin"], "charge")
        key = tuple((name, row[name]) for name in _KEY_OF[kind])
        _add(sums[kind, key].setdefault(row["is_now"], {}), row)
    seats = _seats(model, question) if any(kind == "seats" for kind, _ in sums) else {}
    known = {each.id: each.id for each in CATEGORIES}
    return [
        Cell(
            key,
            kind,
            (known.get(dict(key)["category"] or "", ""), dict(key).get("use_case")),
            _side(kind, key, sides.get(False), seats, is_now=False),
            _side(kind, key, sides.get(True), seats, is_now=True),
        )
        for (kind, key), sides in sums.items()
    ]


def _add(held: dict[str, Any], row: Mapping[str, Any]) -> None:
    for name in ("missing", "rows", "usage_rows", "unpriced_rows"):
        held[name] = held.get(name, 0) + int(row[name] or 0)
    for name in ("cost", "minutes"):
        held[name] = plus(held.get(name), row[name])
    for name in ("input_tokens", "output_tokens"):
        if row[name] is not None:
            held[name] = held.get(name, 0) + int(row[name])


def _side(
    kind: Kind,
    key: tuple[tuple[str, str | None], ...],
    held: Mapping[str, Any] | None,
    seats: Mapping[tuple[bool, str | None, str | None], Decimal],
    *,
    is_now: bool,
) -> Side | None:
    if held is None:
        return None
    is_whole = not held["missing"] and not held["unpriced_rows"]
    cost = held["cost"]
    names = dict(key)
    if kind == "metered":
        if "input_tokens" in held or "output_tokens" in held:
            tokens = held.get("input_tokens", 0) + held.get("output_tokens", 0)
            return Side(cost, Decimal(tokens), "tokens", is_whole)
        return Side(cost, Decimal(held["usage_rows"]) or None, "calls", is_whole)
    if kind == "seats":
        return Side(cost, seats.get((is_now, names["source_name"], names["service_name"])), "seats", is_whole)
    if kind == "labour":
        minutes = held["minutes"]
        hours = None if minutes is None else as_stored(Fraction(minutes) / MINUTES_PER_HOUR)
        return Side(cost, hours, "hours", is_whole)
    return Side(cost)


def _seats(model: ReadModel, question: Question) -> dict[tuple[bool, str | None, str | None], Decimal]:
    """Seats bought, per period, source and product; none where a condition keeps only some of them."""
    if any(name not in SEAT_FILTERS for name, _ in question.where):
        return {}
    parameters = question.parameters
    first, last = str(parameters["low_selected"]), str(parameters["high"])
    with model.ledger_session("utilization", first=first, last=last) as session:
        found = session.rows(sql("driver_seats"), parameters)
    return {(row[0], row[1], row[2]): row[3] for row in found}
