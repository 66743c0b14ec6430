"""When equal lines of two ledgers are one purchase, and when they are two."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.restating import Books, Line, as_rows, fates, ledger
from spendmap.capture.stage import FileLoad
from spendmap.checks import check
from spendmap.engine.store import Store

WEEK = [(1, "OpenAI", "20"), (2, "Figma", "15"), (3, "Slack", "8"), (4, "OpenAI", "20")]


class Ledgers(Books):
    """Captures ledgers."""

    def take(
        self, name: str, text: str | None = None, *, source: str = "s", kind: str = "ledger_csv", **answers: str
    ) -> FileLoad:
        return super().take(name, text, source=source, kind=kind, **answers)

    def take_all(
        self, folder: str = "", *, source: str = "s", kind: str = "ledger_csv", **answers: str
    ) -> list[FileLoad]:
        return super().take_all(folder, source=source, kind=kind, **answers)

    def facts(self, load: FileLoad) -> dict[str, object]:
        (row,) = [row for row in Store(self.workspace).rows("load").to_pylist() if row["load_id"] == load.load_id]
        found: dict[str, object] = orjson.loads(row["captured"])
        return found


@pytest.fixture
def books(tmp_path: Path) -> Ledgers:
    return Ledgers(tmp_path)


def test_equal_lines_of_two_cards_are_different_purchases_and_are_told_with_their_money(books: Ledgers) -> None:
    line = (5, "OPENAI *CHATGPT SUBSCR", "20.00")
    books.take("cardA.csv", ledger(line, line))
    load = books.take("cardB.csv", ledger(line, (6, "Slack", "8")))
    assert books.total() == 68
    assert books.facts(load)["equal_lines"] == {
        "lines": 1, "files": ["cardA.csv"], "effective_cost": {"USD": "20.000000000000"}
    }  # fmt: skip
    assert load.notes == [
        "1 line (USD 20) is also in cardA.csv; too few to show that the files overlap, so both count. `--set overlap=same` "
        "counts them once"
    ]
    assert books.take("cardB.csv", overlap="same").status == "loaded"
    assert books.total() == 48


def test_a_longer_export_of_the_same_card_counts_the_common_lines_once(books: Ledgers) -> None:
    books.take("to-04.csv", ledger(*WEEK))
    load = books.take("to-06.csv", ledger(*WEEK, (6, "Adobe", "30")))
    assert fates(load) == (5, 1, 4, 0)
    assert books.total() == 93
    assert load.captured == {"USD": {"effective_cost": "30", "billed_cost": "30"}}  # what was stored, not what was read


def test_a_shorter_export_after_the_longer_one_brings_nothing(books: Ledgers) -> None:
    books.take("to-06.csv", ledger(*WEEK, (6, "Adobe", "30")))
    assert fates(books.take("to-04.csv", ledger(*WEEK))) == (4, 0, 4, 0)
    assert books.total() == 93


def test_of_overlapping_files_each_line_counts_the_larger_number(books: Ledgers) -> None:
    books.take("a.csv", ledger(*WEEK))
    books.take("b.csv", ledger(*WEEK, WEEK[0]))  # the 20.00 of the first day stands there twice
    assert books.total() == 83


def test_rolling_windows_are_chained(books: Ledgers) -> None:
    lines = [(day, f"Shop {day}", str(day)) for day in range(1, 13)]
    for number, first in enumerate((0, 3, 6)):
        books.take(f"w{number}.csv", ledger(*lines[first : first + 6]))
    assert books.rows() == as_rows(*lines)


def test_an_export_of_both_cards_counts_what_each_card_has(books: Ledgers) -> None:
    mine, yours = WEEK, [(1, "OpenAI", "20"), (2, "Zoom", "9"), (3, "Miro", "10"), (4, "Notion", "11")]
    books.take("mine.csv", ledger(*mine))
    books.take("yours.csv", ledger(*yours))
    load = books.take("all.csv", ledger(*mine, *yours))
    assert fates(load) == (8, 0, 8, 0)
    assert books.total() == 113


def test_files_that_overlap_and_both_have_lines_of_their_own_are_asked_about(books: Ledgers) -> None:
    books.take("a.csv", ledger(*WEEK, (3, "Mine", "1")))
    other = ledger(*WEEK, (3, "Yours", "2"))
    asked = books.take("b.csv", other)
    assert (asked.status, asked.rows_read, books.total()) == ("asked", 0, 64)
    assert "4 of its lines from 2026-10-01 to 2026-10-04 are also in a.csv" in str(asked.error)
    assert "--set overlap=same" in str(asked.next_step)
    assert books.take("b.csv", overlap="same").status == "loaded"
    assert books.total() == 66
    assert books.take("b.csv").status == "known"
    assert books.take("b.csv", overlap="different").status == "loaded"
    assert books.total() == 129


@pytest.mark.parametrize("lines", [WEEK[:2], [(1, "A", "1"), (1, "B", "2"), (1, "C", "3")], [(1, "A", "1")] * 9])
def test_two_lines_or_one_day_or_one_line_often_show_no_overlap(books: Ledgers, lines: list[Line]) -> None:
    books.take("a.csv", ledger(*lines, memo="x"))
    books.take("b.csv", ledger(*lines, (9, "Later", "5"), memo="x"))
    assert books.total() == 2 * sum(Decimal(amount) for _, _, amount in lines) + 5


def test_a_document_of_two_files_is_one_and_parts_of_a_document_add(books: Ledgers) -> None:
    invoice = ((5, "OpenAI", "50"), (5, "OpenAI", "50"))  # two parts of one invoice, of equal amounts
    books.take("ap-october.csv", ledger(*invoice, reference="INV-91"))
    assert fates(books.take("ap-q4.csv", ledger(*invoice, (9, "OpenAI", "7"), reference="INV-91"))) == (3, 1, 2, 0)
    assert books.total() == 107


@pytest.mark.parametrize(
    "other",
    [
        ledger((6, "OpenAI", "50"), reference="INV-91"),
        ledger((5, "Anthropic", "50"), reference="INV-91"),
        ledger((5, "OpenAI", "51"), reference="INV-91"),
        ledger((5, "OpenAI", "50"), reference="INV-91", memo="seats"),
        ledger((5, "OpenAI", "50"), reference="INV-92"),
    ],
)
def test_an_equal_reference_alone_does_not_make_two_lines_one(books: Ledgers, other: str) -> None:
    books.take("a.csv", ledger((5, "OpenAI", "50"), reference="INV-91"))
    assert fates(books.take("b.csv", other)) == (1, 1, 0, 0)


def test_a_word_in_the_place_of_a_reference_names_no_document(books: Ledgers) -> None:
    books.take("a.csv", ledger((5, "OpenAI", "50"), reference="card", memo="mine"))
    books.take("b.csv", ledger((5, "OpenAI", "50"), (7, "Slack", "1"), reference="card", memo="mine"))
    assert books.total() == 101


def test_a_department_booked_anew_leaves_the_document_what_it_is(books: Ledgers) -> None:
    header = "Date,Supplier,Invoice Number,Department,Amount,Currency\n"
    books.take("a.csv", header + "2026-10-05,OpenAI,INV-91,sales,50,USD\n")
    assert fates(books.take("b.csv", header + "2026-10-05,OpenAI,INV-91,support,50,USD\n")) == (1, 0, 1, 0)


def test_a_department_booked_anew_under_the_files_own_name_takes_the_place_of_the_old_one(books: Ledgers) -> None:
    header = "Date,Supplier,Invoice Number,Department,Amount,Currency\n"
    books.take("a.csv", header + "2026-10-05,OpenAI,INV-91,sales,50,USD\n")
    assert fates(books.take("a.csv", header + "2026-10-05,OpenAI,INV-91,support,50,USD\n")) == (1, 1, 0, 1)
    assert [row["department_name"] for row in Store(books.workspace).rows("charge").to_pylist()] == ["support"]
    assert books.total() == 50


def test_the_same_name_replaces_on_the_days_that_both_span(books: Ledgers) -> None:
    books.take("card.csv", ledger((1, "A", "1"), (5, "B", "2"), (9, "C", "3")))
    assert fates(books.take("card.csv", ledger((5, "B", "2.50"), (9, "C", "3"), (12, "D", "4")))) == (3, 2, 1, 1)
    assert books.rows() == as_rows((1, "A", "1"), (5, "B", "2.50"), (9, "C", "3"), (12, "D", "4"))


def test_a_line_taken_out_of_one_of_two_overlapping_files_stays_while_the_other_has_it(books: Ledgers) -> None:
    books.write("a.csv", ledger(*WEEK))
    books.write("b.csv", ledger(*WEEK, (6, "Adobe", "30")))
    books.take_all()
    books.write("a.csv", ledger(*WEEK[:-1], (4, "Late", "1")))
    statuses = [load.status for load in books.take_all()]
    # b.csv is read again: it stood behind lines of a.csv. Now each has a line of its own, so it is asked about.
    assert statuses == ["loaded", "asked"]
    assert [load.status for load in books.take_all(overlap="same")] == ["loaded", "loaded"]
    assert books.total() == 94  # 63 + 1 + 30
    assert [load.status for load in books.take_all()] == ["known", "known"]


def test_a_file_captured_alone_says_which_other_file_should_be_read_again(books: Ledgers) -> None:
    books.take("a.csv", ledger(*WEEK))
    books.take("b.csv", ledger(*WEEK, (6, "Adobe", "30")))
    load = books.take("a.csv", ledger(*WEEK[:2], WEEK[3]))
    assert load.notes == ["b.csv held lines that this file replaced: capture it again as well"]
    books.take("b.csv")
    assert books.total() == 93


LINE = st.tuples(st.integers(1, 5), st.sampled_from(["A", "B"]), st.sampled_from(["1", "2", "-1"]))
LINES = st.lists(LINE, min_size=1, max_size=8)
SLOW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(lines=LINES)
def test_within_a_file_nothing_is_merged_and_again_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line]
) -> None:
    books = Ledgers(tmp_path_factory.mktemp("again"))
    for name in ("card.csv", "card.csv"):
        books.take(name, ledger(*lines), sign="as_is")  # some are mostly refunds, which is else asked about
        assert books.rows() == as_rows(*lines)
    assert {law.name: law.detail for law in check(books.workspace) if law.holds is False} == {}


@SLOW
@given(lines=LINES, cut=st.integers(1, 5))
def test_a_file_that_contains_another_gives_the_same_rows_in_either_order(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], cut: int
) -> None:
    whole = [*WEEK, *lines]
    part = [line for line in whole if line[0] <= max(cut, 4)]
    for names in (("part.csv", "whole.csv"), ("whole.csv", "part.csv")):
        books = Ledgers(tmp_path_factory.mktemp("contains"))
        for name in names:
            books.take(name, ledger(*(part if name == "part.csv" else whole)), sign="as_is")
        assert books.rows() == as_rows(*whole)


@SLOW
@given(first=LINES, second=LINES)
def test_a_file_put_back_is_what_it_was_on_the_days_it_spans(
    tmp_path_factory: pytest.TempPathFactory, first: list[Line], second: list[Line]
) -> None:
    ends = [(1, "first", "1"), (5, "last", "1")]  # both versions span the same days
    books = Ledgers(tmp_path_factory.mktemp("aba"))
    for lines in (first, second, first):
        books.take("card.csv", ledger(*ends, *lines), sign="as_is")
        assert books.rows() == as_rows(*ends, *lines)
