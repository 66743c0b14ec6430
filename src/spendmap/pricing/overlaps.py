"""Find prices of one key that are in force at the same instant for the same input length.

Reads price rows, returns pairs. A pair would price usage twice, so pricing refuses to start on one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from spendmap.pricing.forms import LIST, account_of
from spendmap.pricing.rows import PriceRow


@dataclass(frozen=True)
class Overlap:
    """Two rows of one key with a common instant."""

    first: PriceRow
    second: PriceRow

    @property
    def message(self) -> str:
        """What clashes, when, in words."""
        common = self.first.within(self.second)
        since = common.valid_from if common is not None else self.first.valid_from
        return (
            f"{self.first.name} has two prices in force from {since:%Y-%m-%dT%H:%M:%SZ}: "
            f"{_said(self.first)} and {_said(self.second)} per unit."
        )


def _said(row: PriceRow) -> str:
    return f"{row.list_unit_price:f} {row.currency} ({' '.join(x for x in (row.catalogue, row.contract) if x)})"


def exclusive(row: PriceRow) -> tuple[str, ...]:
    """Rows with the same value must not be in force together.

    That is the price key; but two contracts that cover the same account exclude each other whatever their ids and
    currencies, since a call is bought under one of them.
    """
    account = account_of(row.contract)
    return (*row.key[:5], account, row.currency if account == LIST else "")


def overlaps(rows: Iterable[PriceRow]) -> list[Overlap]:
    """Every clashing pair among the rows that are in the book (not superseded), in a stable order."""
    by_key: dict[tuple[str, ...], list[PriceRow]] = defaultdict(list)
    for row in rows:
        if row.superseded_at is None:
            by_key[exclusive(row)].append(row)
    found: list[Overlap] = []
    for key in sorted(by_key):
        group = sorted(by_key[key], key=lambda row: row.valid_from)
        for index, first in enumerate(group):
            for second in group[index + 1 :]:
                if second.valid_from >= first.valid_to:
                    break  # sorted by start: nothing later can overlap in time
                if first.overlaps(second):
                    found.append(Overlap(first, second))
    return found
