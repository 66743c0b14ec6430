"""A bank pays tax that no bill counts: the difference is explained where documents tell it, however they tell it."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.reports.read_model import ReadModel
from spendmap.reports.reconcile import reconcile_report
from spendmap.risk.measured import Measured
from spendmap.risk.review import read_facts
from spendmap.risk.rules.ledger import lg005_paid_more_than_counted
from spendmap.vocabulary.period import Period

EXPORT = (
    "BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ProviderName,PublisherName,"
    "InvoiceIssuerName,ServiceName,ServiceCategory,ChargeCategory,ChargeDescription,BilledCost,EffectiveCost,ListCost,"
    "ContractedCost,BillingCurrency\n"
    "acc,2026-10-01,2026-11-01,2026-10-05,2026-10-06,OpenAI,OpenAI,OpenAI,API,AI and Machine Learning,Usage,gpt,"
    "1000,1000,1000,1000,USD\n"
)
IN_A_COLUMN = (
    "Posting Date,Supplier,Invoice No,Net Amount,VAT,Currency,Memo\n"
    "2026-10-31,OpenAI Ireland Ltd,INV-77,1000.00,200.00,USD,API usage October\n"
)
ON_A_LINE = (
    "Posting Date,Supplier,Invoice No,Net Amount,Currency,Memo\n"
    "2026-10-31,OpenAI Ireland Ltd,INV-77,1000.00,USD,API usage October\n"
    "2026-10-31,OpenAI Ireland Ltd,INV-77,200.00,USD,VAT 20%\n"
)
BANK = "Booking Date,Payee,Amount,Currency,Memo\n2026-10-31,OpenAI Ireland Ltd,{paid},USD,INV-77\n"


@pytest.mark.parametrize("ledger", [IN_A_COLUMN, ON_A_LINE], ids=["in a column", "on a line"])
@pytest.mark.parametrize(
    ("paid", "causes", "unexplained"),
    [("1200.00", {"tax": "200"}, "0"), ("1000.00", {}, "0"), ("1250.00", {"tax": "200"}, "50")],
)
def test_what_is_paid_above_a_bill_is_tax_as_far_as_documents_tell_it(
    tmp_path: Path, ledger: str, paid: str, causes: dict[str, str], unexplained: str
) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(EXPORT, "focus", name="focus.csv")
    firm.capture(ledger, "ledger_csv", source="payables")
    firm.capture(BANK.format(paid=paid), "ledger_csv", source="bank", books="bank")
    allocate(firm.workspace)
    with closing(ReadModel.open(firm.workspace)) as model:
        (line,) = reconcile_report(model, today=date(2026, 11, 5), period="2026-10").lines
    assert line.bill == 1000
    assert line.payment is not None
    assert line.payment.causes == {name: Decimal(amount) for name, amount in causes.items()}
    assert line.payment.unexplained == Decimal(unexplained)
    with closing(Measured(firm.workspace)) as measured:
        facts = read_facts(firm.workspace, measured, Period.parse("2026-10"))
    assert not list(lg005_paid_more_than_counted(facts))
