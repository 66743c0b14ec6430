"""The generator's own books: what the map must say, counted beside every line that is written.

Amounts are pico-dollars (1e-12 USD) until they are printed as exact decimal text. Nothing here prices,
classifies or allocates: each writer says, with the line, where its money belongs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spendmap.sample.facts import declared
from spendmap.sample.money import usd
from spendmap.sample.months import MONTHS

ADDITIVE = (
    "infrastructure",
    "product_inference",
    "internal_tools",
    "agents",
    "data_preparation",
    "evaluation",
    "human_review",
    "unclassified",
)

Sums = dict[tuple[str, str], int]


@dataclass
class Load:
    """What one source's files hold, counted while writing: rows_read = loaded + duplicate + quarantined."""

    rows_read: int = 0
    rows_loaded: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    rows_replaced: int = 0
    lines: int = 0
    files: int = 0


@dataclass
class Books:
    """Every effective cost by month and where it belongs."""

    by_category: Sums = field(default_factory=lambda: defaultdict(int))
    by_category_billed: Sums = field(default_factory=lambda: defaultdict(int))
    by_account: Sums = field(default_factory=lambda: defaultdict(int))  # (month, vendor/account or vendor)
    by_account_billed: Sums = field(default_factory=lambda: defaultdict(int))
    by_evidence: Sums = field(default_factory=lambda: defaultdict(int))
    by_scope: Sums = field(default_factory=lambda: defaultdict(int))
    by_tool: Sums = field(default_factory=lambda: defaultdict(int))
    by_agent: Sums = field(default_factory=lambda: defaultdict(int))
    by_use_case: Sums = field(default_factory=lambda: defaultdict(int))
    by_review: Sums = field(default_factory=lambda: defaultdict(int))  # (month, use case): human review's part of it
    metered: Sums = field(default_factory=lambda: defaultdict(int))  # (month, provider)
    billed: Sums = field(default_factory=lambda: defaultdict(int))  # (month, vendor/account)
    dark: Sums = field(default_factory=lambda: defaultdict(int))  # (month, vendor/account): an export above its logs
    dark_payments: Sums = field(default_factory=lambda: defaultdict(int))  # an invoice above its logs, without export
    other_periods: Sums = field(default_factory=lambda: defaultdict(int))  # posted that month for another one
    unpriced_rows: Sums = field(default_factory=lambda: defaultdict(int))  # (month, model)
    unpriced_tokens: Sums = field(default_factory=lambda: defaultdict(int))
    unjudged_calls: Sums = field(default_factory=lambda: defaultdict(int))  # (month, source): failed, no cost reported
    loads: dict[str, Load] = field(default_factory=lambda: defaultdict(Load))
    planted: dict[str, Any] = field(default_factory=dict)

    def ai(
        self,
        month: str,
        category: str,
        pico: int,
        evidence: str,
        *,
        account: str | None,
        billed: int | None = None,
        tool: str | None = None,
        agent: str | None = None,
        use_case: str | None = None,
    ) -> None:
        """Money the map counts, in its one additive category.

        Args:
            month: whose usage it is.
            category: one of ADDITIVE.
            pico: effective cost, pico-dollars.
            evidence: how the amount is known.
            account: who bills it: vendor/account, the vendor where it has one account; None: nobody does (work).
            billed: billed cost where it is not the effective one: 0 where a commitment paid before.
            tool, agent, use_case: register entries that carry it.
        """
        self.by_category[month, category] += pico
        if account is not None:
            self.by_account[month, account] += pico
            self._bill(month, category, pico if billed is None else billed, account)
        self.by_evidence[month, evidence] += pico
        self.by_scope[month, "ai"] += pico
        if tool:
            self.by_tool[month, tool] += pico
        if agent:
            self.by_agent[month, agent] += pico
        if use_case:
            self.by_use_case[month, use_case] += pico
            if category == "human_review":
                self.by_review[month, use_case] += pico

    def purchase(self, month: str, category: str, pico: int, account: str) -> None:
        """A commitment paid for: billed cost alone, in the category of the usage it pays for."""
        self._bill(month, category, pico, account)

    def _bill(self, month: str, category: str, pico: int, account: str) -> None:
        self.by_category_billed[month, category] += pico
        self.by_account_billed[month, account] += pico

    def not_ai(self, month: str, pico: int) -> None:
        """Money kept but not counted."""
        self.by_scope[month, "not_ai"] += pico

    def covered(self, month: str, pico: int, *, account: str, posted: str) -> None:
        """An invoice for money that the issuer's own export counts, in the month it is for."""
        self.by_scope[month, "covered"] += pico
        if posted != month:
            self.other_periods[posted, account] += pico

    def overlap(self) -> dict[str, int]:
        """Per month the money of internal tools whose capability two or more vendors serve that month."""
        tools = declared("tools")
        found: dict[str, int] = {}
        for month in MONTHS:
            groups: dict[str, dict[str, int]] = defaultdict(dict)
            for (key, tool_id), pico in self.by_tool.items():
                tool = tools[tool_id]
                if key == month.key and tool["category"] == "internal_tools" and pico > 0:
                    groups[tool["capability"]][tool_id] = pico
            found[month.key] = sum(
                sum(group.values())
                for group in groups.values()
                if len({tools[tool_id]["vendor"] for tool_id in group}) >= 2
            )
        return found


def _by_month(sums: Sums, names: tuple[str, ...] | None = None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for month in MONTHS:
        keys = names or sorted({name for key, name in sums if key == month.key})
        found[month.key] = {name: usd(sums.get((month.key, name), 0)) for name in keys}
    return found


def _counts(sums: Sums) -> dict[str, dict[str, int]]:
    return {
        month.key: {name: count for (key, name), count in sorted(sums.items()) if key == month.key} for month in MONTHS
    }


@dataclass(frozen=True)
class Truth:
    """What a right map of the sample says. `document` is the content of `truth.json`."""

    document: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it as JSON with sorted keys."""
        text = json.dumps(self.document, indent=1, sort_keys=True, ensure_ascii=False)
        path.write_bytes(text.encode() + b"\n")


def close_books(books: Books, situations: dict[str, Any], *, seed: int, scale: float) -> Truth:
    """Turn the books, and what is wrong and what is in order, into the truth document."""
    totals = {month.key: sum(books.by_category[month.key, name] for name in ADDITIVE) for month in MONTHS}
    billed = {month.key: sum(books.by_category_billed[month.key, name] for name in ADDITIVE) for month in MONTHS}
    nothing: Sums = {}
    overlap = books.overlap()
    categories = _by_month(books.by_category, ADDITIVE)
    for month in MONTHS:
        categories[month.key]["overlap"] = usd(overlap[month.key])
    document: dict[str, Any] = {
        "about": (
            "Counted by the generator of the sample company, beside the lines it wrote. Effective cost where nothing "
            "else is said, USD, exact decimal text; months are UTC. `overlap` is a lens over internal_tools and in no "
            "total."
        ),
        "company": "Fernhill",
        "seed": seed,
        "scale": str(scale),
        "currency": "USD",
        "months": [month.key for month in MONTHS],
        "by_month_category": categories,
        "totals": {"by_month": {key: usd(pico) for key, pico in totals.items()}, "all": usd(sum(totals.values()))},
        "by_month_category_billed": _by_month(books.by_category_billed, ADDITIVE),
        "totals_billed": {
            "by_month": {key: usd(pico) for key, pico in billed.items()},
            "all": usd(sum(billed.values())),
        },
        "by_month_account": _by_month(books.by_account),
        "by_month_account_billed": _by_month(books.by_account_billed),
        "captured": _by_month(books.by_scope, ("ai", "not_ai", "covered")),
        "evidence": _by_month(books.by_evidence),
        "by_month_tool": _by_month(books.by_tool),
        "by_month_agent": _by_month(books.by_agent),
        "by_month_use_case": _by_month(books.by_use_case),
        "metered": _by_month(books.metered),
        "billed": _by_month(books.billed),
        "dark": _by_month(books.dark),
        "dark_payments": _by_month(books.dark_payments),
        "other_periods": _by_month(books.other_periods),
        # Fernhill pays nothing ahead, and each bill holds its month to the last day: a map that shows either is wrong.
        "prepaid": _by_month(nothing),
        "not_billed_yet": _by_month(nothing),
        "unpriced": {
            "rows": sum(books.unpriced_rows.values()),
            "by_month_rows": _counts(books.unpriced_rows),
            "by_month_tokens": _counts(books.unpriced_tokens),
        },
        "loads": {name: vars(load) for name, load in sorted(books.loads.items())},
        "planted": books.planted,
        "situations": situations,
    }
    return Truth(document)
