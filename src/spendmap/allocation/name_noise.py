"""What may stand beside a vendor's name without making it another firm's (part of step 2, allocate).

Pure. "OPENAI SAN FRANCISCO CA", "Anthropic PBC (USD)" and "POS PURCHASE REPLICATE 8005551212" are the vendor's name
and noise; "Midjourney Cafe" is a cafe. Every word beside the name must be known noise: one that is not makes the name
somebody else's. So a longer name is never taken for its first word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from spendmap.allocation.places import CITIES, CODES, LONGEST_CITY, PLACES, is_cut_city
from spendmap.allocation.supplier_names import LEGAL_FORMS

MONTHS = frozenset(
    {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february"}
    | {"march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
    | {"januar", "februar", "marz", "mai", "juni", "juli", "oktober", "dezember"}
    | {"janvier", "fevrier", "mars", "avril", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"}
    | {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre"}
    | {"diciembre", "q1", "q2", "q3", "q4", "h1", "h2"}
)

CURRENCIES = frozenset(
    {
        "usd",
        "eur",
        "gbp",
        "chf",
        "sek",
        "nok",
        "dkk",
        "pln",
        "czk",
        "huf",
        "ron",
        "cad",
        "aud",
        "nzd",
        "jpy",
        "inr",
        "sgd",
    }
    | {"hkd", "cny", "krw", "brl", "mxn", "ils", "aed", "zar", "try"}
)
BOOKKEEPING = frozenset(
    {"com", "www", "http", "https", "bill", "billing", "help", "support", "invoice", "invoices", "inv", "ref", "no"}
    | {"payment", "payments", "pmt", "pymt", "online", "web", "internet", "recurring", "autopay", "auto", "vendor"}
    | {"supplier", "account", "acct", "inactive", "duplicate", "intl", "fee", "charge", "charges", "card", "and", "tel"}
    | {
        "rechnung",
        "facture",
        "factura",
        "fattura",
        "factuur",
        "faktura",
        "nr",
        "num",
        "zahlung",
        "abbuchung",
        "renewal",
    }
    | {"monthly", "annual", "yearly", "annually", "month", "year", "mo", "yr", "monatlich", "jahrlich", "mensuel"}
    | {"annuel", "mensual", "anual"}
)
"""Words of bookkeeping and of card statements."""

CORPORATE = frozenset(
    {"holdings", "holding", "group", "operations", "ai", "labs", "branch", "niederlassung", "zweigniederlassung"}
    | {"succursale", "sucursal", "filial", "filiale"}
)
"""Words for another firm or branch of the same house; only behind a name that nobody else has."""

BANK = frozenset(
    {"pos", "purchase", "checkcard", "card", "debit", "credit", "recurring", "payment", "to", "ach", "sepa", "visa"}
    | {"mastercard", "mc", "amex", "lastschrift", "kartenzahlung", "kauf", "paiement", "achat", "carte", "cb", "compra"}
    | {"tarjeta", "pago", "pagamento", "betaling", "transfer", "wire", "bacs", "direct", "dd", "bill", "online", "web"}
    | {"international", "intl", "foreign", "from", "by", "for", "via", "vendor", "supplier", "invoice", "inactive"}
    | {"duplicate", "new", "ext", "dep", "withdrawal", "pmt", "preauthorized", "preauth", "auth", "pending"}
)
"""Words that banks and card issuers write before the merchant."""

STREETS = frozenset(
    {"st", "str", "street", "ave", "avenue", "blvd", "boulevard", "road", "rd", "way", "lane", "ln", "drive", "dr"}
    | {
        "square",
        "sq",
        "place",
        "pl",
        "court",
        "ct",
        "highway",
        "hwy",
        "floor",
        "fl",
        "suite",
        "ste",
        "unit",
        "building",
    }
    | {"strasse", "platz", "weg", "allee", "rue", "quai", "calle", "via", "straat", "gatan", "quay"}
)
STREETS_FIRST = frozenset(
    {"rue", "avenue", "av", "boulevard", "bd", "quai", "calle", "via", "viale", "piazza", "plaza"}
)
CLOSING = frozenset(
    {"inc", "llc", "ltd", "limited", "corp", "corporation", "pbc", "plc", "gmbh", "ag", "bv", "sas", "sarl"}
)
"""Legal forms that close a name: what follows one and ends with a state or country is an address."""

_WORDS_TOO = frozenset(
    {"in", "me", "or", "no", "at", "it", "on", "hi", "ok", "id", "la", "ma", "pa"}
)  # codes and words
_URL = frozenset({"http", "https", "www"})
LONGEST_STREET = 4  # words from a house number to the word for a street
LONGEST_TOWN = 3  # words of a town that no list knows, its state included
LONGEST_PHRASE = 5
CUT_WORD_AT_LEAST = 4  # letters a statement leaves of a product word that it cuts off


def is_noise_before(words: Sequence[str], own: Collection[str], general: Collection[str]) -> bool:
    """Whether everything before a vendor's name is a bank's word, a number or the vendor's own product."""
    return _all_known(words, own, lambda word: word in BANK or word in general or _is_number(word))


def is_noise_behind(words: Sequence[str], own: Collection[str], general: Collection[str]) -> bool:
    """Whether everything behind a vendor's name is a legal form, a place, bookkeeping, or what the vendor sells.

    A product word that anybody may use ("Pro", "Team") and a legal form behind it make a firm of their own.
    """
    place = 0
    is_general = False
    while place < len(words):
        if _is_cut(words[place:], own, general):
            return True
        word = words[place]
        step = _phrase(words, place, own) or _city(words, place) or _street(words, place)
        if not step:
            if word in LEGAL_FORMS or word in CORPORATE:
                if is_general:
                    return False
                if word in CLOSING and _is_town(words[place + 1 :]):
                    return True
                step = 1
            elif word in PLACES or _is_small(word):
                step = 1
            else:
                step = _phrase(words, place, general)
                is_general = is_general or bool(step)
        if not step:
            return False
        place += step
    return True


def _all_known(words: Sequence[str], own: Collection[str], is_noise: Callable[[str], bool]) -> bool:
    place = 0
    while place < len(words):
        step = _phrase(words, place, own) or (1 if is_noise(words[place]) else 0)
        if not step:
            return False
        place += step
    return True


def _phrase(words: Sequence[str], place: int, phrases: Collection[str]) -> int:
    for length in range(min(LONGEST_PHRASE, len(words) - place), 0, -1):
        if " ".join(words[place : place + length]) in phrases:
            return length
    return 0


def _city(words: Sequence[str], place: int) -> int:
    for length in range(min(LONGEST_CITY, len(words) - place), 0, -1):
        if " ".join(words[place : place + length]) in CITIES:
            return length
    return 0


def _street(words: Sequence[str], place: int) -> int:
    """The words of "548 Market St", from the house number to the word for a street."""
    if not words[place].isdigit():
        return 0
    if place + 1 < len(words) and words[place + 1] in STREETS_FIRST:
        return len(words) - place  # "15 rue des Halles, Paris": the street's own name and the town follow
    for length in range(2, min(LONGEST_STREET, len(words) - place) + 1):
        if words[place + length - 1] in STREETS:
            return length
    return 0


def _is_town(rest: Sequence[str]) -> bool:
    return 1 < len(rest) <= LONGEST_TOWN and rest[-1] in CODES - LEGAL_FORMS - _WORDS_TOO


def _is_small(word: str) -> bool:
    return word in MONTHS or word in CURRENCIES or word in BOOKKEEPING or _is_number(word) or word in _URL


def _is_number(word: str) -> bool:
    """A number, or a reference that holds one: a phone, a store, an invoice, `e0400xyz`."""
    digits = sum(sign.isdigit() for sign in word)
    return digits == len(word) or (digits > 0 and len(word) >= 4)


def _is_cut(rest: Sequence[str], own: Collection[str], general: Collection[str]) -> bool:
    """Whether the end of a name is the beginning of a known word that a statement cut off."""
    for cut in (rest, rest[:-1] if rest[-1] in PLACES else ()):  # "SAN FRANCISC CA"
        text = " ".join(cut)
        if is_cut_city(text) or (
            len(text) >= CUT_WORD_AT_LEAST
            and any(phrase.startswith(text) for phrases in (own, general) for phrase in phrases)
        ):
            return True
    return False
