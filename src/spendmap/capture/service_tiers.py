"""One spelling per service tier: what the providers' responses call the queue a call was served from."""

from __future__ import annotations

from spendmap.vocabulary.masking import lowered

TIERS: dict[str, str | None] = {
    "standard": "standard",
    "default": "standard",
    "on_demand": "standard",
    "standard_only": "standard",
    "batch": "batch",
    "flex": "flex",
    "flex_discount": "flex",
    "priority": "priority",
    "priority_on_demand": "priority",
    "fast": "fast",
    "auto": None,  # asked for, not served: the answer names the tier
    "": None,
}


def service_tier(*named: object) -> str | None:
    """The tier of the first argument that names one; an unknown word in lower case; `None` when none is stated."""
    for name in named:
        if isinstance(name, str):
            lower = name.strip().lower()
            tier = TIERS[lower] if lower in TIERS else lowered(name)
            if tier and len(tier) <= 32:
                return tier
    return None
