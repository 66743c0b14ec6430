"""Equal lines of two files of one source: both count, and the money that would be too much is named."""

from __future__ import annotations

import pytest

from counting.firm import Firm

OCTOBER = "2026-10"


def firm_with(*files: str, day: str = "2026-10-05", **more: str) -> Firm:
    firm = Firm()
    for file in files:
        firm.line(day, "20", books="card", product_kind="api", memo="CHATGPT", source_file=file, load_id=file, **more)
    return firm


def test_two_files_with_an_equal_line_count_both_and_name_one() -> None:
    answer = firm_with("a.csv", "b.csv").count()
    assert answer.effective(OCTOBER) == 40
    (note,) = answer.noted(kind="perhaps_twice")
    assert note["amount"] == 20
    assert "a.csv and b.csv" in note["reason"]


def test_of_three_files_the_larger_number_is_what_is_certain() -> None:
    # a has it twice, b and c once: four lines count, two of them are certain
    answer = firm_with("a.csv", "a.csv", "b.csv", "c.csv").count()
    assert answer.effective(OCTOBER) == 80
    assert answer.notes("perhaps_twice", OCTOBER) == 40


@pytest.mark.parametrize("firm", [firm_with("a.csv", "a.csv"), firm_with("a.csv", "b.csv", invoice_number="7")])
def test_one_file_and_lines_with_a_number_ask_nothing(firm: Firm) -> None:
    assert firm.count().noted(kind="perhaps_twice") == []


def test_another_day_or_text_is_another_purchase() -> None:
    firm = firm_with("a.csv")
    firm.line("2026-10-06", "20", books="card", product_kind="api", memo="CHATGPT", source_file="b.csv")
    firm.line("2026-10-05", "20", books="card", product_kind="api", memo="API", source_file="b.csv")
    assert firm.count().noted(kind="perhaps_twice") == []


def test_files_that_a_person_called_different_are_asked_about_no_more() -> None:
    firm = firm_with("a.csv", "b.csv")
    firm.apart = {"b.csv"}
    assert firm.count().noted(kind="perhaps_twice") == []
