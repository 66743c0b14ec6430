"""Write one version, whole, and make it the one in force; read a published file as an Arrow table.

Apart from `version`, so that opening a map imports neither Arrow's Parquet writer nor the ledger's catalogue.
Invariant: CURRENT names a version only when every file of it is written.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.engine.integrity import altered_since, sha256_of
from spendmap.engine.store import write_atomically
from spendmap.published.columns import PUBLISHED, ROLLUPS, SUM, Columns
from spendmap.published.meta import FILE, REBUILD, Meta
from spendmap.published.version import POINTER, Version
from spendmap.vocabulary.errors import SourceUnreadableError
from spendmap.workspace import Workspace

KEPT_VERSIONS = 3  # a reader that has just opened an older version can finish
_ARROW = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "DATE": pa.date32(), SUM: pa.decimal128(38, 12)}


def arrow_schema(columns: Columns) -> pa.Schema:
    """Columns of a published file as Arrow fields."""
    return pa.schema([pa.field(name, _ARROW[type_]) for name, type_ in columns.items()])


def published_table(version: Version, table: str) -> pa.Table:
    """A published file as it is stored; a table without rows when this version has none.

    Raises:
        SourceUnreadableError: the file is gone or damaged.
    """
    file = version.file(table)
    if file is None:
        return arrow_schema(PUBLISHED[table]).empty_table()
    try:
        return pq.read_table(file)
    except (OSError, pa.ArrowException) as error:
        raise SourceUnreadableError(file, "it is gone or damaged.", next_step=REBUILD) from error


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
    hashes = {file.name: sha256_of(file) for file in sorted(folder.glob("*.parquet"))}
    found = {str(each) for each in pc.unique(tables["month"].column("currency")).to_pylist() if each is not None}
    document = {
        "generated_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "name": workspace.name,
        "currency": workspace.currency,
        "currencies": [workspace.currency, *sorted(found - {workspace.currency})],
        "hashes": hashes,
        **meta,
    }
    write_atomically(folder / FILE, json.dumps(document, indent=1, ensure_ascii=False).encode())
    write_atomically(workspace.rollups / POINTER, name.encode())
    _drop_old(workspace.rollups, keep=name)
    published = Version.in_force(workspace)
    assert published is not None
    return published


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
