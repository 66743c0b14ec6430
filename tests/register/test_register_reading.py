"""What the other steps read: keys in order of precedence, dated rates, vendors, sources."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from register_support import COMPANY, apply_text

from spendmap.register.store import Register


def test_the_key_that_states_most_comes_first(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, COMPANY)
    keys = [(key.entity_type, key.entity_id, key.conditions, key.order) for key in register.keys()]  # noqa: SIM118  (not a mapping)
    assert keys == [
        ("vendor_account", "northwind-ai/main", {"vendor": "northwind-ai", "billing_account_id": "0012"}, 0),
        ("tool", "chat", {"tags.team": "Blue", "environment": "prod"}, 1),
        ("tool", "chat", {"tags.team": "Blue", "environment": "production"}, 1),
        ("tool", "chat", {"api_key_id": "key_1"}, 2),
    ]
    assert register.keys()[3].valid_from == date(2026, 1, 1)


def test_a_key_holds_where_its_own_dates_and_those_of_the_field_meet(register: Register, tmp_path: Path) -> None:
    apply_text(
        register,
        tmp_path,
        "tools:\n  - id: t\n    keys:\n"
        "      - {value: [{project: p, from: 2026-02-01}, {project: q, to: 2026-01-01}], from: 2026-01-15}\n",
    )
    found = [(key.conditions, key.valid_from, key.valid_to) for key in register.keys()]  # noqa: SIM118  (not a mapping)
    assert found == [({"project": "p"}, date(2026, 2, 1), None)]  # q ended before the field began


def test_a_rate_is_dated_by_its_entity_and_by_its_field(register: Register, tmp_path: Path) -> None:
    apply_text(
        register,
        tmp_path,
        "labour_rates:\n"
        "  - {id: a, role: reviewer, hourly_rate: '40', valid_from: 2026-01-01, valid_to: 2027-01-01}\n"
        "  - id: b\n    role: lead\n    currency: USD\n    hourly_rate:\n"
        "      - {value: 50.5, to: 2026-04-16}\n      - {value: '52.00', from: 2026-04-16}\n",
    )
    rates = [(r.role, r.hourly_rate, r.currency, r.valid_from, r.valid_to) for r in register.labour_rates()]
    assert rates == [
        ("reviewer", Decimal("40"), None, date(2026, 1, 1), date(2027, 1, 1)),
        ("lead", Decimal("50.5"), "USD", None, date(2026, 4, 16)),
        ("lead", Decimal("52.00"), "USD", date(2026, 4, 16), None),
    ]


def test_money_keeps_every_digit_it_was_written_with(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, "tools:\n  - {id: t, seat_price: 0.100000000000000001}\n")
    assert register.entities("tool")[0].fields["seat_price"] == Decimal("0.100000000000000001")


def test_vendors_and_sources_come_as_matching_and_capture_need_them(register: Register, tmp_path: Path) -> None:
    apply_text(register, tmp_path, COMPANY)
    vendor = register.vendors()[0]
    assert (vendor.aliases, vendor.kind, vendor.accounts[0].invoice_lag_months) == (("NORTHWIND AI LTD",), None, 1)
    source = register.sources()[0]
    assert (source.id, source.kind, source.settings) == (
        "gateway",
        "litellm_spendlogs",
        {"compact": "true", "zone": "UTC"},
    )


def test_three_thousand_six_hundred_use_cases_of_an_inventory_are_declared_and_compared(
    register: Register, tmp_path: Path, shared: Path
) -> None:
    import csv

    import yaml

    with (shared / "data/register/omb2025_individually_reported_AI_use_cases.csv").open(encoding="utf-8-sig") as stream:
        names = [row["use_case_name"] for row in csv.DictReader(stream) if row["use_case_name"].strip()]
    entries = [{"id": f"uc-{place}", "name": " ".join(name.split())} for place, name in enumerate(names)]
    applied = apply_text(register, tmp_path, yaml.safe_dump({"use_cases": entries}, allow_unicode=True))
    assert applied.created == len(names) > 3000
    assert any(twin.likeness == 1.0 for twin in applied.similar)
    assert len(register.entities("use_case")) == len(names)
