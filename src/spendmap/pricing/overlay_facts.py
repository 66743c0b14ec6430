"""The shipped overlay files as they are written, and the questions that are asked of them.

Reads `overlays/*.yaml`; knows nothing of a book. What the entries do to prices is `overlay`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Any

import yaml

from spendmap.pricing.rows import NO_END, NO_START, PriceRow

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C where it is built, ten times as fast."""


@dataclass(frozen=True)
class NameRule:
    """A model reference that is priced as `model` of `provider`: exactly `equals`, or anything that starts so."""

    provider: str
    model: str
    equals: str | None = None
    starts_with: str | None = None

    def matches(self, ref: str) -> bool:
        """Whether the lower-case reference falls under the rule."""
        return ref == self.equals if self.equals is not None else ref.startswith(self.starts_with or "\x00")


@dataclass(frozen=True)
class RegionRule:
    """Usage of `models` whose region is one of `words` is priced in region scope `scope`."""

    provider: str
    scope: str
    words: tuple[str, ...]
    models: tuple[str, ...]

    def holds_for(self, provider: str, model: str, word: str) -> bool:
        """Whether a region word puts this model into the scope."""
        return self.provider == provider and word in self.words and any(fnmatchcase(model, p) for p in self.models)


@cache
def documents() -> dict[str, dict[str, Any]]:
    """The shipped overlay files, by name, in order."""
    return {name: yaml.load(text, Loader=LOADER) for name, text in _texts().items()}


@cache
def _texts() -> dict[str, str]:
    folder = resources.files("spendmap.pricing").joinpath("overlays")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return {file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8") for file in files}


@cache
def overlay_digest() -> str:
    """Changes when the text of a shipped overlay changes."""
    return hashlib.blake2b(repr(_texts()).encode(), digest_size=8).hexdigest()


@cache
def name_rules() -> list[NameRule]:
    """Every `names` entry."""
    return [NameRule(**entry) for document in documents().values() for entry in document.get("names", ())]


@cache
def resales() -> Mapping[tuple[str, str], str]:
    """(seller, maker) -> the page that says the seller charges the maker's list price."""
    return {
        (entry["provider"], entry["maker"]): entry["source"]
        for document in documents().values()
        for entry in document.get("resold", ())
    }


@cache
def known_entries() -> list[tuple[Mapping[str, Any], datetime]]:
    """Every `known` entry with the day its prices are documented from."""
    return [
        (entry, instant(entry["from"], NO_START))
        for document in documents().values()
        for entry in document.get("known", ())
    ]


def documented_from(row: PriceRow) -> datetime | None:
    """The day from which a `known` entry documents a row's price, if one does."""
    for entry, since in known_entries():
        if names(entry, row.provider, row.model) and row.meter in entry.get("meters", (row.meter,)):
            return since
    return None


@cache
def region_rules() -> list[RegionRule]:
    """Every `regions` entry."""
    return [
        RegionRule(entry["provider"], entry["scope"], tuple(entry["words"]), tuple(entry["models"]))
        for document in documents().values()
        for entry in document.get("regions", ())
    ]


def ending_of(provider: str, model: str) -> str | None:
    """Why a model's prices end, to stand after the reason that none is in force; None when nothing is said."""
    for document in documents().values():
        for entry in document.get("retired", ()):
            if names(entry, provider, model):
                return f": the name was retired on {instant(entry['from'], NO_END):%Y-%m-%d}"
        for entry in document.get("prices", ()):
            if "until" in entry and names(entry, provider, model):
                return f": the last one was read on {entry['checked']}, and nothing is known since"
    return None


def names(entry: Mapping[str, Any], provider: str, model: str) -> bool:
    """Whether an entry speaks of a model."""
    return bool(entry["provider"] == provider) and fits(entry, model)


def fits(entry: Mapping[str, Any], model: str) -> bool:
    """Whether an entry's patterns take a model's id."""
    return any(fnmatchcase(model, pattern) for pattern in entry["models"]) and not any(
        fnmatchcase(model, pattern) for pattern in entry.get("except", ())
    )


def instant(value: object, default: datetime) -> datetime:
    """A day or a moment of a file, UTC without a zone."""
    if value is None:
        return default
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    raise ValueError(f"{value!r} is not a time; write 2026-08-16T16:00:00Z")
