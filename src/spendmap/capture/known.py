"""What the ledger holds already: which loads still count, and whether a file is one of them.

Reads the records of `load` only. A load says, beside its sums, whose place it takes; so what counts is told without
reading a row.
Invariant: the content of a file that counts is never counted a second time, under whatever name or source, unless a
person says that it is no copy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson

from spendmap.capture.connector import ANSWERS, ANSWERS_BY_EXTENT
from spendmap.capture.registry import KINDS, connector
from spendmap.engine.merging import WHOLE

ANSWER_NAMES = frozenset(s.name for s in (*ANSWERS, *(s for each in ANSWERS_BY_EXTENT.values() for s in each)))
KEPT_ANSWERS = ("copy", "overlap")  # hold for later versions of the same file too

Row = Mapping[str, Any]


class Loads:
    """The load records of a workspace, in the order of capture."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = sorted(rows, key=lambda row: (row["observed_at"], row["load_id"]))

    @cached_property
    def taken(self) -> dict[tuple[str, str], str]:
        """(load, scope) -> the later load that its rows of the scope belong to."""
        return {
            (str(old), str(scope)): row["load_id"] for row in self.rows for old, scope in facts(row).get("takes", ())
        }

    @cached_property
    def _taken_scopes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for old, scope in self.taken:
            found[old].add(scope)
        return found

    @cached_property
    def _superseded(self) -> dict[str, str]:
        """Loads of versions before replacements were recorded: a later load of the file's name stands for them."""
        last: dict[tuple[str, str, str], str] = {}
        found = {}
        for row in reversed(self.rows):
            name = (row["source_name"], row["kind"], row["file_name"])
            if name in last and extent_of(row["kind"]) != "nothing":
                found[row["load_id"]] = last[name]
            if "takes" not in facts(row):
                last[name] = row["load_id"]
        return found

    def is_whole(self, row: Row) -> bool:
        """Nothing of the load was taken over by a later one."""
        return row["load_id"] not in self._taken_scopes and row["load_id"] not in self._superseded

    def counts(self, row: Row) -> bool:
        """Some of the load's rows are still its own (or stand unchanged under a load that repeats it)."""
        if row["rows_read"] <= row["rows_quarantined"] or row["load_id"] in self._superseded:
            return False
        scopes = self._taken_scopes.get(row["load_id"], set())
        return WHOLE not in scopes and (not scopes or len(scopes) < facts(row).get("scopes", 0))

    def of(self, source: str, kind: str) -> list[Row]:
        """The loads of a source, oldest first."""
        return [row for row in self.rows if row["source_name"] == source and row["kind"] == kind]

    def successors(self, row: Row) -> set[str]:
        """Every load that took over rows of this one, at once or in the end."""
        found: set[str] = set()
        open_ = [row["load_id"]]
        while open_:
            load = open_.pop()
            later = {self.taken[load, scope] for scope in self._taken_scopes.get(load, ())}
            later |= {self._superseded[load]} if load in self._superseded else set()
            open_ += later - found
            found |= later
        return found

    def known(self, source: str, kind: str, name: str, sha: str, settings: Mapping[str, str]) -> Row | None:
        """The load of exactly this content, name and settings, if it is the last one with it."""
        for row in reversed(self.of(source, kind)):
            if row["file_sha256"] == sha and row["file_name"] == name:
                return row if is_read_alike(row, settings) else None
        return None

    def copies(self, table: str, source: str, name: str, sha: str) -> list[Row]:
        """Loads of the same content under another source or file name, those that still count first."""
        found = [
            row
            for row in self.rows
            if row["file_sha256"] == sha
            and row["table_name"] == table
            and (row["source_name"], row["file_name"]) != (source, name)
        ]
        return sorted(found, key=lambda row: not self.counts(row))

    def kept_answers(self, source: str, kind: str, name: str) -> dict[str, str]:
        """What a person said of this file before and that holds for its later versions."""
        for row in reversed(self.of(source, kind)):
            if row["file_name"] == name:
                settings = settings_of(row)
                return {answer: settings[answer] for answer in KEPT_ANSWERS if settings.get(answer)}
        return {}


def facts(row: Row) -> dict[str, Any]:
    """What a load record says beside its columns: costs, meters, and whose place it takes."""
    found = orjson.loads(row["captured"])
    return found if isinstance(found, dict) else {}


def settings_of(row: Row) -> dict[str, str]:
    """The settings a load was read with."""
    found = orjson.loads(row["settings"])
    return found if isinstance(found, dict) else {}


def is_read_alike(row: Row, settings: Mapping[str, str]) -> bool:
    """Whether a load was read with these settings; an answer counts only where one is given."""
    before = settings_of(row)
    names = (set(before) | set(settings)) - ANSWER_NAMES
    return all(before.get(name) == settings.get(name) for name in names) and all(
        before.get(name) == settings[name] for name in ("copy", "overlap", "replaces") if settings.get(name)
    )


def extent_of(kind: str) -> str:
    """What files of a kind restate; `nothing` for a kind that is no longer read."""
    return connector(kind).extent if kind in KINDS else "nothing"


def content_twice(rows: Sequence[Row]) -> list[str]:
    """Contents of files that count more than once, told; files a person called no copy are left out (law L14)."""
    loads = Loads(rows)
    seen: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in loads.rows:
        if loads.counts(row) and settings_of(row).get("copy") != "no":
            seen[row["table_name"], row["file_sha256"]].append(row)
    return [
        " and ".join(sorted({f"{row['source_name']}/{row['file_name']}" for row in found}))
        for found in seen.values()
        if len({row["source_name"] for row in found}) > 1
        or (len(found) > 1 and extent_of(found[0]["kind"]) in ("period", "lines"))  # the others merge by their keys
    ]


__all__ = ["Loads", "content_twice", "extent_of", "facts", "is_read_alike", "settings_of"]
