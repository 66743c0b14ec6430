"""Flatten the packaged price catalogue (genai-prices) into dated rows of the ledger's `price` table.

Reads the installed `genai-prices` package, no network. Only prices the catalogue states become rows: what a
meter without its own price is charged at is `meters.PARENT`'s business.
Invariant: pricing with the rows gives what `genai_prices.calc_price` gives, except where the catalogue itself
cannot say it; `tests/pricing/test_catalogue_agrees.py` checks both.

Left out, so that usage of it stays unpriced rather than wrong:
- output of models that price reasoning or citation tokens apart (the ledger's `output` holds both);
- a service tier before the catalogue's first date for it (calc_price falls back to the standard price);
- annotated pages, messages, storage searches: no meter of ours counts them.
Prices finer than 12 places are rounded half-even and bear the basis `derived`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from typing import Any

from spendmap.pricing.merging import merged
from spendmap.pricing.rows import DAY_S, NO_END, NO_START, NO_UPPER_TIER, PriceRow, unit_price

METER_OF_PRICE: dict[str, str] = {
    # genai-prices price key -> ledger meter; of two keys of one meter the later, more specific one wins
    "input_mtok": "input_uncached",
    "input_text_mtok": "input_uncached",
    "output_mtok": "output",
    "output_text_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_text_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write_other",
    "cache_write_5m_mtok": "cache_write_5m",
    "cache_write_1h_mtok": "cache_write_1h",
    "input_audio_mtok": "input_audio",
    "input_image_mtok": "input_image",
    "input_video_mtok": "input_video",
    "output_audio_mtok": "output_audio",
    "output_image_mtok": "output_image",
    "output_video_mtok": "output_video",
    "requests_kcount": "requests",
    "web_searches_kcount": "web_searches",
    "input_mchars": "characters",
    "input_document_kpages": "pages",
    "audio_hours": "seconds",
    "input_audio_hours": "seconds",
}

OUTPUT_PARTS = ("output_reasoning_mtok", "output_text_reasoning_mtok", "output_citation_mtok")
"""A model with one of these prices parts of `output` differently, and the ledger does not hold the parts apart."""

TIER_WORDS: dict[tuple[str, str], str] = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("service_tier", "fast"): "fast",
    ("speed", "fast"): "fast",
}
"""The catalogue's request context -> the ledger's service tier. Others are written `key:value`."""


@cache
def catalogue_name() -> str:
    """The catalogue and its version, as it stands on each of its rows."""
    return f"genai-prices {version('genai-prices')}"


def catalogue_rows() -> list[PriceRow]:
    """Every stated price of the packaged catalogue as dated rows. Takes about two seconds."""
    from genai_prices.data import providers

    return rows_of_providers(providers, catalogue_name())


def rows_of_providers(providers: Iterable[Any], name: str) -> list[PriceRow]:
    """Every stated price of a catalogue's providers. `name` is what the rows say they come from.

    Raises:
        ValueError: a price is negative or does not fit.
    """
    rows: list[PriceRow] = []
    for provider in providers:
        url = provider.pricing_urls[0] if provider.pricing_urls else None
        for model in provider.models:
            rows.extend(replace(row, source_url=url, catalogue=name) for row in model_rows(provider.id, model))
    return rows


def model_rows(provider_id: str, model: Any) -> Iterator[PriceRow]:
    """Rows of one catalogue model, all tiers."""
    for tier, context in _tiers(model).items():
        by_cell = list(_cells(provider_id, model, tier, context))
        yield from merged(by_cell)


def _tiers(model: Any) -> dict[str, dict[str, str]]:
    """Service tier -> the request context that asks the catalogue for it."""
    tiers: dict[str, dict[str, str]] = {"standard": {}}
    for variant in model.price_variants or ():
        if not _stated(variant.prices):
            continue  # {"service_tier": "default"}: the standard price under another name
        words = tuple(variant.when.items())
        name = TIER_WORDS.get(words[0]) if len(words) == 1 else None
        tiers.setdefault(name or "+".join(f"{key}:{value}" for key, value in words), dict(variant.when))
    return tiers


def _cells(provider_id: str, model: Any, tier: str, context: Mapping[str, str]) -> Iterator[PriceRow]:
    """One row per meter, context tier, date interval and time-of-day interval of the catalogue's conditions."""
    variants = [v for v in model.price_variants or () if context and v.when == context and _stated(v.prices)]
    standard = model.prices if isinstance(model.prices, list) else []
    constraints = [each.constraint for each in (*standard, *variants) if each.constraint is not None]
    for valid_from, valid_to in pairwise(_dates(constraints)):
        for start_s, end_s in pairwise(_times(constraints)):
            # Conditions are whole dates and times of day, so one instant speaks for its whole cell.
            day = valid_from if valid_from != NO_START else valid_to - timedelta(days=1)
            instant = (day + timedelta(seconds=start_s)).replace(tzinfo=UTC)
            if context and not any(v.constraint is None or v.constraint.active(instant) for v in variants):
                continue
            prices = _stated(model.get_prices(instant, dict(context) or None))
            for meter, price, per in _by_meter(prices):
                for input_from, input_to, amount in _context_tiers(price):
                    unit, exact = unit_price(amount, per)
                    yield PriceRow(
                        provider=provider_id,
                        model=model.id,
                        meter=meter,
                        list_unit_price=unit,
                        service_tier=tier,
                        valid_from=valid_from,
                        valid_to=valid_to,
                        window_start_s=start_s,
                        window_end_s=end_s,
                        input_from=input_from,
                        input_to=input_to,
                        basis="documented" if exact else "derived",
                        catalogue=catalogue_name(),
                    )


def _by_meter(prices: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """Ledger meter, catalogue price and the units it is quoted for."""
    from genai_prices.units import _get_registry

    registry = _get_registry()
    found: dict[str, tuple[Any, int]] = {}
    for key, meter in METER_OF_PRICE.items():
        if key in prices:
            found[meter] = (prices[key], registry.unit_for_price_key(key).per)
    if any(part in prices for part in OUTPUT_PARTS):
        found.pop("output", None)
    for meter, (price, per) in found.items():
        yield meter, price, per


def _context_tiers(price: Any) -> Iterator[tuple[int, int, Decimal]]:
    """Input length from (inclusive), to (exclusive), price. The catalogue's test is `total input > start`."""
    if isinstance(price, Decimal):
        yield 0, NO_UPPER_TIER, price
        return
    steps = [(0, price.base), *((tier.start + 1, tier.price) for tier in price.tiers)]
    ends = [start for start, _ in steps[1:]] + [NO_UPPER_TIER]
    for (start, amount), end in zip(steps, ends, strict=True):
        if start < end:
            yield start, end, amount


def _stated(prices: Any) -> dict[str, Any]:
    return {key: value for key, value in prices.__dict__.items() if value is not None}


def _dates(constraints: Iterable[Any]) -> list[datetime]:
    starts = {datetime.combine(c.start_date, time()) for c in constraints if hasattr(c, "start_date")}
    return [NO_START, *sorted(starts), NO_END]


def _times(constraints: Iterable[Any]) -> list[int]:
    edges = {0, DAY_S}
    for constraint in constraints:
        if hasattr(constraint, "start_time"):
            edges |= {_second_of_day(constraint.start_time), _second_of_day(constraint.end_time)}
    return sorted(edges)


def _second_of_day(at: time) -> int:
    offset = at.utcoffset() or timedelta()
    return int((timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) - offset).total_seconds()) % DAY_S
