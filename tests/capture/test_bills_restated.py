"""What a bill restates: the account's billing period of the file it shares keys with, no more and no less."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capture.restating import Books, Line, as_rows, bill, fates
from spendmap.checks import check
from spendmap.engine.store import Store

DAYS = (5, "a", "100.00"), (9, "a", "40.00")


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def test_a_later_export_withdraws_the_line_it_lacks_and_says_what_it_was_worth(books: Books) -> None:
    books.take("v1.csv", bill(*DAYS))
    load = books.take("v2.csv", bill(DAYS[0]))
    assert fates(load) == (1, 0, 1, 1)
    assert books.total() == 100
    assert load.notes == [
        "takes the place of v1.csv for A1, 2026-10-01; 1 line (USD 40) of A1, 2026-10-01 that it lacks withdrawn; it ends "
        "on 2026-10-05, before v1.csv (2026-10-09): it seems to be the older one; capture the newer one again to go back "
        "to it"
    ]


def test_a_line_that_costs_something_else_is_the_same_line(books: Books) -> None:
    books.take("v1.csv", bill(*DAYS))
    changed = bill((5, "a", "101.00"), DAYS[1], invoice="INV-7").replace("{}", '"{""team"": ""x""}"')
    assert fates(books.take("v2.csv", changed)) == (2, 2, 0, 2)  # cost, invoice and tags are no part of the key
    assert books.total() == 141


def test_growth_of_a_month_to_date_export_enters_beside_what_is_there(books: Books) -> None:
    books.take("to-05.csv", bill(DAYS[0]))
    assert fates(books.take("to-09.csv", bill(*DAYS))) == (2, 1, 1, 0)
    assert books.total() == 140


def test_a_part_with_other_resources_of_the_same_days_adds(books: Books) -> None:
    books.take("export/part_0.csv", bill((1, "a", "300"), (2, "a", "300")))
    books.take("export/part_1.csv", bill((1, "b", "70"), (2, "b", "70")))
    assert books.total() == 740


def test_a_line_split_over_two_parts_is_two_lines(books: Books) -> None:
    # Two lines differ in their tags only, so their keys are equal; the export puts one into each part.
    books.take("part-00001.csv", bill((1, "a", "30")))
    books.take("part-00002.csv", bill((1, "a", "7")))
    assert books.total() == 37


def test_a_part_that_changes_alone_replaces_its_own_earlier_form(books: Books) -> None:
    books.write("part_0.csv", bill((1, "a", "300"), (2, "a", "300")))
    books.write("part_1.csv", bill((1, "b", "70"), (2, "b", "70")))
    books.take_all()
    books.write("part_1.csv", bill((1, "b", "71")))
    assert [load.status for load in books.take_all()] == ["known", "loaded"]
    assert books.rows() == as_rows((1, "a", "300"), (2, "a", "300"), (1, "b", "71"))


def test_a_delivery_with_other_parts_replaces_the_earlier_delivery(books: Books) -> None:
    first = "part-00000-3f2a9c1e-aaaa-4bbb-8ccc-000000000001-c000.csv"
    books.write(f"x/{first}", bill((1, "a", "1"), (2, "a", "2")))
    books.write(f"x/{first.replace('00000-', '00001-', 1)}", bill((3, "a", "3")))
    books.take_all("x")
    for number, lines in enumerate((((1, "a", "1"),), ((2, "a", "20"), (3, "a", "3")))):
        name = first.replace("0001-c000", "0002-c000").replace("00000-", f"0000{number}-", 1)
        books.write(f"y/{name}", bill(*lines))
    books.take_all("y")
    assert books.rows() == as_rows((1, "a", "1"), (2, "a", "20"), (3, "a", "3"))


def test_files_named_by_their_date_are_no_parts_of_one_delivery(books: Books) -> None:
    for name, lines in (("c_20261005.csv", DAYS[:1]), ("c_20261009.csv", DAYS), ("c_20261010.csv", DAYS[1:])):
        books.write(name, bill(*lines))
    books.take_all()
    assert books.total() == 40  # the last one is the bill


def test_the_same_name_is_the_same_part_also_without_a_shared_line(books: Books) -> None:
    books.take("costs.csv", bill((5, "a", "100")))
    assert fates(books.take("costs.csv", bill((6, "b", "7")))) == (1, 1, 0, 1)
    assert books.total() == 7


def test_a_file_name_used_for_every_month_and_account_replaces_only_its_own(books: Books) -> None:
    books.take("latest.csv", bill((5, "a", "100"), month="2026-09"))
    books.take("latest.csv", bill((5, "a", "70"), month="2026-10"))
    books.take("latest.csv", bill((5, "a", "3"), account="B2"))
    assert books.total() == 173
    assert books.take("latest.csv", bill((5, "a", "100"), month="2026-09")).status == "known"


def test_a_correction_adds_to_the_month_it_corrects_and_goes_with_the_file_that_brought_it(books: Books) -> None:
    books.take("10.csv", bill((14, "a", "100"), (15, "a", "900")))
    correction = bill((15, "a", "-40"), month="2026-11", klass="Correction")
    books.take("11.csv", correction)
    assert books.total() == 960
    books.take("10.csv", bill((14, "a", "100"), (15, "a", "901")))
    assert books.total() == 961  # October's file does not touch what November's brought
    books.take("11.csv", bill((15, "a", "-50"), month="2026-11", klass="Correction"))
    assert books.total() == 951


def test_a_file_with_lines_of_two_live_files_is_asked_about_and_loads_nothing(books: Books) -> None:
    books.take("north.csv", bill((5, "a", "100")))
    books.take("south.csv", bill((9, "b", "40")))
    both = bill((5, "a", "101"), (9, "b", "41"), (9, "c", "5"))
    asked = books.take("both.csv", both)
    assert (asked.status, books.total(), Store(books.workspace).rows("load").num_rows) == ("asked", 140, 2)
    assert asked.error == (
        "it holds lines of 2 files that are loaded (north.csv and south.csv) for A1, 2026-10-01, and it is not clear which "
        "it replaces."
    )
    assert "--set replaces=north.csv" in str(asked.next_step)
    answers = {"all": "147", "none": "287", "south.csv": "247"}
    for answer, total in answers.items():
        other = Books(books.folder / answer)
        other.take("north.csv", bill((5, "a", "100")))
        other.take("south.csv", bill((9, "b", "40")))
        assert other.take("both.csv", both, replaces=answer).status == "loaded"
        assert other.total() == Decimal(total)
        assert other.take("both.csv").status == "known"  # an answer need not be given twice


def test_an_answer_that_names_no_live_file_says_which_there_are(books: Books) -> None:
    books.take("v1.csv", bill(*DAYS))
    load = books.take("v2.csv", bill(DAYS[0]), replaces="v0.csv")
    assert (load.status, load.next_step) == ("asked", "Live files that do: v1.csv.")
    assert books.total() == 140


def test_the_other_files_of_a_folder_load_beside_one_that_is_asked_about(books: Books) -> None:
    books.take("north.csv", bill((5, "a", "100")))
    books.take("south.csv", bill((9, "b", "40")))
    books.write("x/both.csv", bill((5, "a", "101"), (9, "b", "41")))
    books.write("x/other.csv", bill((5, "z", "3"), account="Z"))
    assert [load.status for load in books.take_all("x")] == ["asked", "loaded"]
    assert books.total() == 143


def test_a_manifest_orders_the_files_of_a_folder(books: Books) -> None:
    books.write("a.csv", bill((5, "a", "2")))
    books.write("b.csv", bill((5, "a", "1")))
    books.write("manifest.json", json.dumps({"files": [{"name": "x/a.csv", "createdAt": "2026-11-02T00:00:00Z"},
                                                       {"name": "x/b.csv", "createdAt": "2026-11-01T00:00:00Z"}]}))  # fmt: skip
    books.take_all()
    assert books.total() == 2


def test_without_billing_periods_and_account_the_month_of_the_charge_is_restated(books: Books) -> None:
    header = "BilledCost,BillingCurrency,ChargePeriodStart,ServiceName\n"
    books.take("v1.csv", header + "10,USD,2026-10-01,x\n20,USD,2026-10-02,x\n30,USD,2026-11-01,x\n")
    books.take("v2.csv", header + "10,USD,2026-10-01,x\n")
    assert books.days() == ["10-01", "11-01"]


# -- laws --------------------------------------------------------------------------------------------

LINE = st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.sampled_from(["1", "2", "-3", "2"]))
LINES = st.lists(LINE, min_size=1, max_size=6)
SLOW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(first=LINES, second=LINES)
def test_what_is_stored_is_the_last_form_of_a_file_and_going_back_is_going_back(
    tmp_path_factory: pytest.TempPathFactory, first: list[Line], second: list[Line]
) -> None:
    books = Books(tmp_path_factory.mktemp("aba"))
    for lines in (first, second, first):
        load = books.take("costs.csv", bill(*lines))
        assert books.rows() == as_rows(*lines)
        assert load.status == "known" or load.rows_read == load.rows_loaded + load.rows_duplicate
    before = Store(books.workspace).last_run("charge")
    assert books.take("costs.csv").status == "known"
    assert Store(books.workspace).last_run("charge") == before
    assert {law.name: law.detail for law in check(books.workspace) if law.holds is False} == {}


@SLOW
@given(lines=LINES, order=st.permutations(range(3)))
def test_parts_in_any_order_give_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], order: list[int]
) -> None:
    books = Books(tmp_path_factory.mktemp("parts"))
    for part in order:
        mine = [line for place, line in enumerate(lines) if place % 3 == part]
        if mine:
            books.take(f"export_part{part}.csv", bill(*mine), copy="no")  # two parts may hold the same bytes
    assert books.rows() == as_rows(*lines)


@SLOW
@given(lines=LINES, other=LINES, again=LINES)
def test_a_restatement_touches_its_account_and_billing_period_alone(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], other: list[Line], again: list[Line]
) -> None:
    books = Books(tmp_path_factory.mktemp("extent"))
    books.take("a.csv", bill(*lines))
    books.take("b.csv", bill(*other, account="B2"))
    books.take("c.csv", bill(*other, month="2026-09"))
    books.take("a.csv", bill(*again))
    assert books.rows() == sorted([*as_rows(*again), *as_rows(*other), *as_rows(*other)])
