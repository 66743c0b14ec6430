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


def test_every_captured_dollar_is_ai_not_ai_or_covered(fernhill: Path, truth: dict[str, Any]) -> None:
    captured: dict[str, Decimal] = defaultdict(Decimal)
    for source in ("aws-focus", "gcp-focus", "openai-focus"):
        for row in focus_rows(fernhill, source):
            captured[row["day"][:7]] += row["EffectiveCost"]
    for source, day in (("ap-ledger", "Posting Date"), ("card", "Transaction Date")):
        for row in folder_rows(fernhill, source):
            captured[row[day][:7]] += amount(row["Amount"])
    for row in folder_rows(fernhill, "seats"):
        captured[row["Month"]] += int(row["Seats bought"]) * Decimal(row["Price per seat"])
    rates = yaml.safe_load((fernhill / "register" / "departments.yaml").read_text(encoding="utf-8"))["labour_rates"]
    for row in folder_rows(fernhill, "worklogs"):
        day = datetime.fromisoformat(row["Date"]).date()
        [rate] = [
            Decimal(r["hourly_rate"])
            for r in rates
            if r["role"] == row["Role"] and r["valid_from"] <= day and (r["valid_to"] is None or day < r["valid_to"])
        ]
        captured[row["Date"][:7]] += int(row["Minutes"]) * rate / 60
    for month in MONTHS:
        # what is metered and not billed by an export counts by itself
        own = captured[month] + Decimal(truth["metered"][month]["anthropic"])
        assert own == sum(map(Decimal, truth["captured"][month].values()))


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
