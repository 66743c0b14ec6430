"""The first category: infrastructure."""

from __future__ import annotations

from spendmap.categories.category import Category, Measure

INFRASTRUCTURE = Category(
    code="infrastructure",
    label="Infrastructure",
    about="What AI products run on: compute, storage and the services that carry them.",
    belongs=(
        "GPUs and accelerators, reserved or on demand",
        "inference serving",
        "training and fine-tuning",
        "vector databases",
        "data pipelines and storage",
        "observability",
        "networking",
        "batch processing",
        "evaluation environments",
        "cloud services that carry AI products",
    ),
    additive=True,
    evidence=("invoiced", "metered", "contracted", "estimated", "declared"),
    measures=(
        Measure("GPU duty", "used GPU hours / provisioned GPU hours", "share"),
        Measure("idle cost", "provisioned cost x (1 - duty)", "currency"),
        Measure("cost per GPU hour", "effective cost / provisioned GPU hours", "currency per GPU hour"),
    ),
)
