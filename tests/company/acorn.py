"""Acorn, a firm small enough to work its whole map by hand. October 2026, US dollars.

Price of gpt-4.1 (list): 2.00 input, 0.50 cached input, 8.00 output per million tokens.
"""

from __future__ import annotations

import json
from pathlib import Path

from spendmap.workspace import Workspace

REGISTER = """
departments:
  - {id: support, name: Support, owner: Ada, cost_center: cc-1}
  - {id: sales, name: Sales, owner: Ben, cost_center: cc-2}
cost_centers:
  - {id: cc-1, name: Support cost centre, nature: cogs, owner: Cleo}
  - {id: cc-2, name: Sales cost centre, nature: opex, owner: Cleo}
vendors:
  - id: openai
    name: OpenAI
    accounts:
      - id: api
        keys: [{billing_account_id: org-acorn}, {provider_name: openai}, {invoice_issuer_name: "OpenAI, LLC"}]
      - id: seats
        keys: [{product: ChatGPT Business}]
labour_rates:
  - {id: rate-reviewer, role: reviewer, hourly_rate: "60.00", currency: USD, valid_from: 2026-01-01}
tools:
  - {id: chatgpt, name: ChatGPT Business, vendor: openai, vendor_account: seats, capability: chat, department: sales,
     owner: Ben, keys: [{product: ChatGPT Business}]}
use_cases:
  - {id: triage, name: Ticket triage, owner: Ada, department: support, category: product_inference,
     keys: [{use_case: triage}]}
sources:
  - {id: openai-export, kind: focus, location: in/openai.csv, owner: Cleo, scope: the API account}
  - {id: gateway, kind: litellm_spendlogs, location: in/gateway.jsonl, owner: Ada, scope: all model calls}
  - {id: payables, kind: ledger_csv, location: in/payables.csv, owner: Cleo, scope: all invoices paid,
     settings: {currency: USD}}
  - {id: licences, kind: seats_csv, location: in/seats.csv, owner: Ben, scope: employee tools}
  - {id: hours, kind: worklog_csv, location: in/hours.csv, owner: Ada, scope: review hours}
"""

# Billed 10.00 + 5.00 for model calls, and 2.00 of tax that is not of a model call.
FOCUS = """BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargeClass,ChargeDescription,ChargePeriodStart,ChargePeriodEnd,ContractedCost,EffectiveCost,InvoiceIssuerName,ListCost,PricingQuantity,PricingUnit,ProviderName,PublisherName,ServiceCategory,ServiceName,ChargeFrequency,RegionId,ResourceId,SkuId,SubAccountId
10.00,org-acorn,Acorn,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,,gpt-4.1 input,2026-10-05T00:00:00Z,2026-10-06T00:00:00Z,10.00,10.00,"OpenAI, LLC",10.00,5,1000000 Tokens,OpenAI,OpenAI,AI and Machine Learning,OpenAI API,Usage-Based,,,sku-in,proj-1
5.00,org-acorn,Acorn,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,,gpt-4.1 output,2026-10-31T00:00:00Z,2026-11-01T00:00:00Z,5.00,5.00,"OpenAI, LLC",5.00,0.625,1000000 Tokens,OpenAI,OpenAI,AI and Machine Learning,OpenAI API,Usage-Based,,,sku-out,proj-1
"""

PAYABLES = """Date,Supplier,Amount,Department,Memo,Invoice number
2026-10-07,"OpenAI, LLC",15.00,Support,API October,INV-1
2026-10-09,WeWork Management LLC,500.00,Office,Rent,INV-2
2026-10-11,Otter.ai,20.00,Sales,Meeting notes,INV-3
"""

SEATS = """month,vendor,product,plan,seats_bought,seats_active,price_per_seat,currency,department
2026-10,OpenAI,ChatGPT Business,Business,5,4,25.00,USD,Sales
"""

HOURS = """date,person,role,kind,minutes,use_case,department
2026-10-12,ada@acorn.example,reviewer,review,90,triage,Support
2026-10-13,ada@acorn.example,translator,review,30,triage,Support
"""

# What nobody carries: the seat nobody uses stays apart, meeting notes go with the calls no log explains, those by requests.
SPLITS = """splits:
  - {id: empty-seats, pool: {tool: chatgpt}, layer: idle, to: nobody}
  - {id: meeting-notes, pool: {vendor: otter}, layer: overhead, driver: even, to: {pool: unexplained}}
  - {id: unexplained, pool: {method: dark}, layer: shared, driver: requests, to: all}
"""


def call(request_id: str, day: int, model: str, prompt: int, cached: int, completion: int, use_case: str | None) -> str:
    """One gateway line; `prompt` includes `cached`, as LiteLLM counts."""
    return json.dumps(
        {
            "request_id": request_id,
            "call_type": "acompletion",
            "api_key": "0" * 64,
            "spend": 0.5,
            "total_tokens": prompt + completion,
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "startTime": f"2026-10-{day:02d} 09:00:00",
            "endTime": f"2026-10-{day:02d} 09:00:03",
            "model": model,
            "custom_llm_provider": "openai",
            "metadata": {
                "usage_object": {
                    "prompt_tokens": prompt,
                    "completion_tokens": completion,
                    "total_tokens": prompt + completion,
                    "prompt_tokens_details": {"cached_tokens": cached},
                },
                "status": "success",
                "spend_logs_metadata": {"use_case": use_case} if use_case else {},
            },
            "cache_hit": "False",
            "request_tags": [],
            "status": "success",
        }
    )


GATEWAY = "\n".join(
    [
        # triage: 1,000,000 uncached x 2 + 1,000,000 cached x 0.5 + 500,000 x 8 = 2 + 0.5 + 4 = 6.50 USD
        call("r-1", 5, "gpt-4.1", 2_000_000, 1_000_000, 500_000, "triage"),
        # nobody's: 500,000 x 2 + 250,000 x 8 = 1 + 2 = 3.00 USD
        call("r-2", 6, "gpt-4.1", 500_000, 0, 250_000, None),
        # the same request again, as gateways log it
        call("r-2", 6, "gpt-4.1", 500_000, 0, 250_000, None),
        # a model nobody has a price for
        call("r-3", 7, "acorn-house-model", 1_000, 0, 1_000, "triage"),
    ]
)


def build(root: Path, engine: str = "duckdb") -> Workspace:
    """A workspace with Acorn's files and register, nothing captured yet."""
    from datetime import UTC, datetime

    from spendmap.allocation.vendors import catalogue_ids
    from spendmap.register import open_register
    from spendmap.register.apply import apply_register

    workspace = Workspace.create(root, "USD", "Acorn")
    settings = root / "spendmap.toml"
    # A handful of rows: compiling each query costs Spark far more than interpreting it.
    interpreted = '[spark]\n"spark.sql.codegen.wholeStage" = "false"\n"spark.sql.codegen.factoryMode" = "NO_CODEGEN"\n'
    settings.write_text(settings.read_text().replace('"duckdb"', f'"{engine}"', 1) + interpreted)
    inputs = root / "in"
    inputs.mkdir()
    for name, text in (
        ("openai.csv", FOCUS),
        ("gateway.jsonl", GATEWAY + "\n"),
        ("payables.csv", PAYABLES),
        ("seats.csv", SEATS),
        ("hours.csv", HOURS),
    ):
        (inputs / name).write_text(text)
    (root / "register" / "acorn.yaml").write_text(REGISTER)
    (root / "rules" / "splits.yaml").write_text(SPLITS)
    with open_register(workspace) as register:
        apply_register(
            register,
            root / "register",
            actor="test",
            now=datetime(2026, 11, 1, tzinfo=UTC),
            known_vendors=catalogue_ids(),
        )
    return Workspace.open(root)
