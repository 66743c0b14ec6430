"""The register's vendors, tools, contracts and use cases as a file that pages read without a database.

Writes and reads `rollups/inventory.json`. Invariant: the file is swapped in whole after every committed change of the
register, and keeps the dates of every value, so that a page tells the register as of its own day.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spendmap.register.codec import restored
from spendmap.register.entities import Entity
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.seal import sealed

if TYPE_CHECKING:
    from spendmap.register.changes import Stored

FILE = "inventory.json"
FORMAT = 1
APPLY = "Write it again with `spendmap register apply register/`."
PUBLISHED: dict[str, frozenset[str]] = {
    "department": frozenset({"name", "owner", "parent"}),
    "vendor": frozenset(
        {"name", "owner", "capability", "category", "data_risk", "approved_risk", "website", "accounts"}
    ),
    "contract": frozenset(
        {"name", "vendor", "vendor_account", "tool", "owner", "number", "start_date", "end_date", "renewal_date"}
        | {"notice_days", "auto_renews", "commitment", "currency", "discount", "alternatives", "position", "status"}
    ),
    "tool": frozenset(
        {"name", "vendor", "vendor_account", "product", "product_id", "spellings", "capability", "category"}
        | {"department", "owner", "purpose", "uses", "contract", "renewal_date", "notice_days", "data_risk"}
        | {"approved_risk", "sso", "admin_controls", "data_retention", "seats", "licence_band", "population", "status"}
    ),
    "use_case": frozenset({"name", "department", "vendors", "tools", "status", "data_risk"}),
}
"""Kinds and fields that a page about vendors needs."""

Spans = tuple[tuple[Any, date | None, date | None], ...]


@dataclass(frozen=True)
class Inventory:
    """What is published. `version` changes with every change of the file."""

    version: str
    kinds: dict[str, dict[str, dict[str, Spans]]]

    def entities(self, kind: str, day: date) -> Iterator[Entity]:
        """Entities of a kind with the values in force on a day, in the order of first declaration."""
        for id_, fields in self.kinds.get(kind, {}).items():
            held: dict[str, Any] = {}
            for name, spans in fields.items():
                for value, since, until in spans:
                    if (since is None or since <= day) and (until is None or day < until):
                        held[name] = value
            yield Entity(kind, id_, held)

    @property
    def is_empty(self) -> bool:
        """Nothing is declared."""
        return not any(self.kinds.values())


def publish_inventory(stored: Stored, rollups: Path) -> Path:
    """Write what the register says now. `stored` is the register's own account of it."""
    kinds: dict[str, dict[str, dict[str, list[list[Any]]]]] = {kind: {} for kind in PUBLISHED}
    for (kind, id_), fields in stored.items():
        if kind in PUBLISHED:
            kinds[kind][id_] = {
                name: [
                    [json.loads(value), since and since.isoformat(), until and until.isoformat()]
                    for value, since, until, _ in spans
                ]
                for name, spans in fields.items()
                if name in PUBLISHED[kind]
            }
    rollups.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=rollups, prefix=".inventory-")
    text = json.dumps({"format": FORMAT, "kinds": kinds}, ensure_ascii=False, separators=(",", ":"))
    with os.fdopen(handle, "wb") as file:
        file.write(sealed(text.encode()))
    target = rollups / FILE
    Path(draft).replace(target)
    return target


def inventory_version(rollups: Path) -> str:
    """Identity of the published file; "none" before anything is declared. Cheap enough to ask on every request."""
    try:
        found = (rollups / FILE).stat()
    except FileNotFoundError:
        return "none"
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"


def read_inventory(rollups: Path) -> Inventory:
    """The published file; an empty inventory when there is none.

    Raises:
        SourceUnreadableError: the file is not what the register writes.
    """
    file = rollups / FILE
    version = inventory_version(rollups)
    try:
        raw = read_json(file)
        if raw["format"] != FORMAT:
            raise ValueError(f"format {raw['format']}")
        kinds = {
            kind: {
                id_: {name: tuple(_span(span) for span in spans) for name, spans in fields.items()}
                for id_, fields in entities.items()
            }
            for kind, entities in raw["kinds"].items()
        }
    except FileNotFoundError:
        return Inventory("none", {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceUnreadableError(
            file, f"it is not what the register writes ({type(error).__name__}: {error}).", next_step=APPLY
        ) from error
    return Inventory(version, kinds)


def _span(raw: list[Any]) -> tuple[Any, date | None, date | None]:
    value, since, until = raw
    return (
        restored(value) if isinstance(value, dict | list) else value,
        None if since is None else date.fromisoformat(since),
        None if until is None else date.fromisoformat(until),
    )
