"""Exact money in whole pico-dollars (1e-12 USD), the twelve decimals a ledger stores.

Integers add without rounding, so the truth file is exact by construction.
"""

from __future__ import annotations

PICO = 10**12  # pico-dollars in one US dollar


def usd(pico: int) -> str:
    """Plain decimal text of an amount, without trailing zeros ("12.5", "0", "-3.25")."""
    whole, part = divmod(abs(pico), PICO)
    text = f"{whole}.{part:012d}".rstrip("0").rstrip(".") if part else str(whole)
    return f"-{text}" if pico < 0 else text


def dollars(text: str) -> int:
    """Pico-dollars of a plain decimal text with at most 12 decimals ("55.04")."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    if len(part) > 12:
        raise ValueError(f"{text!r} has more than 12 decimals")
    return sign * (int(whole or 0) * PICO + int(part.ljust(12, "0")))


def micro(value_micro: int) -> str:
    """Plain decimal text of a quantity held in millionths ("0.25" for 250000)."""
    return usd(value_micro * 10**6)
