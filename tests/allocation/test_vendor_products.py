"""What was bought of a vendor, from its own words, the line's and everybody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spendmap.allocation.vendor_products import PRODUCT_KINDS
from spendmap.allocation.vendors import catalogue, catalogue_vendors, vendors_with
from spendmap.register import Vendor

ALL = catalogue_vendors()


@pytest.mark.parametrize(
    ("vendor", "text", "product"),
    [
        ("openai", "ChatGPT Team 80 seats", "seats"),
        ("openai", "OPENAI *CHATGPT SUBSCR", "seats"),  # says seats or a plan: seats, lest declared seats count twice
        ("openai", "ChatGPT Plus subscription", "plan"),
        ("openai", "API usage October", "api"),
        ("openai", "gpt-4o, chatgpt-4o-latest", "api"),
        ("openai", "API credits top-up", "credits"),
        ("openai", "Prepaid usage credits", "credits"),
        ("openai", "OpenAI, LLC | INV-0091", None),  # it sells four things
        ("openai", "ChatGPT Team 5 seats and API usage", None),  # two purchases on one line
        ("anthropic", "Claude Max plan", "plan"),
        ("anthropic", "CLAUDE.AI SUBSCRIPTION ANTHROPIC.COM", "seats"),
        ("anthropic", "claude-sonnet-4-5 input tokens", "api"),
        ("anthropic", "25 Nutzerlizenzen Claude Team", "seats"),
        ("anthropic", "Guthaben-Aufladung", "credits"),
        ("anthropic", "Recharge de crédits API", "credits"),
        ("anthropic", "Recarga de créditos", "credits"),
        ("github", "GitHub Copilot Business 40 seats", "seats"),
        ("microsoft", "Microsoft 365 E3", "seats"),
        ("microsoft", "Azure consumption October", "cloud"),
        ("microsoft", "Azure OpenAI Service", "api"),
        ("microsoft", "Microsoft Corporation", None),
        ("aws", "AWS Marketplace: Anthropic", "marketplace"),
        ("cursor", "CURSOR USAGE NOV", "api"),
        ("midjourney", "PP*MIDJOURNEY", "plan"),  # it sells nothing else
        ("mercor", "Invoice 12", "service"),
        (None, "80 seats", "seats"),
        (None, "Invoice 12", None),
    ],
)
def test_the_words_of_a_line_say_what_was_bought(vendor: str | None, text: str, product: str | None) -> None:
    assert ALL.product_of(vendor, text) == product


def test_the_vendors_own_words_come_before_what_the_line_states() -> None:
    assert ALL.product_of("openai", "ChatGPT Enterprise", "api") == "seats"
    assert ALL.product_of("openai", "OpenAI, LLC", "credits") == "credits"
    assert ALL.product_of("openai", None, "marketplace") is None  # OpenAI sells none
    assert ALL.product_of("midjourney", None, "marketplace") == "plan"
    assert ALL.product_of("nobody", "x", "plan") == "plan"
    assert ALL.product_of("openai", "x", "groceries") is None


def test_a_company_says_what_a_vendor_sells_to_it() -> None:
    own = Vendor("openai", "OpenAI", (), (), (), None, None, (), ("api",))
    vendors = vendors_with([own])
    assert vendors.sells("openai") == ("api",)
    assert vendors.product_of("openai", "OpenAI, LLC | INV-0091") == "api"


def test_products_resolve_to_a_table_with_nulls_where_nothing_is_stated() -> None:
    rows = [("openai", "API usage", None), ("openai", "API usage", None), ("openai", None, None), (None, None, "plan")]
    assert ALL.resolve_products(rows).to_pylist() == [
        {"vendor": "openai", "text": "API usage", "stated": None, "product": "api"},
        {"vendor": None, "text": None, "stated": "plan", "product": "plan"},
    ]
    assert ALL.resolve_products([]).column_names == ["vendor", "text", "stated", "product"]


def test_every_product_word_of_a_vendor_is_of_something_it_sells_or_may_sell() -> None:
    for vendor in catalogue():
        assert set(vendor.sells) <= set(PRODUCT_KINDS), vendor.id
        for words, _ in vendor.product_words:
            assert words == " ".join(words.split()), (vendor.id, words)
            assert ALL.product_of(vendor.id, f"{words} 2026-10") is not None, (vendor.id, words)


@given(st.sampled_from([vendor.id for vendor in catalogue()]), st.text(max_size=40))
def test_any_text_has_one_product_or_none(vendor: str, text: str) -> None:
    assert ALL.product_of(vendor, text) in (*PRODUCT_KINDS, None)
