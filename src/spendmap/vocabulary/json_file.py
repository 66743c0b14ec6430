"""A JSON file of our own, which may have been damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_json(file: Path) -> Any:
    """What the file holds.

    Raises:
        OSError: it is not there, or cannot be read.
        ValueError: it is no JSON, cut short, or nested without end.
    """
    try:
        return json.loads(file.read_bytes())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


__all__ = ["read_json"]
