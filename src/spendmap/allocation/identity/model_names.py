"""One name per model, whatever a log writes around it: seller, region, date and version taken off.

Pure. Used to tell whether two logs speak of one call, never to price: `openai/gpt-4.1-2025-04-14` and `gpt-4.1` are one
model there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyarrow as pa

from spendmap.engine.arrow import schema_of

_BEFORE = re.compile(
    r"^(?:(?:us|eu|apac|global|jp|au)\.)?(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai)\."
)
_AFTER = re.compile(r"(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest|preview)|-v\d+(?::\d+)?|:(?:free|latest|\d+k?))$")
_ROUNDS = 3  # "claude-sonnet-4-20250514-v1:0" has two things after it

MAKERS: tuple[tuple[str, str], ...] = (
    ("gpt", "openai"),
    ("chatgpt", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("text-embedding", "openai"),
    ("claude", "anthropic"),
    ("gemini", "google"),
    ("mistral", "mistral"),
    ("deepseek", "deepseek"),
    ("command", "cohere"),
    ("grok", "x-ai"),
)
"""Beginnings of names of models -> who makes them; for a call whose provider no log states."""


def same_model(name: str) -> str:
    """The model's name in comparable form."""
    found = name.strip().lower().rpartition("/")[2]
    found = _BEFORE.sub("", found)
    for _ in range(_ROUNDS):
        shorter = _AFTER.sub("", found)
        if shorter in {found, ""}:
            break
        found = shorter
    return found


def maker_of(name: str) -> str | None:
    """Who makes the model, as far as its name says."""
    return next((maker for beginning, maker in MAKERS if name.startswith(beginning)), None)


def model_table(names: Iterable[str]) -> pa.Table:
    """`model_name`: one row per model as written."""
    rows = [
        {"model": name, "same": same_model(name), "maker": maker_of(same_model(name))} for name in sorted(set(names))
    ]
    schema = schema_of(pa.field("model", pa.string()), pa.field("same", pa.string()), pa.field("maker", pa.string()))
    return pa.Table.from_pylist(rows, schema=schema)
