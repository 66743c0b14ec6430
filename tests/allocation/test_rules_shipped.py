"""The shipped rules on published data and on single lines whose answer is known."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rule_support import at, decide, deciding_rules, focus_rows, ledger_table, uk_payments

from spendmap.allocation.rules import Compiled, Rule, compile_first_match, shipped_rules
from spendmap.allocation.vendors import catalogue_vendors


def _with_vendor(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {row.get(column) for row in rows for column in ("service_provider_name", "invoice_issuer_name")}
    table = catalogue_vendors().resolve(name for name in names if name)
    vendors = dict(zip(table["supplier_name"].to_pylist(), table["vendor"].to_pylist(), strict=True))
    for row in rows:
        row["vendor"] = vendors.get(row.get("service_provider_name")) or vendors.get(row.get("invoice_issuer_name"))
    return rows


@cache
def _compiled() -> Compiled:
    return compile_first_match(shipped_rules(), "charge", ledger_table("charge", []).column_names)


def _decided(lines: list[dict[str, Any]]) -> list[Rule | None]:
    compiled = _compiled()
    rules = {rule.id: rule for rule in compiled.rules}
    table = ledger_table("charge", _with_vendor([dict(line) for line in lines]))
    found = deciding_rules(compiled, table)
    return [None if (id_ := found[key]) is None else rules[id_] for key in table.column("natural_key").to_pylist()]


def test_the_thousand_real_focus_rows_hold_nine_machine_learning_lines_and_eight_gpu_hours(shared: Path) -> None:
    rows = _with_vendor(focus_rows(shared / "data/focus/focus_sample_1.0_1000rows.csv"))
    decided = decide(shipped_rules(), "charge", rows)
    found = Counter((rule, row["service_name"]) for rule, row in zip(decided, rows, strict=True) if rule)
    # 9 lines of Azure Machine Learning, as the file's own service category says; 8 hours of g5.4xlarge, whose
    # A10G accelerators AWS sells for inference. The two g3.4xlarge hours draw graphics and are not counted.
    assert found == {
        ("azure-machine-learning", "Azure Machine Learning"): 9,
        ("aws-gpu", "Amazon Elastic Compute Cloud"): 8,
    }
    g5 = [row["charge_description"] for rule, row in zip(decided, rows, strict=True) if rule == "aws-gpu"]
    assert set(g5) == {"$1.624 per On Demand Linux g5.4xlarge Instance Hour"}


@pytest.mark.parametrize(
    "name",
    [
        "focus_1_3_cost_and_usage_aws.csv",
        "focus_1_3_cost_and_usage_azure.csv",
        "focus_1_3_cost_and_usage_gcp.csv",
        "focus_toolkit_1_2_aws_10000rows.csv.gz",
    ],
)
def test_cloud_bills_without_ai_stay_without_ai(shared: Path, name: str) -> None:
    rows = _with_vendor(focus_rows(shared / "data/focus" / name))
    assert set(decide(shipped_rules(), "charge", rows)) == {None}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("focus_spec_ai_multi_model_usage.csv", 4),
        ("focus_spec_ai_cached_tokens_via_csp_marketplace.csv", 2),
        ("focus_spec_ai_drawdown_via_prepayment.csv", 3),
    ],
)
def test_the_specifications_own_ai_examples_are_product_inference(shared: Path, name: str, rows: int) -> None:
    decided = decide(shipped_rules(), "charge", _with_vendor(focus_rows(shared / "data/focus" / name)))
    assert decided == ["focus-generative-ai"] * rows


def test_two_years_of_payments_before_chatgpt_hold_no_ai_by_supplier(shared: Path) -> None:
    rows = _with_vendor(uk_payments())
    decided = decide(shipped_rules(), "charge", rows)
    assert len(rows) > 11_000
    assert [row["invoice_issuer_name"] for rule, row in zip(decided, rows, strict=True) if rule] == []


EC2 = "Amazon Elastic Compute Cloud"


Line = tuple[dict[str, Any], str | None, str | None]
LINES: list[Line] = [
    ({"service_name": "AmazonBedrock", "service_provider_name": "AWS"}, "aws-bedrock", "product_inference"),
    ({"service_name": "Amazon Bedrock", "charge_category": "Tax"}, "aws-bedrock", "product_inference"),
    ({"service_name": "Amazon Bedrock", "charge_category": "Credit"}, "aws-bedrock", "product_inference"),
    ({"service_name": "Claude Opus 4.5 (Amazon Bedrock Edition)"}, "aws-bedrock", "product_inference"),
    ({"service_name": "Amazon Bedrock AgentCore"}, "aws-agentcore", "agents"),
    ({"service_name": "Amazon Bedrock", "sku_meter": "USE1-ModelEvaluation"}, "aws-bedrock", "product_inference"),
    (
        {"service_name": "Amazon Bedrock", "sku_meter": "USE1-model-evaluation-tasks"},
        "aws-bedrock-evaluation",
        "evaluation",
    ),
    ({"service_name": "Amazon SageMaker", "sku_meter": "Host:ml.g5.12xlarge"}, "aws-sagemaker", "infrastructure"),
    ({"service_name": "Amazon SageMaker Ground Truth"}, "aws-sagemaker-ground-truth", "data_preparation"),
    ({"service_name": "Amazon Augmented AI"}, "aws-augmented-ai", "human_review"),
    ({"service_name": "AmazonTextract"}, "aws-ai-services", "product_inference"),
    ({"service_name": "Amazon Comprehend Medical"}, "aws-ai-services", "product_inference"),
    ({"service_name": "Amazon Lex"}, "aws-ai-services", "product_inference"),
    ({"service_name": "Amazon Lexington"}, None, None),
    ({"service_name": "Amazon Q Business"}, "aws-q", "internal_tools"),
    ({"service_name": "Amazon QuickSight"}, None, None),
    (
        {"service_name": "Amazon OpenSearch Service", "sku_meter": "SearchOCU vector collection"},
        "aws-vector-store",
        "infrastructure",
    ),
    ({"service_name": "Amazon OpenSearch Service", "sku_meter": "ESInstance:r6g.large"}, None, None),
    ({"service_name": EC2, "sku_meter": "BoxUsage:p4de.24xlarge"}, "aws-gpu", "infrastructure"),
    ({"service_name": EC2, "sku_meter": "EUC1-UnusedBox:p6-b200.48xlarge"}, "aws-gpu", "infrastructure"),
    ({"service_name": EC2, "sku_meter": "SpotUsage:inf2.xlarge"}, "aws-gpu", "infrastructure"),
    ({"service_name": EC2, "sku_meter": "BoxUsage:trn1n.32xlarge"}, "aws-gpu", "infrastructure"),
    ({"service_name": EC2, "sku_meter": "BoxUsage:g3.4xlarge"}, None, None),
    ({"service_name": EC2, "sku_meter": "BoxUsage:m5.xlarge"}, None, None),
    ({"service_name": EC2, "charge_description": "$0.08 per GB-month of gp3 storage"}, None, None),
    (
        {"service_name": "Amazon Relational Database Service", "sku_meter": "InstanceUsage:db.r7g.8xlarge"},
        None,
        None,
    ),
    ({"service_name": "Azure OpenAI"}, "azure-openai", "product_inference"),
    (
        {"service_name": "Azure OpenAI", "charge_description": "gpt-4o ft training regnl"},
        "azure-openai-training",
        "infrastructure",
    ),
    (
        {"service_name": "Cognitive Services", "charge_description": "Azure OpenAI - gpt-4o Inp glbl"},
        "azure-openai",
        "product_inference",
    ),
    (
        {"service_name": "Cognitive Services", "charge_description": "Speech To Text"},
        "azure-ai-services",
        "product_inference",
    ),
    ({"service_name": "Azure AI Search"}, "azure-ai-search", "infrastructure"),
    (
        {"service_name": "Virtual Machines", "charge_description": "Virtual Machines NDv5 - ND96isr H100 v5"},
        "azure-gpu",
        "infrastructure",
    ),
    (
        {"service_name": "Virtual Machines", "sku_price_details": [("InstanceType", "Standard_NC24ads_A100_v4")]},
        "azure-gpu",
        "infrastructure",
    ),
    ({"service_name": "Virtual Machines", "sku_price_details": [("InstanceType", "Standard_D4s_v5")]}, None, None),
    (
        {
            "service_name": "Virtual Machines",
            "charge_description": "Virtual Machines Nodes in North Carolina, NVMe",
        },
        None,
        None,
    ),
    (
        {"service_name": "Vertex AI", "charge_description": "Gemini 2.5 Flash text input"},
        "google-vertex",
        "product_inference",
    ),
    (
        {"service_name": "Vertex AI", "sku_meter": "Vector Search index serving"},
        "google-vertex-platform",
        "infrastructure",
    ),
    ({"service_name": "Vertex AI", "charge_description": "Agent Engine vCPU"}, "google-agents", "agents"),
    ({"service_name": "Cloud Document AI API"}, "google-ai-services", "product_inference"),
    (
        {"service_name": "Compute Engine", "charge_description": "Nvidia L4 GPU attached to Spot Preemptible VMs"},
        "google-gpu",
        "infrastructure",
    ),
    (
        {"service_name": "Compute Engine", "sku_price_details": [("InstanceType", "a3-highgpu-8g")]},
        "google-gpu",
        "infrastructure",
    ),
    ({"service_name": "Compute Engine", "charge_description": "E2 Instance Core running in Americas"}, None, None),
    ({"service_name": "BigQuery"}, None, None),
    ({"service_name": "GENERATIVE_AI", "service_provider_name": "Oracle"}, "oci-ai", "product_inference"),
    ({"service_name": "DATA_SCIENCE", "service_provider_name": "Oracle"}, "oci-data-science", "infrastructure"),
    (
        {"service_name": "COMPUTE", "service_provider_name": "Oracle", "resource_type": "BM.GPU.H100.8"},
        "oci-gpu",
        "infrastructure",
    ),
    (
        {"service_name": "COMPUTE", "service_provider_name": "Oracle", "charge_description": "Standard - E5"},
        None,
        None,
    ),
    (
        {"service_name": "Pinecone Vector Database", "publisher_name": "Pinecone Systems, Inc."},
        "marketplace-vector-stores",
        "infrastructure",
    ),
    ({"publisher_name": "Anthropic, PBC", "service_name": "x"}, "marketplace-models", "product_inference"),
    ({"publisher_name": "Mistral AI SAS", "service_name": "x"}, "marketplace-models", "product_inference"),
    ({"publisher_name": "Weights & Biases, Inc.", "service_name": "x"}, "marketplace-evaluation", "evaluation"),
    ({"publisher_name": "Cohere Health, Inc.", "service_name": "x"}, None, None),
    ({"publisher_name": "Writer's Guild", "service_name": "x"}, None, None),
    ({"publisher_name": "Pinecone Lodge", "service_name": "x"}, None, None),
    ({"publisher_name": "Galileo Academy Ltd", "service_name": "x"}, None, None),
    ({"service_category": "AI and Machine Learning", "service_name": "new"}, "focus-ai", "unclassified"),
    ({"invoice_issuer_name": "OPENAI *CHATGPT SUBSCR"}, "named-chat-assistants", "internal_tools"),
    (
        {"invoice_issuer_name": "OpenAI, L.L.C.", "memo": "API usage 2026-09"},
        "ai-vendor-product-inference",
        "product_inference",
    ),
    ({"invoice_issuer_name": "CLAUDE.AI SUBSCRIPTION"}, "anthropic-claude-seats", "internal_tools"),
    ({"invoice_issuer_name": "Anthropic, PBC", "memo": "Claude API"}, "named-model-services", "product_inference"),
    ({"invoice_issuer_name": "Pinecone Systems, Inc."}, "ai-vendor-infrastructure", "infrastructure"),
    ({"invoice_issuer_name": "Scale AI, Inc."}, "ai-vendor-data-preparation", "data_preparation"),
    ({"invoice_issuer_name": "LangChain, Inc."}, "ai-vendor-evaluation", "evaluation"),
    ({"invoice_issuer_name": "MIDJOURNEY INC."}, "ai-vendor-internal-tools", "internal_tools"),
    ({"invoice_issuer_name": "Microsoft Corporation", "memo": "Microsoft 365 E3"}, None, None),
    (
        {"invoice_issuer_name": "Microsoft Corporation", "memo": "M365 Copilot seats"},
        "pay-copilot",
        "internal_tools",
    ),
    ({"invoice_issuer_name": "Google Ireland Limited", "memo": "Google Workspace"}, None, None),
    (
        {"invoice_issuer_name": "Google Ireland Limited", "memo": "Gemini Enterprise"},
        "pay-gemini",
        "internal_tools",
    ),
    ({"invoice_issuer_name": "Salesforce, Inc.", "memo": "Sales Cloud"}, None, None),
    (
        {"invoice_issuer_name": "Salesforce, Inc.", "memo": "Agentforce conversations"},
        "pay-salesforce-agents",
        "agents",
    ),
    ({"invoice_issuer_name": "Zoom Communications, Inc.", "memo": "Zoom Workplace"}, None, None),
    ({"invoice_issuer_name": "Atlassian Pty Ltd", "memo": "Jira and Confluence"}, None, None),
    ({"invoice_issuer_name": "Softcat plc", "memo": "GitHub Copilot renewal"}, "named-copilots", "internal_tools"),
    ({"invoice_issuer_name": "Softcat plc", "memo": "Laptops"}, None, None),
    ({"invoice_issuer_name": "Claude Provost SARL", "memo": "Carpets"}, None, None),
    ({"invoice_issuer_name": "Café Gemini", "memo": "Lunch"}, None, None),
]


@cache
def _together() -> list[Rule | None]:
    """The rule of every line, decided in one pass: the rules look at one line at a time."""
    return _decided([line for line, _, _ in LINES])


@pytest.mark.parametrize(("place", "rule", "category"), [(place, *line[1:]) for place, line in enumerate(LINES)])
def test_one_line_gets_the_rule_it_should(place: int, rule: str | None, category: str | None) -> None:
    decided = _together()[place]
    assert (decided and decided.id, decided and decided.then.category) == (rule, category), LINES[place][0]


@pytest.mark.parametrize("place", [0, 13, 18, 40])
def test_a_line_alone_gets_the_rule_it_gets_among_others(place: int) -> None:
    assert _decided([LINES[place][0]]) == [_together()[place]]


def test_a_payment_before_the_service_began_is_not_ai() -> None:
    # Pinecone opened to the public in January 2021; ChatGPT in November 2022
    early = {"invoice_issuer_name": "Pinecone Systems, Inc.", "charge_period_start": at("2020-12-31")}
    later = {"invoice_issuer_name": "Pinecone Systems, Inc.", "charge_period_start": at("2021-02-01")}
    memo = {"memo": "ChatGPT Plus", "charge_period_start": at("2022-11-29")}
    assert [rule is not None for rule in _decided([early, later, memo])] == [False, True, False]


@pytest.mark.parametrize(
    ("row", "category"),
    [
        ({"eval_suite": "gold", "agent_id": "a", "customer_id": "c"}, "evaluation"),
        ({"tool": "claude_code", "agent_id": "helper"}, "internal_tools"),
        ({"agent_id": "refunds", "feature": "refund"}, "agents"),
        ({"tool": "sales-brief"}, "internal_tools"),
        ({"customer_id": "c-1"}, "product_inference"),
        ({"feature": "triage", "environment": "staging"}, "product_inference"),
        ({"environment": "sandbox"}, "evaluation"),
        ({"operation": "embeddings"}, "unclassified"),
        ({"operation": "embeddings", "feature": "search"}, "product_inference"),
        ({}, "unclassified"),
    ],
)
def test_a_model_call_is_placed_by_what_it_was_for(row: dict[str, Any], category: str) -> None:
    rules = shipped_rules()
    decided = decide(rules, "usage", [row])[0]
    assert next(rule.then.category for rule in rules if rule.id == decided) == category


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("annotate", "data_preparation"),
        ("redact", "data_preparation"),
        ("curate", "data_preparation"),
        ("judge_eval", "evaluation"),
        ("review", "human_review"),
        ("support", "human_review"),
        ("escalate", "human_review"),
        ("educate", "human_review"),
        ("debug_prompt", "human_review"),
        ("something else", "unclassified"),
    ],
)
def test_human_work_is_placed_by_its_kind(kind: str, category: str) -> None:
    rules = shipped_rules()
    decided = decide(rules, "activity", [{"activity_kind": kind}])[0]
    assert next(rule.then.category for rule in rules if rule.id == decided) == category


def test_seats_are_internal_tools_and_pools_infrastructure() -> None:
    rows = [
        {"resource_kind": "seat", "product": "GitHub Copilot Business"},
        {"resource_kind": "seat"},
        {"resource_kind": "gpu_pool"},
        {},
    ]
    assert decide(shipped_rules(), "utilization", rows) == ["seats-coding", "seats", "capacity-gpu", None]
