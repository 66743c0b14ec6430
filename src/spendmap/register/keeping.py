"""What is kept of each thing that people declare, and why: names of owners on purpose, secrets never.

Pure. `safe_value` is the door of the register, for files, imports and pages alike.
"""

from __future__ import annotations

from typing import Any, Literal

from spendmap.register.schema import Field
from spendmap.vocabulary.masking import masked, without_secrets

Keeping = Literal["named", "exact", "words", "figure"]
KEEPING: dict[Keeping, str] = {
    "named": "kept with names and addresses; a secret reads [key]",
    "exact": "kept as written; with a secret in it, refused",
    "words": "masked text: [key], [email], [number]",
    "figure": "kept as it is",
}
_NAMED = ("owner", "quality_owner", "contact")
_EXACT_TYPES = ("keys", "accounts", "settings", "ref", "refs", "choice")
_FIGURES = ("flag", "whole", "money", "quantity", "share", "date")
_WHY: dict[Keeping, str] = {
    "named": "somebody answers for it, and is named on purpose",
    "exact": "rows, files and other entries are found by it",
    "words": "people read it",
    "figure": "a figure, a day, or true or false",
}


class SecretGivenError(ValueError):
    """A value that must stay as written holds what looks like a secret."""


def keeping_of(field: Field) -> Keeping:
    """How a field of the register is kept."""
    if field.type in _FIGURES:
        return "figure"
    if field.name in _NAMED:
        return "named"
    return "exact" if field.type in _EXACT_TYPES or field.name == "location" else "words"


def why_kept(field: Field) -> str:
    """The reason."""
    return _WHY[keeping_of(field)]


def safe_value(field: Field, value: Any) -> Any:
    """The value of a field as it may be stored.

    Raises:
        SecretGivenError: it has to stay as written, and holds what looks like a secret.
    """
    keeping = keeping_of(field)
    if keeping == "figure":
        return value
    return _safe(value, keeping, field.name)


def _safe(value: Any, keeping: Keeping, name: str) -> Any:
    if isinstance(value, list):
        return [_safe(each, keeping, name) for each in value]
    if isinstance(value, dict):
        return {key: _safe(each, keeping, name) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    if keeping == "words":
        return masked(value, is_words=False)
    bare = without_secrets(value)
    if keeping == "exact" and bare != value:
        raise SecretGivenError(
            f"{name} holds what looks like a secret, which is never stored. Name the key by its alias, or as the map "
            "shows it (key- and a hash)."
        )
    return bare


__all__ = ["KEEPING", "SecretGivenError", "keeping_of", "safe_value", "why_kept"]
