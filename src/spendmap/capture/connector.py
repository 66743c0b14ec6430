"""What a connector is: a few facts about a format, and one function that reads a file of it.

A connector turns one source format into rows of one ledger table. It never touches the ledger: the
runner (`capture/run.py`) adds lineage, dedupes, quarantines, writes and records the load.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from spendmap.engine.merging import Extent
from spendmap.vocabulary.errors import SettingError
from spendmap.vocabulary.keyed import keyed_hash


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
    window: tuple[datetime, datetime] | None = (
        None  # `window`: the connector sets the range it asked for, half-open UTC
    )
    raw_sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Per currency, per cost name, the unrounded `Decimal` sum of the accepted rows' amounts as read."""
    notes: list[str] = field(default_factory=list)
    """What a person should know of how the file was read, though every row of it could be; said after the capture."""

    def hash_principal(self, identity: str | None) -> str | None:
        """Keyed hash of a person's name, e-mail or login; the same person gives the same hash in one workspace."""
        if not identity:
            return None
        return keyed_hash(self.principal_key, identity)


class Connector(Protocol):
    """One source format. A module in `capture/connectors/` holds one, named `CONNECTOR`."""

    kind: str  # the name after --as
    title: str  # one line for `spendmap capture --help` and the generated reference
    table: str  # ledger table it fills
    extent: Extent
    """What a file restates:
    `nothing`: of two rows with one key the more complete wins, others stay (logs).
    `file`: as `nothing`, and a new version of a file takes the place of the rows its old version brought (lists).
    `period`: a file takes the place of the one it shares keys with, in an account's billing period (bills, seats).
    `lines`: equal lines of two files are two purchases unless the files are shown to overlap (ledgers).
    `window`: stored rows of the range of time that was asked for are replaced (live pulls)."""
    account: tuple[str, ...]
    """`period` only: columns that name the account, so that another account's export replaces nothing here."""
    identity: tuple[str, ...]
    """`period` only: columns that say which line a row is; no cost, quantity, price, invoice or tag is among them."""
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


ANSWERS: tuple[Setting, ...] = (
    Setting("copy", "no: the file is no copy of another with the same content, so both count; no"),
    Setting("empty", "withdraw: a file without rows withdraws what it brought before; withdraw"),
)
"""What every connector takes: a person's answer to what a file alone does not say."""
ANSWERS_BY_EXTENT: Mapping[str, tuple[Setting, ...]] = {
    "period": (
        Setting("replaces", "the loaded file that this one takes the place of; file names with commas, all or none"),
    ),
    "lines": (
        Setting("overlap", "whether equal lines of this file and of others are the same purchases; same or different"),
    ),
}
_VALUES = {"copy": ("no",), "empty": ("withdraw",), "overlap": ("same", "different")}


def settings_of(connector: Connector) -> tuple[Setting, ...]:
    """The connector's own settings, then the answers it takes."""
    return (*connector.settings, *ANSWERS_BY_EXTENT.get(connector.extent, ()), *ANSWERS)


def check_settings(connector: Connector, given: Mapping[str, str]) -> dict[str, str]:
    """Settings with defaults filled in.

    Raises:
        SettingError: a name the connector does not take, or a required one is missing.
    """
    known = {setting.name: setting for setting in settings_of(connector)}
    for name in given:
        if name not in known:
            raise SettingError(
                f"{connector.kind} takes no setting {name!r}.",
                next_step=f"It takes: {', '.join(known) or 'none'}.",
            )
    for name, allowed in _VALUES.items():
        if name in given and given[name] not in allowed:
            raise SettingError(
                f"{name} {given[name]!r} is not known.",
                next_step=f"Write `--set {name}={'` or `'.join(allowed)}`.",
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
    "ANSWERS",
    "ANSWERS_BY_EXTENT",
    "Batch",
    "Connector",
    "Extent",
    "ReadContext",
    "Reject",
    "Setting",
    "check_settings",
    "settings_of",
]
