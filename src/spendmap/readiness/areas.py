"""The tests, by area and level. Each claim can be held against the figures; nothing is asked in a questionnaire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from spendmap.readiness.proof import Area, CellFacts, Check, Missing, ProofTest
from spendmap.risk.facts import Spend
from spendmap.risk.finding import Finding
from spendmap.vocabulary.exact import total

AREAS: tuple[tuple[Area, str, str], ...] = (
    ("evidence", "Evidence", "Does it stand on invoices and meters?"),
    ("interpretation", "Interpretation", "Is it known whose it is and what it is for?"),
    ("governance", "Governance", "Does it run under budgets, controls and approvals?"),
    ("commercial_action", "Commercial action", "Could we negotiate or decide tomorrow?"),
)

MOST = Decimal("0.90")
MUCH = Decimal("0.80")
HALF = Decimal("0.50")
DARK_AT_MOST = Decimal("0.02")  # of an account's bill may be without telemetry


def _of_findings(*codes: str, undecided: bool = True) -> Check:
    """No finding of these rules on the category; a decided one is no gap."""

    def check(cell: CellFacts) -> Iterable[Missing]:
        found = cell.undecided(*codes) if undecided else cell.found(*codes)
        return [_gap(each) for each in found]

    return check


def _gap(finding: Finding) -> Missing:
    return Missing(f"{finding.title} ({finding.id})", finding.owner, finding.next_step)


def _share(at_least: Decimal, test: Callable[[Spend], bool], what: str, next_step: str) -> Check:
    """At least a part of the money passes a test."""

    def check(cell: CellFacts) -> Iterable[Missing] | None:
        share = cell.share(test)
        if share is None:
            return None
        if share >= at_least:
            return []
        who = cell.owner_of_biggest(lambda row: not test(row))
        return [Missing(f"{what}: {share * 100:.0f} % of the money, {at_least * 100:.0f} % wanted", who, next_step)]

    return check


def _captured(cell: CellFacts) -> Iterable[Missing]:
    if cell.rows:
        return []
    named = ", ".join(cell.expected[:5])
    return [Missing(f"declared and without any captured spend: {named}", None, "spendmap sources")]


def _fresh(cell: CellFacts) -> Iterable[Missing]:
    feeding = {row.source_name for row in cell.rows if row.source_name}
    return [_gap(each) for each in cell.found("LG004", "LG006") if each.subject.id in feeding]


def _proven(cell: CellFacts) -> Iterable[Missing] | None:
    share = cell.graded_share("invoiced", "metered")
    if share is None or share >= MOST:
        return None if share is None else []
    who = cell.owner_of_biggest(lambda row: row.origin in {"activity", "utilization"})
    what = f"invoiced or metered: {share * 100:.0f} % of the money, {MOST * 100:.0f} % wanted; the rest is declared"
    return [Missing(what, who, f"spendmap explain total --where category={cell.category}")]


def _priced(cell: CellFacts) -> Iterable[Missing]:
    calls: dict[tuple[str, str], int] = {}
    work = 0
    for row in cell.rows:
        if row.unpriced_rows and row.origin == "activity":
            work += row.unpriced_rows
        elif row.unpriced_rows:
            key = (row.provider_name or "PROVIDER", row.model or "unknown")
            calls[key] = calls.get(key, 0) + row.unpriced_rows
    who = cell.owner_of_biggest(lambda row: True)
    return [
        Missing(
            f"a price of {model} ({count:,} calls have none)",
            who,
            f"spendmap prices add {provider}/{model}/METER PRICE",
        )
        for (provider, model), count in sorted(calls.items())
    ] + [
        Missing(f"a rate of the role ({count:,} rows of work have none)", who, "spendmap register apply register/")
        for count in (work,)
        if count
    ]


def _lit(cell: CellFacts) -> Iterable[Missing]:
    """No account whose bill is noticeably higher than what its telemetry explains."""
    sources = {source.id: source.owner for source in cell.facts.sources}
    dark = [row for row in cell.rows if row.method == "dark"]
    gaps = []
    for vendor, account in sorted({(row.vendor or "", row.vendor_account or "") for row in dark}):
        mine = [row for row in dark if (row.vendor or "", row.vendor_account or "") == (vendor, account)]
        whole = total(
            row.effective_cost
            for row in cell.facts.ai
            if (row.vendor or "", row.vendor_account or "", row.currency) == (vendor, account, mine[0].currency)
        )
        lost = total(row.effective_cost for row in mine if row.currency == mine[0].currency)
        if whole > 0 and lost > DARK_AT_MOST * whole:
            who = next((owner for row in mine if (owner := sources.get(row.source_name or ""))), None)
            name = f"{vendor}/{account}".rstrip("/")
            what = f"telemetry that explains the whole bill of {name}: {lost * 100 / whole:.1f} % of it is dark"
            gaps.append(Missing(what, who, "spendmap reconcile"))
    return gaps


def _outcomes(cell: CellFacts) -> Iterable[Missing] | None:
    cases = {row.use_case for row in cell.rows if row.use_case and row.effective_cost}
    if not cases:
        return None
    owners = {case.id: case.owner for case in cell.facts.use_cases}
    return [
        Missing(
            f"outcomes of {cell.facts.label('use_case', case)}: runs accepted, rejected, escalated",
            owners.get(case),
            "spendmap capture --file PATH --as outcomes_csv",
        )
        for case in sorted(cases - cell.outcomes)
    ]


def _budgeted(cell: CellFacts) -> Iterable[Missing]:
    if any(_covers(budget.conditions, cell) for budget in cell.facts.budgets):
        return []
    agents = {row.agent for row in cell.rows if row.agent}
    owned = {agent.id for agent in cell.facts.agents if agent.monthly_budget is not None}
    if agents and agents <= owned:
        return []
    who = cell.owner_of_biggest(lambda row: True)
    return [Missing(f"a budget for {cell.category}", who, "spendmap register apply register/ (kind budgets)")]


def _covers(conditions: tuple[tuple[str, str], ...], cell: CellFacts) -> bool:
    if not conditions:
        return True
    if cell.category == "overlap":
        return ("category", "internal_tools") in conditions
    return ("category", cell.category) in conditions


def _terms(cell: CellFacts) -> Iterable[Missing] | None:
    """Most of the money paid to vendors is under a known contract or renewal date."""
    contracts = [(each.vendor, each.vendor_account) for each in cell.facts.contracts if each.renewal_date]
    dated = {tool.id for tool in cell.facts.tools if tool.renewal_date}
    paid = [row for row in cell.rows if row.vendor and row.origin != "activity" and row.effective_cost is not None]
    if not paid:
        return None

    def known(row: Spend) -> bool:
        return row.tool in dated or any(
            row.vendor == vendor and account in (None, row.vendor_account) for vendor, account in contracts
        )

    only = CellFacts(cell.category, cell.facts, tuple(paid))
    share = only.share(known)
    if share is None or share >= MUCH:
        return []
    vendors = sorted({cell.facts.label("vendor", row.vendor or "") for row in paid if not known(row)})
    who = cell.owner_of_biggest(lambda row: bool(row.vendor) and not known(row))
    return [
        Missing(
            f"contract or renewal date of {', '.join(vendors[:6])}: {share * 100:.0f} % of the money has one, "
            f"{MUCH * 100:.0f} % wanted",
            who,
            "spendmap register apply register/ (kinds contracts, tools)",
        )
    ]


def _replayable(cell: CellFacts) -> Iterable[Missing] | None:
    """A scenario can move the money: its price per unit is known."""
    share = cell.share(lambda row: row.list_cost is not None or row.origin in {"usage", "utilization", "activity"})
    if share is None or share >= HALF:
        return None if share is None else []
    who = cell.owner_of_biggest(lambda row: row.list_cost is None)
    what = f"prices per unit: a scenario can move {share * 100:.0f} % of the money, {HALF * 100:.0f} % wanted"
    return [Missing(what, who, "Capture the vendors' cost exports or seat lists: spendmap sources")]


def _decided(cell: CellFacts) -> Iterable[Missing] | None:
    """Somebody decided at least one of the money questions, and none is left undecided past its renewal."""
    asked = [each for each in cell.findings if each.kind == "cost"]
    if not asked:
        return None
    if any(cell.states.get(each.id) in {"accepted", "assigned", "done"} for each in asked):
        return []
    first = asked[0]
    what = f"one recorded decision on {len(asked)} money questions, such as {first.title} ({first.id})"
    return [Missing(what, first.owner, f"spendmap decide {first.id} accept|assign|done")]


OWNER_RULES = ("IT001", "AG010", "PI001", "HR001", "DP001", "EV004", "IN002")
CONTROL_RULES = ("AG002", "AG003", "AG004", "AG005", "AG006", "AG007", "EV001", "EV003", "HR003", "DP002", "PI002")
DATA_RULES = ("IT005", "IT006", "DP003")

TESTS: tuple[ProofTest, ...] = (
    ProofTest("captured", "evidence", 1, "Its money is captured", _captured),
    ProofTest("sources-fresh", "evidence", 2, "The sources that feed it are fresh and owned", _fresh),
    ProofTest("mostly-proven", "evidence", 3, "At least 90 % of its money is invoiced or metered", _proven),
    ProofTest("all-priced", "evidence", 3, "No call is without a price", _priced),
    ProofTest("bills-explained", "evidence", 4, "Telemetry explains all but 2 % of each bill", _lit),
    ProofTest("paid-as-counted", "evidence", 4, "Payments match what is counted", _of_findings("LG005")),
    ProofTest(
        "placed", "interpretation", 1, "At least 80 % has an owner or a department",
        _share(MUCH, lambda row: bool(row.owner or row.department), "owned", "spendmap map --by owner,department"),
    ),
    ProofTest(
        "tied", "interpretation", 2, "At least 80 % is tied to a use case, agent or tool",
        _share(
            MUCH, lambda row: bool(row.use_case or row.agent or row.tool), "tied to a use case, agent or tool",
            "Add register keys, then spendmap allocate",
        ),
    ),
    ProofTest(
        "expected", "interpretation", 3, "What it should change is written down",
        _of_findings("PI004", "IT002", "PI003"),
    ),
    ProofTest("outcomes", "interpretation", 4, "Outcomes of its use cases are captured", _outcomes),
    ProofTest("owners-named", "governance", 1, "Everything in it has an owner", _of_findings(*OWNER_RULES)),
    ProofTest("budgeted", "governance", 2, "A budget covers it", _budgeted),
    ProofTest("data-approved", "governance", 3, "Its data use is approved", _of_findings(*DATA_RULES)),
    ProofTest("controlled", "governance", 3, "Controls, gates and queues exist", _of_findings(*CONTROL_RULES)),
    ProofTest(
        "held", "governance", 4, "Budgets hold and nothing ran away", _of_findings("LG008", "AG001", "AG009", "LG007"),
    ),
    ProofTest("vendors-known", "commercial_action", 1, "Every vendor is registered", _of_findings("IT006")),
    ProofTest("terms-known", "commercial_action", 2, "Contracts or renewal dates cover 80 % of the paid money", _terms),
    ProofTest("replayable", "commercial_action", 3, "A scenario can move at least half of it", _replayable),
    ProofTest("decided", "commercial_action", 4, "A decision on its money is recorded", _decided),
)  # fmt: skip
"""Every test, by area and level. A level without an applying test is passed with the one before."""
