"""The catalogue of pyiceberg, which reads the file that describes a table once for as long as the file is the same.

pyiceberg 0.12 reads and checks a table's whole description whenever the table is asked for, thirty times a command.
A commit writes a description under a new name, so the name with the file's size, time and number says which it is.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from pyiceberg.io import load_file_io
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table
from pyiceberg.table.metadata import TableMetadata


class ReadOnce(SqlCatalog):
    """Tables as `SqlCatalog` gives them."""

    def _convert_orm_to_iceberg(self, orm_table: IcebergTables) -> Table:
        location = orm_table.metadata_location
        if not location:
            return super()._convert_orm_to_iceberg(orm_table)
        metadata = _described(location, *_as_it_lies(local_path(location)))
        return Table(
            identifier=(*self.identifier_to_tuple(orm_table.table_namespace), orm_table.table_name),
            metadata=metadata,
            metadata_location=location,
            io=self._load_file_io(metadata.properties, location),
            catalog=self,
        )


def local_path(uri: str) -> Path:
    """The path behind the URI of a file, or the path itself."""
    return Path(uri.removeprefix("file://"))


def _as_it_lies(file: Path) -> tuple[int, int, int]:
    """What is another when the file is; raises FileNotFoundError."""
    found = file.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@lru_cache(maxsize=256)
def _described(location: str, number: int, size: int, time: int) -> TableMetadata:
    """The description in the file; nobody changes it, a transaction works on a copy."""
    return FromInputFile.table_metadata(load_file_io({}, location).new_input(location))


__all__ = ["ReadOnce", "local_path"]
