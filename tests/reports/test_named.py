"""What is not settled about a period, named in money: worked by hand from the notes that counting left.

Juniper, US dollars. September: a card payment of 500.00 was taken for an invoice two days older. October: prepaid 48.00
of 200.00 in credits, 300.00 of a flat plan's calls at list price, 12.00 metered above a bill, a mixed vendor's 4,700.00.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from spendmap.allocation.counted.parts import Notes
from spendmap.allocation.perhaps import perhaps_of
from spendmap.allocation.vendor_catalogue import catalogue
from spendmap.allocation.vendors import Vendors

SEP, OCT = "2026-09", "2026-10"


def row(
    supplier: str | None, text: str | None, cost: str, month: str = OCT, vendor: str | None = None
) -> dict[str, Any]:
    money = Decimal(cost)
    return {"month": month, "currency": "USD", "supplier_name": supplier, "vendor": vendor, "text": text,
            "effective": money, "billed": money, "n": 1}  # fmt: skip


@pytest.fixture(scope="module")
def vendors() -> Vendors:
    return Vendors(catalogue())


def told(rows: list[dict[str, Any]], vendors: Vendors) -> list[tuple[str | None, str, Decimal]]:
    return [(each["subject"], each["reason"], each["amount"]) for each in perhaps_of(rows, vendors)]


def test_a_mixed_vendor_is_one_row_whatever_its_lines_say(vendors: Vendors) -> None:
    lines = [row("Microsoft Corporation", "licences", "4000"), row("Microsoft Corporation", "Copilot seats", "700")]
    assert told(lines, vendors) == [("Microsoft Corporation", "mixed vendor", Decimal(4700))]


def test_a_memo_can_be_what_looks_like_ai_and_the_other_lines_are_left(vendors: Vendors) -> None:
    lines = [row("Hays plc", "ChatGPT subscription reimbursed", "20"), row("Hays plc", "temporary staff", "900")]
    assert told(lines, vendors) == [("Hays plc", "name looks like AI", Decimal(20))]


@pytest.mark.parametrize("supplier", ["WeWork Management LLC", "DELTA AIR LINES", "Müller Bürobedarf GmbH", None])
def test_what_looks_like_nothing_of_the_kind_is_not_asked_about(supplier: str | None, vendors: Vendors) -> None:
    assert told([row(supplier, None, "100")], vendors) == []


def test_a_line_without_a_supplier_is_asked_about_by_its_memo(vendors: Vendors) -> None:
    assert told([row(None, "ChatGPT credits", "50")], vendors) == [(None, "name looks like AI", Decimal(50))]


def test_months_are_apart_and_a_refund_reduces(vendors: Vendors) -> None:
    lines = [row("Microsoft Corporation", None, cost, month) for cost, month in (("10", SEP), ("30", OCT), ("-5", OCT))]
    assert [(each["month"], each["amount"], each["rows"]) for each in perhaps_of(lines, vendors)] == [
        (SEP, Decimal(10), 1),
        (OCT, Decimal(25), 2),
    ]


def test_notes_keep_an_unknown_amount_unknown(vendors: Vendors) -> None:
    lines = [{**row("Microsoft Corporation", None, "1"), "effective": None, "billed": None}]
    assert told(lines, vendors) == [("Microsoft Corporation", "mixed vendor", None)]
    assert isinstance(Notes().table, pa.Table)
