"""Which way a ledger writes its purchases, and which of its lines are none."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tabular_support import Read, read, write

from spendmap.capture.connectors.ledger_csv import CONNECTOR
from spendmap.capture.line_kinds import Mark, kind_in_words, mark_of
from spendmap.vocabulary.errors import SettingError, SourceUnreadableError


def ledger(folder: Path, text: str, **given_settings: str) -> Read:
    return read(CONNECTOR, write(folder, text), **({"currency": "USD"} | given_settings))


def costs(found: Read) -> list[Decimal]:
    return [row["billed_cost"] for row in found.rows]


def kinds(found: Read) -> list[str | None]:
    return [row["line_kind"] for row in found.rows]


@pytest.mark.parametrize(
    ("header", "debit", "credit"),
    [
        ("S/H", "S", "H"),
        ("Soll/Haben", "Soll", "Haben"),
        ("Soll/Haben-Kennzeichen", "S", "H"),
        ("Debit/Credit", "Debit", "Credit"),
        ("D/C", "D", "C"),
        ("DR/CR", "DR", "CR"),
        ("Credit Debit Indicator", "DBIT", "CRDT"),
        ("Sens Débit/Crédit", "Débit", "Crédit"),
        ("Sens", "D", "C"),
        ("Debe/Haber", "D", "H"),
        ("Cargo/Abono", "Cargo", "Abono"),
        ("Lastschrift/Gutschrift", "Lastschrift", "Gutschrift"),
        ("Type", "debit", "CREDIT"),
        ("Kz.", "S", "H"),  # a column nobody knows by name, all of whose values are marks of both sides
        ("", "Out", "In"),
    ],
)
def test_debit_is_spent_and_credit_comes_back(tmp_path: Path, header: str, debit: str, credit: str) -> None:
    text = f"Date,Supplier,Amount,{header}\n2026-10-01,A,1337,{debit}\n2026-10-09,A,337,{credit}\n"
    found = ledger(tmp_path, text)
    assert costs(found) == [1337, -337]
    assert kinds(found) == ["purchase", "credit_note"]


@pytest.mark.parametrize("amounts", [(1337, -337), (-1337, 337), (1337, 337), (-1337, -337)])
def test_a_marked_credit_is_not_turned_twice_whatever_sign_the_amounts_have(
    tmp_path: Path, amounts: tuple[int, int]
) -> None:
    text = f"Date,Supplier,Amount,D/C\n2026-10-01,A,{amounts[0]},D\n2026-10-09,A,{amounts[1]},C\n"
    assert costs(ledger(tmp_path, text)) == [1337, -337]


@pytest.mark.parametrize(
    ("purchase", "refund"),
    [
        ("Purchase", "Refund"),
        ("Sale", "Return"),
        ("Invoice", "Credit memo"),
        ("Bill", "Vendor Credit"),
        ("Rechnung", "Gutschrift"),
        ("Kauf", "Rückerstattung"),
        ("Achat", "Remboursement"),
        ("Facture", "Avoir"),
        ("Compra", "Devolución"),
        ("Factura", "Nota de crédito"),
        ("Credit card purchase", "Credit card refund"),
    ],
)
@pytest.mark.parametrize("amount", [40, -40])
def test_a_refund_reduces_whatever_sign_it_is_written_with(
    tmp_path: Path, purchase: str, refund: str, amount: int
) -> None:
    text = f"Date,Merchant,Type,Amount\n2026-10-03,OPENAI,{purchase},240\n2026-10-20,OPENAI,{refund},{amount}\n"
    assert costs(ledger(tmp_path, text)) == [240, -40]


@pytest.mark.parametrize("payment", ["Payment", "Zahlung", "Paiement", "Pago", "Payment - thank you", "AUTOPAY"])
def test_a_card_payment_is_no_purchase_and_stays_visible(tmp_path: Path, payment: str) -> None:
    text = f"Date,Merchant,Type,Amount\n2026-10-03,OPENAI,Purchase,240\n2026-10-25,CARD,{payment},200\n"
    found = ledger(tmp_path, text)
    assert (costs(found), kinds(found)) == ([240, 200], ["purchase", "settlement"])


def test_a_card_payment_is_known_by_its_own_words(tmp_path: Path) -> None:
    text = "Date,Merchant,Amount\n2026-10-03,OPENAI,240\n2026-10-25,CARD PAYMENT THANK YOU,200\n"
    assert kinds(ledger(tmp_path, text)) == [None, "settlement"]


def test_a_payment_run_of_a_bank_or_of_payables_is_what_was_spent(tmp_path: Path) -> None:
    bank = "Date,Counterparty,IBAN,Type,Amount\n2026-10-03,OPENAI,DE1,Card payment,-240\n2026-10-04,B,DE1,Direct debit,-9\n"
    assert costs(ledger(tmp_path, bank)) == [240, 9]
    run = "Date,Supplier,Type,Amount\n2026-10-03,OPENAI,Payment,240\n2026-10-04,B,Payment,9\n"
    assert kinds(ledger(tmp_path, run)) == ["purchase", "purchase"]
    # Where invoices stand beside the payments that settle them, the invoices count.
    both = "Date,Supplier,Type,Amount\n2026-10-03,OPENAI,Bill,240\n2026-10-20,OPENAI,Bill Payment,240\n"
    assert kinds(ledger(tmp_path, both)) == ["purchase", "settlement"]


def test_fees_and_chargebacks_are_lines_of_their_own(tmp_path: Path) -> None:
    text = (
        "Date,Merchant,Type,Amount\n2026-10-03,OPENAI,Sale,-240\n2026-10-03,FX,Foreign transaction fee,-7.20\n"
        "2026-10-05,ACME,Chargeback,60\n2026-10-06,ACME,Chargeback fee,-15\n2026-10-07,ACME,Fee reversal,15\n"
    )
    found = ledger(tmp_path, text)
    assert costs(found) == [240, Decimal("7.2"), -60, 15, -15]
    assert kinds(found) == ["purchase", "fee", "reversal", "fee", "reversal"]
    words = "Date,Merchant,Amount\n2026-10-03,OPENAI,240\n2026-10-03,FOREIGN TRANSACTION FEE OPENAI,7.20\n"
    assert kinds(ledger(tmp_path, words)) == [None, "fee"]


def test_pending_lines_are_marked_and_what_moved_no_money_is_set_aside(tmp_path: Path) -> None:
    text = (
        "Date,Merchant,Status,Amount\n2026-10-03,A,Pending,20\n2026-10-04,A,Posted,20\n2026-10-05,B,Declined,99\n"
        "2026-10-06,A,Reversed,20\n2026-10-06,C,Reversed,77\n"
    )
    found = ledger(tmp_path, text)
    assert (costs(found), kinds(found)) == ([20, 20, -20], ["pending", None, "reversal"])
    assert [(reject.line, reject.reason[:40]) for reject in found.rejects] == [
        (4, "its status or type says that no money mo"),
        (6, "its status or type says that no money mo"),  # nothing of 77 stands in the file to be reversed
    ]
    approved = "Date,Supplier,Status,Amount\n2026-10-03,A,AUTHORISED,20\n"
    assert kinds(ledger(tmp_path, approved)) == [None]  # an invoice approved for payment, not a hold on a card


@pytest.mark.parametrize("status", ["Void", "Voided", "Reversed", "Storniert", "Cancelled"])
def test_a_void_invoice_is_set_aside_and_takes_nothing_off_another_of_its_amount(tmp_path: Path, status: str) -> None:
    text = f"Date,Supplier,Invoice,Status,Amount\n2026-10-02,A,O-7,{status},100\n2026-10-09,A,O-8,Paid,100\n"
    found = ledger(tmp_path, text)
    assert costs(found) == [100]
    assert [reject.line for reject in found.rejects] == [2]


def test_mostly_negative_sales_are_purchases(tmp_path: Path) -> None:
    text = "Date,Description,Type,Amount\n2026-10-13,A,Sale,-240\n2026-10-15,B,Sale,-500\n2026-10-20,A,Return,40\n"
    assert costs(ledger(tmp_path, text, supplier="Description")) == [240, 500, -40]


def test_mostly_negative_amounts_without_a_word_are_refused_until_the_sign_is_said(tmp_path: Path) -> None:
    text = "Date,Merchant,Amount\n2026-10-13,A,-240\n2026-10-15,B,-500\n2026-10-20,A,40\n"
    with pytest.raises(SourceUnreadableError, match="2 of its 3 amounts are negative") as refused:
        ledger(tmp_path, text)
    assert "--set sign=invert" in refused.value.next_step
    assert "--set sign=as_is" in refused.value.next_step
    assert costs(ledger(tmp_path, text, sign="invert")) == [240, 500, -40]
    assert costs(ledger(tmp_path, text, sign="as_is")) == [-240, -500, 40]
    tie = "Date,Merchant,Amount\n2026-10-13,A,-240\n2026-10-20,A,40\n"
    with pytest.raises(SourceUnreadableError):
        ledger(tmp_path, tie)
    # A card payment is written the other way than purchases and is no evidence of either.
    paid = "Date,Merchant,Amount\n2026-10-13,A,-240\n2026-10-20,PAYMENT THANK YOU,240\n"
    with pytest.raises(SourceUnreadableError):
        ledger(tmp_path, paid)


def test_credit_notes_that_say_so_are_no_evidence_of_an_inverted_file(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount,Memo\n2026-10-13,A,-240,Credit note 12\n2026-10-14,A,-10,Refund\n2026-10-15,A,30,x\n"
    found = ledger(tmp_path, text)
    assert (costs(found), kinds(found)) == ([-240, -10, 30], ["credit_note", "refund", None])
    assert costs(ledger(tmp_path, text.replace("-240", "240"))) == [-240, -10, 30]
    travel = "Date,Supplier,Amount,Memo\n2026-10-13,A,240,Return flight\n2026-10-13,A,5,Refundable deposit\n"
    assert costs(ledger(tmp_path, travel)) == [240, 5]


def test_a_bank_s_signed_amounts_are_asked_about(tmp_path: Path) -> None:
    text = "Date,Counterparty,Balance,Amount\n2026-10-13,OPENAI,1,-240\n2026-10-15,B,2,500\n2026-10-16,C,2,500\n"
    with pytest.raises(SourceUnreadableError, match="sign=invert"):
        ledger(tmp_path, text)
    assert costs(ledger(tmp_path, text, sign="invert")) == [240, -500, -500]


def test_a_supplier_s_account_whose_credits_are_the_purchases_is_asked_about(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount,S/H\n2026-10-13,A,240,H\n2026-10-15,B,500,H\n2026-10-16,C,100,S\n"
    with pytest.raises(SourceUnreadableError, match="credit on 2 lines and debit on 1"):
        ledger(tmp_path, text)
    assert costs(ledger(tmp_path, text, sign="invert")) == [240, 500, -100]
    assert costs(ledger(tmp_path, text, sign="as_is")) == [-240, -500, 100]
    # Three small credits beside one large debit are credits.
    small = "Date,Supplier,Amount,S/H\n2026-10-13,A,5,H\n2026-10-15,B,5,H\n2026-10-16,C,100,S\n"
    assert costs(ledger(tmp_path, small)) == [-5, -5, 100]


def test_an_explicit_sign_wins_over_what_the_amounts_suggest(tmp_path: Path) -> None:
    text = "Date,Merchant,Type,Amount\n2026-10-13,A,Debit,-240\n2026-10-15,B,Credit,40\n"
    assert costs(ledger(tmp_path, text)) == costs(ledger(tmp_path, text, sign="invert")) == [240, -40]
    assert costs(ledger(tmp_path, text, sign="as_is")) == [-240, 40]
    with pytest.raises(SettingError, match="as_is, invert, debit_positive"):
        ledger(tmp_path, text, sign="minus")


def test_the_marker_can_be_named_and_left_out(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount,Way,Type\n2026-10-01,A,10,raus,Debit\n2026-10-02,A,4,S,Credit\n"
    assert costs(ledger(tmp_path, text, marker="none")) == [10, 4]
    found = ledger(tmp_path, text, marker="Way")
    assert found.reasons == ["the marker, a text of 4 characters, is neither debit, credit nor a kind of line"]


def test_debit_and_credit_columns_of_a_bank_are_their_own_marker(tmp_path: Path) -> None:
    text = "Date opération,Tiers,Débit,Crédit,Solde\n13/10/2026,OPENAI,100,,5\n15/10/2026,CLIENT,,500,505\n"
    assert costs(ledger(tmp_path, text)) == [100, -500]


def test_kinds_that_name_purchases_decide_which_side_they_are_on(tmp_path: Path) -> None:
    # A supplier's account: invoices (KR) are credits, credit memos (KG) and payments (KZ) debits.
    text = "Belegdatum;Kreditor;Belegart;Betrag;S/H\n13.10.2026;A;KR;92;H\n14.10.2026;A;KG;12;S\n15.10.2026;A;KZ;80;S\n"
    found = ledger(tmp_path, text)
    assert costs(found)[:2] == [92, -12]
    assert kinds(found) == ["purchase", "credit_note", "settlement"]


def test_paying_by_card_is_a_purchase_where_nothing_else_is(tmp_path: Path) -> None:
    text = "Date,Merchant,Type,Amount\n2026-10-03,A,CARD_PAYMENT,-20\n2026-10-04,A,CARD_REFUND,20\n"
    assert costs(ledger(tmp_path, text)) == [20, -20]
    text = "Date,Merchant,Type,Amount\n2026-10-03,A,Purchase,20\n2026-10-04,B,Card payment,20\n"
    assert kinds(ledger(tmp_path, text)) == ["purchase", "settlement"]


def test_a_column_called_type_that_holds_no_marks_is_not_one(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount,Type\n2026-10-01,A,10,Software\n2026-10-02,A,4,Returns desk\n2026-10-02,A,4,Rent\n"
    assert costs(ledger(tmp_path, text)) == [10, 4, 4]


def test_a_ledger_without_a_supplier_column_is_refused_with_the_setting(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n2026-10-01,OPENAI *API,10\n"
    with pytest.raises(SourceUnreadableError, match="no column for supplier") as refused:
        ledger(tmp_path, text)
    assert "--set supplier='Description'" in refused.value.next_step
    assert ledger(tmp_path, text, supplier="Description").rows[0]["invoice_issuer_name"] == "OPENAI *API"


@pytest.mark.parametrize(
    "last",
    [
        "Total,,15",
        ",Total,15",
        "2026-10-31,Total,15",
        "2026-10-31,TOTAL USD:,15",
        "Summe,,15",
        ",Gesamtsumme,15",
        "Total général,,15",
        "31/10/2026,Suma total,15",
        ",Total October 2026,15",
        "2026-10-31,Closing balance,9999",
        "2026-10-31,Endsaldo,9999",
        "Subtotal,,15",
    ],
)
def test_totals_and_balances_are_no_lines_and_do_not_enter_captured(tmp_path: Path, last: str) -> None:
    text = f"Date,Supplier,Amount\n2026-10-01,A,5\n2026-10-13,B,10\n{last}\n"
    found = ledger(tmp_path, text, date_format="dd/mm/yyyy")
    assert found.reasons == ["a total, not a line"]
    assert found.sums("USD")["billed_cost"] == 15


def test_a_supplier_called_total_is_a_supplier(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount\n2026-10-01,A,5\n2026-10-02,Total,60\n2026-10-03,TotalEnergies SE,7\n2026-10-04,B,1\n"
    assert costs(ledger(tmp_path, text)) == [5, 60, 7, 1]


def test_subtotals_between_the_lines_are_set_aside(tmp_path: Path) -> None:
    text = "Date,Supplier,Amount\n2026-10-01,A,5\n2026-10-02,A,6\n,Subtotal A,11\n2026-10-03,B,7\n,Subtotal B,7\n,Total,18\n"
    assert costs(ledger(tmp_path, text)) == [5, 6, 7]


def test_words_of_four_languages_mark_one_thing() -> None:
    assert {mark_of(word).kind for word in ("Storno", "annulation", "Contracargo", "CHARGEBACK")} == {"reversal"}
    assert {mark_of(word).kind for word in ("Gebühr", "frais bancaires", "comisión", "FX fee")} == {"fee"}
    assert {mark_of(word).kind for word in ("vorgemerkt", "en attente", "pendiente", "Pending")} == {"pending"}
    assert mark_of("Authorization reversal").kind == "reversal"
    assert mark_of("Payment returned").kind == "settlement"
    assert mark_of("Direct debit") == Mark("debit")
    assert mark_of("Software") == Mark()
    assert kind_in_words("OPENAI", "API credits") == ""


AMOUNT = st.integers(1, 10_000)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(st.tuples(AMOUNT, st.booleans()), min_size=1, max_size=8),
    is_negative=st.booleans(),
    signs_refunds=st.booleans(),
)
def test_spending_is_purchases_less_refunds_whichever_way_the_file_writes_them(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, bool]], is_negative: bool, signs_refunds: bool
) -> None:
    lines = [*lines, (1, False)]
    factor = -1 if is_negative else 1
    body = "".join(
        f"2026-10-01,A,{'Return' if is_refund else 'Sale'},{amount * factor * (-1 if is_refund and signs_refunds else 1)}\n"
        for amount, is_refund in lines
    )
    found = ledger(tmp_path_factory.mktemp("l"), f"Date,Merchant,Type,Amount\n{body}")
    assert found.total("billed_cost") == sum(-amount if is_refund else amount for amount, is_refund in lines)
