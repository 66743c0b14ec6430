"""Where a price can change: the times of day, the moments and the lengths of a request that the book speaks of.

Pure. Two calls of one name, on one UTC day, between the same edges, meet the same prices, whatever the book asks for
them. Invariant: every side of every box of the rows is an edge, or is midnight, or lies beyond what a call can reach.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spendmap.pricing.rows import DAY_S, NO_UPPER_TIER

MIDNIGHT = time()


@dataclass(frozen=True)
class Edges:
    """`seconds` of the UTC day, `moments` that are not midnight, `lengths` in input tokens of one call; each sorted."""

    seconds: tuple[int, ...] = ()
    moments: tuple[datetime, ...] = ()
    lengths: tuple[int, ...] = ()

    @classmethod
    def of(cls, table: pa.Table) -> Edges:
        """The edges of a `price` table's rows that are in the book."""
        rows = table.filter(pc.is_null(table.column("superseded_at")))

        def said(*columns: str) -> set[Any]:
            return {each for column in columns for each in pc.unique(rows.column(column)).to_pylist()}

        moments = {at for at in said("valid_from", "valid_to") if at.time() != MIDNIGHT}
        return cls(
            tuple(sorted(said("window_start_s", "window_end_s") - {DAY_S})),
            tuple(sorted(moments)),
            tuple(sorted(said("input_from", "input_to") - {0, NO_UPPER_TIER})),
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
