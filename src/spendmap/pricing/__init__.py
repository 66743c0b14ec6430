"""What things cost: the price book and the pricing of usage rows, part of step 2 (allocate).

Reads the packaged catalogue, this project's dated corrections (`overlays/`), the company's own prices
(`register/prices.yaml`) and the ledger's `price` table; writes rows of `price` and the two small tables the
pricing transform joins (`model_alias`, `price_wide`). Leaves storing, running and adding up to others.
Invariant: at most one price row is in force for one key, time, window and input length; what has no price is
NULL with a reason, never zero and never a default.

In order: `distinct_refs` lists the names usage bears, `build_aliases` ties each to a priced form,
`build_price_wide` lays the book out one row per form and window, `price_usage` multiplies. `price` does all of
it for the usage at hand, with a transform that leaves out what no row of it needs: the one door of allocate, replay
and plays.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spendmap.pricing.aliases import build_aliases
    from spendmap.pricing.specialise import specialised as price
    from spendmap.pricing.wide import build_price_wide

PRICE_USAGE_SQL: str = resources.files(__name__).joinpath("price_usage.sql").read_text(encoding="utf-8")
"""One row per usage row, priced: the definition. Inputs: `usage`, `model_alias`, `price_wide`."""

DISTINCT_REFS_SQL: str = resources.files(__name__).joinpath("distinct_refs.sql").read_text(encoding="utf-8")
"""The distinct names usage is priced by. Input: `usage`."""

__all__ = ["DISTINCT_REFS_SQL", "PRICE_USAGE_SQL", "build_aliases", "build_price_wide", "price"]


def __getattr__(name: str) -> object:
    # Arrow takes half a second to import; the command line must not pay for it.
    if name == "build_aliases":
        from spendmap.pricing.aliases import build_aliases

        return build_aliases
    if name == "build_price_wide":
        from spendmap.pricing.wide import build_price_wide

        return build_price_wide
    if name == "price":
        from spendmap.pricing.specialise import specialised

        return specialised
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
