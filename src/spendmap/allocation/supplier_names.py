"""Bring a supplier's name, as ledgers and card statements write it, to one comparable form.

Pure. "OPENAI *CHATGPT SUBSCR", "OpenAI, L.L.C." and "OPENAI OPCO LLC" differ in noise that says nothing
about who was paid: payment processors, legal forms, punctuation. What is taken off is listed here; anything
else in a name is part of the name, in every script. What may stand beside a vendor's name: `name_noise`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_PROCESSORS = re.compile(
    r"^(paddle(\.net|\.com)?|stripe|pp|paypal|sq|sqsp|fs|fsprg|fastspring|2co(\.com)?|2checkout(\.com)?|gumroad"
    r"|lmsqueezy|lemsqzy|lemon ?squeezy|dri|digitalriver|cko|adyen|wpy|sumup|zettle|klarna|tst|in|sp|ebn|xsolla|payhip"
    r"|gocardless|mollie|chargebee|recurly|dlo|dlocal|ebanx|mercadopago|mercpago|pagseguro|payu|rzp|razorpay|ccavenue"
    r"|braintree|affirm|link|lnk|polar|payproglobal|cleverbridge|worldpay|amazon ?pay|google ?pay|apple ?pay)"
    r"\s*[*_]\s*",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"(?<![a-z0-9@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?![a-z0-9.-])")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\.?|\b[a-z](?:\.[a-z])+\b")
_TRADING_AS = re.compile(
    r"\b(?:t/a|trading as|d/b/a|dba|doing business as|f/k/a|fka|formerly known as|formerly|a/k/a|aka)\b"
)
_SIGNS = re.compile(r"(?:[^\w+ ]|_)+")
_SCRIPTS = re.compile(r"(?<=[\x00-\x7f])(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?=[\x00-\x7f])")
_UNDIVIDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_MARKS = frozenset({"Mn", "Me", "Cf"})  # accents, and signs without width that hide inside a word

LEGAL_FORMS = frozenset(
    {"ltd", "limited", "inc", "incorporated", "llc", "llp", "lp", "plc", "pbc", "corp", "corporation", "co", "company"}
    | {"gmbh", "ag", "kg", "ug", "se", "sa", "sas", "sasu", "sarl", "srl", "spa", "sl", "slu", "bv", "nv", "ab", "as"}
    | {"asa", "aps", "oy", "oyj", "ou", "uab", "doo", "kft", "zrt", "sro", "pty", "pte", "pvt", "private", "kk", "bhd"}
    | {"sdn", "dac", "uc", "unlimited", "ulc", "lda", "ltda", "fze", "fzco", "dmcc", "opco", "cv", "mbh", "the"}
    | {"株式会社", "合同会社", "有限会社", "有限公司", "股份有限公司", "주식회사", "ооо", "оао", "зао"}
)
"""Words for a legal form; taken off the end (and "the" off the front), they never tell two firms apart."""


@dataclass(frozen=True)
class SupplierName:
    """A name ready to be looked up. `stripped` lost its legal form; `descriptor` is what stood behind a `*`."""

    domains: tuple[str, ...]
    words: tuple[str, ...]
    stripped: str
    descriptor: tuple[str, ...] | None = None


@lru_cache(maxsize=65_536)  # the catalogue's spellings come several times each, and so do a ledger's suppliers
def normalised(text: str) -> str:
    """Lower case, no accents, initials joined ("S.A.R.L." is sarl), signs as spaces; letters of every script stay."""
    bare = text.casefold()
    if not bare.isascii():
        folded = unicodedata.normalize("NFKD", bare).casefold()
        bare = "".join(sign for sign in folded if unicodedata.category(sign) not in _MARKS).translate(_UNDIVIDED)
        bare = unicodedata.normalize("NFKC", bare)
    joined = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", bare)
    spelled = _SIGNS.sub(" ", joined.replace("&", " and ").replace("'", "").replace("\u2019", ""))
    return " ".join(_SCRIPTS.sub(" ", spelled).split())


def readings(name: str) -> Iterator[SupplierName]:
    """The ways a supplier's name can be read, the whole name first.

    A card descriptor `A *B` names a processor and a seller (B is the seller) or a seller and a product
    (A is); `A T/A B` is read as either.
    """
    bare = " ".join(name.split())
    without = _PROCESSORS.sub("", bare)
    seen: set[str] = set()
    candidates: list[tuple[str, str | None]] = [(bare if without == bare else without, None)]
    if "*" in without:
        before, _, behind = without.partition("*")
        candidates.append((before, behind))
    elif (
        "_" in without and " " in without.partition("_")[0].strip()
    ):  # "GOOGLE WORKSPACE_acme": seller, product, account
        candidates.append((without.partition("_")[0], without.partition("_")[2]))
    lowered = candidates[0][0].casefold()
    if _TRADING_AS.search(lowered):
        candidates.extend((part, None) for part in _TRADING_AS.split(lowered))
    for candidate, descriptor in candidates:
        key = candidate.strip().casefold()
        if key and key not in seen:
            seen.add(key)
            yield _reading(key, descriptor)


def strip_legal(words: list[str]) -> list[str]:
    """Words without legal forms at the end and "the" at the front; at least one word is left."""
    left = list(words)
    if len(left) > 1 and left[0] == "the":
        left = left[1:]
    while len(left) > 1 and left[-1] in LEGAL_FORMS:
        left.pop()
    return left


def comparable(alias: str) -> str:
    """An alias in the form names are compared in: without its legal form."""
    return " ".join(strip_legal(normalised(alias).split()))


def _reading(text: str, descriptor: str | None) -> SupplierName:
    domains = tuple(dict.fromkeys(found[0].removeprefix("www.") for found in _DOMAIN.finditer(text)))
    words = normalised(text).split()
    behind = None if descriptor is None else tuple(normalised(descriptor).split())
    return SupplierName(domains, tuple(words), " ".join(strip_legal(words)), behind)
