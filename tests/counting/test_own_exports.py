"""A vendor's own export and its own invoice are one purchase, whatever words each uses for it."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from counting.firm import Firm
from spendmap.allocation.counted.statements import FAMILY
from spendmap.allocation.export_products import UNSAID, product_of_export
from spendmap.allocation.run import allocate
from spendmap.allocation.vendor_catalogue import CatalogueVendor
from spendmap.allocation.vendors import catalogue_vendors, vendors_with
from spendmap.capture.run import Source, capture
from spendmap.checks import check
from spendmap.register import Vendor
from spendmap.reports.read_model import ReadModel
from spendmap.workspace import Workspace

OCTOBER = "2026-10"
VENDORS = catalogue_vendors()
MEETS_ALL = {None, "cloud", "marketplace", "service"}  # families of a ledger line that any export of its vendor covers
FOCUS = (
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeDescription,"
    "ChargePeriodStart,ChargePeriodEnd,EffectiveCost,ListCost,ContractedCost,InvoiceIssuerName,ProviderName,"
    "PublisherName,ServiceName,ServiceCategory\n"
)


def families(vendor: CatalogueVendor) -> set[str]:
    return {FAMILY[each] for each in vendor.sells}


def sellers() -> list[CatalogueVendor]:
    """Vendors of AI alone that sell the API or seats."""
    return [each for each in VENDORS if each.kind == "ai_native" and families(each) & {"api", "seats"}]


def payee(vendor: CatalogueVendor) -> str:
    """A name of the vendor that a ledger may write."""
    names = (vendor.name, *vendor.distinctive, *vendor.aliases, *vendor.domains)
    return next(name for name in names if (found := VENDORS.match(name)) and found.vendor == vendor.id)


def texts(vendor: CatalogueVendor) -> tuple[str, str]:
    """What the export and the invoice of a vendor say that the vendor sells."""
    if "api" in families(vendor):
        return "Inference API: tokens", "API usage October 2026"
    return "Seats", "Subscription October 2026"


def test_every_vendor_of_the_catalogue_counts_once_by_export_invoice_and_payment(tmp_path: Path) -> None:
    exported, invoiced = FOCUS, "Invoice date,Supplier,Invoice No,Amount,Currency,Description\n"
    paid = "Booking Date,Counterparty,Purpose,Amount,Currency\n"
    expected = {}
    for number, vendor in enumerate(sellers()):
        amount, (service, text) = Decimal(100 + number), texts(vendor)
        expected[vendor.id] = amount
        names, costs = ",".join([f'"{vendor.name}"'] * 3), ",".join([str(amount)] * 3)
        exported += f"{amount},a-{number},USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,,2026-10-07T00:00:00Z,"
        exported += f"2026-10-08T00:00:00Z,{costs},{names},{service},AI and Machine Learning\n"
        invoiced += f'2026-10-31,"{payee(vendor)}",ZZ-{number},{amount},USD,{text}\n'
        paid += f'2026-11-10,"{payee(vendor)}",transfer,{amount},USD\n'
    workspace = Workspace.create(tmp_path / "w", "USD", "Own exports")
    for name, kind, text, given in (
        ("export", "focus", exported, {}),
        ("payables", "ledger_csv", invoiced, {"books": "payables", "sign": "as_is"}),
        ("bank", "ledger_csv", paid, {"books": "bank", "sign": "as_is"}),
    ):
        (tmp_path / f"{name}.csv").write_text(text)
        capture(workspace, Source(name, kind, tmp_path / f"{name}.csv", given))
    allocate(workspace)
    with ReadModel.open(workspace).session() as session:
        asked = "SELECT vendor, sum(effective_cost) FROM month WHERE scope = 'ai' GROUP BY vendor"
        counted = dict(session.rows(asked))
    assert len(expected) > 300
    assert {vendor: cost for vendor, cost in counted.items() if cost != expected.get(vendor)} == {}
    assert counted.keys() == expected.keys()
    assert all(law.holds is not False for law in check(workspace))


def test_a_seller_of_one_product_is_met_whatever_its_export_and_invoice_say() -> None:
    said = ("", "Platform", "Inference API usage", "12 seats", "Team subscription", "credits")
    apart = []
    for vendor in (each for each in sellers() if len(families(each)) == 1):
        own = [words for words, sold in vendor.product_words if FAMILY.get(sold, sold) not in families(vendor)]
        for export, invoice in product(said, said):
            bill = product_of_export(VENDORS, vendor.id, export)
            line = FAMILY.get(VENDORS.product_of(vendor.id, f"{payee(vendor)} {invoice}") or "")
            if not own and bill not in (UNSAID, line) and line not in MEETS_ALL:
                apart.append((vendor.id, export, invoice, bill, line))
    assert apart == []


def test_words_decide_for_a_seller_of_several_and_what_says_nothing_is_of_its_usual_product_or_open() -> None:
    assert product_of_export(VENDORS, "xai", "xAI API API usage grok-4") == "api"
    assert product_of_export(VENDORS, "xai", "Grok Business seats") == "seats"
    assert product_of_export(VENDORS, "openai", "Assistants") == "api"
    assert product_of_export(VENDORS, "lambda", "gpu_1x_h100") == UNSAID  # a cloud, and credits bought ahead for it
    assert product_of_export(VENDORS, "coreweave", "Inference API usage") == "cloud"


def test_what_the_register_says_a_vendor_sells_is_what_its_export_is_for() -> None:
    vendors = vendors_with([Vendor("xai", "xAI", (), (), (), None, None, (), sells=("api",))])
    assert product_of_export(vendors, "xai", "Team subscription") == "api"


def test_a_bare_name_is_a_vendor_in_an_export_and_nobody_on_a_bank_statement() -> None:
    found = {row["supplier_name"]: row["vendor"] for row in VENDORS.resolve_exporters(BARE).to_pylist()}
    assert found == {name: name.lower() for name in BARE[:8]}
    assert [name for name in BARE if VENDORS.match(name)] == []


BARE = ["Replicate", "Lambda", "Modal", "Scale", "Mistral", "fal", "Luma", "Pinecone", "Scale Computing", "Modal Shift"]


@pytest.mark.parametrize("product_kind", ["api", "seats", None])
def test_an_open_export_covers_the_invoice_and_then_the_payment_of_its_account(product_kind: str | None) -> None:
    firm = Firm()
    firm.export("2026-10-07", "100", "xai", kind=None, account_id="a1")
    firm.line("2026-10-31", "100", "xai", product_kind=product_kind)
    firm.line("2026-10-31", "100", "xai", books="card")
    assert firm.count().effective(OCTOBER) == 100


def test_an_open_bill_comes_after_the_one_for_what_the_invoice_says() -> None:
    # 50 of API and 100 that nothing names: the API's invoice takes its 50, so that the seats' 100 still meet the rest
    firm = Firm()
    firm.export("2026-10-07", "50", "xai", account_id="a1")
    firm.export("2026-10-07", "100", "xai", kind=None, account_id="a1")
    firm.line("2026-10-30", "50", "xai", product_kind="api")
    firm.line("2026-10-31", "100", "xai", product_kind="seats")
    assert firm.count().effective(OCTOBER) == 150


def test_an_equal_export_of_another_product_counts_beside_the_invoice_and_is_named() -> None:
    firm = Firm()
    firm.export("2026-10-07", "100", "xai", kind="seats", account_id="a1")
    firm.line("2026-10-31", "100", "xai", product_kind="api")
    firm.line("2026-10-31", "99.98", "xai", product_kind="api", invoice_number="8")
    answer = firm.count()
    assert answer.effective(OCTOBER) == Decimal("299.98")
    (note,) = answer.noted(kind="perhaps_twice")
    assert (note["amount"], note["vendor"]) == (100, "xai")
    assert "as seats" in note["reason"]
