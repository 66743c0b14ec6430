"""Situations of documents: one invoice seen twice, two of one amount, tax, fees, names that mislead."""

from __future__ import annotations

from decimal import Decimal

from company.birch.books import Books
from company.birch.files import Files


def documents(files: Files, books: Books) -> None:
    """One document once: number in ledger and on card, pending and posted, equal amounts with two numbers, tax, FX."""
    books.begin("invoice-in-ledger-and-on-card", "INV-0091 in payables and INV 91 on the card: once")
    files.invoice("2026-08-12", "Perplexity AI, Inc.", "INV-0091", "Perplexity Enterprise", "400.00", "product")
    files.card("2026-08-14", "PERPLEXITY AI", "INV 91", "400.00", department="product")
    books.ai("2026-08", "internal_tools", "perplexity", "400", billed="400", list_=None, department="product",
             owner="Ada")  # fmt: skip
    books.covered["2026-08", "perplexity"] += Decimal(400)

    books.begin("two-invoices-of-one-amount", "Two numbers are two invoices")
    for number in ("S-1", "S-2"):
        files.invoice("2026-09-15", "Scale AI, Inc.", number, "Annotation", "250.00", "engineering")
        books.ai("2026-09", "data_preparation", "scale", "250", billed="250", list_=None, department="engineering",
                 owner="Dag")  # fmt: skip

    books.begin("pending-and-posted", "A pending line and its posting two days later: once")
    files.card("2026-09-09", "OTTER.AI", "Otter Business", "20.00", status="Pending", department="people")
    files.card("2026-09-11", "OTTER.AI", "Otter Business", "20.00", department="people")
    books.ai("2026-09", "internal_tools", "otter", "20", billed="20", list_=None, department="people", owner="Eve")

    books.begin("net-gross-and-tax", "The net column counts; gross less tax where there is no net column")
    files.row("eubooks_2026-08.csv", ("Invoice Date", "Supplier", "Invoice Number", "Net", "VAT", "Gross"),
              "2026-08-18", "DeepL SE", "DE-5", "500.00", "100.00", "600.00")  # fmt: skip
    files.row("grossbooks_2026-09.csv", ("Invoice Date", "Supplier", "Invoice Number", "Gross Amount", "VAT"),
              "2026-09-18", "Jasper AI, Inc.", "JA-5", "240.00", "40.00")  # fmt: skip
    books.ai("2026-08", "internal_tools", "deepl", "500", billed="500", list_=None)
    books.ai("2026-09", "internal_tools", "jasper", "200", billed="200", list_=None)

    books.begin(
        "foreign-card-line-and-fee", "Amount is in the billing currency; a fee counts where it names the vendor"
    )
    header = ("Date", "Merchant", "Amount", "Transaction Amount", "Transaction Currency", "Billing Currency", "Memo")
    name = "travelcard_2026-08.csv"
    files.row(name, header, "2026-08-21", "MIDJOURNEY INC.", "108.00", "100.00", "EUR", "USD", "")
    files.row(name, header, "2026-08-21", "MIDJOURNEY INC.", "3.24", "", "", "USD", "Foreign transaction fee")
    files.row(name, header, "2026-08-22", "FOREIGN TRANSACTION FEE", "1.11", "", "", "USD", "")
    books.ai("2026-08", "internal_tools", "midjourney", "111.24", billed="111.24", list_=None)
    books.not_ai_suppliers.add("FOREIGN TRANSACTION FEE")

    books.begin("look-alikes", "Names that only look like vendors, and rent, are not AI")
    for day, merchant, amount in (
        ("2026-10-11", "Cursor Hotels Ltd", "310.00"), ("2026-10-12", "Midjourney Cafe", "18.00"),
        ("2026-10-13", "Claude's Bakery", "22.50"), ("2026-10-14", "WeWork Management LLC", "900.00"),
    ):  # fmt: skip
        files.card(day, merchant, "", amount)
        books.not_ai_suppliers.add(merchant)

    books.begin("mixed-vendor", "A vendor that sells much else, and no word of AI: not AI, perhaps AI, with its amount")
    files.invoice("2026-10-15", "Microsoft Corporation", "MS-1", "Licences", "999.00")
    books.not_ai_suppliers.add("Microsoft Corporation")
    books.perhaps_ai["2026-10", "Microsoft Corporation"] = Decimal(999)
