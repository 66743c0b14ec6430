"""The fourth category: agents."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

AGENTS = Category(
    code="agents",
    label="Agents",
    about="Internal agents and automations: what loops, calls tools, retries, waits and has side effects.",
    belongs=(
        "agents that act for employees or systems",
        "automations that call models",
        "context they consume again at every turn",
        "tool calls and their side effects",
        "retries, waits and triggers",
    ),
    additive=True,
    evidence=("invoiced", "metered", "contracted", "estimated"),
    measures=(
        Measure("cost per run", "cost of the agent / runs", "currency per run"),
        Measure("cost per accepted run", "cost of all runs / accepted runs", "currency per run"),
        Measure("calls per run", "model calls / runs", "calls"),
        Measure("budget used", "cost to date / monthly budget", "share"),
    ),
)
