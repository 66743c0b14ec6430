"""A bank's fee counts with the vendor of AI that it names: in its memo, or beside the bank's own words for a fee."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from spendmap.allocation.fees import vendor_of_fee
from spendmap.allocation.run import allocate
from spendmap.allocation.vendors import catalogue_vendors
from spendmap.capture.run import Source, capture
from spendmap.checks import check
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace


@pytest.mark.parametrize(
    ("supplier", "memo", "vendor"),
    [
        ("FOREIGN TRANSACTION FEE", "OPENAI *API", "openai"),
        ("FOREIGN TRANSACTION FEE OPENAI", "", "openai"),
        ("OPENAI - FX FEE 1.8%", "", "openai"),
        ("FX FEE ANTHROPIC 20.00 EUR", "", "anthropic"),
        ("FOREIGN TRANSACTION FEE 20.00 EUR OPENAI", "", "openai"),
        ("INTL TRANSACTION FEE - CURSOR AI POWERED IDE", "", "cursor"),
        ("American Bank", "Foreign transaction fee for OPENAI *API 10/03", "openai"),
        ("Auslandseinsatzentgelt", "1,75% auf OPENAI *CHATGPT SUBSCR 20,00 USD", "openai"),
        ("Fremdwährungsgebühr: ELEVENLABS.IO", "", "elevenlabs"),
        ("Frais sur opération à l'étranger OPENAI", "", "openai"),
        ("Frais de change", "ANTHROPIC", "anthropic"),
        ("Comisión por cambio OPENAI", "", "openai"),
        # No vendor of AI: nobody's, somebody else's whose name begins so, or a seller of many things.
        ("INTEREST CHARGE", "", None),
        ("ANNUAL FEE", "", None),
        ("FOREIGN TRANSACTION FEE", "LUFTHANSA", None),
        ("FOREIGN TRANSACTION FEE", "Openair Hotel", None),
        ("FOREIGN TRANSACTION FEE MIDJOURNEY CAFE", "", None),
        ("LATE FEE", "COHERE BOOKSHOP", None),
        ("FOREIGN TRANSACTION FEE MICROSOFT", "", None),
        ("FOREIGN TRANSACTION FEE MICROSOFT", "OPENAI", None),
        ("FOREIGN TRANSACTION FEE", "GOOGLE *CLOUD", None),
    ],
)
def test_what_is_left_beside_the_words_for_a_fee_is_read_as_a_name(
    supplier: str, memo: str, vendor: str | None
) -> None:
    assert vendor_of_fee(supplier, memo, catalogue_vendors()) == vendor


def test_fees_that_name_an_ai_vendor_count_and_the_others_do_not(tmp_path: Path) -> None:
    # 20.00 + 0.60 + 0.50 + 0.40 = 21.50 are OpenAI's. Interest, a hotel's fee and Microsoft's are not AI: 9.00 + 3.00 +
    # 2.00. The hotel itself has a vendor's name in its memo and is no fee: 100.00 stays what it was.
    file = tmp_path / "card.csv"
    file.write_text(
        "Posting date,Merchant,Type,Amount,Currency,Description\n"
        "2026-10-03,OPENAI,Sale,20.00,USD,\n"
        "2026-10-03,FOREIGN TRANSACTION FEE,Fee,0.60,USD,OPENAI *API\n"
        "2026-10-04,OPENAI,Fee,0.50,USD,late fee\n"
        "2026-10-05,FOREIGN TRANSACTION FEE OPENAI,Fee,0.40,USD,\n"
        "2026-10-06,INTEREST CHARGE,Fee,9.00,USD,\n"
        "2026-10-07,FOREIGN TRANSACTION FEE,Fee,3.00,USD,GRAND HOTEL\n"
        "2026-10-08,FOREIGN TRANSACTION FEE MICROSOFT,Fee,2.00,USD,\n"
        "2026-10-09,GRAND HOTEL,Sale,100.00,USD,OPENAI\n"
    )
    workspace = Workspace.create(tmp_path / "w", "USD", "Fees")
    (load,) = capture(workspace, Source("card", "ledger_csv", file, {"books": "card"}))
    assert (load.rows_loaded, load.rows_quarantined) == (8, 0)
    allocate(workspace)
    with ReadModel.open(workspace).session() as session:
        rows = dict(session.rows("SELECT scope, sum(effective_cost) FROM month GROUP BY scope"))
        by = dict(session.rows("SELECT vendor, sum(billed_cost) FROM month WHERE scope = 'ai' GROUP BY vendor"))
    assert rows == {"ai": Decimal("21.50"), "not_ai": Decimal("114.00")}
    assert by == {"openai": Decimal("21.50")}
    assert all(law.holds is not False for law in check(workspace))
