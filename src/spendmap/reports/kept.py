"""Answers worked out from one published version, kept as long as that version is in use. Thread-safe; bounded.

What depends on more than the version (the register, the decisions) says so in its key.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from spendmap.reports.read_model import ReadModel

Value = TypeVar("Value")
KEPT = 32  # answers of one version

_LOCK = threading.Lock()
_ANSWERS: WeakKeyDictionary[ReadModel, OrderedDict[Hashable, Any]] = WeakKeyDictionary()


def kept(model: ReadModel, key: Hashable, make: Callable[[], Value]) -> Value:
    """The kept value for `key`, or a new one. Two threads may make it at once; one of the two is kept."""
    with _LOCK:
        own = _ANSWERS.setdefault(model, OrderedDict())
        if key in own:
            own.move_to_end(key)
            found: Value = own[key]
            return found
    made = make()
    with _LOCK:
        own[key] = made
        while len(own) > KEPT:
            own.popitem(last=False)
    return made
