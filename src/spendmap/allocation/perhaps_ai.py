"""What no rule calls AI and yet may be: payments to ask a person about, with the reason (part of step 2, allocate).

Pure. Nothing here counts money: it fills the list "perhaps AI: confirm", where a wide net costs a look and a narrow one
costs an unseen invoice.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from spendmap.allocation.places import PLACES
from spendmap.allocation.supplier_names import LEGAL_FORMS, normalised, readings


class Reason(Enum):
    """Why a line is perhaps AI, as lists print it."""

    MIXED = "mixed vendor"  # it sells AI and other things, and the line names no AI product
    EARLIER = "AI vendor, before its service began"
    LOOKS = "name looks like AI"  # a .ai domain, a word of the trade, or a name like a vendor's


@dataclass(frozen=True)
class Likeness:
    """Why a line is perhaps AI, and the vendor it is or resembles; None when it resembles none."""

    reason: Reason
    vendor: str | None


LONGEST_BRAND = 3  # words
_OF_A_FIRM = frozenset({"technologies", "technology", "tech", "software", "systems", "labs", "solutions", "app", "hq"})
"""What firms of the trade put behind a name; alone it makes no other firm of it."""
TYPO_LENGTH = 6  # letters a vendor's name must have before one wrong letter still resembles it
_AI_DOMAIN = re.compile(r"(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+ai(?![a-z0-9-])")
_WORDS = re.compile(
    r"(?<!\S)(ai|ki|genai|[a-z]*gpt[0-9]*|gpts|llms?|copilots?|chatbots?|voicebots?|neural|generative|agentic|rlhf"
    r"|(artificial|machine|deep) (intelligence|learning)|maschinelles lernen|kunstliche[nr]? intelligenz"
    r"|intelligence artificielle|apprentissage automatique|inteligencia artificial|aprendizaje automatico"
    r"|intelligenza artificiale|kunstmatige intelligentie|(large )?language models?|foundation models?|embeddings?"
    r"|inference|fine ?tuning|prompt engineering|vector (database|db|store|search)|data ?label(l)?ing|gpus?"
    r"|h100s?|h200s?|b200s?|a100s?|l40s|claude (api|code|pro|max|team|enterprise|opus|sonnet|haiku)|deepseek|mistral ai"
    r"|gemini (api|pro|flash|advanced|enterprise)|stable diffusion|midjourney|grok|supergrok|copilot pro)(?!\S)"
)
"""Words of the trade in English, German, French, Spanish, Italian, Dutch, as `supplier_names.normalised` has them."""


def looks_like_ai(
    supplier_name: str | None,
    text: str | None,
    names: Mapping[str, str],
    distinctive: Mapping[str, str],
    brands: Container[str] = frozenset(),
) -> Likeness | None:
    """Whether a supplier that is no known vendor, or the line's words, look like AI.

    Args:
        names: comparable spelling -> vendor, those of common words too.
        distinctive: the spellings among them that nobody else has.
        brands: those of makers of nothing but AI, which say enough wherever they stand in a text.
    """
    written = " ".join(each for each in (supplier_name, text) if each)
    like = _resembles(supplier_name, names, distinctive) if supplier_name else None
    if like is not None or _AI_DOMAIN.search(written.casefold()):
        return Likeness(Reason.LOOKS, like)
    words = normalised(written)
    is_of_the_trade = _WORDS.search(words) or _names_one_of(words.split(), brands)
    return Likeness(Reason.LOOKS, None) if is_of_the_trade else None


def _names_one_of(words: Sequence[str], brands: Container[str]) -> bool:
    return any(
        " ".join(words[start : start + length]) in brands
        for length in range(1, LONGEST_BRAND + 1)
        for start in range(len(words) - length + 1)
    )


def _resembles(supplier_name: str, names: Mapping[str, str], distinctive: Mapping[str, str]) -> str | None:
    """The vendor whose name this one begins with, differs from by one letter, or is but for a place."""
    for reading in readings(supplier_name):
        words = list(reading.words)
        for length in range(len(words), 0, -1):
            vendor = distinctive.get(" ".join(words[:length]))
            if vendor is not None:
                return vendor
        bare = [word for word in words if word not in LEGAL_FORMS and word not in PLACES and word not in _OF_A_FIRM]
        vendor = names.get(" ".join(bare)) or _one_letter_off("".join(bare), distinctive)
        if vendor is not None:
            return vendor
    return None


def _one_letter_off(joined: str, distinctive: Mapping[str, str]) -> str | None:
    if len(joined) < TYPO_LENGTH:
        return None
    for place in range(len(joined) + 1):
        left, right = joined[:place], joined[place:]
        if right and (vendor := distinctive.get(left + right[1:])):
            return vendor if len(left + right[1:]) >= TYPO_LENGTH else None
        if len(right) > 1 and (vendor := distinctive.get(left + right[1] + right[0] + right[2:])):
            return vendor
        for letter in "abcdefghijklmnopqrstuvwxyz":
            vendor = distinctive.get(left + letter + right) or (right and distinctive.get(left + letter + right[1:]))
            if vendor:
                return vendor
    return None
