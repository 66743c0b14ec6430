"""Numbers that a vendor's documents bear are recognised in the words of its payments, and chance ties nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from counting.firm import Answer, Firm
from spendmap.capture.invoice_numbers import mentioned_numbers, normalised_number
from spendmap.capture.line_words import number_words

OCTOBER, NOVEMBER = "2026-10", "2026-11"


def said(memo: str) -> dict[str, Any]:
    """What capture keeps of a memo."""
    return {
        "memo": memo,
        "mentioned_numbers": " ".join(mentioned_numbers(memo)) or None,
        "number_words": " ".join(number_words((memo,), lambda text: text)) or None,
    }


def invoice(firm: Firm, number: str, amount: str = "1000", **more: Any) -> str:
    """A payables line of 5 October under a number."""
    return firm.line("2026-10-05", amount, invoice_number=normalised_number(number), product_kind="api", **more)


def paid(firm: Firm, memo: str, amount: str, day: str = "2026-10-20", **more: Any) -> str:
    """A card line with a memo."""
    return firm.line(day, amount, books="card", product_kind="api", **said(memo), **more)


@pytest.mark.parametrize(
    ("number", "memo"),
    [
        ("A1B2C3D4-0001", "A1B2C3D4-0001"), ("GH-0041", "gh-0041"), ("2026-10-0091", "2026-10-0091"),
        ("RE20261", "RE20261"), ("X1", "X1"), ("Invoice 8", "Invoice 8"), ("F/2026/8", "F/2026/8"), ("#91", "#91"),
        ("EUINGB26-778899", "part of EUINGB26-778899"), ("EUINGB26-778899", "EUINGB26-778899 rest"),
        ("7", "7"), ("INV-7", "Rechnung 7, Teil"), ("0007", "Facture n° 7"), ("512", "512 thanks"),
        ("RE-2026-10", "RE-2026-10"), ("Invoice 2026-10", "paid Rechnung 2026-10"), ("F 2026 8", "F-2026-8 OpenAI"),
        ("F/2026/8", "SEPA F 2026 8"), ("2026100091", "UEBERWEISUNG 2026100091 DANKE"), ("3e", "/3E/"),
        ("20261005", "20261005"), ("4.711", "Ref: 4.711"),
    ],
)  # fmt: skip
def test_two_payments_whose_memo_is_the_invoices_number_count_once(number: str, memo: str) -> None:
    firm = Firm()
    invoice(firm, number)
    paid(firm, memo, "400")
    paid(firm, memo, "600", "2026-11-03")
    answer = firm.count()
    assert answer.effective() == 1000  # 400 + 600 = the invoice of 1,000


@pytest.mark.parametrize(
    ("number", "memo", "amount"),
    [
        ("2", "2 seats", "30"), ("2", "Re: 2 seats", "30"), ("2", "Invoice for 2 users", "30"), ("12", "12 months API", "30"),
        ("120", "120 seats", "30"), ("5", "Invoice of 5 October 2026", "30"), ("10", "3 of 10", "30"),
        ("30", "30", "30"), ("3000", "USD 3,000.00 API", "3000"), ("3000", "API 3000.00", "3000"), ("3.000", "API 3.000", "3000"), ("2026", "API 2026", "30"),
        ("INV-2026", "API 2026", "30"), ("RE-2026-10", "API 2026-10", "30"), ("49", "+49 30 1234567", "30"),
        ("1234567", "+49 30 1234567", "30"), ("20261005", "card 20261005 API", "30"), ("500", "500 calls", "30"),
        ("500", "500 USD limit", "30"), ("99", "api-99-x", "30"), ("9", "Re: 9:30 call", "30"), ("2", "payment #2", "30"),
    ],
)  # fmt: skip
def test_quantities_days_amounts_and_telephones_tie_nothing(number: str, memo: str, amount: str) -> None:
    firm = Firm()
    invoice(firm, number)
    paid(firm, memo, amount)
    assert firm.count().effective() == 1000 + Decimal(amount)


def test_a_number_ties_only_within_its_vendor_and_never_the_account() -> None:
    firm = Firm()
    invoice(firm, "GH-0041")
    invoice(firm, "org-77", "5")
    paid(firm, "GH-0041", "400", vendor="anthropic")
    paid(firm, "org-77 usage", "40", account_id="org-77")
    assert firm.count().effective() == 1000 + 5 + 400 + 40


def test_one_payment_settles_two_invoices_of_one_digit() -> None:
    firm = Firm()
    invoice(firm, "INV-8", "400")
    invoice(firm, "INV-9", "600")
    paid(firm, "INV-8 and INV-9", "1000")
    answer = firm.count()
    assert [answer.effective(), answer.cost("billed_cost", scope="covered")] == [1000, 1000]


def test_an_invoice_of_one_digit_is_one_in_two_ledgers_and_on_the_card() -> None:
    firm = Firm()
    invoice(firm, "INV-7", source_name="ap")
    invoice(firm, "7", source_name="erp")
    paid(firm, "Invoice 7", "1000")
    assert firm.count().effective() == 1000


def test_payments_of_a_cloud_name_the_invoice_of_its_export() -> None:
    # the export: 50 AI of 1,000; paid 600 + 500: 1,000 covered, 100 more was paid than billed
    firm = Firm(mixed={"aws"})
    firm.export("2026-10-05", "50", "aws", kind="cloud", invoice_number="euingb26-778899")
    firm.export("2026-10-05", "950", "aws", kind="cloud", scope="not_ai", invoice_number="euingb26-778899")
    paid(firm, "part of EUINGB26-778899", "600", "2026-11-03", vendor="aws")
    paid(firm, "EUINGB26-778899 rest", "500", "2026-11-20", vendor="aws")
    answer = firm.count()
    assert answer.effective() == 50
    assert answer.cost("billed_cost", scope="covered") == 1000
    assert answer.cost("billed_cost", scope="not_ai") == 1050


def test_a_word_that_no_document_bears_leaves_a_pair_in_place() -> None:
    firm = Firm()
    firm.line("2026-10-05", "500", product_kind="api")
    paid(firm, "GPT-4o QX-17", "500")
    assert firm.count().effective() == 500  # by amount and date, a proposed pair


def test_a_net_payment_names_the_invoice_and_its_credit_note() -> None:
    firm = Firm()
    invoice(firm, "Z-5")
    firm.line("2026-11-08", "-200", invoice_number="a-6", **said("Credit for Z-5"))
    paid(firm, "A-6 / Z-5", "800", "2026-11-20")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.effective(NOVEMBER)] == [800, 0]
    assert answer.cost("billed_cost", scope="covered") == 800


def test_a_refund_of_a_credit_note_is_the_same_credit() -> None:
    firm = Firm()
    invoice(firm, "Z-5")
    firm.line("2026-10-08", "-200", invoice_number="cn-6", **said("Credit for Z-5"))
    paid(firm, "Z-5", "1000")
    paid(firm, "refund CN-6", "-150", line_kind="refund")
    paid(firm, "refund Z-5", "-100", line_kind="refund")  # 50 of it is the credit note's, 50 was never credited
    assert firm.count().effective() == 1000 - 200 - 50


def test_what_was_paid_twice_and_came_back_was_never_bought() -> None:
    firm = Firm()
    invoice(firm, "Z-5")
    paid(firm, "Z-5", "1000")
    paid(firm, "Z-5", "1000", "2026-10-21")
    paid(firm, "Z-5", "-1000", "2026-11-02", line_kind="refund")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.billed(OCTOBER), answer.effective(NOVEMBER)] == [1000, 1000, None]


# -- two currencies --------------------------------------------------------------------------------


def apart(answer: Answer) -> list[tuple[str, Decimal]]:
    """What is perhaps twice: currency and amount."""
    return sorted((note["currency"], note["amount"]) for note in answer.noted(kind="perhaps_twice"))


def test_a_number_in_two_currencies_is_named_with_both_amounts() -> None:
    firm = Firm()
    invoice(firm, "INV-4001", "92", currency="EUR")
    paid(firm, "INV-4001", "100")
    answer = firm.count()
    assert answer.effective(currency="EUR") == 92
    assert answer.effective(currency="USD") == 100
    assert apart(answer) == [("EUR", 92), ("USD", 100)]
    (note,) = answer.noted(kind="perhaps_twice", currency="USD")
    assert "4001 also stands for 92 EUR" in note["reason"]
    assert note["origin_key"].startswith("card:")


def test_parts_in_another_currency_are_each_named_and_the_document_once() -> None:
    firm = Firm()
    invoice(firm, "QX7", "92", currency="EUR")
    paid(firm, "QX7", "60")
    paid(firm, "rest QX7", "40", "2026-11-03")
    assert apart(firm.count()) == [("EUR", 92), ("USD", 40), ("USD", 60)]


def test_an_export_and_an_invoice_of_one_number_in_two_currencies_are_named() -> None:
    firm = Firm()
    firm.export("2026-10-05", "100", invoice_number="qx7")
    invoice(firm, "QX7", "92", currency="EUR")
    assert apart(firm.count()) == [("EUR", 92), ("USD", 100)]


@pytest.mark.parametrize("other", [{"vendor": "anthropic"}, {"currency": "EUR"}, {"memo": "QX8"}])
def test_another_vendor_its_own_currency_or_another_number_is_not_named(other: dict[str, str]) -> None:
    firm = Firm()
    invoice(firm, "QX7", "92", currency="EUR")
    paid(firm, other.pop("memo", "QX7"), "92", **other)
    assert apart(firm.count()) == []


def test_what_a_payment_settles_in_its_own_currency_is_not_asked_about() -> None:
    firm = Firm()
    invoice(firm, "QX7", "92", currency="EUR")
    invoice(firm, "QX8", "60")
    paid(firm, "QX7, QX8", "100")
    assert apart(firm.count()) == [("EUR", 92), ("USD", 40)]  # 60 of the 100 are QX8


# -- credits of an invoice -------------------------------------------------------------------------

YEAR = ("2026-01-01", "2026-12-31")


def months_of(answer: Answer, basis: str = "effective_cost") -> list[Decimal | None]:
    """January to December."""
    return [answer.cost(basis, f"2026-{month:02d}") for month in range(1, 13)]


@pytest.mark.parametrize("books", ["payables", "card"])
def test_a_credit_of_a_year_paid_ahead_is_spread_as_the_year_is(books: str) -> None:
    # (12,000 - 6,000) / 12 = 500 a month; billed 12,000 in January, -6,000 in July
    firm = Firm()
    firm.line("2026-01-05", "12000", invoice_number="6001", product_kind="seats", span=YEAR)
    firm.line("2026-07-05", "-6000", product_kind="seats", books=books, line_kind="refund", **said("Credit INV-6001"))
    answer = firm.count()
    assert months_of(answer) == [500] * 12
    assert months_of(answer, "billed_cost") == [12000, 0, 0, 0, 0, 0, -6000, 0, 0, 0, 0, 0]
    # paid ahead at the end of a month = billed until then - effective until then
    assert [answer.notes("prepaid", f"2026-{month:02d}") for month in (1, 6, 7, 11, 12)] == [11500, 9000, 2500, 500, 0]


def test_a_credit_that_says_its_own_months_takes_those() -> None:
    firm = Firm()
    firm.line("2026-01-05", "12000", invoice_number="6001", product_kind="seats", span=YEAR)
    firm.line("2026-07-05", "-600", product_kind="seats", span=("2026-07-01", "2026-12-31"), **said("Credit INV-6001"))
    answer = firm.count()
    assert months_of(answer) == [1000] * 6 + [900] * 6
    assert answer.billed("2026-07") == -600


def test_a_credit_of_a_contracts_payment_follows_the_contract() -> None:
    firm = Firm()
    firm.contract("grammarly", "2026-01-01", "2026-12-31", "1200")
    firm.line("2026-01-03", "1200", "grammarly", invoice_number="g1", product_kind="seats")
    firm.line("2026-09-03", "-240", "grammarly", product_kind="seats", **said("G1 credit"))
    assert months_of(firm.count()) == [80] * 12


def test_a_credit_of_an_invoice_in_parts_goes_where_the_parts_went() -> None:
    firm = Firm()  # 300 for October, 100 for November; 40 back: 30 and 10
    firm.line("2026-12-02", "300", invoice_number="q-1", product_kind="api", span=("2026-10-01", "2026-10-31"))
    firm.line("2026-12-02", "100", invoice_number="q-1", product_kind="api", span=("2026-11-01", "2026-11-30"))
    firm.line("2026-12-09", "-40", product_kind="api", **said("Gutschrift Q-1"))
    answer = firm.count()
    assert [answer.effective(month) for month in (OCTOBER, NOVEMBER, "2026-12")] == [270, 90, 0]
    assert answer.billed("2026-12") == -40


def test_a_credit_of_two_invoices_is_shared_by_their_amounts() -> None:
    firm = Firm()
    firm.line("2026-10-03", "300", invoice_number="q-1", product_kind="api")
    firm.line("2026-11-03", "100", invoice_number="q-2", product_kind="api")
    firm.line("2026-12-09", "-40", product_kind="api", **said("Q-1 Q-2"))
    answer = firm.count()
    assert [answer.effective(month) for month in (OCTOBER, NOVEMBER)] == [270, 90]


@pytest.mark.parametrize(
    ("memo", "months"),
    [("Gutschrift zu RE-2026-7001", [750, 0]), ("RE-2026-7001", [750, 0]), ("Gutschrift", [1000, -250])],
)
def test_a_credit_follows_the_service_month_of_its_invoice(memo: str, months: list[int]) -> None:
    # the invoice of 5 October is for September; the credit of 12 October with it where it names it
    firm = Firm()
    september = ("2026-09-01", "2026-09-30")
    firm.line("2026-10-05", "1000", invoice_number="2026-7001", product_kind="api", span=september)
    firm.line("2026-10-12", "-250", product_kind="api", **said(memo))
    answer = firm.count()
    assert [answer.effective("2026-09"), answer.effective(OCTOBER) or 0] == months
    assert answer.billed() == 750


def test_a_credit_follows_an_invoice_whose_month_a_lag_decides() -> None:
    firm = Firm(lags={("openai", "a"): 1})
    firm.line("2026-10-05", "1000", invoice_number="k9", product_kind="api", vendor_account="a")
    firm.line("2026-12-12", "-250", product_kind="api", vendor_account="a", **said("K9"))
    answer = firm.count()
    assert [answer.effective(month) for month in ("2026-09", OCTOBER, "2026-12")] == [750, None, 0]


def test_a_credit_of_an_exports_invoice_takes_the_months_of_the_export() -> None:
    firm = Firm()
    firm.export("2026-10-05", "1000", invoice_number="k9")
    firm.line("2026-12-12", "-250", product_kind="api", **said("K9"))
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.effective("2026-12")] == [750, 0]
    assert answer.billed("2026-12") == -250
