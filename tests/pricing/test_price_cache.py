"""The kept copy of the shipped prices: whatever befalls it, prices are those of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from spendmap.pricing.book import _cached
from spendmap.pricing.rows import PriceRow

ROWS = [PriceRow("acme", f"m-{number}", "output", Decimal(number)) for number in range(1, 200)]


def _flip_middle(content: bytes) -> bytes:
    at = len(content) // 4
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-20], lambda content: b"x" * len(content), _flip_middle],
    ids=["emptied", "cut short", "garbage", "one bit"],
)
def test_a_damaged_copy_of_the_prices_is_made_anew(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / "cache" / "prices.parquet"
    names = [(row.model, row.list_unit_price) for row in _cached(file, lambda: list(ROWS)).rows]
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    again = _cached(file, lambda: list(ROWS))
    assert [(row.model, row.list_unit_price) for row in again.rows] == names
    assert file.read_bytes() == whole
