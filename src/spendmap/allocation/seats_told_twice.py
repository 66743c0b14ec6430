"""Seats that the lists of two sources tell: one purchase, listed by IT and by finance (part of step 2, allocate).

Pure. Takes the seat rows of some months with their costs; says which rows another source's rows stand for, and what is
perhaps one purchase and perhaps two. A list says what is held, so equal seats of a plan and department are one holding,
on whatever day of the month each source lists them.
Invariant: of two equal lists the first source's by name counts; lists of other departments add.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, str]
"""Source and natural key of a seat row."""


@dataclass(frozen=True)
class Asked:
    """Seats of `row` that may be those of another source's list, and the smaller cost of the two."""

    row: Row
    amount: Decimal
    reason: str


def told_twice(rows: Iterable[Row], apart: Container[str]) -> tuple[dict[Key, str], list[Asked]]:
    """Rows that another source stands for (with that source), and what is to be asked.

    Args:
        rows: seat rows with their `effective_cost`.
        apart: loads of which a person said that they are no copy (`copy=no`).
    """
    plans: dict[tuple[str, str, str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["load_id"] not in apart and row["product"]:
            key = (row["billing_month"], row["billing_currency"] or "", _plain(row["product"]), _plain(row["plan"]))
            plans[key][row["source_name"]].append(row)
    covered: dict[Key, str] = {}
    asked: list[Asked] = []
    for _, sources in sorted(plans.items()):
        for one, other in combinations(sorted(sources), 2):
            standing = [row for row in sources[one] if _key(row) not in covered]
            again = [row for row in sources[other] if _key(row) not in covered]
            if standing and again and _are_of_one_vendor(standing, again):
                _compare(standing, again, covered, asked)
    return covered, asked


def _compare(standing: Sequence[Row], again: Sequence[Row], covered: dict[Key, str], asked: list[Asked]) -> None:
    source = str(standing[0]["source_name"])
    one, other = _by_department(standing), _by_department(again)
    is_parted = ("" in one) != ("" in other)  # one lists the whole, the other its departments
    if is_parted and (whole := _totals(one.values())) is not None and whole == _totals(other.values()):
        covered |= {_key(row): source for row in again}
        return
    every = [row for own in one.values() for row in own]
    for department, theirs in sorted(other.items()):
        # A list without departments is of all of them; lists of two departments have nothing in common.
        mine = one.get(department) or one.get("") or (every if department == "" else [])
        if not mine:
            continue
        if _held(mine) == _held(theirs):
            covered |= {_key(row): source for row in theirs}
        elif (amount := _smaller(mine, theirs)) is not None:
            asked.append(Asked(theirs[0], amount, _reason(theirs[0], source)))


def _reason(row: Row, source: str) -> str:
    of = f" of {row['department_name']}" if row["department_name"] else ""
    return (
        f"seats of {row['product']}{of} are in the lists of {source} and {row['source_name']}, in other numbers: "
        f"capture one list only, or say with `spendmap capture --source {row['source_name']} --set copy=no` that both "
        "are bought"
    )


def _by_department(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[_plain(row["department_name"])].append(row)
    return found


def _held(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Seats and prices in order of listing; the days count only where there are several."""
    listed = sorted(rows, key=lambda row: (row["day"], row["natural_key"]))
    several = len({row["day"] for row in listed}) > 1
    return [(row["day"] if several else None, *_priced(row)) for row in listed]


def _totals(lists: Iterable[Sequence[Row]]) -> dict[tuple[Any, ...], Decimal] | None:
    """Seats by price, over all departments; None where a plan is listed on several days or says no number."""
    found: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for rows in lists:
        if len({row["day"] for row in rows}) > 1 or any(row["provisioned_quantity"] is None for row in rows):
            return None
        for row in rows:
            quantity, *price = _priced(row)
            found[tuple(price)] += quantity
    return found


def _priced(row: Row) -> tuple[Any, ...]:
    return row["provisioned_quantity"], row["contracted_unit_price"], row["price_months"] or 1


def _smaller(one: Iterable[Row], other: Iterable[Row]) -> Decimal | None:
    costs = [[row["effective_cost"] for row in rows if row["effective_cost"] is not None] for rows in (one, other)]
    return min(sum(each, Decimal(0)) for each in costs) if all(costs) else None


def _are_of_one_vendor(one: Iterable[Row], other: Iterable[Row]) -> bool:
    """Whether no stated supplier speaks against it; a list often leaves it out."""
    said = [{_plain(row["supplier_name"]) for row in rows if row["supplier_name"]} for rows in (one, other)]
    return not all(said) or bool(said[0] & said[1])


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _key(row: Row) -> Key:
    return str(row["source_name"]), str(row["natural_key"])


__all__ = ["Asked", "told_twice"]
