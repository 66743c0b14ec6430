"""Build batches of the `usage` table row by row, with bounded memory.

Invariant: rows_read of a batch = its rows + its rejects + its duplicates (law L1), whatever a connector adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache
from itertools import chain
from typing import Any

import pyarrow as pa

from spendmap.capture.connector import Batch, ReadContext, Reject
from spendmap.engine.arrow import arrow_schema
from spendmap.vocabulary import as_money
from spendmap.vocabulary.exact import EXACT
from spendmap.vocabulary.money import MONEY_SCALE

BATCH_ROWS = 20_000
FIRST_YEAR, LAST_YEAR = 2015, 2100  # a call outside is a broken clock or a placeholder

_ZERO = Decimal(0)
_DIGITS = frozenset("0123456789")
_MICROSECOND = 1_000_000
FIRST, LAST = datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 1, 1)  # noqa: DTZ001 - the ledger's are without zone
_FIRST_US = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * _MICROSECOND
_LAST_US = int(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * _MICROSECOND


@lru_cache(maxsize=16)
def usage_schema(columns: tuple[str, ...]) -> pa.Schema:
    stored = arrow_schema("usage")
    return pa.schema([stored.field(name) for name in columns])


class UsageBatches:
    """Collects rows, rejects and duplicates, and turns them into batches with the given columns."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._schema = usage_schema(columns)
        self._width = len(columns)
        self._cells: list[Any] = []  # flat: a list of row tuples would keep the garbage collector busy
        self._limit = BATCH_ROWS * self._width
        self._ready: list[pa.Table] = []
        self._ready_rows = 0
        self._rejects: list[Reject] = []
        self._duplicates = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """One accepted row, in the order of the columns. A cell of tags is a dict; its order is kept."""
        self._cells += row

    def add_columns(self, columns: Iterable[Iterable[Any]]) -> None:
        """Many accepted rows, column by column."""
        self._cells += chain.from_iterable(zip(*columns, strict=True))

    def add_rows(self, rows: pa.Table) -> None:
        """Many accepted rows that are columns of the ledger's types already; those added one by one take their places
        among them by their lines."""
        if self._cells:
            rows = pa.concat_tables([rows, self._table()]).sort_by("source_line")
        self._ready.append(rows)
        self._ready_rows += len(rows)

    def reject(self, reject: Reject) -> None:
        """One refused row."""
        self._rejects.append(reject)

    def set_aside(self, rows: int = 1) -> None:
        """Rows that repeat others or are placeholders."""
        self._duplicates += rows

    @property
    def is_full(self) -> bool:
        """Whether it is time to `take`."""
        return len(self._cells) >= self._limit or self._ready_rows >= BATCH_ROWS or len(self._rejects) >= BATCH_ROWS

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read since the last `take`."""
        return not (self._cells or self._ready_rows or self._rejects or self._duplicates)

    def take(self) -> Batch:
        """The batch so far; collecting starts anew."""
        table = self._table()
        if self._ready:
            table = pa.concat_tables([*self._ready, table])
        batch = Batch(
            table,
            self._rejects,
            rows_read=len(table) + len(self._rejects) + self._duplicates,
            rows_duplicate=self._duplicates,
        )
        self._rejects, self._duplicates = [], 0
        self._ready, self._ready_rows = [], 0
        return batch

    def _table(self) -> pa.Table:
        """The rows that were added one by one; collecting them starts anew."""
        cells, self._cells = self._cells, []
        columns = [_array(cells[number :: self._width], field.type) for number, field in enumerate(self._schema)]
        return pa.Table.from_arrays(columns, schema=self._schema)


def _array(values: list[Any], type_: pa.DataType) -> Any:
    """A column."""
    return tag_maps(values) if pa.types.is_map(type_) else pa.array(values, type=type_)


def tag_maps(values: Iterable[dict[str, str] | None]) -> Any:
    """Tags as a column, laid end to end, which is several times quicker than a list of pairs for each row."""
    names: list[str] = []
    texts: list[str] = []
    ends: list[int | None] = []
    for tags in values:
        ends.append(None if tags is None else len(names))  # in Arrow a missing offset is a missing map
        if tags:
            names += tags
            texts += tags.values()
    ends.append(len(names))
    offsets: Any = pa.array(ends, type=pa.int32())  # the stubs know 64-bit offsets only
    return pa.MapArray.from_arrays(offsets, pa.array(names, pa.string()), pa.array(texts, pa.string()))


class RawSum:
    """Unrounded amounts of one currency, added exactly."""

    def __init__(self) -> None:
        self._amounts: list[Decimal] = []
        self._sum: Decimal | None = None

    def add(self, amount: Decimal) -> None:
        """One more amount."""
        self._amounts.append(amount)
        if len(self._amounts) >= BATCH_ROWS:
            self._settle()

    def tell(self, context: ReadContext, currency: str, cost: str) -> None:
        """Write the sum into the load's sums; nothing when no amount was added."""
        self._settle()
        if self._sum is not None:
            context.raw_sums.setdefault(currency, {})[cost] = self._sum

    def _settle(self) -> None:
        if self._amounts:
            with localcontext(EXACT):
                self._sum = sum(self._amounts, _ZERO if self._sum is None else self._sum)
            self._amounts = []


def money(text: str | int | Decimal, name: str) -> tuple[Decimal, Decimal]:
    """An amount as read and as stored (12 places).

    Raises:
        ValueError: not a finite plain number, or too large.
    """
    try:
        raw = Decimal(text)
        if (
            type(text) is str
            and len(text) <= MONEY_SCALE
            and text[0] in _DIGITS
            and "e" not in text
            and "E" not in text
        ):
            return raw, raw  # too short for a thirteenth place
        return raw, as_money(raw)
    except (ValueError, InvalidOperation) as error:
        raise ValueError(f"{name} is not an amount of money") from error


def instant(text: str, name: str) -> datetime:
    """A UTC instant without zone, from ISO 8601 text ("T" or space; no zone = UTC).

    Raises:
        ValueError: not a time, or outside 2015 to 2100.
    """
    try:
        if (
            text[-1:] == "Z"
            and text[0] == "2"
            and (len(text) == 20 or (text[19:20] == "." and text[20:-1].isdecimal()))
        ):
            found = datetime.fromisoformat(text[:-1])  # what most logs write, at half the cost of a zone
            if found.tzinfo is not None:
                raise ValueError("two zones")
        else:
            try:
                found = datetime.fromisoformat(text)
            except ValueError:
                found = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
            if found.tzinfo is not None:
                found = found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} is not a time") from error
    if FIRST <= found < LAST:
        return found
    raise ValueError(f"{name} is in the year {found.year}, which no call can be")


def microseconds(nanoseconds: int, name: str) -> int:
    """Microseconds since 1970 in UTC, from nanoseconds (cut, not rounded, so a start never moves into the next day).

    Raises:
        ValueError: outside 2015 to 2100.
    """
    found = nanoseconds // 1_000
    if not _FIRST_US <= found < _LAST_US:
        raise ValueError(f"{name} is not a time between {FIRST_YEAR} and {LAST_YEAR}")
    return found
