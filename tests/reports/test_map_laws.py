"""Laws that hold for every question, on Larch and on made-up bookings."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published_company import ALLOCATION, Row, publish

from spendmap.published.dimensions import DIMENSIONS
from spendmap.reports.csv_map import csv_map
from spendmap.reports.explain import explain
from spendmap.reports.filters import Where, ask
from spendmap.reports.flow import MAX_LINKS, flow_report
from spendmap.reports.months import months_report
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import spend_map
from spendmap.vocabulary.exact import total as added
from spendmap.vocabulary.money import COST_BASES

TODAY = date(2026, 11, 21)
BASES = st.sampled_from(COST_BASES)
GROUPS = st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=4, unique=True)
PERIODS = st.sampled_from(["2026-10", "2026-09", "2026-Q3", "2026-Q4", "2026", "all"])
SLOW_MACHINE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def conditions(model: ReadModel) -> st.SearchStrategy[list[tuple[str, str]]]:
    known = {name: ["", *model.values(name)] for name in DIMENSIONS}
    pair = st.sampled_from(DIMENSIONS).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(known[name])))
    return st.lists(pair, max_size=3)


@SLOW_MACHINE
@given(data=st.data(), basis=BASES, by=GROUPS, period=PERIODS)
def test_rows_evidence_scopes_and_strip_add_up_to_the_total(
    model: ReadModel, data: st.DataObject, basis: str, by: list[str], period: str
) -> None:
    where = data.draw(conditions(model))
    report = spend_map(model, ask(model, today=TODAY, period=period, basis=basis, by=by, where=where))
    has_rows = any(row.rows for row in report.rows)
    assert (report.total is None) == (not report.is_captured or (has_rows and not report.by_evidence))
    assert added(row.cost for row in report.rows) == (report.total or 0)
    assert added(report.by_evidence.values()) == (report.total or 0)
    assert all(added(row.by_evidence.values()) == (row.cost or 0) for row in report.rows)
    captured = report.captured
    assert captured.ai == report.total
    assert added((captured.ai, captured.not_ai, captured.covered)) == (captured.total or 0)
    assert added(row.cost for row in report.strip if row.is_additive) == (report.total or 0)
    assert added(row.previous_cost for row in report.rows) == (report.previous_total or 0)


@SLOW_MACHINE
@given(
    data=st.data(),
    basis=BASES,
    period=PERIODS,
    figure=st.sampled_from(["total", "unowned", "dark", "not_ai", "overlap", "captured"]),
)
def test_the_rows_behind_a_figure_add_up_to_it(
    model: ReadModel, data: st.DataObject, basis: str, period: str, figure: str
) -> None:
    where = data.draw(conditions(model))
    explanation = explain(model, ask(model, today=TODAY, period=period, basis=basis, where=where), figure, size=500)
    assert explanation.adds_up
    assert added(row.cost for row in explanation.rows.items) == (explanation.figure.cost or 0)


@settings(SLOW_MACHINE, max_examples=6)
@given(basis=BASES, by=st.sampled_from([name for name in DIMENSIONS if name != "month"]), drawn=st.integers(1, 4))
def test_each_month_of_the_series_adds_up_to_that_months_total(
    model: ReadModel, basis: str, by: str, drawn: int
) -> None:
    months = months_report(model, ask(model, today=TODAY, basis=basis, by=(by,)), drawn=drawn)
    assert len(months.series) <= drawn + 1
    for index, month in list(enumerate(months.months))[-3:]:
        total = spend_map(model, ask(model, today=TODAY, period=month, basis=basis)).total
        assert added(series.values[index] for series in months.series) == (total or 0)


AMOUNT = st.decimals("-99999999999", "9999999999999999", places=12, allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", None])


@st.composite
def bookings(draw: st.DrawFn) -> Row:
    row = dict(draw(st.sampled_from(ALLOCATION)))
    row["billing_month"] = draw(st.sampled_from(["2026-09", "2026-10"]))
    row["category"] = draw(
        st.sampled_from(["agents", "evaluation", "internal_tools", "infrastructure", "unclassified"])
    )
    row["scope"] = draw(st.sampled_from(["ai", "ai", "ai", "not_ai", "covered"]))
    row["vendor"], row["department"], row["owner"] = draw(NAMES), draw(NAMES), draw(NAMES)
    row["effective_cost"] = draw(st.one_of(st.none(), AMOUNT))
    return row


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(bookings(), min_size=1, max_size=40))
def test_sums_are_exact_for_amounts_of_any_size_and_sign(rows: list[Row]) -> None:
    for number, row in enumerate(rows):
        row["allocation_id"] = f"a-{number}"
    with tempfile.TemporaryDirectory() as folder:
        model = ReadModel.open(publish(Path(folder), allocation=rows))
        question = ask(model, today=TODAY, period="2026-10", currency="USD", by=("vendor", "department"))
        report = spend_map(model, question)
        of_month = [row for row in rows if row["billing_month"] == "2026-10" and row["currency"] == "USD"]
        costs = [row["effective_cost"] for row in of_month if row["scope"] == "ai"]
        is_known = any(cost is not None for cost in costs) or (of_month and not costs)
        by_hand = added(costs) if is_known else None
        flow = flow_report(model, question)
        model.close()
    assert report.total == by_hand
    assert added(row.cost for row in report.rows) == (by_hand or 0)
    assert len(flow.links) <= MAX_LINKS
    assert all(link.cost > 0 for link in flow.links)
    from_vendors = added(link.cost for link in flow.links if link.source.startswith("vendor:"))
    assert (flow.left_out is None) == (by_hand is None)
    assert added((from_vendors, flow.left_out)) == (by_hand or 0)


@SLOW_MACHINE
@given(basis=BASES, by=GROUPS)
def test_the_csv_adds_up_to_the_total_and_every_line_says_what_it_is(
    model: ReadModel, basis: str, by: list[str]
) -> None:
    report = spend_map(model, ask(model, today=TODAY, basis=basis, by=by))
    lines = list(csv.DictReader(csv_map(report).splitlines()))
    assert added(Decimal(line["cost"]) for line in lines if line["cost"]) == report.total
    assert {(line["basis"], line["currency"], line["period"]) for line in lines} == {
        (f"{basis}_cost", "USD", "2026-10")
    }


def test_conditions_are_values_and_never_sql(model: ReadModel) -> None:
    # The same text as a known value finds nothing else; quotes and comments do not leave the parameter.
    where: Where = (("vendor", ("openai' OR '1'='1", "x'; DROP TABLE month; --")),)
    question = ask(model, today=TODAY)
    report = spend_map(model, replace(question, where=where))
    assert (report.total, report.rows) == (Decimal(0), [])
    assert spend_map(model, question).total == Decimal("2381.000000000001")
