"""The assumptions of a scenario in sentences: what each change means, how it was worked out, what it leaves out.

Pure: reads a `Replay` and the `Scenario` made of it, gives texts.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from spendmap.optimization.changes import WORSE, Changes
from spendmap.optimization.replay import Replay
from spendmap.optimization.scenario import REJECTION_KINDS, Scenario
from spendmap.reports.figures import SHARE_UNIT
from spendmap.vocabulary.exact import as_stored
from spendmap.vocabulary.money import money_text


def scenario_notes(replayed: Replay, changes: Changes, found: Scenario) -> list[str]:
    """What a reader must know, in the order of the changes."""
    return [*_calls(replayed, changes, found), *_quality(replayed, changes, found), *_limits(replayed, changes, found)]


def _calls(replayed: Replay, changes: Changes, found: Scenario) -> list[str]:
    notes: list[str] = []
    times = changes.calls * found.rates.calls
    if times != 1:
        notes.append(
            f"Each metered call happens {_text(times)} times, at the price of its own time, tier and context length: "
            "context tiers go by the length of one call, so twice the calls cost twice as much."
        )
    if changes.context != 1:
        notes.append(
            f"Each call has {_text(changes.context)} times its input tokens (cached ones too, whole tokens, rounded "
            "down) and is priced again, in the context tier it then falls in. Output stays."
        )
    if times != 1 or changes.context != 1 or changes.prices or changes.swaps:
        notes.append(
            "A bill carried by metered usage moves in proportion to its account's replayed usage, and its dark part "
            "with it."
        )
    if changes.adoption != 1:
        notes.append("Adoption scales every metered call, and seats in whole seats per tool and month, rounded up.")
    if len(changes.prices) > 1:
        notes.append("Where two price changes meet one call, the one that names the model counts.")
    for called, target in sorted(replayed.moved.items()):
        notes.append(
            f"Calls of {called[1]} are priced as {target.provider}/{target.model} with the same token counts; another "
            "model's tokeniser and answers count differently, so this money is graded estimated."
        )
    if changes.swaps and any(each.line.kind == "unmetered_calls" for each in found.lines):
        notes.append("Billed calls without metered usage are not swapped: no row says what they asked.")
    return notes


def _quality(replayed: Replay, changes: Changes, found: Scenario) -> list[str]:
    notes: list[str] = []
    rates = found.rates
    if changes.is_worse:
        notes.append(f"quality=worse stands for {', '.join(WORSE)}.")
    if changes.retries is not None:
        measured = "" if replayed.measured.retry_rate is not None else " (no source marks retries)"
        notes.append(
            f"Retries per first call go from {_percent(rates.retries_before)}{measured} to "
            f"{_percent(rates.retries_after)}: calls x (1 + after) / (1 + before)."
        )
    if changes.review != 1:
        notes.append(f"Minutes of human review x {_text(changes.review)}; labour is minutes x rate.")
    if rates.is_rejection_skipped:
        notes.append(
            "No outcome of the period says how much is rejected, so rejection stays out of quality=worse. "
            "Capture outcomes, or set retries, review and rejection=FROM:TO apart."
        )
    elif changes.rejection is not None:
        notes.append(
            f"Outcomes not accepted go from {_percent(rates.rejection_before)} to {_percent(rates.rejection_after)}: "
            f"minutes of human review that answer them ({', '.join(REJECTION_KINDS)}) x {_text(rates.rejected_work)} "
            "(after / before), and fewer accepted outcomes carry the cost."
        )
    return notes


def _limits(replayed: Replay, changes: Changes, found: Scenario) -> list[str]:
    notes = [
        "Range: invoiced, metered and contracted money is taken as exact, declared and estimated money as right within "
        "a fifth; calls without a price as costing from nothing more up to the most expensive model of their "
        "provider in use."
    ]
    if replayed.differs and not changes.swaps and changes.context == 1:
        notes.append(
            f"{replayed.differs:,} groups of usage price differently than published, since the price book has changed: "
            "work the map out again with `spendmap allocate`."
        )
    if found.missing_rows:
        notes.append(f"{found.missing_rows:,} rows have no {found.basis} cost and are in neither total.")
    others = [currency for currency in replayed.currencies if currency != found.currency]
    if others:
        notes.append(f"Money in {', '.join(others)} is not in here: currencies are never added.")
    return notes


def _text(value: Fraction) -> str:
    return money_text(as_stored(value).quantize(SHARE_UNIT)) or "0"


def _percent(value: Fraction | None) -> str:
    return "0 %" if value is None else f"{money_text(as_stored(value * 100).quantize(Decimal('0.01')))} %"
