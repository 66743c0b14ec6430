"""The register's plan on one day: budgets, refresh of sources, unit-cost limits. Reads the register; writes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from spendmap.register.store import Register
from spendmap.risk.declared import BUDGET_FIELDS
from spendmap.risk.plan import Plan, PlannedBudget, PlannedSource, as_span


def read_planned(register: Register, day: date, *, currency: str) -> Plan:
    """Everything page one compares with, as in force on `day`; a budget without a currency is in the workspace's."""
    budgets = []
    for each in register.entities("budget", day):
        span, amount = as_span(each.get("period")), each.get("amount")
        if span is not None and amount is not None:
            budgets.append(
                PlannedBudget(
                    each.id,
                    each.name,
                    Decimal(str(amount)),
                    each.get("currency") or currency,
                    each.get("owner"),
                    span,
                    tuple((name, str(each.get(name))) for name in BUDGET_FIELDS if each.get(name)),
                    each.get("start_date"),
                    each.get("end_date"),
                )
            )
    sources = tuple(
        PlannedSource(each.id, each.name, each.get("owner"), each.get("refresh"))
        for each in register.entities("source", day)
    )
    return Plan(day, tuple(budgets), sources)
