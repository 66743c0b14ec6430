"""Situations of bills: corrections, currencies, marketplaces, commitments, and money paid ahead or behind."""

from __future__ import annotations

from decimal import Decimal

from company.birch.books import Books
from company.birch.files import COHERE, MISTRAL, Files, M, priced
from company.birch.formats import Export, call


def exports_of_others(files: Files, books: Books) -> None:
    """Mistral: a correction, then a bill in euro. Cohere and AWS: a marketplace line. AWS: a commitment and tax."""
    books.begin("correction", "September's file corrects 15 August: effective August, billed September")
    export = files.exports["mistral_2026-08.csv"] = Export("2026-08", "m-1", "Mistral AI", "La Plateforme",
                                                           issuer="Mistral AI")  # fmt: skip
    export.line("2026-08-15", "tokens", "300.00")
    books.ai("2026-08", "product_inference", "mistral", "300", billed="300", list_="300")
    export = files.exports["mistral_2026-09.csv"] = Export("2026-09", "m-1", "Mistral AI", "La Plateforme",
                                                           issuer="Mistral AI")  # fmt: skip
    export.line("2026-09-15", "tokens", "200.00")
    export.line("2026-08-15", "tokens", "-40.00", ChargeClass="Correction")
    books.ai("2026-09", "product_inference", "mistral", "200", billed="200", list_="200")
    books.ai("2026-08", "product_inference", "mistral", "-40", billed="-40", list_="-40", billed_in="2026-09")

    books.begin("bill-in-eur", "A bill of EUR 92.00 carried by a meter of USD 100.00: euro, and no dollar")
    at = "2026-10-14 08:00:00"
    files.gateway(at, call("mi-birch-1", at, MISTRAL, "mistral", prompt=50 * M, use_case="triage"))
    export = files.exports["mistral_2026-10.csv"] = Export("2026-10", "m-1", "Mistral AI", "La Plateforme",
                                                           issuer="Mistral AI", currency="EUR")  # fmt: skip
    export.line("2026-10-14", "tokens", "60.00")
    export.line("2026-10-31", "tokens", "32.00")
    books.ai("2026-10", "product_inference", "mistral", "92", billed="92", list_="92", use_case="triage",
             department="support", owner="Cem", currency="EUR")  # fmt: skip

    books.begin("marketplace", "The cloud's line of 120.00 and the publisher's own export of it: one money")
    cloud = files.exports["aws_2026-08.csv"] = Export("2026-08", "aws-1", "AWS", "Cohere Command (AWS Marketplace)",
                                                      issuer="Amazon Web Services, Inc.", service_category="Other")  # fmt: skip
    cloud.line("2026-08-01", "Cohere Command subscription", "120.00", ChargeCategory="Purchase", PublisherName="Cohere",
               until="2026-09-01")  # fmt: skip
    own = files.exports["cohere_2026-08.csv"] = Export("2026-08", "co-1", "Cohere", "Command",
                                                       issuer="Amazon Web Services, Inc.")  # fmt: skip
    own.line("2026-08-03", "tokens", "60.00")
    own.line("2026-08-31", "tokens", "60.00")
    books.ai("2026-08", "product_inference", "cohere", "120", billed="120", list_="120")
    books.covered["2026-08", "aws"] += Decimal(120)

    books.begin(
        "commitment-and-tax", "Purchase 1,500.00 = used 1,200.00 + unused 300.00; tax that names Bedrock counts"
    )
    cloud = files.exports["aws_2026-10.csv"] = Export(
        "2026-10", "aws-1", "AWS", "Amazon Elastic Compute Cloud", issuer="Amazon Web Services, Inc.",
        service_category="Compute", invoice="AWS-2026-10",
    )  # fmt: skip
    cloud.line("2026-10-01", "Savings plan, monthly fee", "0", billed="1500.00", list_="1500.00", until="2026-11-01",
               ChargeCategory="Purchase", CommitmentDiscountId="sp-1",
               ServiceName="Savings Plans for AWS Compute usage")  # fmt: skip
    cloud.line("2026-10-05", "p5.48xlarge", "1200.00", billed="0", list_="1600.00", CommitmentDiscountId="sp-1",
               CommitmentDiscountStatus="Used", PricingCategory="Committed")  # fmt: skip
    cloud.line("2026-10-06", "p5.48xlarge", "300.00", billed="0", list_="400.00", CommitmentDiscountId="sp-1",
               CommitmentDiscountStatus="Unused", PricingCategory="Committed")  # fmt: skip
    cloud.line("2026-10-07", "nova-pro tokens", "90.00", ServiceName="Amazon Bedrock",
               ServiceCategory="AI and Machine Learning")  # fmt: skip
    cloud.line("2026-10-01", "Sales tax on Amazon Bedrock", "7.20", ChargeCategory="Tax", ServiceName="Amazon Bedrock",
               ServiceCategory="Other", until="2026-11-01")  # fmt: skip
    cloud.line("2026-10-08", "m7i.4xlarge", "700.00")
    files.invoice("2026-10-31", "Amazon Web Services, Inc.", "AWS-2026-10", "Cloud October", "2297.20")
    books.ai("2026-10", "infrastructure", "aws", "1200", billed=None, list_="1600")
    books.ai("2026-10", "infrastructure", "aws", "300", billed=None, list_="400")
    books.ai("2026-10", "infrastructure", "aws", None, billed="1500", list_=None)  # list leaves the purchase out
    books.ai("2026-10", "product_inference", "aws", "97.20", billed="97.20", list_="97.20")
    books.covered["2026-10", "aws"] += Decimal("2297.20")


def prepaid(files: Files, books: Books) -> None:
    """Money paid ahead or behind: a year, a quarter, months in arrears, credits with and without a meter."""
    books.begin("year-in-advance", "A contract of twelve months paid in January: 100.00 a month, billed once")
    files.invoice("2026-01-05", "Grammarly, Inc.", "GR-1", "Annual subscription", "1200.00", "people")
    for number in range(1, 13):
        month = f"2026-{number:02d}"
        books.ai(month, "internal_tools", "grammarly", "100", billed="1200" if number == 1 else None, list_=None,
                 department="people", owner="Eve")  # fmt: skip
        if number < 12:
            books.prepaid[month, "grammarly"] += Decimal(100) * (12 - number)

    books.begin("quarter-in-memo", '"Q3 2026" is July to September: whole months, in equal parts')
    files.invoice("2026-07-02", "Fireflies.ai Corp.", "FF-1", "Fireflies Business Q3 2026", "300.00", "people")
    for month, billed, left in (("2026-07", "300", 200), ("2026-08", None, 100), ("2026-09", None, 0)):
        books.ai(month, "internal_tools", "fireflies", "100", billed=billed, list_=None, department="people",
                 owner="Eve")  # fmt: skip
        if left:
            books.prepaid[month, "fireflies"] += Decimal(left)

    books.begin("arrears-over-months", "An invoice for May to July is spread over them and billed by its date")
    files.invoice("2026-08-10", "Labelbox, Inc.", "LB-1", "Labeling May 2026 - July 2026", "90.00", "engineering")
    for month in ("2026-05", "2026-06", "2026-07"):
        books.ai(month, "data_preparation", "labelbox", "30", billed="90" if month == "2026-07" else None, list_=None,
                 department="engineering", owner="Dag", billed_in="2026-08" if month == "2026-07" else None)  # fmt: skip

    books.begin("invoice-a-month-later", "The register says that Pinecone's invoice is for the month before")
    files.invoice("2026-09-04", "Pinecone Systems, Inc.", "PC-9", "Serverless index", "150.00", "engineering")
    books.ai("2026-08", "infrastructure", "pinecone", "150", billed="150", list_=None, department="engineering",
             owner="Dag")  # fmt: skip

    books.begin("credits-with-meter", "Credits of 200.00, 152.00 used: 152.00, billed 200.00, prepaid 48.00")
    at = "2026-09-17 08:00:00"
    files.gateway(at, call("co-birch-1", at, COHERE, "cohere", prompt=40 * M, completion=5_200_000, use_case="triage"))
    used = priced(COHERE, input=40 * M, output=5_200_000)
    assert used == Decimal(152)
    files.card("2026-09-02", "COHERE", "API credits top-up", "200.00")
    # choice: the amount is known from the meter, so its evidence is metered
    books.ai("2026-09", "product_inference", "cohere", used, billed=None, list_=used, evidence="metered",
             use_case="triage", department="support", owner="Cem")  # fmt: skip
    books.ai("2026-09", "product_inference", "cohere", None, billed="200", list_=None)
    for month in ("2026-09", "2026-10"):
        books.prepaid[month, "cohere"] += 200 - used

    books.begin("credits-without-meter", "Credits that no meter follows count when bought")
    files.card("2026-10-08", "ELEVENLABS", "Credits", "99.00", department="product")
    books.ai("2026-10", "internal_tools", "elevenlabs", "99", billed="99", list_=None, department="product",
             owner="Ada")  # fmt: skip
