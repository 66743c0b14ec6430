"""Read files through their connector into staging files: rows with lineage, rejects in quarantine.

Reads source files; writes staging Parquet files and, of a file that rows of are refused, one quarantine file.
A file is staged whole or refused whole. Files do not know each other, so many are staged at once, in several processes,
when there is enough to read; small logs share a staging file, since a file of each would cost more than its rows.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Self

from spendmap.capture.jobs import FileLoad, Job, Staging, blamed
from spendmap.capture.registry import connector as connector_for
from spendmap.capture.staged import Bundle, Staged, sha256
from spendmap.ledger import TABLES
from spendmap.vocabulary.errors import DISK_FULL, SpendmapError

PARALLEL_FROM = 2 * 1024 * 1024  # bytes to read from which starting processes pays
PARALLEL_WHEN_RUNNING = 128 * 1024  # the same, when they run already
COLLECT_EVERY = 1_000_000  # objects; looking through a batch of rows for cycles costs a tenth of reading it
PARENT_POLL_S = 0.5
SHARED_UP_TO = 8 * 1024 * 1024  # bytes of a log that shares a staging file
BUNDLE_LIMIT = 64 * 1024 * 1024  # bytes of the logs that share one
BUNDLES_A_WORKER = 4  # so that no process waits long for another


class Workers:
    """Processes that stage files: started at the first source worth it, kept for those that follow."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    @property
    def count(self) -> int:
        """How many files are staged at once."""
        return os.cpu_count() or 1

    @property
    def pool(self) -> ProcessPoolExecutor:
        """The processes, started now if need be."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
            self._pool = ProcessPoolExecutor(
                self.count, mp_context=context, initializer=_begin_worker, initargs=(os.getpid(),)
            )
        return self._pool

    @property
    def is_running(self) -> bool:
        """Starting them costs nothing more."""
        return self._pool is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def stage_all(staging: Staging, jobs: Sequence[Job], workers: Workers) -> Iterator[tuple[FileLoad, Path | None]]:
    """Stage every job, as they end; a refused file comes back with its error and without a path."""
    size = sum(job.load.size for job in jobs)
    pays = size >= (PARALLEL_WHEN_RUNNING if workers.is_running else PARALLEL_FROM)
    is_parallel = workers.count > 1 and len(jobs) > 1 and pays
    bundles = _bundles(staging, jobs, size // (workers.count * BUNDLES_A_WORKER) if is_parallel else size)
    if not is_parallel or len(bundles) < 2:
        for bundle in bundles:
            yield from stage(staging, bundle)
        return
    for done in as_completed([workers.pool.submit(stage, staging, bundle) for bundle in bundles]):
        yield from done.result()


def _bundles(staging: Staging, jobs: Sequence[Job], size: int) -> list[list[Job]]:
    """Jobs that share a staging file, the largest first: logs that are small, up to so many bytes of them together."""
    connector = connector_for(staging.kind)
    is_log = connector.extent == "nothing" and "billing_currency" not in TABLES[connector.table].names
    bundles: list[list[Job]] = []
    room = 0
    for job in sorted(jobs, key=lambda job: -job.load.size):
        is_small = is_log and job.load.size <= SHARED_UP_TO
        if is_small and bundles and job.load.size <= room:
            bundles[-1].append(job)
            room -= job.load.size
        else:
            bundles.append([job])
            room = min(size, BUNDLE_LIMIT) - job.load.size if is_small else 0
    return bundles


def stage(staging: Staging, bundle: Sequence[Job]) -> list[tuple[FileLoad, Path | None]]:
    """Stage a file, or files that share a staging file. What a file itself is to blame for is written on its load, not
    raised."""
    if len(bundle) > 1:
        try:
            return Bundle(staging, bundle).read()
        except SpendmapError:
            raise
        except Exception as error:  # read one by one below, where it is written on the file that it comes from
            if isinstance(error, OSError) and error.errno in DISK_FULL:
                raise
    return [_stage_one(staging, job) for job in bundle]


def _stage_one(staging: Staging, job: Job) -> tuple[FileLoad, Path | None]:
    load = replace(job.load, notes=[])
    try:
        return load, Staged(staging, replace(job, load=load)).read()
    except Exception as error:  # noqa: BLE001 - a fault of ours with one file must not cost the others
        return blamed(load, error)


def _begin_worker(parent: int) -> None:
    """Collect seldom: rows make no cycles. End with the parent, instead of waiting for work for ever."""
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, 10, 10)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_POLL_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


__all__ = ["FileLoad", "Job", "Staging", "Workers", "sha256", "stage", "stage_all"]
