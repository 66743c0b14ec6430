"""A bill that comes after its month: placed by its amount, else by its date, and then asked about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counting.firm import Answer, Firm
from spendmap.vocabulary.period import month_add

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = "2026-09", "2026-10", "2026-11", "2026-12"
BOOKS = pytest.mark.parametrize("books", ["card", "payables"])


def months_of(answer: Answer) -> dict[str, Decimal]:
    """Effective cost of every month that has any."""
    months = sorted({row["billing_month"] for row in answer.rows})
    return {month: cost for month in months if (cost := answer.effective(month))}


@settings(max_examples=10)
@given(
    amounts=st.lists(st.sampled_from(["100", "100", "100", "70.5", "31.07"]), min_size=5, max_size=9),
    days=st.lists(st.integers(1, 9), min_size=9, max_size=9),
    books=st.sampled_from(["card", "payables"]),
    product=st.sampled_from([None, "api", "seats"]),
)
def test_exports_each_paid_in_the_month_after_total_just_the_exports(
    amounts: list[str], days: list[int], books: str, product: str | None
) -> None:
    firm, exported = Firm(), {}
    for number, (amount, day) in enumerate(zip(amounts, days, strict=False)):
        month = month_add("2026-01", number)
        firm.export(f"{month}-07", amount, kind=product or "api")
        firm.line(f"{month_add(month, 1)}-{day:02d}", amount, books=books, product_kind=product)
        exported[month] = Decimal(amount)
    answer = firm.count()
    assert months_of(answer) == exported
    assert answer.cost("billed_cost", scope="covered") == sum(exported.values())
    assert not answer.noted(kind="perhaps_twice")


@BOOKS
def test_two_months_of_one_amount_are_paid_in_order(books: str) -> None:
    # the line of 2 November would fit November too, and then the line of 1 December had nothing to pay
    firm = Firm()
    firm.export("2026-10-07", "100")
    firm.export("2026-11-07", "100")
    firm.line("2026-11-02", "100", books=books)
    firm.line("2026-12-01", "100", books=books)
    assert months_of(firm.count()) == {OCTOBER: 100, NOVEMBER: 100}


def test_what_was_metered_in_two_months_of_one_amount_is_billed_in_order() -> None:
    firm = Firm()
    firm.meter("2026-10-07", "100")
    firm.meter("2026-11-07", "100")
    firm.line("2026-11-02", "100")
    firm.line("2026-12-01", "100")
    assert months_of(firm.count()) == {OCTOBER: 100, NOVEMBER: 100}


def test_an_invoice_of_a_months_last_day_is_for_that_month() -> None:
    # October's use after the export's last day is billed by it, so that nothing is not billed yet
    firm = Firm()
    firm.export("2026-09-07", "100")
    firm.export("2026-10-07", "100")
    firm.meter("2026-10-20", "30")
    firm.line("2026-10-31", "100")
    answer = firm.count()
    assert months_of(answer) == {SEPTEMBER: 100, OCTOBER: 100}
    assert not answer.lines(standing="not_billed_yet")


def test_the_last_payment_of_a_month_is_the_rest_of_its_bill() -> None:
    # 50 - 20 - 20 = 10
    firm = Firm()
    firm.export("2026-10-07", "50")
    for day in ("2026-10-10", "2026-10-20"):
        firm.line(day, "20", books="card")
    firm.line("2026-11-01", "10", books="card")
    answer = firm.count()
    assert months_of(answer) == {OCTOBER: 50}
    assert not answer.noted(kind="perhaps_twice")


def test_seats_of_a_month_are_bought_in_it_and_not_for_the_month_before() -> None:
    firm = Firm()
    for month in (SEPTEMBER, OCTOBER):
        firm.seats(f"{month}-01", "760", tool="copilot")
    firm.line("2026-10-02", "760", product_kind="seats", tool="copilot")
    answer = firm.count()
    assert [answer.billed(SEPTEMBER), answer.billed(OCTOBER)] == [None, 760]


@BOOKS
def test_a_bill_of_another_amount_counts_and_is_asked_about(books: str) -> None:
    firm = Firm()
    firm.export("2026-10-07", "400")
    firm.line("2026-11-02", "396", books=books, key="late")
    answer = firm.count()
    assert months_of(answer) == {OCTOBER: 400, NOVEMBER: 396}
    (note,) = answer.noted(kind="perhaps_twice")
    assert (note["month"], note["amount"], note["origin_key"]) == (NOVEMBER, 396, f"{books}:late")
    assert "2026-10" in note["reason"] and "`invoice_lag_months: 1`" in note["reason"]


@pytest.mark.parametrize(("lag", "said"), [(1, {OCTOBER: 400}), (0, {OCTOBER: 400, NOVEMBER: 396})])
def test_the_register_settles_it_either_way(lag: int, said: dict[str, int]) -> None:
    firm = Firm(lags={("openai", ""): lag})
    firm.export("2026-10-07", "400")
    firm.line("2026-11-02", "396")
    answer = firm.count()
    assert months_of(answer) == said
    assert not answer.noted(kind="perhaps_twice")


def test_a_bill_after_metered_use_that_nobody_billed_is_asked_about() -> None:
    firm = Firm()
    firm.meter("2026-10-07", "100")
    firm.line("2026-11-02", "130")
    (note,) = firm.count().noted(kind="perhaps_twice")
    assert (note["amount"], note["month"]) == (130, NOVEMBER)


def test_a_bill_above_its_own_months_export_is_asked_about_while_the_month_before_is_unpaid() -> None:
    # 2 November: 396 is October's 400 rather than November's 300; of it 96 count in addition
    firm = Firm()
    firm.export("2026-10-07", "400")
    firm.export("2026-11-07", "300")
    firm.line("2026-11-02", "396")
    (note,) = firm.count().noted(kind="perhaps_twice")
    assert (note["amount"], note["month"]) == (96, NOVEMBER)


def test_lines_are_asked_about_up_to_what_the_month_before_has_left() -> None:
    # room 50 - 20 = 30; the lines of 5 and 6 November fill it, that of 9 November is November's
    firm = Firm()
    firm.export("2026-10-07", "50")
    firm.line("2026-10-10", "20", books="card")
    for day in ("2026-11-05", "2026-11-06", "2026-11-09"):
        firm.line(day, "18", books="card", key=day)
    notes = firm.count().noted(kind="perhaps_twice")
    assert [note["origin_key"] for note in notes] == ["card:2026-11-05", "card:2026-11-06"]


def test_what_can_be_no_bill_of_the_month_before_is_not_asked_about() -> None:
    lines: list[dict[str, Any]] = [
        {"day": "2026-12-20"},  # 49 days after October's end
        {"vendor_account": "b"},
        {"product_kind": "seats"},
        {"product_kind": "credits"},
        {"line_kind": "fee"},
        {"span": ("2026-11-01", "2026-11-30")},
        {"amount": "-396"},
        {"currency": "EUR"},
    ]
    firm = Firm()
    for number, line in enumerate([*lines, {}]):
        more = {"day": "2026-11-02", "amount": "396", **line}
        firm.export("2026-10-07", "400", f"v{number}", vendor_account="a")
        firm.line(more.pop("day"), more.pop("amount"), f"v{number}", **more)
    firm.line("2026-11-02", "396", "another")
    (asked,) = firm.count().noted(kind="perhaps_twice")
    assert asked["vendor"] == f"v{len(lines)}"


def test_an_export_of_a_product_that_no_rule_names_is_met_by_a_bill_for_calls() -> None:
    # October 400, of which the invoice says 396; November's 50 is asked about beside the 4 that are left
    firm = Firm(sold={"openai": ("api",)})
    firm.export("2026-10-07", "400", kind=None)
    firm.line("2026-10-30", "396", product_kind="api")
    firm.line("2026-11-02", "50")
    answer = firm.count()
    assert months_of(answer) == {OCTOBER: 400, NOVEMBER: 50}
    assert answer.notes("perhaps_twice", NOVEMBER) == 50


def test_an_export_of_gpus_is_not_met_by_a_bill_for_calls() -> None:
    firm = Firm(sold={"together": ("api", "cloud")})
    firm.export("2026-10-07", "1000", "together", kind="cloud")
    firm.line("2026-10-30", "300", "together", product_kind="api")
    assert firm.count().effective(OCTOBER) == 1300


def test_a_paid_month_asks_nothing_of_the_next_months_payments() -> None:
    firm = Firm()
    firm.export("2026-10-07", "400")
    firm.line("2026-10-30", "400", books="card")
    firm.line("2026-11-02", "396", books="card")
    assert not firm.count().noted(kind="perhaps_twice")
