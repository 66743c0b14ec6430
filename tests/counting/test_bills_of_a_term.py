"""One invoice for several months meets the exports of those months: what they bill counts once, in its months."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counting.firm import Answer, Firm

QUARTER = ("2026-07-01", "2026-09-30")
JULY, AUGUST, SEPTEMBER = "2026-07", "2026-08", "2026-09"
BOOKS = pytest.mark.parametrize("books", ["card", "payables"])


def by_month(answer: Answer) -> dict[str, Decimal]:
    """Effective cost of every month that has any."""
    months = sorted({row["billing_month"] for row in answer.rows})
    return {month: cost for month in months if (cost := answer.effective(month))}


@BOOKS
def test_a_quarter_s_invoice_is_the_three_months_exports(books: str) -> None:
    firm = Firm()
    for month, cost in ((JULY, "90"), (AUGUST, "100"), (SEPTEMBER, "110")):
        firm.export(f"{month}-07", cost)
    firm.line("2026-10-05", "300", span=QUARTER, books=books)
    answer = firm.count()
    assert by_month(answer) == {JULY: 90, AUGUST: 100, SEPTEMBER: 110}
    assert answer.billed() == 300


@BOOKS
def test_what_is_above_all_months_exports_counts_over_the_months(books: str) -> None:
    firm = Firm()
    for month, cost in ((JULY, "90"), (AUGUST, "100"), (SEPTEMBER, "80")):
        firm.export(f"{month}-07", cost)
    firm.line("2026-10-05", "300", span=QUARTER, books=books)  # 30 above 270: 10 a month
    assert by_month(firm.count()) == {JULY: 100, AUGUST: 110, SEPTEMBER: 90}


@BOOKS
def test_a_year_paid_ahead_costs_a_twelfth_in_the_months_no_export_has_yet(books: str) -> None:
    firm = Firm()
    for month in ("2026-01", "2026-02"):
        firm.export(f"{month}-07", "100", kind="seats")
    firm.line("2026-01-05", "1200", span=("2026-01-01", "2026-12-31"), product_kind="seats", books=books)
    answer = firm.count()
    assert by_month(answer) == {f"2026-{month:02d}": Decimal(100) for month in range(1, 13)}
    assert answer.effective() == 1200


def test_the_purchase_of_a_year_in_one_month_s_export_is_its_invoice() -> None:
    firm = Firm()
    firm.export("2026-01-07", "1200", kind="seats")
    firm.export("2026-02-07", "15", kind="seats")
    firm.line("2026-01-05", "1200", span=("2026-01-01", "2026-12-31"), product_kind="seats")
    assert firm.count().effective() == 1215


def test_an_invoice_and_its_payment_meet_the_same_quarter() -> None:
    firm = Firm()
    for month in (JULY, AUGUST, SEPTEMBER):
        firm.export(f"{month}-07", "100")
    firm.line("2026-10-05", "300", span=QUARTER, invoice_number="7")
    firm.line("2026-10-20", "300", books="bank", mentioned_numbers="7")
    firm.line("2026-10-21", "300", vendor="anthropic", books="bank")
    assert firm.count().effective(vendor="openai") == 300


@settings(max_examples=15)
@given(
    st.lists(st.integers(0, 200), min_size=3, max_size=3), st.integers(1, 700), st.sampled_from(["card", "payables"])
)
def test_whatever_is_exported_and_paid_the_larger_counts(exported: list[int], paid: int, books: str) -> None:
    firm = Firm()
    for month, cost in zip((JULY, AUGUST, SEPTEMBER), exported, strict=True):
        if cost:
            firm.export(f"{month}-07", str(cost))
    firm.line("2026-10-05", str(paid), span=QUARTER, books=books)
    total = firm.count().effective() or Decimal(0)
    assert max(sum(exported), paid) <= total <= sum(exported) + paid
    if all(exported):
        assert total == max(sum(exported), paid)
