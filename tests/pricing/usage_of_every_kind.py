"""Usage rows of every kind that pricing can meet, and prices to meet them with."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from spendmap.engine.arrow import conform
from spendmap.pricing.rows import PriceRow

MODELS = (
    ("openai", "gpt-4.1"),
    ("openai", "gpt-5.6-luna"),  # two prices in time, a context tier
    ("openai", "gpt-4o-audio-preview"),
    ("openai", "text-embedding-3-large"),  # no price for output
    ("azure", "gpt-5.6-luna"),
    ("anthropic", "claude-sonnet-4-5-20250929"),
    ("anthropic", "claude-opus-4-6"),
    ("aws", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ("x-ai", "grok-4.6"),
    ("google", "gemini-2.5-pro"),
    ("deepseek", "deepseek-v4-pro"),  # peak hours on weekdays
    ("deepseek", "deepseek-v4-flash"),
    ("groq", "whisper-large-v3"),  # a minimum per call
    ("acme", "per-request"),
    ("openai", "nothing-like-it"),
    (None, "gpt-4.1"),
    ("openai", None),
    ("", ""),
)
OWN = (
    PriceRow("acme", "per-request", "requests", Decimal("0.005")),
    PriceRow("acme", "per-request", "output", Decimal("0.000008"), input_to=1_000),
    PriceRow("acme", "per-request", "output", Decimal("0.000009"), input_from=1_000, input_to=50_000),
)
CONTRACTS = (
    PriceRow("openai", "gpt-4.1", "output", Decimal("0.000007"), contract="C@org-1"),
    PriceRow("openai", "gpt-4.1", "output", Decimal("0.0000075"), contract="C"),
    PriceRow("anthropic", "claude-opus-4-6", "output", Decimal("0.00002"), contract="E", currency="EUR"),
    PriceRow(
        "deepseek",
        "deepseek-v4-pro",
        "output",
        Decimal("0.000001"),
        contract="D",
        valid_from=datetime.fromisoformat("2026-09-20"),
    ),
    PriceRow("openai", "nothing-like-it", "output", Decimal("0.000001"), contract="N"),
)
TOKENS = ("input_uncached", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_other", "output")
OTHERS = ("input_audio", "output_audio", "input_image", "web_searches", "characters", "pages", "images")


def usage_like(seed: int, rows: int, **holds: Any) -> pa.Table:
    """Rows of a few weeks that change many prices. What a slice holds besides tokens of single calls is `holds`."""
    draw = random.Random(seed)
    start = datetime.fromisoformat("2026-08-10")
    records = []
    for number in range(rows):
        provider, model = draw.choice(MODELS[: holds.get("models", len(MODELS))])
        row: dict[str, Any] = {
            "natural_key": f"{number:06d}",
            "charge_period_start": start + timedelta(microseconds=draw.randrange(70 * 86_400_000_000)),
            "provider_name": provider,
            "request_model": model,
            "response_model": draw.choice((None, model)) if holds.get("answers") else None,
            "service_tier": draw.choice((None, "", "standard", "batch", "flex", "azure:data_zone", "region:us")),
            "region_id": draw.choice((None, "us", "eu-west-1")) if holds.get("regions") else None,
            "billing_account_id": draw.choice((None, "org-1", "org-2")),
            "requests": draw.choice((None, 0, 1, 7, 10**12)) if holds.get("buckets") else 1,
            "is_cache_hit": draw.random() < 0.1 if holds.get("hits") else None,
        }
        for meter in TOKENS:
            most = draw.choice((10, 30_000, 300_000, holds.get("most", 1)))
            row[meter] = draw.choice((0, draw.randrange(most))) if holds.get("full") or draw.random() < 0.6 else None
        for meter in OTHERS if holds.get("others") else ():
            row[meter] = draw.choice((None, None, 0, draw.randrange(1, 900)))
        for meter in ("seconds", "gpu_seconds") if holds.get("timed") else ():
            row[meter] = draw.choice((None, Decimal(0), Decimal(draw.randrange(90_000_000)).scaleb(-6)))
        records.append(row)
    columns = {name: [row[name] for row in records] for name in records[0]}
    return conform(pa.table(columns), "usage")


SLICES: dict[str, dict[str, Any]] = {
    "plain calls": {"full": True, "models": 3},
    "calls of many models": {"answers": True},
    "calls with every meter": {"others": True, "timed": True, "regions": True, "answers": True},
    "buckets of calls": {"buckets": True, "others": True, "timed": True},
    "a gateway's cache": {"hits": True, "full": True},
    "rows too large for whole numbers": {"most": 9 * 10**14, "buckets": True, "others": True},
    "rows above a thousand dollars": {"most": 10**9, "answers": True},
}
