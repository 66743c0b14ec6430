"""What `meta.json` of one version says: what its figures are called, by which rules they were made, where rows lie.

Read here and nowhere else; `published.writing` writes it. Invariant: what is not the JSON that step 2 writes is
refused by name of what is wrong, never half believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json

FILE = "meta.json"
REBUILD = "Publish the figures again with `spendmap allocate`."


@dataclass(frozen=True)
class Splits:
    """How indirect cost was split: `pools` by id as the rules declare them, and per month which rules were in force."""

    pools: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules_of: Mapping[str, str] = field(default_factory=dict)
    """Month -> digest of the rules it was split by."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """As it is written, for the version that follows."""


@dataclass(frozen=True)
class Meta:
    """`meta.json` of one version. `generated_at` is UTC text; `months` are of any scope, oldest first."""

    generated_at: str | None
    currency: str
    currencies: tuple[str, ...]
    months: tuple[str, ...]
    engine: str | None = None
    precedence: tuple[str, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Table -> its files, below the workspace's folder."""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    capabilities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    owners: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    splits: Splits = field(default_factory=Splits)
    priced_at: Mapping[str, str] = field(default_factory=dict)
    """Month -> when its usage was priced last, UTC without a zone; its prices are those of then."""
    priced_from: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Month -> digests of what its priced rows rest on; see `allocation.priced_from`."""
    restated: tuple[Mapping[str, Any], ...] = ()
    """What changes of prices moved in months that were published, oldest first."""
    version: str | None = None
    """The version it describes; None in one from before it said so."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """File of the version -> SHA-256 of what was written; empty in a version from before they were kept."""

    @property
    def pools(self) -> Mapping[str, Mapping[str, Any]]:
        """Pools of indirect cost, by id."""
        return self.splits.pools

    @classmethod
    def read(cls, file: Path) -> Meta:
        """Read `meta.json`.

        Raises:
            FileNotFoundError: the version went away.
            SourceUnreadableError: it is not the JSON that step 2 writes.
        """
        try:
            raw = read_json(file)
            splits = raw.get("splits") or {}
            return cls(
                generated_at=_text(raw["generated_at"]),
                currency=_text(raw["currency"]),
                currencies=tuple(sorted({_text(each) for each in raw["currencies"]})),
                months=tuple(sorted(_text(each) for each in raw["months"])),
                engine=None if raw.get("engine") is None else _text(raw["engine"]),
                precedence=tuple(_text(each) for each in raw.get("precedence") or ()),
                tables={
                    str(name): tuple(_text(path) for path in paths) for name, paths in (raw.get("tables") or {}).items()
                },
                labels=_text_maps(raw.get("labels") or {}),
                capabilities=_text_maps(raw.get("capabilities") or {}),
                owners=_text_maps(raw.get("owners") or {}),
                rules={str(rule): dict(about) for rule, about in (raw.get("rules") or {}).items()},
                splits=Splits(
                    {str(pool): dict(about) for pool, about in (splits.get("pools") or {}).items()},
                    {str(month): _text(about["rules"]) for month, about in (splits.get("months") or {}).items()},
                    splits,
                ),
                priced_at={str(month): _text(at) for month, at in (raw.get("priced_at") or {}).items()},
                priced_from=_text_maps(raw.get("priced_from") or {}),
                restated=tuple(dict(each) for each in raw.get("restated") or ()),
                version=None if raw.get("version") is None else _text(raw["version"]),
                hashes={str(name): _text(digest) for name, digest in (raw.get("hashes") or {}).items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = f"it is not what the figures' description looks like ({type(error).__name__}: {error})."
            raise SourceUnreadableError(file, reason, next_step=REBUILD) from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _text_maps(maps: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, str]]:
    return {str(name): {str(key): str(each) for key, each in _items(values)} for name, values in maps.items()}


def _items(values: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    return ((key, value) for key, value in values.items() if value is not None)
