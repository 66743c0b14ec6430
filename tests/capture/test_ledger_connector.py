"""Accounts-payable and card exports with any column names."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from tabular_support import DATA, read, shared, write

from spendmap.capture.connectors.ledger_csv import CONNECTOR
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError


def test_an_accounts_payable_export_reads_with_its_own_column_names() -> None:
    found = read(CONNECTOR, DATA / "ledger_ap.csv")
    api, credit_note, first, second, formula = found.rows
    assert api["invoice_issuer_name"] == "OpenAI Ireland Ltd"
    assert (api["billed_cost"], api["effective_cost"], api["billing_currency"]) == (1250, 1250, "EUR")
    assert (api["department_name"], api["gl_account"], api["invoice_id"]) == ("CC-100 R&D", "6420", "INV-1")
    # 13/10 can only be day first, so 02/11 is the second of November.
    assert first["charge_period_start"].isoformat() == "2026-11-02T00:00:00"
    assert first["charge_period_end"].isoformat() == "2026-11-03T00:00:00"
    assert first["billing_period_start"].isoformat() == "2026-11-01T00:00:00"
    assert first["billing_period_end"].isoformat() == "2026-12-01T00:00:00"
    assert api["memo"] == "API usage Sept - contact [email]"
    assert credit_note["billed_cost"] == Decimal("-300.25")
    assert credit_note["memo"] == "Credit note card [number]"
    # Two identical lines of one file are two payments.
    assert first["billed_cost"] == second["billed_cost"] == Decimal("99.99")
    assert first["natural_key"] != second["natural_key"]
    # Text that a spreadsheet would run is only text.
    assert formula["invoice_issuer_name"] == '=HYPERLINK("http://x")'
    assert {row["statement"] for row in found.rows} == {"payment"}
    assert {row["evidence"] for row in found.rows} == {"invoiced"}
    assert [(reject.line, reject.reason) for reject in found.rejects] == [(7, "currency 'XQZ' is not one of ISO 4217")]
    assert "Mystery GmbH" in found.rejects[0].row
    # 1250 - 300.25 in euro; 99.99 twice and 12 in dollars.
    assert found.sums("EUR")["billed_cost"] == Decimal("949.75")
    assert found.sums("USD")["billed_cost"] == Decimal("211.98")


def test_list_and_contracted_cost_of_a_payment_stay_unknown() -> None:
    assert not {"list_cost", "contracted_cost"} & set(read(CONNECTOR, DATA / "ledger_ap.csv").rows[0])


def test_a_german_export_in_cp1252_reads_once_its_columns_are_named() -> None:
    found = read(
        CONNECTOR,
        DATA / "ledger_german_cp1252.csv",
        date="Belegdatum",
        supplier="Lieferant",
        amount="Betrag",
        currency="Währung",
        department="Kostenstelle",
    )
    assert found.rejects == []
    assert [row["billed_cost"] for row in found.rows] == [Decimal("1234.56"), 2000, Decimal("-12.5")]
    assert found.rows[0]["invoice_issuer_name"] == "Müller & Söhne KG"
    assert found.rows[0]["department_name"] == "Büro"
    assert found.rows[2]["charge_period_start"].isoformat() == "2026-11-02T00:00:00"


def test_the_cabinet_office_ledger_reads_to_the_penny() -> None:
    folder = shared("ledger/uk_cabinet_office_spend_over_25k")
    rows, total, keys, truth = 0, Decimal(0), set(), Decimal(0)
    encodings = set()
    for file in sorted(folder.glob("*.csv")):
        found = read(CONNECTOR, file, currency="GBP")
        assert found.rejects == []
        rows += found.rows_read
        total += found.total("billed_cost")
        keys |= {row["natural_key"] for row in found.rows}
        raw = file.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
            encodings.add(file.name)
        truth += sum(Decimal(record["Amount"]) for record in csv.DictReader(io.StringIO(text, newline="")))
    assert (rows, total, truth) == (11_432, Decimal("2329226912.33"), Decimal("2329226912.33"))
    assert len(keys) == rows  # no line of one month's file is taken for a line of another's
    assert len(encodings) == 7


def test_the_cabinet_office_columns_land_where_registers_look() -> None:
    found = read(CONNECTOR, shared("ledger/uk_cabinet_office_spend_over_25k/2019-06.csv"), currency="GBP")
    first = found.rows[0]
    assert first["department_name"] == "GCS INTERNATIONAL"
    assert first["gl_account"] == "EXP - PURCHASE OF GOODS/SERVICES - MARKETING & MEDIA"
    assert first["invoice_id"] == "10003997"
    assert dict(first["tags"]) == {"entity": "CABINET OFFICE"}


def test_debit_and_credit_columns_are_one_amount(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Payee,Debit,Credit\n2026-10-01,A,10.50,\n2026-10-02,B,,4\n2026-10-03,C,,\n")
    found = read(CONNECTOR, file, currency="usd")
    assert [row["billed_cost"] for row in found.rows] == [Decimal("10.5"), -4]
    assert found.reasons == ["neither debit nor credit is given"]
    inverted = read(CONNECTOR, file, currency="USD", sign="invert")
    assert inverted.total("billed_cost") == Decimal("-6.5")


def test_debit_and_credit_win_over_a_balance_column_when_asked(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Payee,Amount,Debit,Credit\n2026-10-01,A,999,10,3\n")
    assert read(CONNECTOR, file, currency="USD").total("billed_cost") == 999
    assert read(CONNECTOR, file, currency="USD", sign="debit_positive").total("billed_cost") == 7
    with pytest.raises(SourceUnreadableError, match="debit_positive"):
        read(CONNECTOR, write(tmp_path, "Date,Payee,Amount\n2026-10-01,A,1\n"), currency="USD", sign="debit_positive")


def test_a_card_statement_that_writes_spending_as_negative_is_inverted(tmp_path: Path) -> None:
    file = write(tmp_path, "Transaction Date\tMerchant\tAmount\n2026-10-01\tOPENAI *CHATGPT\t-20.00\n", "card.tsv")
    found = read(CONNECTOR, file, currency="USD", sign="invert")
    assert found.rows[0]["billed_cost"] == 20
    assert found.sums("USD") == {"billed_cost": 20, "effective_cost": 20}


def test_the_currency_may_stand_in_the_header_of_the_amount(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount (GBP)\n2026-10-01,A,£5\n2026-10-01,B,€5\n")
    found = read(CONNECTOR, file)
    assert [row["billing_currency"] for row in found.rows] == ["GBP"]
    assert found.reasons == ["'€5' is not in GBP, the row's currency"]


def test_a_file_that_does_not_say_its_currency_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount\n2026-10-01,A,5\n")
    with pytest.raises(SourceUnreadableError, match="in which currency") as refused:
        read(CONNECTOR, file)
    assert "--set currency=USD" in refused.value.next_step
    with pytest.raises(SettingError, match="neither a code of ISO 4217 nor a column"):
        read(CONNECTOR, file, currency="XQZ")


def test_a_row_that_contradicts_the_given_currency_is_quarantined(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount,Currency\n2026-10-01,A,5,USD\n2026-10-01,B,5,EUR\n2026-10-01,C,5,\n")
    found = read(CONNECTOR, file, currency="USD")
    assert [row["invoice_issuer_name"] for row in found.rows] == ["A", "C"]
    assert found.reasons == ["currency is 'EUR' and --set currency says USD"]


def test_dates_that_can_be_read_two_ways_are_refused_with_the_next_command(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount\n03/04/2026,A,5\n05/06/2026,B,6\n")
    with pytest.raises(SourceUnreadableError, match="day/month or month/day") as refused:
        read(CONNECTOR, file, currency="USD")
    assert "--set date_format=mm/dd/yyyy" in refused.value.next_step
    found = read(CONNECTOR, file, currency="USD", date_format="mm/dd/yyyy")
    assert [row["charge_period_start"].month for row in found.rows] == [3, 5]


@pytest.mark.parametrize(
    ("settings", "column", "start", "end"),
    [
        ({"lag_months": "1"}, "", "2025-12-01T00:00:00", "2026-01-01T00:00:00"),
        ({"lag_months": "13"}, "", "2024-12-01T00:00:00", "2025-01-01T00:00:00"),
        ({"service_month": "For"}, "2025-11", "2025-11-01T00:00:00", "2025-12-01T00:00:00"),
        ({"service_month": "For"}, "Nov 2025", "2025-11-01T00:00:00", "2025-12-01T00:00:00"),
        ({"service_month": "For"}, "", "2026-01-15T00:00:00", "2026-01-16T00:00:00"),
    ],
)
def test_money_is_charged_to_the_month_it_is_for(
    tmp_path: Path, settings: dict[str, str], column: str, start: str, end: str
) -> None:
    file = write(tmp_path, f"Date,Supplier,Amount,For\n2026-01-15,A,5,{column}\n")
    row = read(CONNECTOR, file, currency="USD", **settings).rows[0]
    assert (row["charge_period_start"].isoformat(), row["charge_period_end"].isoformat()) == (start, end)
    assert row["billing_period_start"].isoformat() == "2026-01-01T00:00:00"
    # The day it was posted is kept where the month moved.
    assert dict(row["tags"] or []) == ({} if start.startswith("2026") else {"posting_date": "2026-01-15"})


def test_an_unreadable_service_month_is_quarantined(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount,Service month\n2026-01-15,A,5,later\n")
    assert read(CONNECTOR, file, currency="USD").reasons == ["service_month: a text of 5 characters is not a date"]


def test_a_title_above_the_header_and_a_total_below_the_rows_do_no_harm(tmp_path: Path) -> None:
    text = "Spend report,,\n,,\nDate,Supplier,Amount\n2026-10-01,A,5\n,,\nTotal,,5\n"
    found = read(CONNECTOR, write(tmp_path, text), currency="USD", header_line="3")
    assert found.total("billed_cost") == 5
    assert [(reject.line, reject.reason) for reject in found.rejects] == [(6, "a total, not a line")]


def test_the_memo_can_be_left_out_and_is_never_shown_of_a_refused_row(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount,Memo\n2026-10-01,A,5,dinner with Bob\nnever,A,5,dinner with Eve\n")
    found = read(CONNECTOR, file, currency="USD")
    assert found.rows[0]["memo"] == "dinner with Bob"
    assert "Eve" not in found.rejects[0].row
    assert read(CONNECTOR, file, currency="USD", memo="none").rows[0]["memo"] is None


def test_a_supplier_is_kept_as_written(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount\n2026-10-01, AMAZON  WEB SERVICES ,5\n2026-10-01,,6\n")
    assert [row["invoice_issuer_name"] for row in read(CONNECTOR, file, currency="USD").rows] == [
        " AMAZON  WEB SERVICES ",
        None,
    ]


def test_a_column_named_by_hand_must_exist_and_be_one(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount,Amount\n2026-10-01,A,5,6\n")
    with pytest.raises(SourceUnreadableError, match="no column 'Vendeur'") as refused:
        read(CONNECTOR, file, currency="USD", supplier="Vendeur")
    assert "Date, Supplier, Amount, Amount" in refused.value.next_step
    with pytest.raises(SourceUnreadableError, match="'Amount' appears 2 times"):
        read(CONNECTOR, file, currency="USD")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sign", "negative"),
        ("lag_months", "-1"),
        ("lag_months", "one"),
        ("decimal", ";"),
        ("delimiter", "x"),
        ("encoding", "utf-16"),
        ("encoding", "klingon"),
        ("date_format", "whenever"),
        ("header_line", "0"),
    ],
)
def test_a_setting_that_is_not_understood_is_refused(tmp_path: Path, name: str, value: str) -> None:
    file = write(tmp_path, "Date,Supplier,Amount\n2026-10-01,A,5\n")
    with pytest.raises(SettingError, match=name) as refused:
        read(CONNECTOR, file, currency="USD", **{name: value})
    assert refused.value.next_step


def test_excel_serial_dates_and_named_months_need_no_setting(tmp_path: Path) -> None:
    # 46300 is 2026-10-05: Excel's day 45658 is 2025-01-01, and 642 days later.
    file = write(tmp_path, "Date,Supplier,Amount\n46300,A,5\n06-Oct-26,B,5\n")
    days = [row["charge_period_start"].day for row in read(CONNECTOR, file, currency="USD").rows]
    assert days == [5, 6]


def test_a_byte_order_mark_and_other_delimiters_are_recognised(tmp_path: Path) -> None:
    for mark in (";", "|", "\t"):
        text = "\ufeffDate,Supplier,Amount\n2026-10-01,Ä,5\n".replace(",", mark)
        found = read(CONNECTOR, write(tmp_path, text), currency="USD")
        assert found.rows[0]["invoice_issuer_name"] == "Ä"


def test_e_mail_addresses_become_hashes_and_in_a_supplier_s_name_a_word(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Amount,Department\n2026-10-01,PAYPAL *x@y.example,5,cc of bob@corp.example\n")
    found = read(CONNECTOR, file, currency="USD")
    assert found.context is not None
    assert found.rows[0]["invoice_issuer_name"] == "PAYPAL *[email]"
    assert found.rows[0]["department_name"] == f"cc of principal:{found.context.hash_principal('bob@corp.example')}"
