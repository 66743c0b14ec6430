"""Publish the read model: month, day and customer roll-ups, the split, labels and file lists, as one version.

Reads `allocation`, the split and the register's labels; writes `rollups/<version>/` and then the pointer `CURRENT`.
Readers see the old version or the new one. Months that were not worked on are taken over as they were.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.allocation.customers import customer_rollup
from spendmap.allocation.identity.overlap import overlap_tables
from spendmap.engine.engine import Engine
from spendmap.engine.store import write_atomically
from spendmap.engine.transform import Transform
from spendmap.workspace import Workspace

POINTER = "CURRENT"
KEPT_VERSIONS = 3  # a reader that has just opened an older version can finish


def publish(
    workspace: Workspace,
    engine: Engine,
    version: str,
    months: Sequence[str],
    allocation: Sequence[Path],
    meta: Mapping[str, Any],
    *,
    split: pa.Table | None = None,
) -> Path:
    """Write a new version for `months` from the given allocation files and make it the current one.

    `split` holds the indirect cost of the months; a version without any has no `split.parquet`.
    """
    engine.bind("allocation", list(allocation), like="allocation")
    folder = workspace.rollups / version
    folder.mkdir(parents=True)
    before = current_folder(workspace)
    known = set(months)
    for name, key in (("month", "month"), ("day", "charge_date"), ("customer", "month")):
        if name == "customer":
            fresh = customer_rollup(engine)
        else:
            fresh = engine.table(Transform.load("spendmap.allocation", f"rollup_{name}.sql"))
        fresh = _with_other_months(fresh, before, name, months, key)
        known |= {str(month) for month in fresh.column("month").to_pylist()}
        pq.write_table(fresh, folder / f"{name}.parquet", compression="zstd")
    if split is not None:
        merged = _with_other_months(split, before, "split", months, "month")
        if len(merged):
            pq.write_table(merged, folder / "split.parquet", compression="zstd")
    for name, table in overlap_tables(engine).items():
        merged = _with_other_months(table, before, name, months, "month")
        if len(merged):
            pq.write_table(merged, folder / f"{name}.parquet", compression="zstd")
    currencies = _currencies(folder / "month.parquet", workspace.currency)
    document = {
        "generated_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "name": workspace.name,
        "currency": workspace.currency,
        "currencies": currencies,
        "months": sorted(known),
        **meta,
    }
    write_atomically(folder / "meta.json", json.dumps(document, indent=1, ensure_ascii=False).encode())
    write_atomically(workspace.rollups / POINTER, version.encode())
    _drop_old(workspace, keep=version)
    return folder


def _with_other_months(fresh: pa.Table, before: Path | None, name: str, months: Sequence[str], key: str) -> pa.Table:
    """The new rows and, of the version before, those of months that were not worked on."""
    old_file = before / f"{name}.parquet" if before else None
    if old_file is None or not old_file.is_file():
        return fresh
    old = pq.read_table(old_file)
    kept = old.filter(pc.invert(pc.is_in(old.column("month"), value_set=pa.array(list(months), pa.string()))))
    return pa.concat_tables([kept.cast(fresh.schema), fresh]).sort_by(key) if len(kept) else fresh


def current_meta(workspace: Workspace) -> dict[str, Any]:
    """`meta.json` of the published version; empty when there is none."""
    folder = current_folder(workspace)
    file = folder / "meta.json" if folder else None
    found: dict[str, Any] = json.loads(file.read_bytes()) if file and file.is_file() else {}
    return found


def current_folder(workspace: Workspace) -> Path | None:
    """The published version, if there is one."""
    pointer = workspace.rollups / POINTER
    if not pointer.is_file():
        return None
    folder = workspace.rollups / pointer.read_text(encoding="utf-8").strip()
    return folder if folder.is_dir() else None


def _currencies(month_file: Path, own: str) -> list[str]:
    column = pq.read_table(month_file, columns=["currency"]).column("currency")
    found = {str(currency) for currency in column.to_pylist() if currency is not None}
    return [own, *sorted(found - {own})]


def _drop_old(workspace: Workspace, keep: str) -> None:
    versions = sorted(
        (folder for folder in workspace.rollups.iterdir() if folder.is_dir() and folder.name != keep),
        key=lambda folder: folder.stat().st_mtime,
    )
    for folder in versions[: -(KEPT_VERSIONS - 1)]:
        shutil.rmtree(folder, ignore_errors=True)
