"""Bring a supplier's name, as ledgers and card statements write it, to one comparable form.

Pure. "OPENAI *CHATGPT SUBSCR", "OpenAI, L.L.C." and "OPENAI OPCO LLC" differ in noise that says nothing
about who was paid: payment processors, legal forms, countries, punctuation. What is taken off is listed
here; anything else in a name is part of the name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_PROCESSORS = re.compile(
    r"^(paddle(\.net|\.com)?|stripe|pp|paypal|sq|sqsp|fs|fsprg|fastspring|2co(\.com)?|2checkout(\.com)?|gumroad"
    r"|lmsqueezy|lemsqzy|lemon ?squeezy|dri|digitalriver|cko|adyen|wpy|sumup|zettle|klarna|tst|in|sp|ebn|xsolla|payhip"
    r"|gocardless|mollie|chargebee|recurly)\s*\*\s*",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?<![a-z0-9@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![a-z0-9.-])")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\.?|\b[a-z](?:\.[a-z])+\b")
_TRADING_AS = re.compile(r"\b(?:t/a|trading as|d/b/a|dba|doing business as)\b")
_SIGNS = re.compile(r"[^a-z0-9+ ]+")

LEGAL_FORMS = frozenset(
    {"ltd", "limited", "inc", "incorporated", "llc", "llp", "lp", "plc", "pbc", "corp", "corporation", "co", "company"}
    | {"gmbh", "ag", "kg", "ug", "se", "sa", "sas", "sasu", "sarl", "srl", "spa", "sl", "slu", "bv", "nv", "ab", "as"}
    | {"asa", "aps", "oy", "oyj", "ou", "uab", "doo", "kft", "zrt", "sro", "pty", "pte", "pvt", "private", "kk", "bhd"}
    | {"sdn", "dac", "uc", "unlimited", "ulc", "lda", "ltda", "fze", "fzco", "dmcc", "opco", "cv", "mbh", "the"}
)
"""Words for a legal form; taken off the end (and "the" off the front), they never tell two firms apart."""

PLACES = frozenset(
    {
        "uk",
        "us",
        "usa",
        "eu",
        "emea",
        "apac",
        "europe",
        "european",
        "ireland",
        "international",
        "intl",
        "global",
        "emeia",
    }
    | {"germany", "deutschland", "france", "canada", "australia", "japan", "india", "singapore", "netherlands", "spain"}
    | {"italy", "switzerland", "sweden", "israel", "brasil", "brazil", "america", "americas", "kingdom", "united"}
    | {"luxembourg", "hong", "kong", "nordics", "iberia", "benelux", "delaware", "worldwide", "ca", "gb", "ie", "de"}
)
"""Words for where a company sits; a distinctive name stands without them, a common word does not."""


@dataclass(frozen=True)
class SupplierName:
    """A name ready to be looked up. `stripped` lost its legal form, `placeless` its country too."""

    domains: tuple[str, ...]
    stripped: str
    placeless: str


def normalised(text: str) -> str:
    """Lower case, no accents, initials joined ("S.A.R.L." is sarl), signs as spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    joined = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", folded)
    return " ".join(_SIGNS.sub(" ", joined.replace("&", " and ").replace("'", "")).split())


def readings(name: str) -> Iterator[SupplierName]:
    """The ways a supplier's name can be read, the whole name first.

    A card descriptor `A *B` names a processor and a seller (B is the seller) or a seller and a product
    (A is); `A T/A B` is read as either.
    """
    bare = " ".join(name.split())
    without = _PROCESSORS.sub("", bare)
    seen: set[str] = set()
    candidates = [bare if without == bare else without]
    if "*" in without:
        candidates.append(without.split("*", 1)[0])
    lowered = candidates[0].casefold()
    if _TRADING_AS.search(lowered):
        candidates.extend(_TRADING_AS.split(lowered))
    for candidate in candidates:
        key = candidate.strip().casefold()
        if key and key not in seen:
            seen.add(key)
            yield _reading(key)


def strip_legal(words: list[str]) -> list[str]:
    """Words without legal forms at the end and "the" at the front; at least one word is left."""
    return _strip(words, LEGAL_FORMS)


def _reading(text: str) -> SupplierName:
    domains = tuple(dict.fromkeys(found[0].removeprefix("www.") for found in _DOMAIN.finditer(text)))
    words = normalised(text).split()
    stripped = strip_legal(words)
    placeless = _strip(stripped, LEGAL_FORMS | PLACES)
    return SupplierName(domains, " ".join(stripped), " ".join(placeless))


def _strip(words: list[str], ends: frozenset[str]) -> list[str]:
    left = list(words)
    if len(left) > 1 and left[0] == "the":
        left = left[1:]
    while len(left) > 1 and left[-1] in ends:
        left.pop()
    return left
