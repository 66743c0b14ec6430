"""What staging a file takes and gives: the job, and what became of the file."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from spendmap.vocabulary.errors import DISK_FULL, SourceUnreadableError, SpendmapError
from spendmap.vocabulary.masking import masked


@dataclass
class FileLoad:
    """What became of one file.

    `status`: loaded; known (this content counts already); refused; or asked (it is not clear what it replaces or
    repeats, and nothing of it is loaded until somebody says). `captured` is what was stored, `as_read` what was read.
    """

    source: str
    kind: str
    file: str
    status: str = "loaded"
    load_id: str = ""
    format_version: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    rows_replaced: int = 0
    quarantine_file: str | None = None
    captured: dict[str, dict[str, str]] = field(default_factory=dict)
    as_read: dict[str, dict[str, str]] = field(default_factory=dict)
    rounding_difference: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    window: tuple[datetime, datetime] | None = None
    meters: dict[str, int] = field(default_factory=dict)
    months: list[str] = field(default_factory=list)
    sha256: str = ""
    size: int = 0
    error: str | None = None
    next_step: str | None = None


@dataclass(frozen=True)
class Staging:
    """What staging a file needs to know; travels to a worker process as it is."""

    kind: str
    source_name: str
    settings: Mapping[str, str]
    principal_key: bytes
    workspace_currency: str
    folder: Path  # of the staging files
    quarantine: Path  # of this source's quarantine files


@dataclass(frozen=True)
class Job:
    """One file to stage. Files of one delivery share its number; deliveries come in this order."""

    file: Path
    load: FileLoad
    delivery_no: int


def blamed(load: FileLoad, error: Exception) -> tuple[FileLoad, None]:
    """The load of a file that cannot be read.

    Raises:
        SpendmapError, OSError: no file is to blame for it.
    """
    if isinstance(error, SourceUnreadableError):
        return _refused(load, error.message, error.next_step)
    if isinstance(error, SpendmapError) or (isinstance(error, OSError) and error.errno in DISK_FULL):
        raise error  # none could be staged
    if isinstance(error, OSError):
        said = masked(str(error), is_words=False)
        return _refused(load, said, "Mend that, or leave the file out, and capture again.")
    where = traceback.extract_tb(error.__traceback__)[-1]
    fault = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"  # never what the file holds
    return _refused(
        load,
        f"{load.file}: it holds something that spendmap does not know how to read ({fault}).",
        "Leave the file out and capture again; please report it with the words in brackets.",
    )


def _refused(load: FileLoad, error: str, next_step: str) -> tuple[FileLoad, None]:
    load.status, load.error, load.next_step = "refused", error, next_step
    load.rows_read = load.rows_loaded = load.rows_duplicate = load.rows_quarantined = 0
    return load, None


__all__ = ["FileLoad", "Job", "Staging", "blamed"]
