"""From what a connector understood to a `Batch`: exact column types, natural keys, rejects without text.

Reads the column types from `spendmap.ledger.TABLES`; writes nothing.
Invariant: the same file gives the same keys, and two identical lines of one file give two keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from spendmap.capture.connector import Batch, ReadContext, Reject
from spendmap.capture.privacy import mask_emails
from spendmap.capture.tabular import Chunk
from spendmap.engine.arrow import ARROW_TYPE
from spendmap.engine.merging import REFERENCED
from spendmap.ledger import TABLES
from spendmap.vocabulary.exact import EXACT

_ROW_TEXT_LIMIT = 2_000


def arrow_type(table: str, column: str) -> pa.DataType:
    """The Arrow type a ledger column is handed over in."""
    return ARROW_TYPE[TABLES[table].column(column).type]


class KeyMaker:
    """Natural keys: hash of a row's content, then `-1`, `-2` ... for its first, second ... occurrence in the file.

    Occurrences are remembered by 8 bytes of the hash, so a million rows take some tens of megabytes. Two rows
    that share those bytes still get different keys, and the same ones each time the file is read.
    """

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    def key(self, content: bytes) -> str:
        """The key of the next row with this content."""
        digest = blake2b(content, digest_size=16).digest()
        short = int.from_bytes(digest[:8], "big")
        occurrence = self._seen.get(short, 0) + 1
        self._seen[short] = occurrence
        return f"{digest.hex()}-{occurrence}"


class Referenced(tuple[object, ...]):
    """An identity that names a document, so that a line of another file with the same identity is the same line."""

    __slots__ = ()


def key_content(values: Sequence[object]) -> bytes:
    """Values joined so that no two different rows read alike; `None` differs from the empty text."""
    return "\x1f".join("\x1e" if value is None else str(value) for value in values).encode("utf-8", "surrogatepass")


def add_raw(context: ReadContext, currency: str, cost: str, amount: Decimal) -> None:
    """Count `amount`, unrounded, into the load's raw sums."""
    sums = context.raw_sums.setdefault(currency, {})
    sums[cost] = EXACT.add(sums.get(cost, Decimal(0)), amount)


def reject_text(header: Sequence[str], fields: Sequence[str], kept: frozenset[int]) -> str:
    """What is shown of a refused row: JSON of the columns at the positions `kept`, e-mail addresses masked."""
    left = {header[i]: mask_emails(fields[i]) for i in sorted(kept) if i < len(fields) and fields[i].strip()}
    return json.dumps(left, ensure_ascii=False)[:_ROW_TEXT_LIMIT]


class Collector:
    """Rows of one ledger table gathered one by one, handed over as batches.

    `kept` are the positions of columns that may be shown of a refused row: no memo, description or person.
    """

    def __init__(self, table: str, header: Sequence[str], kept: frozenset[int]) -> None:
        self.table = table
        self._header = header
        self._kept = kept
        self._keys = KeyMaker()
        self._rows: list[Mapping[str, Any]] = []
        self._rejects: list[Reject] = []

    def add(self, line: int, values: Mapping[str, Any], identity: Sequence[object]) -> None:
        """One accepted row; `identity` is what its natural key is made of."""
        mark = REFERENCED if isinstance(identity, Referenced) else ""
        key = mark + self._keys.key(key_content([mark, *identity] if mark else identity))
        self._rows.append({**values, "source_line": line, "natural_key": key})

    def refuse(self, line: int, offset: int, fields: Sequence[str], reason: str) -> None:
        """One row that is not accepted."""
        self._rejects.append(Reject(line, offset, reason, reject_text(self._header, fields, self._kept)))

    def hand_over(self, chunk: Chunk | None = None) -> Batch:
        """The batch since the last one, the chunk's own rejects included."""
        rejects = sorted([*self._rejects, *(chunk.rejects if chunk else ())], key=lambda reject: reject.line)
        batch = Batch(rows_table(self.table, self._rows), rejects, len(self._rows) + len(rejects))
        self._rows, self._rejects = [], []
        return batch


def rows_table(table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of one shape as an Arrow table of exact ledger types; no rows give a table of the required columns."""
    names = list(rows[0]) if rows else ["source_line", "natural_key", "charge_period_start"]
    return pa.table({name: pa.array([row[name] for row in rows], arrow_type(table, name)) for name in names})
