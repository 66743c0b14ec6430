"""Hashes that stand for a text which must not be stored: the same text gives the same hash within one workspace."""

from __future__ import annotations

import hashlib
import hmac


def keyed_hash(key: bytes, text: str) -> str:
    """A hash that only who holds the workspace's key can make; case and space around the text do not matter."""
    return hmac.new(key, text.strip().lower().encode(), hashlib.sha256).hexdigest()[:24]


__all__ = ["keyed_hash"]
