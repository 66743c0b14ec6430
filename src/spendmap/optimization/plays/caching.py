"""Caching: input that is sent again and again at the price of fresh input."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.plays.facts import Calls, PlayFacts
from spendmap.optimization.plays.play import Play, Saving, part
from spendmap.risk.finding import Subject
from spendmap.vocabulary.exact import total

CODE = "caching"
LOW_SHARE = Fraction(10, 100)  # of the input read from the cache, below which caching is not really used
MIN_SAVING = Decimal(50)  # per month
MIN_CALLS = 100  # fewer calls in the period repeat too little


def caching(given: PlayFacts) -> Iterator[Play]:
    """Put the repeated part of requests first and have it cached.

    Fires: less than 10 % of a workflow's input on a model was read from the cache, the model has a cache price, other
        workflows on the same provider reach more, and reaching their median share saves at least 50 a month.
    Quiet: no cache price, fewer than 100 calls, or nobody on the provider does better.
    """
    for calls in given.calls:
        share = calls.cache_share
        if share is None or share >= LOW_SHARE or calls.calls < MIN_CALLS or calls.unpriced_calls:
            continue
        if calls.cost is None or calls.cached_cost is None or not calls.input_uncached:
            continue
        reached = _reached(given, calls)
        if not reached:
            continue
        median, best = reached[(len(reached) - 1) // 2], reached[-1]
        full = given.monthly(total((calls.cost, calls.cached_cost.copy_negate())))
        likely, high = (part(full, _moved(calls, target)) for target in (median, best))
        if likely is None or likely < MIN_SAVING:
            continue
        type_, id_ = calls.workflow
        name = given.name(calls)
        owner, role = given.who(calls)
        yield Play(
            CODE,
            "action",
            calls.category or "unclassified",
            Subject(type_, f"{id_}/{calls.model}", name),
            f"{name}: cache the repeated part of its requests",
            f"{_percent(share)} of {calls.input_tokens:,} input tokens on {calls.model} came from the cache; the "
            f"company's other workflows on {calls.provider} reach {_percent(median)} (median) to {_percent(best)}.",
            Saving(part(likely, Fraction(1, 2)), likely, high, calls.currency),
            given.monthly(calls.cost),
            "metered",
            (
                "low: half of the way to the median share",
                "likely: the median share of the other workflows on the provider",
                "high: the best of them",
            ),
            ("number and length of the calls", "the price of writing to the cache is not counted", "contract prices"),
            "S",
            "the fixed part of the prompt moves to the front; some providers need one marker",
            "Requests that repeat nothing gain nothing; a cache write can cost more than fresh input.",
            owner,
            role,
            "Compare two requests of the workflow: how much of their beginning is the same?",
            calls.touches,
        )


def _reached(given: PlayFacts, calls: Calls) -> list[Fraction]:
    """Cache shares of other workflows on the provider that use a cache, lowest first."""
    return sorted(
        other.cache_share
        for other in given.calls
        if other.provider == calls.provider
        and other.workflow != calls.workflow
        and other.cache_share is not None
        and other.cache_share >= LOW_SHARE
        and other.calls >= MIN_CALLS
        and other.tool is None  # a coding tool's long sessions say nothing about single requests
    )


def _moved(calls: Calls, target: Fraction) -> Fraction:
    """Part of the fresh input that becomes cached when the cached share of all input is `target`."""
    tokens = target * calls.input_tokens - calls.cache_read
    return min(max(tokens / calls.input_uncached, Fraction(0)), Fraction(1))


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:.0f} %"
