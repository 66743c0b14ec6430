"""What "payment" says: on a card that its bill was paid; in a bank's or an accountant's book that a supplier was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from small_firm import SmallFirm
from spendmap.capture.ledger_aliases import payer

BANK = "Booking date,Counterparty,Purpose,Amount,Currency\n"


def test_a_bank_pays_suppliers_whatever_it_calls_it(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(
        BANK + '2026-10-05,"OPENAI, LLC",payment,-1000,USD\n2026-10-06,MISTRAL AI,Online payment,-30,USD\n'
        "2026-10-07,DEEPGRAM INC,Payment received,-0.50,USD\n2026-10-08,ANTHROPIC PBC,API,-200,USD\n"
        "2026-10-09,AMERICAN EXPRESS,Credit card payment,-900,USD\n",
        "ledger_csv",
        books="bank",
        sign="invert",
    )
    assert firm.money("vendor") == {
        "openai": Decimal(1000), "mistral": Decimal(30), "deepgram": Decimal("0.5"), "anthropic": Decimal(200)
    }  # fmt: skip


def test_a_card_counts_purchases_and_not_what_pays_its_bill(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(
        "Date,Merchant,Memo,Amount,Currency\n2026-10-05,OPENAI LLC,payment,20,USD\n2026-10-06,ANTHROPIC PBC,,200,USD\n"
        "2026-10-09,Payment Thank You,,-220,USD\n2026-10-10,BANK,Payment received - thank you,-5,USD\n",
        "ledger_csv",
        books="card",
    )
    assert firm.money("vendor") == {"openai": Decimal(20), "anthropic": Decimal(200)}


def test_a_column_named_period_spreads_what_is_paid_ahead(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(
        "Invoice date,Supplier,Invoice No,Amount,Currency,Period\n"
        "2026-10-01,Synthesia Ltd,S-1,600,USD,01.10.2026 - 30.09.2027\n",
        "ledger_csv",
    )
    by_month = firm.money("month")
    assert len(by_month) == 12
    assert set(by_month.values()) == {Decimal(50)}


@pytest.mark.parametrize("product", ["", ",20"])
def test_seats_without_a_price_are_listed_and_bring_no_money(tmp_path: Path, product: str) -> None:
    firm = SmallFirm(tmp_path)
    head = "Month,Product,Seats,Price,Currency\n" if product else "Month,Product,Seats\n"
    row = "2026-10-01,Cursor,5,20,USD\n2026-10-01,ChatGPT,3,,\n" if product else "2026-10-01,Cursor,5\n"
    firm.capture(head + row, "seats_csv")
    assert sum(firm.money("tool").values()) == (100 if product else 0)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("4401", "4401"),
        ("XXXX-XXXX-XXXX-4401", "4401"),
        ("4111 1111 1111 4401", "4401"),
        (" Marketing  Card ", "marketing card"),
    ],
)
def test_a_card_is_known_by_its_last_digits_or_its_name(written: str, same: str) -> None:
    assert payer(written) == same
