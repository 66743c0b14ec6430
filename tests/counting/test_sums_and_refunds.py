"""Invoices paid together, an invoice paid in parts, and a credit note with its refund: each is one money, by amounts alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counting.firm import Firm

SEPTEMBER, OCTOBER, NOVEMBER = "2026-09", "2026-10", "2026-11"


def test_two_invoices_that_one_payment_pays_count_once() -> None:
    firm = Firm()
    firm.line("2026-10-02", "250")
    firm.line("2026-10-15", "57")
    firm.line("2026-11-02", "307", books="bank", memo="collective payment")
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.effective(NOVEMBER)) == (307, None)
    assert answer.notes("proposed_pair") == 307
    assert {note["reason"] for note in answer.noted(kind="proposed_pair")} == {
        "pair:in a sum of 2, 31 days",
        "pair:in a sum of 2, 18 days",
    }


def test_an_invoice_paid_in_two_parts_counts_once() -> None:
    firm = Firm()
    firm.line("2026-10-02", "307")
    firm.line("2026-10-12", "250", books="card")
    firm.line("2026-10-20", "57", books="card")
    assert firm.count().effective() == 307


def test_a_sum_is_undone_by_one_of_its_pairs() -> None:
    firm = Firm()
    firm.line("2026-10-02", "250")
    firm.line("2026-10-15", "57")
    firm.line("2026-11-02", "307", books="bank")
    firm.declined.add(firm.count().noted(kind="proposed_pair")[0]["subject"])
    assert firm.count().effective() == 614


def test_where_two_choices_add_up_nothing_is_proposed() -> None:
    firm = Firm()
    for day, amount in ((1, "100"), (2, "60"), (3, "90"), (4, "70")):
        firm.line(f"2026-10-{day:02d}", amount)
    firm.line("2026-10-20", "160", books="card")  # 100 + 60, or 90 + 70
    assert firm.count().effective() == 480


def test_equal_invoices_stand_for_one_another_in_a_sum() -> None:
    firm = Firm()
    for day, amount in ((1, "100"), (2, "50"), (3, "50")):
        firm.line(f"2026-10-{day:02d}", amount)
    firm.line("2026-10-20", "150", books="card")
    answer = firm.count()
    assert answer.effective() == 200
    assert answer.notes("proposed_pair") == 150


def test_a_payment_with_the_tax_of_its_invoices_is_their_sum_too() -> None:
    firm = Firm()
    firm.line("2026-10-02", "100", tax_cost="19")
    firm.line("2026-10-03", "200", tax_cost="38")
    firm.line("2026-10-20", "357", books="bank")
    assert firm.count().effective() == 300


@pytest.mark.parametrize("named", ["", "c1"])
def test_a_payment_less_a_credit_note_pays_the_rest(named: str) -> None:
    firm = Firm()
    firm.line("2026-10-04", "200", invoice_number="c1")
    firm.line("2026-10-06", "70", invoice_number="c2")
    firm.line("2026-10-20", "-50", invoice_number="cn1", mentioned_numbers=named)
    firm.line("2026-10-25", "220", books="card")
    answer = firm.count()
    assert answer.effective() == 220
    assert answer.notes("proposed_pair") == 220


def test_another_vendor_currency_or_month_is_no_part_of_a_sum() -> None:
    firm = Firm()
    firm.line("2026-10-02", "250")
    firm.line("2026-10-02", "57", "anthropic")
    firm.line("2026-10-03", "57", currency="EUR")
    firm.line("2026-08-01", "57")
    firm.line("2026-10-20", "307", books="bank")
    assert firm.count().effective(vendor="openai", currency="USD") == 250 + 57 + 307


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=8), st.data())
def test_paying_some_of_the_open_invoices_at_once_adds_nothing(cents: list[int], data: st.DataObject) -> None:
    """Law: what a sum of invoices pays counts once, or, where chance offers two choices, every line counts."""
    paid = data.draw(st.lists(st.sampled_from(range(len(cents))), min_size=2, unique=True))
    firm = Firm()
    for number, amount in enumerate(cents):
        firm.line(f"2026-10-{number + 1:02d}", str(Decimal(amount) / 100))
    total = Decimal(sum(cents[number] for number in paid)) / 100
    firm.line("2026-10-25", str(total), books="bank")
    bought = Decimal(sum(cents)) / 100
    assert firm.count().effective() in (bought, bought + total)


def test_a_credit_note_and_its_refund_are_one_credit() -> None:
    firm = Firm()
    firm.line("2026-10-04", "100")
    firm.line("2026-10-05", "100", books="card")
    firm.line("2026-11-05", "-100", invoice_number="cn2")
    firm.line("2026-11-06", "-100", books="card", line_kind="refund")
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.effective(NOVEMBER)) == (100, -100)
    assert answer.notes("proposed_pair", NOVEMBER) == -100


def test_the_refund_of_a_credit_note_that_names_its_invoice_adds_nothing() -> None:
    firm = Firm()
    firm.line("2026-10-04", "500", invoice_number="o2002")
    firm.line("2026-10-05", "500", books="card")
    firm.line("2026-11-05", "-120", invoice_number="cn2003", mentioned_numbers="o2002")
    firm.line("2026-11-06", "-120", books="card", line_kind="refund")
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.effective(NOVEMBER)) == (380, 0)
    assert (answer.billed(OCTOBER), answer.billed(NOVEMBER)) == (500, -120)


def test_a_credit_under_its_invoice_s_own_number_reduces_its_month() -> None:
    firm = Firm()
    firm.line("2026-09-30", "1000", invoice_number="inv5001")
    firm.line("2026-11-12", "-100", invoice_number="inv5001", memo="Credit")
    answer = firm.count()
    assert (answer.effective(SEPTEMBER), answer.effective(NOVEMBER)) == (900, 0)
    assert (answer.billed(SEPTEMBER), answer.billed(NOVEMBER)) == (1000, -100)


# -- what an amount alone says of the months ----------------------------------------------------------


@pytest.mark.parametrize(("months", "amount"), [(6, "18000"), (12, "36000"), (24, "72000")])
def test_so_many_months_of_the_listed_seats_are_paid_ahead(months: int, amount: str) -> None:
    firm = Firm()
    for month in range(4, 8):
        firm.seats(f"2026-{month:02d}-01", "3000", "openai")
    firm.line("2026-04-01", amount, memo="Order form 7")
    answer = firm.count()
    assert [answer.effective(f"2026-{month:02d}") for month in range(4, 8)] == [3000] * 4
    assert answer.notes("prepaid", "2026-04") == 3000 * (months - 1)


@pytest.mark.parametrize("memo", ["monthly invoice", "12 additional seats"])
def test_not_where_the_words_say_otherwise(memo: str) -> None:
    firm = Firm()
    firm.seats("2026-04-01", "3000", "openai")
    firm.line("2026-04-01", "36000", memo=memo)
    assert firm.count().effective("2026-04") == 36000


def test_nor_where_the_same_is_paid_again_within_the_term() -> None:
    firm = Firm()
    for month in (4, 5):
        firm.seats(f"2026-{month:02d}-01", "3000", "openai")
        firm.line(f"2026-{month:02d}-01", "36000")
    assert firm.count().effective("2026-04") == 36000


def with_seats(first: int) -> Firm:
    """Ten seats of 40 listed from a month of 2026 to November."""
    firm = Firm()
    for month in range(first, 12):
        firm.seats(f"2026-{month:02d}-01", "400", "cursor")
    return firm


def test_quarters_paid_from_the_month_in_which_seats_are_first_listed_are_paid_ahead() -> None:
    firm = with_seats(4)
    for day in ("2026-04-01", "2026-07-01", "2026-10-01"):
        firm.line(day, "1200", "cursor")
    answer = firm.count()
    assert [answer.effective(f"2026-{month:02d}") for month in range(4, 12)] == [400] * 8


def test_a_quarter_of_seats_listed_before_could_be_either_and_is_asked_about() -> None:
    firm = with_seats(7)
    firm.line("2026-10-01", "1200", "cursor")
    answer = firm.count()
    assert [answer.effective(f"2026-{month:02d}") for month in (9, 10)] == [400, 1200]
    assert answer.notes("perhaps_twice", OCTOBER) == 800


@pytest.mark.parametrize("books", ["card", "payables"])
def test_a_bill_that_is_the_sum_of_three_exports_is_for_their_months(books: str) -> None:
    firm = Firm()
    for month, cost in (("2026-07", "100.11"), ("2026-08", "120.22"), (SEPTEMBER, "90.33")):
        firm.export(f"{month}-07", cost)
    firm.line("2026-10-05", "310.66", books=books)
    answer = firm.count()
    assert answer.effective() == Decimal("310.66")
    assert answer.effective(OCTOBER) is None


def test_a_proforma_beside_its_invoice_is_asked_about() -> None:
    firm = Firm()
    firm.line("2026-10-02", "100", invoice_number="pf7", memo="Proforma invoice ChatGPT Team")
    firm.line("2026-10-09", "100", invoice_number="o8", memo="ChatGPT Team")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 200
    assert answer.notes("perhaps_twice", OCTOBER) == 100
