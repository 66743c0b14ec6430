"""Money in two currencies is never added, not even to see which is more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from spendmap.optimization.optimize import grades_of
from spendmap.optimization.plays.choose import added_up
from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving
from spendmap.optimization.plays.renewal import renewal
from spendmap.readiness.proof import CellFacts
from spendmap.risk.facts import Contract, Facts, Spend
from spendmap.risk.finding import Subject
from spendmap.vocabulary.period import Period

OCT = "2026-10"


def row(cost: str, currency: str, **more: Any) -> Spend:
    return Spend(month=OCT, currency=currency, effective_cost=Decimal(cost), **more)


def facts(*spend: Spend, **more: Any) -> Facts:
    return Facts(Period.parse(OCT), "USD", date(2026, 11, 1), spend=spend, **more)


def test_a_row_of_money_without_a_currency_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="currency"):
        Spend(month=OCT)  # type: ignore[call-arg]


def test_a_tools_money_is_graded_in_the_companys_currency_and_yen_do_not_outweigh_dollars() -> None:
    # 900,000 JPY invoiced is a large number, not more money than 40 + 10 USD of metered calls and seats.
    given = facts(
        row("40", "USD", tool="chat", origin="usage"),
        row("10", "USD", tool="chat", origin="utilization"),
        row("900000", "JPY", tool="chat", origin="charge"),
        row("5", "EUR", tool="notes", origin="utilization"),  # no dollars at all: euros come before yen by name
        row("700", "JPY", tool="notes", origin="charge"),
    )
    assert grades_of(given) == {"chat": "metered", "notes": "contracted"}


def test_who_answers_for_most_is_asked_in_one_currency() -> None:
    rows = (row("100", "USD", owner="Ada"), row("30", "USD", owner="Bo"), row("9000", "JPY", owner="Bo"))
    assert CellFacts("agents", facts(*rows), rows).owner_of_biggest(lambda _: True) == "Ada"


def test_a_renewal_stands_in_the_category_of_most_of_its_money_in_one_currency() -> None:
    given = facts(
        row("100", "USD", vendor="acme", category="product_inference"),
        row("9000", "JPY", vendor="acme", category="evaluation"),
        contracts=(
            Contract(
                id="c-1", name="Acme", vendor="acme", renewal_date=date(2026, 12, 31), notice_days=30, currency="USD"
            ),
        ),
    )
    plays = list(renewal(PlayFacts(given, (), ())))
    assert [(play.category, play.seen, play.saving.currency) for play in plays] == [
        ("product_inference", Decimal(100), "USD")
    ]


def play(id_: str, likely: str, currency: str) -> Play:
    saving = Saving(None, Decimal(likely), None, currency, "effective")
    return Play(
        code="PL001", kind="action", category="agents", subject=Subject("tool", id_, id_), title=id_, story="",
        saving=saving, seen=None, evidence="metered", assumptions=(), held_fixed=(), effort="S", effort_why="", risk="",
        owner=None, role="", next_step="", touches=("the same money",),
    )  # fmt: skip


def test_of_savings_in_two_currencies_neither_displaces_the_other() -> None:
    plays = [play("dollars", "40", "USD"), play("more-dollars", "50", "USD"), play("yen", "3000", "JPY")]
    assert added_up(plays) == {plays[1].id, plays[2].id}
