"""Names as usage writes them, tied to the prices that apply, or left without one."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from spendmap.pricing import build_aliases
from spendmap.pricing.aliases import Ref, resolve
from spendmap.pricing.book import Book
from spendmap.pricing.forms import Form
from spendmap.pricing.rows import PriceRow


@pytest.mark.parametrize(
    ("provider", "name", "priced_as"),
    [
        ("openai", "gpt-4o-2024-08-06", ("openai", "gpt-4o")),
        ("openai", "GPT-4.1", ("openai", "gpt-4.1")),
        ("anthropic", "claude-3-7-sonnet-20250219", ("anthropic", "claude-3-7-sonnet-latest")),
        ("google", "claude-haiku-4-5@20251001", ("google", "claude-haiku-4-5")),
        ("google", "models/gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("vertex_ai", "publishers/google/models/gemini-2.5-pro", ("google", "gemini-2.5-pro")),
        ("azure", "gpt-4.1", ("openai", "gpt-4.1")),
        ("azure.ai.openai", "gpt-4.1", ("openai", "gpt-4.1")),
        ("azure", "gpt-5.6-luna", ("azure", "gpt-5.6-luna")),
        ("mistral", "mistral-large-latest", ("mistral", "mistral-large-latest")),
        ("litellm", "anthropic/claude-sonnet-4-6", ("anthropic", "claude-sonnet-4-6")),
        ("", "claude-sonnet-4-6", ("anthropic", "claude-sonnet-4-6")),
    ],
)
def test_a_name_finds_its_model(shipped_book: Book, provider: str, name: str, priced_as: tuple[str, str]) -> None:
    alias = resolve(Ref(provider, name), shipped_book, {})
    assert alias.unpriced_reason is None
    assert alias.form is not None
    assert (alias.form.provider, alias.form.model) == priced_as


def test_bedrocks_regional_prefix_is_its_own_model_and_dearer(shipped_book: Book) -> None:
    forms = {
        name: resolve(Ref("aws.bedrock", name), shipped_book, {}).form
        for name in (
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        )
    }
    regional, everywhere, by_arn = forms.values()
    assert regional == by_arn
    prices = {
        (row.provider, row.model): row.list_unit_price
        for row in shipped_book.in_book
        if row.meter == "input_uncached" and row.service_tier == "standard" and row.input_from == 0
    }
    assert regional is not None
    assert everywhere is not None
    assert prices[regional[:2]] == Decimal("0.0000033")
    assert prices[everywhere[:2]] == Decimal("0.000003")


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        (
            Ref("anthropic", "claude-nonexistent-9"),
            "model 'claude-nonexistent-9' of anthropic is not in the price book",
        ),
        (Ref("nobody", "m"), "model 'm' of nobody is not in the price book"),
        (Ref("", "m"), "model 'm' is not in the price book"),
        (Ref("openai", ""), "the row names no model"),
        (Ref("azure", "our-deployment"), "model 'our-deployment' of azure is not in the price book"),
        (Ref("openai", "gpt-4.1", tier="flex"), "openai/gpt-4.1 has no flex price in the price book"),
        (Ref("azure", "gpt-4.1", tier="priority"), "openai/gpt-4.1 has no priority price in the price book"),
        (Ref("azure", "gpt-5.6-luna", tier="batch"), "azure/gpt-5.6-luna has no batch price in the price book"),
    ],
)
def test_a_name_nothing_matches_is_named_in_the_reason(shipped_book: Book, ref: Ref, reason: str) -> None:
    alias = resolve(ref, shipped_book, {})
    assert alias.unpriced_reason in {reason, reason.replace("openai/", "azure/")}


def test_a_deployment_is_priced_as_the_model_the_company_says_it_is(shipped_book: Book) -> None:
    alias = resolve(Ref("azure", "Our-Deployment"), shipped_book, {"azure/our-deployment": "gpt-4.1"})
    assert alias.form == Form("openai", "gpt-4.1")
    assert "Our-Deployment = gpt-4.1" in alias.rule


def test_a_company_price_makes_an_unknown_model_known() -> None:
    book = Book((PriceRow("fernhill", "support-7b", "output", Decimal(1)),))
    assert resolve(Ref("fernhill", "Support-7B"), book, {}).form == Form("fernhill", "support-7b")


def test_each_distinct_name_is_resolved_once_and_unpriced_ones_stay_listed(shipped_book: Book) -> None:
    refs = pa.table({"provider_ref": ["openai", "openai", "x"], "model_ref": ["gpt-4.1", "gpt-4.1", "y"]})
    table = build_aliases(refs, shipped_book)
    assert table.column("model_ref").to_pylist() == ["gpt-4.1", "y"]
    assert [form is not None for form in table.column("price_form").to_pylist()] == [True, False]


def test_only_models_with_hours_or_weekdays_are_marked_as_windowed(shipped_book: Book) -> None:
    refs = pa.table({"provider_ref": ["deepseek", "openai"], "model_ref": ["deepseek-v4-pro", "gpt-4.1"]})
    assert build_aliases(refs, shipped_book).column("is_windowed").to_pylist() == [True, False]
