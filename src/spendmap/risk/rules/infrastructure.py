"""Rules on infrastructure: capacity that is paid and idle, and money that nobody carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from spendmap.risk.facts import Facts, Spend
from spendmap.risk.finding import Finding, Stake, Subject

IDLE_SHARE = Decimal("0.25")  # unused part of a commitment's money, from which it is idle and not slack
MIN_MONEY = Decimal(100)  # in the period, in the money's currency
CATEGORY = "infrastructure"


def in001_idle_capacity(facts: Facts) -> Iterator[Finding]:
    """IN001 Committed capacity is paid and idle.

    Kind: cost.
    Why it matters: a pool that was reserved for a finished project costs the same as a busy one.
    Fires: the bill marks at least 25 % of a resource's committed AI money in the period as unused, and that is at least
        100. The money is the unused part.
    Quiet: less; money without a commitment (its use is not on the bill).
    """
    for row in facts.capacity:
        paid = row.used_cost + row.unused_cost
        if row.unused_cost < MIN_MONEY or row.unused_cost < IDLE_SHARE * paid:
            continue
        name = row.resource.rsplit("/", 1)[-1]
        idle = row.unused_cost * 100 / paid
        yield Finding(
            "IN001",
            "cost",
            CATEGORY,
            Subject("resource", row.resource, name),
            f"{name} is {idle:.0f} % idle",
            f"{row.unused_cost:,.2f} of {paid:,.2f} {row.currency} committed was not used in {facts.period.label}.",
            "Move work onto it, shrink it, or sell the rest of the commitment.",
            stake=Stake(row.unused_cost, row.currency, "effective", facts.period.label),
            evidence={"commitment": row.commitment, "used_share_percent": f"{100 - idle:.1f}"},
        )


def in002_infrastructure_without_owner(facts: Facts) -> Iterator[Finding]:
    """IN002 Nobody carries a vendor account's AI infrastructure.

    Kind: operating.
    Why it matters: the largest AI lines are often the ones no product contains.
    Fires: at least 100 of category infrastructure in the period has no owner, department, use case, agent or tool.
    Quiet: any of them carries it.
    """
    found: dict[tuple[str, str, str], list[Spend]] = defaultdict(list)
    for row in facts.ai:
        carried = row.owner or row.department or row.use_case or row.agent or row.tool
        if row.category == CATEGORY and not carried:
            found[row.vendor or row.supplier_name or "unknown", row.vendor_account or "", row.currency].append(row)
    seen: set[str] = set()
    for (vendor, account, _), rows in sorted(found.items()):
        stake, id_ = facts.stake(rows), f"{vendor}/{account}".rstrip("/")
        if stake is None or stake.amount is None or stake.amount < MIN_MONEY or id_ in seen:
            continue
        seen.add(id_)
        services = sorted({row.service_name for row in rows if row.service_name})
        name = f"{facts.label('vendor', vendor)} {account}".strip()
        yield Finding(
            "IN002",
            "operating",
            CATEGORY,
            Subject("vendor_account", id_, name),
            f"{name}: AI infrastructure without an owner",
            f"Services: {', '.join(services) or 'not stated'}.",
            "Tag it, or tie it to a use case, cost centre or department with a register key.",
            stake=stake,
            evidence={"services": ", ".join(services)},
        )


RULES = (in001_idle_capacity, in002_infrastructure_without_owner)
