"""The files of a source: which there are, in which order they come, and which are parts of one delivery.

Reads names and, where a folder has one, its manifest. Order: the manifest's time, then the name.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from spendmap.capture.connector import Connector
from spendmap.capture.folder import PassedOver, special, walk
from spendmap.vocabulary.errors import SourceUnreadableError

_PART_WORD = r"(?:part|parte|partie|teil|deel|chunk|shard|split|segment|seg)"
_PARTS = (
    re.compile(rf"(?:^|[-_. ]){_PART_WORD}(?:[-_. ]?\d+)+(?:[-_. ]?of[-_. ]?\d+)?$", re.IGNORECASE),
    re.compile(r"[-_. ]?\(?\d+[-_. ]?of[-_. ]?\d+\)?$", re.IGNORECASE),
    re.compile(r"(?:^|[-_.])(?:\d{3}|\d{5}|0\d{8,})$"),  # -00001; four, six and eight digits are years, months, days
)
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SPARK_RUN = re.compile(rf"^{_PART_WORD}[-_.]?\d+.*?({_UUID})", re.IGNORECASE)  # Spark: part-NUMBER-RUN
_MANIFEST = re.compile(r"(?:^|[-_.])manifest\.(?:json|csv)$", re.IGNORECASE)
_TIMES = (
    *("executiontime", "createdtime", "creationtime", "createdat", "exportedat", "generatedat", "submittedtime"),
    *("lastmodified", "modified", "timestamp", "time", "date", "created", "exported"),
)
_NAMES = ("file", "filename", "name", "path", "key", "blobname")
_LARGEST_MANIFEST = 16 * 1024 * 1024  # bytes


def find_files(connector: Connector, location: Path) -> tuple[list[Path], list[PassedOver]]:
    """The files of a location, in the order in which they count: a later one may take the place of an earlier one;
    and what bears such a name, or may hide some, and is not read.

    Raises:
        SourceUnreadableError: the location does not exist, is no file or folder, or holds nothing of the format.
    """
    try:
        what = special(location)
    except OSError as error:
        raise SourceUnreadableError(
            location,
            "no such file or folder." if isinstance(error, FileNotFoundError) else f"{error.strerror or error}.",
            next_step="Mend the path and capture again.",
        ) from error
    if what:
        raise SourceUnreadableError(
            location, f"it is {what}, not a file.", next_step="Write what it gives to a file and capture that."
        )
    if location.is_file():
        return [location], []
    found, passed_over, manifests = [], [], []
    for each in walk(location):
        if isinstance(each, PassedOver):
            if each.is_folder or each.name.lower().endswith(connector.suffixes):
                passed_over.append(each)
        elif _MANIFEST.search(each.name):
            manifests.append(each)
        elif each.name.lower().endswith(connector.suffixes):
            found.append(each)
    if not found and not passed_over:
        raise SourceUnreadableError(
            location,
            f"no file ending in {', '.join(connector.suffixes)} is in it.",
            next_step=f"Point --file at the {connector.kind} files.",
        )
    times: dict[Path, str] = {}
    for manifest in sorted(manifests):
        times |= _times(manifest, found)
    return sorted(found, key=lambda file: (times.get(file, ""), file)), passed_over


def delivery_of(name: str) -> str:
    """What a file's parts have in common: its name without the number of the part. A date is no number of a part.

    `export/part_0.csv` and `export/part_1.csv` are parts of one delivery, `2026-10.csv` and `2026-11.csv` are not.
    """
    path = PurePosixPath(name)
    stem = path.name.split(".")[0]
    run = _SPARK_RUN.search(stem)
    if run is not None:
        return str(path.parent / run[1])
    for pattern in _PARTS:
        shorter = pattern.sub("", stem)
        if shorter != stem:
            return f"{path.parent / shorter}#parts"
    return str(path.parent / path.name)


def _times(manifest: Path, files: list[Path]) -> dict[Path, str]:
    """File -> time as the manifest tells it. A manifest that cannot be read tells nothing."""
    beside = [file for file in files if file.is_relative_to(manifest.parent)]
    try:
        if manifest.stat().st_size > _LARGEST_MANIFEST:
            return {}
        text = manifest.read_text(encoding="utf-8-sig")
        entries = _csv_entries(text) if manifest.name.lower().endswith(".csv") else _json_entries(json.loads(text))
        found: dict[Path, str] = {}
        for name, time in entries:
            for file in beside:
                if not name or file.name == PurePosixPath(name.replace("\\", "/")).name:
                    found[file] = max(found.get(file, ""), time)
        return found
    except (OSError, ValueError, csv.Error, RecursionError):
        return {}


def _csv_entries(text: str) -> Iterator[tuple[str, str]]:
    for row in csv.DictReader(text.splitlines()):
        plain = {_plain(str(key)): str(value or "") for key, value in row.items() if key}
        name = next(
            (plain[key] for key in ("file", "filename", "name", "path", "key", "blobname") if plain.get(key)), ""
        )
        time = next((plain[key] for key in _TIMES if plain.get(key)), "")
        if name and time:
            yield name, time


def _json_entries(document: Any) -> Iterator[tuple[str, str]]:
    """(file name, time) of each file a manifest names; ("", time) where it names none and means its whole folder."""
    own = _own_time(document) if isinstance(document, dict) else ""
    named = list(_named(document, own))
    yield from named
    if not named and own:
        yield "", own


def _named(node: Any, time: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        inner = _own_time(node) or time
        for value in node.values():
            yield from _named(value, inner)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value, time)
    elif isinstance(node, str) and time and re.search(r"\.(?:csv|parquet|json|jsonl|gz|tsv|txt)$", node, re.IGNORECASE):
        yield node, time


def _own_time(node: Mapping[str, Any]) -> str:
    plain = {_plain(str(key)): value for key, value in node.items()}
    for key in _TIMES:
        if isinstance(plain.get(key), str) and plain[key]:
            return str(plain[key])
    for value in node.values():  # Azure keeps it one step down, beside the list of blobs
        if isinstance(value, dict) and (found := next((str(v) for k, v in value.items() if _plain(k) in _TIMES), "")):
            return found
    return ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


__all__ = ["delivery_of", "find_files"]
