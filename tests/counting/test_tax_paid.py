"""A card pays with tax what an export or a net ledger tells without: asked about, and taken off on a person's word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counting.firm import Firm

PAID_WITH_TAX = pytest.mark.parametrize(
    ("currency", "paid"), [("EUR", "119"), ("EUR", "125.5"), ("GBP", "120"), ("USD", "120"), ("CHF", "108.1")]
)


@PAID_WITH_TAX
def test_a_payment_above_its_export_by_a_rate_of_tax_is_asked_about_and_follows_the_answer(
    currency: str, paid: str
) -> None:
    firm, tax = Firm(), Decimal(paid) - 100
    firm.export("2026-10-07", "100", currency=currency)
    firm.line("2026-10-31", paid, books="card", currency=currency)
    asked = firm.count()
    assert asked.effective("2026-10") == Decimal(paid)  # nobody has said that it is tax
    (question,) = asked.noted(kind="perhaps_tax")
    assert (question["amount"], question["month"], question["currency"]) == (tax, "2026-10", currency)
    firm.declined.add(question["subject"])
    told = firm.count()
    assert told.effective("2026-10") == 100
    assert told.cost("billed_cost", "2026-10", scope="covered") == Decimal(paid)
    assert not told.noted(kind="perhaps_tax")


@PAID_WITH_TAX
def test_a_payment_above_a_net_document_by_a_rate_of_tax_is_asked_about_and_follows_the_answer(
    currency: str, paid: str
) -> None:
    firm = Firm()
    firm.line("2026-10-05", "100", books="payables", currency=currency, product_kind="api")
    firm.line("2026-10-20", paid, books="card", currency=currency)
    asked = firm.count()
    assert asked.effective("2026-10") == 100 + Decimal(paid)
    (question,) = asked.noted(kind="perhaps_tax")
    assert question["amount"] == Decimal(paid)  # what counts twice, if it pays the document
    firm.declined.add(question["subject"])
    told = firm.count()
    assert told.effective("2026-10") == 100
    assert not told.noted(kind="perhaps_tax")


@pytest.mark.parametrize(
    ("amount", "more"),
    [
        ("121.7", {}),  # no rate of any country
        ("120", {"mentioned_numbers": "77"}),  # pays another document, by its number
        ("120", {"product_kind": "seats"}),  # other products are no halves of one purchase
    ],
)
def test_what_no_rate_of_tax_explains_is_a_purchase_and_no_question(amount: str, more: dict[str, str]) -> None:
    firm = Firm()
    firm.line("2026-10-05", "100", books="payables", product_kind="api", invoice_number="31")
    firm.line("2026-10-20", amount, books="card", **more)
    answer = firm.count()
    assert answer.effective("2026-10") == 100 + Decimal(amount)
    assert not answer.noted(kind="perhaps_tax")


def test_a_document_is_asked_about_with_one_payment_only() -> None:
    # 100 net was paid with 20 % once; the second 120 is a purchase of its own
    firm = Firm()
    firm.line("2026-10-05", "100", books="payables")
    firm.line("2026-10-10", "120", books="card")
    firm.line("2026-10-24", "120", books="card")
    (question,) = firm.count().noted(kind="perhaps_tax")
    firm.declined.add(question["subject"])
    answer = firm.count()
    assert answer.effective("2026-10") == 220
    assert not answer.noted(kind="perhaps_tax")
