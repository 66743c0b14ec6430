"""Amounts as people and spreadsheets write them, to exact `Decimal`: "1,234.56", "£(12.00)", "1.234,56-", "45 CR".

Pure. Which of "." and "," is the decimal sign is decided over the whole column, never row by row: a wrong guess would
be a thousandfold error that still looks like money.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Literal

from spendmap.capture.currencies import decimals_of, mark_contradicts
from spendmap.vocabulary.masking import shown
from spendmap.vocabulary.money import MONEY_DIGITS, MONEY_SCALE, as_money

DecimalSign = Literal[".", ","]

_LONGEST = 64  # characters of an amount; longer text is not one
_FINEST = -60  # decimal exponent below which a number is refused rather than added exactly
_MARK = r"[A-Za-z]{0,3}[$€£¥₹₩]|[A-Za-z]{3}"
_SHAPE = re.compile(
    rf"""
    (?P<open>\()? \s? (?P<sign1>[+\-−–])? \s? (?P<mark1>{_MARK})? \s? (?P<sign2>[+\-−–])? \s? (?P<open2>\()?
    (?P<body>[0-9.,][0-9.,'’\ ]*)
    \s? (?(open2)\)) \s? (?P<sign3>[\-−–])? \s? (?P<mark2>{_MARK})? \s? (?(open)\)) \s? (?P<side>CR|DR)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_GROUPED = {
    ".": re.compile(r"(?:\d+|\d{1,3}(?:[,'’ ]\d{2,3})*[,'’ ]\d{3})(?:\.\d*)?|\.\d+"),
    ",": re.compile(r"(?:\d+|\d{1,3}(?:[.'’ ]\d{2,3})*[.'’ ]\d{3})(?:,\d*)?|,\d+"),
}
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*(?![\d.,])")
_POINT_AND_THREE = re.compile(r"\d\.\d{3}(?!\d)")
_THREE_PLACES = re.compile(r"(?<![\d.,'’])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " "})


def plain_decimal(text: str) -> Decimal:
    """A plain number with an optional exponent, unrounded.

    Raises:
        ValueError: separators, symbols or words in it, or out of the ledger's range.
    """
    text = text.strip()
    if len(text) > _LONGEST * 2 or not _PLAIN.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a plain decimal number")
    return _in_range(Decimal(text), text)


def to_ledger(value: Decimal) -> Decimal:
    """`value` rounded half-even to the ledger's 12 places.

    Raises:
        ValueError: it does not fit DECIMAL(28,12), before or after rounding.
    """
    rounded = as_money(value)
    if rounded and rounded.adjusted() >= MONEY_DIGITS - MONEY_SCALE:
        raise ValueError(f"{value} does not fit DECIMAL({MONEY_DIGITS},{MONEY_SCALE})")
    return rounded


def written_amount(text: str, decimal: DecimalSign, currency: str | None = None) -> Decimal:
    """An amount with separators, symbol, brackets or trailing sign, unrounded; brackets, "-" and CR make it negative.

    Args:
        decimal: the column's decimal sign.
        currency: ISO 4217; a symbol or code beside the amount must not name another one.
    Raises:
        ValueError: not readable in this style; the text is the reason.
    """
    cleaned = text.translate(_SPACES).strip()
    match = _SHAPE.fullmatch(cleaned) if len(cleaned) <= _LONGEST else None
    if match is None:
        raise ValueError(f"{shown(text)} is not an amount")
    body = match["body"].strip()
    if not _GROUPED[decimal].fullmatch(body):
        other = "," if decimal == "." else "."
        hint = (
            f"; if {other!r} is the decimal sign, say `--set decimal={other}`"
            if _GROUPED[other].fullmatch(body)
            else ""
        )
        raise ValueError(f"{shown(text)} is not an amount with the decimal sign {decimal!r}{hint}")
    is_bracketed = bool(match["open"] or match["open2"])
    signs = [sign for sign in (match["sign1"], match["sign2"], match["sign3"]) if sign]
    is_credit = (match["side"] or "").upper() == "CR"
    if len(signs) + is_bracketed + is_credit > 1:
        raise ValueError(f"{shown(text)} states its sign twice")
    for mark in (match["mark1"], match["mark2"]):
        if mark and currency and mark_contradicts(mark, currency):
            raise ValueError(f"{shown(text)} is not in {currency}, the row's currency")
    digits = re.sub(r"[,'’ ]" if decimal == "." else r"[.'’ ]", "", body).replace(",", ".")
    try:
        value = Decimal(digits)
    except InvalidOperation as error:  # a lone "." or ","
        raise ValueError(f"{shown(text)} is not an amount") from error
    is_negative = is_bracketed or is_credit or (bool(signs) and signs[0] != "+")
    return _in_range(-value if is_negative else value, text)


class DecimalSurvey:
    """Which decimal sign a column uses, seen over all of it.

    Both signs in one value, a sign followed by other than three digits, or a sign that repeats, is evidence.
    "1,234" alone reads as a thousand (amounts have no three decimals); "1.234" alone could be either, so a column
    that holds nothing else stays undecided and such values are refused.
    """

    def __init__(self) -> None:
        self._point = self._comma = self._unclear = False

    def see(self, text: str) -> None:
        """Take one value of the column into account."""
        body = re.sub(r"[^0-9.,]", "", text[:_LONGEST])
        points, commas = body.count("."), body.count(",")
        if points and commas:
            if body.rfind(".") > body.rfind(","):
                self._point |= points == 1
            else:
                self._comma |= commas == 1
        elif commas == 1:
            whole, _, rest = body.partition(",")
            self._comma |= len(rest) != 3 or not whole.strip("0") or len(whole) > 3
        elif commas > 1:
            self._point = True
        elif points == 1:
            whole, _, rest = body.partition(".")
            if len(rest) == 3 and whole.strip("0") and len(whole) <= 3:
                self._unclear = True
            elif rest:
                self._point = True
        elif points > 1:
            self._comma = True

    @property
    def decided(self) -> DecimalSign:
        """The decimal sign: a comma only when nothing in the column speaks for a point."""
        return "," if self._comma and not self._point else "."

    @property
    def is_settled(self) -> bool:
        """Does some value show which sign is the decimal one?"""
        return self._point or self._comma

    @property
    def is_unclear(self) -> bool:
        """Holds the column values like "1.234" and nothing that says how to read them?"""
        return self._unclear and not self._point and not self._comma


def amount_reader(survey: DecimalSurvey, given: str) -> Callable[[str, str | None], Decimal]:
    """A function (text, currency) -> unrounded amount, for a surveyed column; `given` is `--set decimal=`, or "".

    In a currency without decimals (yen) a sign before three digits groups: "1.500" is 1500. In one with three (dinars)
    "1.500" and "1,500" are refused unless another value of the column settles the sign. `given` settles all of it.
    """
    sign: DecimalSign = "," if given == "," else "." if given == "." else survey.decided
    is_unclear = survey.is_unclear and not given

    def read(text: str, currency: str | None) -> Decimal:
        places = 2 if given or currency is None else decimals_of(currency)
        if places == 0:
            text = _THOUSANDS.sub(lambda match: match[0].replace(match[1], ""), text)
        value = written_amount(text, sign, currency)
        is_asked = is_unclear if places < 3 else not (given or survey.is_settled)
        if is_asked and (_THREE_PLACES if places == 3 else _POINT_AND_THREE).search(text):
            raise ValueError(f"{shown(text)} can be thousands or decimals; say `--set decimal=.` or `--set decimal=,`")
        return value

    return read


def _in_range(value: Decimal, text: str) -> Decimal:
    if value and not _FINEST <= value.adjusted() < MONEY_DIGITS - MONEY_SCALE:
        raise ValueError(f"{shown(text)} does not fit DECIMAL({MONEY_DIGITS},{MONEY_SCALE})")
    return value
