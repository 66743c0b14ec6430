"""Everything the vendor pages ask of one question: tools with money, people, seats and what the register says.

Reads the `month` roll-up, the ledger's published files and the published inventory; writes nothing.
Invariant: a tool's money is counted once, under its first capability; further capabilities name it without money.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from spendmap.allocation.capabilities import CAPABILITIES
from spendmap.register import Entity, Inventory, inventory_version, read_inventory
from spendmap.register.reading import texts_of
from spendmap.register.schema import RISK_RANK
from spendmap.reports.figures import Tally
from spendmap.reports.filters import Question
from spendmap.reports.kept import kept
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql
from spendmap.reports.vendor_use_cases import VendorUseCases, declared_in, seen_in
from spendmap.risk.sellers import product_of

CONTROLS = ("sso", "admin_controls", "data_retention")
_FILTERED = {"vendor": "vendor", "tool": "id", "department": "department"}


@dataclass
class Tool:
    """A registered tool, or the employee-tool money of a vendor whose tool is not registered (`id` None).

    `cost` holds the period's money; `rows` 0 means that none was captured. `counted_in` is the capability of the money.
    """

    id: str | None
    vendor: str | None
    label: str
    product: str
    capabilities: tuple[str, ...]
    entity: Entity | None = None
    departments: set[str] = field(default_factory=set)
    now: Tally = field(default_factory=Tally)
    before: Tally = field(default_factory=Tally)
    by_department: dict[str | None, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def copy(self) -> Tool:
        """The same tool without money."""
        return Tool(
            self.id, self.vendor, self.label, self.product, self.capabilities, self.entity, set(self.departments)
        )

    def in_department(self, department: str) -> Tally:
        """The money of one department; an empty tally when it has none."""
        return self.by_department.get(department) or Tally()

    @property
    def key(self) -> tuple[str | None, str | None]:
        """What money is tied to."""
        return self.id, self.vendor if self.id is None else None

    @property
    def counted_in(self) -> str | None:
        """The one capability that its money is told under."""
        return self.capabilities[0] if self.capabilities else None

    def said(self, name: str) -> Any:
        """A field of the register; None when nothing is said."""
        return self.entity.get(name) if self.entity else None

    @property
    def notice_date(self) -> date | None:
        """Last day to give notice: the renewal less the days of notice; None when either is not known."""
        return notice_date(self.said("renewal_date"), self.said("notice_days"))

    @property
    def is_above_approved(self) -> bool | None:
        """Whether it touches data of a higher class than it is approved for; None when either is not stated."""
        risk, approved = self.said("data_risk"), self.said("approved_risk")
        if risk not in RISK_RANK or approved not in RISK_RANK:
            return None
        return RISK_RANK[risk] > RISK_RANK[approved]


@dataclass(frozen=True)
class VendorMoney:
    """All AI money of one vendor in the period and before, for whatever; `departments` carry some of the period's."""

    now: Tally
    before: Tally
    departments: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class VendorFacts:
    """What the pages are made of. `users[one, other]` counts people; `users[one, one]` the people of one tool."""

    day: date
    tools: tuple[Tool, ...]
    money: dict[str | None, VendorMoney]
    users: dict[tuple[str, str], int]
    seats: dict[str, tuple[Decimal | None, Decimal | None]]
    vendors: dict[str, Entity]
    contracts: tuple[Entity, ...]
    use_cases: VendorUseCases
    use_case_names: dict[str, str]  # registered id -> name
    departments: dict[str, str]  # id -> name
    has_money: bool
    has_inventory: bool

    def users_in_common(self, one: str | None, other: str | None) -> int | None:
        """People seen in both tools; None when the usage of either names nobody."""
        if one is None or other is None or (one, one) not in self.users or (other, other) not in self.users:
            return None
        return self.users.get((min(one, other), max(one, other)), 0)


@dataclass(frozen=True)
class _Register:
    """The inventory on one day, as the pages need it; `tools` are copied before money is added to them."""

    tools: tuple[Tool, ...]
    vendors: dict[str, Entity]
    contracts: tuple[Entity, ...]
    use_cases: tuple[Entity, ...]
    departments: dict[str, str]
    is_empty: bool


@lru_cache(maxsize=4)
def _register(rollups: Path, version: str, day: date) -> _Register:
    """Read again only when the file changed, or for another day."""
    inventory = read_inventory(rollups)
    return _Register(
        tuple(_registered(inventory, day)),
        {each.id: each for each in inventory.entities("vendor", day)},
        tuple(inventory.entities("contract", day)),
        tuple(inventory.entities("use_case", day)),
        {each.id: each.name for each in inventory.entities("department", day)},
        inventory.is_empty,
    )


def vendor_facts(model: ReadModel, question: Question) -> VendorFacts:
    """Money of the question's period and register as of its last day; kept until either changes."""
    version = inventory_version(model.root / "rollups")
    return kept(model, ("vendor_facts", version, question), lambda: _read(model, question, version))


def _read(model: ReadModel, question: Question, version: str) -> VendorFacts:
    day = question.period.end.date() - timedelta(days=1)
    register = _register(model.root / "rollups", version, day)
    tools = {each.key: each.copy() for each in register.tools}
    money: dict[str | None, VendorMoney] = {}
    with model.session() as session:
        rows = session.records(question.fill(sql("vendor_money")), question.parameters)
        seen = session.records(question.fill(sql("vendor_use_cases")), question.parameters)
    for row in rows:
        _add(model, tools, money, row)
    for tool in tools.values():
        tool.departments |= {each for each in tool.by_department if each}
    shown = tuple(each for each in tools.values() if _is_asked(each, question))
    months = question.period.first, question.period.last
    people = {} if model.is_empty else kept(model, ("tool_users", *months), lambda: _users(model, *months))
    seats = {} if model.is_empty else kept(model, ("tool_seats", months[1]), lambda: _seats(model, months[1]))
    return VendorFacts(
        day,
        shown,
        money,
        people,
        seats,
        register.vendors,
        register.contracts,
        VendorUseCases(seen_in(seen), declared_in(register.use_cases, question.where)),
        {each.id: each.name for each in register.use_cases},
        register.departments,
        bool(rows),
        not register.is_empty,
    )


def vendor_label(model: ReadModel, facts: VendorFacts, vendor: str | None) -> str:
    """What a page calls a vendor: the register's name, then the published one, then its id."""
    if vendor is not None and vendor in facts.vendors:
        return facts.vendors[vendor].name
    return model.label("vendor", vendor)


def department_label(model: ReadModel, facts: VendorFacts, department: str) -> str:
    """What a page calls a department."""
    return facts.departments.get(department) or model.label("department", department)


def use_case_label(model: ReadModel, facts: VendorFacts, use_case: str) -> str:
    """What a page calls a use case: the register's name, then the published one, then its id."""
    return facts.use_case_names.get(use_case) or model.label("use_case", use_case)


def capability_label(capability: str) -> str:
    """The catalogue's words for a capability, in words for a person."""
    return capability.replace("_", " ").capitalize()


def capability_about(capability: str) -> str:
    """What the catalogue means by it; empty for a company's own word."""
    return CAPABILITIES.get(capability, "")


def notice_date(renewal: Any, notice_days: Any) -> date | None:
    """The last day to give notice; None when the renewal or the days of notice are not known."""
    if not isinstance(renewal, date) or not isinstance(notice_days, int):
        return None
    return renewal - timedelta(days=notice_days)


def _registered(inventory: Inventory, day: date) -> list[Tool]:
    return [
        Tool(
            id=each.id,
            vendor=_text(each.get("vendor")),
            label=each.name if each.get("name") else "product not named",
            product=product_of(each.id, _text(each.get("product_id"))),
            capabilities=texts_of(each.get("capability")),
            entity=each,
            departments={str(each.get("department"))} if each.get("department") else set(),
        )
        for each in inventory.entities("tool", day)
    ]


def _add(
    model: ReadModel,
    tools: dict[tuple[str | None, str | None], Tool],
    money: dict[str | None, VendorMoney],
    row: dict[str, Any],
) -> None:
    """Add one group of the roll-up to its vendor and, where it has one, to its tool."""
    whole = money.setdefault(row["vendor"], VendorMoney(Tally(), Tally()))
    into = [whole.now if row["is_now"] else whole.before]
    if row["is_now"] and row["department"]:
        whole.departments.add(row["department"])
    tool = _tool_of(model, tools, row)
    if tool is not None:
        into.append(tool.now if row["is_now"] else tool.before)
        if row["is_now"]:
            into.append(tool.by_department[row["department"]])
    for tally in into:
        tally.add(row["cost"], rows=row["rows"], missing=row["missing"], evidence=row["evidence"])


def _tool_of(model: ReadModel, tools: dict[tuple[str | None, str | None], Tool], row: dict[str, Any]) -> Tool | None:
    if row["tool"] is not None:
        key = (row["tool"], None)
        if key not in tools:  # registered when the figures were made, and not on this day any more
            capability = model.meta.capabilities.get("tool", {}).get(row["tool"])
            tools[key] = Tool(
                row["tool"], row["vendor"], model.label("tool", row["tool"]), row["tool"], _known(capability)
            )
        return tools[key]
    capability = model.meta.capabilities.get("vendor", {}).get(row["vendor"] or "")
    if row["category"] != "internal_tools" or capability is None or row["is_called"]:
        return None  # calls of a use case or an agent are no tool of a vendor's
    key = (None, row["vendor"])
    if key not in tools:
        label = model.label("vendor", row["vendor"])
        tools[key] = Tool(None, row["vendor"], label, f"vendor:{row['vendor']}", (capability,))
    return tools[key]


def _is_asked(tool: Tool, question: Question) -> bool:
    for dimension, wanted in question.where:
        if dimension == "department":
            if not (tool.departments & set(wanted)) and not ("" in wanted and not tool.departments):
                return False
        elif dimension in _FILTERED:
            if (getattr(tool, _FILTERED[dimension]) or "") not in wanted:
                return False
        elif not tool.now.rows:  # a condition on money: what has none does not meet it
            return False
    return True


def _users(model: ReadModel, first: str, last: str) -> dict[tuple[str, str], int]:
    if model.published is not None:
        model.published.need("usage_person")
    with model.ledger_session("allocation", "usage_person", first=first, last=last) as session:
        return {(one, other): int(count) for one, other, count in session.rows(sql("tool_users"))}


def _seats(model: ReadModel, last: str) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    with model.ledger_session("utilization", "allocation", first=last, last=last) as session:
        return {tool: (bought, used) for tool, bought, used in session.rows(sql("tool_seats"), {"last": last})}


def _known(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
