"""A book kept as a table answers as one of rows does, and takes today's prices where they differ and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from spendmap.pricing.book import Book, merged, with_company
from spendmap.pricing.rows import PriceRow
from spendmap.pricing.table_book import TableBook

FIRST = datetime.fromisoformat("2026-01-01")
LATER = datetime.fromisoformat("2026-02-01")
CUT = datetime.fromisoformat("2026-01-20")
NIGHT = {"window_start_s": 0, "window_end_s": 21_600}
DAY = {"window_start_s": 21_600, "window_end_s": 86_400}


def row(price: str, **columns: object) -> PriceRow:
    return replace(PriceRow("acme", "m-1", "output", Decimal(price), catalogue="list 1"), **columns)  # type: ignore[arg-type]


OWN = (
    row("3", provider="openai", model="gpt-4.1", contract="C", catalogue="company"),
    row("4", provider="openai", model="gpt-4.1", contract="C@acct-1", catalogue="company"),
    row("5", model="M-1"),
    row("1", model="by-hour", **NIGHT),
    row("2", model="by-hour", **DAY),
)


@pytest.fixture(scope="module")
def both(shipped_book: Book) -> tuple[Book, Book]:
    of_rows = Book((*shipped_book.rows, *OWN))
    return of_rows, Book.from_table(of_rows.table)


def test_names_are_those_of_the_rows(both: tuple[Book, Book]) -> None:
    of_rows, as_table = both
    assert isinstance(as_table, TableBook)
    for name in ("forms", "scopes", "windowed", "models"):
        assert getattr(as_table, name) == getattr(of_rows, name), name
    assert {form.model for form in as_table.windowed} >= {"by-hour"}


def test_rows_of_some_forms_are_all_rows_of_their_models(both: tuple[Book, Book]) -> None:
    of_rows, as_table = both
    for wanted in (set(), {row("1").form.number}, {form.number for form in of_rows.forms if form.model == "gpt-4.1"}):
        found = as_table.of_forms(wanted)
        assert sorted(each.price_id for each in found) == sorted(each.price_id for each in of_rows.of_forms(wanted))
        assert bool(found) == bool(wanted - {row("1").form.number})


def test_a_change_is_one_that_was_recorded_or_superseded_after_the_moment() -> None:
    book = Book((row("1", recorded_at=FIRST), row("2", recorded_at=FIRST, superseded_at=CUT)))
    for each in (book, Book.from_table(book.table)):
        assert each.has_changed_since(FIRST)
        assert not each.has_changed_since(CUT)


def test_an_empty_book_takes_all_of_todays_prices(shipped_book: Book) -> None:
    today = Book.from_table(shipped_book.table)
    assert merged(Book(()), today, FIRST).table.equals(Book(()).merge(shipped_book.rows, FIRST).table)


def test_where_nothing_differs_the_stored_book_stays_itself(shipped_book: Book) -> None:
    stored = Book.from_table(shipped_book.table).as_read_at(FIRST)
    assert merged(stored, Book.from_table(shipped_book.table), LATER) is stored


CHANGES: dict[str, Sequence[PriceRow]] = {
    "a new price": [row("7", model="m-2")],
    "a price from a day on": [row("1", valid_to=CUT), row("2", valid_from=CUT)],
    "a guess about the past": [row("9", valid_to=CUT, basis="estimated")],
    "the same price": [row("1")],
    "none any more": [],
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_differs_is_merged_as_the_whole_would_be(change: str) -> None:
    others = [row(str(number), model=f"other-{number}") for number in range(1, 30)]
    stored = Book(()).merge([row("1"), row("6", contract="C", catalogue="company"), *others], FIRST)
    today = Book((*CHANGES[change], *others[1:]))
    found = merged(Book.from_table(stored.table), Book.from_table(today.table), LATER)
    assert found.table.equals(stored.merge(today.rows, LATER).table)


def test_a_companys_prices_lie_over_a_table_as_over_rows(shipped_book: Book) -> None:
    listed = next(each for each in shipped_book.rows if each.key[:3] == ("openai", "gpt-4.1", "output"))
    company = [replace(listed, list_unit_price=Decimal("0.5"), valid_from=CUT, catalogue="company"), OWN[0]]
    over_table = with_company(Book.from_table(shipped_book.table), company)
    assert over_table.table.equals(with_company(shipped_book, company).table)
    assert over_table.table.num_rows > shipped_book.table.num_rows
