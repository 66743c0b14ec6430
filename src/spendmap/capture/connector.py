"""What a connector is: a few facts about a format, and one function that reads a file of it.

A connector turns one source format into rows of one ledger table. It never touches the ledger: the
runner (`capture/run.py`) adds lineage, dedupes, quarantines, writes and records the load.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pyarrow as pa

from spendmap.vocabulary.errors import SettingError

Restates = Literal["row", "file", "day"]


@dataclass(frozen=True)
class Setting:
    """One `--set name=value` a connector takes. `help` ends with the unit or the form of the value."""

    name: str
    help: str
    default: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Reject:
    """A row that cannot be read. `row` is what is left of it once text-bearing fields are removed."""

    line: int
    byte_offset: int | None
    reason: str
    row: str = ""


@dataclass
class Batch:
    """What a connector read since its last batch.

    `rows` holds any subset of the table's columns (exact names and types of `spendmap.ledger.TABLES`;
    the runner adds the others as NULL), and always `source_line`, `natural_key` and `charge_period_start`.
    `rows_read` = len(rows) + len(rejects) + `rows_duplicate` (placeholders and repeats the connector itself
    set aside, each counted once).
    """

    rows: pa.Table
    rejects: list[Reject] = field(default_factory=list)
    rows_read: int = 0
    rows_duplicate: int = 0


@dataclass
class ReadContext:
    """What a connector may know beside the file: settings, the principal key, what it found out."""

    settings: Mapping[str, str]
    principal_key: bytes
    source_name: str
    workspace_currency: str
    format_version: str | None = None  # the connector sets it when the format has versions
    raw_sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Per currency, per cost name, the unrounded `Decimal` sum of the accepted rows' amounts as read."""

    def hash_principal(self, identity: str | None) -> str | None:
        """Keyed hash of a person's name, e-mail or login; the same person gives the same hash in one workspace."""
        if not identity:
            return None
        return hmac.new(self.principal_key, identity.strip().lower().encode(), hashlib.sha256).hexdigest()[:24]


class Connector(Protocol):
    """One source format. A module in `capture/connectors/` holds one, named `CONNECTOR`."""

    kind: str  # the name after --as
    title: str  # one line for `spendmap capture --help` and the generated reference
    table: str  # ledger table it fills
    restates: Restates
    """`row`: of two rows with one key the more complete wins, others stay (logs).
    `file`: as `row`, and a new version of a file takes the place of the rows its old version brought (ledgers).
    `day`: the days a capture brings replace the stored days of that source whole (cost exports, seats)."""
    restates_by: tuple[str, ...]
    """`day` only: columns a restatement is also held to, so that another account's export replaces nothing here."""
    token_convention: str  # how the source counts cached and reasoning tokens, and what we do; "" when it has none
    suffixes: tuple[str, ...]  # file endings looked for when the location is a folder
    settings: tuple[Setting, ...]

    def read(self, file: Path, context: ReadContext) -> Iterator[Batch]:
        """Read one file to its end.

        Raises:
            SourceUnreadableError: the file is not of this format at all (wrong header, empty, not text).
                Rows that are merely bad are `Reject`s and the reading goes on.
        """
        ...


def check_settings(connector: Connector, given: Mapping[str, str]) -> dict[str, str]:
    """Settings with defaults filled in.

    Raises:
        SettingError: a name the connector does not take, or a required one is missing.
    """
    known = {setting.name: setting for setting in connector.settings}
    for name in given:
        if name not in known:
            raise SettingError(
                f"{connector.kind} takes no setting {name!r}.",
                next_step=f"It takes: {', '.join(known) or 'none'}.",
            )
    filled = {s.name: s.default for s in connector.settings if s.default is not None} | dict(given)
    for setting in connector.settings:
        if setting.required and setting.name not in filled:
            raise SettingError(
                f"{connector.kind} needs the setting {setting.name!r} ({setting.help}).",
                next_step=f"Add `--set {setting.name}=...`.",
            )
    return filled


__all__ = [
    "Batch",
    "Connector",
    "ReadContext",
    "Reject",
    "Restates",
    "Setting",
    "check_settings",
]
