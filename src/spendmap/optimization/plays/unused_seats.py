"""Unused seats: what is paid per head for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.risk.facts import Tool

CODE = "unused-seats"
SPARE_SHARE = Fraction(10, 100)  # of the seats bought, kept free for people who join


def unused_seats(given: PlayFacts) -> Iterator[Play]:
    """Give back seats nobody uses.

    Fires: the review finds unused seats (IT004). The money is that of the period's last month.
    Quiet: IT004 is quiet: use is not measured, or fewer than 20 % are unused.
    """
    tools = {tool.id: tool for tool in given.facts.tools}
    for finding in given.of("IT004"):
        stake = finding.stake
        if stake is None:
            continue
        tool = tools.get(finding.subject.id.partition("@")[0]) or Tool(finding.subject.id, finding.subject.name)
        bought, used = (Decimal(finding.evidence[name]) for name in ("bought", "used"))
        unused = Fraction(bought - used)
        kept = max(unused - SPARE_SHARE * Fraction(bought), Fraction(0)) / unused if unused > 0 else Fraction(0)
        notice = None
        if tool.renewal_date is not None and tool.renewal_date > given.facts.as_of:
            notice = tool.renewal_date - timedelta(days=tool.notice_days or 0)
        fixed = "until its renewal the contract may hold the number of seats"
        yield Play(
            CODE,
            "remediation",
            finding.category,
            finding.subject,
            finding.title.replace("seats unused", "seats to give back"),
            finding.detail,
            Saving(part(stake.amount, kept), stake.amount, stake.amount, stake.currency, stake.basis),
            stake.amount,
            "contracted",
            ("low: a tenth of the seats bought stays free for people who join", "likely and high: all unused seats go"),
            ("the price of a seat", fixed),
            "S",
            "an administrator removes them; the next true-up or renewal lowers the bill",
            "Somebody who used it rarely asks for it back.",
            finding.owner,
            "tool owner",
            finding.next_step,
            (f"tool:{tool.id}",),
            (finding.id,),
            notice if notice is None or notice >= given.facts.as_of else tool.renewal_date,
        )
