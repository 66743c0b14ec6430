"""Rules on overlap: the same capability bought more than once. A lens: its money is counted elsewhere already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from spendmap.risk.facts import Facts, Spend, total
from spendmap.risk.finding import Finding, Subject

CATEGORY = "overlap"


def ov001_capability_bought_twice(facts: Facts) -> Iterator[Finding]:
    """OV001 Several vendors sell the company the same capability.

    Kind: cost.
    Why it matters: each brings its own contract, its own data terms and its own habits; together they buy no discount.
    Fires: tools (or unregistered vendors of employee tools) of one capability and of at least two vendors have money in
        the period.
    Quiet: one vendor, whatever the number of its tools. A decision such as "keep both because ..." quiets it until its
        end.
    """
    found: dict[str, dict[str, list[Spend]]] = defaultdict(lambda: defaultdict(list))
    vendors: dict[str, set[str]] = defaultdict(set)
    for row, capability, name in _served(facts):
        found[capability][name].append(row)
        vendors[capability].add(row.vendor or name)
    for capability, tools in sorted(found.items()):
        if len(vendors[capability]) > 1:
            yield _finding(facts, "OV001", capability, Subject("capability", capability, capability), tools, "")


def ov002_department_has_two(facts: Facts) -> Iterator[Finding]:
    """OV002 One department has several tools of the same capability.

    Kind: cost.
    Why it matters: the same people pay twice for the same work; here a choice is easiest.
    Fires: at least two tools of one capability have money in the period in the same department. Callers known to use
        both are counted when usage logs name them.
    Quiet: the department of the money is unknown, or there is one tool.
    """
    found: dict[tuple[str, str], dict[str, list[Spend]]] = defaultdict(lambda: defaultdict(list))
    for row, capability, name in _served(facts):
        if row.department and row.tool:
            found[capability, row.department][name].append(row)
    for (capability, department), tools in sorted(found.items()):
        if len(tools) > 1:
            label = f"{capability} in {facts.label('department', department)}"
            subject = Subject("capability_department", f"{capability}/{department}", label)
            yield _finding(facts, "OV002", capability, subject, tools, department)


def _served(facts: Facts) -> Iterator[tuple[Spend, str, str]]:
    """Rows with positive money whose tool (or unregistered employee-tool vendor) has a capability, and whose it is."""
    capabilities = {tool.id: tool.capability[0] for tool in facts.tools if tool.capability}
    for row in facts.ai:
        if row.effective_cost is None or row.effective_cost <= 0:
            continue
        if row.tool in capabilities:
            yield row, capabilities[row.tool or ""], row.tool or ""
        elif row.tool is None and row.category == "internal_tools" and row.vendor in facts.vendor_capability:
            yield row, facts.vendor_capability[row.vendor or ""], row.vendor or ""


def _finding(
    facts: Facts, code: str, capability: str, subject: Subject, tools: Mapping[str, list[Spend]], department: str
) -> Finding:
    names = {name: facts.label("tool", name) for name in tools}
    money = {
        names[name]: f"{total(row.effective_cost for row in rows):,.2f} {rows[0].currency}"
        for name, rows in tools.items()
    }
    both = {
        f"{names[one]} and {names[two]}: users of both": str(len(facts.users[one] & facts.users[two]))
        for one, two in combinations(sorted(tools), 2)
        if one in facts.users and two in facts.users
    }
    listed = ", ".join(sorted(names.values()))
    return Finding(
        code,
        "cost",
        CATEGORY,
        subject,
        f"{len(tools)} tools for {subject.name}",
        f"{listed} all do {capability}.",
        'Choose one, or record why each is kept: `spendmap decide ID accept --reason "..." --until DATE`.',
        stake=facts.stake([row for rows in tools.values() for row in rows]),
        owner=facts.head(department or None),
        evidence={**money, **both},
    )


RULES = (ov001_capability_bought_twice, ov002_department_has_two)
