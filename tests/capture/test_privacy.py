"""Personal data in free text, ids and tags."""

from __future__ import annotations

import pytest

from spendmap.capture.privacy import mask_emails, mask_tag, mask_text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask jane.doe+ai@mail.example.com today", "ask [email] today"),
        ("card 4111 1111 1111 1111 end", "card [number] end"),
        ("amex 3782-822463-10005", "amex [number]"),
        ("iban GB29 NWBK 6016 1331 9268 19", "iban [number]"),
        ("call +44 7700 900123", "call [number]"),
        ("account 123456789", "account [number]"),
        (
            "licences 2026-10-01 to 2026-10-31, 120 seats, PO 45001234",
            "licences 2026-10-01 to 2026-10-31, 120 seats, PO 45001234",
        ),
        ("gpt-4o-2024-08-06 tokens", "gpt-4o-2024-08-06 tokens"),
    ],
)
def test_numbers_that_identify_are_masked_and_others_stay(text: str, left: str) -> None:
    assert mask_text(text) == left


def test_an_e_mail_address_inside_an_id_becomes_a_pseudonym() -> None:
    assert mask_emails("role/dev/jane@x.example", lambda who: f"<{who}>") == "role/dev/principal:<jane@x.example>"
    assert mask_emails("no address @ all", lambda who: None) == "no address @ all"


@pytest.mark.parametrize(
    ("key", "value", "left"),
    [
        ("createdBy", "jdoe", "principal:P"),
        ("user_name", "Jane", "principal:P"),
        ("Owner", "Jane Doe", "principal:P"),
        ("owner", "jane.doe", "principal:P"),
        ("owner", "team-payments", "principal:P"),
        ("owner_team", "team-payments", "team-payments"),
        ("user:CostCenter", "4711", "4711"),
        ("Name", "web-1", "web-1"),
        ("env", "prod", "prod"),
        ("note", "to a@b.example", "to principal:P"),
    ],
)
def test_tags_that_name_persons_are_hashed_and_others_stay(key: str, value: str, left: str) -> None:
    assert mask_tag(key, value, lambda who: "P") == left
