"""Numbers of invoices in comparable form: INV-0091, "INV 91", #0091, "Rechnung Nr. 91" and "Facture 91" are all 91.

Pure. A number is compared, not shown: the text as written stays beside it. What cannot be told from a year, a month, a
date or a card's number is no invoice number, since a wrong match would take money off the map.
"""

from __future__ import annotations

import re
from functools import lru_cache

from spendmap.capture.month_names import folded

_WORD = (
    r"(?:tax |sales |proforma |commercial )?(?:invoices?|inv|bills?|rechnungs?|rechn|rg|re|eingangsrechnung|beleg|"
    r"factures?|fact|fac|facturas?|fra|document|doc)"
)
_NUMBER_WORD = r"(?:no|nr|nbr|num|number|nummer|numero|id|n°|nº|n|#)"
_PREFIX = re.compile(
    rf"^(?:{_WORD}(?=[\W_]|\d|no\b|nr\b|nummer|number))?[\s._:/-]*(?:(?:{_NUMBER_WORD})(?=[\W_]|\d)[\s._:/°º-]*)*#*\s*"
)
_DATES = re.compile(
    r"(?:19|20)\d\d(?:-?(?:0?[1-9]|1[0-2]))?|(?:0?[1-9]|1[0-2])-(?:19|20)\d\d|"
    r"(?:19|20)\d\d-(?:0?[1-9]|1[0-2])-\d{1,2}|\d{1,2}-\d{1,2}-(?:19|20)?\d\d"
)
_SHORTEST, _LONGEST = 2, 40  # characters
_READ = 500  # characters of a text that are looked at
_MORE = r"(?:[-_.][a-z0-9]+|/(?!inv|#)[a-z0-9]+)"
_BODY = rf"(?P<number>[a-z]{{0,6}}\d[a-z0-9]*{_MORE}*|[a-z0-9]+{_MORE}+)"
_MENTION = re.compile(
    r"(?<![a-z0-9])(?:"
    rf"(?:{_WORD})(?:\s*[-_.:]?\s*{_NUMBER_WORD})?[\s._:#-]*|"
    rf"(?:re|rg|inv)[\s.-]*{_NUMBER_WORD}[\s._:#-]*|"
    r"#\s*)" + _BODY
)
_NEXT = re.compile(rf"\s*(?:,|&|\+|/|and|und|et|y)\s*#?{_BODY}(?![a-z0-9])(?!\s*[a-z])")
_LIKE_A_NUMBER = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9/_-]*\d)(?=[a-z0-9/_-]*[a-z])[a-z0-9]+(?:[-/_][a-z0-9]+)+(?![a-z0-9])"
)


@lru_cache(maxsize=50_000)
def normalised_number(text: str) -> str | None:
    """The number in comparable form, or `None` when the text is too short, a year, a month or a date.

    Lower case; words for "invoice" and "number" in front and leading zeros are left out; any separator is "-".
    """
    bare = folded(text.strip())[: 2 * _LONGEST]
    joined, before = bare, ""
    while joined != before:  # "Invoice RE-91" has two words in front
        before = joined
        joined = re.sub(r"[^a-z0-9]+", "-", _PREFIX.sub("", joined, count=1)).strip("-")
        joined = re.sub(r"^0+(?=\d)", "", joined)
    is_number = _SHORTEST <= len(joined) <= _LONGEST and any(character.isdigit() for character in joined)
    if not is_number or _DATES.fullmatch(joined) or _is_card(joined):
        return None
    return joined


def mentioned_numbers(text: str, *, also_bare: bool = False) -> tuple[str, ...]:
    """Numbers of invoices that a text names, in their order, each once.

    Args:
        also_bare: take words that look like a document's number (A1-2026-10) without the word invoice (references).
    """
    if not text or not any(character.isdigit() for character in text):
        return ()
    bare = folded(text[:_READ])
    found: dict[str, None] = {}
    for first in _MENTION.finditer(bare):
        match: re.Match[str] | None = first
        while match is not None:
            if number := normalised_number(match["number"].strip("-/_.")):
                found[number] = None
            match = _NEXT.match(bare, match.end())
    if also_bare:
        for match in _LIKE_A_NUMBER.finditer(bare):
            if number := normalised_number(match[0]):
                found.setdefault(number, None)
    return tuple(found)


def without_mentions(text: str) -> str:
    """The text without the numbers of invoices in it, so that what is left can be read for dates."""
    bare = folded(text)
    kept, at = [], 0
    for match in _MENTION.finditer(bare):
        if normalised_number(match["number"].strip("-/_.")):
            kept.append(bare[at : match.start()])
            at = match.end()
    return " ".join([*kept, bare[at:]])


def _is_card(number: str) -> bool:
    """Thirteen to nineteen digits that pass the check of card numbers (Luhn, ISO/IEC 7812-1)."""
    digits = number.replace("-", "")
    if not digits.isdigit() or not 13 <= len(digits) <= 19:
        return False
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
