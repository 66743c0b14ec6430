"""What is paid ahead, what comes back of it, and up to when a bill reaches: stories worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counting.firm import Answer, Firm

JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"
OCTOBER, NOVEMBER, DECEMBER = "2026-10", "2026-11", "2026-12"
YEAR = [f"2026-{month:02d}" for month in range(1, 13)]


def dark(answer: Answer, month: str) -> object:
    return answer.effective(month, standing="dark")


# -- a contract's term ------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", ["", "annual in advance", "jährlich im Voraus", "prepaid"])
def test_the_one_payment_at_the_beginning_of_a_term_pays_the_term(terms: str) -> None:
    firm = Firm()
    firm.contract("cursor", "2026-01-01", "2026-12-31", None, terms)
    firm.line("2026-01-03", "1200", "cursor", product_kind="seats")
    answer = firm.count()
    assert [answer.effective(month) for month in YEAR] == [100] * 12
    assert answer.billed(JANUARY) == 1200
    assert answer.notes("prepaid", JANUARY) == 1100


def test_an_add_on_beside_it_runs_from_its_day_to_the_end() -> None:
    firm = Firm()
    firm.contract("cursor", "2026-01-01", "2026-12-31", None, "")
    firm.line("2026-01-03", "1200", "cursor", product_kind="seats")
    firm.line("2026-07-01", "60", "cursor", product_kind="seats", memo="1 additional seat, true-up")
    answer = firm.count()
    assert [answer.effective(month) for month in YEAR] == [100] * 6 + [110] * 6


def test_terms_of_quarters_are_spread_over_their_quarters() -> None:
    firm = Firm()
    firm.contract("cursor", "2026-01-01", "2026-12-31", None, "quarterly in advance")
    firm.line("2025-12-28", "300", "cursor", product_kind="seats")
    firm.line("2026-04-02", "330", "cursor", product_kind="seats")
    answer = firm.count()
    assert [answer.effective(month) for month in YEAR[:6]] == [100, 100, 100, 110, 110, 110]


@pytest.mark.parametrize(
    ("terms", "days"),
    [
        ("monthly", ["2026-01-03"]),  # each month is paid on its own
        ("in arrears", ["2026-01-03"]),  # what comes in January is for what was
        ("", ["2026-01-03", "2026-02-03"]),  # two payments, and nothing says how far one reaches
        ("", ["2026-05-03"]),  # long after its beginning
    ],
)
def test_a_payment_that_need_not_be_for_the_term_stays_in_its_month(terms: str, days: list[str]) -> None:
    firm = Firm()
    firm.contract("cursor", "2026-01-01", "2026-12-31", None, terms)
    for day in days:
        firm.line(day, "100", "cursor", product_kind="seats")
    answer = firm.count()
    assert {day[:7]: answer.effective(day[:7]) for day in days} == {day[:7]: 100 for day in days}


def test_the_contract_of_a_tool_is_not_paid_by_an_invoice_for_calls() -> None:
    firm = Firm()
    firm.contract("openai", "2026-01-01", "2026-12-31", None, "", tool="chatgpt")
    firm.line("2026-01-03", "700", product_kind="api")
    answer = firm.count()
    assert answer.effective(JANUARY) == 700


# -- credits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [{"mentioned_numbers": "7"}, {"product_kind": "credits"}])
def test_credits_given_back_lower_the_balance_and_never_the_use(back: dict[str, str]) -> None:
    firm = Firm()
    firm.line("2026-01-10", "1000", invoice_number="7", product_kind="credits")
    firm.meter("2026-02-15", "0.30")
    firm.line("2026-03-10", "-300", line_kind="refund", **back)
    answer = firm.count()
    assert [answer.effective(month) for month in (JANUARY, FEBRUARY, MARCH)] == [0, Decimal("0.30"), 0]
    assert [answer.billed(month) for month in (JANUARY, FEBRUARY, MARCH)] == [1000, 0, -300]
    assert answer.notes("prepaid", MARCH) == Decimal("699.70")


def test_credits_pay_for_the_exports_use_and_their_rest_is_prepaid() -> None:
    firm = Firm()
    firm.export("2026-10-05", "120")
    for day in ("2026-10-01", "2026-10-11", "2026-10-21"):
        firm.line(day, "50", books="card", product_kind="credits")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.billed(OCTOBER)] == [120, 150]
    assert answer.notes("prepaid", OCTOBER) == 30
    assert dark(answer, OCTOBER) is None


def test_what_credits_pay_of_a_later_export_is_billed_there_and_only_there() -> None:
    firm = Firm()
    firm.line("2026-10-01", "150", books="card", product_kind="credits")
    firm.export("2026-10-05", "100")
    firm.export("2026-11-05", "30")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.effective(NOVEMBER)] == [100, 30]
    # 100 + 30 by the exports, the 20 nobody has used yet by the purchase
    assert [answer.billed(OCTOBER), answer.billed(NOVEMBER)] == [120, 30]


# -- dark money -------------------------------------------------------------------------------------


def test_what_comes_back_of_dark_money_is_no_longer_dark() -> None:
    firm = Firm()
    firm.line("2026-10-02", "1000", product_kind="api")
    firm.line("2026-10-20", "-250", product_kind="api", line_kind="refund")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 750
    assert dark(answer, OCTOBER) == 750


def test_a_credit_note_takes_from_its_invoices_dark_month() -> None:
    firm = Firm()
    firm.line("2026-10-02", "1000", invoice_number="7", product_kind="api")
    firm.line("2026-11-05", "-200", mentioned_numbers="7", product_kind="api", line_kind="refund")
    answer = firm.count()
    assert [answer.effective(OCTOBER), dark(answer, OCTOBER)] == [800, 800]


def test_a_refund_of_seats_leaves_dark_money_dark() -> None:
    firm = Firm()
    firm.line("2026-10-02", "1000", product_kind="api")
    firm.line("2026-10-20", "-250", product_kind="seats", line_kind="refund")
    answer = firm.count()
    assert [answer.effective(OCTOBER), dark(answer, OCTOBER)] == [750, 1000]


# -- up to when a bill reaches ----------------------------------------------------------------------


@pytest.mark.parametrize("number", ["7", None])
def test_an_invoice_of_the_whole_month_closes_it_for_its_export(number: str | None) -> None:
    firm = Firm()
    firm.export("2026-10-05", "500", invoice_number=number)
    firm.meter("2026-10-15", "100")
    firm.line("2026-11-03", "500", invoice_number=number, product_kind="api", span=("2026-10-01", "2026-10-31"))
    answer = firm.count()
    assert answer.effective(OCTOBER) == 500
    assert dark(answer, OCTOBER) == 400
    assert not answer.lines(OCTOBER, standing="not_billed_yet")


@pytest.mark.parametrize(
    ("day", "amount"),
    [("2026-10-06", "500"), ("2026-11-03", "400")],  # written before the month ends; not the export's money
)
def test_another_invoice_closes_nothing(day: str, amount: str) -> None:
    firm = Firm()
    firm.export("2026-10-05", "500")
    firm.meter("2026-10-15", "100")
    firm.line(day, amount, product_kind="api", span=("2026-10-01", "2026-10-31"))
    answer = firm.count()
    assert answer.effective(OCTOBER, standing="not_billed_yet") == 100


def test_a_payment_of_the_exports_amount_closes_nothing() -> None:
    firm = Firm()
    firm.export("2026-10-05", "500")
    firm.meter("2026-10-15", "100")
    firm.line("2026-10-31", "500", books="card", product_kind="api")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 600


# -- lag --------------------------------------------------------------------------------------------


def test_the_lag_of_the_only_account_holds_for_a_line_that_names_none() -> None:
    firm = Firm(lags={("openai", "api"): 1, ("openai", ""): 1})  # as the register's one account gives it
    firm.meter("2026-10-15", "100")
    firm.line("2026-11-05", "120", product_kind="api")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.billed(OCTOBER)] == [120, 120]
    assert dark(answer, OCTOBER) == 20
