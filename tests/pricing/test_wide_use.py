"""Models of wide use, by the names that logs give them: which have a price in this book, and which have none yet."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from spendmap.pricing.book import Book

NOW = "2026-11-30T12:00:00"
PRICED = [
    # provider and model as usage writes them; a million tokens in, a million out, in dollars
    ("aws.bedrock", "amazon.nova-2-lite-v1:0", "2.8"),
    ("aws.bedrock", "deepseek.v3-v1:0", "2.26"),
    ("bedrock", "bedrock/us-east-1/deepseek.v3.2", "2.47"),
    ("aws.bedrock", "moonshotai.kimi-k2.5", "3.6"),
    ("aws.bedrock", "arn:aws:bedrock:us-east-1::foundation-model/zai.glm-5", "4.2"),
    ("aws.bedrock", "us.minimax.minimax-m2.5", "1.5"),
    ("aws.bedrock", "moonshot.kimi-k2-thinking", "3.1"),
    ("aws.bedrock", "cohere.embed-english-v3", "0.1"),
    ("aws.bedrock", "cohere.embed-multilingual-v3", "0.1"),
    ("aws.bedrock", "us.cohere.embed-v4:0", "0.12"),
    ("gcp.vertex_ai", "meta/llama-3.3-70b-instruct-maas", "1.44"),
    ("gcp.vertex_ai", "publishers/meta/models/llama-4-maverick-17b-128e-instruct-maas", "1.5"),
    ("vertex_ai", "vertex_ai/deepseek-ai/deepseek-v3.2-maas", "2.24"),
    ("gcp.vertex_ai", "zai-org/glm-5-maas", "4.2"),
    ("gcp.vertex_ai", "mistral-medium-3@001", "2.4"),
    ("together_ai", "deepseek-ai/DeepSeek-V3.1", "2.3"),
    ("together_ai", "together_ai/moonshotai/Kimi-K2.5", "3.3"),
    ("together_ai", "zai-org/GLM-5", "4.2"),
    ("mistral_ai", "devstral-latest", "2.4"),
    ("mistral_ai", "ministral-3b-latest", "0.2"),
    ("mistral_ai", "mistral/devstral-medium-2507", "2.4"),
    ("cohere", "embed-multilingual-v3.0", "0.1"),
    ("cohere", "command-r-plus-04-2024", "18"),
    ("openai", "ft:gpt-4o-mini:acme::AbC123", "1.5"),
    ("openai", "ft:gpt-4.1-nano:acme:bot:AbC123", "1"),
    ("azure", "us/gpt-4o", "13.75"),
    ("azure", "azure/eu/gpt-4o-mini-2024-07-18", "0.825"),
    ("azure.ai.openai", "gpt-35-turbo", "2"),
]
UNPRICED = [
    ("aws.bedrock", "cohere.rerank-v3-5:0"),  # by the search, which no log counts
    ("gcp.vertex_ai", "text-embedding-005"),  # by the character
    ("cohere", "command-a-reasoning-08-2025"),
    ("azure", "us-gov/gpt-4o"),
    ("azure", "Mistral-Large-2411"),
    ("openai", "ft:gpt-4-0613:acme::x"),
    ("openai", "gpt-4-0613.ft-0123"),
]


@pytest.mark.parametrize(("provider", "model", "cost"), PRICED, ids=[name for _, name, _ in PRICED])
def test_a_model_of_wide_use_has_a_price(
    shipped_book: Book,
    price: Callable[..., list[dict[str, Any]]],
    call: Callable[..., dict[str, Any]],
    provider: str,
    model: str,
    cost: str,
) -> None:
    embeds = "embed" in model
    tokens = {"input_uncached": 1_000_000} | ({} if embeds else {"output": 1_000_000})
    (row,) = price(shipped_book, [call(provider, model, NOW, **tokens)])
    assert row["list_cost"] == Decimal(cost), row["unpriced_reason"]


@pytest.mark.parametrize(("provider", "model"), UNPRICED)
def test_a_model_without_a_certain_price_stays_unpriced(
    shipped_book: Book,
    price: Callable[..., list[dict[str, Any]]],
    call: Callable[..., dict[str, Any]],
    provider: str,
    model: str,
) -> None:
    (row,) = price(shipped_book, [call(provider, model, NOW, input_uncached=10)])
    assert row["list_cost"] is None
    assert row["unpriced_reason"]


def test_bedrock_elsewhere_is_not_priced_as_in_the_us(
    shipped_book: Book, price: Callable[..., list[dict[str, Any]]], call: Callable[..., dict[str, Any]]
) -> None:
    at = {"input_uncached": 1_000_000}
    here, there = price(
        shipped_book,
        [
            call("aws.bedrock", "moonshotai.kimi-k2.5", NOW, region_id=region, **at)
            for region in ("us-east-1", "eu-north-1")
        ],
    )
    assert here["list_cost"] == Decimal("0.6")
    assert there["list_cost"] is None
