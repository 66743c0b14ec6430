"""Tax on a ledger line of its own is no purchase: the invoice costs the same however its tax is told."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

from counting.firm import Answer, Firm

ROW = {"product_kind": "api", "supplier_name": "openai"}


def net(firm: Firm, amount: str = "1000", number: str | None = "31", **more: Any) -> str:
    """A payables line of 5 October without tax."""
    return firm.line(more.pop("day", "2026-10-05"), amount, invoice_number=number, **{**ROW, **more})


def tax(firm: Firm, amount: str = "200", number: str | None = "31", memo: str = "VAT 20%", **more: Any) -> str:
    """The tax of it, on a line of its own."""
    day = more.pop("day", "2026-10-05")
    return firm.line(day, amount, invoice_number=number, line_kind="tax", memo=memo, supplier_name="openai", **more)


def paid(firm: Firm, amount: str = "1200", number: str | None = "31", day: str = "2026-10-20", **more: Any) -> str:
    """A line of the bank, tax included."""
    return firm.line(day, amount, books="bank", mentioned_numbers=number, **{**ROW, **more})


def covered(answer: Answer, rule: str, **where: object) -> Decimal:
    """Billed money that counts nowhere, by why."""
    rows = answer.lines(scope="covered", scope_rule=f"covered-by-{rule}", **where)
    return sum((row["billed_cost"] for row in rows), Decimal(0))


TOLD = "in a column", "on a line", "on two lines", "on a line of a later month", "on a line of another currency"
PAYS = "nothing", "by number", "by likeness"
WAYS = {f"vendor-{n}": way for n, way in enumerate(product(TOLD, PAYS))}


def test_the_same_invoice_costs_the_same_however_its_tax_is_told_and_paid() -> None:
    firm = Firm()
    for vendor, (told, pays) in WAYS.items():
        net(firm, vendor=vendor, tax_cost="200" if told == "in a column" else None)
        if told == "on two lines":  # 5 % + 15 %
            tax(firm, "50", memo="GST 5%", vendor=vendor)
            tax(firm, "150", memo="PST 15%", vendor=vendor)
        elif told != "in a column":
            day, currency = "2026-11-02" if "later" in told else "2026-10-05", "GBP" if "currency" in told else "USD"
            tax(firm, day=day, currency=currency, vendor=vendor)
        if pays != "nothing":
            amount = "1000" if "currency" in told else "1200"
            paid(firm, amount, "31" if pays == "by number" else None, vendor=vendor)
    answer = firm.count()
    for vendor, (told, pays) in WAYS.items():
        assert answer.effective(vendor=vendor) == answer.billed(vendor=vendor) == 1000, (told, pays)
        assert covered(answer, "tax", vendor=vendor) == (0 if told == "in a column" else 200)
        bank = covered(answer, "number", vendor=vendor) + covered(answer, "pair", vendor=vendor)
        assert bank == (0 if pays == "nothing" else 1000 if "currency" in told else 1200)
    assert answer.noted(kind="perhaps_twice") == answer.noted(kind="perhaps_tax") == []


def test_a_payment_under_another_name_is_paired_with_net_and_tax_together() -> None:
    firm = Firm()
    net(firm)
    tax(firm)
    paid(firm, vendor="openai-ireland")
    answer = firm.count()
    assert answer.effective() == 1000
    assert covered(answer, "pair") == 1200


def test_what_is_metered_is_carried_and_only_the_net_rest_is_dark() -> None:
    firm = Firm()
    firm.meter("2026-10-03", "900")
    net(firm)
    tax(firm)
    paid(firm)
    answer = firm.count()
    assert answer.effective() == 1000  # 900 carried + 100 dark; not 1,200 with 300 dark
    assert answer.effective(standing="dark") == 100


def test_an_export_without_tax_is_its_invoice_and_the_bank_pays_both() -> None:
    firm = Firm()
    firm.export("2026-10-04", "1000", invoice_number="31")
    net(firm)
    tax(firm)
    paid(firm)
    answer = firm.count()
    assert answer.effective() == answer.billed() == 1000
    assert covered(answer, "number") == 2200  # the document's 1,000 and the payment's 1,200
    assert covered(answer, "tax") == 200


def test_the_tax_line_alone_takes_nothing_off_the_export_of_its_number() -> None:
    firm = Firm()
    firm.export("2026-10-04", "1000", invoice_number="31")
    tax(firm)
    answer = firm.count()
    assert answer.effective() == 1000
    assert covered(answer, "tax") == 200


def test_a_credit_note_gives_its_tax_back_with_it() -> None:
    firm = Firm()
    net(firm)
    tax(firm)
    net(firm, "-100", "cn5", mentioned_numbers="31", day="2026-10-12")
    tax(firm, "-20", "cn5", mentioned_numbers="31", day="2026-10-12")
    paid(firm)
    paid(firm, "-120", "cn5", day="2026-10-25")
    answer = firm.count()
    assert answer.effective() == answer.billed() == 900  # 1,000 - 100; the bank's 1,200 and -120 tell it again
    assert covered(answer, "tax") == 180


def test_tax_that_is_withheld_lowers_the_payment_and_not_the_cost() -> None:
    firm = Firm()
    net(firm)
    tax(firm, "-100", memo="Withholding tax 10%")
    paid(firm, "900")
    answer = firm.count()
    assert answer.effective() == 1000
    assert covered(answer, "number") == 900


def test_reverse_charge_adds_and_takes_away_and_a_note_of_it_stays_a_purchase() -> None:
    firm = Firm()
    net(firm)
    tax(firm, "200", memo="Reverse charge VAT 20%")
    tax(firm, "-200", memo="Reverse charge VAT 20%")
    tax(firm, "300", "32", memo="VAT reverse charge")  # an invoice of 300 whose text says only this
    paid(firm, "1000")
    answer = firm.count()
    assert answer.effective() == 1300
    assert answer.noted(kind="perhaps_tax") == []


def test_a_copy_of_the_invoice_in_other_books_that_tells_no_tax_is_the_same_money() -> None:
    firm = Firm()
    net(firm)
    tax(firm)
    net(firm, "1200", source_name="erp")
    answer = firm.count()
    assert answer.effective() == 1000
    assert covered(answer, "copy") == 1200


def test_what_is_paid_above_the_net_amount_is_asked_about_where_the_tax_is_in_another_currency() -> None:
    firm = Firm()
    net(firm)
    tax(firm, "157", currency="GBP")
    paid(firm, "1200")
    answer = firm.count()
    assert answer.effective(currency="USD") == 1200  # no rate says that the 200 are the GBP 157
    (asked,) = answer.noted(kind="perhaps_twice")
    assert asked["amount"] == 200 and "157 GBP" in asked["reason"]


def test_a_tax_line_without_a_number_is_proposed_for_the_invoice_of_its_day_and_one_decision_undoes_it() -> None:
    firm = Firm()
    net(firm)
    net(firm, "70", "32")  # 200 is no 20 % of 70
    tax(firm, number=None)
    answer = firm.count()
    assert answer.effective() == 1070
    (proposal,) = answer.noted(kind="proposed_tax")
    assert (proposal["amount"], proposal["origin_key"], proposal["other_key"]) == (
        200,
        "payables:0002",
        "payables:0000",
    )
    firm.declined.add(proposal["subject"])
    assert firm.count().effective() == 1270


def test_a_tax_line_of_nothing_that_is_captured_counts_until_somebody_says_that_it_is_tax() -> None:
    firm = Firm()
    # Another invoice's; nobody's; above any tax of 1,000; above 20 % of 1,000. Each supplier's invoice is of another day.
    lines = [("200", "VAT 20%", "77"), ("200", "VAT", None), ("600", "Tax", "31"), ("300", "VAT 20%", "31")]
    for n, (amount, memo, number) in enumerate(lines):
        net(firm, vendor=f"vendor-{n}")
        tax(firm, amount, number, memo, day="2026-10-09", vendor=f"vendor-{n}")
    answer = firm.count()
    assert [answer.effective(vendor=f"vendor-{n}") for n in range(4)] == [1200, 1200, 1600, 1300]
    firm.declined |= {asked["subject"] for asked in answer.noted(kind="perhaps_tax")}
    answer = firm.count()
    assert [answer.effective(vendor=f"vendor-{n}") for n in range(4)] == [1000] * 4
    assert answer.noted(kind="perhaps_tax") == []


def test_a_payment_is_never_split_into_purchase_and_tax() -> None:
    firm = Firm()
    firm.line("2026-10-05", "200", books="card", line_kind="tax", invoice_number="31", memo="VAT 20%")
    assert firm.count().effective() == 200


def test_a_line_that_names_product_and_rate_is_proposed_where_it_is_that_rate_of_a_line_beside_it() -> None:
    firm = Firm()
    net(firm, "1000")
    key = net(firm, "200", memo="API usage - VAT 20%")
    answer = firm.count()
    assert answer.effective() == answer.billed() == 1000
    (proposed,) = answer.noted(kind="proposed_tax")
    assert (proposed["amount"], proposed["origin_key"]) == (200, f"payables:{key}")
    firm.declined.add(proposed["subject"])
    assert firm.count().effective() == 1200


def test_a_rate_in_words_alone_makes_no_tax() -> None:
    firm = Firm()
    net(firm, "1000")
    net(firm, "210", memo="API usage - VAT 20%")  # 200 would be 20 %
    net(firm, "100", number="32", memo="API usage, VAT 20% included")
    net(firm, "20", number="32", memo="more of it, incl. VAT 20%")
    net(firm, "20", number="33", memo="API usage - VAT 20%")
    answer = firm.count()
    assert answer.effective() == 1350
    assert not answer.noted(kind="proposed_tax")
