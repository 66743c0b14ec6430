"""Write one version, whole, and make it the one in force; read a published file as an Arrow table.

Apart from `version`, so that opening a map imports neither Arrow's Parquet writer nor the ledger's catalogue.
Invariant: CURRENT names a version only when every file of it is written.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.engine.file_list import listed
from spendmap.engine.integrity import Altered, altered, altered_since, sha256_of
from spendmap.engine.store import write_atomically
from spendmap.published.columns import LATER, PUBLISHED, ROLLUPS, SUM, Columns
from spendmap.published.meta import FILE, REBUILD, Meta
from spendmap.published.version import POINTER, Version
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.vocabulary.json_file import read_json
from spendmap.vocabulary.seal import sealed
from spendmap.workspace import Workspace

FILES = "files.json"  # of a version: SHA-256 and rows of every file of rows behind its figures
KEPT_VERSIONS = 3  # a reader that has just opened an older version can finish
_ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DATE": pa.date32(), SUM: pa.decimal128(38, 12)}


def arrow_schema(columns: Columns) -> pa.Schema:
    """Columns of a published file as Arrow fields."""
    return pa.schema([pa.field(name, _ARROW[type_]) for name, type_ in columns.items()])


def published_table(version: Version, table: str) -> pa.Table:
    """A published file as it is stored; a table without rows when this version has none.

    Raises:
        SourceUnreadableError: the file is gone or damaged, or another's.
    """
    file = version.file(table)
    if file is None:
        return arrow_schema(PUBLISHED[table]).empty_table()
    try:
        rows = pq.read_table(file)
    except (OSError, pa.ArrowException) as error:
        raise SourceUnreadableError(file, "it is gone or damaged.", next_step=REBUILD) from error
    lacking = PUBLISHED[table].keys() - LATER.get(table, frozenset()) - set(rows.column_names)
    if lacking:
        raise SourceUnreadableError(file, f"it has no column {min(lacking)}.", next_step=REBUILD)
    return rows


def version_before(workspace: Workspace) -> Version | None:
    """The version that the next one follows; None when there is none, or none that is as it was written."""
    try:
        version = Version.in_force(workspace)
    except SourceUnreadableError:
        return None  # publishing again is what makes it right: nothing of it is taken over
    return None if version is None or altered_since(version.folder, version.meta.hashes) else version


def splits_before(workspace: Workspace) -> Mapping[str, Any]:
    """How the version that the next one follows was split, as it is written; empty when there is none."""
    version = version_before(workspace)
    return version.meta.splits.raw if version else {}


def write_version(workspace: Workspace, name: str, tables: Mapping[str, pa.Table], meta: Mapping[str, Any]) -> Version:
    """Write a version and make it the one in force. Older ones go, but for the newest few.

    Args:
        tables: published file -> its rows, every month of the version; optional files without rows are not written.
        meta: what `meta.json` says beside its months, currencies and the moment it was made.
    """
    folder = workspace.rollups / name
    folder.mkdir(parents=True)
    for table, rows in tables.items():
        if table not in PUBLISHED:
            raise KeyError(f"{table!r} is not a published file")
        if len(rows) or table in ROLLUPS:
            pq.write_table(rows, folder / f"{table}.parquet", compression="zstd")
    write_atomically(folder / FILES, json.dumps(_files_behind(workspace, meta.get("tables", {}))).encode())
    hashes = {file.name: sha256_of(file) for file in sorted([*folder.glob("*.parquet"), folder / FILES])}
    found = {str(each) for each in pc.unique(tables["month"].column("currency")).to_pylist() if each is not None}
    document = {
        "generated_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "version": name,
        "name": workspace.name,
        "currency": workspace.currency,
        "currencies": [workspace.currency, *sorted(found - {workspace.currency})],
        "hashes": hashes,
        **meta,
    }
    write_atomically(folder / FILE, sealed(json.dumps(document, indent=1, ensure_ascii=False).encode()))
    write_atomically(workspace.rollups / POINTER, name.encode())
    _drop_old(workspace.rollups, keep=name)
    published = Version.in_force(workspace)
    assert published is not None
    return published


def altered_in(version: Version, *, seen: Container[str] = ()) -> list[Altered]:
    """Files of a version, and files of rows behind its figures, that are not what they were when it was published.

    Args:
        seen: files of rows that were held against their hashes already, below the workspace's folder.
    """
    found = altered_since(version.folder, version.meta.hashes)
    if found or FILES not in version.meta.hashes:
        return found  # the list itself was changed, or the version is from before it was kept
    entries = [{"path": path, **told} for path, told in read_json(version.folder / FILES).items() if path not in seen]
    return altered(version.root, {"": {"files": entries}})


def is_as_published(version: Version, files: Iterable[Path]) -> bool:
    """Whether files of rows behind a version's figures are what they were when it was published."""
    try:
        told = read_json(version.folder / FILES)
        return all(sha256_of(file) == told[str(file.relative_to(version.root.resolve()))]["sha256"] for file in files)
    except (OSError, ValueError, KeyError):
        return False  # not told, or gone: nobody can say so


def _files_behind(workspace: Workspace, tables: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """SHA-256 and rows of every file of rows that a version names.

    What the ledger's list or the version before has hashed is not read again.
    """
    known: dict[str, Any] = {}
    if (before := version_before(workspace)) is not None and FILES in before.meta.hashes:
        known |= read_json(before.folder / FILES)
    for listed_table in listed(workspace.ledger).values():
        known |= {
            file["path"]: {"sha256": file["sha256"], "rows": file["rows"]}
            for file in listed_table["files"]
            if "sha256" in file
        }
    names = sorted({path for paths in tables.values() for path in paths})
    return {name: known[name] if name in known else _seen(workspace.root / name) for name in names}


def _seen(file: Path) -> dict[str, Any]:
    """SHA-256 and rows of a file; one that is gone already is listed without, so that it is told as gone."""
    try:
        return {"sha256": sha256_of(file), "rows": pq.read_metadata(file).num_rows}
    except (OSError, pa.ArrowException):
        return {"rows": 0}


def files_named(workspace: Workspace) -> set[Path]:
    """Row-level files that any kept version names.

    Raises:
        SourceUnreadableError: a version's `meta.json` is damaged.
    """
    metas = [Meta.read(file) for file in sorted(workspace.rollups.glob(f"*/{FILE}"))]
    return {workspace.root / path for meta in metas for paths in meta.tables.values() for path in paths}


def _drop_old(rollups: Path, keep: str) -> None:
    versions = sorted(
        (folder for folder in rollups.iterdir() if folder.is_dir() and folder.name != keep),
        key=lambda folder: folder.stat().st_mtime,
    )
    for folder in versions[: -(KEPT_VERSIONS - 1)]:
        shutil.rmtree(folder, ignore_errors=True)
