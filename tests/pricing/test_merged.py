"""When today's prices need not be merged into the stored book: only while nothing of three things has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from spendmap.pricing.company import append
from spendmap.pricing.merged import NOTE, MergedPrices

STORED = ["a.parquet", "b.parquet"]


def prices(root: Path, *stored: str) -> MergedPrices:
    return MergedPrices(root, [root / name for name in stored or STORED])


def test_nothing_is_taken_for_merged_that_was_not(tmp_path: Path) -> None:
    assert not prices(tmp_path).is_merged()
    prices(tmp_path).remember()
    assert prices(tmp_path).is_merged()
    assert MergedPrices(
        tmp_path, [tmp_path / name for name in reversed(STORED)]
    ).is_merged()  # their order says nothing


def test_an_empty_ledger_has_no_book_to_go_by(tmp_path: Path) -> None:
    MergedPrices(tmp_path, []).remember()
    assert not MergedPrices(tmp_path, []).is_merged()


def _own_price(root: Path) -> None:
    append(root, {"price_of": "openai/gpt-4.1/output", "price": "7", "per": 1_000_000, "from": "2026-10-01"})


def _newer_catalogue(root: Path) -> None:
    folder = root / "prices"
    from spendmap.pricing.refresh import take

    folder.mkdir()
    (folder / "given.json").write_text("[]")
    take(root, folder / "given.json", date(2026, 11, 30))


def _damaged(root: Path) -> None:
    (root / NOTE).write_text("something else\n")


@pytest.mark.parametrize("change", [_own_price, _newer_catalogue, _damaged])
def test_another_price_or_catalogue_is_merged_again(tmp_path: Path, change: Callable[[Path], None]) -> None:
    prices(tmp_path).remember()
    change(tmp_path)
    assert not prices(tmp_path).is_merged()


def test_another_stored_book_is_merged_into_again(tmp_path: Path) -> None:
    prices(tmp_path).remember()
    assert not prices(tmp_path, "a.parquet").is_merged()
    assert not prices(tmp_path, "a.parquet", "c.parquet").is_merged()
