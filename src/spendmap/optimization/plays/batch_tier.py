"""Batch tier: work nobody waits for, priced at the provider's batch price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.risk.finding import Subject
from spendmap.vocabulary.exact import total

CODE = "batch-tier"
MIN_SAVING = Decimal(50)  # per month
LIKELY_SHARE = Fraction(3, 4)
LOW_SHARE = Fraction(1, 2)


def batch_tier(given: PlayFacts) -> Iterator[Play]:
    """Send evaluation, preparation and embedding calls through the batch tier.

    Fires: calls of category evaluation or data preparation, or embeddings, are made in the standard tier, and at the
        batch price of the book they cost at least 50 a month less.
    Quiet: the book has no batch price for the model, or the calls serve somebody who waits.
    """
    for calls in given.calls:
        if not calls.is_offline or calls.cost is None or calls.batch_cost is None or calls.unpriced_calls:
            continue
        full = given.monthly(total((calls.cost, calls.batch_cost.copy_negate())))
        if full is None or full < MIN_SAVING:
            continue
        type_, id_ = calls.workflow
        name = given.name(calls)
        owner, role = given.who(calls)
        yield Play(
            CODE,
            "action",
            calls.category or "unclassified",
            Subject(type_, f"{id_}/{calls.model}", name),
            f"{name}: batch the calls of {calls.model}",
            f"{calls.calls:,} calls that no person waits for cost {given.monthly(calls.cost):,.2f} {calls.currency} a "
            f"month in the standard tier and {given.monthly(calls.batch_cost):,.2f} in the batch tier.",
            Saving(part(full, LOW_SHARE), part(full, LIKELY_SHARE), full, calls.currency),
            given.monthly(calls.cost),
            "metered",
            ("low: half of the calls can wait", "likely: three quarters", "high: all of them"),
            ("number and length of the calls", "cache reads stay as they were", "contract prices"),
            "M",
            "runs become jobs that are sent and fetched, up to a day apart",
            "A release that waits for an evaluation waits longer.",
            owner,
            role,
            f"spendmap prices show {calls.model}",
            calls.touches,
            given.about(type_, id_),
        )
