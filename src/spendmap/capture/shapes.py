"""Take the same few fields out of many dicts: a log's records have few shapes, so where a field stands is learnt once.

Pure. Taking by position costs a fraction of asking each dict for each name, which is most of the work of reading a log.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

_SHAPE_LIMIT = 1_000  # shapes remembered, and names of one


class Shapes(dict[tuple[str, ...], "itemgetter[Any]"]):
    """How to take the named values (two at least) out of a dict, by its keys.

    `shapes[(*record,)]((*record.values(), None))` is a tuple of them in the order named; `None` for one it lacks.
    """

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.names = names

    def __missing__(self, shape: tuple[str, ...]) -> itemgetter[Any]:
        at = {name: number for number, name in enumerate(shape)}
        take = itemgetter(*(at.get(name, len(shape)) for name in self.names))
        if len(self) >= _SHAPE_LIMIT:
            self.clear()
        if len(shape) <= _SHAPE_LIMIT:
            self[shape] = take
        return take

    def take(self, record: dict[str, Any]) -> tuple[Any, ...]:
        """The named values of a record."""
        found: tuple[Any, ...] = self[(*record,)]((*record.values(), None))
        return found
