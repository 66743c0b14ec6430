"""Exact money: the ledger's scale, its rounding, and the four FOCUS cost bases.

Money is `Decimal` with a currency beside it, from file to screen. Missing is `None`, never zero.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Literal, get_args

CostBasis = Literal["effective", "billed", "contracted", "list"]
COST_BASES: tuple[CostBasis, ...] = get_args(CostBasis)

COSTS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost")
"""The columns of the four bases, in the order the ledger stores them."""

MONEY_SCALE = 12
UNIT = Decimal(1).scaleb(-MONEY_SCALE)  # smallest amount the ledger stores, in the row's currency
MONEY_DIGITS = 28  # DECIMAL(28,12): up to 10**16 of a currency in one row

EXACT = Context(prec=160, rounding=ROUND_HALF_EVEN)
"""No sum or product of stored amounts, and no raw sum of a file, comes near this many digits."""


def as_money(text: str | int | Decimal) -> Decimal:
    """Read a plain decimal amount and round it half-even to the ledger's 12 places.

    Accepts a sign, digits, one decimal point and an exponent; no separators, no symbols.
    Raises:
        ValueError: not a finite plain number, or too large for DECIMAL(28,12).
    """
    try:
        value = Decimal(text.strip() if isinstance(text, str) else text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not a plain decimal number") from error
    if not value.is_finite():
        raise ValueError(f"{text!r} is not a finite number")
    if value and value.adjusted() >= MONEY_DIGITS - MONEY_SCALE:
        raise ValueError(f"{text!r} does not fit DECIMAL({MONEY_DIGITS},{MONEY_SCALE})")
    return value.quantize(UNIT, rounding=ROUND_HALF_EVEN, context=EXACT)


def money_text(amount: Decimal | None) -> str | None:
    """Plain decimal text without an exponent or trailing zeros ("12.5", "0"); `None` stays `None`.

    Every digit the ledger holds is kept, so two equal amounts have the same text on every engine.
    """
    if amount is None:
        return None
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
