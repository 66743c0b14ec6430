"""Find use cases whose names say the same thing, before two teams build it twice.

Pure: names in, pairs out. Names are compared as sets of normalised words (Jaccard), so word order,
letter case, plurals and filler words do not hide a twin.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ALIKE = 0.6  # share of words in common from which two names are reported
_WORD = re.compile(r"[a-z0-9]+")
_FILLER = frozenset(
    {"a", "an", "and", "the", "of", "for", "to", "in", "on", "with", "by", "from", "our", "we", "use", "using", "used"}
    | {"case", "ai", "genai", "llm", "gpt", "based", "powered", "tool", "system", "project", "pilot", "poc"}
    | {"automation", "automated", "assistant", "solution"}
)


@dataclass(frozen=True)
class Twin:
    """Two use cases with similar names. `likeness` is the share of words in common, 0 to 1."""

    id: str
    name: str
    other_id: str
    other_name: str
    likeness: float


def words_of(name: str) -> frozenset[str]:
    """The words that carry the meaning, singular and without accents; all words when none remain."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    found = [_singular(word) for word in _WORD.findall(folded.encode("ascii", "ignore").decode())]
    return frozenset(word for word in found if word not in _FILLER) or frozenset(found)


def twins(new: Mapping[str, str], known: Mapping[str, str]) -> list[Twin]:
    """Pairs of a new use case (id -> name) and any other one whose name is alike, likest first, each pair once."""
    words = {id_: words_of(name) for id_, name in {**known, **new}.items()}
    names = {**known, **new}
    holders: dict[str, list[str]] = defaultdict(list)
    for id_, own in words.items():
        for word in own:
            holders[word].append(id_)
    found: dict[tuple[str, str], Twin] = {}
    for id_ in new:
        for other, shared in _shared_words(id_, words, holders).items():
            likeness = shared / len(words[id_] | words[other])
            pair = (id_, other) if id_ < other else (other, id_)
            if likeness >= ALIKE and pair not in found:
                found[pair] = Twin(id_, names[id_], other, names[other], round(likeness, 2))
    return sorted(found.values(), key=lambda twin: (-twin.likeness, twin.id, twin.other_id))


def _shared_words(id_: str, words: Mapping[str, frozenset[str]], holders: Mapping[str, Iterable[str]]) -> Counter[str]:
    shared: Counter[str] = Counter()
    for word in words[id_]:
        shared.update(holders[word])
    del shared[id_]
    return shared


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
