"""How the ledger's meters hang together when one of them has no price of its own.

Pure data. A meter without an explicit price is charged at its nearest priced parent: the rule every vendor's
own page follows (cached input is input until a cached price is published), and the rule of genai-prices.
"""

from __future__ import annotations

from spendmap.ledger import METERS

PARENT: dict[str, str] = {
    "cache_read": "input_uncached",
    "cache_write_other": "input_uncached",
    "cache_write_5m": "cache_write_other",
    "cache_write_1h": "cache_write_other",
    "input_audio": "input_uncached",
    "input_image": "input_uncached",
    "input_video": "input_uncached",
}
"""Meter -> the broader meter whose price applies when it has none. Meters not here have no parent: a picture, speech
or a film that a model makes costs many times its text, and is never priced as text."""

OUTPUT_KINDS: tuple[str, ...] = ("output", "output_audio", "output_image", "output_video")
"""What a model can make. A row that states `output` alone does not say which it is."""

INPUT_METERS: tuple[str, ...] = (
    "input_uncached",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "cache_write_other",
    "input_audio",
    "input_image",
    "input_video",
)
"""Their sum is the length of the whole request, which decides the context tier."""

TOKEN_METERS: tuple[str, ...] = tuple(
    meter for meter in METERS if meter in PARENT or meter in {"input_uncached", *OUTPUT_KINDS}
)
"""Meters counted in tokens; vendors print their prices per million."""


def lineage(meter: str) -> tuple[str, ...]:
    """The meter and its parents, nearest first: the order in which a price is looked for."""
    chain = [meter]
    while (parent := PARENT.get(chain[-1])) is not None:
        chain.append(parent)
    return tuple(chain)
