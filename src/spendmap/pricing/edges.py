"""Where a price can change: the times of day, the moments and the lengths of a request that the book speaks of.

Pure. Two calls of one name, on one UTC day, between the same edges, meet the same prices, whatever the book asks for
them. Invariant: every side of every box of the rows is an edge, or is midnight, or lies beyond what a call can reach.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from spendmap.pricing.rows import DAY_S, NO_UPPER_TIER, PriceRow

MIDNIGHT = time()


@dataclass(frozen=True)
class Edges:
    """`seconds` of the UTC day, `moments` that are not midnight, `lengths` in input tokens of one call; each sorted."""

    seconds: tuple[int, ...] = ()
    moments: tuple[datetime, ...] = ()
    lengths: tuple[int, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[PriceRow]) -> Edges:
        """The edges of some price rows."""
        seconds: set[int] = set()
        moments: set[datetime] = set()
        lengths: set[int] = set()
        for row in rows:
            seconds |= {row.window_start_s, row.window_end_s}
            lengths |= {row.input_from, row.input_to}
            moments |= {at for at in (row.valid_from, row.valid_to) if at.time() != MIDNIGHT}
        return cls(
            tuple(sorted(seconds - {DAY_S})),
            tuple(sorted(moments)),
            tuple(sorted(lengths - {0, NO_UPPER_TIER})),
        )

    @classmethod
    def read(cls, text: str) -> Edges:
        """Edges as `text` gives them."""
        seconds, moments, lengths = json.loads(text)
        return cls(tuple(seconds), tuple(datetime.fromisoformat(each) for each in moments), tuple(lengths))

    @property
    def text(self) -> str:
        """The edges as one line."""
        return json.dumps([self.seconds, [each.isoformat() for each in self.moments], self.lengths])

    def tell_apart(self, other: Edges) -> bool:
        """Whether what lies between these edges lies between the edges of `other` too."""
        return (
            set(other.seconds) <= set(self.seconds)
            and set(other.moments) <= set(self.moments)
            and set(other.lengths) <= set(self.lengths)
        )
