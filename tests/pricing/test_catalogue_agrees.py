"""The flattened catalogue, priced by SQL, against the catalogue's own calculator: the same money, or a said reason."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from genai_prices import Usage
from genai_prices.data import providers

from spendmap.pricing.book import Book
from spendmap.pricing.catalogue import METER_OF_PRICE, TIER_WORDS, catalogue_rows
from spendmap.pricing.meters import lineage

CALLS = 3_200
TEN_PLACES = Decimal("1e-10")
MODELS = [(provider, model) for provider in providers for model in provider.models]

Call = tuple[Any, Any, dict[str, str] | None, dict[str, Any], dict[str, int]]


def draw(dice: random.Random) -> Call:
    """A model, perhaps a tier it has, a time of 2025 or 2026 and meters around the context thresholds."""
    provider, model = dice.choice(MODELS)
    tiers = [v for v in model.price_variants or () if next(iter(v.when.items())) in TIER_WORDS and len(v.when) == 1]
    context = dice.choice(tiers).when if tiers and dice.random() < 0.7 else None
    tier = TIER_WORDS[next(iter(context.items()))] if context else "standard"
    meters = {
        "input_uncached": dice.choice([0, 10, 5_000, 150_000, 199_999, 200_000, 200_001, 272_001, 400_000]),
        "cache_read": dice.choice([0, 0, 1, 50_000, 200_001]),
        "cache_write_5m": dice.choice([0, 0, 100]),
        "cache_write_1h": dice.choice([0, 0, 30]),
        "cache_write_other": dice.choice([0, 0, 20]),
        "output": dice.choice([0, 1, 999, 20_000]),
        "input_audio": dice.choice([0, 0, 0, 11]),
        "output_audio": 13 if dice.random() < 0.04 else 0,
        "input_image": dice.choice([0, 0, 0, 5]),
        "output_image": 3 if dice.random() < 0.04 else 0,
        "web_searches": dice.choice([0, 0, 0, 2]),
    }
    at = datetime.fromisoformat("2025-01-01") + timedelta(seconds=dice.randrange(2 * 365 * 86_400))
    names = {"provider_name": provider.id, "request_model": model.id, "service_tier": tier}
    row = {**names, "charge_period_start": at, "requests": 1, **meters}
    return provider, model, context, row, meters


def calculated(call: Call) -> Decimal:
    """What the catalogue's own calculator makes of the call."""
    provider, model, context, row, used = call
    usage = Usage(
        input_tokens=sum(count for meter, count in used.items() if meter.startswith(("input", "cache"))),
        cache_read_tokens=used["cache_read"],
        cache_write_tokens=used["cache_write_5m"] + used["cache_write_1h"] + used["cache_write_other"],
        cache_write_5m_tokens=used["cache_write_5m"],
        cache_write_1h_tokens=used["cache_write_1h"],
        cache_audio_read_tokens=0,
        cache_image_read_tokens=0,
        output_tokens=used["output"] + used["output_audio"] + used["output_image"],
        input_audio_tokens=used["input_audio"],
        output_audio_tokens=used["output_audio"],
        input_image_tokens=used["input_image"],
        output_image_tokens=used["output_image"],
        web_searches=used["web_searches"],
    )
    at = row["charge_period_start"]
    return model.calc_price(usage, provider, genai_request_timestamp=at, price_context=context).total_price


def is_stated(call: Call, meter: str) -> bool:
    """Whether the catalogue's prices in force hold one for the meter or a broader one."""
    _, model, context, row, _ = call
    prices = model.get_prices(row["charge_period_start"], context).__dict__
    keys = {METER_OF_PRICE[key] for key, value in prices.items() if value is not None and key in METER_OF_PRICE}
    return any(name in keys for name in lineage(meter))


def is_tier_in_force(call: Call) -> bool:
    """Whether the catalogue has a price of the asked tier at that time; its calculator else takes the standard one."""
    _, model, context, row, _ = call
    return context is None or any(
        v.when == context and (v.constraint is None or v.constraint.active(row["charge_period_start"]))
        for v in model.price_variants
    )


def test_each_call_costs_what_the_catalogue_calculates_or_says_why_it_has_no_price(
    price: Callable[..., list[dict[str, Any]]],
) -> None:
    dice = random.Random(20261121)
    calls = [draw(dice) for _ in range(CALLS)]
    book = Book(tuple(catalogue_rows()))
    outcome: Counter[str] = Counter()
    for call, row in zip(calls, price(book, [call[3] for call in calls]), strict=True):
        _, model, _, _, used = call
        if row["list_cost"] is not None:
            assert abs(row["list_cost"] - calculated(call)) <= TEN_PLACES, (row["price_key"], call)
            outcome["equal"] += 1
        elif not is_tier_in_force(call):
            outcome["tier not in force yet"] += 1
        else:
            unstated = [meter for meter, count in used.items() if count and not is_stated(call, meter)]
            by_parts = any("reasoning" in key or "citation" in key for key in _prices_of(model))
            assert unstated or by_parts or not _prices_of(model), (row["unpriced_reason"], call)
            outcome["a used meter has no price"] += 1
    assert outcome["equal"] >= 1_900  # of a kind of output without a price of its own nothing is priced
    assert outcome["tier not in force yet"] >= 50


def _prices_of(model: Any) -> set[str]:
    each = model.prices if isinstance(model.prices, list) else [model]
    return {key for entry in each for key, value in entry.prices.__dict__.items() if value is not None}


def test_where_the_shipped_book_departs_from_the_catalogue_an_overlay_says_so(
    shipped_book: Book, price: Callable[..., list[dict[str, Any]]]
) -> None:
    dice = random.Random(7)
    calls = [draw(dice) for _ in range(900)]
    deepseek = [each for each in MODELS if each[0].id in {"deepseek", "anthropic"}]
    for _ in range(400):  # more of the vendors that have overlays
        _, _, _, row, used = draw(dice)
        provider, model = dice.choice(deepseek)
        row |= {"provider_name": provider.id, "request_model": model.id, "service_tier": "standard"}
        calls.append((provider, model, None, row, used))
    laid_over = {(row.provider, row.model) for row in shipped_book.in_book if row.catalogue.startswith("overlay")}
    differing = set()
    for call, row in zip(calls, price(shipped_book, [call[3] for call in calls]), strict=True):
        if row["list_cost"] is not None and abs(row["list_cost"] - calculated(call)) > TEN_PLACES:
            differing.add((row["price_provider"], row["price_model"]))
    assert differing
    assert differing <= laid_over


@pytest.mark.parametrize("tier", ["batch", "flex", "priority", "fast"])
def test_the_catalogue_has_prices_of_every_tier(tier: str) -> None:
    assert any(row.service_tier == tier for row in catalogue_rows())
