"""Reconciliation of vendors with several accounts, payments and products: every line states its sides, and they add up.

October, in USD, worked by hand. OpenAI bills two accounts: org-a 100, paid as 60 and 40 against its invoice 101; org-b 70,
not paid. Anthropic bills 200 on invoice 201; the books hold that invoice, the bank its payment of 200, and the invoice a
second time with 50. Mistral sends no bill; 30 are paid. Cohere bills 80; 80 are paid, and 15 for something else it sells.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.cli import cli

REGISTER = """vendors:
  - id: openai
    name: OpenAI
    accounts: [{id: org-a, keys: [{billing_account_id: org-a}]}, {id: org-b, keys: [{billing_account_id: org-b}]}]
"""
BILLS = [
    ("OpenAI", "org-a", "INV-101", "100.00"),
    ("OpenAI", "org-b", "INV-102", "70.00"),
    ("Anthropic", "ws-1", "INV-201", "200.00"),
    ("Cohere", "co-1", "INV-301", "80.00"),
]
HEADER = (
    "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,"
    "ChargeCategory,ChargeDescription,ChargePeriodStart,ChargePeriodEnd,InvoiceId,InvoiceIssuerName,ProviderName,"
    "PublisherName,ServiceCategory,ServiceName,SkuId"
)
PAYABLES = """Posting Date,Supplier,Invoice Number,Memo,Amount,Currency
2026-10-20,OpenAI,INV-101,API October,60.00,USD
2026-10-28,OpenAI,INV-101,API October rest,40.00,USD
2026-10-21,Anthropic,INV-201,API October,200.00,USD
2026-10-30,Anthropic,INV-201,API October again,50.00,USD
2026-10-15,Mistral AI,INV-401,API October,30.00,USD
2026-10-22,Cohere,INV-301,API October,80.00,USD
2026-10-23,Cohere,INV-302,Team plan 5 seats,15.00,USD
"""
BANK = """Date,Counterparty,IBAN,Purpose,Amount,Currency
2026-10-25,Anthropic,DE1,Invoice INV-201,200.00,USD
2026-10-26,Grocer,DE2,Fruit,12.00,USD
"""


def export() -> str:
    month = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
    return "\n".join(
        [
            HEADER,
            *(
                f"{cost},{cost},{cost},{cost},{account},USD,{month},Usage,tokens,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,"
                f"{invoice},{vendor},{vendor},{vendor},AI and Machine Learning,API,tokens-{account}"
                for vendor, account, invoice, cost in BILLS
            ),
        ]
    )


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> SmallFirm:
    firm = SmallFirm(tmp_path_factory.mktemp("accounts"), REGISTER)
    for text, kind, source in (
        (export(), "focus", "bills"),
        (PAYABLES, "ledger_csv", "ap"),
        (BANK, "ledger_csv", "bank"),
    ):
        load = firm.capture(text + "\n", kind, source=source, name=f"{source}.csv")
        assert load.error is None or load.error == "", load.error
    allocate(firm.workspace)
    return firm


def told(firm: SmallFirm, *words: str) -> str:
    answer = CliRunner().invoke(
        cli, ["--workspace", str(firm.workspace.root), "reconcile", "--period", "2026-10", *words]
    )
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.fixture(scope="module")
def report(firm: SmallFirm) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(told(firm, "--json"))
    return document


SIDES = ("metered", "bill", "paid", "paid_apart")


def line(report: dict[str, Any], issuer: str, account: str = "") -> tuple[Any, ...]:
    """Status, the sides, and what is not explained between bill and payment."""
    (found,) = (each for each in report["lines"] if (each["issuer"], each["account"]) == (issuer, account))
    payment = found["payment"] or {}
    return (found["status"], *(found[side] for side in SIDES), payment.get("difference"))


def test_an_invoice_paid_in_two_parts_stands_on_the_account_it_bills(report: dict[str, Any]) -> None:
    assert line(report, "openai", "org-a") == ("ties", None, "100", "100", None, "0")
    assert line(report, "openai", "org-b") == ("one-sided", None, "70", None, None, None)
    assert {each["account"] for each in report["lines"] if each["issuer"] == "openai"} == {"org-a", "org-b"}


def test_a_second_payment_is_paid_and_an_invoice_with_its_payment_is_not_two(report: dict[str, Any]) -> None:
    # 200 in the books and 200 at the bank are one; the 50 of the invoice's second line are beyond the bill.
    assert line(report, "anthropic") == ("open", None, "200", "250", None, "50")


def test_what_is_paid_without_a_bill_states_its_amount(report: dict[str, Any]) -> None:
    assert line(report, "mistral") == ("one-sided", None, None, "30", None, None)


def test_another_product_of_the_vendor_is_no_payment_of_the_bill(report: dict[str, Any]) -> None:
    assert line(report, "cohere") == ("ties", None, "80", "80", "15", "0")


def test_the_columns_add_up_to_the_totals(report: dict[str, Any]) -> None:
    (total,) = report["totals"]
    for side in SIDES:
        amounts = [Decimal(each[side]) for each in report["lines"] if each[side] is not None]
        assert total[side] == (str(sum(amounts)) if amounts else None), side
    assert [total[side] for side in SIDES] == [None, "450", "460", "15"]  # 100 + 70 + 200 + 80; 100 + 250 + 30 + 80
    assert all(any(each[side] is not None for side in SIDES) for each in report["lines"])


def test_every_printed_line_states_its_sides_and_the_difference(firm: SmallFirm) -> None:
    blocks = told(firm).strip().split("\n\n")
    *lines, totals = blocks
    assert len(lines) == 5
    for block in lines:
        assert "metered" in block and "billed" in block and "paid" in block and "difference" in block, block
    assert "metered unknown, billed 200.00, paid 250.00 USD\n    billed to paid: difference +50.00" in "\n".join(lines)
    assert "metered unknown, billed unknown, paid 30.00 USD\n    difference unknown" in "\n".join(lines)
    assert totals == (
        "Total of 5 lines: metered unknown, billed 450.00, paid 460.00 USD; paid for other products 15.00"
    )
