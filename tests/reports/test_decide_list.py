"""The leader's list of decisions: what is in it, in which order, and what is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from spendmap.reports.decide_list import GROUPS, MOST, decide_list
from spendmap.reports.findings import FindingRow, FindingSubject
from spendmap.risk.rules import ALL, story


def row(code: str, subject: str, money: str | None, **more: Any) -> FindingRow:
    told: dict[str, Any] = {
        "id": f"{code}:{subject}",
        "code": code,
        "kind": "operating",
        "category": "ledger",
        "subject": FindingSubject("agent" if code.startswith("AG") else "tool", subject, subject.title()),
        "title": f"{subject.title()} says {code}",
        "detail": "",
        "next_step": "Decide.",
        "money_at_stake": None if money is None else Decimal(money),
        "currency": "USD",
        "basis": "effective",
        "period": "2026-10",
        "owner": None,
        "state": "open",
        "due": date(2026, 12, 1),
        "is_overdue": False,
        "first_seen": date(2026, 11, 1),
        "occurred_on": None,
        "reason": None,
        "until": None,
        "decided_by": None,
        "returned": None,
        "evidence": {},
        "version": 0,
    }
    return FindingRow(**told | more)


def test_biggest_first_and_unknown_money_last() -> None:
    found = decide_list([row("IT001", "a", "5"), row("LG009", "b", "50"), row("OV001", "c", None)], "USD")
    assert [item.id for item in found.items] == ["LG009:b", "IT001:a", "OV001:c"]
    assert found.items[0].link == "/findings?finding=LG009:b"


def test_the_missing_controls_of_an_agent_are_one_decision_with_the_nearest_day() -> None:
    agent = [row("AG002", "bot", "7"), row("AG004", "bot", "7", due=date(2026, 11, 15), is_overdue=True)]
    (item,) = decide_list(agent, "USD").items
    assert (item.title, item.due, item.is_overdue) == (
        "Bot: 2 controls or facts are missing",
        date(2026, 11, 15),
        True,
    )
    assert item.findings == ["AG004:bot", "AG002:bot"]


def test_what_was_decided_and_what_is_no_decision_of_a_leader_is_not_in_it() -> None:
    rows = [row("IT001", "a", "5", state="accepted"), row("IT001", "b", "5", state="assigned"), row("PI002", "c", "9")]
    assert decide_list(rows, "USD").items == []


def test_ten_at_most_and_a_small_overlap_is_not_crowded_out() -> None:
    rows = [row("IT001", f"tool-{n:02d}", str(1000 - n)) for n in range(15)] + [row("OV001", "chat", "1")]
    found = decide_list(rows, "USD")
    assert len(found.items) == MOST
    assert found.items[-1].id == "OV001:chat"
    assert found.more == 6


def test_every_code_it_waits_for_is_a_rule_that_exists() -> None:
    known = {story(rule).code for rule in ALL}
    assert {code for _, codes in GROUPS.values() for code in codes} <= known
