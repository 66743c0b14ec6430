"""Idle capacity: committed GPUs and throughput that the bill itself marks as unused."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part

CODE = "idle-capacity"
LOW_SHARE = Fraction(1, 2)


def idle_capacity(given: PlayFacts) -> Iterator[Play]:
    """Fill, shrink or give back idle capacity.

    Fires: the review finds a resource idle (IN001).
    Quiet: IN001 is quiet.
    """
    for finding in given.of("IN001"):
        stake = finding.stake
        if stake is None:
            continue
        idle = given.monthly(stake.amount)
        used = finding.evidence.get("used_share_percent", "an unknown part")
        yield Play(
            CODE,
            "remediation",
            finding.category,
            finding.subject,
            f"{finding.subject.name}: use it or give it back",
            f"{finding.detail} {used} % was used.",
            Saving(part(idle, LOW_SHARE), idle, idle, stake.currency, stake.basis),
            idle,
            "invoiced",
            (
                "low: half of the idle part finds work, or a buyer",
                "likely and high: the idle part ends, or replaces capacity bought elsewhere",
            ),
            ("the work that runs on it today", "the price of the commitment"),
            "M",
            "work has to move, or the commitment be sold or exchanged",
            "A commitment is paid to its end, whoever uses it: the saving then comes from moving other work onto it.",
            finding.owner,
            "infrastructure owner",
            finding.next_step,
            (f"resource:{finding.subject.id}",),
            (finding.id,),
        )
