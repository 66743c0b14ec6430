"""Which account of a vendor a statement is of, where sources name accounts in different ways.

Pure. Account: what a register key says, else the id on the line, else the vendor's only account, else unknown ("").
One account's statement never covers another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Accounts:
    """One name per account of each vendor, learnt from every statement of a run."""

    def __init__(self, seen: Iterable[tuple[str | None, str, str]]) -> None:
        """`seen`: (vendor, account by register key or "", account id on the line or "")."""
        registered: dict[str, set[str]] = defaultdict(set)
        written: dict[str, set[str]] = defaultdict(set)
        self._same: dict[tuple[str, str], str] = {}
        pairs = [(vendor, key, raw) for vendor, key, raw in seen if vendor is not None]
        for vendor, key, raw in pairs:
            if key:
                registered[vendor].add(key)
                if raw:
                    self._same[vendor, raw] = key
        for vendor, key, raw in pairs:
            if raw and not key and (vendor, raw) not in self._same:
                written[vendor].add(raw)
        for vendor, raws in written.items():
            known = registered[vendor]
            if len(known) == 1 and len(raws) == 1:
                self._same[vendor, next(iter(raws))] = next(iter(known))
        self._only: dict[str, str] = {}
        for vendor in {*registered, *written}:
            names = registered[vendor] | {self._same.get((vendor, raw), raw) for raw in written[vendor]}
            if len(names) == 1:
                self._only[vendor] = next(iter(names))

    def name(self, vendor: str | None, key: str, raw: str) -> str:
        """The account's one name; "" when nothing says which."""
        if vendor is None:
            return ""
        found = key or self._same.get((vendor, raw), raw)
        return found or self._only.get(vendor, "")


__all__ = ["Accounts"]
