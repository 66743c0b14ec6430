"""Birch's situations: each writes its lines and says what a right map shows of them.

In `tests/`, `python -m company.birch.birch_truth FOLDER` writes the files, the register and `truth.json`. The standard library alone is used:
no price, rule or match of the product. List prices are the makers' public ones, per million tokens, in `PER_MILLION`.
Where the law of counting leaves a figure open, the choice is marked "choice:".
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from company.birch.books import BASES, Books, Fact
from company.birch.formats import Export, call, message, span, table
from company.birch.register import REGISTER

GPT, HAIKU, SONNET = "gpt-4.1-2025-04-14", "claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929"
MISTRAL, COHERE, LLAMA = "mistral-large-2411", "command-a-03-2025", "llama-3.3-70b-versatile"
PER_MILLION: dict[str, dict[str, str]] = {  # US dollars
    GPT: {"input": "2.00", "cached": "0.50", "output": "8.00"},
    HAIKU: {"input": "1.00", "cached": "0.10", "written": "1.25", "output": "5.00"},
    SONNET: {"input": "3.00", "cached": "0.30", "written": "3.75", "output": "15.00"},  # up to 200,000 tokens in
    MISTRAL: {"input": "2.00", "output": "6.00"},
    COHERE: {"input": "2.50", "output": "10.00"},
    LLAMA: {"input": "0.59", "output": "0.79"},
}
M = 1_000_000
PAYABLES = "Posting Date", "Supplier", "Invoice Number", "Department", "Memo", "Amount", "Currency"
CARD = "Transaction Date", "Merchant", "Type", "Status", "Department", "Memo", "Amount", "Currency"
WORK = "Date", "Person", "Role", "Kind", "Minutes", "Use case", "Department"
OUTCOMES = "Date", "Kind", "Result", "Use case", "Customer id", "Feature", "Quantity", "Unit", "Amount", "Currency"


def priced(model: str, **tokens: int) -> Decimal:
    """US dollars of tokens by meter, at list price."""
    return sum((Decimal(PER_MILLION[model][name]) * count / M for name, count in tokens.items()), Decimal(0))


@dataclass
class Files:
    """What is written: lines of logs, rows of tables, whole exports; and in which order it is captured."""

    logs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = field(default_factory=dict)
    exports: dict[str, Export] = field(default_factory=dict)

    def gateway(self, at: str, line: str) -> None:
        """A line of the gateway's log of the month."""
        self.logs[f"gateway_{at[:7]}.jsonl"].append(line)

    def row(self, name: str, header: tuple[str, ...], *cells: object) -> None:
        """A row of a table."""
        self.tables.setdefault(name, (header, []))[1].append(cells)

    def invoice(self, day: str, supplier: str, number: str, memo: str, amount: str, department: str = "") -> None:
        """A line of accounts payable."""
        self.row(f"payables_{day[:7]}.csv", PAYABLES, day, supplier, number, department, memo, amount, "USD")

    def card(
        self, day: str, merchant: str, memo: str, amount: str, kind: str = "Sale", status: str = "Posted",
        department: str = "",
    ) -> None:  # fmt: skip
        """A line of the company card."""
        self.row(f"card_{day[:7]}.csv", CARD, day, merchant, kind, status, department, memo, amount, "USD")

    def texts(self) -> dict[str, str]:
        """File name -> content."""
        found = {name: "\n".join(lines) + "\n" for name, lines in self.logs.items()}
        found |= {name: table(header, rows) for name, (header, rows) in self.tables.items()}
        return found | {name: export.text() for name, export in self.exports.items()}


def source_of(name: str) -> tuple[str, str, dict[str, str]]:
    """Connector, source and settings with which a file is captured."""
    stem = name.rsplit(".", 1)[0]
    first = stem.split("_")[0]
    kind = {
        "gateway": "litellm_spendlogs", "traces": "otel_genai", "sessions": "claude_code_jsonl",
        "plan": "claude_code_jsonl", "payables": "ledger_csv", "eubooks": "ledger_csv", "grossbooks": "ledger_csv",
        "card": "ledger_csv", "travelcard": "ledger_csv", "seats": "seats_csv", "worklog": "worklog_csv",
        "outcomes": "outcomes_csv",
    }.get(first, "focus")  # fmt: skip
    books = {
        "payables": "payables",
        "eubooks": "payables",
        "grossbooks": "payables",
        "card": "card",
        "travelcard": "card",
    }
    settings = {"books": books[first]} if first in books else {}
    if first in ("eubooks", "grossbooks"):
        settings["currency"] = "USD"
    if first == "plan":
        settings["billing"] = "plan"
    return kind, first, settings


def openai_export(files: Files, books: Books) -> None:
    """August: bill above the meter. September: below it. October: the export ends on the 5th."""
    account, issuer = "org-birch", "OpenAI, LLC"

    def use(serial: str, at: str, prompt: int, completion: int = 0, cached: int = 0, **more: object) -> Decimal:
        line = call(
            f"chatcmpl-birch-{serial}", at, GPT, "openai", prompt=prompt, completion=completion, cached=cached,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip
        files.gateway(at, line)
        return priced(GPT, input=prompt - cached, cached=cached, output=completion)

    books.begin(
        "bill-above-meter", "An export above its meter: 46.00 carried, 14.00 dark; cache, retry, suite, refused"
    )
    answers = use("a1", "2026-08-05 09:00:00", 10 * M, 1 * M, cached=4 * M, use_case="answers")  # 12 + 2 + 8
    use("a1", "2026-08-05 09:00:00", 10 * M, 1 * M, cached=4 * M, use_case="answers")  # logged twice: one call
    # failed with a reported cost: counts (4.00); its retry too (4 + 4)
    answers += use("a2", "2026-08-06 09:00:00", 2 * M, error="500", spend="4.0", use_case="answers")
    answers += use("a3", "2026-08-06 09:00:10", 2 * M, M // 2, retries=1, use_case="answers")
    use("a4", "2026-08-07 09:00:00", 3 * M, error="400", use_case="answers")  # refused: nothing was bought
    use("a5", "2026-08-08 09:00:00", 1 * M, hit=True, use_case="answers")  # the gateway's own cache: nothing bought
    suite = use("a6", "2026-08-09 09:00:00", 5 * M, suite="gold")
    untagged = use("a7", "2026-08-10 09:00:00", 1 * M)
    assert (answers, suite, untagged) == (Decimal(34), Decimal(10), Decimal(2))
    export = files.exports["openai_2026-08.csv"] = Export(
        "2026-08", account, "OpenAI", "OpenAI API", issuer=issuer, invoice="OAI-2026-08"
    )
    export.line("2026-08-05", "gpt-4.1 input", "30.00")
    export.line("2026-08-10", "gpt-4.1 output", "20.00")
    export.line("2026-08-31", "gpt-4.1 cached input", "10.00")
    files.invoice("2026-09-05", issuer, "OAI-2026-08", "API usage August 2026", "60.00")
    for category, amount, use_case, department, owner in (
        ("product_inference", answers, "answers", "product", "Ada"),
        ("evaluation", suite, "answers", "product", "Ada"),
        ("unclassified", untagged, None, None, None),
    ):
        books.ai("2026-08", category, "openai", amount, billed=amount, list_=amount, use_case=use_case,
                 department=department, owner=owner)  # fmt: skip
    books.ai("2026-08", "product_inference", "openai", "14", billed="14", list_="14", is_dark=True)
    books.covered["2026-08", "openai"] += Decimal(60)
    books.tie("openai", account, "2026-08", "46", "60", "60")

    books.begin(
        "meter-above-bill", "A bill of 45.00 on a meter of 50.00 is split 20 : 30; the owner changes on the 16th"
    )
    ada = use("b1", "2026-09-10 09:00:00", 10 * M, use_case="answers")
    bo = use("b2", "2026-09-20 09:00:00", 15 * M, use_case="answers")
    export = files.exports["openai_2026-09.csv"] = Export(
        "2026-09", account, "OpenAI", "OpenAI API", issuer=issuer, invoice="OAI-2026-09"
    )
    export.line("2026-09-10", "gpt-4.1 input", "18.00", list_="20.00")
    export.line("2026-09-30", "gpt-4.1 input", "27.00", list_="30.00")
    files.invoice("2026-10-05", issuer, "OAI-2026-09", "API usage September 2026", "45.00")
    for owner, used, cost in (("Ada", ada, "18"), ("Bo", bo, "27")):
        books.ai("2026-09", "product_inference", "openai", cost, billed=cost, list_=used, use_case="answers",
                 department="product", owner=owner)  # fmt: skip
    books.covered["2026-09", "openai"] += Decimal(45)
    books.tie("openai", account, "2026-09", "50", "45", "45")

    books.begin("export-ends-mid-month", "30.00 are billed to the 5th; 70.00 used later wait for their bill")
    early = use("c1", "2026-10-03 09:00:00", 15 * M, use_case="answers")
    late = use("c2", "2026-10-12 09:00:00", 35 * M, use_case="answers")
    # the trace saw the second call too: one call, the gateway's
    files.logs["traces_2026-10.jsonl"].append(
        span(1, 1, "2026-10-12T09:00:00", "chat", GPT, "openai", 35 * M, 0, response_id="chatcmpl-birch-c2")
    )
    export = files.exports["openai_2026-10.csv"] = Export("2026-10", account, "OpenAI", "OpenAI API", issuer=issuer)
    export.line("2026-10-03", "gpt-4.1 input", "20.00")
    export.line("2026-10-05", "gpt-4.1 input", "10.00")
    books.ai("2026-10", "product_inference", "openai", early, billed=early, list_=early, use_case="answers",
             department="product", owner="Bo")  # fmt: skip
    books.ai("2026-10", "product_inference", "openai", late, billed=None, list_=late, evidence="metered",
             use_case="answers", department="product", owner="Bo")  # fmt: skip
    books.not_billed_yet["2026-10", "openai"] += late
    books.runs["2026-10", "answers"] = (early + late, 220, 200)


def openai_others(files: Files, books: Books) -> None:
    """The vendor's other accounts: one that is only paid, and seats."""
    books.begin("account-only-paid", "Another account of the vendor has a payment and nothing else: it counts, dark")
    files.invoice("2026-08-20", "OpenAI Ireland Ltd", "R-77", "API usage August 2026", "70.00", "engineering")
    # choice: the department that the invoice names carries it
    books.ai("2026-08", "product_inference", "openai", "70", billed="70", list_=None, department="engineering",
             owner="Dag", is_dark=True)  # fmt: skip

    books.begin("seats-on-card-and-refund", "ChatGPT seats are no API use; a return in October is October's")
    files.card("2026-09-03", "OPENAI *CHATGPT SUBSCR", "ChatGPT Team 80 seats", "2000.00")
    files.card("2026-10-06", "OPENAI *CHATGPT SUBSCR", "ChatGPT Team 1 seat", "25.00", kind="Return")
    files.card("2026-10-25", "CARD PAYMENT THANK YOU", "", "2000.00", kind="Payment")
    books.ai("2026-09", "internal_tools", "openai", "2000", billed="2000", list_=None, department="people", owner="Eve")
    books.ai("2026-10", "internal_tools", "openai", "-25", billed="-25", list_=None, department="people", owner="Eve")


def anthropic(files: Files, books: Books) -> None:
    """August: an invoice above the meter. September: a coding tool behind the gateway. October: a flat plan."""
    books.begin("invoice-above-meter", "Meter 47.54, invoice 60.00: 12.46 dark; cache reads and writes at their prices")
    acme = priced(HAIKU, input=20 * M, output=4 * M) + priced(
        SONNET, input=100_000, cached=50_000, written=20_000, output=10_000
    )
    beta = priced(HAIKU, input=1 * M, cached=10 * M, written=2 * M, output=M // 2)
    assert (acme, beta) == (Decimal("40.54"), Decimal(7))  # 20 + 20 + 0.30 + 0.015 + 0.075 + 0.15; 1 + 1 + 2.5 + 2.5
    for serial, at, model, tokens, customer in (
        ("1", "2026-08-11 10:00:00", HAIKU, {"prompt": 20 * M, "completion": 4 * M}, "acme"),
        ("2", "2026-08-12 10:00:00", SONNET,
         {"prompt": 170_000, "completion": 10_000, "cached": 50_000, "written": 20_000}, "acme"),
        ("3", "2026-08-13 10:00:00", HAIKU,
         {"prompt": 13 * M, "completion": M // 2, "cached": 10 * M, "written": 2 * M}, "beta"),
    ):  # fmt: skip
        files.gateway(
            at, call(f"msg_birch_{serial}", at, model, "anthropic", use_case="triage", customer=customer, **tokens)
        )
    files.invoice("2026-08-31", "Anthropic, PBC", "AN-8", "Claude API usage August 2026", "60.00")
    for cost in (acme, beta):
        books.ai("2026-08", "product_inference", "anthropic", cost, billed=cost, list_=cost, use_case="triage",
                 department="support", owner="Cem")  # fmt: skip
    books.ai("2026-08", "product_inference", "anthropic", "12.46", billed="12.46", list_=None, is_dark=True)
    books.tie("anthropic", None, "2026-08", "47.54", "60", None)
    for customer, cost, revenue in (("acme", acme, "500.00"), ("beta", beta, "100.00")):
        files.row("outcomes_2026-08.csv", OUTCOMES, "2026-08-01", "revenue", "", "", customer, "", 1, "months", revenue,
                  "USD")  # fmt: skip
        books.customers["2026-08", customer] = (cost, Decimal(revenue))

    books.begin("coding-tool-behind-gateway", "Gateway and session log hold the same messages: once, as the tool's")
    for number, at in ((4, "2026-09-08 11:00:00"), (5, "2026-09-09 11:00:00")):
        files.gateway(at, call(f"msg_birch_{number}", at, HAIKU, "anthropic", prompt=5 * M, completion=1 * M))
        files.logs["sessions_a.jsonl"].append(
            message(f"msg_birch_{number}", at.replace(" ", "T"), HAIKU, 5 * M, 1 * M, "5e55-a")
        )
    files.logs["sessions_b.jsonl"].append(
        message("msg_birch_6", "2026-09-10T11:00:00", HAIKU, 3 * M, 400_000, "5e55-b")  # past the gateway: 3 + 2
    )
    both, alone = 2 * priced(HAIKU, input=5 * M, output=M), priced(HAIKU, input=3 * M, output=400_000)
    assert (both, alone) == (Decimal(20), Decimal(5))
    # choice: the gateway's calls take the tool from the session log, as they would take a feature
    books.ai("2026-09", "internal_tools", "anthropic", both + alone, billed=None, list_=both + alone,
             evidence="metered", department="engineering", owner="Dag")  # fmt: skip
    books.not_billed_yet["2026-09", "anthropic"] += both + alone

    books.begin("flat-plan", "The fee of 200.00 is the money; 300.00 of tokens at list stand beside it, in no total")
    files.logs["plan_2026-10.jsonl"].append(message("msg_birch_7", "2026-10-10T10:00:00", HAIKU, 0, 60 * M, "5e55-c"))
    files.card("2026-10-04", "ANTHROPIC", "Claude Max 20x subscription", "200.00", department="engineering")
    books.ai("2026-10", "internal_tools", "anthropic", "200", billed="200", list_=None, department="engineering",
             owner="Dag")  # fmt: skip


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


def seats_work_and_own(files: Files, books: Books) -> None:
    """Seats, work, an agent's span, an own model; and what came of it."""
    books.begin("seats-changed-mid-month", "40 then 45 seats: 809.03 by day; the invoice of 845.00 is what counts")
    header = ("Date", "Supplier", "Product", "Plan", "Department", "Seats bought", "Seats active", "Price per seat",
              "Currency")  # fmt: skip
    for day, bought, active in (("2026-10-01", 40, 31), ("2026-10-16", 45, 38)):
        files.row("seats_2026-10.csv", header, day, "GitHub, Inc.", "GitHub Copilot Business", "Business",
                  "engineering", bought, active, "19.00", "USD")  # fmt: skip
    files.invoice("2026-10-31", "GitHub, Inc.", "GH-10", "Copilot Business October", "845.00")
    # 40 x 19 x 15/31 + 45 x 19 x 16/31 = 367.741935483871 + 441.290322580645; the tool's department carries the rest
    books.ai("2026-10", "internal_tools", "github", "845", billed="845", list_=None, department="engineering",
             owner="Dag")  # fmt: skip
    books.tie("github", None, "2026-10", "809.032258064516", "845", None)

    books.begin(
        "seats-without-bill", "A seat list whose bill is not at hand counts at its stated price, not billed yet"
    )
    files.row("seats_2026-09.csv", header, "2026-09", "Anysphere, Inc.", "Cursor Business", "Teams", "engineering", 10,
              9, "32.00", "USD")  # fmt: skip
    books.ai("2026-09", "internal_tools", "cursor", "320", billed=None, list_=None, evidence="contracted",
             department="engineering", owner="Dag")  # fmt: skip

    books.begin("labour-rate-changes", "50.00 an hour to 15 September, 60.00 from the 16th")
    for day, minutes, cost in (("2026-08-10", 120, "100"), ("2026-09-15", 60, "50"), ("2026-09-16", 60, "60")):
        files.row(f"worklog_{day[:7]}.csv", WORK, day, "cyd", "reviewer", "review", minutes, "triage", "support")
        books.ai(day[:7], "human_review", None, cost, billed=None, list_=None, evidence="declared", use_case="triage",
                 department="support", owner="Cem")  # fmt: skip

    books.begin("agent-span-without-calls", "An agent's span with usage and nothing beneath is a call")
    files.logs["traces_2026-09.jsonl"].append(
        span(2, 2, "2026-09-22T07:00:00", "invoke_agent", LLAMA, "groq", 100 * M, 0, agent_id="scout")
    )
    used = priced(LLAMA, input=100 * M)
    assert used == Decimal(59)
    books.ai("2026-09", "agents", "groq", used, billed=None, list_=used, evidence="metered", department="engineering",
             owner="Dag")  # fmt: skip
    books.not_billed_yet["2026-09", "groq"] += used

    books.begin("own-model", "Birch's own model is on no list: two rows without a price, and not free")
    for number, at in ((1, "2026-08-24 06:00:00"), (2, "2026-08-25 06:00:00")):
        files.gateway(at, call(f"own-birch-{number}", at, "birch-7b", "hosted_vllm", prompt=1 * M, use_case="answers"))
    books.unpriced_rows["2026-08"] += 2

    books.begin("economics", "What an accepted run cost, fully loaded; what each customer cost and brought")
    # triage, August: calls 47.54 + review 100.00; the dark 12.46 are nobody's
    books.runs["2026-08", "triage"] = (Decimal("147.54"), 60, 50)
    for (month, use_case), (_, attempts, accepted) in sorted(books.runs.items()):
        for result, count in (("accepted", accepted), ("rejected", attempts - accepted)):
            files.row(f"outcomes_{month}.csv", OUTCOMES, f"{month}-28", "workflow_run", result, use_case, "", "", count,
                      "runs", "", "")  # fmt: skip


SITUATIONS: tuple[Callable[[Files, Books], None], ...] = (
    openai_export, openai_others, anthropic, exports_of_others, prepaid, documents, seats_work_and_own,
)  # fmt: skip


def tell() -> tuple[dict[str, str], Books]:
    """Every file's content, and the books."""
    files, books = Files(), Books()
    for situation in SITUATIONS:
        situation(files, books)
    return files.texts(), books


NAMES: dict[str, Callable[[Fact], str | None] | None] = {
    "total": None,
    "category": lambda fact: fact.category,
    "vendor": lambda fact: fact.vendor,
    "use_case": lambda fact: fact.use_case,
    "department": lambda fact: fact.department,
    "owner": lambda fact: fact.owner,
    "evidence": lambda fact: fact.evidence,
}


def document(books: Books) -> dict[str, object]:
    """The truth as JSON holds it: dimension -> basis -> "month/name" -> amount."""
    return {
        name: {
            basis: {
                f"{month}/{key or ''}": f"{cost}"
                for (month, key), cost in sorted(books.sums(basis, of).items(), key=str)
            }
            for basis in BASES
        }
        for name, of in NAMES.items()
    }


def write(folder: Path) -> Books:
    """Write inputs to `in/`, the register to `declared/`; gives the books."""
    texts, books = tell()
    for place, found in (("in", texts), ("declared", REGISTER)):
        (folder / place).mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (folder / place / name).write_text(text, encoding="utf-8")
    return books


if __name__ == "__main__":
    target = Path(sys.argv[1])
    told = document(write(target))
    (target / "truth.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told["total"], indent=1))
