"""Source `aws-focus`: FOCUS 1.2, a gzipped CSV a month, AI services among everything else AWS bills.

Unit prices are invented round figures near public ones. One day of September 2026 is restated whole by a
second file: the training cluster had been metered with four nodes and ran three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from spendmap.sample.focus_sheet import FOCUS_1_2, Costs, Metered, Sheet
from spendmap.sample.money import dollars, usd
from spendmap.sample.months import MONTHS, Month, busyness
from spendmap.sample.truth import Books

SOURCE = "aws-focus"
ACCOUNT = "410022334455"
RESTATED_DAY = "2026-09-17"
IDLE_SINCE = "2026-01-01"  # the project that the pool was committed for ended with 2025
PLAN = "arn:aws:savingsplans::410022334455:savingsplan/gpu-serving"
POOL = "arn:aws:savingsplans::410022334455:savingsplan/g6-research"
EC2 = "Amazon Elastic Compute Cloud"
ENTERPRISE_DISCOUNT = 94  # percent of list that remains


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
    Plain("Amazon Managed Streaming for Apache Kafka", "Integration", "Messaging", "Kafka.m7g.2xlarge", "Hours", 816_000,
          210, "events", "prod-data"),
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
    TokenMeter("Amazon Bedrock", "AWS", "amazon.titan-embed-text-v2:0", "Input", 20_000, 5200, 1.05, "product_inference"),
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

Enter = Callable[[int], None]


def write_aws_bill(out: Path, books: Books, seed: str) -> dict[str, int]:
    """Write the monthly files and the restatement, entering each line that stays in force in the books.

    Returns:
        Billed cost per month, the restatement included, pico-dollars.
    """
    billed: dict[str, int] = {}
    load = books.loads[SOURCE]
    folder = out / "sources" / SOURCE
    for month in MONTHS:
        sheet, restated = _sheet(), _sheet()
        _monthly(sheet, month, books)
        for day in month.dates:
            before = len(sheet.rows)
            is_restated = day == RESTATED_DAY
            _day(sheet, month, day, None if is_restated else books, Random(f"{seed}:aws:{day}"), is_first=True)
            if is_restated:
                load.rows_replaced += len(sheet.rows) - before
                _day(restated, month, day, books, Random(f"{seed}:aws:{day}"), is_first=False)
        sheet.write_csv(folder / f"{month.key}_export_1.csv.gz")
        superseded = [row for row in sheet.rows if row["ChargePeriodStart"].startswith(RESTATED_DAY)]
        billed[month.key] = sheet.billed() + restated.billed() - sum(dollars(row["BilledCost"]) for row in superseded)
        if restated.rows:
            restated.write_csv(folder / f"{month.key}_export_2_restates_{RESTATED_DAY}.csv.gz")
            load.files += 1
        load.files += 1
        rows = len(sheet.rows) + len(restated.rows)
        load.rows_read += rows
        load.rows_loaded += rows
        load.lines += rows
    wrong, right = (_training_costs(RESTATED_DAY, nodes).effective for nodes in (4, 3))
    books.planted["restated_day"] = {
        "source": SOURCE,
        "day": RESTATED_DAY,
        "what": "a second file restates the whole day; the later file wins",
        "rows_replaced": load.rows_replaced,
        "effective_cost_before": usd(wrong),
        "effective_cost_after": usd(right),
        "difference": usd(right - wrong),
    }
    pool_days = sum(month.days for month in MONTHS if month.first >= IDLE_SINCE)
    books.planted["idle_gpu_pool"] = {
        "source": SOURCE,
        "resource": "research-pool",
        "since": IDLE_SINCE,
        "used_share_percent": 6,
        "effective_cost": usd(8_400_000 * 96 * 10**6 * pool_days),
    }
    return billed


def _sheet() -> Sheet:
    return Sheet(
        FOCUS_1_2,
        {
            "BillingAccountId": ACCOUNT,
            "BillingAccountName": "Fernhill payer",
            "BillingCurrency": "USD",
            "ChargeCategory": "Usage",
            "ChargeFrequency": "Usage-Based",
            "InvoiceId": "AWS",
            "InvoiceIssuerName": "Amazon Web Services, Inc.",
            "PricingCategory": "Standard",
            "PricingCurrency": "USD",
            "ProviderName": "AWS",
            "PublisherName": "AWS",
            "RegionId": "us-east-1",
            "Tags": "{}",
        },
    )


def _contracted(price_micro: int) -> int:
    return price_micro * ENTERPRISE_DISCOUNT // 100


def _training_nodes(day: str) -> int:
    """Nodes of the training cluster that day: runs of days, more in some months, none in December."""
    month, number = int(day[5:7]), int(day[8:])
    if month == 12:
        return 0
    start = 3 + (month * 7) % 6
    return 4 if start <= number < start + 8 + (month * 5) % 7 else 0


def _training_costs(day: str, nodes: int) -> Costs:
    return Metered(nodes * 24 * 10**6, "Hours", 63_296_000, _contracted(63_296_000)).costs()


def _day(sheet: Sheet, month: Month, day: str, books: Books | None, rng: Random, *, is_first: bool) -> None:
    """All lines of one day. `books` is None for lines that a later file takes the place of."""

    def ai(category: str, costs: Costs, agent: str | None = None, use_case: str | None = None) -> None:
        if books is not None:
            books.ai(month.key, category, costs.effective, "invoiced", agent=agent, use_case=use_case)

    _gpus(sheet, month, day, ai, is_first=is_first)
    growth, busy = 1.015**month.index, busyness(day)
    for meter in TOKENS:
        count = int(meter.millions * 10**6 * meter.growth**month.index * busy * (0.9 + 0.2 * rng.random()))
        metered = Metered(count, "1000000 Tokens", meter.price_micro, meter.price_micro)
        costs = metered.costs()
        sheet.add(
            month, day, costs, metered, ServiceCategory="AI and Machine Learning", ServiceName=meter.service,
            ServiceSubcategory="Generative AI", PublisherName=meter.publisher, SubAccountId="410022330007",
            SubAccountName="ai-platform", SkuId=f"{meter.model}-{meter.direction.lower()}",
            SkuMeter=f"{meter.direction} tokens", SkuPriceDetails=f'{{"x_ModelId":"{meter.model}"}}',
            ChargeDescription=f"{meter.model} {meter.direction.lower()} tokens", ResourceType="Inference profile",
            ResourceId=f"arn:aws:bedrock:us-east-1:410022330007:inference-profile/{meter.model}-{meter.category}",
            Tags=meter.tags,
        )  # fmt: skip
        ai(meter.category, costs, use_case="quality-evaluation" if meter.category == "evaluation" else None)
    for agent, since, hours in RUNTIME:
        if day < since:
            continue
        loop = 3.5 if agent == "incident-triage-agent" and "2026-07-06" <= day <= "2026-07-12" else 1.0
        quantity = int(hours * 10**6 * 1.05**month.index * loop * (0.85 + 0.3 * rng.random()))
        metered = Metered(quantity, "vCPU-Hours", RUNTIME_PRICE, _contracted(RUNTIME_PRICE))
        costs = metered.costs()
        sheet.add(
            month, day, costs, metered, ServiceCategory="AI and Machine Learning", SubAccountId="410022330007",
            ServiceName="Amazon Bedrock AgentCore", ServiceSubcategory="Generative AI", SubAccountName="ai-platform",
            SkuId="agentcore-runtime-vcpu", SkuMeter="Runtime-vCPU-Hours", ChargeDescription="AgentCore runtime vCPU hours",
            ResourceId=f"arn:aws:bedrock-agentcore:us-east-1:410022330007:runtime/{agent}", ResourceType="Agent runtime",
            ResourceName=agent, Tags=f'{{"agent":"{agent}"}}',
        )  # fmt: skip
        ai("agents", costs, agent=agent)
    for plain in (*AI_STORAGE, *PLAINS):
        quantity = int(plain.daily_quantity * 10**6 * growth * (0.5 + 0.5 * busy) * (0.93 + 0.14 * rng.random()))
        metered = Metered(quantity, plain.unit, plain.price_micro, _contracted(plain.price_micro))
        costs = metered.costs()
        sheet.add(
            month, day, costs, metered, ServiceCategory=plain.category, ServiceName=plain.service,
            ServiceSubcategory=plain.subcategory, SubAccountId=plain.sub_account, SubAccountName=plain.sub_account,
            SkuId=plain.meter.lower(), SkuMeter=plain.meter, ChargeDescription=f"{plain.meter} {plain.resource}",
            ResourceId=f"arn:aws:{plain.sub_account}/{plain.resource}", ResourceName=plain.resource,
            ResourceType=plain.subcategory, Tags=plain.tags,
        )  # fmt: skip
        if plain.tags == AI_TAGS:
            ai("infrastructure", costs)
        elif books is not None:
            books.not_ai(month.key, costs.effective)


def _gpus(sheet: Sheet, month: Month, day: str, ai: Callable[..., None], *, is_first: bool) -> None:
    """GPU instances and endpoints: serving (three nodes on a savings plan), training, the idle pool, SageMaker."""

    def instance(
        kind: str, price: int, hours_micro: int, resource: str, pool: str, effective: int | None = None,
        plan: str = "", status: str = "",
    ) -> None:  # fmt: skip
        contracted = _contracted(price) if effective is None else effective
        metered = Metered(hours_micro, "Hours", price, contracted)
        costs = metered.costs(effective, is_committed=bool(plan))
        sheet.add(
            month, day, costs, metered, ServiceCategory="Compute", ServiceName=EC2, ServiceSubcategory="Virtual Machines",
            SubAccountId="410022330007", SubAccountName="ai-platform", SkuId=f"ec2-{kind}", SkuMeter=f"BoxUsage:{kind}",
            SkuPriceDetails=f'{{"InstanceType":"{kind}","InstanceSeries":"{kind.split(".")[0]}"}}',
            PricingCategory="Committed" if plan else "Standard", CommitmentDiscountId=plan, CommitmentDiscountStatus=status,
            ChargeDescription=f"Linux {kind} instance hours, {pool}" + (" (unused commitment)" if status == "Unused" else ""),
            ResourceId=f"arn:aws:ec2:us-east-1:410022330007:fleet/{resource}", ResourceName=resource,
            ResourceType="Instance", Tags=f'{{"pool":"{pool}"}}',
        )  # fmt: skip
        ai("infrastructure", costs)

    for node in range(3):
        instance("p5.48xlarge", 55_040_000, 24 * 10**6, f"serving-{node + 1}", "serving", 34_800_000, PLAN, "Used")
    for node in range(3, 4 + (day >= "2026-03-10") + (day >= "2026-08-18")):
        instance("p5.48xlarge", 55_040_000, 24 * 10**6, f"serving-{node + 1}", "serving")
    nodes = _training_nodes(day)
    if day == RESTATED_DAY and not is_first:
        nodes = 3
    if nodes:
        instance("p5en.48xlarge", 63_296_000, nodes * 24 * 10**6, "training-cluster", "training")
    if day >= IDLE_SINCE:
        used = 5_760_000  # 5.76 of the 96 hours of four nodes
        instance("g6.48xlarge", 13_350_000, used, "research-pool", "research", 8_400_000, POOL, "Used")
        instance("g6.48xlarge", 13_350_000, 96 * 10**6 - used, "research-pool", "research", 8_400_000, POOL, "Unused")
    endpoint = Metered(3 * 24 * 10**6, "Hours", 7_090_000, _contracted(7_090_000))
    costs = endpoint.costs()
    sheet.add(
        month, day, costs, endpoint, ServiceCategory="AI and Machine Learning", ServiceName="Amazon SageMaker",
        ServiceSubcategory="Machine Learning", SubAccountId="410022330007", SubAccountName="ai-platform",
        SkuId="ml.g5.12xlarge-hosting", SkuMeter="Host:ml.g5.12xlarge", ChargeDescription="Hosting ml.g5.12xlarge reranker",
        ResourceId="arn:aws:sagemaker:us-east-1:410022330007:endpoint/reranker", ResourceName="reranker",
        ResourceType="Endpoint",
    )  # fmt: skip
    ai("infrastructure", costs)


def _monthly(sheet: Sheet, month: Month, books: Books) -> None:
    """Lines of the month: commitments paid, support, tax and credits; those of AI services name the service."""

    def line(category: str, service: str, text: str, amount: int, **cells: str) -> Costs:
        costs = Costs(amount, amount, amount, amount)
        sheet.add(
            month, None, costs, None, ChargeCategory=category, ChargeFrequency="Recurring", PricingCategory="",
            ServiceCategory="Other", ServiceSubcategory="Other (Other)", ServiceName=service, ChargeDescription=text,
            SubAccountId=ACCOUNT, SubAccountName="payer", **cells,
        )  # fmt: skip
        return costs

    for plan, hourly_micro, nodes in ((PLAN, 34_800_000, 3), (POOL, 8_400_000, 4)):
        if plan == POOL and month.first < IDLE_SINCE:
            continue
        billed = hourly_micro * 10**6 * nodes * 24 * month.days
        costs = Costs(billed, billed, 0, billed)
        sheet.add(
            month, None, costs, None, ChargeCategory="Purchase", ChargeFrequency="Recurring", PricingCategory="Standard",
            ServiceCategory="Compute", ServiceSubcategory="Virtual Machines", CommitmentDiscountId=plan,
            ServiceName="Savings Plans for AWS Compute usage", ChargeDescription="Savings plan, monthly fee",
            SubAccountId=ACCOUNT, SubAccountName="payer", ResourceId=plan, ResourceType="Savings plan",
        )  # fmt: skip
    growth = 1.015**month.index
    for service, base, category in (
        ("Amazon Bedrock", 1650, "product_inference"),
        ("Amazon SageMaker", 410, "infrastructure"),
        ("Amazon Relational Database Service", 2240, ""),
        ("Amazon CloudFront", 390, ""),
    ):
        costs = line("Tax", service, f"Sales tax on {service}", dollars(f"{base * growth:.2f}"))
        _enter(books, month, category, costs)
    if month.index in (1, 4, 8):
        _enter(books, month, "product_inference",
               line("Credit", "Amazon Bedrock", "Promotional credit, generative AI", -dollars(f"{4200 + 300 * month.index}.00")))  # fmt: skip
    if month.index in (2, 7):
        _enter(
            books,
            month,
            "",
            line("Credit", "Amazon Relational Database Service", "Service credit", -dollars("3150.00")),
        )
    _enter(
        books,
        month,
        "",
        line("Usage", "AWS Support (Enterprise)", "Enterprise support", dollars(f"{15000 * growth:.2f}")),
    )


def _enter(books: Books, month: Month, category: str, costs: Costs) -> None:
    if category:
        books.ai(month.key, category, costs.effective, "invoiced")
    else:
        books.not_ai(month.key, costs.effective)
