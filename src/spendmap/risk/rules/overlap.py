"""Rules on overlap: the same capability bought more than once. A lens: its money is counted elsewhere already.

Money decides where there is any. A capability whose tools have none in the period is judged by what the register
declares, as the Vendors page shows it; the money at stake is then unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from spendmap.risk.facts import Facts, Spend, Tool
from spendmap.risk.finding import Finding, Subject
from spendmap.risk.sellers import is_had_twice, is_sold_twice, product_of, seller_of
from spendmap.vocabulary.exact import total

CATEGORY = "overlap"
NAMED = 6  # products that a sentence lists; the evidence lists every one
DECIDE = 'Choose one, or record why each is kept: `spendmap decide ID accept --reason "..." --until DATE`.'


def ov001_capability_bought_twice(facts: Facts) -> Iterator[Finding]:
    """OV001 Several vendors sell the company the same capability.

    Kind: cost.
    Why it matters: each brings its own contract, its own data terms and its own habits; together they buy no discount.
    Fires: tools (or unregistered vendors of employee tools) of one capability and of at least two vendors have money in
        the period. Where no tool of the capability has money: products of at least two vendors are registered and not
        retired; the money is unknown.
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
    for capability, declared in _declared(facts).items():
        if is_sold_twice(seller_of(tool.vendor, _product(tool)) for tool in declared):
            subject = Subject("capability", capability, capability)
            yield _declared_finding(facts, "OV001", capability, subject, declared, None)


def ov002_department_has_two(facts: Facts) -> Iterator[Finding]:
    """OV002 One department has several tools of the same capability.

    Kind: cost.
    Why it matters: the same people pay twice for the same work; here a choice is easiest.
    Fires: at least two tools of one capability have money in the period in the same department. Callers known to use
        both are counted when usage logs name them. Where no tool of the capability has money: at least two products
        are registered for the department and not retired; the money is unknown.
    Quiet: the department of the money, or of the tool, is unknown, or there is one tool.
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
    for capability, declared in _declared(facts).items():
        own: dict[str, list[Tool]] = defaultdict(list)
        for tool in declared:
            if tool.department:
                own[tool.department].append(tool)
        for department, those in sorted(own.items()):
            if is_had_twice(_product(tool) for tool in those):
                label = f"{capability} in {facts.label('department', department)}"
                subject = Subject("capability_department", f"{capability}/{department}", label)
                yield _declared_finding(facts, "OV002", capability, subject, those, department)


def _declared(facts: Facts) -> dict[str, list[Tool]]:
    """Registered tools that are not retired, by each of their capabilities, where no tool of it has money."""
    paid = {name for _, _, name in _served(facts)}
    with_money = {capability for _, capability, _ in _served(facts)}
    with_money |= {capability for tool in facts.tools if tool.id in paid for capability in tool.capability}
    found: dict[str, list[Tool]] = defaultdict(list)
    for tool in facts.tools:
        if tool.status != "retired":
            for capability in dict.fromkeys(tool.capability):
                if capability not in with_money:
                    found[capability].append(tool)
    return dict(sorted(found.items()))


def _product(tool: Tool) -> str:
    return product_of(tool.id, tool.product_id)


def _declared_finding(
    facts: Facts, code: str, capability: str, subject: Subject, tools: list[Tool], department: str | None
) -> Finding:
    """An overlap that only the register knows: no stake, every product with its vendor and who has it as evidence."""
    names: dict[str, str] = {}
    for tool in tools:
        names.setdefault(_product(tool), tool.name)
    of_product: dict[str, list[Tool]] = defaultdict(list)
    for tool in tools:
        of_product[names[_product(tool)]].append(tool)
    listed = sorted(of_product, key=str.casefold)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    owners = sorted({tool.owner for tool in tools if tool.owner})
    return Finding(
        code,
        "cost",
        CATEGORY,
        subject,
        f"{len(names)} registered products for {subject.name}",
        f"{', '.join(listed[:NAMED])}{more} all do {capability}. No money of any of them is captured in the period, so "
        "what is at stake is unknown.",
        DECIDE,
        owner=facts.head(department) or (owners[0] if len(owners) == 1 else None),
        evidence={"money": "unknown", **{name: _had(facts, of_product[name], department) for name in listed}},
    )


def _had(facts: Facts, tools: list[Tool], department: str | None) -> str:
    """Who sells a product and, across the company, which departments have it."""
    said = [facts.label("vendor", tools[0].vendor) if tools[0].vendor else "vendor not stated"]
    if department is None:
        where = sorted({facts.label("department", tool.department) for tool in tools if tool.department})
        said.append(", ".join(where) or "no department")
    return "; ".join(said)


def _served(facts: Facts) -> Iterator[tuple[Spend, str, str]]:
    """Rows with positive money whose tool (or unregistered employee-tool vendor) has a capability, and whose it is."""
    capabilities = {tool.id: tool.capability[0] for tool in facts.tools if tool.capability}
    for row in facts.ai:
        if row.effective_cost is None or row.effective_cost <= 0:
            continue
        if row.tool in capabilities:
            yield row, capabilities[row.tool or ""], row.tool or ""
        elif row.tool or row.use_case or row.agent:
            continue  # calls of a use case or an agent are no tool of a vendor's
        elif row.category == "internal_tools" and row.vendor in facts.vendor_capability:
            yield row, facts.vendor_capability[row.vendor or ""], row.vendor or ""


def _finding(
    facts: Facts, code: str, capability: str, subject: Subject, tools: Mapping[str, list[Spend]], department: str
) -> Finding:
    names = {name: facts.label("tool", name) for name in tools}
    money = {}
    for name, rows in tools.items():
        mine = facts.in_one_currency(rows)
        money[names[name]] = f"{total(row.effective_cost for row in mine):,.2f} {mine[0].currency}"
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
        DECIDE,
        stake=facts.stake([row for rows in tools.values() for row in rows]),
        owner=facts.head(department or None),
        evidence={**money, **both},
    )


RULES = (ov001_capability_bought_twice, ov002_department_has_two)
