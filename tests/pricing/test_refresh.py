"""A newer catalogue is shown before it is taken, and moves no month that was priced before it was known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from spendmap.cli.prices import command
from spendmap.pricing.book import Book, check_overlaps, open_book
from spendmap.pricing.refresh import differences, laid_over, newest, read_catalogue, take
from spendmap.pricing.rows import NO_START, PriceRow
from spendmap.vocabulary.errors import PriceError
from spendmap.workspace import Workspace

TAKEN = date(2026, 11, 30)
SINCE = datetime.fromisoformat("2026-11-30")
NEWER: list[dict[str, Any]] = [
    {
        "id": "openai",
        "name": "OpenAI",
        "api_pattern": "https://api\\.openai\\.com",
        "pricing_urls": ["https://openai.com/api/pricing/"],
        "models": [
            {
                "id": "gpt-4.1",
                "match": {"equals": "gpt-4.1"},
                "prices": {"input_mtok": 3, "cache_read_mtok": 0.5, "output_mtok": 8},
            },
            {"id": "gpt-9", "match": {"equals": "gpt-9"}, "prices": {"input_mtok": 1, "output_mtok": 2}},
        ],
    }
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.json"
    file.write_text(json.dumps(NEWER), "utf-8")
    return file


def row(price: str, **said: Any) -> PriceRow:
    return PriceRow("acme", "m", "output", Decimal(price), **said)


def test_an_undated_price_of_a_newer_catalogue_holds_from_the_day_it_was_taken() -> None:
    old, new = row("2"), row("3")
    before, after = sorted(laid_over([old], [new], TAKEN), key=lambda each: each.valid_from)
    assert (before.list_unit_price, before.valid_from, before.valid_to) == (Decimal(2), NO_START, SINCE)
    assert (after.list_unit_price, after.valid_from, after.checked_on) == (Decimal(3), SINCE, TAKEN)


def test_a_dated_price_holds_from_its_day_and_a_repeated_one_stays_as_it_was_known() -> None:
    dated = row("3", valid_from=datetime.fromisoformat("2026-12-15"))
    assert [each.list_unit_price for each in laid_over([row("2")], [dated], TAKEN)] == [Decimal(2), Decimal(3)]
    assert laid_over([row("2")], [row("2")], TAKEN) == [row("2")]
    assert laid_over([row("2")], [], TAKEN) == [row("2")]  # what a catalogue drops keeps its price


def test_differences_say_what_is_new_what_changed_and_what_ended() -> None:
    before = [row("2"), row("5", service_tier="batch"), row("7", service_tier="flex")]
    after = [*laid_over([row("2")], [row("3")], TAKEN), row("5", service_tier="batch"), row("1", service_tier="fast")]
    found = {each.row.service_tier: each for each in differences(before, after)}
    assert {tier: each.kind for tier, each in found.items()} == {"standard": "changed", "fast": "new", "flex": "ended"}
    changed = found["standard"]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.list_unit_price, changed.after.list_unit_price) == (Decimal(2), Decimal(3))
    assert differences(after, after) == []


def test_a_taken_catalogue_is_what_a_workspace_prices_with(tmp_path: Path, data: Path) -> None:
    workspace = Workspace.create(tmp_path / "acme")
    before = open_book(workspace)
    take(workspace.root, data, TAKEN)
    assert newest(workspace.root) == (workspace.root / "register" / "genai-prices-2026-11-30.json", TAKEN)
    after = open_book(workspace)
    assert check_overlaps(after.table) == []
    prices = {
        (each.valid_from, each.list_unit_price)
        for each in after.in_book
        if each.key[:5] == ("openai", "gpt-4.1", "input_uncached", "standard", "") and each.basis == "documented"
    }
    launch = datetime.fromisoformat("2025-04-14")
    assert prices == {(launch, Decimal("0.000002")), (SINCE, Decimal("0.000003"))}
    assert ("openai", "gpt-9") in after.models
    changed = {(each.row.model, each.kind) for each in differences(before.in_book, after.in_book)}
    assert changed == {("gpt-4.1", "changed"), ("gpt-9", "new")}


def test_a_months_price_survives_a_catalogue_that_says_another_one_without_a_date() -> None:
    # The stored book knows 2 since August; a later reading says 3, without a start, known since November.
    august, november = datetime.fromisoformat("2026-08-01"), datetime.fromisoformat("2026-11-01")
    stored = Book((row("2", valid_from=august),))
    reading = [row("3", valid_to=november, basis="estimated"), row("3", valid_from=november)]
    book = stored.merge(reading, SINCE)
    spans = {
        (each.list_unit_price, each.valid_from, each.valid_to, each.basis)
        for each in book.in_book
        if each.valid_to.year < 9999
    }
    assert spans == {
        (Decimal(3), NO_START, august, "estimated"),
        (Decimal(2), august, november, "documented"),
    }
    again = book.merge(reading, datetime.fromisoformat("2026-12-01"))
    assert {each.price_id for each in again.in_book} == {each.price_id for each in book.in_book}
    assert len(again.rows) == len(book.rows)


def test_a_book_from_before_prices_had_a_day_learns_what_it_only_guessed() -> None:
    reading = [row("2", valid_to=SINCE, basis="estimated"), row("2", valid_from=SINCE)]
    book = Book((row("2"),)).merge(reading, SINCE)
    assert [(each.basis, each.valid_from) for each in book.in_book] == [("estimated", NO_START), ("documented", SINCE)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "[1]",
        "not json",
        '[{"id": "x"}]',
        '[{"id":"x","name":"X","api_pattern":"x","models":[{"id":"m","match":{"equals":"m"},"prices":{"input_mtok":-1}}]}]',
    ],
)
def test_a_file_that_is_no_catalogue_is_refused_with_the_next_step(tmp_path: Path, text: str) -> None:
    file = tmp_path / "data.json"
    file.write_text(text, "utf-8")
    with pytest.raises(PriceError, match="is not a genai-prices data file") as caught:
        read_catalogue(file, TAKEN)
    assert caught.value.next_step


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(command, list(words), obj=folder)


def test_refresh_shows_then_takes_then_has_nothing_left_to_say(tmp_path: Path, data: Path) -> None:
    workspace = Workspace.create(tmp_path / "acme")
    today = datetime.now(UTC).date().isoformat()
    shown = json.loads(run(workspace.root, "refresh", "--file", str(data), "--json").stdout)
    kinds = {(each["price_of"], each["kind"], each["before"], each["after"]) for each in shown["changes"]}
    assert ("openai/gpt-4.1/input_uncached", "changed", "0.000002", "0.000003") in kinds
    assert ("openai/gpt-9/output", "new", None, "0.000002") in kinds
    assert (shown["applied"], shown["moved"], shown["would_move"]) == (False, [], [])
    assert newest(workspace.root) is None
    taken = run(workspace.root, "refresh", "--file", str(data), "--apply")
    assert "Next: spendmap allocate" in taken.output
    assert newest(workspace.root) == (
        workspace.root / "register" / f"genai-prices-{today}.json",
        date.fromisoformat(today),
    )
    after = json.loads(run(workspace.root, "refresh", "--file", str(data), "--json").stdout)
    assert after["changes"] == []


def test_refresh_without_a_file_compares_the_installed_package(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "acme")
    result = run(workspace.root, "refresh")
    assert "0 new, 0 changed, 0 ended" in result.output
    assert "restates nothing" in result.output
