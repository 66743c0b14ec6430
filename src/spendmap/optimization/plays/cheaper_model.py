"""A cheaper model for a workflow: its real calls, priced on the next cheaper model in use from the same provider."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.risk.finding import Subject
from spendmap.vocabulary.exact import total

CODE = "cheaper-model"
MIN_SAVING = Decimal(50)  # per month, below which nobody should spend a day on it
LIKELY_SHARE = Fraction(1, 2)  # of the calls that are routine enough; stated as an assumption
PROVEN_SHARE = Fraction(1, 4)  # of the calls, when a suite with a gate can say which


def cheaper_model(given: PlayFacts) -> Iterator[Play]:
    """Route a workflow's calls to a cheaper model.

    Fires: the calls of one workflow on one model would cost at least 50 a month less on `swapped_to`, the next cheaper
        model of the same provider that the company already uses.
    Quiet: no cheaper one is in use, the book has no price for it, or calls of the workflow are unpriced.
    """
    for calls in given.calls:
        if calls.cost is None or calls.swapped_cost is None or calls.swapped_to is None or calls.unpriced_calls:
            continue
        full = given.monthly(total((calls.cost, calls.swapped_cost.copy_negate())))
        if full is None or full < MIN_SAVING:
            continue
        type_, id_ = calls.workflow
        name, suites = given.name(calls), given.suites(calls.use_case)
        owner, role = given.who(calls)
        if suites:
            proof = f"The suite {suites[0].name} can say which calls: {suites[0].threshold or suites[0].gate}."
            low, low_words = part(full, PROVEN_SHARE), "low: a quarter of the calls passes the suite"
        else:
            proof = "Needs proof: no evaluation suite with a gate or a threshold covers it."
            low, low_words = Decimal(0), "low: nothing, since no suite shows that any call may move"
        yield Play(
            CODE,
            "action",
            calls.category or "unclassified",
            Subject(type_, f"{id_}/{calls.model}", name),
            f"{name}: {calls.swapped_to} for some calls of {calls.model}",
            f"{calls.calls:,} calls cost {given.monthly(calls.cost):,.2f} {calls.currency} a month on {calls.model}; "
            f"on {calls.swapped_to} the same calls cost {given.monthly(calls.swapped_cost):,.2f}. {proof}",
            Saving(low, part(full, LIKELY_SHARE), full, calls.currency),
            given.monthly(calls.cost),
            "metered",
            (low_words, "likely: half of the calls move", "high: all of them move"),
            ("number, length and time of the calls", "retries and review work", "contract prices"),
            "S" if suites else "M",
            "a routing rule, judged by a suite that exists" if suites else "a small gold set has to be collected first",
            "Worse answers that nobody notices, and the review work they cause.",
            owner,
            role,
            f"spendmap scenario --set swap:{calls.model}={calls.swapped_to}",
            calls.touches,
            given.about("use_case", calls.use_case or "", "EV001", "EV002", "PI002"),
        )
