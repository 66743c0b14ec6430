"""One purchase that two lines tell in other ways: another day, another amount, another spelling of its number."""

from __future__ import annotations

import pytest

from counting.firm import Firm

OCTOBER = "2026-10"


def card(firm: Firm, source: str, day: str, amount: str, **more: str) -> None:
    firm.line(day, amount, books="card", source_name=source, source_file="x.csv", memo=source, load_id=source, **more)


def firm_of_two_days() -> Firm:
    """One card in two sources: one has the day of purchase, the other that of posting, a day later."""
    firm = Firm()
    for day, posted, amount in (("05", "06", "20"), ("07", "08", "16"), ("12", "13", "10")):
        card(firm, "bought", f"2026-10-{day}", amount)
        card(firm, "posted", f"2026-10-{posted}", amount)
    return firm


def test_purchases_on_their_days_of_posting_are_asked_about() -> None:
    answer = firm_of_two_days().count()
    assert (answer.effective(OCTOBER), answer.notes("perhaps_twice", OCTOBER)) == (92, 46)


def test_a_person_says_that_they_are_the_same() -> None:
    firm = firm_of_two_days()
    firm.alike = {"posted"}
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.notes("perhaps_twice", OCTOBER)) == (46, 0)


def test_subscriptions_a_week_apart_are_two() -> None:
    firm = Firm()
    for day, other, amount in (("05", "12", "20"), ("07", "14", "16"), ("12", "19", "10")):
        card(firm, "a", f"2026-10-{day}", amount)
        card(firm, "b", f"2026-10-{other}", amount)
    answer = firm.count()
    assert (answer.effective(OCTOBER), answer.notes("perhaps_twice", OCTOBER)) == (92, 0)


@pytest.mark.parametrize(("posted", "asked"), [("96.50", "95"), ("95", "0"), ("150", "0")])
def test_a_pending_line_whose_posted_one_has_a_tip_in_it_is_asked_about(posted: str, asked: str) -> None:
    firm = Firm()
    card(firm, "card", "2026-10-12", "95", line_kind="pending")
    card(firm, "card", "2026-10-14", posted)
    assert firm.count().notes("perhaps_twice", OCTOBER) == pytest.approx(float(asked))


@pytest.mark.parametrize("written", ["dl55", "dl-55", "dl-055", "dl0055"])
def test_an_invoice_number_with_and_without_its_hyphen_is_one(written: str) -> None:
    firm = Firm()
    firm.line("2026-10-05", "50", invoice_number="dl-55", source_name="erp")
    firm.line("2026-10-05", "50", invoice_number=written, source_name="old")
    firm.line("2026-10-20", "50", books="card", number_words=written)
    assert firm.count().effective(OCTOBER) == 50


def test_an_invoice_on_a_line_for_each_department_is_paid_at_once() -> None:
    firm = Firm()
    firm.line("2026-10-14", "500", key="a")
    firm.line("2026-10-14", "500", key="b")
    firm.line("2026-10-26", "1000", books="bank", key="paid")
    answer = firm.count()
    assert answer.effective(OCTOBER) == 1000
    (pair,) = answer.noted(kind="proposed_pair")
    assert (pair["amount"], pair["origin_key"]) == (1000, "bank:paid")
    firm.declined = {pair["subject"]}
    assert firm.count().effective(OCTOBER) == 2000


def test_a_line_that_is_asked_about_for_two_reasons_is_named_once() -> None:
    firm = Firm()
    firm.export("2026-10-05", "100", "anthropic", account_id="a")
    firm.export("2026-10-05", "200", "anthropic", account_id="b")
    firm.line("2026-10-31", "100", "anthropic")
    firm.line("2026-10-31", "205", "anthropic")
    assert firm.count().notes("perhaps_twice", OCTOBER) <= 205
