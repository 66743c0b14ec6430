"""The eighth category: human review, mostly labour without an invoice."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

HUMAN_REVIEW = Category(
    code="human_review",
    label="Human review",
    about="The work that makes answers trustworthy after they are given. Mostly labour without an invoice.",
    belongs=(
        "review queues and exceptions",
        "customer education",
        "escalations",
        "disputes over wrong answers",
        "prompt debugging",
        "support tickets caused by AI",
    ),
    additive=True,
    evidence=("invoiced", "metered", "estimated", "declared"),
    measures=(
        Measure("review cost per outcome", "review labour cost / outcomes", "currency per outcome"),
        Measure("minutes per review", "review minutes / reviews", "minutes"),
        Measure("escalation rate", "escalated outcomes / outcomes", "share"),
    ),
)
