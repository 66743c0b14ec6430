"""The second category: product inference."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

PRODUCT_INFERENCE = Category(
    code="product_inference",
    label="Product inference",
    about="AI that customers meet: every model call made to answer them, and what surrounds the call.",
    belongs=(
        "model calls and tokens",
        "context and retrieval",
        "embeddings and reranking",
        "tool calls",
        "retries and fallback",
        "streaming",
        "safety checks and moderation",
        "caching",
    ),
    additive=True,
    evidence=("invoiced", "metered", "contracted", "estimated"),
    measures=(
        Measure("cost per accepted outcome", "cost of all attempts / accepted outcomes", "currency per outcome"),
        Measure("cache hit rate", "cache_read tokens / all input tokens", "share"),
        Measure("retry waste", "cost of retries and failed calls / cost of all calls", "share"),
        Measure("cost per million tokens", "effective cost / (tokens / 1,000,000)", "currency per million tokens"),
    ),
)
