"""A tax line that names its invoice in its text, or stands a day after it, is tax; and what was paid holds it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from counting.firm import Firm
from small_firm import SmallFirm
from spendmap.checks import check

OCTOBER, NOVEMBER = "2026-10", "2026-11"


def firm_with(tax_day: str, **more: str) -> Firm:
    """An invoice of 1,000, its tax of 200 on a line of its own, and 1,200 paid in November."""
    firm = Firm()
    firm.line("2026-10-30", "1000", invoice_number="aa-31", key="invoice")
    firm.line(tax_day, "200", line_kind="tax", memo="VAT 20%", key="tax", **more)
    firm.line("2026-11-20", "1200", books="bank", number_words="aa-31", key="paid")
    return firm


def test_the_number_in_its_text_ties_it_to_its_invoice() -> None:
    answer = firm_with("2026-10-31", number_words="aa-31").count()
    assert (answer.effective(OCTOBER), answer.effective(NOVEMBER) or Decimal(0)) == (1000, 0)


def test_without_a_number_a_day_later_it_is_proposed() -> None:
    answer = firm_with("2026-10-31").count()
    assert (answer.effective(OCTOBER), answer.effective(NOVEMBER) or Decimal(0)) == (1000, 0)


def test_what_a_person_calls_tax_later_is_in_the_payment_too() -> None:
    firm = firm_with("2026-11-10")
    before = firm.count()
    assert before.effective(NOVEMBER) == 400  # the tax line, and what is paid above the invoice: asked about
    (asked,) = before.noted(kind="perhaps_tax")
    firm.declined = {asked["subject"]}
    after = firm.count()
    assert (after.effective(OCTOBER), after.effective(NOVEMBER) or Decimal(0)) == (1000, 0)


def test_tax_that_is_withheld_breaks_no_law(tmp_path: Path) -> None:
    firm = SmallFirm(tmp_path)
    firm.capture(
        "Date,Supplier,Invoice,Description,Amount,Currency\n"
        "2026-10-31,Anthropic,A-900,Claude API October,500.00,USD\n"
        "2026-10-31,Anthropic,A-900,Withholding tax 15%,-75.00,USD\n",
        "ledger_csv",
        source="ap",
    )
    firm.capture(
        "Date,Counterparty,Memo,Amount,Currency\n2026-11-10,ANTHROPIC,A-900,425.00,USD\n",
        "ledger_csv",
        source="bank",
        books="bank",
    )
    assert firm.money("month")[OCTOBER] == 500
    assert [law.name for law in check(firm.workspace) if law.holds is False] == []
