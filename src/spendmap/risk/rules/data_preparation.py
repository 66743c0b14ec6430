"""Rules on the data that AI touches: owner, class, and use beyond what was approved."""

from __future__ import annotations

from collections.abc import Iterator

from spendmap.risk.facts import Facts
from spendmap.risk.finding import Finding, Subject
from spendmap.risk.rules.internal_tools import highest, is_above

CATEGORY = "data_preparation"


def dp001_data_without_owner(facts: Facts) -> Iterator[Finding]:
    """DP001 Data that AI touches has no owner.

    Kind: security.
    Why it matters: nobody can approve a new use of it, or stop one.
    Fires: a registered data asset names no owner.
    Quiet: an owner is stated.
    """
    for asset in facts.data_assets:
        if not asset.owner:
            yield Finding(
                "DP001",
                "security",
                CATEGORY,
                Subject("data_asset", asset.id, asset.name),
                f"{asset.name} has no owner",
                "It holds data about people." if asset.personal_data else "No owner is registered.",
                "Name who approves its use.",
                owner=facts.head(asset.department),
            )


def dp002_data_without_class(facts: Facts) -> Iterator[Finding]:
    """DP002 Data that AI touches has no risk class.

    Kind: security.
    Why it matters: approval of tools and use cases is measured against the class.
    Fires: a registered data asset states no `data_risk`.
    Quiet: any class, none and public among them.
    """
    for asset in facts.data_assets:
        if asset.data_risk is None:
            yield Finding(
                "DP002",
                "security",
                CATEGORY,
                Subject("data_asset", asset.id, asset.name),
                f"{asset.name} has no risk class",
                "How sensitive it is, is not registered.",
                "Ask data governance for its class.",
                owner=asset.owner or facts.head(asset.department),
            )


def dp003_use_case_above_approval(facts: Facts) -> Iterator[Finding]:
    """DP003 A use case touches data above what it is approved for.

    Kind: security.
    Why it matters: the company's own rule on data is broken, or nobody has ever decided.
    Fires: the class of the use case, or of a data asset it touches, ranks above its approved class; or no approval is
        recorded and the class is internal or above.
    Quiet: the class is unknown and no data asset is named; a retired use case.
    """
    risks = {asset.id: asset.data_risk for asset in facts.data_assets}
    for case in facts.use_cases:
        risk = highest(case.data_risk, *(risks.get(each) for each in case.data_assets))
        if case.status != "retired" and risk is not None and is_above(risk, case.approved_risk):
            yield Finding(
                "DP003",
                "security",
                case.category,
                Subject("use_case", case.id, case.name),
                f"{case.name} touches {risk} data, approved for {case.approved_risk or 'nothing'}",
                f"Data class {risk}; approved class {case.approved_risk or 'not recorded'}.",
                "Have security approve the class and register it, or take the data out.",
                stake=facts.stake(facts.where(lambda row, id_=case.id: row.use_case == id_)),  # type: ignore[misc]
                owner=case.owner or facts.head(case.department, case.cost_center),
                evidence={"data_risk": risk, "approved_risk": case.approved_risk or "unknown"},
            )


RULES = (dp001_data_without_owner, dp002_data_without_class, dp003_use_case_above_approval)
