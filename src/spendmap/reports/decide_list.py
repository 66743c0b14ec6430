"""What waits for a decision: renewals, agents without controls, overlaps, money without an owner; biggest first.

Reads the published findings, open ones only. Money is at stake, never added up: two findings may be about the same.
Invariant: at most `MOST` items, and every group that has a finding has its biggest one in the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

from spendmap.reports.findings import FindingRow

Group = Literal["renewal", "agent", "overlap", "unowned"]
MOST = 10

GROUPS: dict[Group, tuple[str, frozenset[str]]] = {
    "renewal": ("Renewal", frozenset({"IT003", "LG009"})),
    "agent": ("Agent without controls", frozenset(f"AG{number:03}" for number in range(1, 11))),
    "overlap": ("Overlap", frozenset({"OV001", "OV002"})),
    "unowned": ("Nobody owns it", frozenset({"DP001", "HR001", "IN002", "IT001", "IT006", "PI001", "PI005"})),
}
_GROUP_OF: dict[str, Group] = {code: group for group, (_, codes) in GROUPS.items() for code in codes}


@dataclass(frozen=True)
class ToDecide:
    """One thing to decide; an agent's missing controls are one. `due` is the earliest of its findings.

    `money_at_stake` None with a currency: there is money, and nobody knows how much. Without one: none was seen.
    """

    id: str
    group: Group
    group_label: str
    title: str
    detail: str
    next_step: str
    money_at_stake: Decimal | None
    currency: str | None
    basis: str | None
    period: str | None
    owner: str | None
    due: date
    is_overdue: bool
    findings: list[str]
    link: str


@dataclass(frozen=True)
class DecideList:
    """The list, and how many more wait."""

    items: list[ToDecide]
    more: int


def decide_list(rows: Iterable[FindingRow], currency: str) -> DecideList:
    """The list from the findings. Items of `currency` come first: amounts of different currencies have no order."""
    found: dict[tuple[Group, str, str, str | None], list[FindingRow]] = defaultdict(list)
    for row in rows:
        group = _GROUP_OF.get(row.code)
        if group is not None and row.state == "open":
            # An agent's controls are decided together; anything else is a decision of its own.
            single = "" if group == "agent" else row.code
            found[group, row.subject.type, row.subject.id, single].append(row)
    items = sorted((_item(key[0], own) for key, own in found.items()), key=lambda item: _size(item, currency))
    first_of_group: dict[Group, ToDecide] = {}
    for item in items:
        first_of_group.setdefault(item.group, item)
    kept = list(first_of_group.values())
    kept += [item for item in items if item not in kept][: MOST - len(kept)]
    return DecideList(sorted(kept, key=lambda item: _size(item, currency)), len(items) - len(kept))


def _item(group: Group, rows: list[FindingRow]) -> ToDecide:
    rows = sorted(rows, key=lambda row: (row.money_at_stake is None, -(row.money_at_stake or 0), row.due, row.id))
    lead = rows[0]
    more = len(rows) - 1
    title = lead.title if not more else f"{lead.subject.name}: {len(rows)} controls or facts are missing"
    detail = lead.detail if not more else "; ".join(row.title.removeprefix(f"{lead.subject.name} ") for row in rows)
    return ToDecide(
        id=lead.id,
        group=group,
        group_label=GROUPS[group][0],
        title=title,
        detail=detail,
        next_step=lead.next_step,
        money_at_stake=lead.money_at_stake,
        currency=lead.currency,
        basis=lead.basis,
        period=lead.period,
        owner=lead.owner,
        due=min(row.due for row in rows),
        is_overdue=any(row.is_overdue for row in rows),
        findings=[row.id for row in rows],
        link=f"/findings?finding={quote(lead.id, safe=':')}",
    )


def _size(item: ToDecide, currency: str) -> tuple[bool, bool, Decimal, date, str]:
    money = item.money_at_stake
    return (item.currency != currency, money is None, -(money or Decimal(0)), item.due, item.id)
