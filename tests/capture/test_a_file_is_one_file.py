"""The content of a file counts once, whatever its name, its source, or how often it was put back."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from capture.restating import Books, as_rows, bill, fates, ledger
from company.acorn import call
from spendmap.capture.known import content_twice
from spendmap.checks import check
from spendmap.cli import cli
from spendmap.engine.store import Store

OCTOBER = bill((5, "a", "100"), (9, "a", "40"))


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def run_here(arguments: list[str]) -> Result:
    return CliRunner().invoke(cli, arguments)


def loads(books: Books) -> list[dict[str, object]]:
    found: list[dict[str, object]] = Store(books.workspace).rows("load").to_pylist()
    return found


def test_the_same_content_under_another_source_loads_nothing_and_says_so(books: Books) -> None:
    books.take("october.csv", OCTOBER, source="focus")
    load = books.take("download.csv", OCTOBER, source="aws-export")
    assert (load.status, fates(load)) == ("known", (2, 0, 2, 0))
    assert load.notes == [
        "the same content counts already as october.csv of source focus; `--set copy=no` loads it beside it"
    ]
    assert (books.total(), len(loads(books))) == (140, 1)


@pytest.mark.parametrize(("kind", "text"), [("ledger_csv", ledger((5, "OpenAI", "20"))), ("focus", OCTOBER)])
def test_honest_copies_are_loaded_when_a_person_says_so(books: Books, kind: str, text: str) -> None:
    once = books.take("jo.csv", text, source="jo", kind=kind) and books.total()
    for _ in range(2):  # saying it again changes nothing
        books.take("max.csv", text, source="max", kind=kind, copy="no")
        assert books.total() == 2 * once
    assert books.take("max.csv", source="max", kind=kind).status == "known"
    assert content_twice(loads(books)) == []
    assert {law.name: law.detail for law in check(books.workspace) if law.holds is False} == {}


def test_a_copy_in_the_same_folder_counts_once_also_where_its_lines_alone_would_add(books: Books) -> None:
    for name in ("card.csv", "card (1).csv"):
        books.write(name, ledger((5, "OpenAI", "20")))
    assert sorted(load.status for load in books.take_all(kind="ledger_csv")) == ["known", "loaded"]
    assert books.total() == 20
    assert [load.status for load in books.take_all(kind="ledger_csv")] == ["known", "known"]


def test_two_people_with_the_same_subscription_say_that_their_files_are_no_copies(books: Books) -> None:
    for name in ("jo.csv", "max.csv"):
        books.write(name, ledger((5, "OpenAI", "20")))
    books.take_all(kind="ledger_csv", copy="no")
    assert books.total() == 40


def test_a_log_under_another_source_is_the_same_calls(books: Books) -> None:
    text = call("r-1", 5, "gpt-4.1", 100, 0, 70, None) + "\n"
    books.take("a.jsonl", text, source="gateway", kind="litellm_spendlogs")
    assert books.take("b.jsonl", text, source="proxy", kind="litellm_spendlogs").status == "known"
    assert len(loads(books)) == 1


def test_a_content_that_was_replaced_is_no_copy_any_more(books: Books) -> None:
    books.take("october.csv", OCTOBER, source="one")
    books.take("october.csv", bill((5, "a", "1"), (9, "a", "2")), source="one")
    assert books.take("october.csv", OCTOBER, source="two").status == "loaded"


def test_an_old_version_under_another_source_is_a_copy_of_what_stands_of_it(books: Books) -> None:
    books.take("october.csv", OCTOBER, source="one")
    books.take("october.csv", bill((5, "a", "100"), (9, "a", "41")), source="one")
    assert books.take("october.csv", OCTOBER, source="two").status == "known"  # else the 100 would count twice
    assert books.total() == 141


def test_files_without_rows_are_no_copies_of_each_other(books: Books) -> None:
    books.take("a.csv", bill(), source="one")
    assert books.take("b.csv", bill(), source="two").status == "loaded"


def test_put_back_to_an_earlier_content_a_file_is_read_again(books: Books) -> None:
    other = bill((5, "a", "101"), (7, "b", "1"))
    for text, total in ((OCTOBER, 140), (other, 102), (OCTOBER, 140), (other, 102)):
        assert books.take("october.csv", text).status == "loaded"
        assert books.total() == total
    assert {law.name: law.detail for law in check(books.workspace) if law.holds is False} == {}


def test_a_folder_with_every_version_of_a_bill_is_known_when_captured_again(books: Books) -> None:
    for number, amount in enumerate(("100", "90", "80")):
        books.write(f"v{number}.csv", bill((5, "a", amount)))
    books.take_all()
    before = Store(books.workspace).last_run("charge")
    assert [load.status for load in books.take_all()] == ["known"] * 3
    assert (books.total(), Store(books.workspace).last_run("charge")) == (80, before)
    load = books.take("v0.csv")  # by itself, after the others: it is the later one now
    assert (load.status, books.total()) == ("loaded", 100)


def test_a_file_without_rows_withdraws_only_when_a_person_says_so(books: Books) -> None:
    books.take("october.csv", OCTOBER)
    books.take("november.csv", bill((5, "a", "7"), month="2026-11"))
    load = books.take("october.csv", bill())
    assert (load.status, load.error) == ("refused", "it holds no row, and rows of this file are in the ledger.")
    assert "--set empty=withdraw" in str(load.next_step)
    assert books.total() == 147
    assert fates(books.take("october.csv", empty="withdraw")) == (0, 0, 0, 2)
    assert books.total() == 7
    assert books.take("october.csv").status == "known"
    assert books.take("october.csv", OCTOBER).status == "loaded"
    assert books.total() == 147
    assert books.take("october.csv", bill()).status == "refused"  # known as it is, it is not what counts now
    assert {law.name: law.detail for law in check(books.workspace) if law.holds is False} == {}


def test_a_ledger_without_rows_withdraws_its_lines_of_every_day(books: Books) -> None:
    books.take("card.csv", ledger((1, "A", "1"), (9, "B", "2")), kind="ledger_csv")
    assert books.take("card.csv", ledger(), kind="ledger_csv").status == "refused"
    assert fates(books.take("card.csv", ledger(), kind="ledger_csv", empty="withdraw")) == (0, 0, 0, 2)
    assert books.total() == 0


def test_what_is_said_to_be_captured_is_what_was_stored(books: Books) -> None:
    run = ["--workspace", str(books.workspace.root), "capture", "--as", "focus", "--source", "aws", "--json"]
    first = json.loads(run_here([*run, "--file", str(books.write("v1.csv", OCTOBER))]).output)
    assert first["loads"][0]["captured"]["USD"] == {"effective_cost": "140", "billed_cost": "140"}
    second = json.loads(
        run_here([*run, "--file", str(books.write("v2.csv", bill((5, "a", "100"), (9, "a", "45"))))]).output
    )
    assert second["captured"] == {"USD": {"effective_cost": "45", "billed_cost": "45"}}
    assert second["loads"][0]["as_read"]["USD"]["effective_cost"] == "145"
    stored = sum(
        (Decimal(load["captured"]["USD"]["effective_cost"]) for load in (*first["loads"], *second["loads"])), -40
    )
    assert books.total() == stored == 145  # 140 less the 40 that the second replaced, and its 45


def test_a_refused_or_asked_file_ends_with_exit_code_one(books: Books) -> None:
    base = ["--workspace", str(books.workspace.root), "capture", "--as", "focus", "--source", "aws"]
    for name, text in (("north.csv", bill((5, "a", "1"))), ("south.csv", bill((5, "b", "1")))):
        assert run_here([*base, "--file", str(books.write(name, text))]).exit_code == 0
    done = run_here([*base, "--file", str(books.write("both.csv", bill((5, "a", "2"), (5, "b", "2"))))])
    assert done.exit_code == 1
    assert "not loaded both.csv: it holds lines of 2 files" in done.output
    assert "--set replaces=all" in done.output


def test_loads_of_an_earlier_version_are_replaced_by_file_name_whatever_their_keys(books: Books) -> None:
    books.take("october.csv", OCTOBER)
    books.take("card.csv", ledger((5, "OpenAI", "20"), reference="INV-1"), kind="ledger_csv", source="card")
    as_of_0_1_0(books)
    assert books.take("october.csv").status == "known"
    assert books.take("card.csv", kind="ledger_csv", source="card").status == "known"
    assert fates(books.take("october.csv", bill((5, "a", "100"), (9, "a", "45")))) == (2, 1, 1, 1)
    card = ledger((5, "OpenAI", "20"), (6, "OpenAI", "1"), reference="INV-1")
    books.take("card.csv", card, kind="ledger_csv", source="card")
    assert books.rows() == as_rows((5, "a", "100"), (9, "a", "45"), (5, "OpenAI", "20"), (6, "OpenAI", "1"))
    # Under another name its lines are recognised too: what makes a bill's key is in its rows.
    assert fates(books.take("october-2.csv", bill((5, "a", "100"), (9, "a", "46")))) == (2, 1, 1, 1)


def as_of_0_1_0(books: Books) -> None:
    """Give stored rows the keys, and load records the facts, that version 0.1.0 wrote."""
    store = Store(books.workspace)
    for number, path in enumerate(store.paths("charge")):
        rows = pq.read_table(path)
        keys = [f"{number:x}{place:031x}-1" for place in range(len(rows))]
        place = rows.column_names.index("natural_key")
        kept = rows.set_column(place, "natural_key", [keys]).drop_columns(["invoice_number", "books"])
        pq.write_table(kept, path)
    old = store.rows("load")
    facts = [
        json.dumps({"costs": json.loads(text)["costs"], "meters": {}}) for text in old.column("captured").to_pylist()
    ]
    place = old.column_names.index("captured")
    store.overwrite("load", old.set_column(place, old.field(place), [facts]), run="0.1.0")
    store.publish()
