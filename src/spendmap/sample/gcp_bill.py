"""Source `gcp-focus`: FOCUS 1.3, a Parquet file a month. Gemini tokens and vector search beside the rest.

Unit prices are invented round figures near public ones.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from spendmap.sample.focus_sheet import FOCUS_1_3, Metered, Sheet
from spendmap.sample.months import MONTHS, busyness
from spendmap.sample.truth import Books

SOURCE = "gcp-focus"
ACCOUNT = "01F3A9-77C2D1-9E04B6"
BILLED_BY = f"google/{ACCOUNT}"

# model, direction, micro-dollars per million tokens, millions of an average day at the start, growth a month
TOKENS: tuple[tuple[str, str, int, float, float], ...] = (
    ("gemini-2.5-flash", "Input", 300_000, 1600, 1.045),
    ("gemini-2.5-flash", "Output", 2_500_000, 110, 1.045),
    ("gemini-2.5-pro", "Input", 1_250_000, 170, 1.06),
    ("gemini-2.5-pro", "Output", 10_000_000, 20, 1.06),
)
# service, FOCUS category, subcategory, meter, unit, micro-dollars, units of an average day, project, AI category
SERVICES: tuple[tuple[str, str, str, str, str, int, float, str, str], ...] = (
    ("Vertex AI", "AI and Machine Learning", "Machine Learning", "Vector Search index serving e2-highmem-16", "Hours",
     1_012_000, 216, "beta-insights", "infrastructure"),
    ("Kubernetes Engine", "Compute", "Containers", "Autopilot pod vCPU", "Hours", 44_500, 9000, "prod-eu", ""),
    ("Compute Engine", "Compute", "Virtual Machines", "N2 instance core", "Hours", 31_600, 14_000, "prod-eu", ""),
    ("BigQuery", "Databases", "Data Warehouses", "Analysis", "TiB", 6_250_000, 62, "analytics", ""),
    ("Cloud Storage", "Storage", "Object Storage", "Standard storage", "GB-Months", 20_000, 9500, "prod-eu", ""),
    ("Cloud SQL", "Databases", "Relational Databases", "Postgres vCPU", "Hours", 41_300, 5600, "prod-eu", ""),
    ("Networking", "Networking", "Network Connectivity", "Egress", "GB", 85_000, 2100, "prod-eu", ""),
)  # fmt: skip


def write_gcp_bill(out: Path, books: Books, seed: str) -> dict[str, int]:
    """Write the monthly files and enter every line in the books; gives billed cost per month, pico-dollars."""
    billed: dict[str, int] = {}
    load = books.loads[SOURCE]
    for month in MONTHS:
        sheet = Sheet(
            FOCUS_1_3,
            {
                "BillingAccountId": ACCOUNT,
                "BillingAccountName": "Fernhill EU",
                "BillingCurrency": "USD",
                "ChargeCategory": "Usage",
                "ChargeFrequency": "Usage-Based",
                "HostProviderName": "Google Cloud",
                "InvoiceId": "GCP",
                "InvoiceIssuerName": "Google Cloud EMEA Limited",
                "PricingCategory": "Standard",
                "PricingCurrency": "USD",
                "ProviderName": "Google Cloud",
                "PublisherName": "Google Cloud",
                "RegionId": "europe-west4",
                "ServiceProviderName": "Google Cloud",
                "Tags": "{}",
            },
        )
        rng = Random(f"{seed}:gcp:{month.key}")
        for day in month.dates:
            busy = busyness(day)
            for model, direction, price, millions, growth in TOKENS:
                tokens = int(millions * 10**6 * growth**month.index * busy * (0.9 + 0.2 * rng.random()))
                metered = Metered(tokens, "1000000 Tokens", price, price)
                costs = metered.costs()
                sheet.add(
                    month, day, costs, metered, ServiceCategory="AI and Machine Learning", ServiceName="Vertex AI",
                    ServiceSubcategory="Generative AI", SubAccountId="beta-insights", SubAccountName="beta-insights",
                    SkuId=f"{model}-{direction.lower()}", SkuMeter=f"{model} {direction.lower()} tokens",
                    SkuPriceDetails=f'{{"x_ModelId":"{model}","x_TokenDirection":"{direction}"}}',
                    ChargeDescription=f"Gemini online prediction, {model} text {direction.lower()}",
                    ResourceType="Publisher model", ResourceId=f"//aiplatform.googleapis.com/models/{model}",
                )  # fmt: skip
                books.ai(month.key, "product_inference", costs.effective, "invoiced", account=BILLED_BY)
            for service, category, subcategory, meter, unit, price, quantity, project, ai_category in SERVICES:
                amount = int(
                    quantity * 10**6 * 1.012**month.index * (0.55 + 0.45 * busy) * (0.94 + 0.12 * rng.random())
                )
                metered = Metered(amount, unit, price, price * 97 // 100)
                costs = metered.costs()
                sheet.add(
                    month, day, costs, metered, ServiceCategory=category, ServiceName=service,
                    ServiceSubcategory=subcategory, SubAccountId=project, SubAccountName=project, SkuId=meter.lower(),
                    SkuMeter=meter, ChargeDescription=meter, ResourceType=subcategory,
                    ResourceId=f"//{service.lower().replace(' ', '')}.googleapis.com/projects/{project}",
                )  # fmt: skip
                if ai_category:
                    books.ai(month.key, ai_category, costs.effective, "invoiced", account=BILLED_BY)
                else:
                    books.not_ai(month.key, costs.effective)
        sheet.write_parquet(out / "sources" / SOURCE / f"{month.key}.parquet")
        load.files += 1
        load.lines += len(sheet.rows)
        load.rows_read += len(sheet.rows)
        load.rows_loaded += len(sheet.rows)
        billed[month.key] = sheet.billed()
    return billed
