"""Build batches of the `usage` table row by row, with bounded memory.

Invariant: rows_read of a batch = its rows + its rejects + its duplicates (law L1), whatever a connector adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from spendmap.capture.connector import Batch, ReadContext, Reject
from spendmap.engine.arrow import arrow_schema
from spendmap.vocabulary import as_money

BATCH_ROWS = 20_000
FIRST_YEAR, LAST_YEAR = 2015, 2100  # a call outside is a broken clock or a placeholder

_EXACT = Context(prec=60)
_MICROSECOND = 1_000_000
_FIRST_US = int(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * _MICROSECOND
_LAST_US = int(datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * _MICROSECOND


class UsageBatches:
    """Collects rows, rejects and duplicates, and turns them into batches with the given columns."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        stored = arrow_schema("usage")
        self._schema = pa.schema([stored.field(name) for name in columns])
        self._width = len(columns)
        self._cells: list[Any] = []  # flat: a list of row tuples would keep the garbage collector busy
        self._rejects: list[Reject] = []
        self._duplicates = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """One accepted row, in the order of the columns."""
        self._cells.extend(row)

    def reject(self, reject: Reject) -> None:
        """One refused row."""
        self._rejects.append(reject)

    def set_aside(self, rows: int = 1) -> None:
        """Rows that repeat others or are placeholders."""
        self._duplicates += rows

    @property
    def is_full(self) -> bool:
        """Whether it is time to `take`."""
        return len(self._cells) >= BATCH_ROWS * self._width or len(self._rejects) >= BATCH_ROWS

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read since the last `take`."""
        return not (self._cells or self._rejects or self._duplicates)

    def take(self) -> Batch:
        """The batch so far; collecting starts anew."""
        columns = [_array(self._cells[number :: self._width], field.type) for number, field in enumerate(self._schema)]
        table = pa.Table.from_arrays(columns, schema=self._schema)
        batch = Batch(
            table,
            self._rejects,
            rows_read=len(table) + len(self._rejects) + self._duplicates,
            rows_duplicate=self._duplicates,
        )
        self._cells, self._rejects, self._duplicates = [], [], 0
        return batch


def _array(values: Sequence[Any], type_: pa.DataType) -> Any:
    """A column. Rows share their tag lists, so each list is turned into Arrow once."""
    if not pa.types.is_map(type_) or not values:
        return pa.array(values, type=type_)
    number_of: dict[int, int] = {}
    distinct: list[Any] = []
    numbers = []
    for value in values:
        number = number_of.get(id(value))
        if number is None:
            number = number_of[id(value)] = len(distinct)
            distinct.append(value)
        numbers.append(number)
    return pa.array(distinct, type=type_).take(pa.array(numbers, type=pa.int32()))


def add_raw_money(context: ReadContext, currency: str, cost: str, amount: Decimal) -> None:
    """Add an unrounded amount to the load's sums, exactly."""
    sums = context.raw_sums.setdefault(currency, {})
    sums[cost] = _EXACT.add(sums.get(cost, Decimal(0)), amount)


def money(text: str | int | Decimal, name: str) -> tuple[Decimal, Decimal]:
    """An amount as read and as stored (12 places).

    Raises:
        ValueError: not a finite plain number, or too large.
    """
    try:
        raw = Decimal(text)
        return raw, as_money(raw)
    except (ValueError, InvalidOperation) as error:
        raise ValueError(f"{name} is not an amount of money") from error


def instant(text: str, name: str) -> datetime:
    """A UTC instant without zone, from ISO 8601 text ("T" or space; no zone = UTC).

    Raises:
        ValueError: not a time, or outside 2015 to 2100.
    """
    try:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            found = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
        if found.tzinfo is not None:
            found = found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name} is not a time") from error
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        raise ValueError(f"{name} is in the year {found.year}, which no call can be")
    return found


def microseconds(nanoseconds: int, name: str) -> int:
    """Microseconds since 1970 in UTC, from nanoseconds (cut, not rounded, so a start never moves into the next day).

    Raises:
        ValueError: outside 2015 to 2100.
    """
    found = nanoseconds // 1_000
    if not _FIRST_US <= found < _LAST_US:
        raise ValueError(f"{name} is not a time between {FIRST_YEAR} and {LAST_YEAR}")
    return found
