"""Lay prices out for one slice of usage: a row per priced name, period, part of the week and context tier.

Reads the alias table, the wide prices and the facts of the slice; writes two small tables. `priced_name` ties a
name to the number of its first cell; `price_cell` has under each number the list price and the contracted price
in force there. Inside the slice a period, a tier and a part of the week are small sums over constants, so that a
usage row finds its prices by one equality, without comparing times.
Invariant: the cells of a name cover the slice, each once; where no price is in force the cell says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import gcd
from typing import Any

import pyarrow as pa

from spendmap.ledger import METERS
from spendmap.pricing.forms import LIST
from spendmap.pricing.rows import DAY_S
from spendmap.pricing.slices import Slice, model_of
from spendmap.pricing.wide import OPEN_END

WEEK_S = 604_800
MOST_CELLS = 200_000  # more would cost more than they save
LEAST_STEP_S = 60  # parts of the week are at least this long; also more than there are context tiers
PICO = 12  # decimal places of a unit price

Wide = Mapping[str, Any]  # one row of price_wide
BESIDE_MODEL = ("provider_name", "service_tier", "region_id", "billing_account_id")
_ALIAS_KEYS = ("provider_ref", "model_ref", "tier_ref", "region_ref", "account_ref")
_SUBJECT = ("price_form", "contract_form", "provider", "model", "unpriced_reason")


@dataclass(frozen=True)
class Grid:
    """Where the prices of a slice change. A cell's number is the sum of the name's, period's, week's and tier's."""

    periods: tuple[datetime, ...]  # edges inside the slice, of names whose price is the same all week
    week_periods: tuple[datetime, ...]  # of names whose price depends on the time of day or the weekday
    step_s: int  # parts of the week, in seconds; 0 when no price depends on them
    tiers: tuple[int, ...]  # tokens of input from which another price may hold


@dataclass(frozen=True)
class Cells:
    """The two tables and the grid they are laid out on."""

    grid: Grid
    names: pa.Table
    model_column: str  # SQL for the model a row of usage `u` is named by
    prices: pa.Table
    has_contracts: bool

    @property
    def name_columns(self) -> tuple[str, ...]:
        """What usage is joined by: the columns that make a difference to some price."""
        return tuple(name for name in self.names.column_names if name not in ("first_cell", "is_weekly"))


def lay_out(found: Slice, names: pa.Table, aliases: pa.Table, wide: pa.Table) -> Cells | None:
    """The tables for one slice; None when they would be larger than the gain.

    Args:
        names: `names_in` of the slice.
        aliases: `build_aliases` of these names.
        wide: `build_price_wide`, at least the forms the aliases mention.
    """
    known = {tuple(row[key] for key in _ALIAS_KEYS): row for row in aliases.to_pylist()}
    subject_of = [tuple(known[_looked_up(name)][column] for column in _SUBJECT) for name in names.to_pylist()]
    subjects = sorted(set(subject_of), key=str)
    rows = [row for row in wide.to_pylist() if row["valid_from"] <= found.last and found.first < row["valid_to"]]
    by_form: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        by_form.setdefault(row["price_form"], []).append(index)
    of_list = [by_form.get(subject[0], []) for subject in subjects]
    of_contract = [[i for i in by_form.get(subject[1], []) if rows[i]["account"] != LIST] for subject in subjects]
    weekly = [any(map(_is_weekly, (rows[i] for i in (*a, *b)))) for a, b in zip(of_list, of_contract, strict=True)]
    mentioned = [[rows[i] for i in (*a, *b)] for a, b in zip(of_list, of_contract, strict=True)]
    grid = Grid(
        periods=_periods(found, (row for own, week in zip(mentioned, weekly, strict=True) if not week for row in own)),
        week_periods=_periods(found, (row for own, week in zip(mentioned, weekly, strict=True) if week for row in own)),
        step_s=_step(row for own in mentioned for row in own if _is_weekly(row)),
        tiers=_tiers(found, (row for own in mentioned for row in own)),
    )
    parts = WEEK_S // grid.step_s if grid.step_s else 1
    calm = len(subjects) - sum(weekly)
    size = (calm * (len(grid.periods) + 1) + sum(weekly) * (len(grid.week_periods) + 1) * parts) * (len(grid.tiers) + 1)
    if size > MOST_CELLS or 0 < grid.step_s < max(LEAST_STEP_S, len(grid.tiers) + 1):
        return None
    span = WEEK_S * (max(len(grid.periods), len(grid.week_periods)) + 1)
    cells: list[tuple[int, int, int | None, int | None]] = []  # number, subject, list row, contract row
    for number in range(len(subjects)):
        first = number * span
        listed = dict(_placed(grid, found, weekly[number], rows, of_list[number]))
        contracted = dict(_placed(grid, found, weekly[number], rows, of_contract[number]))
        cells.extend(
            (first + place, number, listed.get(place), contracted.get(place))
            for place in _places(grid, is_weekly=weekly[number])
        )
    placed = {subject: (number * span, weekly[number]) for number, subject in enumerate(subjects)}
    named = _names(names, [placed[subject] for subject in subject_of])
    has_contracts = any(of_contract)
    return Cells(grid, named, _model_column(names), _prices(cells, subjects, rows, wide.schema), has_contracts)


def _looked_up(name: Mapping[str, str | None]) -> tuple[str, ...]:
    provider, tier, region, account = (name[column] or "" for column in BESIDE_MODEL)
    return provider, model_of(name) or "", tier, region, account


def _is_weekly(row: Wide) -> bool:
    return (row["weekday_from"], row["weekday_to"], row["window_start_s"], row["window_end_s"]) != (0, 7, 0, DAY_S)


def _periods(found: Slice, rows: Iterable[Wide]) -> tuple[datetime, ...]:
    edges = {row[name] for row in rows for name in ("valid_from", "valid_to")}
    return tuple(sorted(edge for edge in edges if found.first < edge <= found.last))


def _step(rows: Iterable[Wide]) -> int:
    edges = [edge for row in rows for edge in (row["window_start_s"], row["window_end_s"], DAY_S)]
    return gcd(*edges) if edges else 0


def _tiers(found: Slice, rows: Iterable[Wide]) -> tuple[int, ...]:
    edges = {row[name] for row in rows for name in ("input_from", "input_to")}
    return tuple(sorted(edge for edge in edges if 0 < edge < OPEN_END and edge <= found.longest_input))


def _places(grid: Grid, *, is_weekly: bool) -> Iterable[int]:
    """Every cell of one name: period + part of the week + tier."""
    periods = len(grid.week_periods if is_weekly else grid.periods) + 1
    for period in range(periods):
        for part in range(0, WEEK_S, grid.step_s) if is_weekly else (0,):
            for tier in range(len(grid.tiers) + 1):
                yield period * WEEK_S + part + tier


def _placed(
    grid: Grid, found: Slice, is_weekly: bool, rows: Sequence[Wide], own: Iterable[int]
) -> Iterable[tuple[int, int]]:
    """Which row of the wide table is in force in which cell."""
    starts = (found.first, *(grid.week_periods if is_weekly else grid.periods))
    lengths = (0, *grid.tiers)
    for index in own:
        row = rows[index]
        periods = [i for i, start in enumerate(starts) if row["valid_from"] <= start < row["valid_to"]]
        tiers = [i for i, length in enumerate(lengths) if row["input_from"] <= length < row["input_to"]]
        parts: Iterable[int] = (0,)
        if is_weekly:
            parts = [
                day * DAY_S + second
                for day in range(row["weekday_from"], row["weekday_to"])
                for second in range(row["window_start_s"], row["window_end_s"], grid.step_s)
            ]
        for period in periods:
            for part in parts:
                for tier in tiers:
                    yield period * WEEK_S + part + tier, index


def _names(names: pa.Table, placed: Sequence[tuple[int, bool]]) -> pa.Table:
    """Names and their first cells, without the columns that make no difference to any of them."""
    columns = {
        "model": [model_of(name) for name in names.to_pylist()],
        **{column: names.column(column).to_pylist() for column in BESIDE_MODEL},
    }
    kept = list(columns)
    for column in reversed(BESIDE_MODEL):
        fewer = [name for name in kept if name != column]
        seen = set(zip(*(columns[name] for name in fewer), strict=True))
        if len(set(zip(*(columns[name] for name in fewer), placed, strict=True))) == len(seen):
            kept = fewer
    distinct = sorted(set(zip(*(columns[name] for name in kept), placed, strict=True)), key=str)
    fields: list[pa.Field[Any]] = [
        *(pa.field(name, pa.string()) for name in kept),
        pa.field("first_cell", pa.int64()),
        pa.field("is_weekly", pa.bool_()),
    ]
    records = [dict(zip((*kept, "first_cell", "is_weekly"), (*row[:-1], *row[-1]), strict=True)) for row in distinct]
    return pa.Table.from_pylist(records, schema=pa.schema(fields))


def _model_column(names: pa.Table) -> str:
    answered = names.column("response_model")
    if answered.null_count == 0:
        return "u.response_model"
    if answered.null_count == len(answered):
        return "u.request_model"
    return "COALESCE(u.response_model, u.request_model)"


def _prices(
    cells: Sequence[tuple[int, int, int | None, int | None]],
    subjects: Sequence[tuple[Any, ...]],
    rows: Sequence[Wide],
    schema: pa.Schema,
) -> pa.Table:
    """The cells as a table. Where no contract price is in force the contracted price is the list price."""
    numbers, owners, listed, contracted = (list(part) for part in zip(*cells, strict=True))
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    own = [i if i is not None else j for i, j in zip(contracted, listed, strict=True)]
    reasons = [
        _reason(subjects[owner], None if index is None else rows[index])
        for owner, index in zip(owners, listed, strict=True)
    ]
    out: dict[str, pa.Array[Any] | pa.ChunkedArray[Any]] = {
        "cell": pa.array(numbers, pa.int64()),
        "price_provider": pa.array([subjects[owner][2] for owner in owners], pa.string()),
        "price_model": pa.array([subjects[owner][3] for owner in owners], pa.string()),
        "no_price_reason": pa.array(reasons, pa.string()),
    }
    for kind, indices in (("list", pa.array(listed, pa.int64())), ("contracted", pa.array(own, pa.int64()))):
        for name in ("currency", "has_tiers", "seconds_min", *METERS):
            out[f"{kind}_{name}"] = table.column(name).take(indices)
        for meter in METERS:
            out[f"{kind}_{meter}_pico"] = _pico(table.column(meter)).take(indices)
    out["price_key"] = table.column("price_key").take(pa.array(listed, pa.int64()))
    out["contract_price_key"] = table.column("price_key").take(pa.array(contracted, pa.int64()))
    return pa.table(out)


def _pico(prices: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    """Unit prices as whole numbers of 1e-12, which is what DECIMAL(18,12) holds."""
    values = [None if price is None else int(price.scaleb(PICO)) for price in prices.to_pylist()]
    return pa.array(values, pa.int64())


def _reason(subject: tuple[Any, ...], listed: Wide | None) -> str | None:
    _, _, provider, model, reason = subject
    if reason is not None:
        return str(reason)
    if listed is not None:
        return None
    if model is None:
        return "the row's model was not looked up in the price book"
    return f"{provider}/{model} has no price in force at the row's time and input length"
