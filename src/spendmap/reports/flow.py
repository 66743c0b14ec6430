"""The flow of AI money from vendor through category to department, small enough to read.

Reads the `month` roll-up. At most `MAX_LINKS` links: the smallest vendors and departments are grouped
as "other", and money of no department always has a node of its own.
Invariant: when no group is a net credit, what enters a category leaves it, and both sides add up to the total.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from spendmap.reports.dimensions import category_of
from spendmap.reports.facts import is_captured
from spendmap.reports.figures import ZERO, minus, plus, sum_known
from spendmap.reports.filters import Question
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql

MAX_LINKS = 30
UNALLOCATED_NODE = "department:"

Cell = tuple[str, str, str]
"""Node ids of one vendor, category and department."""


@dataclass(frozen=True)
class Node:
    """`kind` is vendor, category or department; the id begins with it."""

    id: str
    label: str
    kind: str


@dataclass(frozen=True)
class Link:
    """Money from one node to the next; always more than zero."""

    source: str
    target: str
    cost: Decimal


@dataclass(frozen=True)
class FlowReport:
    """`left_out` is net credit that a flow cannot draw (zero or less): total = drawn vendor links + left_out.

    None: no money of the period is known.
    """

    nodes: list[Node]
    links: list[Link]
    left_out: Decimal | None
    basis: str
    currency: str


def flow_report(model: ReadModel, question: Question) -> FlowReport:
    """The flow of one period."""
    with model.session() as session:
        captured = is_captured(model, session, question.currency, question.period)
        rows = session.rows(question.fill(sql("flows")), question.parameters)
    money: dict[Cell, Decimal] = defaultdict(lambda: ZERO)
    for vendor, category, department, cost in rows:
        if cost is None:
            continue
        cell = (f"vendor:{vendor or ''}", f"category:{category_of(category)}", f"department:{department or ''}")
        money[cell] = plus(money[cell], cost) or ZERO
    vendors, departments = _by_size(money, 0), [each for each in _by_size(money, 2) if each != UNALLOCATED_NODE]
    kept = _kept(money, vendors, departments)
    drawn = _links(_grouped(money, vendors, departments, kept))
    ids = dict.fromkeys([*(node for link in drawn for node in (link.source, link.target)), UNALLOCATED_NODE])
    counts = {"vendor": len(vendors) - kept[0], "department": len(departments) - kept[1]}
    from_vendors = sum_known(link.cost for link in drawn if link.source.startswith("vendor:"))
    total = sum_known((row[3] for row in rows), is_captured=captured)
    return FlowReport(
        nodes=[_node(model, node, counts) for node in sorted(ids, key=_column)],
        links=drawn,
        left_out=minus(total, from_vendors),
        basis=question.basis,
        currency=question.currency,
    )


def _by_size(money: dict[Cell, Decimal], side: int) -> list[str]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for cell, cost in money.items():
        sums[cell[side]] = plus(sums[cell[side]], cost) or ZERO
    return sorted(sums, key=lambda node: (-sums[node], node))


def _grouped(
    money: dict[Cell, Decimal], vendors: list[str], departments: list[str], kept: tuple[int, int]
) -> dict[Cell, Decimal]:
    """The same money with the small vendors and departments under one node each."""
    own_vendors, own_departments = set(vendors[: kept[0]]), {*departments[: kept[1]], UNALLOCATED_NODE}
    found: dict[Cell, Decimal] = defaultdict(lambda: ZERO)
    for (vendor, category, department), cost in money.items():
        cell = (
            vendor if vendor in own_vendors else "vendor:(other)",
            category,
            department if department in own_departments else "department:(other)",
        )
        found[cell] = plus(found[cell], cost) or ZERO
    return found


def _links(money: dict[Cell, Decimal]) -> list[Link]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for (vendor, category, department), cost in money.items():
        for pair in ((vendor, category), (category, department)):
            sums[pair] = plus(sums[pair], cost) or ZERO
    links = [Link(source, target, cost) for (source, target), cost in sums.items() if cost > 0]
    return sorted(links, key=lambda link: (link.source.startswith("category:"), -link.cost, link.source, link.target))


def _kept(money: dict[Cell, Decimal], vendors: list[str], departments: list[str]) -> tuple[int, int]:
    """How many of the biggest vendors and departments can have a node of their own.

    Counts every pair as a link, so never too many are drawn; gives up on the side that draws more.
    """
    left = _link_counts({(vendor, category) for vendor, category, _ in money}, vendors)
    pairs = {(department, category) for _, category, department in money}
    always = len({category for department, category in pairs if department == UNALLOCATED_NODE})
    right = [count + always for count in _link_counts(pairs, departments)]
    here, there = len(vendors), len(departments)
    while left[here] + right[there] > MAX_LINKS and (here or there):
        if here and (left[here] >= right[there] or not there):
            here -= 1
        else:
            there -= 1
    return here, there


def _link_counts(pairs: set[tuple[str, str]], ordered: list[str]) -> list[int]:
    """Links when the first 0, 1, 2, ... of `ordered` are drawn on their own and the rest as one node."""
    categories: dict[str, set[str]] = {node: set() for node in ordered}
    for node, category in pairs:
        if node in categories:
            categories[node].add(category)
    counts = []
    for kept in range(len(ordered) + 1):
        rest: set[str] = set().union(*(categories[node] for node in ordered[kept:]))
        counts.append(sum(len(categories[node]) for node in ordered[:kept]) + len(rest))
    return counts


def _column(node: str) -> int:
    return ("vendor", "category", "department").index(node.partition(":")[0])


def _node(model: ReadModel, node: str, counts: dict[str, int]) -> Node:
    kind, _, value = node.partition(":")
    if node == UNALLOCATED_NODE:
        return Node(node, "unallocated", kind)
    if value == "(other)":
        return Node(node, f"other {kind}s ({counts[kind]})", kind)
    return Node(node, model.label(kind, value or None), kind)
