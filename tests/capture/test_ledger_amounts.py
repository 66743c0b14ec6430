"""Which column is the amount, in which currency, and where its tax goes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tabular_support import read, write

from spendmap.capture.connectors.ledger_csv import CONNECTOR
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError


def first(folder: Path, header: str, row: str, **given: str) -> tuple[Any, ...]:
    """(billed cost, currency, tax) of one line, the date and the supplier put before it."""
    mark = ";" if ";" in header else ","
    text = f"Date{mark}Supplier{mark}{header}\n2026-10-04{mark}ANTHROPIC{mark}{row}\n"
    found = read(CONNECTOR, write(folder, text), **given)
    assert found.rejects == []
    return found.rows[0]["billed_cost"], found.rows[0]["billing_currency"], found.rows[0]["tax_cost"]


@pytest.mark.parametrize(
    ("header", "row", "amount", "currency"),
    [
        ("Amount,Transaction Amount,Transaction Currency,Billing Currency", "108,100,EUR,USD", 108, "USD"),
        ("Transaction Amount,Transaction Currency,Billing Amount,Billing Currency", "100,EUR,108,USD", 108, "USD"),
        ("Billing Currency,Billing Amount,Transaction Currency,Transaction Amount", "USD,108,EUR,100", 108, "USD"),
        ("Amount,Currency,Original Amount,Original Currency", "108,USD,100,EUR", 108, "USD"),
        ("Amount (EUR),Original amount,Original currency", "92,100,USD", 92, "EUR"),
        ("Amount (EUR),Original amount,Currency", "92,100,USD", 92, "EUR"),
        ("Amount,Currency,Amount in EUR", "100,USD,92", 92, "EUR"),
        ("Posted Amount,Posted Currency,Amount,Currency", "108,USD,100,EUR", 108, "USD"),
        ("Transaction Amount,Transaction Currency", "100,EUR", 100, "EUR"),
        ("Amount,Transaction Currency", "100,EUR", 100, "EUR"),
        ("Amount (€)", "92", 92, "EUR"),
        ("Montant en €", "92", 92, "EUR"),
        ("EUR Amount", "92", 92, "EUR"),
        ("Betrag in Hauswährung;Hauswährung;Betrag in Belegwährung;Belegwährung", "92;EUR;100;USD", 92, "EUR"),
        ("Betrag;Währung", "1.337,00;EUR", 1337, "EUR"),
        ("Montant;Devise", "1 337,50;EUR", Decimal("1337.5"), "EUR"),
        ("Importe;Moneda", "1.337,50;EUR", Decimal("1337.5"), "EUR"),
    ],
)
def test_an_amount_goes_with_its_own_currency(
    tmp_path: Path, header: str, row: str, amount: Decimal, currency: str
) -> None:
    assert first(tmp_path, header, row)[:2] == (amount, currency)


def test_an_amount_whose_currency_is_only_the_merchant_s_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match="in which currency"):
        first(tmp_path, "Amount,Transaction Amount,Transaction Currency", "108,100,EUR")


def test_an_amount_in_two_currencies_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadableError, match=r"'Amount \(USD\)', 'Amount \(EUR\)'") as refused:
        first(tmp_path, "Amount (USD),Amount (EUR)", "108,100")
    assert "--set amount='Amount (USD)'" in refused.value.next_step
    assert first(tmp_path, "Amount (USD),Amount (EUR)", "108,100", currency="EUR") == (100, "EUR", None)
    assert first(tmp_path, "Amount (USD),Amount (EUR)", "108,100", amount="Amount (USD)") == (108, "USD", None)


@pytest.mark.parametrize(
    ("header", "row", "net", "tax"),
    [
        ("Net,VAT,Gross", "100,20,120", 100, 20),
        ("Gross,VAT,Net", "120,20,100", 100, 20),
        ("Gross Amount,VAT", "120,20", 100, 20),
        ("Total,Sales Tax", "108,8", 100, 8),
        ("Amount,VAT,Total", "100,20,120", 100, 20),  # the total says that the tax comes on top
        ("Amount,VAT,Total", "120,20,120", 100, 20),
        ("Net amount,Gross amount", "100,120", 100, 20),
        ("Netto;MwSt;Brutto", "100;19;119", 100, 19),
        ("Bruttobetrag;USt", "119;19", 100, 19),
        ("Montant HT;TVA;Montant TTC", "100;20;120", 100, 20),
        ("Total TTC;Montant TVA", "120;20", 100, 20),
        ("Base imponible;IVA;Importe total", "100;21;121", 100, 21),
        ("Importe total;Cuota IVA", "121;21", 100, 21),
        ("Gross,VAT", "120,", 120, None),
        ("Net,VAT rate", "100,20", 100, None),
        ("Amount,VAT", "119,19", 100, 19),  # 19 of 100 is a rate of the euro, 19 of 119 is none
        ("Amount,VAT", "100,19", 100, 19),
        ("Subtotal,Tax,Total", "100,7.25,107.25", 100, Decimal("7.25")),
    ],
)
def test_the_net_amount_counts_and_its_tax_stands_beside_it(
    tmp_path: Path, header: str, row: str, net: Decimal, tax: Decimal | None
) -> None:
    assert first(tmp_path, header, row, currency="EUR") == (net, "EUR", tax)


def test_amounts_that_fit_with_and_without_their_tax_are_asked_about(tmp_path: Path) -> None:
    # 20 on 100 is 20 %, 20 in 100 is 25 %: both are rates of a country with the euro.
    with pytest.raises(SourceUnreadableError, match="with or without the tax") as refused:
        first(tmp_path, "Amount,VAT", "100,20", currency="EUR")
    assert "--set amounts=net" in refused.value.next_step
    assert first(tmp_path, "Amount,VAT", "100,20", currency="EUR", amounts="net") == (100, "EUR", 20)
    assert first(tmp_path, "Amount,VAT", "100,20", currency="EUR", amounts="gross") == (80, "EUR", 20)
    assert first(tmp_path, "Amount,VAT", "100,20", currency="EUR", tax="none") == (100, "EUR", None)
    with pytest.raises(SettingError, match="amounts"):
        first(tmp_path, "Amount,VAT", "100,20", currency="EUR", amounts="both")


def test_a_column_of_rates_is_not_taken_for_tax(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Gross,VAT\n2026-10-01,A,1200,20\n2026-10-02,B,90,20\n")
    with pytest.raises(SourceUnreadableError, match="the same number for different amounts"):
        read(CONNECTOR, file, currency="GBP")
    assert read(CONNECTOR, file, currency="GBP", tax="none").total("billed_cost") == 1290


def test_the_tax_of_a_refund_has_the_sign_of_the_refund(tmp_path: Path) -> None:
    file = write(tmp_path, "Date,Supplier,Type,Gross,VAT\n2026-10-01,A,Bill,240,40\n2026-10-02,A,Credit note,120,20\n")
    found = read(CONNECTOR, file, currency="GBP")
    assert [(row["billed_cost"], row["tax_cost"]) for row in found.rows] == [(200, 40), (-100, -20)]
    assert found.sums("GBP")["billed_cost"] == 100


def test_the_decimal_sign_holds_for_every_column_of_money(tmp_path: Path) -> None:
    row = '"1,200","0,200"'
    assert first(tmp_path, "Brutto,MwSt", row, currency="EUR", decimal=",") == (1, "EUR", Decimal("0.2"))


def test_headers_are_found_without_accents_and_in_any_form_of_unicode(tmp_path: Path) -> None:
    text = "Buchungsdatum;Kreditor;Betrag;Wa\u0308hrung\n01.10.2026;OpenAI;5,50;EUR\n"
    assert read(CONNECTOR, write(tmp_path, text)).total("billed_cost") == Decimal("5.5")
    text = "Date comptable;Fournisseur;Libelle;Montant HT;Devise\n29 avril 2026;Mistral AI;API avril;1 234,50;EUR\n"
    row = read(CONNECTOR, write(tmp_path, text)).rows[0]
    assert (row["billed_cost"], row["memo"], row["product_kind"]) == (Decimal("1234.5"), "API avril", "api")
    text = "Fecha contable;Proveedor;Concepto;Importe;Divisa\n5 de octubre de 2026;OpenAI;Uso API;1.234,50;EUR\n"
    row = read(CONNECTOR, write(tmp_path, text)).rows[0]
    assert (row["billed_cost"], row["charge_period_start"].isoformat()) == (Decimal("1234.5"), "2026-10-05T00:00:00")


def test_books_keep_the_date_they_state(tmp_path: Path) -> None:
    text = "Date,Vendor,Amount,Currency\n2026-10-31T18:30:00-07:00,OpenAI,77,USD\n"
    assert read(CONNECTOR, write(tmp_path, text)).rows[0]["charge_period_start"].isoformat() == "2026-10-31T00:00:00"
