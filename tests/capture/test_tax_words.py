"""Words that say that a whole ledger line is tax, and words that only mention one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabular_support import read, write

from spendmap.capture.connectors.ledger_csv import CONNECTOR
from spendmap.capture.line_kinds import mark_of
from spendmap.capture.tax_words import says_tax

TAX = """
    VAT 20% | GST | HST 13% | PST | QST 9.975% | GST 5% + QST 9.975% | Sales tax | Sales Tax - CA (8.25%) | Tax | Taxes
    MwSt. 19 % | 19% USt | zzgl. 19% MwSt | Umsatzsteuer 19,0% | USt 19% auf Rechnung 31 | TVA 20% | T.V.A. | IVA 21%
    I.V.A. 21% | BTW 21% | Taxe sur la valeur ajoutée | Impuesto sobre el Valor Añadido | Goods and Services Tax
    Reverse charge VAT 20% | Withholding tax 10% | WHT | TDS | Quellensteuer | Retención IRPF | Retenue à la source
    Sales Tax (NY) 8.875% | VAT £200.00 - OpenAI LLC | CGST 9% | TPS/TVQ | Sales tax, Washington
    VAT on API usage October | VAT October 2026 | VAT INV-31 | VAT 200.00 USD | OpenAI VAT 20% | VAT refund
    Input VAT 1576 | VAT receivable | Sales tax payable | 1576 Abziehbare Vorsteuer 19 % | 472 IVA soportado
    44566 TVA déductible sur autres biens et services
"""
NOT_TAX = """
    GST registration service | tax advice | Vertex Tax API | Taxi | tax-exempt | incl. VAT | excl. VAT | net of VAT
    VAT number DE123 | VAT DE123456789 | GB123456789 VAT | VAT 123456789 | Tax invoice | Tax Invoice INV-31
    Tax code: V1 | TaxJar | VAT on top | VAT 0% | USt 0% | irrecoverable VAT | Tax expense | Taxes & Licenses
    Steuerberatung | hors TVA | ohne MwSt | API usage October | Goods and services | October 2026 | USD 20%
"""


def phrases(text: str) -> list[str]:
    """The phrases of a list."""
    return [phrase.strip() for line in text.strip().splitlines() for phrase in line.split("|")]


@pytest.mark.parametrize("text", phrases(TAX))
def test_a_text_that_is_all_about_a_tax_is_tax(text: str) -> None:
    assert says_tax(text, "OpenAI, LLC")


@pytest.mark.parametrize("text", phrases(NOT_TAX))
def test_a_text_that_says_anything_else_is_not(text: str) -> None:
    assert not says_tax(text, "OpenAI, LLC")


def test_a_supplier_whose_name_is_a_tax_sells_something() -> None:
    assert not says_tax("VAT IT", "VAT IT")
    assert says_tax("VAT IT 22%", "OpenAI")  # Italy's


@pytest.mark.parametrize(
    ("text", "kind"), [("Sales tax", "tax"), ("Tax invoice", "purchase"), ("Tax credit note", "credit_note")]
)
def test_a_kind_of_line_is_tax_and_a_kind_of_document_is_not(text: str, kind: str) -> None:
    assert mark_of(text).kind == kind


LINES = """Invoice Date,Supplier,Invoice Number,{column},Amount,Currency{more}
2026-10-05,OpenAI,INV-31,{net},1000.00,USD{rest}
2026-10-05,OpenAI,INV-31,{tax},200.00,USD{rest}
"""


@pytest.mark.parametrize(
    ("column", "net", "tax", "more", "rest"),
    [
        ("Description", "API usage October", "VAT 20%", "", ""),
        ("GL Account", "6815 Software", "1576 Input VAT", "", ""),
        ("Category", "Software", "Sales tax", "", ""),
        ("Type", "Invoice", "Tax", "", ""),
        ("Description", "API usage October", "VAT 20%", ",Type,Tax code", ",Invoice,V1"),
        ("Category", "Software", "VAT", ",GL Account", ",1600 Payables"),
    ],
)
def test_a_line_is_marked_as_tax_by_text_account_or_kind_and_keeps_its_amount(
    tmp_path: Path, column: str, net: str, tax: str, more: str, rest: str
) -> None:
    text = LINES.format(column=column, net=net, tax=tax, more=more, rest=rest)
    found = read(CONNECTOR, write(tmp_path, text)).rows
    assert [(row["billed_cost"], row["line_kind"] == "tax") for row in found] == [(1000, False), (200, True)]


def test_the_tax_of_a_credit_note_comes_back_with_it_and_a_card_knows_no_tax_lines(tmp_path: Path) -> None:
    notes = "Invoice Date,Supplier,Invoice Number,Type,Memo,Amount,Currency\n2026-10-05,OpenAI,CN-5,Credit note,VAT 20%,20,USD\n"
    (row,) = read(CONNECTOR, write(tmp_path, notes)).rows
    assert (row["billed_cost"], row["line_kind"]) == (-20, "tax")
    card = "Posted date,Merchant,Memo,Amount,Currency\n2026-10-05,OPENAI,VAT 20%,20,USD\n"
    (row,) = read(CONNECTOR, write(tmp_path, card)).rows
    assert row["line_kind"] != "tax"
