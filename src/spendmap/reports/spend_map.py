"""The spend map: AI money of a period by group, how sure we are of it, and what is not in it.

Reads the `month` roll-up of one published version. Money in one currency on one cost basis; other
currencies are listed beside it and never added.
Invariants, exact to the last stored digit: the rows add up to `total`; `by_evidence` adds up to
`total`; `captured.ai` is `total` and `captured.total` is ai + not_ai + covered. Each of them is None where it is not
known, by the rule of `figures.sum_told`, and is then in no sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from spendmap.capture.waiting import waiting
from spendmap.categories import UNCLASSIFIED
from spendmap.engine.reader import ReadSession
from spendmap.reports.dimensions import category_of
from spendmap.reports.facts import facts_of, is_captured
from spendmap.reports.figures import Tally, share_of, sum_known, sum_told
from spendmap.reports.filters import Question
from spendmap.reports.named import Dark, DarkAccount, Named, named
from spendmap.reports.overlap import Overlap, OverlapLens
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.strip import StripRow, build_strip
from spendmap.reports.views import MapRow, PeriodView

EVIDENCED = ("invoiced", "metered")


@dataclass(frozen=True)
class Captured:
    """Everything captured in the period: ai + not_ai + covered = total.

    `settled`: payments of cards' own bills, as their lines are signed; they buy nothing and are in none of the others.
    """

    ai: Decimal | None
    not_ai: Decimal | None
    covered: Decimal | None
    total: Decimal | None
    settled: Decimal | None
    settled_rows: int


@dataclass(frozen=True)
class UnpricedModel:
    """Usage of one model that no price was in force for."""

    provider: str | None
    model: str | None
    rows: int
    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True)
class Unpriced:
    """Usage that waits for a price, and people's work that waits for a rate. It is in no sum, and it is not zero."""

    rows: int  # of both
    input_tokens: int | None
    output_tokens: int | None
    by_model: list[UnpricedModel]
    work_rows: int = 0
    work_minutes: Decimal | None = None  # not known where other work of the same kind and place has a rate


@dataclass(frozen=True)
class Unclassified:
    """AI money no rule placed in a category; in the total."""

    cost: Decimal | None
    rows: int


@dataclass(frozen=True)
class Unallocated:
    """AI money tied to no use case, agent, tool or department; in the total."""

    cost: Decimal | None
    rows: int
    share: Decimal | None


@dataclass(frozen=True)
class Covered:
    """A part of the total and its share of it."""

    share: Decimal | None
    cost: Decimal | None


@dataclass(frozen=True)
class Coverage:
    """`owned` has an owner; `allocated` a department or cost centre; `evidenced` was invoiced or metered."""

    owned: Covered
    allocated: Covered
    evidenced: Covered


@dataclass(frozen=True)
class NotAiSupplier:
    """A supplier whose money no rule called AI."""

    supplier: str | None
    cost: Decimal
    rows: int


@dataclass(frozen=True)
class OtherCurrency:
    """Money of the period in another currency, per scope."""

    currency: str
    ai: Decimal | None
    not_ai: Decimal | None
    covered: Decimal | None


@dataclass(frozen=True)
class SpendMapReport:
    """The map of one question. Money is known money; `missing_rows` AI rows have no cost on this basis.

    `is_captured` False: no row of any scope is captured for the period in this currency, so no sum of it is known.
    """

    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    as_of: str | None
    by: list[str]
    where: dict[str, list[str]]
    total: Decimal | None
    previous_total: Decimal | None
    missing_rows: int
    is_captured: bool
    rows: list[MapRow]
    by_evidence: dict[str, Decimal]
    strip: list[StripRow]
    captured: Captured
    unpriced: Unpriced
    unclassified: Unclassified
    unallocated: Unallocated
    dark: Dark
    named: Named
    coverage: Coverage
    overlap: Overlap
    not_ai_top: list[NotAiSupplier]
    precedence: list[str]
    other_currencies: list[OtherCurrency]
    notes: list[str]
    version: str


def spend_map(model: ReadModel, question: Question) -> SpendMapReport:
    """Answer one question from one published version."""
    with model.session() as session:
        parameters = select_rows(session, question)
        facts = facts_of(model, question, session)
        totals = _Totals.of(question, facts)
        captured = is_captured(model, session, question.currency, question.period)
        compares = is_captured(model, session, question.currency, question.compare)
        last_captured = is_captured(model, session, question.currency, question.last_month)
        lens = OverlapLens(model, question, session)
        unpriced, is_mixed = _unpriced(session, parameters) if totals.now.unpriced else (_all_priced(captured), False)
        others = other_currencies(model, session, question)
        now = totals.now
        accounts = _dark(session, parameters) if totals.dark.rows else []
        told = named(model, question, session, accounts, is_captured=captured, is_end_captured=last_captured)
        unallocated = totals.unallocated.told(is_captured=captured)
        return SpendMapReport(
            period=PeriodView.of(question.period),
            compare=PeriodView.of(question.compare) if question.compare else None,
            currency=question.currency,
            basis=question.basis,
            as_of=model.meta.generated_at,
            by=list(question.by),
            where={name: list(values) for name, values in question.where},
            total=now.told(is_captured=captured),
            previous_total=totals.before.told(is_captured=compares),
            missing_rows=now.missing,
            is_captured=captured,
            rows=_rows(model, question, session, captured=captured, compares=compares),
            by_evidence=now.evidence_mix,
            strip=build_strip(model, question, facts, _vendors(session, parameters), lens, captured, compares),
            captured=captured_money(session, question, is_captured=captured),
            unpriced=unpriced,
            unclassified=Unclassified(totals.unclassified.told(is_captured=captured), totals.unclassified.rows),
            unallocated=Unallocated(unallocated, totals.unallocated.rows, share_of(unallocated, now.cost)),
            dark=told.dark,
            named=told,
            coverage=totals.coverage(is_captured=captured),
            overlap=lens.report(question.period.first, question.period.last, is_captured=captured),
            not_ai_top=[NotAiSupplier(*row) for row in session.rows(sql("not_ai_top"), parameters)],
            precedence=list(model.meta.precedence),
            other_currencies=others,
            notes=_notes(model, question, totals, others, compares=compares, is_mixed=is_mixed),
            version=model.version,
        )


@dataclass
class _Totals:
    """Every sum of the headline, taken in one pass over the facts."""

    now: Tally
    before: Tally
    owned: Tally
    allocated: Tally
    evidenced: Tally
    unclassified: Tally
    unallocated: Tally
    dark: Tally

    @classmethod
    def of(cls, question: Question, facts: Sequence[Mapping[str, Any]]) -> _Totals:
        sums = cls(*(Tally() for _ in range(8)))
        for fact in facts:
            cost, rows, missing = fact["cost"], fact["rows"], fact["missing"]
            if question.compare and question.compare.first <= fact["month"] <= question.compare.last:
                sums.before.add(cost, rows=rows)
            if not question.period.first <= fact["month"] <= question.period.last:
                continue
            sums.now.add(cost, rows=rows, missing=missing, unpriced=fact["unpriced_rows"], evidence=fact["evidence"])
            claims = (
                (sums.owned, fact["is_owned"]),
                (sums.allocated, fact["is_allocated"]),
                (sums.evidenced, fact["evidence"] in EVIDENCED),
                (sums.unallocated, fact["is_unallocated"]),
                (sums.dark, fact["is_dark"]),
                (sums.unclassified, category_of(fact["category"]) == UNCLASSIFIED),
            )
            for tally, holds in claims:
                if holds:
                    tally.add(cost, rows=rows)
        return sums

    def coverage(self, *, is_captured: bool) -> Coverage:
        parts = (each.told(is_captured=is_captured) for each in (self.owned, self.allocated, self.evidenced))
        return Coverage(*(Covered(share_of(part, self.now.cost), part) for part in parts))


def select_rows(session: ReadSession, question: Question) -> dict[str, object]:
    """Make `selected`, with only the columns that this question's queries touch; give back the parameters."""
    needed = (
        "month",
        "scope",
        "category",
        "vendor",
        "vendor_account",
        "supplier_name",
        "provider_name",
        "model",
        "evidence",
        "method",
        "origin",
        "standing",
    )
    columns = ", ".join(dict.fromkeys((*needed, *question.by)))
    parameters = question.parameters
    session.rows(question.fill(sql("selected")).replace("{columns}", columns), parameters)
    return parameters


def _rows(
    model: ReadModel, question: Question, session: ReadSession, *, captured: bool, compares: bool
) -> list[MapRow]:
    keys = ", ".join(question.by)
    text = sql("grouped").replace("{keys}", keys)
    width = len(question.by)
    now: dict[tuple[str | None, ...], Tally] = defaultdict(Tally)
    before: dict[tuple[str | None, ...], Tally] = defaultdict(Tally)
    for row in session.rows(text, question.parameters):
        evidence, is_now, is_before, cost, missing, rows, unpriced = row[width:]
        if is_now:
            now[row[:width]].add(cost, rows=rows, missing=missing, unpriced=unpriced, evidence=evidence)
        if is_before and compares:
            before[row[:width]].add(cost, rows=rows)
    rows = []
    for key in {**now, **before}:
        tally = now.get(key, Tally())
        cost, previous = tally.told(is_captured=captured), before.get(key, Tally()).told(is_captured=compares)
        rows.append(_map_row(model, question, key, tally, cost, previous))
    return sorted(rows, key=_biggest_first)


def _map_row(
    model: ReadModel,
    question: Question,
    key: tuple[str | None, ...],
    tally: Tally,
    cost: Decimal | None,
    previous: Decimal | None,
) -> MapRow:
    keys = dict(zip(question.by, key, strict=True))
    return MapRow(
        keys=keys,
        labels={name: model.label(name, value) for name, value in keys.items()},
        cost=cost,
        previous_cost=previous,
        by_evidence=tally.evidence_mix,
        rows=tally.rows,
        unpriced_rows=tally.unpriced,
        missing_rows=tally.missing,
        figure="/explain?" + question.query(question.by[0], ((name, value or "") for name, value in keys.items())),
    )


def _biggest_first(row: MapRow) -> tuple[bool, Decimal, tuple[str, ...]]:
    return row.cost is None, -(row.cost or Decimal(0)), tuple(value or "" for value in row.keys.values())


def _vendors(session: ReadSession, parameters: Mapping[str, object]) -> list[tuple[str | None, str | None, Decimal]]:
    return [(row[0], row[1], row[2]) for row in session.rows(sql("top_vendors"), parameters)]


def captured_money(session: ReadSession, question: Question, *, is_captured: bool) -> Captured:
    """All money of the period by scope. Needs `selected`."""
    found = {scope: (cost, rows) for scope, cost, rows in session.rows(sql("captured"), question.parameters)}
    settled, settled_rows = found.pop("settlement", (None, 0))
    by_scope = {scope: cost for scope, (cost, _) in found.items()}
    return Captured(
        *_by_scope(by_scope, is_captured=is_captured),
        sum_known(by_scope.values(), is_captured=is_captured),
        sum_told(settled, settled_rows, is_captured=is_captured),
        settled_rows,
    )


def _by_scope(
    found: Mapping[str, Decimal | None], *, is_captured: bool = True
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """ai, not_ai and covered money, from a sum per scope that has rows."""
    ai, not_ai, covered = (
        sum_told(found.get(scope), int(scope in found), is_captured=is_captured)
        for scope in ("ai", "not_ai", "covered")
    )
    return ai, not_ai, covered


def _all_priced(is_captured: bool) -> Unpriced:
    """No usage waits for a price; where nothing is captured, nobody knows how much there was."""
    none = 0 if is_captured else None
    return Unpriced(0, none, none, [])


def _unpriced(session: ReadSession, parameters: Mapping[str, object]) -> tuple[Unpriced, bool]:
    found = session.records(sql("unpriced"), parameters)
    models = [
        UnpricedModel(row["provider_name"], row["model"], row["rows"], row["input_tokens"], row["output_tokens"])
        for row in found
        if not row["is_work"]
    ]
    work = [row for row in found if row["is_work"]]
    work_rows = sum(row["rows"] for row in work)
    tokens_in = [each.input_tokens for each in models if each.input_tokens is not None]
    tokens_out = [each.output_tokens for each in models if each.output_tokens is not None]
    return (
        Unpriced(
            sum(each.rows for each in models) + work_rows,
            sum(tokens_in) if tokens_in or not models else None,
            sum(tokens_out) if tokens_out or not models else None,
            models,
            work_rows,
            None if not work or any(row["is_mixed"] for row in work) else sum_known(row["minutes"] for row in work),
        ),
        any(row["is_mixed"] for row in found if not row["is_work"]),
    )


def _dark(session: ReadSession, parameters: Mapping[str, object]) -> list[DarkAccount]:
    return [DarkAccount(*row) for row in session.rows(sql("dark"), parameters)]


def other_currencies(model: ReadModel, session: ReadSession, question: Question) -> list[OtherCurrency]:
    """Money of the period in every currency but the question's."""
    text = "SELECT DISTINCT currency FROM month"
    known = model.kept(("currencies",), lambda: frozenset(row[0] for row in session.rows(text)))
    if known <= {question.currency}:
        return []
    found: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    for currency, scope, cost in session.rows(question.fill(sql("other_currencies")), question.parameters):
        found[currency][scope] = cost
    return [OtherCurrency(currency, *_by_scope(scopes)) for currency, scopes in found.items()]


def _notes(
    model: ReadModel,
    question: Question,
    totals: _Totals,
    others: Sequence[OtherCurrency],
    *,
    compares: bool,
    is_mixed: bool,
) -> list[str]:
    if model.is_empty:
        refused = waiting(model.root / "quarantine")
        return [
            "Nothing is published yet: capture a source, then run `spendmap allocate`;"
            " or see a made-up company with `spendmap demo`.",
            *([f"{refused.sentence}. {refused.next_step}"] if refused else []),
        ]
    notes = list(question.notes)
    if not totals.now.rows:
        filtered = " and ".join(
            f"{name} = {' or '.join(value or '(unknown)' for value in values)}" for name, values in question.where
        )
        notes.append(
            f"No AI row of {question.period.label} in {question.currency}" + (f" has {filtered}." if filtered else ".")
        )
    if question.compare and not compares:
        notes.append(f"Nothing is captured for {question.compare.label}, so there is nothing to compare with.")
    if totals.now.missing:
        total = "not known" if totals.now.cost is None else "the sum of the others"
        notes.append(f"AI rows without {question.basis} cost: {totals.now.missing}. The total is {total}.")
    if is_mixed:
        notes.append("Tokens of unpriced usage are at most: some of their groups hold priced calls too.")
    if others:
        notes.append(
            f"Money in {', '.join(each.currency for each in others)} is listed apart: currencies are never added."
        )
    return notes
