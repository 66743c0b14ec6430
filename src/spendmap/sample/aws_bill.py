"""Source `aws-focus`: FOCUS 1.2, a gzipped CSV a month, AI services among everything else AWS bills.

Unit prices are invented round figures near public ones. September 2026 is exported a second time, as a bill is: whole,
with one day restated. On that day the training cluster had been metered with four nodes and ran three.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from spendmap.sample.aws_services import AI_STORAGE, AI_TAGS, EC2, PLAINS, RUNTIME, RUNTIME_PRICE, TOKENS
from spendmap.sample.facts import declared
from spendmap.sample.focus_sheet import FOCUS_1_2, Costs, Metered, Sheet
from spendmap.sample.money import dollars, usd
from spendmap.sample.months import MONTHS, Month, busyness
from spendmap.sample.truth import Books

SOURCE = "aws-focus"
ACCOUNT = "410022334455"
BILLED_BY = f"aws/{ACCOUNT}"
RESTATED_DAY = "2026-09-15"
IDLE_SINCE = "2026-01-01"  # the project that the pool was committed for ended with 2025
PLAN = "arn:aws:savingsplans::410022334455:savingsplan/gpu-serving"
POOL = "arn:aws:savingsplans::410022334455:savingsplan/g6-research"
ENTERPRISE_DISCOUNT = 94  # percent of list that remains


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
        is_restated = month.key == RESTATED_DAY[:7]
        if is_restated:
            restated.rows.extend(sheet.rows)
        for day in month.dates:
            is_wrong = day == RESTATED_DAY  # at first: the later file says it right, and the rest again
            _day(sheet, month, day, None if is_wrong else books, Random(f"{seed}:aws:{day}"), is_first=True)
            if is_restated:
                _day(restated, month, day, books if is_wrong else None, Random(f"{seed}:aws:{day}"), is_first=False)
        sheet.write_csv(folder / f"{month.key}_export_1.csv.gz")
        billed[month.key] = (restated if is_restated else sheet).billed()
        load.files += 1
        load.rows_read += len(sheet.rows)
        load.rows_loaded += len(sheet.rows)
        load.lines += len(sheet.rows)
        if is_restated:
            restated.write_csv(folder / f"{month.key}_export_2.csv.gz")
            changed = sum(before != after for before, after in zip(sheet.rows, restated.rows, strict=True))
            load.files += 1
            load.rows_read += len(restated.rows)
            load.rows_loaded += changed
            load.rows_replaced += changed
            load.rows_duplicate += len(restated.rows) - changed
            load.lines += len(restated.rows)
    wrong, right = (_training_costs(RESTATED_DAY, nodes).effective for nodes in (4, 3))
    books.planted["restated_day"] = {
        "source": SOURCE,
        "day": RESTATED_DAY,
        "what": "a second file of the month restates one day; the later file wins",
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
            books.ai(
                month.key, category, costs.effective, "invoiced", account=BILLED_BY, billed=costs.billed, agent=agent,
                use_case=use_case,
            )  # fmt: skip

    _gpus(sheet, month, day, ai, is_first=is_first)
    growth, busy = 1.015**month.index, busyness(day)
    for meter in TOKENS:
        count = int(meter.millions * 10**6 * meter.growth**month.index * busy * (0.9 + 0.2 * rng.random()))
        metered = Metered(count, "1000000 Tokens", meter.price_micro, meter.price_micro)
        costs = metered.costs()
        sheet.add(
            month,
            day,
            costs,
            metered,
            ServiceCategory="AI and Machine Learning",
            ServiceName=meter.service,
            ServiceSubcategory="Generative AI",
            PublisherName=meter.publisher,
            SubAccountId="410022330007",
            SubAccountName="ai-platform",
            SkuId=f"{meter.model}-{meter.direction.lower()}",
            SkuMeter=f"{meter.direction} tokens",
            SkuPriceDetails=f'{{"x_ModelId":"{meter.model}"}}',
            ChargeDescription=f"{meter.model} {meter.direction.lower()} tokens",
            ResourceType="Inference profile",
            ResourceId=f"arn:aws:bedrock:us-east-1:410022330007:inference-profile/{meter.model}-{meter.category}",
            Tags=meter.tags,
        )
        ai(meter.category, costs, use_case="quality-evaluation" if meter.category == "evaluation" else None)
    for agent, since, hours in RUNTIME:
        if day < since:
            continue
        loop = 3.5 if agent == "incident-triage-agent" and "2026-07-06" <= day <= "2026-07-12" else 1.0
        quantity = int(hours * 10**6 * 1.05**month.index * loop * (0.85 + 0.3 * rng.random()))
        metered = Metered(quantity, "vCPU-Hours", RUNTIME_PRICE, _contracted(RUNTIME_PRICE))
        costs = metered.costs()
        sheet.add(
            month,
            day,
            costs,
            metered,
            ServiceCategory="AI and Machine Learning",
            SubAccountId="410022330007",
            ServiceName="Amazon Bedrock AgentCore",
            ServiceSubcategory="Generative AI",
            SubAccountName="ai-platform",
            SkuId="agentcore-runtime-vcpu",
            SkuMeter="Runtime-vCPU-Hours",
            ChargeDescription="AgentCore runtime vCPU hours",
            ResourceId=f"arn:aws:bedrock-agentcore:us-east-1:410022330007:runtime/{agent}",
            ResourceType="Agent runtime",
            ResourceName=agent,
            Tags=f'{{"agent":"{agent}"}}',
        )
        ai("agents", costs, agent=agent, use_case=str(declared("agents")[agent]["use_case"]))
    for plain in (*AI_STORAGE, *PLAINS):
        quantity = int(plain.daily_quantity * 10**6 * growth * (0.5 + 0.5 * busy) * (0.93 + 0.14 * rng.random()))
        metered = Metered(quantity, plain.unit, plain.price_micro, _contracted(plain.price_micro))
        costs = metered.costs()
        sheet.add(
            month,
            day,
            costs,
            metered,
            ServiceCategory=plain.category,
            ServiceName=plain.service,
            ServiceSubcategory=plain.subcategory,
            SubAccountId=plain.sub_account,
            SubAccountName=plain.sub_account,
            SkuId=plain.meter.lower(),
            SkuMeter=plain.meter,
            ChargeDescription=f"{plain.meter} {plain.resource}",
            ResourceId=f"arn:aws:{plain.sub_account}/{plain.resource}",
            ResourceName=plain.resource,
            ResourceType=plain.subcategory,
            Tags=plain.tags,
        )
        if plain.tags == AI_TAGS:
            ai("infrastructure", costs)
        elif books is not None:
            books.not_ai(month.key, costs.effective)


def _gpus(sheet: Sheet, month: Month, day: str, ai: Callable[..., None], *, is_first: bool) -> None:
    """GPU instances and endpoints: serving (three nodes on a savings plan), training, the idle pool, SageMaker."""

    def instance(
        kind: str,
        price: int,
        hours_micro: int,
        resource: str,
        pool: str,
        effective: int | None = None,
        plan: str = "",
        status: str = "",
    ) -> None:
        contracted = _contracted(price) if effective is None else effective
        metered = Metered(hours_micro, "Hours", price, contracted)
        costs = metered.costs(effective, is_committed=bool(plan))
        sheet.add(
            month,
            day,
            costs,
            metered,
            ServiceCategory="Compute",
            ServiceName=EC2,
            ServiceSubcategory="Virtual Machines",
            SubAccountId="410022330007",
            SubAccountName="ai-platform",
            SkuId=f"ec2-{kind}",
            SkuMeter=f"BoxUsage:{kind}",
            SkuPriceDetails=f'{{"InstanceType":"{kind}","InstanceSeries":"{kind.split(".")[0]}"}}',
            PricingCategory="Committed" if plan else "Standard",
            CommitmentDiscountId=plan,
            CommitmentDiscountStatus=status,
            ChargeDescription=f"Linux {kind} instance hours, {pool}"
            + (" (unused commitment)" if status == "Unused" else ""),
            ResourceId=f"arn:aws:ec2:us-east-1:410022330007:fleet/{resource}",
            ResourceName=resource,
            ResourceType="Instance",
            Tags=f'{{"pool":"{pool}"}}',
        )
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
        month,
        day,
        costs,
        endpoint,
        ServiceCategory="AI and Machine Learning",
        ServiceName="Amazon SageMaker",
        ServiceSubcategory="Machine Learning",
        SubAccountId="410022330007",
        SubAccountName="ai-platform",
        SkuId="ml.g5.12xlarge-hosting",
        SkuMeter="Host:ml.g5.12xlarge",
        ChargeDescription="Hosting ml.g5.12xlarge reranker",
        ResourceId="arn:aws:sagemaker:us-east-1:410022330007:endpoint/reranker",
        ResourceName="reranker",
        ResourceType="Endpoint",
    )
    ai("infrastructure", costs)


def _monthly(sheet: Sheet, month: Month, books: Books) -> None:
    """Lines of the month: commitments paid, support, tax and credits; those of AI services name the service."""

    def line(category: str, service: str, text: str, amount: int, **cells: str) -> Costs:
        costs = Costs(amount, amount, amount, amount)
        sheet.add(
            month,
            None,
            costs,
            None,
            ChargeCategory=category,
            ChargeFrequency="Recurring",
            PricingCategory="",
            ServiceCategory="Other",
            ServiceSubcategory="Other (Other)",
            ServiceName=service,
            ChargeDescription=text,
            SubAccountId=ACCOUNT,
            SubAccountName="payer",
            **cells,
        )
        return costs

    for plan, hourly_micro, nodes in ((PLAN, 34_800_000, 3), (POOL, 8_400_000, 4)):
        if plan == POOL and month.first < IDLE_SINCE:
            continue
        billed = hourly_micro * 10**6 * nodes * 24 * month.days
        costs = Costs(billed, billed, 0, billed)
        sheet.add(
            month,
            None,
            costs,
            None,
            ChargeCategory="Purchase",
            ChargeFrequency="Recurring",
            PricingCategory="Standard",
            ServiceCategory="Compute",
            ServiceSubcategory="Virtual Machines",
            CommitmentDiscountId=plan,
            ServiceName="Savings Plans for AWS Compute usage",
            ChargeDescription="Savings plan, monthly fee",
            SubAccountId=ACCOUNT,
            SubAccountName="payer",
            ResourceId=plan,
            ResourceType="Savings plan",
        )
        books.purchase(month.key, "infrastructure", billed, BILLED_BY)  # all its usage is GPUs for AI
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
        _enter(
            books,
            month,
            "product_inference",
            line(
                "Credit",
                "Amazon Bedrock",
                "Promotional credit, generative AI",
                -dollars(f"{4200 + 300 * month.index}.00"),
            ),
        )
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
        books.ai(month.key, category, costs.effective, "invoiced", account=BILLED_BY)
    else:
        books.not_ai(month.key, costs.effective)
