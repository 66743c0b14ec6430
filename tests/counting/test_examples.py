"""The twenty worked examples: each alone, all in one firm, and the same digits either way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counting.examples import EXAMPLES, OCTOBER, firm_of, vendor_of
from counting.firm import Answer


@pytest.fixture(scope="module")
def together() -> Answer:
    """All examples in one firm: each speaks of a vendor of its own."""
    return firm_of(*EXAMPLES).count()


def money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("number", EXAMPLES)
def test_a_worked_example_comes_out_as_the_page_says(number: int, together: Answer) -> None:
    example, vendor = EXAMPLES[number], vendor_of(number)
    where = {"vendor": vendor, "currency": example.currency}
    assert {month: together.effective(month, **where) for month in example.effective} == {
        month: money(cost) for month, cost in example.effective.items()
    }
    assert {month: together.billed(month, **where) for month in example.billed} == {
        month: money(cost) for month, cost in example.billed.items()
    }
    for standing, cost in example.standing.items():
        assert together.effective(vendor=vendor, standing=standing) == Decimal(cost)
    if not example.standing.get("dark"):
        assert not together.effective(vendor=vendor, standing="dark")
    covered = together.cost("billed_cost", vendor=vendor, scope="covered") or Decimal(0)
    assert covered == Decimal(example.covered)
    for kind, cost in example.notes.items():
        name, _, month = kind.partition(" ")
        assert together.notes(name, month or None, vendor=vendor) == Decimal(cost)


@pytest.mark.parametrize("number", EXAMPLES)
def test_an_example_is_the_same_alone_and_among_others(number: int, together: Answer) -> None:
    alone = firm_of(number).count()
    own = {row["vendor"] for row in alone.rows}

    def figures(answer: Answer) -> list[tuple[str, ...]]:
        names = ("vendor", "billing_month", "scope", "standing", "method", "category", "effective_cost", "billed_cost")
        return sorted(tuple(str(row[name]) for name in names) for row in answer.rows if row["vendor"] in own)

    assert figures(alone) == figures(together)


def test_nothing_of_the_examples_is_perhaps_counted_twice(together: Answer) -> None:
    assert not together.noted(kind="perhaps_twice")


def test_what_carries_each_example(together: Answer) -> None:
    """The words of the last column, where they are more than a sum."""
    # 2: each use case carries its own metered cost
    assert together.effective(OCTOBER, vendor="v2", use_case="answers") == 60
    assert together.effective(OCTOBER, vendor="v2", use_case="triage") == 40
    # 4: 450 x 300/500 and 450 x 200/500
    assert together.effective(OCTOBER, vendor="v4", use_case="answers") == 270
    assert together.effective(OCTOBER, vendor="v4", use_case="triage") == 180
    # 6: what is dark is B's
    assert {row["vendor_account"] for row in together.lines(vendor="v6", standing="dark")} == {"b"}
    # 8: the departments carry their seats; the rest names the tool
    assert together.effective(vendor="v8", department="sales") == 475
    assert together.effective(vendor="v8", department="support") == 285
    assert together.effective(vendor="v8", department=None, tool="copilot") == 85
    # 9: what is not spread yet at the end of January
    assert together.notes("prepaid", "2026-01", vendor="v9") == 1100
    # 12: idle is named, list and contracted cost leave the purchase out
    assert together.effective(vendor="v12", layer="idle") == 300
    assert together.cost("list_cost", vendor="v12") == 2000
    assert together.cost("contracted_cost", vendor="v12") == 1500
    # 14: the publisher's rows count, the cloud's line names them
    (line,) = together.lines(vendor="v14-cloud")
    assert (line["scope"], line["covered_by"]) == ("covered", "export:v14:2026-08")
    # 15: 92 x 60/100 and 92 x 40/100, in euro; in dollars there is nothing
    assert together.effective(vendor="v15", use_case="answers", currency="EUR") == Decimal("55.2")
    assert together.effective(vendor="v15", currency="USD") is None
    # 17: what no model explains is not AI
    assert together.cost("billed_cost", vendor="v17", scope="not_ai") == 4700
    # 20: what the export reaches is billed, by the use case that used it
    assert together.billed(vendor="v20", use_case="answers") == 30
    assert together.billed(vendor="v20", use_case="triage") is None


def test_a_proposed_pair_is_undone_by_one_decision() -> None:
    firm = firm_of(19)
    (note,) = firm.count().noted(kind="proposed_pair")
    assert note["origin_key"] and note["other_key"] and "2 days" in note["reason"]
    firm.declined.add(note["subject"])
    undone = firm.count()
    assert undone.effective(OCTOBER) == 1000
    assert not undone.noted(kind="proposed_pair")
