"""Checks that a transform declares in its header, and that run: rows and sums out against rows and sums in.

A line `-- check: ...` is one of these, and nothing else; what cannot be run is written as `-- note: ...`:

    rows = rows of TABLE [+ TABLE ...] [where CONDITION]
    sum(COLUMN) = rows of TABLE [+ TABLE ...] [where CONDITION]
    sum(COLUMN[, ...]) = sum[(COLUMN[, ...])] of TABLE [where CONDITION]     the same columns unless named
    unique(COLUMN[, COLUMN ...])                                   no two rows out have the same

Sums leave NULL out, on both sides. Both sides are compared to the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from spendmap.engine.engine import Engine
from spendmap.engine.transform import Transform
from spendmap.vocabulary.errors import LawBrokenError, TransformRefusedError

_LINE = re.compile(r"^--\s*check:\s*(.*?)\s*$", re.MULTILINE)
_NAMES = r"[a-z_][a-z0-9_]*(?:\s*,\s*[a-z_][a-z0-9_]*)*"
_TABLES = r"[a-z_][a-z0-9_]*(?:\s*\+\s*[a-z_][a-z0-9_]*)*"
_BALANCE = re.compile(
    rf"(?:rows|sum\((?P<columns>{_NAMES})\)) = (?P<side>rows|sum(?:\((?P<inner>{_NAMES})\))?) of "
    rf"(?P<tables>{_TABLES})(?: where (?P<where>.+))?"
)
_UNIQUE = re.compile(rf"unique\((?P<columns>{_NAMES})\)")


@dataclass(frozen=True)
class Check:
    """One declared check. `columns` are summed out and `inner` in (none: rows are counted) over `tables`."""

    text: str
    columns: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    where: str = ""

    @classmethod
    def parse(cls, text: str) -> Check:
        """Read one line.

        Raises:
            ValueError: it is none of the forms that can be run.
        """
        if found := _UNIQUE.fullmatch(text):
            return cls(text, _split(found["columns"], ","))
        found = _BALANCE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a check that can be run; a remark begins with `-- note:`")
        columns = _split(found["columns"] or "", ",")
        inner = () if found["side"] == "rows" else _split(found["inner"] or "", ",") or columns
        if len(columns) != len(inner) and not (len(columns) == 1 and found["side"] == "rows"):
            raise ValueError(f"{text!r} compares what cannot be compared: as many sums in as out, or one with rows")
        if found["side"] != "rows" and not columns:
            raise ValueError(f"{text!r} compares rows out with a sum in")
        return cls(text, columns, inner, _split(found["tables"], "+"), found["where"] or "")

    def broken(self, engine: Engine, out: str) -> str | None:
        """What differs in the table bound as `out`, in words; None while the check holds."""
        if not self.tables:
            names = ", ".join(self.columns)
            twice = f"SELECT {names} FROM {out} GROUP BY {names} HAVING count(*) > 1"
            (many,) = _row(engine, f"SELECT count(*) AS n0 FROM ({twice}) AS t")
            return f"{self.text}: {many:,} keys come twice" if many else None
        given = _row(engine, f"SELECT {_sums(self.columns)} FROM {out}")
        condition = f" WHERE {self.where}" if self.where else ""
        each = [_row(engine, f"SELECT {_sums(self.inner)} FROM {table}{condition}") for table in self.tables]
        taken = tuple(sum(values, Decimal(0)) for values in zip(*each, strict=True))
        return None if given == taken else f"{self.text}: {_told(given)} out, {_told(taken)} in"


def checks_of(sql: str) -> tuple[Check, ...]:
    """The checks that the header of a transform declares.

    Raises:
        TransformRefusedError: a line is not one that can be run.
    """
    try:
        return tuple(Check.parse(text) for text in _LINE.findall(sql))
    except ValueError as error:
        raise TransformRefusedError(f"{error}.") from error


def hold(engine: Engine, transform: Transform, result: pa.Table | Sequence[Path]) -> None:
    """Run a transform's checks on its result; what went in must still be bound.

    Raises:
        LawBrokenError: one does not hold. Nothing of the run was published then.
    """
    checks = checks_of(transform.sql)
    if not checks:
        return
    out = f"checked_{transform.name}"
    engine.bind(out, transform if not isinstance(result, pa.Table) and not result else result)
    for check in checks:
        if broken := check.broken(engine, out):
            raise LawBrokenError(
                f"{transform.name}: {broken}.",
                next_step="Nothing was published. Please report it with the output of `spendmap check`.",
            )


def _sums(columns: Sequence[str]) -> str:
    if not columns:
        return "CAST(count(*) AS DECIMAL(38,0)) AS n0"
    return ", ".join(
        f"coalesce(CAST(sum({name}) AS DECIMAL(38,12)), CAST(0 AS DECIMAL(38,12))) AS n{place}"
        for place, name in enumerate(columns)
    )


def _row(engine: Engine, sql: str) -> tuple[Decimal, ...]:
    row = engine.table(Transform("check", sql)).to_pylist()[0]
    return tuple(Decimal(value) for value in row.values())


def _told(values: Sequence[Decimal]) -> str:
    return ", ".join(f"{value.normalize():f}" for value in values)


def _split(text: str, by: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(by) if part.strip())
