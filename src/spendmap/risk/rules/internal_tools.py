"""Rules on tools that employees use: owner, purpose, renewal, seats, data, and what nobody registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from spendmap.register.schema import RISK_RANK
from spendmap.risk.facts import Contract, Facts, Seats, Spend, Tool, is_positive
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.vocabulary.exact import total

NOTICE_LEAD_DAYS = 30  # a notice day this near is one to decide about now
UNUSED_SHARE = Decimal("0.20")  # unused seats below this share are ordinary turnover
RISK_NEEDS_APPROVAL = 2  # rank of "internal": data from here on is approved by somebody, or it is a finding
CATEGORY = "internal_tools"


def it001_tool_without_owner(facts: Facts) -> Iterator[Finding]:
    """IT001 A tool has no owner.

    Kind: operating.
    Why it matters: nobody decides about its renewal, its users or its data.
    Fires: a registered tool names no owner.
    Quiet: a retired tool without money in the period.
    """
    for tool in _live(facts):
        if not tool.owner:
            head = facts.head(tool.department, tool.cost_center)
            yield Finding(
                "IT001",
                "operating",
                tool.category,
                _subject(tool),
                f"{tool.name} has no owner",
                f"No owner is registered. The department is {tool.department or 'not stated either'}.",
                f"Ask {head or 'the head of the department that uses it'} to name an owner in the register.",
                stake=_stake(facts, tool),
                owner=head,
            )


def it002_tool_without_value_hypothesis(facts: Facts) -> Iterator[Finding]:
    """IT002 A tool has no purpose or no value hypothesis: the review pile.

    Kind: operating.
    Why it matters: without an expectation nothing can be judged, so it renews by habit.
    Fires: purpose or value hypothesis is missing.
    Quiet: both are stated, or the tool is retired and costs nothing.
    """
    for tool in _live(facts):
        missing = [
            word for word, said in (("purpose", tool.purpose), ("value hypothesis", tool.value_hypothesis)) if not said
        ]
        if missing:
            yield Finding(
                "IT002",
                "operating",
                tool.category,
                _subject(tool),
                f"{tool.name} has no {' and no '.join(missing)}",
                f"What it should change is not said: no {', no '.join(missing)}.",
                "Write down what it should change and how that would show, or end it at its renewal.",
                stake=_stake(facts, tool),
                owner=_who(facts, tool),
                evidence={"missing": ", ".join(missing)},
            )


def it003_tool_renewal_near(facts: Facts) -> Iterator[Finding]:
    """IT003 A tool renews soon and its notice day is near or past.

    Kind: cost.
    Why it matters: after the notice day the money is spent whatever is found out later.
    Fires: the notice day (renewal less notice days, none stated = 0) is at most 30 days after the period's end, or
        past, and the renewal is still ahead.
    Quiet: no renewal date; a contract of the same vendor account covers it (LG009 speaks of that one); a retired tool.
    """
    for tool in _live(facts):
        if tool.renewal_date is None or any(covers(contract, tool) for contract in facts.contracts):
            continue
        notice = tool.renewal_date - timedelta(days=tool.notice_days or 0)
        if facts.as_of < tool.renewal_date and notice <= facts.as_of + timedelta(days=NOTICE_LEAD_DAYS):
            past = " It has passed: ask the vendor whether notice is still taken." if notice < facts.as_of else ""
            yield Finding(
                "IT003",
                "cost",
                tool.category,
                _subject(tool),
                f"{tool.name} renews on {tool.renewal_date}",
                f"Notice is due by {notice}.{past}",
                "Decide to renew, shrink or end it before the notice day.",
                stake=_stake(facts, tool),
                owner=_who(facts, tool),
                due=notice,
                evidence={"renewal_date": str(tool.renewal_date), "notice_day": str(notice)},
            )


def it004_unused_seats(facts: Facts) -> Iterator[Finding]:
    """IT004 Seats are paid for and not used.

    Kind: cost.
    Why it matters: an unused seat is the one saving that costs nobody anything.
    Fires: at least 20 % of the measured seats of a tool were not used in the period's last month. The money is unused
        seats times their stated price, for that month.
    Quiet: use is not measured (unknown is not unused), or fewer than 20 %.
    """
    by_tool: dict[str, list[Seats]] = defaultdict(list)
    for row in facts.seats:
        if row.used is not None:
            by_tool[row.tool].append(row)
    tools = {tool.id: tool for tool in facts.tools}
    for id_, rows in sorted(by_tool.items()):
        bought, used = total(row.bought for row in rows), total(row.used for row in rows)
        unused = total(max(row.bought - (row.used or 0), Decimal(0)) for row in rows)
        if bought <= 0 or unused < UNUSED_SHARE * bought:
            continue
        tool = tools.get(id_) or Tool(id_, facts.label("tool", id_))
        yield Finding(
            "IT004",
            "cost",
            tool.category,
            _subject(tool),
            f"{tool.name}: {unused:,.0f} of {bought:,.0f} seats unused",
            f"{used:,.0f} of {bought:,.0f} seats bought were used in {facts.last}.",
            "Give back the unused seats at the next true-up or renewal.",
            stake=_seat_money(facts, rows),
            owner=_who(facts, tool),
            evidence={"bought": f"{bought:f}", "used": f"{used:f}", "month": facts.last},
        )


def it005_data_above_approval(facts: Facts) -> Iterator[Finding]:
    """IT005 A tool touches data above what it is approved for.

    Kind: security.
    Why it matters: the company's own rule on data is broken, or nobody has ever decided.
    Fires: the data class of the tool, or of a data asset it touches, ranks above its approved class; or no approval is
        recorded and the class is internal or above.
    Quiet: the data class is unknown and no data asset is named; a retired tool.
    """
    assets = {asset.id: asset.data_risk for asset in facts.data_assets}
    for tool in _live(facts):
        risk = highest(tool.data_risk, *(assets.get(each) for each in tool.data_assets))
        if risk is not None and is_above(risk, tool.approved_risk):
            yield Finding(
                "IT005",
                "security",
                tool.category,
                _subject(tool),
                f"{tool.name} touches {risk} data, approved for {tool.approved_risk or 'nothing'}",
                f"Data class {risk}; approved class {tool.approved_risk or 'not recorded'}.",
                "Have security approve the class, or keep that data out of the tool.",
                stake=_stake(facts, tool),
                owner=_who(facts, tool),
                evidence={"data_risk": risk, "approved_risk": tool.approved_risk or "unknown"},
            )


def it006_paid_and_not_registered(facts: Facts) -> Iterator[Finding]:
    """IT006 An AI vendor is paid and nothing is registered for it.

    Kind: security.
    Why it matters: bought outside every review: no owner, no data terms, no renewal date.
    Fires: bills or card lines of the period are AI money of a vendor that the register does not name, neither as a
        vendor nor as the vendor of a tool, and no tool, agent or use case carries them.
    Quiet: the vendor is declared, or the money has a tool, agent or use case.
    """
    known = facts.declared_vendors | {tool.vendor for tool in facts.tools if tool.vendor}
    found: dict[str, list[Spend]] = defaultdict(list)
    for row in facts.ai:
        name = row.vendor or row.supplier_name
        if row.origin == "charge" and name and row.vendor not in known and not (row.tool or row.agent or row.use_case):
            found[name].append(row)
    for name, rows in sorted(found.items()):
        stake = facts.stake(rows)
        if is_positive(stake):
            label = facts.label("vendor", name)
            sources = sorted({row.source_name for row in rows if row.source_name})
            yield Finding(
                "IT006",
                "security",
                rows[0].category or CATEGORY,
                Subject("vendor", name, label),
                f"{label} is paid and not registered",
                f"{label} has AI money in {', '.join(sources) or 'the bills'} and no registered tool.",
                "Find who bought it; register it with owner, purpose and data class, or cancel it.",
                stake=stake,
                evidence={"sources": ", ".join(sources), "months": ", ".join(sorted({row.month for row in rows}))},
            )


def it007_no_renewal_date(facts: Facts) -> Iterator[Finding]:
    """IT007 A paid tool has no renewal date ahead.

    Kind: operating.
    Why it matters: a renewal nobody sees coming renews by itself.
    Fires: the tool has money in the period, and neither it nor a contract that covers it has a renewal date after the
        period's end.
    Quiet: no money in the period.
    """
    for tool in _live(facts):
        dates = [tool.renewal_date, *(each.renewal_date for each in facts.contracts if covers(each, tool))]
        stake = _stake(facts, tool)
        if is_positive(stake) and not any(day is not None and day >= facts.as_of for day in dates):
            last = max((day for day in dates if day is not None), default=None)
            yield Finding(
                "IT007",
                "operating",
                tool.category,
                _subject(tool),
                f"{tool.name} has no renewal date ahead",
                f"The last one known was {last}." if last else "None is registered.",
                "Read the renewal date off the contract or the admin page and register it.",
                stake=stake,
                owner=_who(facts, tool),
            )


def covers(contract: Contract, tool: Tool) -> bool:
    """Whether a contract is the one a tool is bought under."""
    if contract.id == tool.contract or contract.tool == tool.id:
        return True
    same_vendor = contract.tool is None and contract.vendor is not None and contract.vendor == tool.vendor
    return same_vendor and contract.vendor_account in {None, tool.vendor_account}


def highest(*risks: str | None) -> str | None:
    """The most sensitive of the data classes known; None when none is."""
    return max((risk for risk in risks if risk in RISK_RANK), key=lambda risk: RISK_RANK[risk], default=None)


def is_above(risk: str, approved: str | None) -> bool:
    """Whether data of a class is beyond an approval; no approval on record approves nothing above public."""
    rank = RISK_RANK.get(risk, 0)
    return rank >= RISK_NEEDS_APPROVAL if approved is None else rank > RISK_RANK.get(approved, 0)


def _live(facts: Facts) -> Iterator[Tool]:
    for tool in facts.tools:
        if tool.status != "retired" or is_positive(_stake(facts, tool)):
            yield tool


def _subject(tool: Tool) -> Subject:
    return Subject("tool", tool.id, tool.name)


def _stake(facts: Facts, tool: Tool) -> Stake | None:
    return facts.stake(facts.where(lambda row: row.tool == tool.id))


def _who(facts: Facts, tool: Tool) -> str | None:
    return tool.owner or facts.head(tool.department, tool.cost_center)


def _seat_money(facts: Facts, rows: list[Seats]) -> Stake:
    """Unused seats times their price in one currency; amount None when a price is not stated."""
    priced = [row for row in rows if row.unit_price is not None and row.currency]
    if len(priced) < len(rows) or len({row.currency for row in priced}) != 1:
        return Stake(None, facts.currency, "contracted", facts.last)
    amount = total(max(row.bought - (row.used or 0), Decimal(0)) * (row.unit_price or 0) for row in priced)
    return Stake(amount, priced[0].currency or facts.currency, "contracted", facts.last)


RULES = (
    it001_tool_without_owner,
    it002_tool_without_value_hypothesis,
    it003_tool_renewal_near,
    it004_unused_seats,
    it005_data_above_approval,
    it006_paid_and_not_registered,
    it007_no_renewal_date,
)
