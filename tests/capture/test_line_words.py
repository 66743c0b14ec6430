"""What a ledger line's words say: invoice numbers, service periods, products, and what the ledger is."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabular_support import read, write

from spendmap.capture.connectors.focus import CONNECTOR as FOCUS
from spendmap.capture.connectors.ledger_csv import CONNECTOR
from spendmap.capture.invoice_numbers import candidate_numbers, mentioned_numbers, normalised_number
from spendmap.capture.ledger_books import books_of
from spendmap.capture.product_words import product_kind
from spendmap.capture.service_periods import service_period
from spendmap.vocabulary.keyed import keyed_hash


@pytest.mark.parametrize(
    "text",
    ["91", "0091", "INV-0091", "INV 91", "inv.91", "INV0091", "#0091", "Invoice # 91", "Invoice No. 91", "Bill no 91",
     "Rechnung 91", "Rechnung Nr. 0091", "Rechnungsnummer: 91", "RE-91", "Facture 91", "Facture n° 91", "Factura nº 91",
     " INV_0091 "],
)  # fmt: skip
def test_one_invoice_has_one_number_however_it_is_written(text: str) -> None:
    assert normalised_number(text) == "91"


@pytest.mark.parametrize(
    ("text", "number"),
    [("A1-2026-10", "a1-2026-10"), ("A1/2026/10", "a1-2026-10"), ("G1", "g1"), ("RE-2026-0042", "2026-0042"),
     ("3F2A9B1C-0004", "3f2a9b1c-0004"), ("E0400ABCD", "e0400abcd"), ("INVA-12", "inva-12"), ("Reg-12", "reg-12"),
     ("5000000123", "5000000123"), ("7", "7"), ("INV-7", "7"), ("Invoice 8", "8"), ("RE20261", "20261"),
     ("INV-2026-10", "inv-2026-10"), ("RE 202610", "inv-202610"), ("F/2026/8", "f-2026-8"), ("X1", "x1")],
)  # fmt: skip
def test_letters_that_belong_to_the_number_stay(text: str, number: str) -> None:
    assert normalised_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "invoice", "0", "INV-0", "2026", "2026-10", "202610", "10/2026", "2026-10-05", "05.10.2026", "0000", "none",
     "4111 1111 1111 1111", "x" * 200],
)  # fmt: skip
def test_years_months_dates_cards_and_nought_are_no_numbers(text: str) -> None:
    assert normalised_number(text) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("INV-0091", ("91",)),
        ("pays INV-0091 and INV-0092", ("91", "92")),
        ("Invoices 91, 92 & 93", ("91", "92", "93")),
        ("INV-0091/INV-0092", ("91", "92")),
        ("#0091 thanks", ("91",)),
        ("Rechnung Nr. 91 vom 01.10.2026", ("91",)),
        ("Re-Nr. 2026-0042", ("2026-0042",)),
        ("facture n° 91", ("91",)),
        ("Factura 91", ("91",)),
        ("Invoice 91 and 80 seats", ("91",)),
        ("API usage October 2026", ()),
        ("Invoice October 2026", ()),
        ("order 66", ()),
        ("80 seats", ()),
        ("re: meeting 12", ()),
        ("A1-2026-10", ()),
        ("# 4111111111111111", ()),
    ],
)
def test_a_memo_names_invoices_only_where_it_says_so(text: str, numbers: tuple[str, ...]) -> None:
    assert mentioned_numbers(text) == numbers


@given(st.text(max_size=80))
def test_any_text_is_a_number_in_comparable_form_or_none(text: str) -> None:
    number = normalised_number(text)
    assert number is None or (normalised_number(number) == number and number.isascii() and " " not in number)
    mentioned_numbers(text, also_bare=True)
    for word in candidate_numbers(text):
        assert normalised_number(word) == word and " " not in word


FIFTH_OF_NOVEMBER = datetime.fromisoformat("2026-11-05")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("API usage October", "2026-10-01", "2026-11-01"),
        ("October usage", "2026-10-01", "2026-11-01"),
        ("Oct 2026", "2026-10-01", "2026-11-01"),
        ("Oct-26", "2026-10-01", "2026-11-01"),
        ("2026-10", "2026-10-01", "2026-11-01"),
        ("usage 10/2026", "2026-10-01", "2026-11-01"),
        ("for the month of September", "2026-09-01", "2026-10-01"),
        ("Nutzung API Okt.", "2026-10-01", "2026-11-01"),
        ("Oktober 2026", "2026-10-01", "2026-11-01"),
        ("consommation octobre", "2026-10-01", "2026-11-01"),
        ("octubre de 2026", "2026-10-01", "2026-11-01"),
        ("API May", "2026-05-01", "2026-06-01"),
        ("invoice 91 October", "2026-10-01", "2026-11-01"),
        ("1 Oct - 31 Oct 2026", "2026-10-01", "2026-11-01"),
        ("1-31 October 2026", "2026-10-01", "2026-11-01"),
        ("Oct 1 - Oct 31, 2026", "2026-10-01", "2026-11-01"),
        ("1. Oktober bis 31. Oktober 2026", "2026-10-01", "2026-11-01"),
        ("du 1er octobre au 31 octobre 2026", "2026-10-01", "2026-11-01"),
        ("del 1 de octubre al 31 de octubre de 2026", "2026-10-01", "2026-11-01"),
        ("Annual subscription 2026-01-01 to 2026-12-31", "2026-01-01", "2027-01-01"),
        ("2026-10-01T00:00:00Z/2026-10-31", "2026-10-01", "2026-11-01"),
        ("01.01.2026-31.12.2026", "2026-01-01", "2027-01-01"),
        ("01.10.-31.10.2026", "2026-10-01", "2026-11-01"),
        ("Dec 15 2025 - Jan 14 2026", "2025-12-15", "2026-01-15"),
        ("Q3 2026", "2026-07-01", "2026-10-01"),
        ("3. Quartal 2026", "2026-07-01", "2026-10-01"),
        ("T3 2026", "2026-07-01", "2026-10-01"),
        ("Jan-Mar 2026", "2026-01-01", "2026-04-01"),
        ("Nov 2025 - Jan 2026", "2025-11-01", "2026-02-01"),
        ("Nov-Jan 2026", "2025-11-01", "2026-02-01"),
        ("01/2026 - 03/2026", "2026-01-01", "2026-04-01"),
        ("October and November", "2026-10-01", "2026-12-01"),
        ("Sep, Oct 2026", "2026-09-01", "2026-11-01"),
    ],
)
def test_a_memo_says_which_days_it_pays_for(text: str, start: str, end: str) -> None:
    found = service_period(text, FIFTH_OF_NOVEMBER)
    assert found is not None
    assert tuple(moment.date().isoformat() for moment in found) == (start, end)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "Copilot Business 2026 (10 seats)", "A1-2026-10", "INV-2026-10", "paid 2026-10-05", "5 October 2026",
     "Oct 5, 2026", "You may pay", "Jan Novak consulting", "Marketing seats", "Octopus Energy", "version 10.2026.1",
     "31 Feb - 3 Mar 2026", "January and May 2026", "GPT-4 tokens", "Claude Max 20x",
     "2026-12-31 to 2026-01-01", "Q3 1999"],
)  # fmt: skip
def test_a_year_a_day_a_name_or_an_identifier_is_no_period(text: str) -> None:
    assert service_period(text, FIFTH_OF_NOVEMBER) is None


def test_a_month_without_a_year_is_the_last_one_or_the_one_about_to_begin() -> None:
    def month(text: str, day: str) -> str:
        found = service_period(text, datetime.fromisoformat(day))
        assert found is not None
        return f"{found[0]:%Y-%m}"

    assert month("December", "2026-01-05") == "2025-12"
    assert month("December", "2026-12-31") == "2026-12"
    assert month("November subscription", "2026-10-28") == "2026-11"  # paid four days ahead
    assert month("November subscription", "2026-09-20") == "2025-11"  # 42 days ahead is not paid ahead


def test_numeric_ranges_with_slashes_follow_the_file_s_order() -> None:
    def bounds(order: Any) -> list[str] | None:
        found = service_period("02/01/2026 - 03/01/2026", FIFTH_OF_NOVEMBER, order)
        return found and [moment.date().isoformat() for moment in found]  # type: ignore[return-value]

    assert bounds("dmy") == ["2026-01-02", "2026-01-04"]
    assert bounds("mdy") == ["2026-02-01", "2026-03-02"]
    assert bounds(None) is None


@pytest.mark.parametrize("order", ["dmy", "mdy", None])
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Annual subscription 10/10/2026 to 10/09/2027", "2026-10-10", "2027-10-10"),  # as written in the US
        ("Laufzeit 10/11/2026 - 09/11/2027", "2026-11-10", "2027-11-10"),  # as written in Germany
        ("01/02/2026 - 31/01/2027", "2026-02-01", "2027-02-01"),  # there is no month 31
    ],
)
def test_a_range_that_is_whole_months_in_one_order_only_was_written_in_that_order(
    text: str, start: str, end: str, order: Any
) -> None:
    found = service_period(text, FIFTH_OF_NOVEMBER, order)
    assert found is not None
    assert [moment.date().isoformat() for moment in found] == [start, end]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("ChatGPT Team, renews 5 Nov 2027", "2026-11-05", "2027-11-05"),
        ("auto-renews on 2027-11-03", "2026-11-03", "2027-11-03"),  # bought two days after its term began
        ("Next billing date: Nov 8, 2027", "2026-11-08", "2027-11-08"),
        ("valid until 31.12.2026", "2026-11-01", "2027-01-01"),  # whole months from near the day
        ("Lizenz gültig bis 4.11.2027", "2026-11-05", "2027-11-05"),
        ("expires 04/11/2027", "2026-11-05", "2027-11-05"),
        ("Abonnement jusqu'au 4 novembre 2027", "2026-11-05", "2027-11-05"),
        ("subscription through Oct 2027", "2026-11-01", "2027-11-01"),
        ("10 additional seats co-term to 14 Jan 2027", "2026-11-05", "2027-01-15"),
    ],
)
def test_a_day_of_renewal_or_expiry_ends_a_term_that_began_with_the_line(text: str, start: str, end: str) -> None:
    found = service_period(text, FIFTH_OF_NOVEMBER)
    assert found is not None
    assert [moment.date().isoformat() for moment in found] == [start, end]


@pytest.mark.parametrize(
    "text",
    [
        "renews 5 Dec 2026",  # a month's payment
        "API credits, expire 5 Nov 2027",  # money bought ahead is used when it is used
        "payable until 30 Nov 2027",  # when it is due
        "renews 5 Nov 2025",
        "renews soon",
    ],
)
def test_what_ends_no_term_says_none(text: str) -> None:
    assert service_period(text, FIFTH_OF_NOVEMBER) is None


@given(st.text(alphabet="0123456789-/. QqOctober toau'2026", max_size=60), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_text_is_a_range_of_days_or_none(text: str, day: date) -> None:
    found = service_period(text, datetime(day.year, day.month, day.day))  # noqa: DTZ001
    assert found is None or (found[0] < found[1] and found[0].hour == 0)


@pytest.mark.parametrize(
    ("memo", "supplier", "kind"),
    [
        ("API usage October", "", "api"),
        ("Nutzung API", "", "api"),
        ("consommation API octobre", "", "api"),
        ("ChatGPT Team 80 seats", "", "seats"),
        ("Copilot Business October", "", "seats"),
        ("12 Plätze", "", "seats"),
        ("licences", "", "seats"),
        ("12 users", "", "seats"),
        ("ChatGPT Plus", "", "plan"),
        ("Claude Max 20x subscription", "", "plan"),
        ("Claude Abo", "", "plan"),
        ("suscripción mensual", "", "plan"),
        ("", "OPENAI *CHATGPT SUBSCR", "plan"),
        ("API credits top-up", "", "credits"),
        ("Guthaben aufladen", "", "credits"),
        ("recarga de saldo", "", "credits"),
        ("AWS Marketplace: Anthropic API", "", "marketplace"),
        ("API October", "OPENAI *CHATGPT SUBSCR", "api"),  # the memo decides before the descriptor
        ("seats and API usage", "OPENAI *CHATGPT SUBSCR", None),
        ("API subscription", "", None),
        ("Credit note 12", "", None),
        ("credit card payment", "", None),
        ("Meeting notes", "ANTHROPIC", None),
    ],
)
def test_words_say_what_was_bought_or_nothing(memo: str, supplier: str, kind: str | None) -> None:
    assert product_kind(memo, supplier) == kind


@pytest.mark.parametrize(
    ("header", "books"),
    [
        ("Invoice date,Supplier,Invoice number,Amount", "payables"),
        ("Posting Date,Supplier,Memo,Amount", "payables"),
        ("Belegdatum;Kreditor;Betrag", "payables"),
        ("Date de facture;Fournisseur;Montant", "payables"),
        ("Transaction Date,Merchant,Amount", "card"),
        ("Date,Cardholder,Description,Amount", "card"),
        ("Merchant,Invoice number,Amount", "card"),
        ("Transaction Date,Post Date,Description,Amount", "card"),
        ("Date,Counterparty,IBAN,Amount", "bank"),
        ("Buchungstag;Valuta;Verwendungszweck;Betrag", "bank"),
        ("Date,Payee,Amount", None),
        ("Date,Supplier,Card number,Amount", None),
    ],
)
def test_the_header_says_what_a_ledger_is(header: str, books: str | None) -> None:
    assert books_of(header.replace(";", ",").split(",")) == books
    assert books_of(header.split(","), "bank") == "bank"


def row_of(folder: Path, header: str, row: str, **given: str) -> dict[str, Any]:
    return read(CONNECTOR, write(folder, f"{header}\n{row}\n"), currency="USD", **given).rows[0]


def test_a_document_has_its_number_and_a_payment_names_it(tmp_path: Path) -> None:
    header = "Invoice date,Supplier,Invoice number,Amount,Memo"
    document = row_of(tmp_path, header, "2026-08-03,Anthropic PBC,INV-0091,500,replaces INV-0090")
    assert (document["invoice_id"], document["invoice_number"]) == ("INV-0091", "91")
    assert (document["mentioned_numbers"], document["books"]) == ("90", "payables")
    payment = row_of(tmp_path, "Posted date,Merchant,Amount,Memo", "2026-08-05,ANTHROPIC,500,INV-0091 + INV-0092")
    assert (payment["invoice_number"], payment["mentioned_numbers"], payment["books"]) == (None, "91 92", "card")


def test_a_card_s_own_reference_is_no_invoice_number(tmp_path: Path) -> None:
    header = "Date,Merchant,Amount,Reference"
    assert row_of(tmp_path, header, "2026-08-05,ANTHROPIC,500,20002222")["invoice_number"] is None
    row = row_of(tmp_path, header, "2026-08-05,AWS,500,A1-2026-10")
    assert (row["invoice_number"], row["mentioned_numbers"]) == (None, "a1-2026-10")
    row = row_of(tmp_path, "Date,Supplier,Amount,Reference", "2026-08-05,AWS,500,Invoice INV-0091")
    assert (row["invoice_number"], row["invoice_id"]) == ("91", "Invoice INV-0091")


def test_words_are_read_before_the_text_is_masked_and_keys_are_hidden(tmp_path: Path) -> None:
    memo = "Invoice 1234567890 for ada@corp.example, key sk-abcdefghijklmnop1234"
    row = row_of(tmp_path, "Date,Merchant,Amount,Memo", f'2026-08-05,A,5,"{memo}"')
    assert row["mentioned_numbers"] == "1234567890"
    assert row["memo"] == "Invoice 1234567890 for [email], key [key]"
    key = "sk-abcdefghijklmnop1234"
    row = row_of(tmp_path, "Invoice date,Supplier,Invoice number,Amount", f"2026-08-03,A,{key},5")
    assert key not in str(row)
    assert row["invoice_id"] == row["invoice_number"] is not None
    assert row["invoice_id"].startswith("key-")


def words_of(folder: Path, memo: str) -> list[str]:
    row = row_of(folder, "Date,Merchant,Amount,Memo", f'2026-08-05,A,5,"{memo}"')
    return (row["number_words"] or "").split()


def test_words_that_may_be_numbers_are_kept_in_comparable_form(tmp_path: Path) -> None:
    assert words_of(tmp_path, "GH-0041") == ["gh-0041"]
    assert "euingb26-778899" in words_of(tmp_path, "part of EUINGB26-778899")
    assert words_of(tmp_path, "F/2026/8") == ["f-2026-8"]
    assert words_of(tmp_path, "X1, 512") == ["x1", "512"]
    assert words_of(tmp_path, "7") == ["7"]
    assert words_of(tmp_path, "2 seats and 120 users, 12.50 EUR, 3 of 10, 50%") == []
    row = row_of(tmp_path, "Date,Merchant,Amount,Reference", "2026-08-05,A,5,512")
    assert row["number_words"] == "512"


def test_what_masking_hides_is_kept_as_a_keyed_hash_alone(tmp_path: Path) -> None:
    memo = "9876543210 for ada91@corp.example, +49 30 1234567, DE89 3704 0044 0532 0130 00, 4111 1111 1111 1111"
    (word,) = words_of(tmp_path, memo)
    assert word == "~" + keyed_hash(b"a key of the tests", "9876543210")
    assert words_of(tmp_path, "0301234567") == ["~" + keyed_hash(b"a key of the tests", "301234567")]
    assert words_of(tmp_path, "sk-abcdefghijklmnop1234")[0].startswith("key-")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Credit for INV-31 October", ("31",)), ("invoice no. 31 May", ("31",)), ("Invoice 31 October", ()),
        ("INV-8 and INV-9", ("8", "9")), ("Invoices 7, 8 & 9", ("7", "8", "9")), ("INV-9 part 1", ("9",)), ("#7", ("7",)),
        ("Facture n° 7", ("7",)), ("Re: 2 seats", ()), ("Invoice 5 October 2026", ()), ("Rechnung 5. Oktober 2026", ()),
        ("Invoice 2 of 3", ()), ("Bill 1,000.00", ()), ("payment #2", ()), ("Re: 9:30 call", ()), ("bill 7%", ()),
    ],
)  # fmt: skip
def test_a_figure_of_one_digit_is_a_number_only_behind_a_word_for_invoice(text: str, numbers: tuple[str, ...]) -> None:
    assert mentioned_numbers(text) == numbers


def test_the_period_comes_from_a_column_a_lag_or_the_memo(tmp_path: Path) -> None:
    def period(header: str, cells: str, **given: str) -> tuple[str, ...]:
        row = row_of(tmp_path, f"Date,Supplier,Amount,{header}", f"2026-11-05,A,5,{cells}", **given)
        assert row["charge_period_start"].day in (1, 5)
        return tuple(f"{row[f'service_period_{end}']:%Y-%m-%d}" for end in ("start", "end"))

    october = ("2026-10-01", "2026-11-01")
    assert period("Memo", "API usage October") == october
    assert period("Service period,Memo", "10/2026,API usage") == october
    assert period("Leistungszeitraum", "01.10.2026 - 31.10.2026") == october
    assert period("Service start,Service end", "2026-10-01,2026-10-31") == october
    assert period("Service month", "Oct 2026") == october
    assert period("Memo", "whatever", lag_months="1") == october


def test_every_column_of_text_is_read_for_words(tmp_path: Path) -> None:
    header = "Buchungstag;Wertstellung;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;Betrag"
    row = row_of(tmp_path, header, "05.11.2026;05.11.2026;LASTSCHRIFT API;RE 0091 Oktober;OpenAI Ireland Ltd;100,00")
    assert (row["invoice_issuer_name"], row["memo"]) == ("OpenAI Ireland Ltd", "RE 0091 Oktober")
    assert (row["books"], row["mentioned_numbers"], row["product_kind"]) == ("bank", "91", "api")
    assert f"{row['service_period_start']:%Y-%m}" == "2026-10"


def test_an_export_s_invoice_id_has_the_same_comparable_form(tmp_path: Path) -> None:
    text = "BilledCost,BillingCurrency,ChargePeriodStart,InvoiceId\n1,USD,2026-10-01T00:00:00Z,INV-0091\n"
    text += "1,USD,2026-10-02T00:00:00Z,\n1,USD,2026-10-03T00:00:00Z,A1-2026-10\n"
    rows = read(FOCUS, write(tmp_path, text)).rows
    assert [row["invoice_number"] for row in rows] == ["91", None, "a1-2026-10"]
    assert rows[0]["invoice_id"] == "INV-0091"
