"""A price book that stays a table: names are looked up in columns, and only rows that are asked for become objects.

Reads and writes nothing. Invariant: it answers as `Book` with the same rows does; a book holds some 20,000 of them, and
an allocation looks at those of a few models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spendmap.pricing.book import Book
from spendmap.pricing.forms import Form, account_of
from spendmap.pricing.rows import DAY_S, EVERY_DAY, Key, PriceRow
from spendmap.pricing.tabular import ORDER, rows_of, table_of

WHOLE = (("window_start_s", 0), ("window_end_s", DAY_S), ("window_weekdays", EVERY_DAY))  # in force at every hour
FORM = ("provider", "model", "service_tier", "region_scope", "contract")


class TableBook(Book):
    """A book as its `price` table, rows in the table's order."""

    table: pa.Table

    def __init__(self, table: pa.Table) -> None:
        object.__setattr__(self, "table", table)  # the dataclass is frozen

    @cached_property
    def rows(self) -> tuple[PriceRow, ...]:  # made when asked for
        return tuple(rows_of(self.table))

    @cached_property
    def _in_force(self) -> pa.Table:
        return self.table.filter(pc.is_null(self.table.column("superseded_at")))

    @cached_property
    def _named(self) -> Mapping[Form, bool]:
        keys = [*FORM, *(name for name, _ in WHOLE)]
        found: dict[Form, bool] = {}
        for row in self._in_force.select(keys).group_by(keys, use_threads=False).aggregate([]).to_pylist():
            provider, model, tier, scope, contract = (row[name] for name in FORM)
            form = Form(provider, model, tier, scope, account_of(contract))
            found[form] = found.get(form, False) or any(row[name] != value for name, value in WHOLE)
        return found

    def of_forms(self, numbers: Collection[int | None]) -> Sequence[PriceRow]:
        models = {(form.provider, form.model) for form in self.forms if form.number in numbers}
        near = self._in_force.filter(_is_of(self._in_force, {model for _, model in models}))
        return [row for row in rows_of(near) if (row.provider, row.model) in models]

    def has_changed_since(self, at: datetime) -> bool:
        latest = (pc.max(self.table.column(name)).as_py() for name in ("recorded_at", "superseded_at"))
        return any(each is not None and each > at for each in latest)

    def as_read_at(self, at: datetime) -> Book:
        place = self.table.column_names.index("recorded_at")
        times = pa.repeat(pa.scalar(at, pa.timestamp("us")), len(self.table))
        return TableBook(self.table.set_column(place, self.table.schema.field(place), times))

    def of_keys(self, keys: Collection[Key]) -> Sequence[PriceRow]:
        return [row for row in self._near(keys) if row.key in keys]

    def replacing(self, keys: Collection[Key], rows: Iterable[PriceRow]) -> Book:
        changed = table_of([*(row for row in self._near(keys) if row.key not in keys), *rows])
        far = self.table.filter(pc.invert(_is_of(self.table, {key[1] for key in keys})))
        return TableBook(pa.concat_tables([far, changed]).sort_by([(name, "ascending") for name in ORDER]))

    def _near(self, keys: Collection[Key]) -> Sequence[PriceRow]:
        """Rows of every model that one of the keys is of."""
        return rows_of(self.table.filter(_is_of(self.table, {key[1] for key in keys})))


def _is_of(table: pa.Table, models: Collection[str]) -> Any:
    return pc.is_in(table.column("model"), value_set=pa.array(sorted(models), pa.string()))
