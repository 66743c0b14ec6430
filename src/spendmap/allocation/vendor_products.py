"""What was bought of a vendor: api, seats, plan, credits, marketplace, cloud or service (part of step 2, allocate).

Pure. The vendor's own words for its products decide first ("ChatGPT Team" is seats), then what the line itself states,
then the words that every vendor uses, then the only thing the vendor sells. Words of two products that do not belong
together decide nothing: an API bill must never be taken for seats.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from spendmap.allocation.supplier_names import normalised
from spendmap.register.schema import PRODUCTS_SOLD

PRODUCT_KINDS = PRODUCTS_SOLD  # what a vendor can sell, in the order in which they are documented

SUBSCRIPTION = "subscription"
"""Seats or a plan, whichever the vendor sells; seats where it sells both: seats that are declared too are then not
counted twice, and the fee of a plan counts the same either way."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in text.split(";"))


GENERAL_WORDS: dict[str, tuple[str, ...]] = {
    "api": _words(
        "api; apis; api usage; usage; token usage; tokens; inference; pay as you go; metered; api nutzung; nutzung;"
        "utilisation; utilisation api; consumo; consumo api; uso de api; verbruik"
    ),
    "seats": _words(
        "seat; seats; users; user licences; user licenses; licence; licences; license; licenses; per user; members;"
        "lizenz; lizenzen; nutzerlizenzen; platze; arbeitsplatze; sieges; utilisateurs; licencia; licencias; usuarios;"
        "licencas; licenze; utenti; licentie; licenties; gebruikers; puestos; assentos"
    ),
    "credits": _words(
        "credit; credits; top up; topup; prepaid; prepayment; recharge; wallet; prepaid credits;"
        "account balance; api balance; add balance; balance top up; add funds; account funds;"
        "api credits; api credit; credit purchase; credits top up; auto recharge; auto reload; reload; token pack;"
        "tokens prepaid; prepaid tokens; tokens bought ahead; guthaben; aufladung; guthabenaufladung;"
        "recharge de credits; rechargement; credito; creditos; recarga; crediti; ricarica;"
        "recarga de saldo; carga de saldo; tegoed; opwaarderen"
    ),
    "marketplace": _words("marketplace; aws marketplace; azure marketplace; private offer"),
    "service": _words(
        "professional services; consulting; training services; annotation services; labeling services;"
        "labelling services; implementation services"
    ),
}
"""Words for a product whoever sells it, in the form of `supplier_names.normalised`. German, French, Spanish, Italian,
Dutch and Portuguese ledgers use their own."""

EDITION_WORDS: dict[str, tuple[str, ...]] = {
    "seats": _words("team; teams; business; enterprise"),
    "plan": _words("pro; plus; max; premium; individual; personal; standard; starter; basic; creator"),
    SUBSCRIPTION: _words(
        "subscription; subscriptions; subscr; subs; sub; plan; abo; abonnement; abonnementen; mitgliedschaft;"
        "membership; suscripcion; assinatura; abbonamento; prenumeration; subskrypcja"
    ),
}
"""Names of editions and forms of sale. They decide where no word names the product: "API Enterprise" is the API."""

GENERAL: frozenset[str] = frozenset(
    words for group in (GENERAL_WORDS, EDITION_WORDS) for each in group.values() for words in each
)
_PEOPLE_TOO = frozenset(
    _words("users; members; usuarios; utilisateurs; utenti; gebruikers; membership; mitgliedschaft; plan; sub")
)
SOLD_AS: frozenset[str] = (
    frozenset({*GENERAL_WORDS["api"], *GENERAL_WORDS["seats"], *GENERAL_WORDS["credits"], *EDITION_WORDS[SUBSCRIPTION]})
    - _PEOPLE_TOO
)
"""Words for how software is sold, and nothing else that bears a brand: an evening of Claude's users is no purchase."""
BESIDE_NAMES: frozenset[str] = GENERAL - frozenset(GENERAL_WORDS["service"])
"""Those that a bill puts beside a vendor's name; "Consulting" beside a name is another firm's trade."""

Phrases = tuple[tuple[str, str], ...]  # (words as normalised, product)
_GENERAL: Phrases = tuple((words, product) for product, each in GENERAL_WORDS.items() for words in each)
_EDITIONS: Phrases = tuple((words, product) for product, each in EDITION_WORDS.items() for words in each)


def default_sells(kind: str, category: str, capability: Collection[str]) -> tuple[str, ...]:
    """What a vendor sells where the catalogue does not say; nothing where that would be a guess."""
    if "cloud" in capability:
        return ("cloud",) if kind == "ai_native" else ("cloud", "marketplace", "api", "seats")
    if category in {"data_preparation", "human_review"}:
        return ("service",) if {"annotation"} & set(capability) or category == "human_review" else ("api",)
    return {"product_inference": ("api",), "internal_tools": ("seats",), "infrastructure": ("cloud",)}.get(
        category, ("seats",) if kind == "ai_native" and category == "evaluation" else ()
    )


def product_of(sells: tuple[str, ...], own: Phrases, text: str | None, stated: str | None) -> str | None:
    """The product a line was for, or None when nothing says so.

    Args:
        sells: what the vendor sells; empty = not known.
        own: the vendor's words for its products.
        text: supplier, memo and description as written.
        stated: what the line itself says, one of `PRODUCT_KINDS`; anything else is not heard.
    """
    words = normalised(text) if text else ""
    said = _said(words, own, sells, any_product=True)
    if not said and stated in PRODUCT_KINDS and (not sells or stated in sells):
        return stated
    said = said or _said(words, _GENERAL, sells) or _said(words, _EDITIONS, sells)
    if said:
        return said.pop() if len(said) == 1 else None
    return sells[0] if len(sells) == 1 else None


def products_named(sells: tuple[str, ...], own: Phrases, text: str | None) -> frozenset[str]:
    """Every product that a line's words name, those of general words too; two of them are two purchases of one line.

    "Usage" and "tokens" beside a plan say little; calls are named by the vendor's own words or by "API".
    """
    words = normalised(text) if text else ""
    general = _said(words, _GENERAL, sells)
    if not {"api", "apis"} & set(words.split()):
        general.discard("api")
    return frozenset(_said(words, own, sells, any_product=True) | general)


def _said(words: str, phrases: Phrases, sells: tuple[str, ...], *, any_product: bool = False) -> set[str]:
    """The products that the words name; several are bought apart.

    `any_product`: also those that `sells` does not list, because the words are the vendor's own.
    """
    if not words or not phrases:
        return set()
    meanings, pattern = _compiled(phrases)
    named = {meanings[match[1]] for match in pattern.finditer(words)}
    if len(named) > 1:
        named.discard(SUBSCRIPTION)
    products = {product for each in named if (product := _settled(each, sells)) is not None}
    if sells and not any_product:
        products &= set(sells)
    if products == {"api", "credits"}:
        return {"credits"}  # credits are bought to be used through the API
    return products


def _settled(product: str, sells: tuple[str, ...]) -> str | None:
    if product != SUBSCRIPTION:
        return product
    return next((kind for kind in ("seats", "plan") if kind in sells), None if sells else "seats")


@lru_cache(maxsize=1024)
def _compiled(phrases: Phrases) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """The longest phrase first, so that "api credits" is not heard as "api"."""
    meanings = dict(reversed(phrases))
    longest = sorted(meanings, key=lambda words: (-len(words), words))
    return meanings, re.compile(r"(?<!\S)(" + "|".join(map(re.escape, longest)) + r")(?!\S)")
