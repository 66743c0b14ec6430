"""Texts as a connector reads them, before the door: what a row is known by must not hold what will be masked.

Pure. The door (`capture/door.py`) masks every column; here are the few texts that a row's identity and the numbers of
documents are made of, so that they are the same with and without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spendmap.vocabulary.masking import PERSON, as_person, masked, names_person, pseudonymised
from spendmap.vocabulary.personal_texts import EMAIL, replace_emails, replace_numbers
from spendmap.vocabulary.secret_texts import replace_secrets

_ONE_WORD = re.compile(r"[A-Za-z0-9-]+")
Pseudonym = Callable[[str], str | None]


def mask_text(text: str) -> str:
    """Words with secrets, e-mail addresses, card, bank and telephone numbers replaced by [key], [email], [number]."""
    return masked(text)


def without_personal_runs(text: str) -> str:
    """The text without addresses, and without card, bank and telephone numbers written in several groups."""
    text = replace_emails(text, lambda _: " ; ")
    return replace_numbers(text, lambda run: run if _ONE_WORD.fullmatch(run) else " ; ", is_words=True)


def hide_secrets(text: str, pseudonym: Pseudonym | None = None) -> str:
    """The text with its secrets replaced: by `key-` and a keyed hash, or by `[key]`."""
    return replace_secrets(text, lambda found: "[key]" if pseudonym is None else f"key-{pseudonym(found)}")


def mask_emails(text: str, pseudonym: Pseudonym | None = None) -> str:
    """An identifier with each e-mail address replaced: by `principal:` and its keyed hash, or by `[email]`."""
    return replace_emails(text, lambda found: "[email]" if pseudonym is None else f"{PERSON}{pseudonym(found)}")


def mask_tag(key: str, value: str, pseudonym: Pseudonym) -> str:
    """A tag's value: a keyed hash under a key that says who somebody is, else the value with what is masked hashed."""
    if value and names_person(key):
        return as_person(value, pseudonym)
    return pseudonymised(value, pseudonym, is_label=True)


__all__ = [
    "EMAIL",
    "hide_secrets",
    "mask_emails",
    "mask_tag",
    "mask_text",
    "without_personal_runs",
]
