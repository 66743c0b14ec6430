"""The books of the sample company agree with its files, read by other means."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from fernhill_files import csv_rows, focus_rows, folder_rows, gateway_calls, json_lines, spans
from genai_prices import Usage, calc_price

from spendmap.sample.prices import PRICES, UNPRICED_MODEL

MONTHS = [f"2025-{m:02d}" for m in (10, 11, 12)] + [f"2026-{m:02d}" for m in range(1, 11)]
ADDITIVE = {
    "infrastructure", "product_inference", "internal_tools", "agents", "data_preparation", "evaluation", "human_review",
    "unclassified",
}  # fmt: skip


def amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal(0)


def catalogue_price(
    provider: str, model: str, day: str, input_tokens: int, read: int, write: int, output: int
) -> Decimal:
    found = calc_price(
        Usage(input_tokens=input_tokens, cache_read_tokens=read, cache_write_tokens=write, output_tokens=output),
        model,
        provider_id=provider,
        genai_request_timestamp=datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC),
    )
    return found.total_price


def test_the_thirteen_months_are_there_and_the_categories_add_up_to_the_total(truth: dict[str, Any]) -> None:
    assert truth["months"] == MONTHS
    for month, categories in truth["by_month_category"].items():
        assert set(categories) == ADDITIVE | {"overlap"}
        total = sum(Decimal(value) for name, value in categories.items() if name != "overlap")
        assert total == Decimal(truth["totals"]["by_month"][month]) == Decimal(truth["captured"][month]["ai"])
        assert total == sum(map(Decimal, truth["evidence"][month].values()))
        assert all(Decimal(value) > 0 for name, value in categories.items() if name != "unclassified")
    assert Decimal(truth["totals"]["all"]) == sum(map(Decimal, truth["totals"]["by_month"].values()))


def test_overlap_is_a_lens_over_internal_tools(truth: dict[str, Any]) -> None:
    for month, categories in truth["by_month_category"].items():
        tools = truth["by_month_tool"][month]
        assert Decimal(categories["overlap"]) <= Decimal(categories["internal_tools"])
        # three vendors write meeting notes from December on; Midjourney is the only one that draws
        meetings = sum(Decimal(tools.get(name, "0")) for name in ("otter", "fireflies", "fathom"))
        assert meetings <= Decimal(categories["overlap"])
    october = {name: Decimal(value) for name, value in truth["by_month_tool"]["2025-10"].items()}
    # by hand: coding 3 vendors, chat OpenAI and Perplexity, writing Grammarly and Notion, meetings Otter and Fireflies
    names = ["claude-code", "github-copilot", "cursor-business", "chatgpt-business", "perplexity-pro", "grammarly",
             "notion-ai", "otter", "fireflies"]  # fmt: skip
    assert Decimal(truth["by_month_category"]["2025-10"]["overlap"]) == sum(october[name] for name in names)


def test_the_price_table_is_that_of_an_independent_catalogue() -> None:
    for model, rows in PRICES.items():
        provider = "anthropic" if model.startswith("claude") else "openai"
        for index, (since, rate) in enumerate(rows):
            day = since or "2025-10-05"
            until = rows[index + 1][0] if index + 1 < len(rows) else "2026-10-31"
            for when in (day, until) if until == "2026-10-31" else (day,):
                # 100 tokens in, of them 30 read from the cache and (Anthropic only) 20 written to it; 10 out
                write = 20 if provider == "anthropic" else 0
                ours = rate.cost(70 - write, 30, 10, write_5m=write)
                assert Decimal(ours).scaleb(-12) == catalogue_price(provider, model, when, 100, 30, write, 10)


def test_the_logs_priced_by_the_catalogue_are_the_metered_money(fernhill: Path, truth: dict[str, Any]) -> None:
    metered: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    unpriced = 0
    for call in gateway_calls(fernhill).values():
        if call["cache_hit"] == "True":
            continue
        if call["model"] == UNPRICED_MODEL:
            unpriced += 1
            continue
        usage = call["metadata"]["usage_object"]
        provider = call["custom_llm_provider"]
        metered[call["startTime"][:7], provider] += catalogue_price(
            provider, call["model"], call["startTime"][:10], usage["prompt_tokens"],
            usage["prompt_tokens_details"]["cached_tokens"], usage.get("cache_creation_input_tokens", 0),
            usage["completion_tokens"],
        )  # fmt: skip
    for span in spans(fernhill):
        if span["gen_ai.operation.name"] == "chat":
            at = datetime.fromtimestamp(int(span["startTimeUnixNano"]) / 1e9, UTC)
            metered[f"{at:%Y-%m}", "anthropic"] += catalogue_price(
                "anthropic", span["gen_ai.response.model"], f"{at:%Y-%m-%d}", int(span["gen_ai.usage.input_tokens"]),
                int(span["gen_ai.usage.cache_read.input_tokens"]), 0, int(span["gen_ai.usage.output_tokens"]),
            )  # fmt: skip
    messages: dict[str, tuple[str, dict[str, Any]]] = {}
    for _, line in json_lines(fernhill / "sources" / "claude-code"):
        assert line is not None
        if line["type"] == "assistant":
            message = line["message"]
            seen = messages.get(message["id"])
            if seen is None or seen[1]["usage"]["output_tokens"] < message["usage"]["output_tokens"]:
                messages[message["id"]] = (line["timestamp"], message)
    for at, message in messages.values():
        usage, lifetime = message["usage"], message["usage"]["cache_creation"]
        one_hour = lifetime["ephemeral_1h_input_tokens"]
        total = usage["input_tokens"] + usage["cache_read_input_tokens"] + usage["cache_creation_input_tokens"]
        found = calc_price(
            Usage(
                input_tokens=total, cache_read_tokens=usage["cache_read_input_tokens"],
                cache_write_tokens=usage["cache_creation_input_tokens"], cache_write_1h_tokens=one_hour,
                output_tokens=usage["output_tokens"],
            ),
            message["model"], provider_id="anthropic", genai_request_timestamp=datetime.fromisoformat(at),
        )  # fmt: skip
        metered[at[:7], "anthropic"] += found.total_price
    stated = {(m, p): Decimal(v) for m, found in truth["metered"].items() for p, v in found.items()}
    assert dict(metered) == stated
    assert unpriced == truth["unpriced"]["rows"] == truth["planted"]["model_without_price"]["rows"] > 0


def test_seven_percent_of_the_openai_bill_is_in_no_log(fernhill: Path, truth: dict[str, Any]) -> None:
    billed: dict[str, Decimal] = defaultdict(Decimal)
    for row in focus_rows(fernhill, "openai-focus"):
        assert row["ListCost"] == row["ContractedCost"] == row["EffectiveCost"] == row["BilledCost"]
        billed[row["day"][:7]] += row["EffectiveCost"]
    for month in MONTHS:
        assert billed[month] == Decimal(truth["billed"][month]["openai/org-fernhill"])
        dark = billed[month] - Decimal(truth["metered"][month]["openai"])
        assert dark == Decimal(truth["dark"][month]["openai/org-fernhill"])
        assert abs(dark / billed[month] - Decimal("0.07")) < Decimal("0.0001")


def worked(out: Path) -> dict[str, Decimal]:
    """Month -> what the timesheets cost, at the dated rates of the register."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    rates = yaml.safe_load((out / "register" / "departments.yaml").read_text(encoding="utf-8"))["labour_rates"]
    for row in folder_rows(out, "worklogs"):
        day = datetime.fromisoformat(row["Date"]).date()
        [rate] = [
            Decimal(r["hourly_rate"])
            for r in rates
            if r["role"] == row["Role"] and r["valid_from"] <= day and (r["valid_to"] is None or day < r["valid_to"])
        ]
        found[row["Date"][:7]] += int(row["Minutes"]) * rate / 60
    return found


def service_month(row: dict[str, str], day: str) -> str:
    """The month a payment is for: OpenAI's memo names the one before, every other is paid in its own."""
    return row["Memo"].removeprefix("API usage ") if row["Memo"].startswith("API usage ") else row[day][:7]


def test_every_captured_dollar_is_ai_not_ai_or_covered(fernhill: Path, truth: dict[str, Any]) -> None:
    # Logs of Anthropic and the seat list say who carries an invoice; the money is the invoice's, so they add nothing.
    captured = worked(fernhill)
    for source in ("aws-focus", "gcp-focus", "openai-focus"):
        for row in focus_rows(fernhill, source):
            captured[row["day"][:7]] += row["EffectiveCost"]
    for source, day in (("ap-ledger", "Posting Date"), ("card", "Transaction Date")):
        for row in folder_rows(fernhill, source):
            captured[service_month(row, day)] += amount(row["Amount"])
    for month in MONTHS:
        assert captured[month] == sum(map(Decimal, truth["captured"][month].values())), month


def is_ai(source: str, row: dict[str, Any]) -> bool:
    """Whether a line of a cost export is AI, by what the generator's tables say of its services."""
    service = str(row["ServiceName"])
    if source == "openai-focus" or row["CommitmentDiscountId"]:  # both commitments are for GPUs that serve models
        return True
    if source == "gcp-focus":
        return service == "Vertex AI"
    bought = row["SubAccountId"] == "410022330007" or "ai-platform" in row["Tags"]
    return bought or service in ("Amazon Bedrock", "Amazon SageMaker")  # the tax and credits that name them


NOT_COUNTED = {  # suppliers whose lines a cost export counts
    "Amazon Web Services, Inc.", "Google Cloud EMEA Limited", "OpenAI OpCo, LLC",
}  # fmt: skip
PAID_FOR_AI = {
    "Scale AI, Inc.", "Labelbox, Inc.", "Pinecone Systems, Inc.", "LangChain, Inc.", "Braintrust Data, Inc.",
    "Grammarly, Inc.", "Jasper AI, Inc.", "Fireflies.AI Corp.", "OTTER.AI", "FATHOM VIDEO", "MIDJOURNEY INC.",
    "PERPLEXITY AI", "SYNTHESIA.IO", "Anthropic, PBC", "GitHub, Inc.", "Anysphere, Inc.", "Notion Labs, Inc.",
    "OPENAI *CHATGPT SUBSCR",
}  # fmt: skip


def test_billed_is_the_exports_the_commitments_and_the_invoices_without_an_export(
    fernhill: Path, truth: dict[str, Any]
) -> None:
    exported: dict[str, Decimal] = defaultdict(Decimal)
    purchased, paid, effective = exported.copy(), exported.copy(), worked(fernhill)
    for source in ("aws-focus", "gcp-focus", "openai-focus"):
        for row in focus_rows(fernhill, source):
            if is_ai(source, row):
                kind = purchased if row["ChargeCategory"] == "Purchase" else exported
                kind[row["day"][:7]] += row["BilledCost"]
                effective[row["day"][:7]] += row["EffectiveCost"]
    for source, day, name in (("ap-ledger", "Posting Date", "Supplier"), ("card", "Transaction Date", "Merchant")):
        for row in folder_rows(fernhill, source):
            if row[name] in PAID_FOR_AI or "Copilot" in row["Memo"]:
                assert row[name] not in NOT_COUNTED
                paid[row[day][:7]] += amount(row["Amount"])
            elif row[name] == "Snowflake Inc.":
                paid[row[day][:7]] += amount(row["Amount"]) * Decimal("0.30")
    for month in MONTHS:
        billed = exported[month] + purchased[month] + paid[month]
        assert billed == Decimal(truth["totals_billed"]["by_month"][month]), month
        assert effective[month] + paid[month] == Decimal(truth["totals"]["by_month"][month]), month
    # October, by hand: 34.80 x 3 x 24 x 31 = 77,673.60 and 8.40 x 4 x 24 x 31 = 24,998.40
    assert purchased["2026-10"] == Decimal("102672.00")


def test_billed_has_the_categories_of_effective_without_work(truth: dict[str, Any]) -> None:
    for month in MONTHS:
        billed = {name: Decimal(value) for name, value in truth["by_month_category_billed"][month].items()}
        effective = {name: Decimal(truth["by_month_category"][month][name]) for name in billed}
        assert set(billed) == ADDITIVE
        assert billed["human_review"] == 0
        # a commitment's fee of a month is what was used and unused of it that month, all of it GPUs
        for name in ("infrastructure", "product_inference", "internal_tools", "agents", "unclassified"):
            assert billed[name] == effective[name], (month, name)
        for name in ("data_preparation", "evaluation"):  # people annotate and judge; nobody sends a bill for it
            assert billed[name] < effective[name]
        assert sum(billed.values()) == Decimal(truth["totals_billed"]["by_month"][month])
    assert Decimal(truth["totals_billed"]["all"]) == sum(map(Decimal, truth["totals_billed"]["by_month"].values()))


@pytest.mark.parametrize("basis", ["", "_billed"])
def test_what_each_account_bills_adds_up_to_the_total_without_work(
    fernhill: Path, truth: dict[str, Any], basis: str
) -> None:
    work = worked(fernhill)
    for month, accounts in truth[f"by_month_account{basis}"].items():
        total = Decimal(truth[f"totals{basis}"]["by_month"][month]) - (0 if basis else work[month])
        assert sum(map(Decimal, accounts.values())) == total, month


def test_the_invoice_of_anthropic_is_above_its_logs_and_the_difference_is_dark(
    fernhill: Path, truth: dict[str, Any]
) -> None:
    account = "anthropic/anthropic-fernhill"
    invoices = [row for row in folder_rows(fernhill, "ap-ledger") if row["Supplier"] == "Anthropic, PBC"]
    assert len(invoices) == len(MONTHS)
    for row in invoices:
        month = row["Posting Date"][:7]
        dark = Decimal(row["Amount"]) - Decimal(truth["metered"][month]["anthropic"])
        assert truth["dark_payments"][month].keys() == {account}
        assert dark == Decimal(truth["dark_payments"][month][account]) > 0
        assert Decimal(row["Amount"]) == Decimal(truth["by_month_account"][month][account])


def test_seats_are_paid_to_the_cent(fernhill: Path, truth: dict[str, Any]) -> None:
    listed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in folder_rows(fernhill, "seats"):
        listed[row["Month"], row["Supplier"]] += int(row["Seats bought"]) * Decimal(row["Price per seat"])
    paid: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for source, day, name in (("ap-ledger", "Posting Date", "Supplier"), ("card", "Transaction Date", "Merchant")):
        for row in folder_rows(fernhill, source):
            if (row[day][:7], row[name]) in listed:
                paid[row[day][:7], row[name]] += amount(row["Amount"])
    assert paid == listed


def test_only_openai_posts_what_is_for_another_month(fernhill: Path, truth: dict[str, Any]) -> None:
    for month, before in zip(MONTHS[1:], MONTHS, strict=False):
        [invoice] = [
            row
            for row in folder_rows(fernhill, "ap-ledger")
            if row["Posting Date"].startswith(month) and row["Memo"].startswith("API usage")
        ]
        assert service_month(invoice, "Posting Date") == before
        assert {"openai/org-fernhill": Decimal(invoice["Amount"])} == {
            name: Decimal(value) for name, value in truth["other_periods"][month].items()
        }
    assert truth["other_periods"][MONTHS[0]] == {}


def test_nothing_is_paid_ahead_and_no_use_waits_for_its_bill(truth: dict[str, Any]) -> None:
    for name in ("prepaid", "not_billed_yet"):
        assert truth[name] == {month: {} for month in MONTHS}


def test_the_numbers_of_rows_are_those_of_the_files(fernhill: Path, truth: dict[str, Any]) -> None:
    for source, load in truth["loads"].items():
        assert load["rows_read"] == load["rows_loaded"] + load["rows_duplicate"] + load["rows_quarantined"], source
        assert load["files"] == sum(path.is_file() for path in (fernhill / "sources" / source).rglob("*"))
    for source in ("ap-ledger", "card", "seats", "worklogs", "outcomes", "openai-focus", "aws-focus"):
        assert truth["loads"][source]["rows_read"] == len(folder_rows(fernhill, source))
    lines = [line for _, line in json_lines(fernhill / "sources" / "gateway")]
    assert truth["loads"]["gateway"]["rows_read"] == len(lines)
    assert truth["loads"]["gateway"]["rows_loaded"] == len(gateway_calls(fernhill))
    assert truth["loads"]["gateway"]["rows_quarantined"] == lines.count(None) == 2
    every = list(spans(fernhill))
    assert truth["loads"]["assistant-traces"]["rows_read"] == len(every)
    assert truth["loads"]["assistant-traces"]["rows_loaded"] == sum(s["gen_ai.operation.name"] == "chat" for s in every)


@pytest.mark.parametrize("source", ["aws-focus", "gcp-focus", "openai-focus"])
def test_costs_of_a_metered_line_are_its_quantity_times_its_prices(fernhill: Path, source: str) -> None:
    for row in focus_rows(fernhill, source):
        if not row["PricingQuantity"]:
            continue
        quantity = Decimal(row["PricingQuantity"])
        assert row["ListCost"] == quantity * Decimal(row["ListUnitPrice"])
        assert row["ContractedCost"] == quantity * Decimal(row["ContractedUnitPrice"])
        assert row["EffectiveCost"] <= row["ListCost"]


def test_what_a_savings_plan_covers_is_billed_by_the_plan_alone(fernhill: Path) -> None:
    rows = [row for row in focus_rows(fernhill, "aws-focus") if row["CommitmentDiscountId"]]
    fees = {row["day"][:7]: Decimal(0) for row in rows}
    used = dict(fees)
    for row in rows:
        if row["ChargeCategory"] == "Purchase":
            assert row["EffectiveCost"] == 0
            fees[row["day"][:7]] += row["BilledCost"]
        else:
            assert row["BilledCost"] == 0 < row["EffectiveCost"] < row["ListCost"]
            used[row["day"][:7]] += row["EffectiveCost"]
    assert fees == used


def test_ledger_rows_are_unique_and_one_cannot_be_read(fernhill: Path) -> None:
    rows = folder_rows(fernhill, "ap-ledger")
    assert len({row["Invoice Number"] for row in rows}) == len(rows)
    assert [row["Amount"] for row in rows if amount(row["Amount"]) == 0] == ["see attachment"]
    header = next(csv.reader((fernhill / "sources" / "ap-ledger" / "ap_2025-10.csv").read_text().splitlines()))
    assert header[:2] == ["Posting Date", "Supplier"]
    assert csv_rows(fernhill / "sources" / "ap-ledger" / "ap_2026-03.csv")
