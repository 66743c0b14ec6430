"""Money of a ledger stands once in a reconciliation: an invoice and its payment, a hold, two exports, credits."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.cli import cli

PAYABLES = "Date,Supplier,Invoice,Description,Amount,Currency\n"
BANK = "Date,Counterparty,Memo,Amount,Currency\n"
CARD = "Date,Merchant,Status,Type,Amount,Currency\n"
EXPORT = (
    "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingAccountId,BillingCurrency,BillingPeriodStart,"
    "BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,ProviderName,PublisherName,"
    "ServiceCategory,ServiceName,SkuId\n"
)


def exported(cost: str, sku: str = "tokens") -> str:
    month = "2026-10-01T00:00:00Z,2026-11-01T00:00:00Z"
    seller = "OpenAI,OpenAI,OpenAI,AI and Machine Learning,API"
    return f"{cost},{cost},{cost},{cost},org-a,USD,{month},Usage,{month},{seller},{sku}\n"


def sides(firm: SmallFirm) -> dict[str, tuple[Any, ...]]:
    """Month -> status, metered, bill, paid and the causes on either bridge."""
    allocate(firm.workspace)
    asked = ["--workspace", str(firm.workspace.root), "reconcile", "--period", "all", "--json"]
    answer = CliRunner().invoke(cli, asked)
    assert answer.exit_code == 0, answer.output
    return {
        line["month"]: (
            line["status"], line["metered"], line["bill"], line["paid"],
            line["causes"] | ((line["payment"] or {}).get("causes") or {}),
        )
        for line in json.loads(answer.stdout)["lines"]
    }  # fmt: skip


def test_an_invoice_and_its_payment_a_month_later_are_paid_once_in_the_invoice_s_month(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(PAYABLES + "2026-10-05,Anthropic,A-1,Claude Team,300,USD\n", "ledger_csv", source="ap")
    firm.capture(BANK + "2026-11-04,ANTHROPIC,A-1,300,USD\n", "ledger_csv", source="bank", books="bank")
    assert sides(firm) == {"2026-10": ("one-sided", None, None, "300", {})}


def test_a_hold_that_was_posted_is_paid_once_and_what_stands_beside_it_counts(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    lines = (
        "2026-10-03,OPENAI,Pending,Sale,200,USD\n2026-10-04,OPENAI,Posted,Sale,200,USD\n"
        "2026-10-04,OPENAI,Posted,Foreign transaction fee,6,USD\n2026-11-05,OPENAI,Posted,Return,-200,USD\n"
    )
    firm.capture(CARD + lines, "ledger_csv", source="card", books="card")
    assert {month: line[3] for month, line in sides(firm).items()} == {"2026-10": "206", "2026-11": "-200"}


def test_two_exports_of_one_bill_are_no_payment_of_it(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    for source in ("a", "b"):
        firm.capture(EXPORT + exported("110"), "focus", source=source, name=f"{source}.csv")
    assert sides(firm) == {"2026-10": ("one-sided", None, "110", None, {})}


def test_two_exports_that_bill_the_same_in_other_rows_are_asked_about(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(EXPORT + exported("110"), "focus", source="month", name="month.csv")
    firm.capture(EXPORT + exported("60", "in") + exported("50", "out"), "focus", source="days", name="days.csv")
    allocate(firm.workspace)
    asked = ["--workspace", str(firm.workspace.root), "map", "--period", "2026-10", "--json"]
    named = json.loads(CliRunner().invoke(cli, asked).stdout)["named"]
    assert named["perhaps_twice"]["cost"] == "110"


@pytest.mark.parametrize(("used", "status"), [("250", "explained"), ("300", "ties")])
def test_credits_bought_ahead_explain_what_is_paid_above_the_bill(tmp_path: Path, used: str, status: str) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(EXPORT + exported(used), "focus", source="export", name="export.csv")
    lines = "".join(f"2026-10-0{day},OPENAI,auto recharge,100,USD\n" for day in (1, 4, 9))
    firm.capture(BANK + lines, "ledger_csv", source="bank", books="bank")
    left = str(300 - int(used))
    assert sides(firm) == {"2026-10": (status, None, used, "300", {"credits": left} if left != "0" else {})}
