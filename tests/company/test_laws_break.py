"""Every law has a test that breaks it: a workspace is tampered with, and `spendmap check` says which law no longer holds.

A law that nothing can break protects nobody. Acorn's workspace is copied for each, so that one break is seen alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from copies import InPlace
from spendmap.checks import TOKEN_METERS, Law, check
from spendmap.cli import cli
from spendmap.engine.store import Store
from spendmap.workspace import Workspace

UNIT = Decimal("0.000000000001")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def whole(copy_of_acorn: Callable[[], Path]) -> InPlace:
    return InPlace(copy_of_acorn())


@pytest.fixture
def acorn(whole: InPlace) -> Workspace:
    return Workspace.open(whole.anew())


def laws(workspace: Workspace, *only: str) -> dict[str, Law]:
    """Every law, or those that are named: each is found by itself."""
    return {law.name: law for law in check(workspace, only)}


def broken(found: dict[str, Law]) -> set[str]:
    return {name for name, law in found.items() if law.holds is False}


def rewrite(file: Path, change: Callable[[Rows], Rows]) -> None:
    """The same file with other rows in it, as a bug or a hand would leave it."""
    stored = pq.ParquetFile(file).read()
    pq.write_table(pa.Table.from_pylist(change(stored.to_pylist()), schema=stored.schema), file)


def ledger_file(workspace: Workspace, table: str, source: str | None = None) -> Path:
    return Store(workspace).paths(table, source=source)[0]


def rewrite_lines(workspace: Workspace, source: str, change: Callable[[Rows], Rows]) -> None:
    """Lines of the allocation that come from a source, in the first month that has any."""

    def of_source(rows: Rows) -> Rows:
        own = [row for row in rows if row["source_name"] == source]
        return [row for row in rows if row["source_name"] != source] + change(own)

    for file in Store(workspace).paths("allocation"):
        if source in pq.ParquetFile(file).read(columns=["source_name"]).column(0).to_pylist():
            return rewrite(file, of_source)
    raise AssertionError(source)


def published(workspace: Workspace, name: str) -> Path:
    return workspace.rollups / (workspace.rollups / "CURRENT").read_text() / name


def change_first(wanted: Callable[[dict[str, Any]], bool], **values: Any) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        row = next(row for row in rows if wanted(row))
        row.update({name: value(row[name]) if callable(value) else value for name, value in values.items()})
        return rows

    return change


def test_as_it_was_built_every_law_holds_that_can_be_tested(acorn: Workspace) -> None:
    found = laws(acorn)
    assert {name for name, law in found.items() if law.holds} == {
        f"L{n}" for n in (1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14)
    }
    assert {name for name, law in found.items() if law.holds is None} == {"L7", "L9"}


def test_l1_a_row_that_was_read_and_went_nowhere(acorn: Workspace) -> None:
    store = Store(acorn)
    loads = store.rows("load").to_pylist()
    loads[0]["rows_read"] += 1
    store.overwrite("load", pa.Table.from_pylist(loads, schema=store.rows("load").schema), run="tampered")
    found = laws(acorn)
    assert broken(found) == {"L1"}
    assert "does not add up" in found["L1"].detail


def test_l1_a_stored_row_that_no_load_brought(acorn: Workspace) -> None:
    store = Store(acorn)
    loads = [row for row in store.rows("load").to_pylist() if row["source_name"] != "hours"]
    store.overwrite("load", pa.Table.from_pylist(loads, schema=store.rows("load").schema), run="tampered")
    assert broken(laws(acorn)) == {"L1"}


def test_l2_parts_that_do_not_add_up_to_the_total_the_source_gives(acorn: Workspace) -> None:
    # The source says 2,500,000 tokens of r-1: 1,000,000 fresh + 1,000,000 cached + 500,000 of output.
    seven_more = change_first(lambda row: row["source_total_tokens"] == 2_500_000, source_total_tokens=2_500_007)
    rewrite(ledger_file(acorn, "usage"), seven_more)
    found = laws(acorn)
    assert broken(found) == {"L2", "L11"}  # a file that was written anew is not the published one
    assert "1 rows whose parts differ from the source's own total (gateway 1)" in found["L2"].detail


def test_l2_a_token_that_was_priced_and_never_captured(acorn: Workspace) -> None:
    priced = next(acorn.ledger.glob("derived/usage_shape/*/*/*.parquet"))
    rewrite(priced, change_first(lambda row: row["output"] == 250_000, output=250_001))
    assert laws(acorn, "L2")["L2"].holds is False


def test_l2_a_customer_who_is_told_more_than_the_group_of_calls_cost(acorn: Workspace) -> None:
    told = next(acorn.ledger.glob("derived/usage_customer/*/*/*.parquet"))
    rewrite(told, change_first(lambda row: row["contracted_cost"] == 3, contracted_cost=Decimal("3") + UNIT))
    law = laws(acorn, "L2")["L2"]
    assert law.holds is False
    assert "1 groups whose shapes or customers are not what they are" in law.detail


def test_l3_a_share_that_is_one_unit_larger_than_its_charge(acorn: Workspace) -> None:
    otter = change_first(lambda row: row["vendor"] == "otter", billed_cost=lambda cost: cost + UNIT)
    rewrite_lines(acorn, "payables", otter)
    law = laws(acorn, "L3")["L3"]
    assert law.holds is False
    assert "1 sums off" in law.detail


def test_l4_a_stored_price_that_pricing_the_call_again_does_not_give(acorn: Workspace) -> None:
    for table in ("usage_grouped", "usage_shape", "usage_customer"):
        priced = next(acorn.ledger.glob(f"derived/{table}/*/*/*.parquet"))
        rewrite(priced, change_first(lambda row: row["contracted_cost"] == 3, contracted_cost=Decimal("3") + UNIT))
    assert broken(laws(acorn)) == {"L4", "L11"}  # the files themselves are not what was published either


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a total that is not what the lines add up to", {"effective_cost": lambda cost: cost + UNIT}),
        ("an owner the lines do not know", {"owner": None}),
        ("a scope nobody defined", {"scope": "perhaps_ai"}),
    ],
)
def test_l5_a_map_whose_parts_are_not_the_whole(acorn: Workspace, name: str, change: dict[str, Any]) -> None:
    rewrite(published(acorn, "month.parquet"), change_first(lambda row: row["vendor"] == "otter", **change))
    assert laws(acorn, "L5")["L5"].holds is False, name


def test_l6_a_row_that_is_stored_twice(acorn: Workspace) -> None:
    file = ledger_file(acorn, "charge", "payables")

    def twice(rows: Rows) -> Rows:  # the place of another row, so that the count alone says nothing
        rows[1] = dict(rows[0])
        return rows

    rewrite(file, twice)
    law = laws(acorn, "L6")["L6"]
    assert law.holds is False
    assert law.detail.startswith("1 rows stored twice")


def two_names(workspace: Workspace, settings: dict[str, str]) -> None:
    """The seats file's load says that it read what the hours file's load read, under its own name."""
    store = Store(workspace)
    loads = store.rows("load").to_pylist()
    by_source = {row["source_name"]: row for row in loads}
    by_source["licences"]["file_sha256"] = by_source["hours"]["file_sha256"]
    by_source["licences"]["settings"] = json.dumps(settings)
    store.overwrite("load", pa.Table.from_pylist(loads, schema=store.rows("load").schema), run="tampered")


def test_l6_one_content_that_is_counted_under_two_names(acorn: Workspace) -> None:
    two_names(acorn, {})
    found = laws(acorn)
    assert broken(found) == {"L6"}
    assert "hours/hours.csv and licences/seats.csv" in found["L6"].detail


def test_l6_a_source_that_says_it_is_no_copy_is_believed(acorn: Workspace) -> None:
    two_names(acorn, {"copy": "no"})
    assert broken(laws(acorn)) == set()


def test_l8_a_published_row_that_the_lines_do_not_give(acorn: Workspace) -> None:
    # The same money under another environment: no total moves, and yet it is not what the lines say.
    renamed = change_first(lambda row: row["vendor"] == "otter", environment="staging")
    rewrite(published(acorn, "month.parquet"), renamed)
    assert broken(laws(acorn)) == {"L8", "L11"}


@pytest.mark.parametrize(
    ("wanted", "change"),
    [
        (lambda row: row["unpriced_rows"] > 0, {"contracted_cost": Decimal(0)}),  # unpriced became free
        (lambda row: row["contracted_cost"] == 3, {"contracted_cost": None}),  # unknown, and nobody says why
    ],
)
def test_l10_an_unpriced_row_with_a_cost_and_a_row_without_one_that_gives_no_reason(
    acorn: Workspace, wanted: Callable[[dict[str, Any]], bool], change: dict[str, Any]
) -> None:
    rewrite(next(acorn.ledger.glob("derived/usage_shape/*/*/*.parquet")), change_first(wanted, **change))
    assert laws(acorn, "L10")["L10"].holds is False


def test_l11_a_data_file_that_is_gone(acorn: Workspace) -> None:
    ledger_file(acorn, "utilization").unlink()
    found = laws(acorn, "L4", "L11")
    assert found["L11"].holds is False
    assert "1 files missing" in found["L11"].detail
    assert found["L4"].holds is None  # what cannot be read is not held
    assert found["L4"].detail.startswith("could not be tested: a data file of utilization cannot be read")


def test_l11_a_data_file_that_lost_a_row(acorn: Workspace) -> None:
    rewrite(ledger_file(acorn, "charge", "payables"), lambda rows: rows[:-1])
    law = laws(acorn, "L11")["L11"]
    assert law.holds is False
    assert "1 with other rows than were written" in law.detail


def test_l11_a_data_file_that_is_cut_short(acorn: Workspace) -> None:
    file = ledger_file(acorn, "activity")
    file.write_bytes(file.read_bytes()[:-50])
    assert laws(acorn, "L11")["L11"].holds is False


def test_l11_a_run_that_never_ended(acorn: Workspace) -> None:
    Store(acorn).begin_run("usage", {"run": "killed", "loads": []})
    found = laws(acorn)
    assert broken(found) == {"L11"}
    assert "1 unfinished runs" in found["L11"].detail


@pytest.mark.parametrize("where", ["ledger", "quarantine", "map"])
def test_l12_a_secret_or_an_address_of_a_person(acorn: Workspace, where: str) -> None:
    if where == "ledger":
        said = change_first(lambda row: row["role"] == "translator", role="sk-proj-0123456789abcdef")
        rewrite(ledger_file(acorn, "activity"), said)
    elif where == "quarantine":
        (acorn.quarantine / "bad.jsonl").write_text('{"row": "mail to ada.b+c@mail.acorn.example please"}\n')
    else:
        rewrite(published(acorn, "month.parquet"), change_first(lambda row: row["vendor"] == "otter", owner="a@b.io"))
    found = laws(acorn, "L12")["L12"]
    assert found.holds is False
    places = {"ledger": "(activity.role 1)", "quarantine": "1 quarantined rows", "map": "(month.owner 1)"}
    assert places[where] in found.detail
    assert "capture the sources again in a new workspace" in found.detail


def test_the_command_names_the_broken_law_and_ends_with_an_error(acorn: Workspace) -> None:
    Store(acorn).begin_run("usage", {"run": "killed", "loads": []})
    said = CliRunner().invoke(cli, ["--workspace", str(acorn.root), "check"])
    assert said.exit_code == 1
    assert [line.split()[:2] for line in said.output.splitlines() if line.startswith("L11")] == [["L11", "BROKEN"]]


def test_l13_a_payment_that_is_captured_and_reaches_no_line_of_the_map(acorn: Workspace) -> None:
    rewrite_lines(acorn, "payables", change_first(lambda row: row["vendor"] == "otter", billed_cost=Decimal(0)))
    law = laws(acorn, "L13")["L13"]
    assert law.holds is False
    assert "gone: otter" in law.detail


def test_l13_money_that_goes_from_one_vendor_to_another_is_seen_though_the_sum_is_the_same(acorn: Workspace) -> None:
    def swap(rows: Rows) -> Rows:
        one, other = [row for row in rows if row["vendor"] is not None and row["billed_cost"]][:2]
        one["billed_cost"], other["billed_cost"] = one["billed_cost"] + UNIT, other["billed_cost"] - UNIT
        assert one["vendor"] != other["vendor"]
        return rows

    rewrite_lines(acorn, "payables", swap)
    assert laws(acorn, "L13")["L13"].holds is False


def one_content_twice(workspace: Workspace) -> None:
    """The load of the payables says that it read what the load of the export read."""
    store = Store(workspace)
    loads = store.rows("load").to_pylist()
    by_source = {row["source_name"]: row for row in loads}
    by_source["payables"]["file_sha256"] = by_source["openai-export"]["file_sha256"]
    store.overwrite("load", pa.Table.from_pylist(loads, schema=store.rows("load").schema), run="tampered")


def one_call_twice(workspace: Workspace) -> None:
    """r-2 of the 6th has the provider's id, the model and the tokens of r-1 of the 5th."""

    def same(rows: Rows) -> Rows:
        first, second = sorted((row for row in rows if row["output"]), key=lambda row: row["charge_period_start"])[:2]
        first["response_id"] = "chatcmpl-0123456789abcdef"
        same = ("response_id", "request_model", "response_model", *TOKEN_METERS)
        second.update({name: first[name] for name in same})
        return rows

    rewrite(ledger_file(workspace, "usage"), same)


def one_document_twice(workspace: Workspace) -> None:
    """A line of the export says that it is of Otter's invoice, INV-3 of 20.00, and counts beside that of the payables."""
    (invoice,) = [row for row in Store(workspace).rows("charge").to_pylist() if row["billed_cost"] == 20]
    (again,) = [row for row in Store(workspace).rows("charge").to_pylist() if row["billed_cost"] == 5]
    number = invoice["invoice_number"]
    line = change_first(lambda row: row["billed_cost"] == 5, billed_cost=Decimal(20), invoice_number=number)
    rewrite(ledger_file(workspace, "charge", "openai-export"), line)
    own = {"origin_key": again["natural_key"], "vendor": "otter", "method": "whole", "billed_cost": Decimal(20)}
    rewrite_lines(workspace, "openai-export", change_first(lambda row: True, **own))


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (one_content_twice, "1 contents of files count twice: openai-export/openai.csv and payables/payables.csv"),
        (one_call_twice, "1 ids count twice"),
        (one_document_twice, "1 count twice (such as otter 3: 40 of 20 USD)"),
    ],
)
def test_l14_whatever_counts_twice_breaks_the_law_of_the_whole_check(
    acorn: Workspace, tamper: Callable[[Workspace], None], said: str
) -> None:
    tamper(acorn)
    law = laws(acorn, "L14")["L14"]
    assert law.holds is False
    assert said in law.detail


def test_l14_an_invoice_of_two_books_that_counts_in_both() -> None:
    # INV-7 of 100.00 is in the payables and in a second book; the copy counts again, or is covered
    from spendmap.allocation.counted.law import l14_documents
    from spendmap.engine.arrow import arrow_schema
    from spendmap.engine.duckdb import DuckDBEngine

    def rows(table: str, *found: dict[str, Any]) -> pa.Table:
        schema = arrow_schema(table)
        return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in found], schema=schema)

    lines = [
        {"source_name": source, "natural_key": "k", "invoice_number": "7", "billing_currency": "USD", "billed_cost": D}
        for source, D in (("payables", Decimal(100)), ("second", Decimal(100)))
    ]
    for scope, holds in (("covered", True), ("ai", False)):
        parts = [
            {"source_name": source, "origin": "charge", "origin_key": "k", "scope": said, "vendor": "otter",
             "method": "whole", "currency": "USD", "billed_cost": Decimal(100)}
            for source, said in (("payables", "ai"), ("second", scope))
        ]  # fmt: skip
        with DuckDBEngine({}) as engine:
            engine.bind("charge", rows("charge", *lines))
            engine.bind("allocation", rows("allocation", *parts))
            assert l14_documents(engine)[0] is holds


@pytest.mark.parametrize(
    ("words", "paid", "counted", "holds"),
    [
        ("gh-0041", (400, 600), (0, 0), True),
        ("gh-0041", (400, 600), (400, 600), False),  # 1,000 of the invoice and 1,000 of its payments
        ("gh-0041", (700, 600), (0, 300), True),  # 300 more was paid than invoiced
        ("gh-0042", (400, 600), (400, 600), True),  # another number
        ("gh-0041 gh-0043", (400, 600), (400, 600), True),  # for two documents: nobody knows how much for which
    ],
)
def test_l14_a_payment_whose_words_are_the_number_of_an_invoice_that_counts(
    words: str, paid: tuple[int, ...], counted: tuple[int, ...], holds: bool
) -> None:
    from spendmap.allocation.counted.law import l14_documents
    from spendmap.engine.arrow import arrow_schema
    from spendmap.engine.duckdb import DuckDBEngine

    def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
        schema = arrow_schema(name)
        return pa.Table.from_pylist([{each: row.get(each) for each in schema.names} for row in rows], schema=schema)

    lines: list[dict[str, Any]] = [
        {"source_name": "ap", "natural_key": number, "invoice_number": number, "billed_cost": Decimal(1000)}
        for number in ("gh-0041", "gh-0043")
    ]
    lines += [
        {
            "source_name": "card",
            "natural_key": f"{index}",
            "books": "card",
            "number_words": words,
            "billed_cost": amount,
        }
        for index, amount in enumerate(map(Decimal, paid))
    ]
    left = dict(zip(("0", "1"), map(Decimal, counted), strict=True))
    parts = []
    for line in lines:
        own = left.get(line["natural_key"], line["billed_cost"])
        for scope, amount in (("ai", own), ("covered", line["billed_cost"] - own)):
            parts.append(
                {"source_name": line["source_name"], "origin": "charge", "origin_key": line["natural_key"], "scope": scope,
                 "vendor": "otter", "method": "whole", "currency": "USD", "billed_cost": amount}
            )  # fmt: skip
    with DuckDBEngine({}) as engine:
        engine.bind(
            "charge", table("charge", [{**line, "statement": "payment", "billing_currency": "USD"} for line in lines])
        )
        engine.bind("allocation", table("allocation", parts))
        assert l14_documents(engine)[0] is holds
