"""Personal data out of free text before it reaches the ledger: e-mail addresses, card and account numbers, phones.

Pure. Names of persons cannot be told from other words; a connector that has a column of names hashes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from spendmap.capture.text_cells import SECRET

EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_NUMBERS = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
        [A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?    # IBAN
      | \d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}                             # card in fours
      | \d{4}[ -]\d{6}[ -]\d{4,5}                                      # card 4-6-5
    )(?![A-Za-z0-9])
    | (?<![A-Za-z0-9])\+\d(?:[ ().-]?\d){7,14}                         # telephone
    | \d{9,}                                                           # any long run of digits
    """,
    re.VERBOSE,
)

_ONE_WORD = re.compile(r"[A-Za-z0-9-]+")
_SHORTEST_SECRET = 15  # characters of the shortest text that is taken for a key
_LONG_KEY = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:[0-9a-fA-F]{32,}|"
    r"(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*\d)[A-Za-z0-9+/_]{40,}={0,2})(?![A-Za-z0-9+/_-])"
)
_WORD = re.compile(r"[a-z]+")
_DOER = frozenset(
    {"user", "users", "username", "login", "creator", "createdby", "requester", "author", "assignee", "employee"}
)
_CONTACT = frozenset({"owner", "owners", "contact", "manager", "approver", "lead", "responsible", "email", "mail"})
_PERSON_NAME = re.compile(r"[A-Z][a-z'’-]+(?:[ .,]{1,2}[A-Z][a-z'’-]+){1,3}|[a-z]{2,}\.[a-z]{2,}")


def mask_text(text: str) -> str:
    """Free text with e-mail addresses, card, bank and telephone numbers replaced by `[email]` and `[number]`."""
    if "@" in text:
        text = EMAIL.sub("[email]", text)
    return _NUMBERS.sub("[number]", text)


def without_personal_runs(text: str) -> str:
    """The text without addresses, and without card, bank and telephone numbers written in several groups."""
    return _NUMBERS.sub(lambda run: run[0] if _ONE_WORD.fullmatch(run[0]) else " ; ", EMAIL.sub(" ; ", text))


def hide_secrets(text: str, pseudonym: Callable[[str], str | None] | None = None) -> str:
    """The text with its keys (sk-..., long hex or base64) replaced: by `key-` and a keyed hash, or by `[key]`."""
    if len(text) < _SHORTEST_SECRET:
        return text

    def hidden(match: re.Match[str]) -> str:
        return "[key]" if pseudonym is None else f"key-{pseudonym(match[0])}"

    return _LONG_KEY.sub(hidden, SECRET.sub(hidden, text))


def mask_emails(text: str, pseudonym: Callable[[str], str | None] | None = None) -> str:
    """An identifier with each e-mail address replaced: by `principal:` and its keyed hash, or by `[email]`."""
    if "@" not in text:
        return text
    if pseudonym is None:
        return EMAIL.sub("[email]", text)
    return EMAIL.sub(lambda match: f"principal:{pseudonym(match[0])}", text)


def mask_tag(key: str, value: str, pseudonym: Callable[[str], str | None]) -> str:
    """A tag's value with persons replaced by `principal:` and their keyed hash.

    E-mail addresses always; under a key that names who did something ("createdBy", "user") the whole value; under one
    that may name a team or a person ("owner", "contact") a value that is written like a person's name.
    """
    kind = _kind_of(key)
    if value and (kind == "person" or (kind == "contact" and _PERSON_NAME.fullmatch(value.strip()))):
        return f"principal:{pseudonym(value)}"
    return mask_emails(value, pseudonym)


@lru_cache(maxsize=4_096)
def _kind_of(key: str) -> str:
    words = set(_WORD.findall(re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", key).lower()))
    if words & _DOER or ("by" in words and len(words) > 1):
        return "person"
    return "contact" if words & _CONTACT else ""
