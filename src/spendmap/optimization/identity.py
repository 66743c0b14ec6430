"""Law L4: the identity scenario equals the actuals, to the last digit.

Reads the published version; writes nothing. The period's usage is priced again, row by row, and the whole
arithmetic of a scenario runs with nothing changed; every group of the map must come out as it was published.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from spendmap.optimization.changes import Changes
from spendmap.optimization.replay import Replay, replay
from spendmap.optimization.scenario import simulate
from spendmap.published import Version
from spendmap.published.writing import published_table
from spendmap.vocabulary.exact import total
from spendmap.vocabulary.money import COST_BASES, CostBasis, money_text
from spendmap.workspace import Workspace

Group = tuple[str | None, str | None, str | None]
KEYS = ("category", "owner", "vendor")


def identity_holds(workspace: Workspace) -> tuple[bool | None, str]:
    """Whether a scenario with nothing changed equals the map, in every month, currency and basis; and what was found.

    None: nothing is published, so there is nothing to replay.
    """
    version = Version.in_force(workspace)
    if version is None:
        return None, "nothing is published yet"
    published = published_table(version, "month").to_pylist()
    months = sorted({row["month"] for row in published})
    if not months:
        return None, "no month is published yet"
    replayed = replay(workspace, months, Changes(), by_row=True)
    by_shape = replay(workspace, months, Changes())
    wrong: list[str] = []
    told: list[str] = []
    for currency in replayed.currencies:
        for basis in COST_BASES:
            actual: dict[Group, Decimal] = defaultdict(Decimal)
            for row in published:
                cost = row[f"{basis}_cost"]
                if row["scope"] == "ai" and row["currency"] == currency and cost is not None:
                    key = (row["category"], row["owner"], row["vendor"])
                    actual[key] = total((actual[key], cost))
            found = _scenario(replayed, basis, currency)
            if {key: cost for key, cost in actual.items() if cost} != {k: c for k, c in found.items() if c}:
                wrong.append(f"{currency} {basis}")
            if basis == "effective":
                told.append(f"{currency} {money_text(total(found.values()))}")
    detail = f"{len(months)} month{'' if len(months) == 1 else 's'} replayed, effective {', '.join(told)}"
    if replayed.differs:
        detail += (
            f"; {replayed.differs:,} groups of usage price differently than published, the price book has changed: "
            "`spendmap allocate` works the map out again"
        )
    if by_shape != replayed:
        wrong.append("the shapes of usage cost other than its rows")
    if wrong:
        detail += f"; not as published: {', '.join(wrong)}"
    return not wrong and not replayed.differs, detail


def _scenario(replayed: Replay, basis: CostBasis, currency: str) -> dict[Group, Decimal]:
    sums: dict[Group, Decimal] = defaultdict(Decimal)
    for each in simulate(replayed, Changes(), basis=basis, currency=currency).lines:
        key = (each.line.category, each.line.owner, each.vendor)
        sums[key] = total((sums[key], each.scenario))
    return sums
