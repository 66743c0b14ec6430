"""What the footers of stored usage say of all its rows: the facts of `slices`, without reading a row.

Reads Parquet footers: each part of a column says there how many rows state nothing, and its least and greatest value.
Invariant: a fact holds for every row; where a footer leaves something unsaid, nothing is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.ledger import METERS
from spendmap.pricing.slices import EPOCH, TIME, Slice


def known_of(files: Sequence[Path]) -> Slice | None:
    """The facts of the usage in `files`; None where `slices.look` gives None, or where a footer does not say.

    Whether some row bought nothing is not said there, and is taken for true.
    """
    rows = 0
    stated = Counter[str]()
    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    for file in files:
        try:
            footer = pq.read_metadata(file)
        except (OSError, pa.ArrowException):
            return None  # reading its rows says what is wrong
        places = {footer.schema.column(at).path: at for at in range(footer.num_columns)}
        for part in (footer.row_group(number) for number in range(footer.num_row_groups)):
            rows += part.num_rows
            for name in (*METERS, TIME):
                if name not in places:
                    continue  # older than the column: no row states it
                said = part.column(places[name]).statistics
                if said is None or said.null_count is None:
                    return None
                stated[name] += part.num_rows - said.null_count
                if part.num_rows == said.null_count:
                    continue
                least, most = said.min, said.max
                if not isinstance(least, int | Decimal | datetime) or most is None:
                    return None
                low[name] = min(low.get(name, least), least)
                high[name] = max(high.get(name, most), most)
    if not rows or stated[TIME] < rows:
        return None
    first, last = low.pop(TIME), high.pop(TIME)
    if first.tzinfo or first < EPOCH or any(value < 0 for value in low.values()):
        return None
    everywhere = frozenset(name for name in low if stated[name] == rows)
    return Slice(rows, first, last, low, high, everywhere, has_unbought=True)
