"""A newer catalogue enters the book; nothing that was ever priced is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from spendmap.pricing.book import Book, check_overlaps, open_book
from spendmap.pricing.company import FILE, Address, append, company_rows, entry_of
from spendmap.pricing.health import doubts
from spendmap.pricing.rows import NO_END, NO_START, PriceRow
from spendmap.vocabulary.errors import PriceError
from spendmap.workspace import Workspace

FIRST = datetime.fromisoformat("2026-01-01")
LATER = datetime.fromisoformat("2026-02-01")
CUT = datetime.fromisoformat("2026-01-20")


def row(price: str, **columns: object) -> PriceRow:
    return replace(PriceRow("acme", "m-1", "output", Decimal(price), catalogue="list 1"), **columns)  # type: ignore[arg-type]


def test_the_same_reading_twice_changes_nothing() -> None:
    book = Book(()).merge([row("1")], FIRST)
    assert book.merge([row("1")], LATER).table.equals(book.table)
    assert [each.recorded_at for each in book.rows] == [FIRST]


def test_a_dated_price_change_supersedes_the_open_price_and_keeps_its_past() -> None:
    book = Book(()).merge([row("1")], FIRST)
    after = book.merge([row("1", valid_to=CUT), row("2", valid_from=CUT)], LATER)
    superseded = [each for each in after.rows if each.superseded_at]
    assert [(each.list_unit_price, each.superseded_at) for each in superseded] == [(1, LATER)]
    assert sorted((each.valid_from, each.valid_to, each.list_unit_price) for each in after.in_book) == [
        (NO_START, CUT, 1),
        (CUT, NO_END, 2),
    ]


def test_a_catalogue_that_forgets_the_past_does_not_take_it_from_the_book() -> None:
    book = Book(()).merge([row("1")], FIRST)
    after = book.merge([row("2", valid_from=CUT)], LATER)
    assert sorted((each.valid_from, each.valid_to, each.list_unit_price) for each in after.in_book) == [
        (NO_START, CUT, 1),
        (CUT, NO_END, 2),
    ]
    assert check_overlaps(after.table) == []
    assert after.merge([row("2", valid_from=CUT)], LATER).table.equals(after.table)


def test_a_model_that_vanishes_from_the_catalogue_keeps_its_price() -> None:
    book = Book(()).merge([row("1"), row("3", model="old")], FIRST)
    after = book.merge([row("1")], LATER)
    assert {each.model for each in after.in_book} == {"m-1", "old"}


def test_a_company_price_taken_out_of_its_file_leaves_the_book() -> None:
    book = Book(()).merge([row("1", catalogue="company", contract="C")], FIRST)
    assert book.merge([], LATER).in_book == ()


def test_a_company_price_lies_over_a_catalogue_price_that_came_later(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path)
    entry = entry_of(
        Address.parse("openai/gpt-4.1/output"), "7", per=10**6, currency="USD", valid_from="2026-01-01", valid_to=None
    )
    append(workspace.root, entry)  # written by hand: `prices add` would refuse it
    book = open_book(workspace)
    assert check_overlaps(book.table) == []
    prices = {
        (each.catalogue == "company", each.valid_from): each.list_unit_price
        for each in book.in_book
        if each.key[:5] == ("openai", "gpt-4.1", "output", "standard", "")
    }
    launch = datetime.fromisoformat("2025-04-14")  # known from here, an estimate for earlier calls
    listed = Decimal("0.000008")
    assert prices == {(False, NO_START): listed, (False, launch): listed, (True, FIRST): Decimal("0.000007")}


def test_the_shipped_book_is_read_back_from_the_workspaces_cache_unchanged(tmp_path: Path, shipped_book: Book) -> None:
    workspace = Workspace.create(tmp_path)
    assert open_book(workspace).table.equals(shipped_book.table)
    assert len(list((tmp_path / "cache").glob("prices-*.parquet"))) == 1
    assert open_book(workspace).table.equals(shipped_book.table)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prices: [{price_of: openai/gpt-4.1/output}]", "'price' is missing"),
        ("prices: [{price_of: openai/gpt-4.1/output, price: '-1'}]", "not negative"),
        ("prices: [{price_of: openai/gpt-4.1/tokens, price: '1'}]", "is not a meter"),
        ("prices: [{price_of: output, price: '1'}]", "is not provider/model/meter"),
        ("prices: [{price_of: a/b/output, price: '1', currency: dollars}]", "is not a currency code"),
        ("prices: [{price_of: a/b/output, price: '1', from: 2026-02-01, to: 2026-01-01}]", "it ends"),
        ("prices: 3", "a list under `prices:` was expected"),
        ("prices: [", "not YAML"),
        ("prices: [{price_of: a/b/output, price: '1'}, {price_of: a/b/output, price: '2'}]", "two prices in force"),
    ],
)
def test_a_price_file_that_cannot_be_used_says_what_and_where(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "register").mkdir()
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(PriceError, match=message):
        company_rows(tmp_path)


def test_a_hole_in_time_and_a_tenfold_step_are_doubted() -> None:
    rows = [
        row("1", valid_to=FIRST),
        row("11", valid_from=LATER),
        row("0.0001", model="m-2", meter="output"),
        row("0.1", model="m-2", contract="C"),
    ]
    assert [(doubt.kind, doubt.is_error) for doubt in doubts(rows)] == [
        ("gap", False),
        ("jump", False),
        ("jump", False),
    ]
