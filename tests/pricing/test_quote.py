"""`prices quote`: a file of usage, priced row by row; what cannot be read is refused with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from spendmap.pricing.book import Book
from spendmap.pricing.quote import REQUIRED, quote_file
from spendmap.vocabulary.errors import SourceUnreadableError

GOOD = {
    "case_id": "a",
    "provider": "openai",
    "model": "gpt-4.1",
    "timestamp_utc": "2026-11-20T12:00:00Z",
    "service": "standard",
    "input_total_tokens": "10000",
    "uncached_input_tokens": "6000",
    "cache_read_tokens": "4000",
    "cache_write_5m_tokens": "0",
    "cache_write_1h_tokens": "0",
    "input_audio_tokens": "0",
    "output_tokens": "1000",
    "reasoning_tokens_in_output": "0",
    "web_searches": "0",
}
PUBLIC_CASES = Path(__file__).parents[3] / "shared" / "data" / "pricing_cases.csv"


def written(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "usage.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_a_row_is_priced_with_the_prices_it_used(tmp_path: Path, shipped_book: Book) -> None:
    (quote,), refused = quote_file(written(tmp_path, GOOD), shipped_book)
    # 6000 x 2 + 4000 x 0.5 + 1000 x 8 millionths
    assert str(quote.list_cost) == "0.022000000000"
    assert set(quote.price_ids) == {"input_uncached", "cache_read", "output"}
    assert quote.agrees is None
    assert refused == []


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("output_tokens", "-5", "output_tokens is '-5', not a count of 0 or more"),
        ("output_tokens", "", "output_tokens is '', not a count of 0 or more"),
        ("output_tokens", "1.5", "output_tokens is '1.5', not a count of 0 or more"),
        ("output_tokens", "9" * 30, "more than one row can hold"),
        ("timestamp_utc", "yesterday", "timestamp_utc is 'yesterday'; write 2026-11-20T12:00:00Z"),
        ("timestamp_utc", "", "timestamp_utc is ''"),
        ("input_total_tokens", "9999", "input_total_tokens is 9999, its parts add up to 10000"),
        ("reasoning_tokens_in_output", "1001", "reasoning_tokens_in_output is more than output_tokens"),
        ("expected_usd", "many", "expected_usd is 'many', not a number"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_and_the_others_are_priced(
    tmp_path: Path, shipped_book: Book, column: str, text: str, reason: str
) -> None:
    good = {**GOOD, "expected_usd": "0.022"}
    quotes, refused = quote_file(written(tmp_path, good, {**good, "case_id": "b", column: text}), shipped_book)
    assert [quote.agrees for quote in quotes] == [True]
    assert [(row.line, row.case_id) for row in refused] == [(3, "b")]
    assert reason in refused[0].reason


def test_a_file_without_its_columns_is_refused_whole(tmp_path: Path, shipped_book: Book) -> None:
    file = written(tmp_path, {name: GOOD[name] for name in REQUIRED if name not in {"model", "service"}})
    with pytest.raises(SourceUnreadableError, match="columns missing: model, service"):
        quote_file(file, shipped_book)


def test_a_file_that_is_not_text_is_refused_whole(tmp_path: Path, shipped_book: Book) -> None:
    file = tmp_path / "usage.csv"
    file.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SourceUnreadableError, match="not readable as CSV"):
        quote_file(file, shipped_book)


def test_an_empty_file_with_a_header_has_no_quotes(tmp_path: Path, shipped_book: Book) -> None:
    file = tmp_path / "usage.csv"
    file.write_text(",".join(REQUIRED) + "\n", "utf-8")
    assert quote_file(file, shipped_book) == ([], [])


def test_a_local_time_with_its_offset_is_taken_to_utc(tmp_path: Path, shipped_book: Book) -> None:
    # 09:30 in Beijing on a Wednesday is 01:30 UTC: DeepSeek's peak
    peak = {**GOOD, "provider": "deepseek", "model": "deepseek-v4-pro", "timestamp_utc": "2026-11-18T09:30:00+08:00"}
    (quote,), _ = quote_file(written(tmp_path, peak), shipped_book)
    assert str(quote.list_cost) == "0.012056000000"  # 6000 x 1.32 + 4000 x 0.044 + 1000 x 3.96


def test_an_unknown_model_is_quoted_as_unpriced(tmp_path: Path, shipped_book: Book) -> None:
    rows = {**GOOD, "model": "gpt-nonexistent-9", "expected_usd": "0.022"}
    (quote,), _ = quote_file(written(tmp_path, rows), shipped_book)
    assert quote.list_cost is None
    assert quote.agrees is False
    assert "gpt-nonexistent-9" in (quote.unpriced_reason or "")


@pytest.mark.skipif(not PUBLIC_CASES.is_file(), reason="the public hand-checked cases lie beside the repository")
def test_the_public_hand_checked_cases_agree_to_ten_places(shipped_book: Book) -> None:
    quotes, refused = quote_file(PUBLIC_CASES, shipped_book)
    assert len(quotes) == 30
    assert [quote.case_id for quote in quotes if not quote.agrees] == []
    assert refused == []
