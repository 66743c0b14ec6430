"""One invoice for seats and calls of a vendor is both: each takes its part, and nothing counts twice."""

from __future__ import annotations

import pytest

from counting.firm import Firm

BOTH = {"claude Team seats and API usage": {"seats", "api"}}


def firm_of(amount: str, memo: str | None = None, **more: str) -> Firm:
    """Seats of 200 and calls of 300 in October, and one line."""
    firm = Firm(named=BOTH)
    firm.seats("2026-10-01", "200", "claude", tool="claude-team")
    firm.meter("2026-10-07", "300", "claude")
    firm.line("2026-10-31", amount, "claude", memo=memo, **more)
    return firm


@pytest.mark.parametrize("books", ["card", "payables"])
def test_a_line_that_is_the_two_to_the_cent_needs_no_words(books: str) -> None:
    answer = firm_of("500", books=books).count()
    assert answer.effective("2026-10") == answer.billed("2026-10") == 500
    assert answer.effective(origin="utilization") == 200
    assert answer.effective(origin="usage") == 300
    assert not answer.noted(kind="perhaps_twice")


@pytest.mark.parametrize(("amount", "dark"), [("530", 30), ("460", 0)])
def test_words_that_name_both_leave_the_rest_to_the_calls(amount: str, dark: int) -> None:
    answer = firm_of(amount, "Team seats and API usage").count()
    assert answer.effective("2026-10") == int(amount)
    assert answer.effective(origin="utilization") == 200
    assert (answer.effective(standing="dark") or 0) == dark
    assert not answer.noted(kind="perhaps_twice")


def test_a_line_that_names_nothing_and_fits_nothing_is_asked_about() -> None:
    answer = firm_of("530").count()
    assert answer.effective("2026-10") == 1030
    assert answer.notes("perhaps_twice") == 530


def test_a_line_below_the_seats_is_not_for_both() -> None:
    answer = firm_of("150", "Team seats and API usage").count()
    assert answer.notes("perhaps_twice") == 150


@pytest.mark.parametrize("books", ["card", "payables"])
def test_a_line_for_both_is_the_export_s_two_products_together(books: str) -> None:
    firm = Firm(named=BOTH)
    firm.export("2026-10-07", "200", "claude")
    firm.export("2026-10-01", "300", "claude", kind="seats")
    firm.line("2026-10-31", "500", "claude", memo="Team seats and API usage", product_kind="seats", books=books)
    answer = firm.count()
    assert answer.effective() == answer.billed() == 500
    assert not answer.noted(kind="perhaps_twice")
