"""How much of a file is read at once, and from where on it is not read at all.

A limit is on what a file can do to memory, not on how much a company may have: rows and plain files have none.
What is beyond one is refused in words that name the limit and the way on. Bytes unless a name says otherwise.
"""

from __future__ import annotations

import os

MIB = 1024 * 1024

# Text and JSON lines
LINE_LIMIT = 16 * MIB  # one line; a longer one is refused, the rest of the file is read
CELL_LIMIT = 128 * 1024  # characters of one cell of a CSV file
COLUMN_LIMIT = 5_000  # columns of a table; a warehouse's widest export has some hundreds

# One JSON document that is no lines: read record by record, so that the file itself has no limit
RECORD_LIMIT = 32 * MIB  # one record inside a document; SPENDMAP_RECORD_MIB says another
DEPTH_LIMIT = 500  # levels of nesting of one record; the deepest log in use has some twenty

# Packed files
UNPACKED_FREE = 256 * MIB  # what a gzip file may unpack to whatever its size
RATIO_LIMIT = 200  # times its own size that a larger one may; logs reach 20 to 60
ARCHIVE_LIMIT = 2 * 1024 * MIB  # an archive of results, unpacked
MEMBER_LIMIT = 64 * MIB  # one file in such an archive
MEMBERS_LIMIT = 200_000  # files in it
NAME_LIMIT = MIB  # a header of such an archive that holds a name or further fields

# Parquet
FOOTER_LIMIT = 64 * MIB  # the description at the end of a file
ROW_GROUP_LIMIT = 2 * 1024 * MIB  # the columns that are read, of one row group, unpacked

# What people write
YAML_LIMIT = 64 * MIB
YAML_DEPTH_LIMIT = 24  # levels; the deepest form in use has seven
SETTINGS_LIMIT = MIB  # spendmap.toml, a mapping of prices or deployments

RECORD_VARIABLE = "SPENDMAP_RECORD_MIB"


def record_limit() -> int:
    """Bytes of one record inside a JSON document, as the environment says, else `RECORD_LIMIT`."""
    said = os.environ.get(RECORD_VARIABLE, "")
    return int(said) * MIB if said.isascii() and said.isdigit() and int(said) else RECORD_LIMIT


def size_text(size: int) -> str:
    """A size as a person says it: "32 MiB"."""
    return f"{size // MIB:,} MiB" if size >= MIB else f"{size:,} bytes"
