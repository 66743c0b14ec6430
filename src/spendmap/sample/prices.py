"""List prices the sample's calls are costed at: dated, public, written here by hand.

Units: US dollars per million tokens, as the vendors publish them; `rate` gives pico-dollars per token.
Sources: openai.com/api/pricing and its 2026-08-21 change note for gpt-5.6-sol, claude.com/pricing; as listed in
November 2026. Whole-request context tiers exist for some models above 200,000 or 272,000 input tokens; the
generator stays below them for these models, so one row per model and date is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache


@dataclass(frozen=True)
class Rate:
    """Pico-dollars per token of each meter; cache writes by lifetime."""

    input_uncached: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    output: int

    def cost(self, uncached: int, read: int, output: int, write_5m: int = 0, write_1h: int = 0) -> int:
        """Pico-dollars of a call's disjoint tokens."""
        return (
            uncached * self.input_uncached
            + read * self.cache_read
            + output * self.output
            + write_5m * self.cache_write_5m
            + write_1h * self.cache_write_1h
        )


def _rate(uncached: str, read: str, output: str, write_5m: str = "0", write_1h: str = "0") -> Rate:
    def pico(per_million: str) -> int:
        return int(Decimal(per_million) * 10**6)

    return Rate(pico(uncached), pico(read), pico(write_5m), pico(write_1h), pico(output))


UNPRICED_MODEL = "fernhill-support-7b"  # Fernhill's own model: on no list

PRICE_CHANGE_MODEL = "gpt-5.6-sol"
PRICE_CHANGE_DAY = "2026-08-21"  # the first day at the new price

PRICES: dict[str, tuple[tuple[str, Rate], ...]] = {
    # model: (first day in force, rate), oldest first; "" = from before the sample
    "gpt-5-mini-2025-08-07": (("", _rate("0.25", "0.025", "2")),),
    "gpt-5-2025-08-07": (("", _rate("1.25", "0.125", "10")),),
    "gpt-5.1-2025-11-13": (("", _rate("1.25", "0.125", "10")),),
    "gpt-5.2-2025-12-11": (("", _rate("1.75", "0.175", "14")),),
    PRICE_CHANGE_MODEL: (("", _rate("5", "0.5", "30")), (PRICE_CHANGE_DAY, _rate("4", "0.4", "20"))),
    "claude-3-5-haiku-20241022": (("", _rate("0.8", "0.08", "4", "1", "1.6")),),
    "claude-haiku-4-5-20251001": (("", _rate("1", "0.1", "5", "1.25", "2")),),
    "claude-sonnet-4-5-20250929": (("", _rate("3", "0.3", "15", "3.75", "6")),),
    "claude-opus-4-1-20250805": (("", _rate("15", "1.5", "75", "18.75", "30")),),
    "claude-opus-4-5-20251101": (("", _rate("5", "0.5", "25", "6.25", "10")),),
}


@cache
def rate(model: str, day: str) -> Rate | None:
    """The rate in force on `day` (YYYY-MM-DD); None for a model on no list."""
    found = None
    for valid_from, each in PRICES.get(model, ()):
        if valid_from <= day:
            found = each
    return found
