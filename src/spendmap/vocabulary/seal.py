"""A JSON file of our own that says with its last member what its text was, so that a changed one is told.

The seal is the SHA-256 of every byte before it. Readers skip it, as any member they do not know; it is held against the
text by those who check, never on the way to a page.
"""

from __future__ import annotations

import hashlib
import re

NAME = "sha256"
_SEAL = re.compile(rb',\n"sha256": "([0-9a-f]{64})"\}\n?\Z')
_LONGEST = 96  # bytes that a seal takes at most


def sealed(content: bytes) -> bytes:
    """The text of a JSON object that is not empty, with its seal."""
    text = content.rstrip()
    if not text.endswith(b"}"):
        raise ValueError("only a JSON object bears a seal")
    text = text[:-1].rstrip()
    return text + b',\n"' + NAME.encode() + b'": "' + hashlib.sha256(text).hexdigest().encode() + b'"}\n'


def is_as_sealed(content: bytes) -> bool | None:
    """Whether the text is what it was sealed with; None when it bears no seal, as files of earlier versions."""
    found = _SEAL.search(content[-_LONGEST:])
    if found is None:
        return None
    text = content[: len(content) - (len(content[-_LONGEST:]) - found.start())]
    return hashlib.sha256(text).hexdigest().encode() == found[1]


__all__ = ["NAME", "is_as_sealed", "sealed"]
