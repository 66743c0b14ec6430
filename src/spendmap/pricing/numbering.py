"""Number the names usage is priced by, with one cheap function of each text column.

Pure. A value's code is where it stands in the list of its column's values; an engine looks it up once per distinct
value of a block, not once per row. The number of a name is its codes in a mixed radix, so the numbers lie dense.
Invariant: two names have one number only when they are equal; a value that is not listed has no number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

MOST_VALUES = 2_000  # of one column; looking through more would cost more than it saves
MOST = 2**40
MODEL = "model"  # the name column that is said by one of two columns of usage


@dataclass(frozen=True)
class Coded:
    """One name column: where each of its values stands, from 1; NULL after the last."""

    columns: tuple[str, ...]  # of usage; the first that is stated counts
    codes: Mapping[str | None, int]
    stride: int

    @property
    def sql(self) -> str:
        """The code of a row `u` of usage, times the stride."""
        values = ", ".join(exp.Literal.string(value).sql(dialect="duckdb") for value in self.codes if value is not None)
        found = [f"ARRAY_POSITION([{values}], u.{column})" for column in self.columns]
        if None in self.codes:
            found.append(str(self.codes[None]))
        whens = [f"WHEN u.{column} IS NOT NULL THEN {code}" for column, code in zip(self.columns, found, strict=False)]
        code = found[0] if len(found) == 1 else f"CASE {' '.join(whens[: len(found) - 1])} ELSE {found[-1]} END"
        return code if self.stride == 1 else f"{code} * {self.stride}"


@dataclass(frozen=True)
class Numbering:
    """How the names of one slice are numbered. Every number is less than `end`."""

    coded: tuple[Coded, ...]
    end: int

    def number(self, name: Sequence[str | None]) -> int:
        """The number of a listed name, its values in the order of the columns."""
        return sum(each.codes[value] * each.stride for each, value in zip(self.coded, name, strict=True))

    @property
    def sql(self) -> str:
        """The number of a row `u` of usage."""
        return " + ".join(each.sql for each in self.coded)


def numbering_of(columns: Mapping[str, Sequence[str | None]], models: tuple[str, ...]) -> Numbering | None:
    """Number the values of `columns`; None when they are too many.

    Args:
        columns: the values of each name column, side by side.
        models: the columns of usage that say `MODEL`, by precedence.
    """
    coded: list[Coded] = []
    stride = 1
    for name, values in columns.items():
        listed: list[str | None] = [*sorted({value for value in values if value is not None})]
        if None in values:
            listed.append(None)
        if len(listed) > MOST_VALUES:
            return None
        codes = {value: number for number, value in enumerate(listed, start=1)}
        coded.append(Coded(models if name == MODEL else (name,), codes, stride))
        stride *= len(listed) + 1
    return Numbering(tuple(coded), stride) if stride < MOST else None
