"""Where Larch's figures come from."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from published_company import Folder, publish

from spendmap.reports.explain import explain
from spendmap.reports.filters import ask
from spendmap.reports.origin_rows import origin_rows
from spendmap.reports.read_model import ReadModel
from spendmap.vocabulary.errors import UsageError

TODAY = date(2026, 11, 21)


def test_the_total_is_explained_in_words_and_by_all_its_rows(model: ReadModel) -> None:
    found = explain(model, ask(model, today=TODAY), "total")
    assert found.figure.cost == Decimal("2381.000000000001")
    assert found.formula == (
        "effective_cost in USD, added up over 13 allocation rows: AI spend, of the UTC days from 2026-10-01 up to but"
        " without 2026-11-01. Rows of these without effective cost, which add nothing: 1."
    )
    assert (found.rows.total, found.adds_up) == (13, True)
    assert found.rows.items[0].allocation_id == "a-gpu"  # 900, the biggest
    assert found.rows.items[-1].cost is None  # unknown comes last, whichever way
    assert "Usage rows without a price: 3. Their cost is unknown, not zero." in found.not_in_here
    assert "5,012.50 USD captured that no rule calls AI (not_ai)." in found.not_in_here
    assert "570.00 USD of overlap is inside, once: the lens is not added again." in found.not_in_here


def test_a_model_call_is_traced_to_its_price_its_file_and_its_rule(model: ReadModel) -> None:
    found = explain(model, ask(model, today=TODAY), "model:gpt-5")
    assert [(price.price_id, price.list_unit_price, price.usage_rows) for price in found.prices] == [
        ("p-in", Decimal("0.0002"), 2),
        ("p-out", Decimal("0.0005"), 2),
    ]
    assert [(load.load_id, load.file_sha256, load.rows_behind) for load in found.loads] == [("L-openai", "ab" * 32, 2)]
    assert ("use-case-support-bot", "attribution") in [(rule.id, rule.decides) for rule in found.rules]
    shipped = next(rule for rule in found.rules if rule.id == "shipped-ai")
    assert (shipped.why, shipped.rows, shipped.cost) == ("The vendor sells AI.", 1, Decimal("250.1"))


@pytest.mark.parametrize(
    ("figure", "cost"),
    [
        ("infrastructure", "800"),
        ("category:agents", "80.000000000001"),
        ("vendor:OpenAI", "750"),  # 250.10 + 49.90 + 450
        ("unclassified", "15"),
        ("unallocated", "64.9"),
        ("dark", "49.9"),
        ("unowned", "620.15"),  # the total less what has an owner: 2381.000000000001 - 1760.850000000001
        ("owned", "1760.850000000001"),
        ("evidenced", "1425.000000000001"),
        ("not_ai", "5012.5"),
        ("covered", "300"),
        ("captured", "7693.500000000001"),
        ("overlap", "570"),
        ("category:overlap", "570"),
    ],
)
def test_every_figure_of_the_map_has_rows_that_add_up_to_it(model: ReadModel, figure: str, cost: str) -> None:
    found = explain(model, ask(model, today=TODAY), figure)
    assert (found.figure.cost, found.adds_up) == (Decimal(cost), True)


def test_a_figure_of_unpriced_usage_alone_is_unknown(model: ReadModel) -> None:
    found = explain(model, ask(model, today=TODAY), "model:acme-lm")
    assert (found.figure.cost, found.rows.total) == (None, 1)


def test_a_dimension_takes_its_value_from_the_conditions(model: ReadModel) -> None:
    question = ask(model, today=TODAY, where=[("category", "internal_tools"), ("vendor", "")])
    assert explain(model, question, "category").figure.cost == 0
    with pytest.raises(UsageError, match="which use case"):
        explain(model, question, "use_case")


def test_a_figure_nobody_knows_names_the_known_ones(model: ReadModel) -> None:
    for figure in ("totl", "profit:2026", "", "captured:x"):
        with pytest.raises(UsageError, match="unallocated, dark"):
            explain(model, ask(model, today=TODAY), figure)


def test_rows_come_in_pages_that_cover_each_row_once(model: ReadModel) -> None:
    question = ask(model, today=TODAY)
    pages = [explain(model, question, page=page, size=5, sort="allocation_id").rows for page in (1, 2, 3)]
    seen = [row.allocation_id for page in pages for row in page.items]
    assert [len(page.items) for page in pages] == [5, 5, 3]
    assert seen == sorted(seen)
    assert len(set(seen)) == 13


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"page": 0}, "there is no page 0"),
        ({"page": 4, "size": 5}, "page 4 does not exist: 13 rows make 3 pages of 5"),
        ({"page": 10**18}, "does not exist"),
        ({"size": 0}, "a page holds 1 to 500 rows, not 0"),
        ({"size": 1_000_000}, "a page holds 1 to 500 rows"),
        ({"sort": "cost; DROP TABLE allocation"}, "rows are not sorted by"),
        ({"sort": "--cost"}, "rows are not sorted by"),
    ],
)
def test_pages_and_orders_that_do_not_exist_are_refused(model: ReadModel, asked: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        explain(model, ask(model, today=TODAY), **asked)  # type: ignore[arg-type]


def test_a_ledger_that_moved_on_without_its_roll_ups_is_noticed(tmp_path: Path) -> None:
    model = ReadModel.open(publish(tmp_path))
    file = tmp_path / "ledger" / "v1-allocation.parquet"
    with duckdb.connect() as connection:
        text = f"COPY (SELECT * FROM read_parquet('{file}') WHERE allocation_id <> 'a-labels') TO '{file}.new'"
        connection.execute(text + " (FORMAT parquet)")
    Path(f"{file}.new").replace(file)
    found = explain(model, ask(model, today=TODAY))
    assert (found.figure.cost, found.adds_up) == (Decimal("2381.000000000001"), False)


def test_usage_rows_behind_an_allocation_row_name_file_line_and_prices(model: ReadModel) -> None:
    found = origin_rows(model, "g-gpt5")
    assert (found.origin, found.total) == ("usage", 2)
    first = found.items[0]
    assert (first.source_file, first.source_line, first.price_ids) == ("L-openai.jsonl", 4, ["p-in", "p-out"])
    assert first.meters == {"input_uncached": 700_000, "output": 100_000}
    assert sum(row.costs["list_cost"] or 0 for row in found.items) == Decimal("300.1")


def test_an_unpriced_call_says_why(model: ReadModel) -> None:
    found = origin_rows(model, "g-acme", size=2, page=2)
    assert (found.total, [row.natural_key for row in found.items]) == (3, ["u7"])
    assert found.items[0].costs["list_cost"] is None
    assert found.items[0].unpriced_reason == "no price for acme/acme-lm"


@pytest.mark.parametrize(
    ("key", "origin", "detail"),
    [
        ("gpu", "charge", "p5.48xlarge hours"),
        ("seat-chatgpt", "utilization", "ChatGPT Team"),
        ("reviewing", "activity", "review"),
    ],
)
def test_charges_seats_and_work_are_shown_as_captured(model: ReadModel, key: str, origin: str, detail: str) -> None:
    found = origin_rows(model, key)
    assert (found.origin, found.total) == (origin, 1)
    assert detail in found.items[0].details.values()


def test_an_origin_nobody_knows_is_an_error(model: ReadModel) -> None:
    for key in ("nothing", "nothing' OR '1'='1"):
        with pytest.raises(UsageError, match="no row has the origin"):
            origin_rows(model, key)


def test_a_key_of_a_set_of_prices_leads_to_the_rows_of_the_set(tmp_path: Path) -> None:
    # openai/gpt-5#1 names both meters in price_wide; anthropic/claude-x#2 is in no table, so the book is asked.
    publish(tmp_path)
    usage, wide = tmp_path / "ledger" / "v1-usage_shape.parquet", tmp_path / "ledger" / "wide.parquet"
    with duckdb.connect() as connection:
        key = "CASE provider_name WHEN 'openai' THEN 'openai/gpt-5#1' WHEN 'anthropic' THEN 'anthropic/claude-x#2' END"
        text = f"COPY (SELECT * REPLACE ({key} AS price_ids) FROM read_parquet('{usage}')) TO '{usage}.new'"
        connection.execute(text + " (FORMAT parquet)")
        ids = """SELECT 'openai/gpt-5#1' AS price_key, '{"input_uncached": "p-in", "output": "p-out"}' AS price_ids"""
        connection.execute(f"COPY ({ids}) TO '{wide}' (FORMAT parquet)")
    Path(f"{usage}.new").replace(usage)
    meta_file = tmp_path / "rollups" / "v1" / "meta.json"
    meta = json.loads(meta_file.read_text())
    meta["tables"]["price_wide"] = ["ledger/wide.parquet"]
    meta_file.write_text(json.dumps(meta))
    model = ReadModel.open(Folder(tmp_path))
    prices = explain(model, ask(model, today=TODAY)).prices
    assert [(price.price_id, price.model, price.usage_rows) for price in prices] == [
        ("p-in", "gpt-5", 2),
        ("p-out", "gpt-5", 2),
        ("p-claude", "claude-x", 1),
    ]
