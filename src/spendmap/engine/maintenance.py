"""Write what lies in many files as one, expire snapshots, and remove files that nothing names any more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from pyiceberg.table import Table as IcebergTable

from spendmap.engine.arrow import arrow_schema, empty
from spendmap.engine.duckdb import PARQUET, file_list, quoted, text_literal
from spendmap.engine.store import MONTHLY, SLICED, DataFile, Slice, Store, local_path, new_run
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import EngineError
from spendmap.workspace import Workspace

KEPT = timedelta(hours=1)  # a reader that has just taken a file list can finish


def maintain(
    workspace: Workspace,
    *,
    keep: Iterable[Path],
    recover: Callable[[Store], None] = lambda store: None,
    dry_run: bool = False,
) -> dict[str, int]:
    """Keep the snapshot in force of each table and the files in `keep`; remove the rest.

    Args:
        keep: files that the published roll-ups name.
        recover: ends runs that were killed, before their files are written as one and can no longer be told apart.

    Returns:
        Counts of what was (or would be) done: `compacted` files that became fewer, and what went: `snapshots`,
        `files` (of data and of the catalogue) and their `bytes`.
    """
    store = Store(workspace)
    done = {"compacted": 0, "snapshots": 0, "files": 0, "bytes": 0}
    with store.lock():
        if not dry_run:
            recover(store)
        now = datetime.now(UTC)
        done["compacted"] = _compact(workspace, store, dry_run=dry_run)
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
            named |= {file.path for file in store.files(table)} | _metadata_in_force(store.iceberg(table))
        for file in sorted(_removable(store)):
            age = now - datetime.fromtimestamp(file.stat().st_mtime, UTC)
            if file not in named and age > KEPT:
                done["files"] += 1
                done["bytes"] += file.stat().st_size
                if not dry_run:
                    file.unlink()
    return done


def _removable(store: Store) -> Iterable[Path]:
    """Data files, and the catalogue's own files beside them."""
    yield from store.root.rglob("*.parquet")
    for table in TABLES:
        yield from (store.root / table / "metadata").glob("*.avro")
        yield from (store.root / table / "metadata").glob("*.metadata.json")


def _metadata_in_force(iceberg: IcebergTable) -> set[Path]:
    """Files of the catalogue that the table still names: its own states and every kept snapshot's lists of files."""
    named = {iceberg.metadata_location, *(entry.metadata_file for entry in iceberg.metadata.metadata_log)}
    for snapshot in iceberg.snapshots():
        named |= {snapshot.manifest_list, *(manifest.manifest_path for manifest in snapshot.manifests(iceberg.io))}
    return {local_path(uri) for uri in named}


def _compact(workspace: Workspace, store: Store, *, dry_run: bool) -> int:
    """Write slices that lie in several files as one; small tables too. Returns how many files there are fewer."""
    run, fewer = new_run(), 0
    for table in TABLES:
        if not store.has(table):
            continue
        if table not in SLICED:
            files = len(store.files(table))
            fewer += max(files - 1, 0)
            if files > 1 and not dry_run:
                store.overwrite(table, store.rows(table), run=run)
            continue
        slices: dict[Slice, list[DataFile]] = {}
        for file in store.files(table):
            if file.slice and table not in MONTHLY:  # those are written whole each time
                slices.setdefault(file.slice, []).append(file)
        many = {slice_: files for slice_, files in slices.items() if len(files) > 1}
        fewer += sum(len(files) - 1 for files in many.values())
        if many and not dry_run:
            folder = store.root / table / "data" / run
            written = [_as_one(workspace, table, files, folder / str(n)) for n, files in enumerate(many.values())]
            store.replace(table, many, written, run=run)
    if fewer and not dry_run:
        store.publish()
    return fewer


def _as_one(workspace: Workspace, table: str, files: list[DataFile], folder: Path) -> Path:
    """One file with the rows of several, columns in the table's order."""
    folder.mkdir(parents=True)
    target = folder / "data_0.parquet"
    with duckdb.connect() as connection:
        for name, value in workspace.engine_settings.items():
            connection.execute(f"SET {name} = {text_literal(value)}")
        connection.register("shape", empty(table))
        columns = ", ".join(quoted(field.name) for field in arrow_schema(table))
        origin = file_list([file.path for file in files]).replace("union_by_name = false", "union_by_name = true")
        connection.execute(
            f"COPY (SELECT {columns} FROM (SELECT * FROM shape UNION ALL BY NAME SELECT * FROM {origin})) "
            f"TO {text_literal(str(target))} ({PARQUET})"
        )
        (rows,) = connection.execute(f"SELECT count(*) FROM {file_list([target])}").fetchone() or (0,)
    if rows != sum(file.rows for file in files):
        raise EngineError(
            f"{table}: {rows} rows were written of {sum(file.rows for file in files)}; nothing was changed.",
            next_step="`spendmap check` says which file is damaged.",
        )
    return target
