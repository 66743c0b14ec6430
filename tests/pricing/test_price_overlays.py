"""Dated facts against costs worked by hand from the vendors' pages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from spendmap.pricing.book import Book
from spendmap.pricing.overlaps import overlaps
from spendmap.pricing.overlay_facts import documents

Call = Callable[..., dict[str, Any]]
Price = Callable[..., list[dict[str, Any]]]

TOKENS = {"input_uncached": 10_000, "cache_read": 10_000, "output": 2_000}
# per million: uncached, cache read, output -> the cost of TOKENS
OFF_PEAK = Decimal("0.01078")  # 10000 x 0.66 + 10000 x 0.022 + 2000 x 1.98
PEAK = 2 * OFF_PEAK
FLAT = Decimal("0.00612625")  # 10000 x 0.435 + 10000 x 0.003625 + 2000 x 0.87


@pytest.mark.parametrize(
    ("at", "cost", "why"),
    [
        ("2026-08-16T15:59:59", FLAT, "the peak scheme does not exist yet"),
        ("2026-08-16T16:00:00", OFF_PEAK, "it starts at midnight in Beijing"),
        ("2026-08-17T01:00:00", PEAK, "the morning window starts, inclusive"),
        ("2026-08-17T03:59:59", PEAK, "the last second of it"),
        ("2026-08-17T04:00:00", OFF_PEAK, "its end is exclusive"),
        ("2026-08-17T06:00:00", PEAK, "the afternoon window"),
        ("2026-08-22T02:00:00", PEAK, "a Saturday before the weekend rule"),
        ("2026-08-23T02:00:00", OFF_PEAK, "a Sunday under the weekend rule"),
        ("2026-09-25T02:00:00", OFF_PEAK, "a Friday that is a public holiday"),
        ("2026-10-05T07:00:00", OFF_PEAK, "a Monday of the October holidays"),
        ("2026-10-08T07:00:00", PEAK, "the Thursday after them"),
        ("2026-11-21T02:00:00", OFF_PEAK, "a Saturday"),
    ],
)
def test_deepseek_peak_hours_are_weekday_hours_since_the_scheme_began(
    shipped_book: Book, price: Price, call: Call, at: str, cost: Decimal, why: str
) -> None:
    (row,) = price(shipped_book, [call("deepseek", "deepseek-v4-pro", at, **TOKENS)])
    assert row["list_cost"] == cost, why


@pytest.mark.parametrize(
    ("at", "cost"),
    [
        # 10000 x 0.27 + 10000 x 0.07 + 2000 x 1.1 = 2700 + 700 + 2200 millionths
        ("2025-03-01T12:00:00", "0.0056"),
        # night: 10000 x 0.135 + 10000 x 0.035 + 2000 x 0.55
        ("2025-03-01T16:30:00", "0.0028"),
        ("2025-03-02T00:29:59", "0.0028"),
        ("2025-03-02T00:30:00", "0.0056"),
        # V3.1: 10000 x 0.56 + 10000 x 0.07 + 2000 x 1.68, no night price any more
        ("2025-09-10T20:00:00", "0.00966"),
        # V3.2: 10000 x 0.28 + 10000 x 0.028 + 2000 x 0.42
        ("2026-01-10T20:00:00", "0.00392"),
    ],
)
def test_deepseek_chat_is_charged_at_the_price_of_its_day_and_hour(
    shipped_book: Book, price: Price, call: Call, at: str, cost: str
) -> None:
    (row,) = price(shipped_book, [call("deepseek", "deepseek-chat", at, **TOKENS)])
    assert row["list_cost"] == Decimal(cost)


def test_a_retired_name_has_no_price_after_its_last_minute(shipped_book: Book, price: Price, call: Call) -> None:
    (row,) = price(shipped_book, [call("deepseek", "deepseek-chat", "2026-07-24T15:59:00", **TOKENS)])
    assert row["list_cost"] is None
    assert row["unpriced_reason"] == "deepseek/deepseek-chat has no price in force at the row's time and input length"


def test_anthropic_batches_cost_half_since_october_2024_on_retired_models_too(
    shipped_book: Book, price: Price, call: Call
) -> None:
    tokens = {"input_uncached": 1_000_000, "cache_read": 1_000_000, "output": 1_000_000, "service_tier": "batch"}
    before, after, retired = price(
        shipped_book,
        [
            call("anthropic", "claude-sonnet-4-20250514", "2024-10-07T23:59:59", **tokens),
            call("anthropic", "claude-sonnet-4-20250514", "2025-07-01T00:00:00", **tokens, web_searches=3),
            call("anthropic", "claude-3-5-haiku-20241022", "2025-07-01T00:00:00", **tokens),
        ],
    )
    assert before["list_cost"] is None
    # standard 3, 0.3, 15; half of it is 1.5 + 0.15 + 7.5 (longer is dearer only from 2025-08-12); searches 3 x 0.01
    assert after["list_cost"] == Decimal("9.18")
    assert retired["list_cost"] == Decimal("2.44")  # (0.8 + 0.08 + 4) / 2


def test_sonnet_4_long_context_is_dearer_while_the_beta_ran(shipped_book: Book, price: Price, call: Call) -> None:
    # 200,001 input tokens in all, cache included: the whole request at 6, 0.6 and 22.5 per million
    tokens = {"input_uncached": 100_001, "cache_read": 100_000, "output": 1_000}
    beta, short, ended = price(
        shipped_book,
        [
            call("anthropic", "claude-sonnet-4-20250514", "2025-09-01T00:00:00", **tokens),
            call(
                "anthropic", "claude-sonnet-4-20250514", "2025-09-01T00:00:00", **{**tokens, "input_uncached": 100_000}
            ),
            call("anthropic", "claude-sonnet-4-20250514", "2026-05-01T00:00:00", **tokens),
        ],
    )
    assert beta["list_cost"] == Decimal("0.682506")  # 0.600006 + 0.06 + 0.0225
    assert short["list_cost"] == Decimal("0.345")  # 0.3 + 0.03 + 0.015
    assert ended["list_cost"] == Decimal("0.345003")


def test_azure_did_not_follow_the_luna_cut(shipped_book: Book, price: Price, call: Call) -> None:
    tokens = {"input_uncached": 10_000, "output": 1_000}
    openai, azure, zone = price(
        shipped_book,
        [
            call("openai", "gpt-5.6-luna", "2026-08-11T00:00:00", **tokens),
            call("azure", "gpt-5.6-luna", "2026-08-11T00:00:00", **tokens, service_tier="azure:global"),
            call("azure", "gpt-5.6-luna", "2026-08-11T00:00:00", **tokens, region_id="data_zone"),
        ],
    )
    assert openai["list_cost"] == Decimal("0.0032")  # 10000 x 0.2 + 1000 x 1.2
    assert azure["list_cost"] == Decimal("0.016")  # 10000 x 1 + 1000 x 6
    assert zone["list_cost"] == Decimal("0.0176")  # 10 % more


def test_a_data_zone_nothing_is_known_of_is_not_priced_as_global(shipped_book: Book, price: Price, call: Call) -> None:
    row = call("azure", "o1-pro", "2026-08-11T00:00:00", input_uncached=5, service_tier="azure:data_zone")
    (priced,) = price(shipped_book, [row])
    assert priced["list_cost"] is None
    assert "in data_zone" in priced["unpriced_reason"]


def test_us_only_inference_costs_a_tenth_more_where_the_vendor_says_so(
    shipped_book: Book, price: Price, call: Call
) -> None:
    tokens = {"input_uncached": 10_000, "output": 1_000}
    anthropic, older, xai = price(
        shipped_book,
        [
            call("anthropic", "claude-opus-4-6", "2026-06-01T00:00:00", **tokens, region_id="us"),
            call("anthropic", "claude-opus-4-5", "2026-06-01T00:00:00", **tokens, region_id="us"),
            call("x-ai", "grok-4.3", "2026-11-20T00:00:00", **tokens, service_tier="region:us"),
        ],
    )
    assert anthropic["list_cost"] == Decimal("0.0825")  # (0.05 + 0.025) x 1.1
    assert older["list_cost"] == Decimal("0.075")  # no uplift on models before Opus 4.6
    assert xai["list_cost"] == Decimal("0.0165")  # (0.0125 + 0.0025) x 1.1


def test_openai_batch_is_half_price_before_the_catalogue_first_read_it(
    shipped_book: Book, price: Price, call: Call
) -> None:
    tokens = {"input_uncached": 1_000_000, "output": 100_000, "service_tier": "batch"}
    o3_then, o3_now = price(
        shipped_book,
        [
            call("openai", "o3", "2025-06-01T00:00:00", **tokens),
            call("openai", "o3", "2025-06-11T00:00:00", **tokens),
        ],
    )
    assert o3_then["list_cost"] == Decimal(7)  # 10 and 40 per million before 2025-06-10: half of 10 + 4
    assert o3_now["list_cost"] == Decimal("1.4")  # 2 and 8 after it


def test_a_fine_tuned_model_is_never_priced_as_its_base(shipped_book: Book, price: Price, call: Call) -> None:
    known, unknown = price(
        shipped_book,
        [
            call("openai", "ft:gpt-4o-2024-08-06:acme::A1", "2026-11-20T00:00:00", input_uncached=1_000_000),
            call("openai", "ft:gpt-9-2030-01-01:acme::A1", "2026-11-20T00:00:00", input_uncached=1_000_000),
        ],
    )
    assert known["list_cost"] == Decimal("3.75")
    assert unknown["list_cost"] is None


def test_every_shipped_fact_has_a_page_and_a_day_it_was_read(shipped_book: Book) -> None:
    laid_over = [row for row in shipped_book.in_book if row.catalogue.startswith("overlay")]
    assert len(laid_over) > 500
    assert all(row.source_url and row.source_url.startswith("https://") and row.checked_on for row in laid_over)
    assert {"anthropic", "azure", "deepseek", "openai", "x-ai"} <= set(documents())


def test_the_shipped_book_prices_nothing_twice(shipped_book: Book) -> None:
    assert overlaps(shipped_book.in_book) == []
