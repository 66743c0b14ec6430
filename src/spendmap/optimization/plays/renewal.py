"""Renewal: the day on which terms can change, and what there is to argue with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.risk.facts import Tool
from spendmap.risk.finding import Finding, Stake, Subject
from spendmap.risk.rules.internal_tools import covers
from spendmap.vocabulary.exact import total

CODE = "renewal"
AHEAD_DAYS = 180  # a renewal later than this is not yet one to prepare
LOW_SHARE = Fraction(1, 2)


@dataclass(frozen=True)
class _Deal:
    """A contract, or a tool that no contract covers."""

    subject: Subject
    category: str
    vendor: str | None
    account: str | None
    owner: str | None
    role: str
    renewal: date
    notice_days: int
    commitment: Decimal | None
    currency: str | None
    tools: tuple[Tool, ...]


def renewal(given: PlayFacts) -> Iterator[Play]:
    """Prepare a renewal: what is used, what else does the same, what was spent, by when to speak.

    Fires: a contract, or a tool without one, renews within 180 days after the period.
    Quiet: no renewal date (IT007 says so), a past one, or a retired contract.
    A saving is told where unused seats price it; terms that are still to be talked about have none.
    """
    unused = {each.subject.id: each for each in given.of("IT004")}
    for deal in _deals(given):
        notice = deal.renewal - timedelta(days=deal.notice_days)
        spent = given.facts.stake(
            given.facts.where(
                lambda row, d=deal: (  # type: ignore[misc]
                    any(row.tool == tool.id for tool in d.tools)
                    or (d.vendor is not None and row.vendor == d.vendor and d.account in (None, row.vendor_account))
                )
            )
        )
        stakes = [found.stake for tool in deal.tools if (found := unused.get(tool.id)) is not None and found.stake]
        currency = stakes[0].currency if stakes else spent.currency if spent else deal.currency or given.facts.currency
        known = [stake.amount for stake in stakes if stake.amount is not None and stake.currency == currency]
        saving = total(known) if known else None
        past = notice < given.facts.as_of
        when = f"Notice was due by {notice} and has passed" if past else f"Notice is due by {notice}"
        monthly = given.monthly(spent.amount) if spent else None
        yield Play(
            CODE,
            "negotiation",
            deal.category,
            deal.subject,
            f"{deal.subject.name}: renews on {deal.renewal}",
            f"{when}. {' '.join(_leverage(given, deal, spent, unused))}".strip(),
            Saving(part(saving, LOW_SHARE), saving, saving, currency, stakes[0].basis if stakes else "effective"),
            monthly,
            "contracted" if deal.commitment is not None else "invoiced",
            ("seats nobody uses are not renewed; low: half of them",)
            if saving is not None
            else ("no saving is claimed before terms are on the table",),
            ("use, and the price of a seat or a unit",),
            "S" if saving is not None else "M",
            "the figures are at hand" if saving is not None else "alternatives and the next year's need come first",
            "After the notice day the next term may be agreed on the vendor's terms.",
            deal.owner,
            deal.role,
            "Ask whether notice is still taken, then decide." if past else f"Decide before {notice}.",
            tuple(f"tool:{tool.id}" for tool in deal.tools) or (f"{deal.subject.type}:{deal.subject.id}",),
            tuple(
                each.id
                for each in given.findings
                if (each.code in {"LG009", "IT003"} and each.subject.id == deal.subject.id)
                or (each.code == "IT004" and each.subject.id in {tool.id for tool in deal.tools})
            ),
            notice,
        )


def _leverage(given: PlayFacts, deal: _Deal, spent: Stake | None, unused: Mapping[str, Finding]) -> Iterator[str]:
    """What there is to argue with, one sentence each."""
    if spent is not None and spent.amount is not None:
        yield f"{given.monthly(spent.amount):,.2f} {spent.currency} a month is spent there."
    if deal.commitment is not None:
        yield f"The commitment is {deal.commitment:,.2f} {deal.currency or given.facts.currency} over the term."
    for tool in deal.tools:
        if tool.id in unused:
            seats = [row for row in given.facts.seats if row.tool == tool.id and row.used is not None]
            bought, used = total(row.bought for row in seats), total(row.used for row in seats)
            yield f"{bought - used:,.0f} of {bought:,.0f} seats of {tool.name} are unused."
    mine = {each for tool in deal.tools for each in tool.capability[:1]}
    others = sorted(
        tool.name
        for tool in given.facts.tools
        if set(tool.capability[:1]) & mine
        and tool.id not in {each.id for each in deal.tools}
        and tool.vendor != deal.vendor
    )
    if others:
        yield f"In use for the same: {', '.join(others)}."


def _deals(given: PlayFacts) -> Iterator[_Deal]:
    last = given.facts.as_of + timedelta(days=AHEAD_DAYS)
    for contract in given.facts.contracts:
        if contract.status == "retired" or contract.renewal_date is None:
            continue
        if not given.facts.as_of < contract.renewal_date <= last:
            continue
        tools = tuple(tool for tool in given.facts.tools if covers(contract, tool))
        category = tools[0].category if tools else _main_category(given, contract.vendor, contract.vendor_account)
        yield _Deal(
            Subject("contract", contract.id, contract.name), category, contract.vendor, contract.vendor_account,
            contract.owner, "contract owner", contract.renewal_date, contract.notice_days or 0, contract.commitment,
            contract.currency, tools,
        )  # fmt: skip
    for tool in given.facts.tools:
        if tool.status == "retired" or tool.renewal_date is None or any(covers(c, tool) for c in given.facts.contracts):
            continue
        if given.facts.as_of < tool.renewal_date <= last:
            owner = tool.owner or given.facts.head(tool.department, tool.cost_center)
            yield _Deal(
                Subject("tool", tool.id, tool.name), tool.category, tool.vendor, tool.vendor_account, owner,
                "tool owner" if tool.owner else "head of department", tool.renewal_date, tool.notice_days or 0, None,
                tool.currency, (tool,),
            )  # fmt: skip


def _main_category(given: PlayFacts, vendor: str | None, account: str | None) -> str:
    """The category most of a vendor account's money is in."""
    sums: dict[str, Decimal] = {}
    mine = given.facts.where(
        lambda row: vendor is not None and row.vendor == vendor and account in (None, row.vendor_account)
    )
    for row in given.facts.in_one_currency(mine):
        if row.effective_cost is not None:
            name = row.category or "unclassified"
            sums[name] = total((sums.get(name), row.effective_cost))
    return max(sums, key=lambda name: (sums[name], name)) if sums else "unclassified"
