"""How far captured files reach, as their footers say it: no row is read.

Reads Parquet footers of one published version; writes nothing. A file is one slice, so it names one source; a file that
says less (several sources, no range kept) is left to a query.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from spendmap.published.meta import REBUILD
from spendmap.vocabulary.errors import SourceUnreadableError

SOURCE, START = "source_name", "charge_period_start"


def last_days(files: Iterable[Path]) -> dict[str, date] | None:
    """Source -> UTC day of its last row in these files; None when a footer does not say it.

    Raises:
        SourceUnreadableError: a file is gone or damaged.
    """
    days: dict[str, date] = {}
    for file in files:
        found = _last_of(file)
        if found is None:
            return None
        for source, day in found:
            days[source] = max(days.get(source, day), day)
    return days


@lru_cache(maxsize=4096)  # stored files never change under their name
def _last_of(file: Path) -> tuple[tuple[str, date], ...] | None:
    try:
        footer = pq.read_metadata(file)
    except (OSError, pa.ArrowException) as error:
        raise SourceUnreadableError(file, "the figures point at it, and it is gone.", next_step=REBUILD) from error
    places = {footer.schema.column(place).name: place for place in range(footer.num_columns)}
    days: dict[str, date] = {}
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        sources, starts = (
            group.column(places[name]).statistics if name in places else None for name in (SOURCE, START)
        )
        if sources is None or starts is None or not sources.has_min_max or not starts.has_min_max:
            return None
        source, last = sources.max, starts.max
        if sources.min != source or not isinstance(source, str) or not isinstance(last, datetime):
            return None
        days[source] = max(days.get(source, last.date()), last.date())
    return tuple(days.items())
