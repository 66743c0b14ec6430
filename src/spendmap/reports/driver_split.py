"""The arithmetic of the driver waterfall: one difference of money, taken apart into parts that add up to it.

Pure and exact (fractions). A cell is what can be bought twice: a vendor's model in a use case, a product's seats, a
kind of work. Cells of one pool are alternatives to each other, so moving between them is mix.

For a pool whose cells exist in both periods, with quantity q and cost c (0 = before, 1 = now), Q = sum of q:

    volume = sum of c0 * Q1/Q0 - c0         the pool's growth, at the old mix and the old cost per unit
    mix    = sum of q1 * c0/q0 - c0 * Q1/Q0  the same growth, but what was chosen changed
    price  = sum of c1 - q1 * c0/q0          today's quantity, at today's cost per unit instead of the old one

The three add up to c1 - c0 whatever the numbers. A cell of one period only is new or gone, whole. Where a quantity or
a cost is not known in both periods, the difference is `other`: nobody can say why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Driver = Literal["volume", "mix", "price", "new", "gone", "seats", "labour", "other"]
Kind = Literal["metered", "seats", "labour", "charge"]
DRIVERS: tuple[Driver, ...] = ("volume", "mix", "price", "new", "gone", "seats", "labour", "other")


@dataclass(frozen=True)
class Side:
    """One cell in one period. `cost` None: no row of it has one. `quantity` None: not known, or not comparable."""

    cost: Decimal | None
    quantity: Decimal | None = None
    unit: str | None = None
    is_whole: bool = True  # every row of it has a cost; otherwise the quantity covers more than the cost does


@dataclass(frozen=True)
class Cell:
    """The same thing before and now; None where it did not exist. `pool` holds the cells it can be exchanged for."""

    key: Hashable
    kind: Kind
    pool: Hashable
    before: Side | None
    now: Side | None


@dataclass(frozen=True)
class Part:
    """What one cell adds to one driver. `name` says which effect of it: count, price, hours, rate."""

    driver: Driver
    cell: Cell
    amount: Fraction
    name: str = ""


def split(cells: Iterable[Cell]) -> list[Part]:
    """The difference of all cells as parts; their sum is the difference of the known costs, exactly."""
    parts: list[Part] = []
    pools: dict[Hashable, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.kind == "metered" and _is_comparable(cell):
            pools[cell.pool, cell.now.unit if cell.now else None].append(cell)
        else:
            parts += _alone(cell)
    for pool in pools.values():
        parts += _volume_mix_price(pool)
    return [part for part in parts if part.amount]


def difference(cell: Cell) -> Fraction:
    """What the cell costs more than before; unknown costs are left out, as in the totals."""
    return _cost(cell.now) - _cost(cell.before)


def _alone(cell: Cell) -> list[Part]:
    """A cell that is compared with itself only."""
    if cell.kind == "seats":
        return _count_and_rate(cell, "seats", "number of seats", "price of a seat")
    if cell.kind == "labour":
        return _count_and_rate(cell, "labour", "hours worked", "rate of an hour")
    whole = difference(cell)
    if cell.before is None:
        return [Part("new", cell, whole)]
    if cell.now is None:
        return [Part("gone", cell, whole)]
    return [Part("other", cell, whole)]


def _count_and_rate(cell: Cell, driver: Driver, count: str, rate: str) -> list[Part]:
    if cell.before is None or cell.now is None:  # begun or ended: all of it is count
        return [Part(driver, cell, difference(cell), count)]
    if not _is_comparable(cell):
        return [Part("other", cell, difference(cell))]
    old_rate = _cost(cell.before) / _quantity(cell.before)
    at_old_rate = _quantity(cell.now) * old_rate
    return [
        Part(driver, cell, at_old_rate - _cost(cell.before), count),
        Part(driver, cell, _cost(cell.now) - at_old_rate, rate),
    ]


def _volume_mix_price(pool: list[Cell]) -> list[Part]:
    before = sum((_quantity(cell.before) for cell in pool), Fraction(0))
    growth = sum((_quantity(cell.now) for cell in pool), Fraction(0)) / before
    parts = []
    for cell in pool:
        old, new = _cost(cell.before), _cost(cell.now)
        at_old_price = _quantity(cell.now) * old / _quantity(cell.before)
        parts += [
            Part("volume", cell, old * growth - old),
            Part("mix", cell, at_old_price - old * growth),
            Part("price", cell, new - at_old_price),
        ]
    return parts


def _is_comparable(cell: Cell) -> bool:
    before, now = cell.before, cell.now
    if before is None or now is None or before.cost is None or now.cost is None:
        return False
    if not before.is_whole or not now.is_whole or before.unit != now.unit:
        return False
    return before.quantity is not None and now.quantity is not None and before.quantity > 0 and now.quantity >= 0


def _cost(side: Side | None) -> Fraction:
    return Fraction(0) if side is None or side.cost is None else Fraction(side.cost)


def _quantity(side: Side | None) -> Fraction:
    return Fraction(0) if side is None or side.quantity is None else Fraction(side.quantity)
