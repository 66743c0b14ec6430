"""The overlap lens: internal-tool money of capabilities that two or more vendors serve.

Reads the `month` roll-up and the capabilities the register states. A lens: its money is counted in
`internal_tools` already and is in no total.
A capability overlaps when the company pays two vendors for it in the window; conditions narrow whose
money is shown, not which capabilities overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from spendmap.engine.reader import ReadSession
from spendmap.reports.dimensions import unknown_label
from spendmap.reports.figures import Tally, share_of, sum_known
from spendmap.reports.filters import Question
from spendmap.reports.read_model import ReadModel
from spendmap.reports.sql import sql


@dataclass(frozen=True)
class OverlapTool:
    """One tool of an overlapping capability."""

    tool: str | None
    vendor: str | None
    label: str
    cost: Decimal | None


@dataclass(frozen=True)
class OverlapCapability:
    """A capability that at least two vendors serve in the period."""

    capability: str
    cost: Decimal | None
    tools: list[OverlapTool]


@dataclass(frozen=True)
class Overlap:
    """Money that is also counted in other categories. Never add it to them."""

    cost: Decimal | None
    capabilities: list[OverlapCapability]


@dataclass(frozen=True)
class ToolMoney:
    """One row of `tools_by_vendor` with the capability the register gives it."""

    month: str
    tool: str | None
    vendor: str | None
    evidence: str | None
    is_owned: bool
    is_allocated: bool
    cost: Decimal | None
    rows: int
    capability: str


class OverlapLens:
    """The lens over one question: read once, asked for any window of months inside it."""

    def __init__(self, model: ReadModel, question: Question, session: ReadSession) -> None:
        self._model = model
        self._shown = self._kept(question, session)
        everything = self._kept(replace(question, where=()), session) if question.where else self._shown
        self._bought = {(row.month, row.capability, row.vendor) for row in everything if row.capability and row.vendor}

    def money(self, first: str, last: str) -> list[ToolMoney]:
        """Rows of the overlapping capabilities of `first`..`last`."""
        vendors: dict[str, set[str]] = defaultdict(set)
        for month, capability, vendor in self._bought:
            if first <= month <= last:
                vendors[capability].add(vendor)
        overlapping = {capability for capability, found in vendors.items() if len(found) > 1}
        return [row for row in self._shown if first <= row.month <= last and row.capability in overlapping]

    def pairs(self, first: str, last: str) -> list[tuple[str | None, str | None]]:
        """(tool, vendor) of the overlapping capabilities, sorted."""
        found = {(row.tool, row.vendor) for row in self.money(first, last)}
        return sorted(found, key=lambda pair: (pair[0] or "", pair[1] or ""))

    def report(self, first: str, last: str, *, is_captured: bool) -> Overlap:
        """The lens as the map prints it, biggest capability first. `is_captured`: whether anything of the months is."""
        by_capability: dict[str, dict[tuple[str | None, str | None], Tally]] = defaultdict(lambda: defaultdict(Tally))
        for row in self.money(first, last):
            by_capability[row.capability][row.tool, row.vendor].add(row.cost, rows=row.rows)
        found = []
        for capability, tallies in by_capability.items():
            tools = [
                OverlapTool(tool, vendor, self._label(tool, vendor), tally.told())
                for (tool, vendor), tally in tallies.items()
            ]
            tools.sort(key=lambda tool: (-(tool.cost or Decimal(0)), tool.label))
            found.append(OverlapCapability(capability, tally_of(tallies.values()).told(), tools))
        found.sort(key=lambda each: (each.cost is None, -(each.cost or Decimal(0)), each.capability))
        return Overlap(sum_known((each.cost for each in found), is_captured=is_captured), found)

    def tally(self, first: str, last: str) -> tuple[Tally, Decimal | None, Decimal | None]:
        """The lens's money in a window, with its owned and its allocated share."""
        whole, owned, allocated = Tally(), Tally(), Tally()
        for row in self.money(first, last):
            whole.add(row.cost, rows=row.rows, evidence=row.evidence)
            if row.is_owned:
                owned.add(row.cost, rows=row.rows)
            if row.is_allocated:
                allocated.add(row.cost, rows=row.rows)
        return whole, share_of(owned.told(), whole.cost), share_of(allocated.told(), whole.cost)

    def _label(self, tool: str | None, vendor: str | None) -> str:
        if tool is not None:
            return self._model.label("tool", tool)
        return self._model.label("vendor", vendor) if vendor is not None else unknown_label("tool")

    def _kept(self, question: Question, session: ReadSession) -> list[ToolMoney]:
        key = ("tools_by_vendor", question.basis, question.currency, question.where)
        return self._model.kept(key, lambda: self._read(question, session))

    def _read(self, question: Question, session: ReadSession) -> list[ToolMoney]:
        tools = self._model.meta.capabilities.get("tool", {})
        vendors = self._model.meta.capabilities.get("vendor", {})
        if not tools and not vendors:
            return []
        parameters = {**question.parameters, "tools": list(tools), "vendors": list(vendors)}
        return [
            ToolMoney(**row, capability=capability)
            for row in session.records(question.fill(sql("tools_by_vendor")), parameters)
            if (capability := tools.get(row["tool"] or "") or vendors.get(row["vendor"] or ""))
        ]


def tally_of(parts: Iterable[Tally]) -> Tally:
    """The sum of tallies."""
    whole = Tally()
    for part in parts:
        whole.add(part.cost, rows=part.rows, missing=part.missing, unpriced=part.unpriced)
    return whole
