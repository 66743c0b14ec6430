"""Numbers of invoices in comparable form: INV-0091, "INV 91", #0091, "Rechnung Nr. 91" and "Facture 91" are all 91.

Pure. A number is compared, not shown: the text as written stays beside it. What cannot be told from a year, a month, a
date or a card's number is no invoice number, since a wrong match would take money off the map. Words that only may be
numbers are candidates: whoever knows the numbers of a vendor's documents decides (`allocation/counted/numbers.py`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from spendmap.capture.month_names import folded, month_number
from spendmap.vocabulary.personal_texts import is_luhn

_WORD = (
    r"(?:tax |sales |proforma |commercial )?(?:invoices?|inv|bills?|rechnungs?|rechn|rg|re|eingangsrechnung|beleg|"
    r"factures?|fact|fac|facturas?|fra|document|doc)"
)
_NUMBER_WORD = r"(?:no|nr|nbr|num|number|nummer|numero|id|n°|nº|n|#)"
_PREFIX = re.compile(
    rf"^(?P<word>{_WORD}(?=[\W_]|\d|no\b|nr\b|nummer|number))?[\s._:/-]*(?:(?:{_NUMBER_WORD})(?=[\W_]|\d)[\s._:/°º-]*)*#*\s*"
)
_DATES = re.compile(
    r"(?:19|20)\d\d(?:-?(?:0[1-9]|1[0-2])|-[1-9])?|(?:0?[1-9]|1[0-2])-(?:19|20)\d\d|"
    r"(?:19|20)\d\d-(?:0?[1-9]|1[0-2])-\d{1,2}|\d{1,2}-\d{1,2}-(?:19|20)?\d\d"
)
HIDDEN = "~"  # in front of the keyed hash of a word that masking would hide
_LONGEST = 40  # characters
_A_WORD = "inv-"  # stands in front of a number that would be a date without its word: RE-2026-10
_READ = 500  # characters of a text that are looked at
_MORE = r"(?:[-_.][a-z0-9]+|/(?!inv|#)[a-z0-9]+)"
_BODY = rf"(?P<number>[a-z]{{0,6}}\d[a-z0-9]*{_MORE}*|[a-z0-9]+{_MORE}+)"
_MENTION = re.compile(
    r"(?<![a-z0-9])(?:"
    rf"(?:{_WORD})(?:\s*[-_.:]?\s*{_NUMBER_WORD})?[\s._:#-]*|"
    rf"(?:re|rg|inv)[\s.-]*{_NUMBER_WORD}[\s._:#-]*|"
    r"#\s*)" + _BODY
)
_COUNTED = (
    r"(?:seats?|users?|licen[cs]es?|lizenz(?:en)?|platze?|plaetze|nutzer|benutzer|sieges?|licencias?|usuarios?|puestos?|"
    r"plazas?|utilisateurs?|postes?|people|persons?|personen|agents?|tokens?|calls?|requests?|credits?|gpus?|units?|items?|"
    r"pcs|stk|stuck|hours?|hrs?|stunden|heures?|horas?|days?|tage?n?|jours?|dias?|weeks?|wochen?|months?|monate?n?|mois|"
    r"meses|years?|jahre?n?|ans?|anos?|million(?:s|en)?|mio|mrd|[kmgt]b|[kmhxt])"
)
_CODE = r"(?:usd|eur|gbp|chf|jpy|cad|aud|inr|sek|nok|dkk|pln|dollars?|euros?)"
_NOT_A_NUMBER = re.compile(  # what follows says that the figure before it is an amount, a quantity or a part
    rf"(?:[.,'’]\d|:\d|\s*[%€$£¥]|\s*{_CODE}\b|[\s-]*{_COUNTED}\b|\s*(?:of|von|de|sur|out of)\s+\d)"
)
_NEXT_WORD = re.compile(r"\.?\s*(?:de\s+|of\s+)?([a-z]{3,})")
_JOINED = re.compile(rf"(?:[a-z][-_]|(?<![a-z]){_NUMBER_WORD}[.:]?\s*)$")
_COUNTS_SOMETHING = re.compile(
    r"(?:payment|order|po|ref|reference|card|case|ticket|part|instal?lment|seat|user|account|acct|teil|rate|zahlung|"
    r"bestellung|auftrag|karte|konto|commande|paiement|carte|compte|pedido|pago|tarjeta|cuenta)[\s.:-]*#\s*$"
)
_NEXT = re.compile(rf"\s*(?:,|&|\+|/|and|und|et|y)\s*#?{_BODY}(?![a-z0-9])(?!\s*[a-z])")
_LIKE_A_NUMBER = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9/_-]*\d)(?=[a-z0-9/_-]*[a-z])[a-z0-9]+(?:[-/_][a-z0-9]+)+(?![a-z0-9])"
)
_AMOUNT = re.compile(
    rf"(?:[€$£¥]|(?<![a-z0-9]){_CODE})\s*\d[\d.,'’]*|"
    r"(?<![a-z0-9.,])\d{1,3}(?:(?:[.,'’]\d{3})+[.,]\d{1,2}|(?:[,'’]\d{3})+)(?![a-z0-9.,-])"
)
_CANDIDATE = re.compile(r"[a-z0-9]+(?:[-_./]+[a-z0-9]+)*")
_ONE_WORD = re.compile(r"[a-z0-9]+(?:[-_./][a-z0-9]+)*\W{0,2}(?<![%€$£¥])")
_MOST_WORDS, _MOST_CANDIDATES = 3, 60  # words that one number is written in; candidates kept of a text
_LITTLE_WORDS = frozenset(
    ["of", "and", "for", "the", "to", "in", "on", "at", "by", "und", "von", "fur", "der", "die", "das", "vom", "zu",
     "zur", "im", "am", "mit", "et", "de", "du", "des", "les", "la", "le", "pour", "y", "el", "los", "del", "por", "a"]
)  # fmt: skip
_DAY_AND_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])-(?:0?[1-9]|[12]\d|3[01])")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


@lru_cache(maxsize=50_000)
def normalised_number(text: str) -> str | None:
    """The number in comparable form, or `None` when the text is too long, a year, a month or a date.

    Lower case; words for "invoice" and "number" in front and leading zeros are left out; any separator is "-". Where
    only the word tells the number from a date, one word stands for all of them: RE-2026-10 is inv-2026-10.
    """
    bare = folded(text.strip())[: 2 * _LONGEST]
    joined, before, has_word = bare, "", False
    while joined != before:  # "Invoice RE-91" has two words in front
        before = joined
        has_word = has_word or bool(_PREFIX.match(joined)["word"])  # type: ignore[index]  # it matches the empty text
        joined = re.sub(r"[^a-z0-9]+", "-", _PREFIX.sub("", joined, count=1)).strip("-")
        joined = re.sub(r"^0+(?=\d)", "", joined)
    if len(joined) > _LONGEST or not joined.strip("0-") or not any(character.isdigit() for character in joined):
        return None
    if _DATES.fullmatch(joined):
        return f"{_A_WORD}{joined}" if has_word else None
    return None if _is_card(joined) else joined


def without_hyphens(number: str) -> str:
    """A number in comparable form as two writers of one document may both have it: DL-0055, DL-55 and DL55 are dl55.

    Two numbers of a vendor that differ in hyphens and leading zeros only are one document's.
    """
    return number if number.startswith(HIDDEN) else re.sub(r"^([a-z]+)-?0*(?=\d)", r"\1", number)


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
            if _is_named(bare, match) and (number := normalised_number(match["number"].strip("-/_."))):
                found[number] = None
            match = _NEXT.match(bare, match.end())
    if also_bare:
        for match in _LIKE_A_NUMBER.finditer(bare):
            if number := normalised_number(match[0]):
                found.setdefault(number, None)
    return tuple(found)


def candidate_numbers(text: str) -> tuple[str, ...]:
    """Words of a text that may be the number of a document, in comparable form; quantities, amounts and days are not.

    A figure of one or two digits is one only where it is the whole text: "2 seats" names no invoice 2.
    """
    if not text or not any(character.isdigit() for character in text):
        return ()
    bare = folded(text[:_READ]).strip()
    found: dict[str, None] = {}
    if _ONE_WORD.fullmatch(_PREFIX.sub("", bare)) and (whole := normalised_number(bare)):
        found[whole] = None
    bare = _AMOUNT.sub(" ; ", bare)
    for named in _MENTION.finditer(bare):  # "Invoice 2026-10": the word may be what makes it a number
        if _is_named(bare, named) and (number := normalised_number(named[0])):
            found[number] = None
    words = list(_CANDIDATE.finditer(bare))
    for index, first in enumerate(words):
        for last in words[index : index + _MOST_WORDS]:
            between = bare[first.start() : last.end()]
            if last is not first and not (_is_short(first[0]) and _are_together(bare, words, first, last)):
                break
            number = normalised_number(between) if last[0][-1:].isdigit() or first is last else None
            if number and not _is_figure(number, bare, last.end()):
                found[number] = None
    return tuple(found)[:_MOST_CANDIDATES]


def _is_short(word: str) -> bool:
    return any(character.isdigit() for character in word) or (len(word) <= 3 and word not in _LITTLE_WORDS)


def _are_together(bare: str, words: list[re.Match[str]], first: re.Match[str], last: re.Match[str]) -> bool:
    """Whether one space, and words with digits, lie between two words: F 2026 8."""
    inside = [word for word in words if first.start() <= word.start() <= last.start()]
    return all(
        bare[one.end() : other.start()] == " " and any(character.isdigit() for character in other[0])
        for one, other in pairwise(inside)
    )


def _is_figure(number: str, bare: str, end: int) -> bool:
    """Whether a number without letters is a short figure, a day, or counts what follows it."""
    if not number.replace("-", "").isdigit():
        return False
    is_a_day = _DAY.fullmatch(number) or _DAY_AND_MONTH.fullmatch(number)
    return len(number) < 3 or bool(is_a_day) or bool(_NOT_A_NUMBER.match(bare, end))


def _is_named(bare: str, match: re.Match[str]) -> bool:
    """Whether a figure of one or two digits behind a word for invoice is a number: not "Re: 2 seats", not a day.

    "Invoice 31 October" may be a day; in "INV-31 October" the sign that joins the two makes it the number.
    """
    written = match["number"]
    short = re.match(r"(\d{1,2})(?:st|nd|rd|th|er|x)?(?![a-z0-9_/-])", written)
    if short is None:
        return True
    end = match.start("number") + len(short[1])
    following = _NEXT_WORD.match(bare, end)
    return not (
        short[0] != short[1]
        or _NOT_A_NUMBER.match(bare, end)
        or (
            following and month_number(following[1]) and not _JOINED.search(bare[match.start() : match.start("number")])
        )
        or _COUNTS_SOMETHING.search(bare[: match.start("number")])
    )


def without_mentions(text: str) -> str:
    """The text without the numbers of invoices in it, so that what is left can be read for dates."""
    bare = folded(text)
    kept, at = [], 0
    for match in _MENTION.finditer(bare):
        if _is_named(bare, match) and normalised_number(match["number"].strip("-/_.")):
            kept.append(bare[at : match.start()])
            at = match.end()
    return " ".join([*kept, bare[at:]])


def _is_card(number: str) -> bool:
    """Thirteen to nineteen digits that pass the check of card numbers; stricter than what masking takes for one."""
    digits = number.replace("-", "")
    return digits.isdigit() and digits.isascii() and 13 <= len(digits) <= 19 and is_luhn(digits)
