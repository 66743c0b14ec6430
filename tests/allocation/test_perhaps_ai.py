"""Payments that no rule calls AI and that a person should look at."""

from __future__ import annotations

import pytest

from spendmap.allocation.vendors import catalogue_vendors

ALL = catalogue_vendors()


@pytest.mark.parametrize(
    ("supplier", "text", "reason", "vendor"),
    [
        ("Microsoft Corporation", "Windows", "mixed vendor", "microsoft"),
        ("Amazon Web Services EMEA SARL", None, "mixed vendor", "aws"),
        ("ADOBE *ACROPRO SUBS", None, "mixed vendor", "adobe"),
        ("Replit, Inc.", "2021 invoice", "AI vendor, before its service began", "replit"),
        ("Midjourney Cafe", None, "name looks like AI", "midjourney"),
        ("COHERE UK LTD", None, "name looks like AI", "cohere"),
        ("Harvey Ltd", None, "name looks like AI", "harvey"),
        ("Anthropc, PBC", None, "name looks like AI", "anthropic"),  # one letter short
        ("Hexagon.ai", None, "name looks like AI", None),
        ("Müller KI-Beratung GmbH", None, "name looks like AI", None),
        ("Société Dupont", "Conseil en intelligence artificielle", "name looks like AI", None),
        ("Kiosk SL", "Formación en aprendizaje automático", "name looks like AI", None),
        ("Hosting Partner BV", "4 x H100, October", "name looks like AI", None),
        ("Deskhelp Ltd", "Support chatbot licence", "name looks like AI", None),
        ("Reseller plc", "SmartGPT seats", "name looks like AI", None),
        ("Bistro du Port", "Dinner with the OpenAI team", "name looks like AI", None),
        ("X CORP. GROK SUBSCRIPTION", None, "name looks like AI", None),
    ],
)
def test_what_may_be_ai_is_listed_with_its_reason(
    supplier: str, text: str | None, reason: str, vendor: str | None
) -> None:
    likeness = ALL.perhaps_ai(supplier, text)
    assert likeness is not None
    assert (likeness.reason.value, likeness.vendor) == (reason, vendor)


@pytest.mark.parametrize(
    ("supplier", "text"),
    [
        ("Café Délice Catering", "Lunch"),
        ("Saint Aidan's Church", "Hall hire"),
        ("Air Liquide SA", "Oxygen, 500 ml"),
        ("Maine Railways", "Prompt payment discount"),
        ("Hays plc", "Recruiting"),
        ("Kite Transformers Ltd", "33 kV transformers"),
        ("", None),
        ("***", "---"),
    ],
)
def test_an_ordinary_payment_is_not_listed(supplier: str, text: str | None) -> None:
    assert ALL.perhaps_ai(supplier, text) is None


def test_lists_resolve_to_tables_of_distinct_names() -> None:
    names = ["Microsoft Ltd", "Bakery", "Microsoft Ltd", None, "Nobody.ai"]
    assert ALL.resolve_perhaps(names).to_pylist() == [
        {"supplier_name": "Microsoft Ltd", "reason": "mixed vendor", "vendor": "microsoft"},
        {"supplier_name": "Nobody.ai", "reason": "name looks like AI", "vendor": None},
    ]
    lines = [("Bakery", "GPU rental"), ("Bakery", "Bread"), ("Bakery", None), (None, "GPU rental")]
    assert [(row["supplier_name"], row["text"]) for row in ALL.resolve_perhaps_lines(lines).to_pylist()] == [
        ("Bakery", "GPU rental"),
        (None, "GPU rental"),
    ]
