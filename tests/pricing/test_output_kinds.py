"""A picture, speech or a film is never priced as text, and output of an unsaid kind only where there is one kind."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from spendmap.pricing.book import Book
from spendmap.pricing.rows import PriceRow

Call = Callable[..., dict[str, Any]]
Price = Callable[..., list[dict[str, Any]]]
NOON = "2026-08-20T12:00:00"


def book(**per_million: str) -> Book:
    return Book(tuple(PriceRow("acme", "m", meter, Decimal(price).scaleb(-6)) for meter, price in per_million.items()))


def test_an_image_model_that_writes_too_has_no_price_for_output_of_an_unsaid_kind(
    shipped_book: Book, price: Price, call: Call
) -> None:
    unsaid, said, text = price(
        shipped_book,
        [
            call("gcp.gemini", "gemini-2.5-flash-image", NOON, input_uncached=10, output=1304),
            call("gcp.gemini", "gemini-2.5-flash-image", NOON, input_uncached=10, output=14, output_image=1290),
            call("gcp.gemini", "gemini-2.5-flash-image", NOON, input_uncached=10, output=14, output_image=0),
        ],
    )
    assert unsaid["list_cost"] is None
    assert unsaid["unpriced_reason"] == (
        "google/gemini-2.5-flash-image has a price of its own for output and output_image, "
        "and the row does not say which its output is"
    )
    # 10 x 0.30 + 14 x 2.50 + 1290 x 30, in millionths
    assert said["list_cost"] == Decimal("0.038738")
    assert text["list_cost"] == Decimal("0.000038")


@pytest.mark.parametrize("kind", ["output_image", "output_audio", "output_video"])
def test_output_of_a_model_that_makes_one_kind_is_that_kind(price: Price, call: Call, kind: str) -> None:
    only = book(input_uncached="1", **{kind: "40"})
    unsaid, said = price(only, [call("acme", "m", NOON, output=1000), call("acme", "m", NOON, **{kind: 1000})])
    assert unsaid["list_cost"] == said["list_cost"] == Decimal("0.04")


@pytest.mark.parametrize("kind", ["output_image", "output_audio", "output_video"])
def test_a_kind_without_a_price_is_not_priced_as_text(price: Price, call: Call, kind: str) -> None:
    (row,) = price(book(input_uncached="1", output="8"), [call("acme", "m", NOON, output=5, **{kind: 1000})])
    assert row["list_cost"] is None
    assert row["unpriced_reason"] == f"acme/m has no price for {kind}"


def test_kinds_of_one_price_need_not_be_said(price: Price, call: Call) -> None:
    (row,) = price(book(output="8", output_image="8"), [call("acme", "m", NOON, output=1_000_000)])
    assert row["list_cost"] == Decimal(8)


def test_two_kinds_of_which_neither_is_text_are_asked_about(price: Price, call: Call) -> None:
    (row,) = price(book(output_audio="8", output_video="9"), [call("acme", "m", NOON, output=1_000_000)])
    assert row["list_cost"] is None
    assert "output_audio and output_video" in row["unpriced_reason"]


def test_input_and_no_output_is_priced_whatever_the_model_makes(price: Price, call: Call) -> None:
    rows = [call("acme", "m", NOON, input_uncached=1_000_000, output=out) for out in (None, 0)]
    nothing, zero = price(book(input_uncached="1", output="8", output_image="30"), rows)
    assert nothing["list_cost"] == zero["list_cost"] == Decimal(1)


@pytest.mark.parametrize(
    ("model", "kind", "cost"),
    [("gpt-image-1", "output_image", "40"), ("gpt-4o-mini-tts", "output_audio", "12")],
)
def test_a_model_that_only_draws_or_only_speaks_costs_the_same_said_or_unsaid(
    shipped_book: Book, price: Price, call: Call, model: str, kind: str, cost: str
) -> None:
    million = {"output": 1_000_000}, {kind: 1_000_000}
    rows = price(shipped_book, [call("openai", model, NOON, **meters) for meters in million])
    assert [row["list_cost"] for row in rows] == [Decimal(cost)] * 2


def test_speech_of_a_model_that_writes_too_is_asked_about(shipped_book: Book, price: Price, call: Call) -> None:
    (row,) = price(shipped_book, [call("openai", "gpt-4o-audio-preview", "2026-01-01T00:00:00", output=100)])
    assert row["list_cost"] is None
    assert "output_audio" in row["unpriced_reason"]
