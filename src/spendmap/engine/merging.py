"""What a merge is told and what it says: the files that come, the loads that are there, each load's rows by fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from spendmap.ledger import TABLES
from spendmap.ledger.tables import LINEAGE

if TYPE_CHECKING:
    from spendmap.engine.store import Slice

Extent = Literal["nothing", "file", "lines", "period", "window"]
"""What a file restates. See `capture.connector.Connector`."""

REFERENCED = "ref:"  # begins the key of a ledger line that names a document
EQUAL_LINES, EQUAL_DAYS = 3, 2  # distinct equal lines and days from which two files of ledger lines overlap
WHOLE = "*"  # the scope that stands for all rows of a load


@dataclass(frozen=True)
class Incoming:
    """One staged file of the run."""

    load_id: str
    file_name: str
    delivery: str  # files of one delivery are its parts
    number: int  # deliveries come in this order
    answers: Mapping[str, str] = field(default_factory=dict)  # replaces=, overlap=, copy=, empty=
    is_empty: bool = False  # it holds no row, and withdraws what its file brought before
    window: tuple[datetime, datetime] | None = None  # `window`: the range that was asked for, half-open


@dataclass(frozen=True)
class Earlier:
    """One load of the source that the ledger may still hold rows of."""

    load_id: str
    file_name: str
    delivery: str
    is_present: bool = True  # its file still lies where the source is read from
    merged_with: Sequence[str] = ()  # `lines`: files it was found to overlap


@dataclass(frozen=True)
class Plan:
    """One run's merge."""

    extent: Extent
    incoming: Sequence[Incoming]
    earlier: Sequence[Earlier] = ()
    taken: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(load, scope) -> the later load its rows of that scope belong to now."""
    withdraws: Mapping[str, str] = field(default_factory=dict)
    """`nothing` and `file`: an earlier load -> the load that takes the place of all its rows."""
    account: Sequence[str] = ()
    """`period`: columns that name the account billed; with the billing period, what a file restates as one."""
    identity: Sequence[str] = ()
    """`period`: columns that say which line a row is; never a cost, quantity, price, invoice or tag."""
    memory_limit: str = "4GB"
    threads: str | None = None  # all processors
    scratch: Path | None = None  # a folder for what does not fit into memory


@dataclass
class Merge:
    """What a merge did: the touched slices, their new files, and per load the rows by fate."""

    touched: set[Slice] = field(default_factory=set)  # slices whose files give way to `files`; others only grow
    files: list[Path] = field(default_factory=list)
    loaded: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    months: dict[str, list[str]] = field(default_factory=dict)
    meters: dict[str, dict[str, int]] = field(default_factory=dict)  # usage: per load, sums that entered
    costs: dict[str, dict[str, dict[str, Decimal]]] = field(default_factory=dict)
    """Per load, currency and cost: the sum of the rows of it that are stored when the run ends."""
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)  # load -> what is unclear, and what settles it
    notes: dict[str, list[str]] = field(default_factory=dict)  # load -> what a person should know
    takes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # load -> (earlier load, scope) it replaces
    scopes: Counter[str] = field(default_factory=Counter)  # `period`: accounts and billing periods a load has rows in
    leans_on: dict[str, list[str]] = field(default_factory=dict)  # `lines`: loads that hold lines of this one
    merged_with: dict[str, list[str]] = field(default_factory=dict)  # `lines`: files this one overlaps
    equal_lines: dict[str, dict[str, object]] = field(default_factory=dict)
    """`lines`: lines that other files have too and that were added all the same: how many, of which files, money."""

    def note(self, load_id: str, text: str) -> None:
        """Keep what a person should know about a load."""
        self.notes.setdefault(load_id, []).append(text)


def content_hash(table: str) -> str:
    """SQL: a hash of everything a row says, where it came from left out. Holds within one run only."""
    lineage = {column.name for column in LINEAGE}
    names = [name for name in TABLES[table].names if name not in lineage]
    return f"hash({', '.join(as_compared(table, name) for name in names)})"


def as_compared(table: str, name: str) -> str:
    """SQL: a column's value so that equal values compare equal; the order of a map's keys says nothing."""
    from spendmap.engine.duckdb import quoted  # here, since a process that only stages files merges nothing

    column = quoted(name)
    return f"list_sort(map_entries({column}))" if TABLES[table].column(name).type == "map" else column


def and_list(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; of more than six the first five and how many there are more."""
    if len(names) > 6:
        names = [*names[:5], f"{len(names) - 5} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def owner_of(load: str, scope: str, taken: Mapping[tuple[str, str], str]) -> str:
    """The load that a load's rows of a scope belong to now."""
    seen = set()
    while load not in seen:
        seen.add(load)
        load = taken.get((load, scope)) or taken.get((load, WHOLE)) or load
    return load
