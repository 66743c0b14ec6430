"""A subscription whose words say a year is spread over it, from the day it was bought; a monthly payment is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counting.firm import Answer, Firm

YEAR = [f"2026-{month:02d}" for month in range(10, 13)] + [f"2027-{month:02d}" for month in range(1, 10)]


def by_month(answer: Answer) -> dict[str, Decimal]:
    """Effective cost of every month that has any."""
    months = sorted({row["billing_month"] for row in answer.rows})
    return {month: cost for month in months if (cost := answer.effective(month))}


@pytest.mark.parametrize(
    "memo", ["Annual Pro Plan", "yearly", "12-month plan", "Jahresabo", "abonnement annuel", "1 year licence"]
)
@pytest.mark.parametrize("books", ["card", "payables"])
def test_a_year_paid_at_once_costs_a_twelfth_a_month(memo: str, books: str) -> None:
    firm = Firm()
    firm.line("2026-10-01", "1200", "midjourney", books=books, memo=memo, product_kind="plan")
    answer = firm.count()
    assert by_month(answer) == dict.fromkeys(YEAR, Decimal(100))
    assert answer.billed("2026-10") == 1200
    assert answer.notes("prepaid", "2026-10") == 1100


def test_it_begins_on_the_day_it_was_bought() -> None:
    # a contract month of 100 from the 16th: 16 of October's 31 days, 15 of them in November
    firm = Firm()
    firm.line("2026-10-16", "1200", "midjourney", memo="Annual plan", product_kind="plan")
    found = by_month(firm.count())
    assert round(found["2026-10"], 8) == round(Decimal(1600) / 31, 8)
    assert len(found) == 13
    assert sum(found.values()) == 1200


@pytest.mark.parametrize(("memo", "months"), [("2-year licence", 24), ("Quarterly plan", 3), ("6 months Team", 6)])
def test_other_lengths_are_read_too(memo: str, months: int) -> None:
    firm = Firm()
    firm.line("2026-10-01", str(10 * months), "midjourney", memo=memo, product_kind="plan")
    assert list(by_month(firm.count()).values()) == [Decimal(10)] * months


def test_the_year_it_names_is_the_year_it_is_for() -> None:
    firm = Firm()
    firm.line("2026-12-15", "1200", "midjourney", memo="Annual plan 2027", product_kind="plan")
    assert by_month(firm.count()) == {f"2027-{month:02d}": Decimal(100) for month in range(1, 13)}


@pytest.mark.parametrize(
    ("memo", "product"),
    [
        ("Annual plan, billed monthly", "plan"),
        ("annual commitment", "api"),  # use is no subscription
        ("12 months of credits", "credits"),
        ("1 month Pro", "plan"),
        ("Pro plan", "plan"),
    ],
)
def test_what_is_no_subscription_of_a_term_counts_in_its_month(memo: str, product: str) -> None:
    firm = Firm()
    firm.line("2026-10-01", "1200", "midjourney", memo=memo, product_kind=product)
    assert by_month(firm.count()) == {"2026-10": Decimal(1200)}


def test_an_annual_plan_that_is_paid_each_month_costs_what_is_paid() -> None:
    firm = Firm()
    for month in ("2026-09", "2026-10", "2026-11"):
        firm.line(f"{month}-05", "30", "cursor", memo="Annual plan", product_kind="seats", books="card")
    assert by_month(firm.count()) == {"2026-09": 30, "2026-10": 30, "2026-11": 30}


def test_two_people_who_buy_the_same_year_in_one_week_both_have_a_year() -> None:
    firm = Firm()
    firm.line("2026-10-01", "120", "cursor", memo="Annual plan", product_kind="seats", books="card")
    firm.line("2026-10-06", "120", "cursor", memo="Annual plan", product_kind="seats", books="card")
    assert sum(by_month(firm.count()).values()) == 240
    assert firm.count().billed("2026-10") == 240
    assert firm.count().effective("2026-10") < 30  # two twelfths at most, and the second one only from the 6th


def test_a_month_of_seats_paid_to_the_cent_is_that_month_whatever_its_plan_is_called() -> None:
    firm = Firm()
    firm.seats("2026-10-01", "300", "cursor")
    firm.line("2026-10-05", "300", "cursor", memo="Annual plan", product_kind="seats")
    assert by_month(firm.count()) == {"2026-10": Decimal(300)}
