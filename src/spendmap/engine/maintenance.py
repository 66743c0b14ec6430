"""Expire snapshots and remove data files that nothing names any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from spendmap.engine.store import Store
from spendmap.ledger import TABLES
from spendmap.workspace import Workspace

KEPT = timedelta(hours=1)  # a reader that has just taken a file list can finish


def maintain(workspace: Workspace, *, keep: Iterable[Path], dry_run: bool = False) -> dict[str, int]:
    """Keep the snapshot in force of each table and the files in `keep`; remove the rest.

    Args:
        keep: files that the published roll-ups name.

    Returns:
        Counts of what went (or would go): `snapshots`, `files`, `bytes`.
    """
    store = Store(workspace)
    done = {"snapshots": 0, "files": 0, "bytes": 0}
    with store.lock():
        now = datetime.now(UTC)
        named = set(keep)
        for table in TABLES:
            if not store.has(table):
                continue
            iceberg = store.iceberg(table)
            old = [
                snapshot.snapshot_id
                for snapshot in iceberg.snapshots()
                if snapshot.snapshot_id != getattr(iceberg.current_snapshot(), "snapshot_id", None)
                and datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC) < now - KEPT
            ]
            done["snapshots"] += len(old)
            if old and not dry_run:
                iceberg.maintenance.expire_snapshots().by_ids(old).commit()
            named |= {file.path for file in store.files(table)}
        for file in sorted(store.root.rglob("*.parquet")):
            age = now - datetime.fromtimestamp(file.stat().st_mtime, UTC)
            if file not in named and age > KEPT:
                done["files"] += 1
                done["bytes"] += file.stat().st_size
                if not dry_run:
                    file.unlink()
    return done
