"""Whom Fernhill pays through accounts payable and company cards, for AI and for everything else.

Supplier names are written as invoices and card statements write them; amounts are invented.
"""

from __future__ import annotations

UNREGISTERED = "SYNTHESIA.IO"  # on the card since 2026-03, in no register

# supplier, memo, dollars at the start, growth a month, first month, tool in the register, GL account
AI_PAYMENTS: tuple[tuple[str, str, int, float, str, str, str], ...] = (
    ("Scale AI, Inc.", "Annotation services", 36400, 1.012, "2025-10", "scale-annotation", "51400"),
    ("Labelbox, Inc.", "Labelbox Pro", 4250, 1.0, "2025-10", "labelbox", "51400"),
    ("Pinecone Systems, Inc.", "Vector database, standard plan", 4900, 1.03, "2025-10", "pinecone", "51400"),
    ("LangChain, Inc.", "LangSmith Plus", 2340, 1.01, "2025-10", "langsmith", "62400"),
    ("Braintrust Data, Inc.", "Braintrust Pro", 3100, 1.0, "2026-01", "braintrust", "62400"),
    ("Grammarly, Inc.", "Grammarly Business 195 seats", 2925, 1.0, "2025-10", "grammarly", "62000"),
    ("Jasper AI, Inc.", "Jasper Business", 1180, 1.0, "2025-11", "jasper", "64000"),
    ("Fireflies.AI Corp.", "Fireflies Business", 1672, 1.01, "2025-10", "fireflies", "62000"),
    ("Microsoft Corporation", "Microsoft 365 Copilot pilot", 1800, 1.0, "2026-02", "m365-copilot", "66000"),
)
# merchant, memo, dollars at the start, growth a month, first month, tool ("" = unregistered)
AI_CARD: tuple[tuple[str, str, int, float, str, str], ...] = (
    ("OTTER.AI", "Otter Business", 1020, 1.0, "2025-10", "otter"),
    ("FATHOM VIDEO", "Fathom Team Edition", 608, 1.03, "2025-12", "fathom"),
    ("MIDJOURNEY INC.", "Midjourney Pro", 240, 1.0, "2025-10", "midjourney"),
    ("PERPLEXITY AI", "Perplexity Enterprise Pro", 800, 1.02, "2025-10", "perplexity-pro"),
    (UNREGISTERED, "Subscription", 330, 1.16, "2026-03", ""),
)
# supplier, department, GL account, memo, dollars a month
OTHERS: tuple[tuple[str, str, str, str, int], ...] = (
    ("Microsoft Corporation", "engineering", "66000", "Microsoft 365 E3", 41800),
    ("Google Ireland Limited", "marketing", "66000", "Google Workspace", 3900),
    ("Zoom Communications, Inc.", "people", "66000", "Zoom Workplace", 9400),
    ("Salesforce, Inc.", "sales", "64000", "Sales Cloud", 52600),
    ("Atlassian Pty Ltd", "engineering", "62000", "Jira and Confluence", 21900),
    ("Workday, Inc.", "people", "66000", "Human capital management", 30400),
    ("Okta, Inc.", "legal-security", "66000", "Workforce identity", 11800),
    ("Cloudflare, Inc.", "engineering", "51000", "Enterprise plan", 16700),
    ("Datadog, Inc.", "engineering", "51000", "Infrastructure monitoring", 47300),
    ("PagerDuty, Inc.", "engineering", "62000", "Incident response", 4100),
    ("DocuSign, Inc.", "legal-security", "66000", "eSignature", 2600),
    ("ADP, Inc.", "people", "66000", "Payroll services", 8800),
    ("Deloitte LLP", "finance", "66500", "Audit services", 38000),
    ("Fragomen LLP", "people", "66500", "Immigration advice", 6100),
    ("WeWork Management LLC", "finance", "67000", "Office, Denver", 88500),
    ("Iron Mountain Inc.", "legal-security", "67000", "Records storage", 1450),
    ("Café Délice Catering", "people", "67200", "Lunch, invoiced in £ and paid in USD", 7300),
    ("Müller Bürobedarf GmbH", "finance", "67200", "Office supplies, Berlin", 2150),
    ("Hays plc", "people", "66500", "Recruiting", 24800),
    ("Marsh LLC", "finance", "66500", "Insurance", 19900),
    ("Cushman & Wakefield", "finance", "67000", "Facilities", 15200),
    ("Verizon Wireless", "people", "67100", "Mobile phones", 12900),
    ("Dell Technologies", "engineering", "15000", "Laptops", 46000),
    ("Zendesk, Inc.", "customer-support", "51200", "Own help desk", 13700),
    ("HubSpot, Inc.", "marketing", "64000", "Marketing hub", 12300),
    ("Gartner, Inc.", "product", "66500", "Research", 9700),
)
MERCHANTS: tuple[tuple[str, str, str], ...] = (
    ("UNITED AIRLINES", "Travel", "sales"),
    ("DELTA AIR LINES", "Travel", "sales"),
    ("HILTON HOTELS", "Travel", "sales"),
    ("MARRIOTT", "Travel", "customer-support"),
    ("UBER TRIP", "Travel", "product"),
    ("LYFT RIDE", "Travel", "marketing"),
    ("STARBUCKS", "Meals", "sales"),
    ("SWEETGREEN", "Meals", "product"),
    ("DOORDASH", "Meals", "engineering"),
    ("AMAZON MKTPLACE", "Supplies", "engineering"),
    ("STAPLES", "Supplies", "finance"),
    ("APPLE STORE", "Hardware", "product"),
    ("LINKEDIN ADS", "Advertising", "marketing"),
    ("EVENTBRITE", "Events", "marketing"),
    ("FEDEX", "Postage", "finance"),
)
