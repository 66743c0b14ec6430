"""Which rows about a provider's batch count: its outputs or its summary, once, however often it was looked at.

LiteLLM logs the usage of a whole batch when it is created or retrieved, and again at every further retrieval; some
set-ups log the outputs too. Rows of batches are held to the end of the file and settled together.
Invariant: of the rows about one batch either its summary counts or its outputs do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from spendmap.capture.bought import REPEATED, STORED_ANSWER

HELD_ROWS = 200_000  # of one file; what comes after them is settled on its own

Row = tuple[Any, ...]


@dataclass(slots=True)
class About:
    """A row about a batch: `batch_id` is `None` where the line names none, `tokens` all it states."""

    row: Row
    batch_id: str | None
    caller: tuple[str | None, str | None]  # key and model
    tokens: int
    is_summary: bool
    not_bought: str | None = None


class BatchRows:
    """The rows about batches of one file."""

    def __init__(self, not_bought_at: int) -> None:
        self._at = not_bought_at
        self._held: list[About] = []
        self._outputs: dict[tuple[str | None, str | None], int] = defaultdict(int)

    def add(self, about: About) -> None:
        """A summary, or an output that names its batch."""
        self._held.append(about)

    def add_unnamed(self, caller: tuple[str | None, str | None], tokens: int) -> None:
        """An output at the batch price that names no batch: only its tokens are remembered."""
        self._outputs[caller] += tokens

    @property
    def is_full(self) -> bool:
        """Whether it is time to settle."""
        return len(self._held) >= HELD_ROWS

    def settled(self) -> Iterator[Row]:
        """The rows, each with why it buys nothing, if it does not; holding starts anew."""
        _settle(self._held, self._outputs)
        for about in self._held:
            row = about.row
            yield row if about.not_bought is None else (*row[: self._at], about.not_bought, *row[self._at + 1 :])
        self._held = []
        self._outputs.clear()


def _settle(held: list[About], outputs: dict[tuple[str | None, str | None], int]) -> None:
    summaries = [about for about in held if about.is_summary and about.tokens]
    seen: set[tuple[object, ...]] = set()
    # A batch that is named comes first: a look at it that names none is known by the same caller and tokens.
    for about in sorted(summaries, key=lambda about: (about.batch_id is None, -about.tokens)):
        same = (about.caller, about.tokens)
        of_batch = ("batch", about.batch_id)
        if of_batch in seen or (about.batch_id is None and same in seen):
            about.not_bought = STORED_ANSWER
            continue
        seen.add(same)
        if about.batch_id is not None:
            seen.add(of_batch)
    counted = [about for about in summaries if about.not_bought is None]
    _against_named(counted, [about for about in held if not about.is_summary])
    _against_unnamed([about for about in counted if about.not_bought is None], outputs)


def _against_named(summaries: list[About], rows: Iterable[About]) -> None:
    """The outputs of a batch that add up to its summary repeat it; where outputs are missing they are inside it."""
    parts: dict[str | None, list[About]] = defaultdict(list)
    for about in rows:
        parts[about.batch_id].append(about)
    for summary in summaries:
        found = parts.get(summary.batch_id, []) if summary.batch_id is not None else []
        if not found:
            continue
        if sum(about.tokens for about in found) >= summary.tokens:
            summary.not_bought = REPEATED
        else:
            for about in found:
                about.not_bought = REPEATED


def _against_unnamed(summaries: list[About], outputs: dict[tuple[str | None, str | None], int]) -> None:
    """A caller's summaries that add up to its outputs at the batch price repeat them."""
    by_caller: dict[tuple[str | None, str | None], list[About]] = defaultdict(list)
    for about in summaries:
        by_caller[about.caller].append(about)
    for caller, found in by_caller.items():
        if outputs.get(caller) and sum(about.tokens for about in found) == outputs[caller]:
            for about in found:
                about.not_bought = REPEATED
