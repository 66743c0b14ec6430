"""A bank pays tax that no bill counts: the difference is explained where documents tell it, however they tell it."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest

from small_firm import SmallFirm
from spendmap.allocation.run import allocate
from spendmap.reports.read_model import ReadModel
from spendmap.reports.reconcile import reconcile_report
from spendmap.risk.measured import Measured
from spendmap.risk.review import read_facts
from spendmap.risk.rules.ledger import lg005_paid_more_than_counted
from spendmap.vocabulary.period import Period

COLUMNS = (
    "BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ProviderName,PublisherName,"
    "InvoiceIssuerName,ServiceName,ServiceCategory,ChargeCategory,ChargeDescription,BilledCost,EffectiveCost,ListCost,"
    "ContractedCost,BillingCurrency\n"
)
BILL = (
    "acc,2026-{month}-01,2026-{after}-01,2026-{month}-05,2026-{month}-06,OpenAI,OpenAI,OpenAI,API,"
    "AI and Machine Learning,Usage,gpt,1000,1000,1000,1000,USD\n"
)
IN_A_COLUMN = (
    "Posting Date,Supplier,Invoice No,Net Amount,VAT,Currency,Memo\n",
    "2026-{month}-28,OpenAI Ireland Ltd,INV-7{month},1000.00,200.00,USD,API usage\n",
)
ON_A_LINE = (
    "Posting Date,Supplier,Invoice No,Net Amount,Currency,Memo\n",
    "2026-{month}-28,OpenAI Ireland Ltd,INV-7{month},1000.00,USD,API usage\n"
    "2026-{month}-28,OpenAI Ireland Ltd,INV-7{month},200.00,USD,VAT 20%\n",
)
BANK = "Booking Date,Payee,Amount,Currency,Memo\n"
PAYMENT = "2026-{month}-28,OpenAI Ireland Ltd,{paid},USD,INV-7{month}\n"
PAID = {"08": "1200.00", "09": "1000.00", "10": "1250.00"}  # each month of one bill of 1,000 and 200 of tax


@pytest.fixture(scope="module", params=[IN_A_COLUMN, ON_A_LINE], ids=["in a column", "on a line"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SmallFirm:
    head, lines = request.param
    made = SmallFirm(tmp_path_factory.mktemp("tax"))

    def each(text: str) -> str:
        return "".join(text.format(month=month, after=f"{int(month) + 1:02d}", paid=PAID[month]) for month in PAID)

    made.capture(COLUMNS + each(BILL), "focus", name="focus.csv")
    made.capture(head + each(lines), "ledger_csv", source="payables")
    made.capture(BANK + each(PAYMENT), "ledger_csv", source="bank", books="bank")
    allocate(made.workspace)
    return made


@pytest.mark.parametrize(
    ("month", "causes", "unexplained"),
    [("08", {"tax": "200"}, "0"), ("09", {}, "0"), ("10", {"tax": "200"}, "50")],
)
def test_what_is_paid_above_a_bill_is_tax_as_far_as_documents_tell_it(
    firm: SmallFirm, month: str, causes: dict[str, str], unexplained: str
) -> None:
    period = f"2026-{month}"
    with closing(ReadModel.open(firm.workspace)) as model:
        (line,) = reconcile_report(model, today=date(2026, 11, 5), period=period).lines
    assert line.bill == 1000
    assert line.payment is not None
    assert line.payment.causes == {name: Decimal(amount) for name, amount in causes.items()}
    assert line.payment.unexplained == Decimal(unexplained)
    with closing(Measured(firm.workspace)) as measured:
        facts = read_facts(firm.workspace, measured, Period.parse(period))
    assert not list(lg005_paid_more_than_counted(facts))
