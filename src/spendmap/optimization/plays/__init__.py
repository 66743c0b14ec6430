"""Plays: what could be saved, one file per play, each a pure function over facts.

Reads the rules' facts, the review's findings and the period's calls priced another way (`usage`); gives `Play`s.
Leaves to others: which plays are about the same money (`choose`), what was decided (findings), how they are told
(`reports/plays`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spendmap.optimization.plays import (
    batch_tier,
    caching,
    cheaper_model,
    failed_calls,
    idle_capacity,
    overlap,
    renewal,
    unused_seats,
)
from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import KINDS, Kind, Play, Saving

PlayRule = Callable[[PlayFacts], Iterator[Play]]

ALL: tuple[PlayRule, ...] = (
    cheaper_model.cheaper_model,
    caching.caching,
    batch_tier.batch_tier,
    failed_calls.failed_calls,
    idle_capacity.idle_capacity,
    unused_seats.unused_seats,
    overlap.overlap,
    renewal.renewal,
)

CODES: dict[str, str] = {
    "cheaper-model": "A cheaper model for a workflow",
    "caching": "Cache the repeated part of requests",
    "batch-tier": "Batch what nobody waits for",
    "failed-calls": "Stop paying for failed calls",
    "idle-capacity": "Use or give back idle capacity",
    "unused-seats": "Give back unused seats",
    "overlap": "One tool per capability",
    "renewal": "Use the renewal",
}

__all__ = ["ALL", "CODES", "KINDS", "Kind", "Play", "PlayFacts", "PlayRule", "Saving"]
