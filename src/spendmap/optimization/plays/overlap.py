"""Overlap: several vendors for one capability; the smallest is the one to question first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.vocabulary.exact import total

CODE = "overlap"
LOW_SHARE = Fraction(1, 2)


def overlap(given: PlayFacts) -> Iterator[Play]:
    """Keep fewer tools of one capability.

    Fires: the review finds several vendors for a capability (OV001), and at least two of the tools are registered and
        have money in one currency.
    Quiet: OV001 is quiet, which a recorded decision does not change here: the play is then shown as decided.
    """
    capability_of = {tool.id: tool.capability[0] for tool in given.facts.tools if tool.capability}
    owners = {tool.id: tool.owner for tool in given.facts.tools}
    for finding in given.of("OV001"):
        money: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in given.facts.ai:
            if row.tool and capability_of.get(row.tool) == finding.subject.id and row.effective_cost is not None:
                costs = money[row.currency]
                costs[row.tool] = total((costs[row.tool], row.effective_cost))
        currency = given.facts.currency if given.facts.currency in money else min(money, default="")
        costs = {tool: cost for tool, cost in money[currency].items() if cost > 0}
        if len(costs) < 2:
            continue
        ranked = sorted(costs, key=lambda tool: (costs[tool], tool))
        smallest, largest = ranked[0], ranked[-1]
        label = given.facts.label("tool", smallest)
        likely = given.monthly(costs[smallest])
        most = given.monthly(total(costs[tool] for tool in ranked[:-1]))
        listed = ", ".join(f"{given.facts.label('tool', tool)} {given.monthly(costs[tool]):,.2f}" for tool in ranked)
        yield Play(
            CODE,
            "action",
            "overlap",
            finding.subject,
            f"{finding.subject.name}: {len(ranked)} tools, start with {label}",
            f"{len(ranked)} tools do {finding.subject.name}: {listed} {currency} a month. The largest is "
            f"{given.facts.label('tool', largest)}.",
            Saving(part(likely, LOW_SHARE), likely, most, currency, "effective"),
            given.monthly(total(costs.values())),
            given.evidence.get(smallest, "declared"),
            (
                "low: half of the smallest tool's users need a seat of another",
                f"likely: {label} ends",
                "high: only the largest stays",
            ),
            ("prices and seats of the tools that stay", "terms of running contracts"),
            "M",
            "people change tools, and their notes or files move",
            "A team loses something that the other tools do not do.",
            owners.get(smallest) or finding.owner or next((owners[tool] for tool in ranked if owners.get(tool)), None),
            "tool owners together",
            finding.next_step.replace("ID", finding.id),
            tuple(f"tool:{tool}" for tool in ranked[:-1]),
            (finding.id,),
        )
