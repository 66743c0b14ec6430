"""Lay the prices of one slice out, so that a row of usage finds its own by one number.

Reads the alias table, the wide prices and the facts of the slice; writes one small table. `price_cell` has under
the number of each name and place of the grid the list price and the contracted price in force there, in currency
and in whole numbers of 1e-12 (`_pico`). How a name becomes a number is in `numbering`.
Invariant: the cells of a name cover the slice, each once; where no price is in force the cell says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from spendmap.ledger import METERS
from spendmap.pricing.forms import LIST
from spendmap.pricing.grid import Grid, Wide, grid_of, is_weekly
from spendmap.pricing.numbering import MODEL, Numbering, numbering_of
from spendmap.pricing.slices import Slice, model_of

MOST_CELLS = 200_000  # more would cost more than they save
PICO_PLACES = 12  # decimal places of a unit price
BESIDE_MODEL = ("provider_name", "service_tier", "region_id", "billing_account_id")
PRICED = (*METERS, "output_unsaid")
"""Columns of the wide table with a unit price."""

_ALIAS_KEY = ("provider_ref", "model_ref", "tier_ref", "region_ref", "account_ref")


class Subject(NamedTuple):
    """What names are priced as; many names may be one subject. The fields are the alias table's."""

    price_form: int | None
    contract_form: int | None
    provider: str | None
    model: str | None
    unpriced_reason: str | None
    is_resold: bool
    ending: str | None


class _Cell(NamedTuple):
    number: int
    subject: Subject
    listed: int | None  # rows of the wide table in force
    contract: int | None


@dataclass(frozen=True)
class Cells:
    """The table, the grid it is laid out on and the numbers of the names."""

    grid: Grid
    numbering: Numbering
    weekly: Mapping[int, int]  # first place of each name, by its number, whose price depends on the part of the week
    prices: pa.Table
    has_contracts: bool


def lay_out(found: Slice, names: pa.Table, aliases: pa.Table, wide: pa.Table) -> Cells | None:
    """The cells of one slice; None when they would be larger than the gain.

    Args:
        names: `names_in` of the slice.
        aliases: `build_aliases` of these names.
        wide: `build_price_wide`, at least the forms the aliases mention.
    """
    rows = [row for row in wide.to_pylist() if row["valid_from"] <= found.last and found.first < row["valid_to"]]
    by_form: dict[int | None, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        by_form[row["price_form"]].append(index)
    subject_of = _subjects(names, aliases)
    of_list = {subject: by_form[subject.price_form] for subject in subject_of}
    of_contract = {
        subject: [index for index in by_form[subject.contract_form] if rows[index]["account"] != LIST]
        for subject in of_list
    }
    mentioned = {subject: (*of_list[subject], *of_contract[subject]) for subject in of_list}
    grid = grid_of(found, [rows[index] for index in sorted({i for each in mentioned.values() for i in each})])
    numbered = _numbered(names, subject_of)
    if numbered is None:
        return None
    numbering, numbers = numbered
    weekly: dict[int, int] = {}
    cells: list[_Cell] = []
    for number, subject in sorted(numbers.items()):
        is_week = any(is_weekly(rows[index]) for index in mentioned[subject])
        if is_week:
            weekly[number] = numbering.end + len(weekly) * grid.parts
        first = weekly.get(number, number) * grid.place_stride
        listed = {at: i for i in of_list[subject] for at in grid.cells_of(rows[i], is_weekly=is_week)}
        contract = {at: i for i in of_contract[subject] for at in grid.cells_of(rows[i], is_weekly=is_week)}
        places = grid.parts if is_week else 1
        cells += [
            _Cell(first + at, subject, listed.get(at), contract.get(at)) for at in range(places * grid.place_stride)
        ]
        if len(cells) > MOST_CELLS:
            return None
    return Cells(grid, numbering, weekly, _prices(cells, rows, wide.schema), any(of_contract.values()))


def _subjects(names: pa.Table, aliases: pa.Table) -> list[Subject]:
    """What each name is priced as."""
    known = {tuple(row[key] for key in _ALIAS_KEY): row for row in aliases.to_pylist()}
    subjects = []
    for name in names.to_pylist():
        provider, tier, region, account = (name[column] or "" for column in BESIDE_MODEL)
        alias = known[provider, model_of(name) or "", tier, region, account]
        subjects.append(Subject(*(alias[field] for field in Subject._fields)))
    return subjects


def _numbered(names: pa.Table, subject_of: Sequence[Subject]) -> tuple[Numbering, dict[int, Subject]] | None:
    """How names are numbered, without the columns that make no difference to any price, and what each number is."""
    columns: dict[str, list[str | None]] = {
        MODEL: [model_of(name) for name in names.to_pylist()],
        **{column: names.column(column).to_pylist() for column in BESIDE_MODEL},
    }
    for column in reversed(BESIDE_MODEL):
        fewer = {name: values for name, values in columns.items() if name != column}
        if len(set(zip(*fewer.values(), subject_of, strict=True))) == len(set(zip(*fewer.values(), strict=True))):
            columns = fewer
    numbering = numbering_of(columns, _model_columns(names))
    if numbering is None:
        return None
    records = zip(*columns.values(), strict=True)
    return numbering, {numbering.number(record): subject for record, subject in zip(records, subject_of, strict=True)}


def _model_columns(names: pa.Table) -> tuple[str, ...]:
    """Where a row says its model: the first of these that is stated."""
    answered = names.column("response_model")
    if answered.null_count == 0:
        return ("response_model",)
    if answered.null_count == len(answered):
        return ("request_model",)
    return ("response_model", "request_model")


def _prices(cells: Sequence[_Cell], rows: Sequence[Wide], schema: pa.Schema) -> pa.Table:
    """The cells as a table. Where no contract price is in force the contracted price is the list price."""
    wide = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    pico = {meter: _pico(wide.column(meter).to_pylist()) for meter in PRICED}
    listed = pa.array([cell.listed for cell in cells], pa.int64())
    contract = pa.array([cell.contract for cell in cells], pa.int64())
    contracted = pa.array([cell.listed if cell.contract is None else cell.contract for cell in cells], pa.int64())
    out: dict[str, pa.Array[Any] | pa.ChunkedArray[Any]] = {
        "cell": pa.array([cell.number for cell in cells], pa.int64()),
        "price_provider": pa.array([cell.subject.provider for cell in cells], pa.string()),
        "price_model": pa.array([cell.subject.model for cell in cells], pa.string()),
        "no_price_reason": pa.array([_reason(cell) for cell in cells], pa.string()),
        "price_key": wide.column("price_key").take(listed),
        "contract_price_key": wide.column("price_key").take(contract),
    }
    for kind, indices in (("list", listed), ("contracted", contracted)):
        for column in ("currency", "has_tiers", "seconds_min", *PRICED):
            out[f"{kind}_{column}"] = wide.column(column).take(indices)
        for meter in PRICED:
            out[f"{kind}_{meter}_pico"] = pico[meter].take(indices)
    out["list_output_kinds"] = wide.column("output_kinds").take(listed)
    out["estimated"] = wide.column("estimated").take(contracted)
    out["is_resold"] = pa.array([cell.subject.is_resold and cell.contract is None for cell in cells], pa.bool_())
    return pa.table(out)


def _pico(prices: Iterable[Any]) -> pa.Array[Any]:
    """Unit prices as whole numbers of 1e-12: a DECIMAL(18,12) holds nothing finer."""
    return pa.array([None if price is None else int(price.scaleb(PICO_PLACES)) for price in prices], pa.int64())


def _reason(cell: _Cell) -> str | None:
    """Why nothing is priced in the cell; where something is, how the reason of a meter without a price begins."""
    subject = cell.subject
    if subject.unpriced_reason is not None:
        return subject.unpriced_reason
    label = f"{subject.provider}/{subject.model}"
    return (
        label
        if cell.listed is not None
        else f"{label} has no price in force at the row's time and input length{subject.ending or ''}"
    )
