"""The sentences that settle what the steps of counting leave open, each by a story worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counting.firm import Firm

SEPTEMBER, OCTOBER, NOVEMBER = "2026-09", "2026-10", "2026-11"


def test_equal_references_in_one_file_are_parts_of_one_document_and_add() -> None:
    firm = Firm()
    firm.line("2026-10-03", "100", invoice_number="7", product_kind="api")
    firm.line("2026-10-03", "50", invoice_number="7", product_kind="api")
    firm.line("2026-10-20", "150", books="bank", mentioned_numbers="7")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 150
    assert answer.cost("billed_cost", scope="covered") == 150


def test_one_document_in_the_books_of_two_sources_is_one() -> None:
    firm = Firm()
    firm.line("2026-10-03", "100", invoice_number="7", product_kind="api", source_name="erp")
    firm.line("2026-10-04", "100", invoice_number="7", product_kind="api", source_name="old-erp")
    assert firm.count().effective() == 100


def test_one_payment_settles_several_invoices_and_one_invoice_takes_several_payments() -> None:
    firm = Firm()
    firm.line("2026-10-03", "100", invoice_number="7", product_kind="api")
    firm.line("2026-10-09", "60", invoice_number="8", product_kind="api")
    firm.line("2026-10-20", "130", books="bank", mentioned_numbers="7 8")
    firm.line("2026-10-25", "30", books="bank", mentioned_numbers="8")
    answer = firm.count()
    assert answer.effective() == 160
    assert answer.cost("billed_cost", scope="covered") == 160


def test_what_is_paid_above_the_documents_it_names_counts() -> None:
    firm = Firm()
    firm.line("2026-10-03", "100", invoice_number="7", product_kind="api")
    firm.line("2026-10-20", "130", books="bank", mentioned_numbers="7", product_kind="api")
    answer = firm.count()
    assert answer.effective() == 130
    assert answer.cost("billed_cost", scope="covered") == 100


@pytest.mark.parametrize("books", ["payables", "card", "bank"])
def test_two_documents_or_two_payments_never_make_a_pair(books: str) -> None:
    firm = Firm()
    firm.line("2026-10-03", "500", books=books, product_kind="api")
    firm.line("2026-10-05", "500", books=books, product_kind="api", source_name="another")
    answer = firm.count()
    assert answer.effective() == 1000
    assert not answer.noted(kind="proposed_pair")


@pytest.mark.parametrize(
    ("paid", "is_pair"),
    [("2026-09-29", False), ("2026-09-30", True), ("2026-11-17", True), ("2026-11-18", False)],
)
def test_a_pair_lies_from_3_days_before_to_45_days_after_its_document(paid: str, is_pair: bool) -> None:
    firm = Firm()
    firm.line("2026-10-03", "500", product_kind="api")
    firm.line(paid, "500", books="card")
    assert firm.count().effective() == (500 if is_pair else 1000)


def test_a_pair_is_one_to_one_and_the_nearest_dates_meet() -> None:
    firm = Firm()
    firm.line("2026-10-01", "500", key="first", product_kind="api")
    firm.line("2026-10-20", "500", key="second", product_kind="api")
    firm.line("2026-10-21", "500", books="card", key="paid")
    answer = firm.count()
    assert answer.effective() == 1000
    (note,) = answer.noted(kind="proposed_pair")
    assert (note["origin_key"], note["other_key"]) == ("card:paid", "payables:second")


@pytest.mark.parametrize(
    "other",
    [
        {"vendor": "anthropic"},
        {"currency": "EUR"},
        {"vendor_account": "b"},
        {"product_kind": "seats"},
        {"mentioned_numbers": "99"},
        {"line_kind": "fee"},
    ],
)
def test_another_vendor_currency_account_product_number_or_a_fee_is_no_pair(other: dict[str, str]) -> None:
    firm = Firm()
    firm.line("2026-10-03", "500", vendor_account="a", product_kind="api")
    firm.line("2026-10-05", "500", other.pop("vendor", "openai"), books="card", **other)
    assert not firm.count().noted(kind="proposed_pair")


def test_a_credit_note_reduces_its_invoices_month_and_is_billed_in_its_own() -> None:
    firm = Firm()
    firm.line("2026-10-03", "500", invoice_number="7", product_kind="api")
    firm.line("2026-11-04", "-40", mentioned_numbers="7", product_kind="api", line_kind="refund")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.billed(OCTOBER)] == [460, 500]
    assert [answer.effective(NOVEMBER), answer.billed(NOVEMBER)] == [0, -40]


def test_a_credit_note_without_a_number_stays_in_its_own_month() -> None:
    firm = Firm()
    firm.line("2026-10-03", "500", invoice_number="7", product_kind="api")
    firm.line("2026-11-04", "-40", product_kind="api", line_kind="refund")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.billed(OCTOBER)] == [500, 500]
    assert [answer.effective(NOVEMBER), answer.billed(NOVEMBER)] == [-40, -40]


def test_a_fee_counts_where_it_names_an_ai_vendor_and_enters_no_pair() -> None:
    firm = Firm()
    firm.line("2026-10-03", "3", product_kind="api")
    firm.line("2026-10-04", "3", books="card", line_kind="fee")
    firm.line("2026-10-04", "5", None, books="card", line_kind="fee")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 6
    assert not answer.noted(kind="proposed_pair")


@pytest.mark.parametrize(("posted", "total"), [("2026-10-30", 20), ("2026-11-08", 20), ("2026-11-09", 40)])
def test_a_pending_line_counts_until_its_amount_is_posted_within_ten_days(posted: str, total: int) -> None:
    firm = Firm()
    firm.line("2026-10-29", "20", books="card", line_kind="pending", product_kind="seats")
    alone = firm.count()
    assert alone.effective(OCTOBER, standing="pending") == 20
    firm.line(posted, "20", books="card", product_kind="seats")
    assert firm.count().effective() == total


def test_a_reversal_takes_its_pending_line_away_also_over_the_end_of_the_month() -> None:
    firm = Firm()
    firm.line("2026-10-29", "20", books="card", line_kind="pending", product_kind="seats")
    firm.line("2026-11-02", "-20", books="card", line_kind="reversal", product_kind="seats")
    answer = firm.count()
    assert not answer.effective(OCTOBER)
    assert not answer.effective(NOVEMBER)
    assert answer.cost("billed_cost", scope="covered") == 0


def test_credits_never_cap_the_meter() -> None:
    firm = Firm()
    firm.line("2026-10-02", "100", books="card", product_kind="credits")
    firm.meter("2026-10-17", "152")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 152
    assert answer.billed(OCTOBER) == 100
    # 152 wait for a bill, 100 of them are paid from credits already
    waiting = answer.effective(OCTOBER, standing="not_billed_yet")
    assert waiting is not None and waiting + answer.notes("not_billed_yet", OCTOBER) == 52


def test_credits_last_over_months_and_the_balance_is_shown_each_month() -> None:
    firm = Firm()
    firm.line("2026-09-02", "100", books="card", product_kind="credits")
    firm.meter("2026-09-17", "30")
    firm.meter("2026-10-17", "50")
    answer = firm.count()
    assert [answer.effective(month) for month in (SEPTEMBER, OCTOBER)] == [30, 50]
    assert [answer.billed(month) for month in (SEPTEMBER, OCTOBER)] == [100, 0]
    assert [answer.notes("prepaid", month) for month in (SEPTEMBER, OCTOBER)] == [70, 20]


def test_credits_without_a_meter_count_when_bought() -> None:
    firm = Firm()
    firm.line("2026-10-02", "100", books="card", product_kind="credits")
    answer = firm.count()
    assert [answer.effective(OCTOBER), answer.billed(OCTOBER)] == [100, 100]
    assert not answer.lines(standing="dark")


@pytest.mark.parametrize(
    ("said", "is_metered", "is_dark"),
    [("api", False, True), (None, True, True), (None, False, False), ("seats", True, False)],
)
def test_a_payment_is_dark_where_it_says_calls_or_calls_were_seen(
    said: str | None, is_metered: bool, is_dark: bool
) -> None:
    firm = Firm(sold={"deepl": ("seats", "api")})
    firm.line("2026-10-02", "500", "deepl", product_kind=said)
    if is_metered:
        firm.meter("2026-10-05", "20", "deepl")
    answer = firm.count()
    assert answer.effective(OCTOBER) == (520 if said == "seats" else 500)
    assert bool(answer.lines(standing="dark")) == is_dark


def test_an_invoice_in_arrears_is_spread_on_effective_and_billed_by_its_date() -> None:
    firm = Firm()
    firm.line("2026-10-05", "90", product_kind="api", span=("2026-07-01", "2026-09-30"))
    answer = firm.count()
    assert [answer.effective(f"2026-{month:02d}") for month in (7, 8, 9, 10)] == [30, 30, 30, 0]
    assert [answer.billed(f"2026-{month:02d}") for month in (7, 8, 9, 10)] == [0, 0, 0, 90]


@pytest.mark.parametrize("words", ["Add-on 5 seats", "true-up October", "additional licences", "Nachlizenzierung"])
def test_an_add_on_runs_to_the_end_of_its_contracts_term(words: str) -> None:
    firm = Firm()
    firm.contract("grammarly", "2026-01-01", "2026-12-31", "1200")
    firm.line("2026-10-01", "30", "grammarly", product_kind="seats", memo=words)
    answer = firm.count()  # 1 October to 31 December: three whole months
    assert [answer.effective(f"2026-{month}") for month in (10, 11, 12)] == [10, 10, 10]
    assert answer.billed(OCTOBER) == 30


def test_a_payers_and_a_members_row_are_one_and_the_payers_digits_count() -> None:
    firm = Firm()
    firm.mixed.add("aws")
    firm.export("2026-10-05", "100.004", "aws", source_name="payer", account_id="p-1", sub_account_id="m-1")
    firm.export("2026-10-05", "100.00", "aws", source_name="member", account_id="m-1", sub_account_id="m-1")
    firm.export("2026-10-06", "7", "aws", source_name="member", account_id="m-1", sub_account_id="m-1")
    answer = firm.count()
    assert answer.effective(OCTOBER) == Decimal("107.004")
    assert {row["covered_by"] for row in answer.lines(scope="covered")} == {"source:payer"}


def test_a_gap_between_gross_and_net_is_tax_and_never_counts() -> None:
    firm = Firm()
    firm.line("2026-10-03", "100", invoice_number="7", product_kind="api", tax_cost="19")
    firm.line("2026-10-20", "119", books="bank", mentioned_numbers="7")
    answer = firm.count()
    assert [answer.effective(), answer.billed()] == [100, 100]
    assert answer.cost("billed_cost", scope="covered") == 119


def test_a_payment_of_the_gross_amount_makes_a_pair_with_its_net_document() -> None:
    firm = Firm()
    firm.line("2026-10-03", "100", product_kind="api", tax_cost="19")
    firm.line("2026-10-20", "119", books="card")
    answer = firm.count()
    assert answer.effective() == 100
    assert answer.notes("proposed_pair") == 119


def test_a_gross_invoice_of_a_net_export_is_covered_with_its_tax() -> None:
    firm = Firm()
    firm.export("2026-10-31", "100", invoice_number="7")
    firm.line("2026-10-31", "100", invoice_number="7", product_kind="api", tax_cost="19")
    firm.line("2026-11-20", "119", books="bank", mentioned_numbers="7")
    answer = firm.count()
    assert answer.effective() == 100


def test_a_numbered_invoice_below_its_export_is_the_total_and_nothing_disappears() -> None:
    firm = Firm()
    firm.export("2026-10-31", "100", invoice_number="7")
    firm.line("2026-10-31", "40", invoice_number="7", product_kind="api")
    answer = firm.count()
    assert [answer.effective(), answer.billed()] == [40, 40]
    assert answer.cost("billed_cost", scope="covered") == 100  # 40 of the invoice, 60 of the export: 140 captured


def test_an_unnumbered_invoice_below_its_export_takes_nothing_off() -> None:
    firm = Firm()
    firm.export("2026-10-31", "100")
    firm.line("2026-10-31", "40", product_kind="api")
    answer = firm.count()
    assert [answer.effective(), answer.cost("billed_cost", scope="covered")] == [100, 40]


def test_a_commitment_without_used_rows_keeps_the_scope_of_its_words_or_is_asked_about() -> None:
    firm = Firm()
    firm.mixed.add("aws")
    for key, scope, cost in (("ptu", "ai", "500"), ("sp", "not_ai", "1500")):
        firm.export("2026-10-01", cost, "aws", kind="cloud", scope=scope, charge_category="Purchase", commitment_id=key,
                    key=key, category="infrastructure")  # fmt: skip
    answer = firm.count()
    assert answer.billed(OCTOBER) == 500
    assert [(row["subject"], row["amount"]) for row in answer.noted(kind="perhaps_ai")] == [("sp", 1500)]


def test_a_commitments_shares_are_taken_per_charge_month() -> None:
    firm = Firm()
    firm.mixed.add("aws")
    own = {"kind": "cloud", "commitment_id": "sp", "category": "infrastructure"}
    for month, ai, other in (("09", "75", "25"), ("10", "50", "50")):
        firm.export(f"2026-{month}-01", "100", "aws", **own, scope="not_ai", charge_category="Purchase",
                    effective_cost="0", charge_end=f"2026-{int(month) + 1:02d}-01")  # fmt: skip
        firm.export(f"2026-{month}-05", ai, "aws", **own, billed_cost="0", commitment_status="Used")
        firm.export(f"2026-{month}-06", other, "aws", **own, scope="not_ai", billed_cost="0", commitment_status="Used")
    answer = firm.count()
    assert [answer.billed(month) for month in (SEPTEMBER, OCTOBER)] == [75, 50]
    assert [answer.effective(month) for month in (SEPTEMBER, OCTOBER)] == [75, 50]


def test_a_flat_plans_calls_bring_no_money_and_seats_wait_for_no_bill() -> None:
    firm = Firm()
    firm.meter("2026-10-05", "300", billing_mode="plan")
    firm.seats("2026-10-01", "760")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 760
    assert not answer.lines(standing="not_billed_yet")
    assert answer.billed(OCTOBER, vendor="github") is None


@pytest.mark.parametrize(
    ("listed", "paid", "span", "said"),
    [
        ("7200", "7200", ("2026-10-01", "2027-09-30"), "price_per=year"),  # 720 a seat x 10, and 7,200 for the year
        ("1800", "1800", ("2026-10-01", "2026-12-31"), "price_per=quarter"),
        ("7200", "600", None, "price_per=year"),  # billed by the month, listed by the year
        ("7200", "6800", None, ""),  # a discount
        ("600", "600", None, None),
        ("600", "7200", ("2026-10-01", "2027-09-30"), None),
    ],
)
def test_seats_listed_at_the_bill_of_a_whole_term_are_named_as_perhaps_not_priced_by_the_month(
    listed: str, paid: str, span: tuple[str, str] | None, said: str | None
) -> None:
    firm = Firm()
    firm.seats("2026-10-01", listed)
    firm.line("2026-10-01", paid, "github", product_kind="seats", span=span)
    noted = [each["reason"] for each in firm.count().noted(kind="over", month=OCTOBER)]
    assert len(noted) == (said is not None)
    assert all((said in reason) if said else ("price_per" not in reason) for reason in noted)


def test_a_clouds_line_of_another_month_than_the_publishers_export_is_money_of_its_own() -> None:
    firm = Firm(mixed={"cloud"})
    firm.export("2026-09-01", "500", "cloud", kind="cloud", publisher_vendor="cohere", issuer_vendor="cloud",
                category="product_inference", charge_category="Purchase")  # fmt: skip
    firm.export("2026-10-01", "500", "cohere", issuer_vendor="cloud")
    answer = firm.count()
    assert [answer.effective(SEPTEMBER), answer.effective(OCTOBER)] == [500, 500]
    assert answer.cost("effective_cost", scope="covered") is None


def test_a_payment_below_the_meter_is_split_over_the_use_cases_in_proportion() -> None:
    firm = Firm()
    firm.meter("2026-10-05", "60", use_case="answers")
    firm.meter("2026-10-06", "20", use_case="triage")
    firm.line("2026-10-20", "40", product_kind="api")  # half of what the meter says: 30 and 10
    answer = firm.count()
    assert [answer.effective(use_case="answers"), answer.effective(use_case="triage")] == [30, 10]
    assert answer.effective() == 40
