"""What tells who somebody is: e-mail addresses, card numbers, bank accounts (IBAN), telephone numbers.

Pure. A number is one of these only where its check digits say so or its form is no other number's: an account of
twelve digits, an invoice of ten, a time and an amount stay as they are.
Sources: ISO/IEC 7812-1 (Luhn and the leading digits), ISO 13616 (IBAN, length by country), ITU-T E.164.
"""

from __future__ import annotations

import re
from collections.abc import Callable

EMAIL = re.compile(r"[\w.%+'-]{1,64}(?:@|＠|%40)(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,8}(?:xn--[a-z0-9-]+|[^\W\d_]{2,})")
_BLANK = r"[ \-.\u00a0\u202f\u2009]"
_EDGE = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-_.])"
_END = r"(?![A-Za-z0-9]|[-_.][A-Za-z0-9])"
CARD = re.compile(
    rf"{_EDGE}(?:[2-6]\d{{12,18}}|[2-6]\d{{3}}(?:{_BLANK}\d{{4}}){{3}}(?:{_BLANK}\d{{1,3}})?"
    rf"|3\d{{3}}{_BLANK}\d{{6}}{_BLANK}\d{{4,5}}){_END}"
)
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15), **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19), **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "XK", "MN"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "TL", "SO", "OM"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25), **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "MR", "SM", "BI", "DJ"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "PL", "SV", "NI"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29), **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31), **dict.fromkeys(("LC",), 32), **dict.fromkeys(("RU",), 33),
}  # fmt: skip
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}")
_PHONE = re.compile(  # with its country, or with the word beside it
    rf"(?<![A-Za-z0-9])\+[1-9](?:[ ().\-\u00a0/]{{0,2}}\d){{7,14}}(?!\d)"
    rf"|{_EDGE}\(\d{{3}}\)[ .-]?\d{{3}}[ .-]\d{{4}}{_END}"
    r"|(?<=tel)[a-z]{0,6}[.:]{0,2}\s?\(?0?\d(?:[ ()./-]{0,2}\d){6,13}"
    r"|(?<=fax)[.:]{0,2}\s?\(?0?\d(?:[ ()./-]{0,2}\d){6,13}",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?<![a-z])((?:phone|mobile|mobil|handy|cell|call|ring|whatsapp|sms|fon)(?: (?:no|nr|number|nummer))?[.:#]{0,2}\s)"
    r"(\(?\d(?:[ ()./-]{0,2}\d){6,14})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_HOME_PHONE = re.compile(  # as written inside a country; only where the text is words
    rf"{_EDGE}(?:[2-9]\d{{2}}[-. ][2-9]\d{{2}}[-. ]\d{{4}}|00[1-9]\d{{0,2}}(?:[ .-]\d{{2,}}){{2,4}}"
    rf"|0[1-9]\d{{1,3}}[ /-]\d{{3,4}}[ -]?\d{{3,5}}){_END}"
)
_BANK = re.compile(  # a bank account as written inside a country, with the word beside it; twelve digits are a cloud's
    r"(?<![a-z])((?:account|acct|a/c|konto|kto|compte|conto|cuenta)(?: (?:no|nr|number|nummer))?[.:#]{0,2}\s)"
    r"(\d{8,11})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\+\d+[.,]\d{1,2}|\+\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?")

SUSPECT = (
    r"@|＠|%40|\+[1-9]|(?:^|[^A-Za-z0-9])[2-6][0-9]{12}|[0-9]{4}[^0-9A-Za-z][0-9]{4}[^0-9A-Za-z][0-9]{4}|[0-9]{4}[^0-9A-Za-z][0-9]{6}"
    r"|(?:^|[^A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3}|\([0-9]{3}\)"
    r"|(?i:tel|fax|phone|mobil|handy|cell|call|ring|whatsapp|sms|fon)[a-z .:#]*[0-9(]"
)
"""A pattern (RE2) that every text with one of these in it matches, written as an identifier or a label."""
SUSPECT_WORDS = SUSPECT + (
    r"|[0-9]{3}[-. ][0-9]{3}[-. ][0-9]{4}|(?:^|[^0-9])0[0-9]{2,4}[ /-][0-9]|(?:^|[^0-9])00[1-9]"
    r"|(?i:acc|a/c|kto|konto|compte|conto|cuenta)[a-z .:#]*[0-9]{8}"
)
"""The same for text that is words."""


def replace_emails(text: str, say: Callable[[str], str]) -> str:
    """The text with each e-mail address replaced."""
    if "@" not in text and "＠" not in text and "%40" not in text:
        return text
    return EMAIL.sub(lambda match: say(match[0]), text)


def replace_numbers(text: str, say: Callable[[str], str], *, is_words: bool) -> str:
    """The text with each card, bank and telephone number replaced.

    Args:
        is_words: also take numbers as they are written inside a country, which in an identifier may be anything.
    """

    def unless_amount(match: re.Match[str]) -> str:
        return match[0] if _AMOUNT.fullmatch(match[0]) else say(match[0])

    text = _IBAN.sub(lambda match: _without_iban(match[0], say), text)
    text = CARD.sub(lambda match: say(match[0]) if is_card(match[0]) else match[0], text)
    text = _PHONE.sub(unless_amount, text)
    text = _PHONE_WORD.sub(lambda match: match[1] + say(match[2]), text)
    if is_words:
        text = _HOME_PHONE.sub(lambda match: say(match[0]), text)
        text = _BANK.sub(lambda match: match[1] + say(match[2]), text)
    return text


def is_card(number: str) -> bool:
    """Whether it begins and ends as a card's number does."""
    digits = re.sub(r"\D", "", number)
    if not 13 <= len(digits) <= 19:
        return False
    first, lengths = digits[0], {"2": (16,), "3": (14, 15, 16), "4": (13, 16, 19), "5": (16,), "6": (16, 17, 18, 19)}
    return first in lengths and len(digits) in lengths[first] and is_luhn(digits)


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the check of the others (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _without_iban(text: str, say: Callable[[str], str]) -> str:
    """The match with the bank account at its beginning replaced; what was read too far stays."""
    length = _IBAN_LENGTHS.get(text[:2].upper())
    if length is None:
        return text
    end, seen = 0, 0
    while end < len(text) and seen < length:
        seen += text[end].isalnum()
        end += 1
    number = re.sub(r"[ -]", "", text[:end]).upper()
    if seen < length or (end < len(text) and text[end].isalnum()):
        return text
    figures = "".join(str(int(character, 36)) for character in number[4:] + number[:4])
    return say(text[:end]) + text[end:] if int(figures) % 97 == 1 else text


__all__ = ["EMAIL", "SUSPECT", "SUSPECT_WORDS", "is_card", "is_luhn", "replace_emails", "replace_numbers"]
