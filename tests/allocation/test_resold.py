"""A dealer's invoice that names a vendor's product is of that vendor, and meets what is known of it otherwise."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from small_firm import SmallFirm
from spendmap.allocation.resold import resolve_resold
from spendmap.allocation.vendors import catalogue_vendors


def maker(supplier: str, memo: str = "", description: str = "") -> str | None:
    """Whose product a line sells."""
    found = resolve_resold([(supplier, memo, description)], catalogue_vendors()).to_pylist()
    return found[0]["vendor"] if found else None


@pytest.mark.parametrize(
    ("supplier", "memo", "vendor"),
    [
        ("CDW Direct LLC", "ChatGPT Enterprise 100 seats October 2026", "openai"),
        ("CDW", "ChatGPT Business, 20 users", "openai"),  # a dealer that the catalogue knows
        ("Bechtle AG", "Claude Team Lizenzen", "anthropic"),
        ("Softcat plc", "Cursor Business x 12", "cursor"),
        ("Northwind IT", "GitHub Copilot seats", "github"),
        ("SoftwareONE", "Azure OpenAI consumption", "microsoft"),
        ("Le Revendeur", "Le Chat Team", "mistral"),
        ("Presidio", "Claude for Work 20 users", "anthropic"),
        ("Softchoice", "Anthropic Claude seats", "anthropic"),
        ("TD Synnex", "Claude Code Premium Seats", "anthropic"),  # a brand, and how it is sold close behind it
        ("Trace3", "OpenAI 12 licenses", "openai"),
    ],
)
def test_the_product_says_the_vendor(supplier: str, memo: str, vendor: str) -> None:
    assert maker(supplier, memo) == vendor
    assert maker(supplier, "", memo) == vendor


@pytest.mark.parametrize(
    ("supplier", "memo"),
    [
        ("Deloitte", "Claude Enterprise rollout workshop"),  # people's work around it
        ("Northwind IT", "Schulung ChatGPT Enterprise"),
        ("Northwind IT", "ChatGPT Team and Claude Team"),  # two vendors: nobody knows whose money
        ("Northwind IT", "Business plan"),  # words that every vendor uses
        ("OpenRouter, Inc", "Claude Code Max"),  # a vendor's own line stays its own
        ("Amazon Web Services", "Claude Enterprise"),  # a marketplace bills it, and its export says so
        ("Northwind IT", "laptops"),
        ("Musée", "Claude Monet exhibition, 2 seats"),
        ("Bistro", "dinner with the OpenAI team"),
    ],
)
def test_what_is_no_resale_of_one_product_says_nothing(supplier: str, memo: str) -> None:
    assert maker(supplier, memo) is None


def test_seats_bought_of_a_dealer_count_once_and_are_the_vendors(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(
        "month,supplier,product,plan,seats,price per seat per month,currency\n"
        "2026-10,OpenAI,ChatGPT Enterprise,Enterprise,100,30.00,USD\n",
        "seats_csv",
    )
    firm.capture(
        "Posting Date,Supplier,Invoice No,Amount,Currency,Memo\n"
        "2026-10-05,CDW Direct LLC,CD-1,3100.00,USD,ChatGPT Enterprise 100 seats October 2026\n"
        "2026-10-09,CDW Direct LLC,CD-2,900.00,USD,Laptop stands\n"
        "2026-10-12,Deloitte,D-1,5000.00,USD,Claude Enterprise rollout workshop\n",
        "ledger_csv",
    )
    # the invoice is the bill of 100 seats: 3,100, of which 100 is above their list price; stands are no AI
    assert firm.money("vendor") == {"openai": Decimal(3100), None: Decimal(5000)}


def test_the_payment_of_a_dealer_s_invoice_is_proposed_as_its_pair_by_the_dealer_s_name(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    head = "Posting Date,Supplier,Invoice No,Amount,Currency,Memo\n"
    firm.capture(
        head + "2026-10-03,SHI International Corp,S-1,1900.00,USD,Claude Team 100 seats\n", "ledger_csv", source="ap"
    )
    firm.capture(
        head + "2026-10-20,SHI INTERNATIONAL,,1900.00,USD,Claude software\n", "ledger_csv", source="card", books="card"
    )
    rule = "rules: [{id: dealer, on: charge, when: {payment_text: {contains: [claude]}}, then: {scope: ai, category: internal_tools}}]"
    (firm.workspace.root / "rules").mkdir(exist_ok=True)
    (firm.workspace.root / "rules" / "own.yaml").write_text(rule, encoding="utf-8")
    assert firm.money("vendor") == {"anthropic": Decimal(1900)}


def test_a_product_of_a_maker_of_nothing_but_ai_is_ai_whatever_the_plan_is_called(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(
        "Date,Supplier,Invoice,Description,Amount,Currency\n"
        "2026-10-05,Carahsoft,CT-1,Claude for Enterprise,1001.00,USD\n"
        "2026-10-05,Trace3,CT-2,Claude subscription,1002.00,USD\n"
        "2026-10-05,Zones,CT-3,Laptop stands,1004.00,USD\n",
        "ledger_csv",
    )
    assert firm.money("vendor") == {"anthropic": Decimal(2003)}
