"""The spend map: AI money of a period by group, how sure we are of it, and what is not in it.

Reads the `month` roll-up of one published version. Money in one currency on one cost basis; other
currencies are listed beside it and never added.
Invariants, exact to the last stored digit: the rows add up to `total`; `by_evidence` adds up to
`total`; `captured.ai` is `total` and `captured.total` is ai + not_ai + covered.
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
from spendmap.reports.facts import facts_of
from spendmap.reports.figures import Tally, share_of, sum_known
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
    """Everything captured in the period: ai + not_ai + covered = total."""

    ai: Decimal
    not_ai: Decimal
    covered: Decimal
    total: Decimal


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

    cost: Decimal
    rows: int


@dataclass(frozen=True)
class Unallocated:
    """AI money tied to no use case, agent, tool or department; in the total."""

    cost: Decimal
    rows: int
    share: Decimal | None


@dataclass(frozen=True)
class Covered:
    """A part of the total and its share of it."""

    share: Decimal | None
    cost: Decimal


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
    ai: Decimal
    not_ai: Decimal
    covered: Decimal


@dataclass(frozen=True)
class SpendMapReport:
    """The map of one question. Money is known money; `missing_rows` AI rows have no cost on this basis.

    `is_captured` False: no row of any scope is captured for the period in this currency, so its zeros are not known.
    """

    period: PeriodView
    compare: PeriodView | None
    currency: str
    basis: str
    as_of: str | None
    by: list[str]
    where: dict[str, list[str]]
    total: Decimal
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
        compares = has_ai(model, question, session)
        lens = OverlapLens(model, question, session)
        unpriced, is_mixed = _unpriced(session, parameters) if totals.now.unpriced else (Unpriced(0, 0, 0, []), False)
        others = other_currencies(model, session, question)
        now = totals.now
        told = named(model, question, session, _dark(session, parameters) if totals.dark.rows else [])
        return SpendMapReport(
            period=PeriodView.of(question.period),
            compare=PeriodView.of(question.compare) if question.compare else None,
            currency=question.currency,
            basis=question.basis,
            as_of=model.meta.generated_at,
            by=list(question.by),
            where={name: list(values) for name, values in question.where},
            total=now.known,
            previous_total=totals.before.known if compares else None,
            missing_rows=now.missing,
            is_captured=is_captured(model, question, session),
            rows=_rows(model, question, session, compares=compares),
            by_evidence=now.evidence_mix,
            strip=build_strip(model, question, facts, _vendors(session, parameters), lens, compares=compares),
            captured=captured_money(session, question),
            unpriced=unpriced,
            unclassified=Unclassified(totals.unclassified.known, totals.unclassified.rows),
            unallocated=Unallocated(
                totals.unallocated.known, totals.unallocated.rows, share_of(totals.unallocated.known, now.known)
            ),
            dark=told.dark,
            named=told,
            coverage=totals.coverage,
            overlap=lens.report(question.period.first, question.period.last),
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
    unclassified: Tally
    unallocated: Tally
    dark: Tally

    @classmethod
    def of(cls, question: Question, facts: Sequence[Mapping[str, Any]]) -> _Totals:
        sums = cls(*(Tally() for _ in range(7)))
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
                (sums.unallocated, fact["is_unallocated"]),
                (sums.dark, fact["is_dark"]),
                (sums.unclassified, category_of(fact["category"]) == UNCLASSIFIED),
            )
            for tally, holds in claims:
                if holds:
                    tally.add(cost, rows=rows)
        return sums

    @property
    def coverage(self) -> Coverage:
        total = self.now.known
        evidenced = sum_known(self.now.by_evidence.get(grade) for grade in EVIDENCED)
        parts = (self.owned.known, self.allocated.known, evidenced)
        return Coverage(*(Covered(share_of(part, total), part) for part in parts))


def is_captured(model: ReadModel, question: Question, session: ReadSession) -> bool:
    """Whether any row of the period is captured, of whatever scope and whatever the conditions."""
    found = model.kept(
        ("captured_months", question.currency),
        lambda: frozenset(
            row[0]
            for row in session.rows("SELECT DISTINCT month FROM month WHERE currency = $currency", question.parameters)
            if row[0]
        ),
    )
    return any(question.period.first <= month <= question.period.last for month in found)


def has_ai(model: ReadModel, question: Question, session: ReadSession) -> bool:
    """Whether the compared period was captured at all: without it, a comparison is unknown rather than zero."""
    text = "SELECT DISTINCT month FROM month WHERE scope = 'ai' AND currency = $currency"
    found = model.kept(
        ("ai_months", question.currency),
        lambda: frozenset(row[0] for row in session.rows(text, question.parameters) if row[0]),
    )
    compare = question.compare
    return compare is not None and any(compare.first <= month <= compare.last for month in found)


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
    )
    columns = ", ".join(dict.fromkeys((*needed, *question.by)))
    parameters = question.parameters
    session.rows(question.fill(sql("selected")).replace("{columns}", columns), parameters)
    return parameters


def _rows(model: ReadModel, question: Question, session: ReadSession, *, compares: bool) -> list[MapRow]:
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
    return sorted(
        (
            _map_row(model, question, key, now.get(key, Tally()), before.get(key, Tally()).shown if compares else None)
            for key in {**now, **before}
        ),
        key=_biggest_first,
    )


def _map_row(
    model: ReadModel, question: Question, key: tuple[str | None, ...], tally: Tally, previous: Decimal | None
) -> MapRow:
    keys = dict(zip(question.by, key, strict=True))
    return MapRow(
        keys=keys,
        labels={name: model.label(name, value) for name, value in keys.items()},
        cost=tally.shown,
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


def captured_money(session: ReadSession, question: Question) -> Captured:
    """All money of the period by scope. Needs `selected`."""
    by_scope = dict(session.rows(sql("captured"), question.parameters))
    ai, not_ai, covered = (by_scope.get(scope) or Decimal(0) for scope in ("ai", "not_ai", "covered"))
    return Captured(ai, not_ai, covered, sum_known((ai, not_ai, covered)))


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
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for currency, scope, cost in session.rows(question.fill(sql("other_currencies")), question.parameters):
        found[currency][scope] = cost or Decimal(0)
    return [
        OtherCurrency(currency, *(scopes.get(scope, Decimal(0)) for scope in ("ai", "not_ai", "covered")))
        for currency, scopes in found.items()
    ]


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
        notes.append(
            f"AI rows without {question.basis} cost: {totals.now.missing}. The total is the sum of the others."
        )
    if is_mixed:
        notes.append("Tokens of unpriced usage are at most: some of their groups hold priced calls too.")
    if others:
        notes.append(
            f"Money in {', '.join(each.currency for each in others)} is listed apart: currencies are never added."
        )
    return notes
