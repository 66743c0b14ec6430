"""Text that may enter the ledger from a log: ids and short labels, never prose, names, e-mails or secrets (L12).

Reads nothing, writes nothing. Logs carry prompts and people beside the figures; a connector copies a text only
through here. A person becomes a keyed hash, an e-mail or a key inside an id too, a long text is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

from spendmap.capture.connector import ReadContext
from spendmap.vocabulary.masking import masked, names_person
from spendmap.vocabulary.personal_texts import replace_emails
from spendmap.vocabulary.secret_texts import replace_secrets

TEXT_LIMIT = 128  # characters of an id or label; a longer text is prose and is left out
KEY_LIMIT = 256  # characters of a natural key; a longer key is hashed, never cut
ROW_LIMIT = 2_000  # characters kept of a rejected row
LABEL_LIMIT = 64  # characters of a label
_CACHE_LIMIT = 100_000  # distinct persons and texts remembered, none longer than _REMEMBERED
_REMEMBERED = 4 * TEXT_LIMIT  # characters
_NEW: Any = object()  # stands for what is not remembered
_LARGE = 10**LABEL_LIMIT  # first whole number with more digits than a label has characters

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+@=-]{0,63}")
_SECRET_LENGTH = 15  # characters of the shortest secret

_PERSON_AND_PROSE = """
    user users username userid email mail emails name fullname firstname lastname surname person people employee
    owner author requester requested by assignee actor login phone address contact caller ip
    prompt message messages content text comment description note notes question answer input output
"""
PERSON_WORDS = frozenset(_PERSON_AND_PROSE.split())
"""Words that, in a tag's key, announce a person or free text; such a tag never enters the ledger as it is."""


class TextCells:
    """Cleans the texts of one file. Keyed hashes come from the workspace, so one person is one hash in all sources."""

    def __init__(self, context: ReadContext) -> None:
        self._context = context
        self._persons: dict[str, str | None] = {}
        self._texts: dict[str, str | None] = {}  # the same few names come back on every row
        self._labels: dict[str, str | None] = {}

    def person(self, identity: object) -> str | None:
        """Keyed hash of a name, e-mail, login or user id; `None` for nothing."""
        if identity is None:
            return None
        if type(identity) is not str:
            if type(identity) is not int:
                return None
            identity = str(identity)
        known = self._persons.get(identity)
        if known is None and identity.strip():
            if len(identity) > _REMEMBERED:
                return self._context.hash_principal(identity)
            if len(self._persons) >= _CACHE_LIMIT:
                self._persons.clear()
            known = self._persons[identity] = self._context.hash_principal(identity)
        return known

    def text(self, value: object) -> str | None:
        """An id or short label as it may be stored; `None` for nothing, for prose and for what is not a scalar."""
        if value is None:
            return None
        if type(value) is str:
            known = self._texts.get(value, _NEW)
            return self._new_text(value) if known is _NEW else known
        return str(value) if type(value) is int else None

    def _new_text(self, value: str) -> str | None:
        if len(value) > _REMEMBERED:
            return None
        clean: str | None = self._clean(value)
        if not clean or len(clean) > TEXT_LIMIT:
            clean = None
        if len(self._texts) >= _CACHE_LIMIT:
            self._texts.clear()
        self._texts[value] = clean
        return clean

    def key(self, value: object) -> str | None:
        """A natural key: kept apart from every other key, so a long one is hashed rather than left out."""
        if type(value) is not str:
            return str(value) if type(value) is int else None
        clean = self._clean(value[: 4 * KEY_LIMIT])
        if len(value) > KEY_LIMIT:
            return f"long-{self._context.hash_principal(value)}"
        return clean or None

    def label(self, value: object) -> str | None:
        """A tag's value when it is a label and not text: no spaces, 64 characters. Its key: `is_label_key`."""
        if type(value) is str:
            known = self._labels.get(value, _NEW)
            return self._new_label(value) if known is _NEW else known
        if type(value) is bool:
            return "true" if value else "false"
        return str(value) if type(value) is int and 0 <= value < _LARGE else None

    def _new_label(self, value: str) -> str | None:
        clean = self.text(value)
        if clean is not None and not LABEL.fullmatch(clean):
            clean = None
        if len(value) <= _REMEMBERED:
            if len(self._labels) >= _CACHE_LIMIT:
                self._labels.clear()
            self._labels[value] = clean
        return clean

    def _clean(self, value: str) -> str:
        if not value.isprintable():
            value = "".join(c for c in value if c.isprintable())
        if "@" in value:
            value = replace_emails(value, lambda found: self.person(found) or "")
        if len(value) >= _SECRET_LENGTH and _may_hold_secret(value):
            value = replace_secrets(value, lambda found: f"key-{self.person(found)}")
        return value.strip()


def _may_hold_secret(value: str) -> bool:
    """Whether a secret is worth a search: a part of those that gateways write. The door looks for all the others."""
    return (
        "k-" in value
        or "xox" in value
        or "gh" in value
        or "Bearer" in value
        or "glpat" in value
        or "AIza" in value
        or "AKIA" in value
    )


def is_label_key(key: str) -> bool:
    """Whether a tag may have this key: short, without spaces, no address or secret, and not about a person or text."""
    return len(key) <= LABEL_LIMIT and _is_label_key(key)


@lru_cache(maxsize=4_096)
def _is_label_key(key: str) -> bool:
    return bool(LABEL.fullmatch(key)) and "@" not in key and not is_personal(key) and masked(key) == key


@lru_cache(maxsize=4_096)
def is_person_key(key: str) -> bool:
    """Whether a tag of this key is kept with its value as a keyed hash: it says who somebody is, and is no text."""
    return bool(LABEL.fullmatch(key)) and names_person(key) and masked(key) == key


def is_personal(key: str) -> bool:
    """Whether a tag's key announces a person or free text ("user", "requested_by", "customerEmail")."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", key)
    return any(word in PERSON_WORDS for word in re.split(r"[^a-z0-9]+", words.lower()))


def remains(row: object, keep: Iterable[str] = ()) -> str:
    """What is left of a rejected row once text is removed: its keys, numbers and flags, and the `keep` texts' values.

    Only texts under a key in `keep` (times, ids, model names) survive, shortened; everything else reads "…".
    """
    kept = frozenset(keep)
    try:
        text = orjson.dumps(_strip(row, kept, 0), default=str).decode()
    except (TypeError, ValueError):  # an integer beyond 64 bits
        text = repr(_strip(row, kept, 0))
    return text if len(text) <= ROW_LIMIT else text[:ROW_LIMIT] + "…"


def _strip(value: object, keep: frozenset[str], depth: int, *, is_kept: bool = False) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        if not is_kept:
            return "…"
        return "…" if masked(value) != value else value[:TEXT_LIMIT]
    if depth >= 6:
        return "…"
    if isinstance(value, dict):
        return {
            key if LABEL.fullmatch(key) and "@" not in key and masked(key) == key else "…": _strip(
                item, keep, depth + 1, is_kept=key in keep
            )
            for key, item in list(value.items())[:40]
        }
    if isinstance(value, list):
        return [_strip(item, keep, depth + 1, is_kept=is_kept) for item in value[:20]]
    return str(value)  # Decimal
