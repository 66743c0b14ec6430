"""From the price keys that usage rows carry to the rows of the price book.

A key is the id of a `price` row, or the key of a set of meter prices that were in force together: then the
published table `price_wide` names the rows of the set. Without that table the set is read as the list
prices of its provider and model that were in force in the months asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from spendmap.engine.reader import ReadSession
from spendmap.reports.sql import sql

TABLES = ("price", "price_wide")


def price_rows_of(session: ReadSession, keys: Iterable[str], first: str, last: str) -> dict[str, list[str]]:
    """Price ids of each key, sorted; a key nothing is known of stands for itself. Months `first`..`last`."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    found: dict[str, list[str]] = {}
    for key, ids in session.rows(sql("price_sets"), {"keys": wanted}):
        found[key] = sorted({str(each) for each in json.loads(ids).values()})
    if left := [key for key in wanted if key not in found]:
        for key, price_id in session.rows(sql("price_keys"), {"keys": left, "first": first, "last": last}):
            found.setdefault(key, []).append(price_id)
    return {key: found.get(key, [key]) for key in wanted}
