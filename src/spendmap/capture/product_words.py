"""What a line's words say was bought: api, seats, plan, credits or marketplace.

Pure. Words of English, German, French and Spanish books and the descriptors of card statements. Words that speak for
two things that exclude each other give `None`: the counting then asks, instead of taking one for the other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from spendmap.capture.month_names import folded

_PRODUCTS = (
    r"chat ?gpt|gpt|openai|claude|anthropic|copilot|cursor|gemini|perplexity|grammarly|notion(?: ai)?|"
    r"jetbrains(?: ai)?|windsurf|codeium|tabnine|replit|le chat|mistral|writer|jasper|github|midjourney|elevenlabs|"
    r"otter|figma|canva|runway|descript|synthesia|gamma|you\.com|poe|grok|super ?grok|lovable|v0|bolt"
)
_MARKETPLACE = re.compile(r"\bmarket ?place\b|\baws ?mp\b")
_CREDITS = re.compile(
    r"\b(?:credits?(?! (?:notes?|memos?|cards?|invoice))|top ?-?ups?|pre-?paid|pre-?payment of (?:usage|tokens)|"
    r"guthaben(?:aufladung)?|aufladung|prepaid-?guthaben|recharges?|rechargement|recargas?|saldo prepago|prepago|"
    r"jetons prepayes)\b|\bcredits? (?:api|ia)\b"
)
_NOT_CREDITS = re.compile(r"\b(?:vendor|supplier|bill|tax|merchant) credits?\b|\bnote de credit\b|\bnota de credito\b")
_API = re.compile(
    r"\bapis?\b|\btokens?\b|\binference\b|\binferenz\b|\busage\b|\bnutzung\b|\bapi-?nutzung\b|\bverbrauch\b|"
    r"\bconsommation\b|\bconsumo\b|\buso\b|\bpay as you go\b|\bmetered\b"
)
_SEATS = re.compile(
    r"\bseats?\b|\blicen[cs]es?\b|\blizenz(?:en)?\b|\blicencias?\b|\bplatze?n?\b|\bplaetze\b|\barbeitsplatze\b|"
    r"\bsitze\b|\bsieges?\b|\bpostes\b|\bpuestos\b|\basientos\b|"
    r"\b(?:per|par|pro|por) (?:users?|utilisateur|nutzer|usuario|seat)\b|"
    r"\b\d+ ?x? ?(?:users?|nutzer|benutzer|utilisateurs?|usuarios?|places|members|mitglieder|membres|miembros)\b|"
    rf"\b(?:{_PRODUCTS})\W+(?:for )?(?:teams?|business|enterprise|edu)\b|"
    r"\b(?:teams?|business|enterprise)\W+(?:plan|seats?|subscription|subscr|edition|licen[cs]es?|abo)\b"
)
_PLAN = re.compile(
    rf"\b(?:{_PRODUCTS})\W+(?:plus|pro|max|premium|advanced|individual)\b|"
    r"\b(?:plus|pro|max|premium|individual|personal)\W+(?:plan|subscription|subscr|sub|abo|abonnement)\b|"
    r"\b(?:subscriptions?|subscr|subscrip|subs|sub|abo|abonnements?|suscripcion|suscripciones|membership|flat ?rate)\b|"
    r"\b(?:max|pro) \d+x\b|\bmonthly plan\b|\bannual plan\b|\bjahresabo\b|\bmonatsabo\b"
)
_READ = 300  # characters of a text that are looked at


@lru_cache(maxsize=50_000)
def product_kind(memo: str, supplier: str = "") -> str | None:
    """api, seats, plan, credits or marketplace; `None` when the words say nothing, or two that exclude each other.

    A top-up of API credits is credits, a subscription for so many seats is seats, what came through a marketplace is
    marketplace whatever it is. The memo decides; the supplier's descriptor is asked only when it says nothing.
    """
    said = _found(folded(memo[:_READ])) or _found(folded(supplier[:_READ]))
    if "marketplace" in said:
        return "marketplace"
    if "credits" in said:
        return "credits" if said <= {"credits", "api"} else None
    if "seats" in said:
        return None if "api" in said else "seats"
    return said.pop() if len(said) == 1 else None


def _found(text: str) -> set[str]:
    found = {
        kind
        for kind, pattern in (("api", _API), ("seats", _SEATS), ("plan", _PLAN), ("marketplace", _MARKETPLACE))
        if pattern.search(text)
    }
    if _CREDITS.search(_NOT_CREDITS.sub(" ", text)):
        found.add("credits")
    return found
