"""Another clock for one process: Python code that asks the time is told an earlier one."""

from __future__ import annotations

import datetime as calendar
import sys
import time
from typing import Any


def set_back(days: int) -> None:
    """From now on it is `days` earlier, wherever a loaded module asks `time` or `datetime`."""
    real, lag = calendar.datetime, calendar.timedelta(days=days)
    seconds, nanoseconds = time.time, time.time_ns

    class Kind(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real)

    class Earlier(real, metaclass=Kind):
        @classmethod
        def now(cls, tz: calendar.tzinfo | None = None) -> Any:
            return real.now(tz) - lag

    today = calendar.date

    class Day(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, today)

    class EarlierDay(today, metaclass=Day):
        @classmethod
        def today(cls) -> Any:
            return today.today() - lag

    time.time = lambda: seconds() - lag.total_seconds()
    time.time_ns = lambda: nanoseconds() - int(lag.total_seconds()) * 1_000_000_000
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("spendmap", "pyiceberg") and module is not None:
            if getattr(module, "datetime", None) is real:
                module.datetime = Earlier  # type: ignore[attr-defined]
            if getattr(module, "date", None) is today:
                module.date = EarlierDay  # type: ignore[attr-defined]
