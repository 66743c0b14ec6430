"""A price is claimed for the time it is known of: before, after, above its bound and at another seller it is an estimate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.pricing.book import Book
from spendmap.pricing.known import BELIEVED, cut_at_first_seen, known_from
from spendmap.pricing.quote import REQUIRED, Quote, quote_file
from spendmap.pricing.rows import NO_END, NO_START, PriceRow

Call = Callable[..., dict[str, Any]]
Price = Callable[..., list[dict[str, Any]]]
LAUNCH = datetime.fromisoformat("2025-08-01")


def quoted(
    tmp_path: Path, book: Book, provider: str, model: str, at: str, tokens: int = 100_000, out: int = 1_000
) -> Quote:
    values = ("a", provider, model, at, "standard", tokens, tokens, 0, 0, 0, 0, out, 0, 0)
    columns = dict(
        zip(("case_id", "provider", "model", "timestamp_utc", "service", "input_total_tokens"), values, strict=False)
    )
    columns |= {"uncached_input_tokens": tokens, "output_tokens": out}
    line = ",".join(str(columns.get(name, 0)) for name in REQUIRED)
    file = tmp_path / "q.csv"
    file.write_text(",".join(REQUIRED) + "\n" + line + "\n", "utf-8")
    (quote,), refused = quote_file(file, book)
    assert refused == []
    return quote


@pytest.mark.parametrize(
    ("provider", "model", "at", "cost"),
    [
        # 100,000 in and 1,000 out, at dollars per million
        ("google", "gemini-1.5-pro", "2024-08-01T00:00:00Z", "0.3605"),  # 3.50 and 10.50
        ("google", "gemini-1.5-pro", "2024-09-30T23:59:59Z", "0.3605"),
        ("google", "gemini-1.5-pro-002", "2024-10-01T00:00:00Z", "0.13"),  # 1.25 and 5 since the cut
        ("google", "gemini-1.5-flash", "2024-08-11T12:00:00Z", "0.03605"),  # 0.35 and 1.05
        ("google", "gemini-1.5-flash", "2024-08-12T12:00:00Z", "0.0078"),  # 0.075 and 0.30
        ("openai", "gpt-4o", "2024-06-01T00:00:00Z", "0.515"),  # 5 and 15
        ("openai", "gpt-4o-2024-05-13", "2026-01-01T00:00:00Z", "0.515"),
        ("openai", "gpt-4o", "2025-01-01T00:00:00Z", "0.26"),  # 2.50 and 10
        ("openai", "gpt-3.5-turbo", "2023-08-01T00:00:00Z", "0.152"),  # 1.50 and 2
        ("openai", "gpt-3.5-turbo", "2024-01-01T00:00:00Z", "0.102"),  # 1 and 2
        ("openai", "gpt-3.5-turbo", "2024-03-01T00:00:00Z", "0.0515"),  # 0.50 and 1.50
        ("openai", "gpt-4-32k", "2023-10-01T00:00:00Z", "6.12"),  # 60 and 120
        ("openai", "o1-mini", "2024-10-01T00:00:00Z", "0.312"),  # 3 and 12
        ("openai", "o1-mini", "2025-03-01T00:00:00Z", "0.1144"),  # 1.10 and 4.40
        ("anthropic", "claude-2.0", "2023-09-01T00:00:00Z", "1.13468"),  # 11.02 and 32.68
        ("anthropic", "claude-2.1", "2024-09-01T00:00:00Z", "0.824"),  # 8 and 24
        ("anthropic", "claude-3-opus-20240229", "2024-09-01T00:00:00Z", "1.575"),  # 15 and 75
        ("anthropic", "claude-3-5-haiku-20241022", "2024-11-20T00:00:00Z", "0.105"),  # 1 and 5
        ("anthropic", "claude-3-5-haiku-20241022", "2025-01-20T00:00:00Z", "0.084"),  # 0.80 and 4
        ("cohere", "command-r-plus", "2024-06-01T00:00:00Z", "0.315"),  # 3 and 15
        ("cohere", "command-r-plus", "2024-10-01T00:00:00Z", "0.26"),  # 2.50 and 10
    ],
)
def test_a_retired_model_costs_what_it_cost_on_its_day(
    tmp_path: Path, shipped_book: Book, provider: str, model: str, at: str, cost: str
) -> None:
    quote = quoted(tmp_path, shipped_book, provider, model, at)
    assert (quote.list_cost, quote.evidence, quote.notes) == (Decimal(cost), "metered", ())


def test_a_call_before_its_price_was_known_is_priced_as_an_estimate_and_says_so(
    tmp_path: Path, shipped_book: Book
) -> None:
    early = quoted(tmp_path, shipped_book, "groq", "llama-3.1-8b-instant", "2024-09-01T00:00:00Z")
    late = quoted(tmp_path, shipped_book, "groq", "llama-3.1-8b-instant", "2025-09-01T00:00:00Z")
    assert early.list_cost == late.list_cost
    assert (early.evidence, early.notes) == ("estimated", ("price known from 2025-09-01; used for an earlier call",))
    assert (late.evidence, late.notes) == ("metered", ())


@pytest.mark.parametrize(
    ("provider", "model", "at", "reason"),
    [
        ("x-ai", "grok-code-fast-1", "2026-11-30T12:00:00Z", "the name was retired on 2026-05-15"),
        ("x-ai", "grok-4", "2026-05-15T19:00:00Z", "the name was retired on 2026-05-15"),
        ("openai", "gpt-4-32k-0613", "2025-06-06T00:00:00Z", "the name was retired on 2025-06-06"),
        ("anthropic", "claude-3-opus-20240229", "2026-02-01T00:00:00Z", "the name was retired on 2026-01-05"),
        ("google", "gemini-1.5-pro", "2025-12-01T00:00:00Z", "the name was retired on 2025-09-24"),
        ("azure", "gpt-5.6-sol", "2026-11-30T12:00:00Z", "the last one was read on 2026-08-11"),
        ("azure", "deepseek-v3.2", "2026-11-30T12:00:00Z", "another seller's price is no price"),
        ("azure", "grok-4", "2026-03-01T12:00:00Z", "another seller's price is no price"),
        ("openai", "ft:gpt-4-0613:acme::x", "2026-03-01T12:00:00Z", "is not in the price book"),
    ],
)
def test_what_has_no_price_any_more_or_none_of_this_seller_stays_unpriced_and_says_why(
    tmp_path: Path, shipped_book: Book, provider: str, model: str, at: str, reason: str
) -> None:
    quote = quoted(tmp_path, shipped_book, provider, model, at)
    assert quote.list_cost is None
    assert quote.evidence is None
    assert reason in (quote.unpriced_reason or "")


def test_a_name_costs_to_its_last_second(tmp_path: Path, shipped_book: Book) -> None:
    # 0.20 and 1.50 per million, until noon in California
    assert quoted(tmp_path, shipped_book, "x-ai", "grok-code-fast-1", "2026-05-15T18:59:59Z").list_cost == Decimal(
        "0.0215"
    )


def test_a_snapshot_holds_to_the_end_of_the_day_it_was_read(tmp_path: Path, shipped_book: Book) -> None:
    # Azure's meters of 2026-08-11: 5 and 30 per million
    assert quoted(tmp_path, shipped_book, "azure", "gpt-5.6-sol", "2026-08-11T23:59:59Z").list_cost == Decimal("0.53")
    assert quoted(tmp_path, shipped_book, "azure", "gpt-5.6-sol", "2026-08-12T00:00:00Z").list_cost is None


def test_a_makers_price_at_a_seller_that_a_page_says_charges_it_is_marked(tmp_path: Path, shipped_book: Book) -> None:
    quote = quoted(tmp_path, shipped_book, "azure", "gpt-4o", "2026-11-30T12:00:00Z")
    assert (quote.list_cost, quote.evidence) == (Decimal("0.26"), "estimated")
    assert quote.notes == ("azure sells it at openai's list price",)
    # Retired at its maker, sold on under the seller's own calendar.
    kept = quoted(tmp_path, shipped_book, "azure", "gpt-4-turbo", "2026-11-30T12:00:00Z")
    assert (kept.list_cost, kept.evidence) == (Decimal("1.03"), "estimated")  # 10 and 30 per million


def test_the_highest_of_several_fees_is_an_upper_bound_and_says_so(tmp_path: Path, shipped_book: Book) -> None:
    quote = quoted(tmp_path, shipped_book, "perplexity", "sonar", "2026-11-30T12:00:00Z", 1_000, 1_000)
    assert quote.list_cost == Decimal("0.014")  # 0.001 + 0.001 + the fee of the largest search, 0.012
    assert quote.is_upper_bound
    assert quote.evidence == "estimated"
    assert quote.notes == ("requests: the highest of several fees is taken, an upper bound",)


def test_a_meter_that_is_not_used_makes_nothing_an_estimate(price: Price, call: Call) -> None:
    book = Book(
        (
            PriceRow("acme", "m", "output", Decimal("0.00001")),
            PriceRow("acme", "m", "web_searches", Decimal("0.01"), basis="estimated"),
        )
    )
    plain, searching, cached = price(
        book,
        [
            call("acme", "m", "2026-01-01T00:00:00", output=10),
            call("acme", "m", "2026-01-01T00:00:00", output=10, web_searches=1),
            call("acme", "m", "2026-01-01T00:00:00", output=10, web_searches=1, is_cache_hit=True),
        ],
    )
    assert [row["is_price_estimated"] for row in (plain, searching, cached)] == [False, True, False]


def test_a_contract_is_certain_where_the_list_price_is_a_guess(price: Price, call: Call) -> None:
    book = Book(
        (
            PriceRow("acme", "m", "output", Decimal("0.00001"), basis="estimated"),
            PriceRow("acme", "m", "output", Decimal("0.000008"), contract="C@org-1", basis="contract"),
        )
    )
    ours, others = price(
        book,
        [
            call("acme", "m", "2026-01-01T00:00:00", output=10, billing_account_id="org-1"),
            call("acme", "m", "2026-01-01T00:00:00", output=10, billing_account_id="org-2"),
        ],
    )
    assert (ours["is_price_estimated"], others["is_price_estimated"]) == (False, True)


def test_a_price_without_a_start_is_cut_at_the_day_it_was_first_listed() -> None:
    row = PriceRow("openai", "chatgpt-4o-latest", "output", Decimal("0.000015"))
    assert known_from(row) == LAUNCH
    early, late = cut_at_first_seen([row])
    assert (early.valid_from, early.valid_to, early.basis) == (NO_START, LAUNCH, "estimated")
    assert (late.valid_from, late.valid_to, late.basis) == (LAUNCH, NO_END, "documented")


def test_a_page_is_believed_for_half_a_year() -> None:
    read = date(2026, 1, 10)
    row = PriceRow("acme", "m", "output", Decimal(1), valid_from=LAUNCH, checked_on=read)
    sure, later = cut_at_first_seen([row])
    assert sure.valid_to == later.valid_from == datetime.fromisoformat("2026-01-10") + BELIEVED
    assert (sure.basis, later.basis) == ("documented", "estimated")


MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1))  # noqa: DTZ001


@given(
    at=MOMENTS,
    start=st.none() | MOMENTS,
    end=st.none() | MOMENTS,
    read=st.none() | st.dates(date(2021, 1, 1), date(2029, 1, 1)),
)
def test_cutting_changes_no_price_only_what_is_claimed_of_it(
    at: datetime, start: datetime | None, end: datetime | None, read: date | None
) -> None:
    row = PriceRow(
        "acme", "m", "output", Decimal(2), valid_from=start or NO_START, valid_to=end or NO_END, checked_on=read
    )
    if row.valid_from >= row.valid_to:
        return
    parts = [part for part in cut_at_first_seen([row]) if part.valid_from <= at < part.valid_to]
    assert [part.list_unit_price for part in parts] == ([Decimal(2)] if row.valid_from <= at < row.valid_to else [])
    assert list(cut_at_first_seen(cut_at_first_seen([row]))) == list(cut_at_first_seen([row]))
