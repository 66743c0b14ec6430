"""The map of Larch, figure by figure. The sums are worked out at the head of `published_company.py`."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from published_company import ALLOCATION, publish
from write_golden import GOLDEN, golden_documents, golden_text

from spendmap.reports.filters import ask
from spendmap.reports.read_model import ReadModel
from spendmap.reports.spend_map import SpendMapReport, spend_map

TODAY = date(2026, 11, 21)
TOTAL = Decimal("2381.000000000001")


@pytest.fixture(scope="module")
def october(model: ReadModel) -> SpendMapReport:
    return spend_map(model, ask(model, today=TODAY))


@pytest.fixture(scope="module")
def documents(model: ReadModel) -> dict[str, Any]:
    return golden_documents(model)


def test_the_default_is_the_last_full_month_on_effective_cost(october: SpendMapReport) -> None:
    assert (october.period.label, october.basis, october.currency) == ("2026-10", "effective", "USD")
    assert (october.period.start, october.period.end) == ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")


def test_the_total_holds_every_last_digit_and_no_other_scope_or_currency(october: SpendMapReport) -> None:
    assert october.total == TOTAL
    assert october.previous_total == Decimal(1405)  # 700 + 200 + 450 + 55


def test_each_category_is_what_its_bookings_add_up_to(october: SpendMapReport) -> None:
    assert {row.keys["category"]: row.cost for row in october.rows} == {
        "infrastructure": Decimal(800),  # 900 less a credit of 100
        "internal_tools": Decimal(600),
        "human_review": Decimal("310.75"),
        "product_inference": Decimal(300),
        "data_preparation": Decimal(200),
        "agents": Decimal("80.000000000001"),
        "evaluation": Decimal("75.25"),
        "unclassified": Decimal(15),
    }


def test_the_evidence_mix_grades_the_whole_total(october: SpendMapReport) -> None:
    assert october.by_evidence == {
        "invoiced": Decimal(1345),  # 900 - 100 + 250.10 + 49.90 + 30 + 200 + 15
        "metered": Decimal("80.000000000001"),
        "contracted": Decimal(570),  # 450 + 120
        "declared": Decimal(386),  # 75.25 + 310.75
    }


def test_captured_money_is_ai_and_not_ai_and_covered(october: SpendMapReport) -> None:
    captured = october.captured
    assert (captured.ai, captured.not_ai, captured.covered) == (TOTAL, Decimal("5012.5"), Decimal(300))
    assert captured.total == Decimal("7693.500000000001")


def test_unpriced_usage_is_counted_and_is_not_zero(october: SpendMapReport, model: ReadModel) -> None:
    unpriced = october.unpriced
    assert (unpriced.rows, unpriced.input_tokens, unpriced.output_tokens) == (3, 5000, 700)
    assert [(each.provider, each.model, each.rows) for each in unpriced.by_model] == [("acme", "acme-lm", 3)]
    by_model = spend_map(model, ask(model, today=TODAY, by=("model",)))
    acme = next(row for row in by_model.rows if row.keys["model"] == "acme-lm")
    assert (acme.cost, acme.unpriced_rows, acme.missing_rows) == (None, 3, 1)
    assert by_model.total == TOTAL  # one unknown cost does not make the sum unknown


def test_unclassified_unallocated_and_dark_money_stay_visible(october: SpendMapReport) -> None:
    assert (october.unclassified.cost, october.unclassified.rows) == (Decimal(15), 1)
    assert (october.unallocated.cost, october.unallocated.rows) == (Decimal("64.9"), 2)  # dark 49.90 + replicate 15
    assert october.unallocated.share == Decimal("0.027257")  # 64.9 / 2381.000000000001
    assert october.dark.cost == Decimal("49.9")
    assert [(each.vendor, each.account, each.cost) for each in october.dark.accounts] == [
        ("openai", "org-1", Decimal("49.9"))
    ]


def test_coverage_says_how_much_has_an_owner_a_department_and_evidence(october: SpendMapReport) -> None:
    owned, allocated, evidenced = october.coverage.owned, october.coverage.allocated, october.coverage.evidenced
    # dana 900 - 100 + 200, ines 250.10 + 80.000000000001 + 310.75, omar 120
    assert (owned.cost, owned.share) == (Decimal("1760.850000000001"), Decimal("0.739542"))
    assert (allocated.cost, allocated.share) == (Decimal("2316.100000000001"), Decimal("0.972743"))  # all but 64.90
    assert (evidenced.cost, evidenced.share) == (Decimal("1425.000000000001"), Decimal("0.598488"))


def test_overlap_is_a_lens_over_tools_of_two_vendors_and_adds_nothing(october: SpendMapReport) -> None:
    # Both assistants overlap; the note taker is the only one of its capability.
    assert october.overlap.cost == Decimal(570)
    assert [(each.capability, [tool.tool for tool in each.tools]) for each in october.overlap.capabilities] == [
        ("assistant", ["chatgpt_team", "claude_team"])
    ]
    strip = {row.category: row for row in october.strip}
    assert (strip["overlap"].cost, strip["overlap"].is_additive) == (Decimal(570), False)
    assert sum(row.cost or 0 for row in october.strip if row.is_additive) == TOTAL


def test_a_capability_still_overlaps_for_the_one_who_looks_at_a_single_vendor(model: ReadModel) -> None:
    only = spend_map(model, ask(model, today=TODAY, where=[("vendor", "openai")]))
    assert only.overlap.cost == Decimal(450)


def test_the_strip_keeps_the_order_of_the_document(october: SpendMapReport) -> None:
    assert [row.category for row in october.strip] == [
        "infrastructure",
        "product_inference",
        "internal_tools",
        "agents",
        "data_preparation",
        "evaluation",
        "overlap",
        "human_review",
        "unclassified",
    ]
    tools = october.strip[2]
    assert [(each.month, each.cost) for each in tools.series[-3:]] == [
        ("2026-08", None),  # nothing captured is not nothing spent
        ("2026-09", Decimal(505)),
        ("2026-10", Decimal(600)),
    ]
    assert len(tools.series) == 13
    assert [(each.vendor, each.cost) for each in tools.top] == [
        ("openai", Decimal(450)),
        ("anthropic", Decimal(120)),
        ("otter", Decimal(30)),
    ]
    assert (tools.owned_share, tools.allocated_share) == (Decimal("0.2"), Decimal(1))


def test_billed_cost_counts_only_what_was_billed_and_says_what_was_not(model: ReadModel) -> None:
    billed = spend_map(model, ask(model, today=TODAY, basis="billed"))
    assert billed.total == Decimal(1445)  # 1000 - 100 + 250.10 + 49.90 + 30 + 200 + 15
    assert billed.missing_rows == 6  # claude, acme, two seats, two kinds of work
    assert "AI rows without billed cost: 6. The total is the sum of the others." in billed.notes


def test_a_vendor_that_is_gone_stays_on_the_map_so_the_comparison_adds_up(model: ReadModel) -> None:
    by_vendor = spend_map(model, ask(model, today=TODAY, by=("vendor",)))
    gone = next(row for row in by_vendor.rows if row.keys["vendor"] == "oldvendor")
    assert (gone.cost, gone.rows, gone.previous_cost) == (Decimal(0), 0, Decimal(55))
    assert sum(row.previous_cost or 0 for row in by_vendor.rows) == by_vendor.previous_total


def test_nothing_is_compared_with_a_month_that_was_not_captured(model: ReadModel) -> None:
    september = spend_map(model, ask(model, today=TODAY, period="2026-09"))
    assert (september.total, september.previous_total) == (Decimal(1405), None)
    assert all(row.previous_cost is None for row in september.rows)
    assert "Nothing is captured for 2026-08, so there is nothing to compare with." in september.notes


def test_currencies_are_listed_apart_and_never_added(october: SpendMapReport, model: ReadModel) -> None:
    assert [(each.currency, each.ai, each.not_ai, each.covered) for each in october.other_currencies] == [
        ("EUR", Decimal(40), Decimal(10), Decimal(0))
    ]
    assert spend_map(model, ask(model, today=TODAY, currency="EUR")).total == Decimal(40)


def test_suppliers_no_rule_called_ai_are_listed_biggest_first(october: SpendMapReport) -> None:
    assert [(each.supplier, each.cost) for each in october.not_ai_top] == [
        ("Office Rent Ltd", Decimal(5000)),
        ("=1+1", Decimal("12.5")),
    ]


def test_owned_and_unowned_are_the_whole_for_every_dimension(model: ReadModel) -> None:
    for name in ("owner", "department", "cost_center", "use_case", "tool", "agent", "vendor", "model"):
        values = ["", *model.ai_values(name)]
        parts = [spend_map(model, ask(model, today=TODAY, where=[(name, value)])).total for value in values]
        assert sum(part or 0 for part in parts) == TOTAL, name


def test_a_filter_that_matches_nothing_gives_zero_and_names_itself(model: ReadModel) -> None:
    empty = spend_map(model, ask(model, today=TODAY, where=[("department", "legal")]))
    assert (empty.total, empty.rows, empty.unallocated.share) == (Decimal(0), [], None)
    assert "No AI row of 2026-10 in USD has department = legal." in empty.notes


def test_tokens_of_a_group_that_holds_priced_calls_too_are_said_to_be_at_most(tmp_path: Path) -> None:
    mixed = [dict(row) for row in ALLOCATION if row["allocation_id"] == "a-g-gpt5"]
    mixed[0]["unpriced_rows"] = 1  # one of its two calls
    report_model = ReadModel.open(publish(tmp_path, allocation=mixed))
    report = spend_map(report_model, ask(report_model, today=TODAY))
    assert (report.unpriced.rows, report.unpriced.input_tokens) == (1, 1_000_000)
    assert any("at most" in note for note in report.notes)


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("larch_*.json")))
def test_the_reports_of_larch_are_the_golden_documents(documents: dict[str, Any], name: str) -> None:
    # `python tests/reports/write_golden.py` writes them anew after a wanted change.
    assert golden_text(documents[name]) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def test_money_in_the_golden_documents_is_text_and_never_a_float() -> None:
    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [each for part in value.values() for each in numbers(part)]
        if isinstance(value, list):
            return [each for part in value for each in numbers(part)]
        return [value] if isinstance(value, float) else []

    for path in sorted(GOLDEN.glob("larch_*.json")):
        assert numbers(json.loads(path.read_text(encoding="utf-8"))) == [], path.name
