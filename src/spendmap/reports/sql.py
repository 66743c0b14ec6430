"""The SQL files beside the reports, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def sql(name: str) -> str:
    """Text of `NAME.sql`, as shipped."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
