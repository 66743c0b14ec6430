"""What each data file held when it was published, and which of them hold something else now.

Reads Parquet files and the published file list; writes nothing. Invariant: a file that was changed, cut, swapped or
lost after it was published is named, whatever its rows add up to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from spendmap.vocabulary.seal import is_as_sealed

COSTS = ("list_cost", "contracted_cost", "effective_cost", "billed_cost", "provider_reported_cost")
"""Money columns whose sums a file is published with, where its table has them."""
_WIDE = pa.decimal128(38, 12)
_AT_ONCE = 4  # files hashed side by side: reading waits, and hashing releases the interpreter


@dataclass(frozen=True)
class Altered:
    """A data file that is not what was published. `reason`: gone, changed, or what of it differs."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def fingerprint(file: Path) -> dict[str, Any]:
    """SHA-256 of the bytes and the sums of the money columns, as the published file list keeps them.

    Raises:
        OSError: it cannot be read.
        pyarrow.ArrowInvalid: it is no Parquet file.
    """
    return {"sha256": sha256_of(file), "sums": {name: format(total, "f") for name, total in _sums(file).items()}}


def fingerprints(files: Iterable[Path]) -> dict[Path, dict[str, Any]]:
    """Fingerprints of files, several at once."""
    own = list(files)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(own, pool.map(fingerprint, own), strict=True))


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def altered(root: Path, manifest: Mapping[str, Any]) -> list[Altered]:
    """Files of the published list that are not what they were; in the order of the list.

    A file that an older version published without a hash is only looked for.
    """
    listed = [file for table in manifest.values() for file in table.get("files", ())]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [found for found in pool.map(lambda entry: _altered(root, entry), listed) if found is not None]


def altered_since(folder: Path, hashes: Mapping[str, str]) -> list[Altered]:
    """Files of a folder, by name, that are not what their hashes say."""
    found = []
    for name, digest in hashes.items():
        file = folder / name
        if not file.is_file():
            found.append(Altered(file, "it is gone"))
        elif sha256_of(file) != digest:
            found.append(Altered(file, "its bytes were changed"))
    return found


def unsealed(files: Iterable[Path]) -> list[Altered]:
    """JSON files that are not what they were sealed as. One that is not there, or bears no seal, is not looked at."""
    own = [file for file in files if file.is_file()]
    return [Altered(file, "its text was changed") for file in own if is_as_sealed(file.read_bytes()) is False]


def _altered(root: Path, entry: Mapping[str, Any]) -> Altered | None:
    file = root / str(entry["path"])
    if not file.is_file():
        return Altered(file, "it is gone")
    if "sha256" not in entry or sha256_of(file) == entry["sha256"]:
        return None
    try:
        if (rows := pq.read_metadata(file).num_rows) != entry["rows"]:
            return Altered(file, f"it holds {rows:,} rows, {entry['rows']:,} were written")
        for name, total in _sums(file).items():
            written = entry.get("sums", {}).get(name)
            if written is not None and Decimal(written) != total:
                was = Decimal(written).normalize()
                return Altered(file, f"its {name} adds up to {total.normalize():f}, {was:f} was written")
    except (OSError, pa.ArrowException):
        return Altered(file, "it cannot be read")
    return Altered(file, "its bytes were changed")


def _sums(file: Path) -> dict[str, Decimal]:
    parquet = pq.ParquetFile(file)
    names = [name for name in COSTS if name in parquet.schema_arrow.names]
    totals = dict.fromkeys(names, Decimal(0))
    if names:
        for batch in parquet.iter_batches(columns=names):
            for name in names:
                total = pc.sum(batch.column(name).cast(_WIDE)).as_py()
                totals[name] += total or Decimal(0)
    return totals


__all__ = ["COSTS", "Altered", "altered", "altered_since", "fingerprint", "fingerprints", "sha256_of", "unsealed"]
