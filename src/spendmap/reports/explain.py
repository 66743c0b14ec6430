"""Where a figure comes from: formula in words, rows, rules, prices, loads, and what is not in it.

Reads the roll-up for the figure and the ledger's Parquet files for its rows. Writes nothing.
Invariant: the contributing allocation rows add up to the figure the map shows, exactly; when they do
not (the ledger moved on without its roll-ups), `adds_up` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.reports.dimensions import unknown_label
from spendmap.reports.facts import is_captured
from spendmap.reports.figure import Figure, conditions_in_words, read_figure
from spendmap.reports.figures import Tally, sum_told
from spendmap.reports.filters import Question
from spendmap.reports.lineage import LoadUsed, PriceUsed, loads_and_prices
from spendmap.reports.overlap import OverlapLens
from spendmap.reports.paging import check_page, check_size, page_of
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import captured_money, other_currencies, select_rows
from spendmap.reports.sql import sql
from spendmap.vocabulary.errors import UsageError

METHODS = {
    "whole": "the whole charge",
    "stated_share": "the share of a charge that a rule states",
    "metered": "metered usage at its own price, or its part of the bill",
    "proportional": "a bill smaller than its metered usage, split in proportion",
    "dark": "billed, and no telemetry says by what",
    "rate": "hours at a loaded rate, seats at their stated price",
}


@dataclass(frozen=True)
class FigureValue:
    """The figure as the map shows it. None: it has rows and none has a cost on this basis."""

    cost: Decimal | None
    currency: str
    basis: str


@dataclass(frozen=True)
class ExplainRow:
    """One allocation row: the share of one charge, or of one day's usage of one key, that an object carries."""

    allocation_id: str
    charge_date: date | None
    origin: str
    origin_key: str
    source_name: str
    scope: str
    category: str | None
    method: str
    layer: str
    vendor: str | None
    vendor_account: str | None
    supplier_name: str | None
    model: str | None
    service_name: str | None
    tool: str | None
    agent: str | None
    use_case: str | None
    department: str | None
    cost_center: str | None
    owner: str | None
    environment: str | None
    evidence: str | None
    cost: Decimal | None
    usage_rows: int | None
    unpriced_rows: int | None
    input_tokens: int | None
    output_tokens: int | None
    minutes: Decimal | None
    scope_rule: str | None
    category_rule: str | None
    attribution_rule: str | None


SORTABLE = tuple(ExplainRow.__dataclass_fields__)


@dataclass(frozen=True)
class ExplainRows:
    """One page of the contributing rows; `total` rows in all."""

    total: int
    page: int
    size: int
    items: list[ExplainRow]


@dataclass(frozen=True)
class RuleUsed:
    """A rule that decided rows of the figure. `decides` is scope, category or attribution."""

    id: str
    decides: str
    why: str | None
    source: str | None
    rows: int
    cost: Decimal | None


@dataclass(frozen=True)
class MethodUsed:
    """How a part of the money came onto its rows."""

    method: str
    about: str
    rows: int
    cost: Decimal | None


@dataclass(frozen=True)
class Explanation:
    """A figure taken apart. `lineage_of` says whether `prices` and `loads` are of the whole figure or the page."""

    title: str
    figure: FigureValue
    formula: str
    adds_up: bool
    by_evidence: dict[str, Decimal]
    methods: list[MethodUsed]
    precedence: list[str]
    rows: ExplainRows
    rules: list[RuleUsed]
    prices: list[PriceUsed]
    loads: list[LoadUsed]
    lineage_of: str
    not_in_here: list[str]
    version: str


def explain(
    model: ReadModel, question: Question, figure: str = "total", *, page: int = 1, size: int = 50, sort: str = "-cost"
) -> Explanation:
    """Take a figure apart, with one page of its rows.

    Args:
        sort: a column of the rows, `-` before it for the biggest first; unknown values come last.
    Raises:
        UsageError: unknown figure or column, or a page that does not exist.
        SourceUnreadableError: the ledger files behind the figures are gone.
    """
    chosen = read_figure(model, question, figure)
    check_page(page)
    check_size(size)
    order = _order(sort)
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)
        shown = session.records(chosen.sql(sql("rollup_figure"), in_ledger=False), chosen.parameters)[0]
    period = question.period
    with model.ledger_session("allocation", first=period.first, last=period.last) as session:
        summary = session.records(chosen.sql(sql("contributing_summary"), in_ledger=True), chosen.parameters)
        whole = Tally()
        for row in summary:
            counts = {"rows": row["rows"], "missing": row["missing"], "unpriced": row["unpriced_rows"]}
            whole.add(row["cost"], evidence=row["evidence"], **counts)
        skip = page_of(whole.rows, page, size)
        text = chosen.sql(sql("contributing_rows"), in_ledger=True).replace("{order}", order)
        items = [ExplainRow(**row) for row in session.records(text, {**chosen.parameters, "size": size, "skip": skip})]
    origins = {row["origin"] for row in summary}
    loads, prices = loads_and_prices(model, chosen, origins)
    return Explanation(
        title=chosen.title,
        figure=FigureValue(
            sum_told(shown["cost"], shown["rows"], is_captured=captured), question.currency, question.basis
        ),
        formula=_formula(model, chosen, whole),
        adds_up=(shown["cost"], int(shown["rows"])) == (whole.cost, whole.rows),
        by_evidence=whole.evidence_mix,
        methods=_methods(summary),
        precedence=list(model.meta.precedence),
        rows=ExplainRows(whole.rows, page, size, items),
        rules=_rules(model, summary),
        prices=prices,
        loads=loads,
        lineage_of="figure",
        not_in_here=_not_in_here(model, chosen, whole),
        version=model.version,
    )


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    if name not in SORTABLE:
        raise UsageError(
            f"rows are not sorted by {name[:80]!r}.",
            next_step=f"Known: {', '.join(SORTABLE)}; - before it for descending.",
        )
    direction = "DESC" if sort.startswith("-") else "ASC"
    return f"{name} {direction} NULLS LAST, allocation_id"


def _formula(model: ReadModel, figure: Figure, whole: Tally) -> str:
    question = figure.question
    conditions = conditions_in_words(model, question)
    words = f"{question.basis}_cost in {question.currency}, added up over {whole.rows} allocation rows: {figure.what}"
    words += f", of the UTC days from {question.period.start:%Y-%m-%d} up to but without {question.period.end:%Y-%m-%d}"
    words += (", where " + " and ".join(conditions) if conditions else "") + "."
    if whole.missing:
        words += f" Rows of these without {question.basis} cost, which add nothing: {whole.missing}."
    return words


def _methods(summary: Sequence[Mapping[str, Any]]) -> list[MethodUsed]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in summary:
        tallies[row["method"] or ""].add(row["cost"], rows=row["rows"])
    found = [
        MethodUsed(method, METHODS.get(method, unknown_label("method")), tally.rows, tally.cost)
        for method, tally in tallies.items()
    ]
    return sorted(found, key=lambda each: (-(each.cost or Decimal(0)), each.method))


def _rules(model: ReadModel, summary: Sequence[Mapping[str, Any]]) -> list[RuleUsed]:
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for row in summary:
        for decides in ("scope", "category", "attribution"):
            if rule := row[f"{decides}_rule"]:
                tallies[rule, decides].add(row["cost"], rows=row["rows"])
    found = []
    for (rule, decides), tally in tallies.items():
        about = model.meta.rules.get(rule, {})
        found.append(
            RuleUsed(rule, decides, _text(about.get("why")), _text(about.get("source")), tally.rows, tally.cost)
        )
    return sorted(found, key=lambda each: (-(each.cost or Decimal(0)), each.id, each.decides))


def _not_in_here(model: ReadModel, figure: Figure, whole: Tally) -> list[str]:
    """What a reader could think is inside and is not."""
    question = figure.question
    said: list[str] = []
    if whole.unpriced:
        said.append(f"Usage rows without a price: {whole.unpriced}. Their cost is unknown, not zero.")
    if whole.missing:
        said.append(f"Allocation rows without {question.basis} cost: {whole.missing}.")
    if figure.is_additive:
        with model.session() as session:
            select_rows(session, question)
            has_rows = is_captured(model, session, question.currency, question.period)
            captured = captured_money(session, question, is_captured=has_rows)
            others = other_currencies(model, session, question)
            lens = OverlapLens(model, question, session)
            overlap = lens.report(question.period.first, question.period.last, is_captured=has_rows)
        said += _beside(captured.not_ai, question.currency, "captured that no rule calls AI (not_ai)")
        said += _beside(captured.covered, question.currency, "already counted from a finer source (covered)")
        said += [f"AI money in {each.currency}: currencies are never added." for each in others if each.ai]
        if figure.name == "total":
            said += _beside(overlap.cost, question.currency, "of overlap is inside, once: the lens is not added again")
    said.append("What no source was captured for: see the sources and their scope.")
    return said


def _beside(cost: Decimal | None, currency: str, what: str) -> Iterable[str]:
    return [f"{cost:,.2f} {currency} {what}."] if cost else []


def _text(value: object) -> str | None:
    return None if value is None else str(value)
