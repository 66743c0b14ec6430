"""Situations of model calls: OpenAI with an export, OpenAI only paid, Anthropic by invoice, by gateway and by plan."""

from __future__ import annotations

from decimal import Decimal

from company.birch.books import Books
from company.birch.files import GPT, HAIKU, OUTCOMES, SONNET, Files, M, priced
from company.birch.formats import Export, call, message, span


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
    for serial, at, model, customer, (prompt, completion, cached, written) in (
        ("1", "2026-08-11 10:00:00", HAIKU, "acme", (20 * M, 4 * M, 0, 0)),
        ("2", "2026-08-12 10:00:00", SONNET, "acme", (170_000, 10_000, 50_000, 20_000)),
        ("3", "2026-08-13 10:00:00", HAIKU, "beta", (13 * M, M // 2, 10 * M, 2 * M)),
    ):
        line = call(
            f"msg_birch_{serial}", at, model, "anthropic", prompt=prompt, completion=completion, cached=cached,
            written=written, use_case="triage", customer=customer,
        )  # fmt: skip
        files.gateway(at, line)
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
