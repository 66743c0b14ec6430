"""The published unit costs of one version: opened for reading, without a database or the ledger's catalogue.

Reads `rollups/<version>/value.json` and the folder it names. Writes nothing.
Invariant: one `ValueModel` is one published run of the step, whole; a newer run is another `ValueModel`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spendmap.engine.integrity import Altered, altered_since
from spendmap.engine.reader import ReadSession, RollupReader
from spendmap.published.columns import SUM
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.money import COST_BASES

FILE = "value.json"
FORMAT = 1
REBUILD = "Work them out again with `spendmap value`."
_COSTS = {f"{basis}_cost": SUM for basis in COST_BASES}

COST_COLUMNS: dict[str, str] = {
    **dict.fromkeys(
        ("month", "use_case", "customer_id", "feature", "plan", "segment", "currency", "evidence", "layer"), "VARCHAR"
    ),
    **_COSTS,
    "usage_rows": "BIGINT",
    "unpriced_rows": "BIGINT",
}
OUTCOME_COLUMNS: dict[str, str] = {
    **dict.fromkeys(
        (
            "month", "source_name", "outcome_kind", "outcome_result", "workflow", "use_case", "customer_id", "plan",
            "segment", "feature", "unit", "currency", "evidence",
        ),
        "VARCHAR",
    ),
    "quantity": SUM,
    "amount": SUM,
    "facts": "BIGINT",
    "known_amounts": "BIGINT",
}  # fmt: skip
WORK_COLUMNS: dict[str, str] = {
    **dict.fromkeys(("month", "use_case", "currency", "evidence"), "VARCHAR"),
    "minutes": SUM,
    **_COSTS,
}
TABLES = {"cost": COST_COLUMNS, "outcome": OUTCOME_COLUMNS, "work": WORK_COLUMNS}


@dataclass(frozen=True)
class About:
    """`value.json`: what was worked out, from what.

    `plans`: month -> plans; `targets`: use case -> amount and currency.
    """

    run: str
    made_at: str
    is_split: bool
    months: tuple[str, ...]
    months_without_customers: tuple[str, ...]
    plans: Mapping[str, list[dict[str, Any]]]
    targets: Mapping[str, dict[str, str]]
    hashes: Mapping[str, str] = field(default_factory=dict)
    """File, below the version's folder -> SHA-256; empty in files from before they were kept."""


class ValueModel:
    """One run of the step in memory. Safe to share between threads: each takes a `session()`."""

    def __init__(self, about: About, folder: Path) -> None:
        self.about = about
        self.reader = RollupReader()
        for name, columns in TABLES.items():
            self.reader.load(name, folder / f"{name}.parquet", columns)

    def session(self) -> ReadSession:
        """A connection for one thread; use it in a `with` block."""
        return self.reader.session()

    def plan(self, plan: str | None, month: str) -> Mapping[str, Any] | None:
        """What the register says of a plan in a month; None when it says nothing."""
        return next((each for each in self.about.plans.get(month, ()) if each["id"] == plan), None)


_opened: dict[Path, tuple[str, ValueModel]] = {}
_lock = threading.Lock()


def identity(version: Path) -> str:
    """Which run of the step a version holds, "none" before the first. Cheap enough to ask on every request."""
    try:
        found = (version / FILE).stat()
    except FileNotFoundError:
        return "none"
    return f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"


def open_value(version: Path) -> ValueModel | None:
    """The unit costs of a published version, None before `spendmap value` ran on it. The newest one is kept open.

    Raises:
        SourceUnreadableError: what is published is damaged.
    """
    is_now = identity(version)
    if is_now == "none":
        return None
    with _lock:
        kept = _opened.get(version)
        if kept is None or kept[0] != is_now:
            about = _read(version / FILE)
            kept = (is_now, ValueModel(about, version / f"value-{about.run}"))
            _opened.clear()  # an older version's readers keep their own reference
            _opened[version] = kept
        return kept[1]


def altered_values(folder: Path) -> list[Altered]:
    """Files of the unit costs of a version that are not what they were when they were published.

    Raises:
        SourceUnreadableError: `value.json` is damaged.
    """
    file = folder / FILE
    return altered_since(folder, _read(file).hashes) if file.is_file() else []


def was_valued(rollups: Path) -> bool:
    """Whether a version that is still kept has unit costs, so that one without them is only newer."""
    return any(rollups.glob(f"*/{FILE}"))


def why_not_valued(rollups: Path) -> str:
    """What a reader is told of a version without unit costs, with the command that makes them."""
    if was_valued(rollups):
        return "The map is newer than the unit costs. Work them out again with `spendmap value`."
    return "This map has no unit costs. Work them out with `spendmap value`."


def _read(file: Path) -> About:
    try:
        raw = read_json(file)
        if raw["format"] != FORMAT or not str(raw["run"]).isalnum():
            raise ValueError(f"format {raw['format']}, run {raw['run']!r}")
        return About(
            run=raw["run"],
            made_at=raw["made_at"],
            is_split=bool(raw["is_split"]),
            months=tuple(raw["months"]),
            months_without_customers=tuple(raw["months_without_customers"]),
            plans=dict(raw["plans"]),
            targets=dict(raw["targets"]),
            hashes={str(name): str(digest) for name, digest in raw.get("hashes", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"it is not what the step writes ({type(error).__name__}: {error})."
        raise SourceUnreadableError(file, reason, next_step=REBUILD) from error
