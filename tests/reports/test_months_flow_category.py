"""The months, the flow and one category of Larch."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from published_company import ALLOCATION, publish

from spendmap.reports.category import category_report
from spendmap.reports.filters import ask
from spendmap.reports.flow import MAX_LINKS, flow_report
from spendmap.reports.months import OTHER_KEY, months_report
from spendmap.reports.overview import overview
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.errors import UsageError

TODAY = date(2026, 11, 21)


def test_thirteen_months_are_drawn_and_the_small_series_are_gathered(model: ReadModel) -> None:
    report = months_report(model, ask(model, today=TODAY, by=("vendor",)), drawn=2)
    assert (report.months[0], report.months[-1], len(report.months)) == ("2025-10", "2026-10", 13)
    # aws 700 + 800, openai 650 + 750, then: no vendor 386, labelco 200, anthropic 200.000000000001, oldvendor 55, ...
    assert [series.key for series in report.series] == ["aws", "openai", OTHER_KEY]
    assert report.series[0].values[-2:] == [Decimal(700), Decimal(800)]
    assert report.series[2].values[-2:] == [Decimal(55), Decimal("831.000000000001")]
    assert report.series[0].values[0] is None


def test_months_are_drawn_by_one_dimension(model: ReadModel) -> None:
    for by in (("vendor", "model"), ("month",)):
        with pytest.raises(UsageError, match="by one dimension"):
            months_report(model, ask(model, today=TODAY, by=by))


def test_money_flows_from_vendor_through_category_to_department_and_none_is_lost(model: ReadModel) -> None:
    flow = flow_report(model, ask(model, today=TODAY))
    assert flow.left_out == 0
    for column in ("vendor", "category"):
        assert sum(link.cost for link in flow.links if link.source.startswith(column)) == Decimal("2381.000000000001")
    unallocated = [link for link in flow.links if link.target == "department:"]
    assert sum(link.cost for link in unallocated) == Decimal("64.9")  # dark 49.90, replicate 15
    assert {node.id: node.label for node in flow.nodes}["department:"] == "unallocated"


def test_a_flow_of_many_vendors_stays_readable_and_keeps_its_sum(tmp_path: Path) -> None:
    rows = [
        {
            **ALLOCATION[0],
            "allocation_id": f"a-{number}",
            "vendor": f"vendor-{number % 40}",
            "department": f"department-{number % 13}",
            "category": ("agents", "evaluation", "infrastructure")[number % 3],
            "effective_cost": str(number + 1),
        }
        for number in range(120)
    ]
    model = ReadModel.open(publish(tmp_path, allocation=rows))
    flow = flow_report(model, ask(model, today=TODAY))
    assert 20 < len(flow.links) <= MAX_LINKS
    assert sum(link.cost for link in flow.links if link.source.startswith("vendor:")) == 7260  # 1 + 2 + ... + 120
    labels = [node.label for node in flow.nodes]
    assert any(label.startswith("other vendors (") for label in labels)
    assert "unallocated" in labels  # it is there even when nothing flows into it


def test_net_credit_is_left_out_of_the_flow_and_said(tmp_path: Path) -> None:
    rows = [ALLOCATION[0], {**ALLOCATION[1], "vendor": "credits"}]  # 900 of aws, -100 of another
    model = ReadModel.open(publish(tmp_path, allocation=rows))
    flow = flow_report(model, ask(model, today=TODAY))
    assert (flow.left_out, [link.cost for link in flow.links]) == (Decimal(-100), [Decimal(900), Decimal(800)])


def test_the_movers_of_a_category_come_furthest_first(model: ReadModel) -> None:
    report = category_report(model, ask(model, today=TODAY), "internal_tools", "tool")
    assert (report.total, report.previous_total) == (Decimal(600), Decimal(505))
    assert [(each.keys["tool"], each.delta) for each in report.movers] == [
        ("claude_team", Decimal(120)),
        ("old_tool", Decimal(-55)),
        ("notetaker", Decimal(30)),
        ("chatgpt_team", Decimal(0)),
    ]


def test_the_overlap_category_is_the_lens(model: ReadModel) -> None:
    report = category_report(model, ask(model, today=TODAY), "overlap", "vendor")
    assert (report.total, report.category.additive) == (Decimal(570), False)
    assert [each.labels["vendor"] for each in report.movers] == ["OpenAI", "Anthropic"]
    assert [(series.key, series.values[-1]) for series in report.months.series] == [("assistant", Decimal(570))]


def test_an_unknown_category_or_group_is_named(model: ReadModel) -> None:
    question = ask(model, today=TODAY)
    with pytest.raises(UsageError, match="no category is called 'gpu'"):
        category_report(model, question, "gpu")
    with pytest.raises(UsageError, match="movers are not grouped by 'month'"):
        category_report(model, question, "agents", "month")


def test_the_workspace_offers_only_values_that_lead_somewhere(model: ReadModel) -> None:
    found = overview(model, "Larch", TODAY)
    assert [(each.id, each.label) for each in found.dimensions["department"]] == [
        ("support", "Customer support"),
        ("data", "data"),
        ("platform", "Platform"),
        ("sales", "sales"),
    ]
    assert (found.default_period, found.currencies, found.is_empty) == ("2026-10", ["EUR", "USD"], False)
    assert [each.id for each in found.categories if not each.additive] == ["overlap"]
