"""What the pricing transform says of each row: priced once, or NULL with the reason. Never zero for unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from spendmap.engine.transform import Transform
from spendmap.ledger.tables import USAGE
from spendmap.pricing import PRICE_USAGE_SQL, build_price_wide
from spendmap.pricing.book import Book
from spendmap.pricing.rows import PriceRow
from spendmap.vocabulary.errors import PriceError

Call = Callable[..., dict[str, Any]]
Price = Callable[..., list[dict[str, Any]]]

NOON = "2026-06-01T12:00:00"


def book(*rows: PriceRow) -> Book:
    return Book(rows)


def per_million(meter: str, price: str, **columns: Any) -> PriceRow:
    return PriceRow("acme", "m-1", meter, Decimal(price).scaleb(-6), **columns)


IN_OUT = (per_million("input_uncached", "2"), per_million("output", "8"))


def test_a_call_costs_its_tokens_times_their_prices(price: Price, call: Call) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "m-1", NOON, input_uncached=1_000, output=500)])
    assert row["list_cost"] == row["contracted_cost"] == Decimal("0.006")  # 0.002 + 0.004
    assert (row["price_provider"], row["price_model"], row["price_currency"]) == ("acme", "m-1", "USD")
    assert row["unpriced_reason"] is None


def test_every_usage_column_comes_through_unchanged(price: Price, call: Call) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "m-1", NOON, input_uncached=1, project="p")])
    assert list(row)[: len(USAGE.names)] == list(USAGE.names)
    assert (row["project"], row["input_uncached"], row["cache_read"]) == ("p", 1, None)


def test_tokens_of_a_kind_without_its_own_price_cost_what_the_broader_kind_costs(price: Price, call: Call) -> None:
    # cache_write_1h -> cache_write_other 3, cache_read -> input 2
    rows = book(*IN_OUT, per_million("cache_write_other", "3"))
    (row,) = price(rows, [call("acme", "m-1", NOON, cache_write_1h=10**6, cache_read=10**6)])
    assert row["list_cost"] == Decimal(5)


def test_an_unknown_model_is_unpriced_and_named(price: Price, call: Call) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "claude-nonexistent-9", NOON, input_uncached=1)])
    assert row["list_cost"] is None
    assert row["contracted_cost"] is None
    assert row["unpriced_reason"] == "model 'claude-nonexistent-9' of acme is not in the price book"


def test_a_used_meter_without_a_price_makes_the_row_unpriced_not_cheaper(price: Price, call: Call) -> None:
    searched, quiet = price(
        book(*IN_OUT),
        [
            call("acme", "m-1", NOON, input_uncached=1, web_searches=1),
            call("acme", "m-1", NOON, input_uncached=1, web_searches=0),
        ],
    )
    assert searched["unpriced_reason"] == "acme/m-1 has no price for web_searches"
    assert quiet["list_cost"] == Decimal("0.000002")


def test_measured_nothing_costs_zero_and_not_measured_costs_unknown(price: Price, call: Call) -> None:
    zero, unknown = price(
        book(*IN_OUT),
        [call("acme", "m-1", NOON, input_uncached=0, output=0), call("acme", "m-1", NOON)],
    )
    assert zero["list_cost"] == 0
    assert unknown["list_cost"] is None
    assert unknown["unpriced_reason"] == "the row states no quantity"


def test_an_answer_from_the_gateways_own_cache_costs_nothing_whatever_the_model(price: Price, call: Call) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "unheard-of", NOON, input_uncached=9, is_cache_hit=True)])
    assert row["list_cost"] == row["contracted_cost"] == 0
    assert row["unpriced_reason"] is None


def test_requests_are_charged_where_the_vendor_charges_them(price: Price, call: Call) -> None:
    rows = book(*IN_OUT, PriceRow("acme", "m-1", "requests", Decimal("0.005")))
    stated, unstated = price(
        rows,
        [
            call("acme", "m-1", NOON, input_uncached=1_000, requests=3),
            call("acme", "m-1", NOON, input_uncached=1_000, requests=None),
        ],
    )
    assert stated["list_cost"] == Decimal("0.017")  # 0.002 + 3 x 0.005
    assert unstated["list_cost"] is None
    assert unstated["unpriced_reason"] == "acme/m-1 has no price for requests"


def test_the_price_in_force_at_the_calls_second_counts(price: Price, call: Call) -> None:
    change = datetime.fromisoformat("2026-07-30")
    rows = book(per_million("output", "1", valid_to=change), per_million("output", "3", valid_from=change))
    before, after = price(
        rows,
        [
            call("acme", "m-1", "2026-07-29T23:59:59.999999", output=10**6),
            call("acme", "m-1", "2026-07-30T00:00:00", output=10**6),
        ],
    )
    assert (before["list_cost"], after["list_cost"]) == (1, 3)


def test_a_gap_in_the_book_leaves_its_usage_unpriced(price: Price, call: Call) -> None:
    rows = book(per_million("output", "1", valid_from=datetime.fromisoformat("2026-07-01")))
    (row,) = price(rows, [call("acme", "m-1", NOON, output=1)])
    assert row["unpriced_reason"] == "acme/m-1 has no price in force at the row's time and input length"


def test_the_context_tier_looks_at_the_whole_request(price: Price, call: Call) -> None:
    rows = book(
        per_million("input_uncached", "2", input_to=200_001), per_million("input_uncached", "4", input_from=200_001)
    )
    short, long = price(
        rows,
        [
            call("acme", "m-1", NOON, input_uncached=100_000, cache_read=100_000),
            call("acme", "m-1", NOON, input_uncached=100_000, cache_read=100_001),
        ],
    )
    assert short["list_cost"] == Decimal("0.4")
    assert long["list_cost"] == Decimal("0.800004")
    assert not long["is_tier_estimated"]


def test_a_bucket_of_calls_is_in_the_tier_of_its_mean_call_and_says_so(price: Price, call: Call) -> None:
    rows = book(
        per_million("input_uncached", "2", input_to=200_001), per_million("input_uncached", "4", input_from=200_001)
    )
    small_calls, large_calls = price(
        rows,
        [
            call("acme", "m-1", NOON, input_uncached=10**6, requests=100),  # 10,000 a call
            call("acme", "m-1", NOON, input_uncached=10**6, requests=4),  # 250,000 a call
        ],
    )
    assert (small_calls["list_cost"], large_calls["list_cost"]) == (2, 4)
    assert small_calls["is_tier_estimated"]


def test_a_bucket_far_larger_than_any_request_is_priced_without_overflow(price: Price, call: Call) -> None:
    rows = [call("acme", "m-1", NOON, input_uncached=9 * 10**14, requests=10**12)]
    (row,) = price(book(*IN_OUT), rows)
    assert row["list_cost"] == Decimal(1_800_000_000)


def test_a_tier_without_a_price_is_not_priced_as_standard(price: Price, call: Call) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "m-1", NOON, output=1, service_tier="priority")])
    assert row["unpriced_reason"] == "acme/m-1 has no priority price in the price book"


@pytest.mark.parametrize("tier", [None, "standard", "default", "auto", "on_demand"])
def test_the_usual_tier_has_many_names(price: Price, call: Call, tier: str | None) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "m-1", NOON, output=10**6, service_tier=tier)])
    assert row["list_cost"] == 8


def test_the_model_that_answered_is_priced_before_the_one_asked_for(price: Price, call: Call) -> None:
    (row,) = price(book(*IN_OUT), [call("acme", "router", NOON, response_model="m-1", output=10**6)])
    assert row["list_cost"] == 8


def test_a_contract_price_goes_before_list_meter_by_meter(price: Price, call: Call) -> None:
    rows = book(
        *IN_OUT, per_million("output", "6", contract="ACME-2026", valid_from=datetime.fromisoformat("2026-06-01"))
    )
    before, under = price(
        rows,
        [
            call("acme", "m-1", "2026-05-31T23:59:59", input_uncached=10**6, output=10**6),
            call("acme", "m-1", NOON, input_uncached=10**6, output=10**6),
        ],
    )
    assert (before["list_cost"], before["contracted_cost"]) == (10, 10)
    assert (under["list_cost"], under["contracted_cost"]) == (10, 8)  # 2 list + 6 contract


def test_an_accounts_own_contract_goes_before_the_vendors(price: Price, call: Call) -> None:
    rows = book(*IN_OUT, per_million("output", "6", contract="C"), per_million("output", "5", contract="C@org-1"))
    own, other = price(
        rows,
        [
            call("acme", "m-1", NOON, output=10**6, billing_account_id="org-1"),
            call("acme", "m-1", NOON, output=10**6, billing_account_id="org-2"),
        ],
    )
    assert (own["contracted_cost"], other["contracted_cost"]) == (5, 6)
    assert own["list_cost"] == other["list_cost"] == 8


def test_a_contract_for_a_model_without_a_list_price_is_a_contracted_cost_alone(price: Price, call: Call) -> None:
    (row,) = price(book(per_million("output", "6", contract="C")), [call("acme", "m-1", NOON, output=10**6)])
    assert (row["list_cost"], row["contracted_cost"]) == (None, 6)
    assert row["unpriced_reason"] is not None  # of the list cost


def test_a_contract_in_another_currency_is_not_mixed_with_list(price: Price, call: Call) -> None:
    rows = book(*IN_OUT, per_million("output", "6", contract="C", currency="EUR"))
    output_only, both = price(
        rows,
        [
            call("acme", "m-1", NOON, output=10**6),
            call("acme", "m-1", NOON, output=10**6, input_uncached=10**6),
        ],
    )
    assert (output_only["contracted_cost"], output_only["contracted_currency"]) == (6, "EUR")
    assert both["contracted_cost"] is None  # the contract says nothing of input, and dollars are not euros
    assert both["list_cost"] == 10


def test_a_minimum_per_call_is_billed_and_a_bucket_under_it_is_unpriced(
    shipped_book: Book, price: Price, call: Call
) -> None:
    short, long = price(
        shipped_book,
        [
            call("groq", "whisper-large-v3", NOON, seconds=Decimal(3)),
            call("groq", "whisper-large-v3", NOON, seconds=Decimal(20)),
        ],
    )
    assert short["list_cost"] == Decimal("0.00030833333")  # 10 s at 0.111 / 3600, in twelve places
    assert long["list_cost"] == Decimal("0.00061666666")
    (bucket,) = price(shipped_book, [call("groq", "whisper-large-v3", NOON, seconds=Decimal(3), requests=2)])
    assert bucket["list_cost"] is None
    assert "minimum per call" in bucket["unpriced_reason"]


def test_overlapping_prices_stop_the_pricing(price: Price, call: Call) -> None:
    rows = book(per_million("output", "1"), per_million("output", "2"))
    with pytest.raises(PriceError, match="two prices in force"):
        price(rows, [call("acme", "m-1", NOON, output=1)])


def test_list_prices_in_the_wanted_currency_are_taken(price: Price) -> None:
    rows = book(per_million("output", "1"), per_million("output", "7", currency="CNY"))
    assert build_price_wide(rows.table).column("currency").to_pylist() == ["USD"]
    assert build_price_wide(rows.table, currency="CNY").column("output").to_pylist() == [Decimal("0.000007")]


def test_the_wide_row_remembers_which_prices_it_is_made_of() -> None:
    rows = book(*IN_OUT)
    (ids,) = build_price_wide(rows.table).column("price_ids").to_pylist()
    assert rows.rows[0].price_id in ids
    assert rows.rows[1].price_id in ids


def test_the_transform_is_in_the_portable_dialect_and_reads_three_tables() -> None:
    transform = Transform("price_usage", PRICE_USAGE_SQL)
    assert transform.inputs == ("model_alias", "price_wide", "usage")
    assert "CAST" in transform.to("spark")


def test_no_row_of_an_empty_month_is_priced(price: Price, shipped_book: Book) -> None:
    assert build_price_wide(pa.table(shipped_book.table).slice(0, 0)).num_rows == 0
