"""What AWS sells Fernhill by the day: services, token meters and the agents' runtime. Quantities are invented.

Unit prices are in micro-dollars, round figures near public ones.
"""

from __future__ import annotations

from dataclasses import dataclass

EC2 = "Amazon Elastic Compute Cloud"


@dataclass(frozen=True)
class Plain:
    """A non-AI service billed by the day: dollars of an average day at the start, growth a month."""

    service: str
    category: str
    subcategory: str
    meter: str
    unit: str
    price_micro: int
    daily_quantity: float
    resource: str
    sub_account: str
    tags: str = "{}"


AI_TAGS = '{"application":"ai-platform"}'
PLAINS: tuple[Plain, ...] = (
    Plain(EC2, "Compute", "Virtual Machines", "BoxUsage:m7i.4xlarge", "Hours", 806_400, 1400, "web-fleet", "prod-web"),
    Plain(EC2, "Compute", "Virtual Machines", "BoxUsage:c7g.4xlarge", "Hours", 580_000, 1250, "api-fleet", "prod-api"),
    Plain(EC2, "Compute", "Virtual Machines", "BoxUsage:r7g.4xlarge", "Hours", 857_600, 520, "cache-fleet", "prod-api"),
    Plain(EC2, "Compute", "Virtual Machines", "BoxUsage:t4g.xlarge", "Hours", 134_400, 900, "staging-fleet", "staging"),
    Plain(EC2, "Compute", "Virtual Machines", "EBS:VolumeUsage.gp3", "GB-Months", 80_000, 5200, "volumes", "prod-web"),
    Plain("Amazon Relational Database Service", "Databases", "Relational Databases", "InstanceUsage:db.r7g.8xlarge",
          "Hours", 3_826_000, 260, "aurora-main", "prod-data"),
    Plain("Amazon Relational Database Service", "Databases", "Relational Databases", "Aurora:StorageIOUsage",
          "1000000 Requests", 200_000, 1600, "aurora-io", "prod-data"),
    Plain("Amazon DynamoDB", "Databases", "NoSQL Databases", "WriteRequestUnits", "1000000 Requests", 625_000, 310,
          "sessions", "prod-api"),
    Plain("AWS Lambda", "Compute", "Serverless Compute", "Lambda-GB-Second", "1000 GB-Seconds", 16_667, 9000,
          "functions", "prod-api"),
    Plain("Elastic Load Balancing", "Networking", "Network Infrastructure", "LoadBalancerUsage", "Hours", 22_500, 1100,
          "balancers", "prod-web"),
    Plain("Amazon Virtual Private Cloud", "Networking", "Network Connectivity", "NatGateway-Bytes", "GB", 45_000, 6200,
          "nat", "prod-web"),
    Plain("Amazon CloudFront", "Networking", "Content Delivery", "DataTransfer-Out-Bytes", "GB", 85_000, 3900, "cdn",
          "prod-web"),
    Plain("Amazon Simple Storage Service", "Storage", "Object Storage", "TimedStorage-ByteHrs", "GB-Months", 23_000,
          14_000, "customer-files", "prod-data"),
    Plain("AmazonCloudWatch", "Management and Governance", "Observability", "DataProcessing-Bytes", "GB", 500_000, 420,
          "product-logs", "prod-web"),
    Plain("Amazon Managed Streaming for Apache Kafka", "Integration", "Messaging", "Kafka.m7g.2xlarge", "Hours",
          816_000, 210, "events", "prod-data"),
)  # fmt: skip
AI_STORAGE: tuple[Plain, ...] = (
    Plain("Amazon Simple Storage Service", "Storage", "Object Storage", "TimedStorage-ByteHrs", "GB-Months", 23_000,
          4300, "training-data", "ai-platform", AI_TAGS),
    Plain("AmazonCloudWatch", "Management and Governance", "Observability", "DataProcessing-Bytes", "GB", 500_000, 310,
          "assistant-traces", "ai-platform", AI_TAGS),
    Plain("Amazon OpenSearch Service", "Databases", "Other (Databases)", "SearchOCU vector search collection",
          "OCU-Hours", 240_000, 1440, "kb-vectors", "ai-platform", AI_TAGS),
)  # fmt: skip


@dataclass(frozen=True)
class TokenMeter:
    """Tokens sold through Bedrock: millions an average day at the start, growth a month."""

    service: str
    publisher: str
    model: str
    direction: str
    price_micro: int  # per million tokens
    millions: float
    growth: float
    category: str
    tags: str = "{}"


CLAUDE_MARKET = "Claude Sonnet 4.5 (Amazon Bedrock Edition)"
TOKENS: tuple[TokenMeter, ...] = (
    TokenMeter("Amazon Bedrock", "AWS", "amazon.nova-pro-v1:0", "Input", 800_000, 700, 1.03, "product_inference"),
    TokenMeter("Amazon Bedrock", "AWS", "amazon.nova-pro-v1:0", "Output", 3_200_000, 95, 1.03, "product_inference"),
    TokenMeter("Amazon Bedrock", "AWS", "amazon.titan-embed-text-v2:0", "Input", 20_000, 5200, 1.05,
               "product_inference"),
    TokenMeter(CLAUDE_MARKET, "Anthropic", "anthropic.claude-sonnet-4-5-20250929-v1:0", "Input", 3_000_000, 180, 1.04,
               "product_inference"),
    TokenMeter(CLAUDE_MARKET, "Anthropic", "anthropic.claude-sonnet-4-5-20250929-v1:0", "Output", 15_000_000, 26, 1.04,
               "product_inference"),
    TokenMeter("Amazon Bedrock", "AWS", "amazon.nova-premier-v1:0", "Input", 2_500_000, 40, 1.04, "evaluation",
               '{"application":"quality-evaluation"}'),
)  # fmt: skip
RUNTIME: tuple[tuple[str, str, float], ...] = (  # agent, first day, vCPU-hours of an average day
    ("refund-agent", "2025-10-01", 2900),
    ("incident-triage-agent", "2025-11-03", 1500),
    ("account-research-agent", "2025-10-01", 1300),
    ("invoice-matching-agent", "2026-01-12", 900),
)
RUNTIME_PRICE = 89_500  # micro-dollars of a vCPU-hour
