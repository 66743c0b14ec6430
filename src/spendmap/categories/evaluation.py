"""The sixth category: evaluation."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

EVALUATION = Category(
    code="evaluation",
    label="Evaluation",
    about="Knowing whether it works: judges, suites, and the people and tools behind them.",
    belongs=(
        "evaluation models and judges",
        "human judgement",
        "evaluation tooling",
        "data sets",
        "review time",
        "engineering of suites and gates",
    ),
    additive=True,
    evidence=("invoiced", "metered", "contracted", "estimated", "declared"),
    measures=(
        Measure("evaluation coverage", "cost of use cases with a suite / cost of all use cases", "share"),
        Measure("evaluation share", "evaluation cost / cost of the use case", "share"),
        Measure("cost per suite run", "evaluation cost / suite runs", "currency per run"),
    ),
)
