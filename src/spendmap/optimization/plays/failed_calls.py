"""Failed calls: input that was paid and brought no answer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.risk.finding import Subject

CODE = "failed-calls"
MIN_COST = Decimal(50)  # of failed calls per month
LIKELY_SHARE = Fraction(1, 2)
LOW_SHARE = Fraction(1, 4)


def failed_calls(given: PlayFacts) -> Iterator[Play]:
    """Find out why calls fail, and stop paying for it.

    Fires: failed calls of a workflow on a model cost at least 50 a month. A retry that succeeds did the work: it is
        told and not counted as waste.
    Quiet: failures are not marked by the source, or cost less.
    """
    for calls in given.calls:
        wasted = given.monthly(calls.failed_cost)
        if not calls.failed_calls or wasted is None or wasted < MIN_COST:
            continue
        type_, id_ = calls.workflow
        name = given.name(calls)
        owner, role = given.who(calls)
        retries = f"; {calls.retries:,} retries did the work again" if calls.retries else ""
        yield Play(
            CODE,
            "remediation",
            calls.category or "unclassified",
            Subject(type_, f"{id_}/{calls.model}", name),
            f"{name}: {calls.failed_calls:,} failed calls to {calls.model} were paid",
            f"{calls.failed_calls:,} of {calls.calls:,} calls failed and cost {wasted:,.2f} {calls.currency} a "
            f"month{retries}.",
            Saving(part(wasted, LOW_SHARE), part(wasted, LIKELY_SHARE), wasted, calls.currency),
            wasted,
            "metered",
            ("low: a quarter of the failures ends", "likely: half of them", "high: all of them"),
            ("number and length of the calls", "retries stay as they were", "contract prices"),
            "M",
            "the reasons have to be read from the logs: limits, time-outs, malformed requests",
            "None to quality; a longer time-out can make users wait.",
            owner,
            role,
            "Group the failed calls by error and hour; raise the limit or shorten the request.",
            calls.touches,
            given.about(type_, id_, "AG006", "AG009"),
        )
