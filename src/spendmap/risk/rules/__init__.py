"""The rules, one file per category of the map and one for the ledger itself.

A rule is a pure function: facts in, findings out; no clock, no database. Its docstring is its page in the guide:
code and story, why it matters, when it fires, when it is quiet. `RULES` of each file lists them, so a forgotten one
shows in review.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spendmap.risk.facts import Facts
from spendmap.risk.finding import Finding
from spendmap.risk.rules import (
    agents,
    counted,
    data_preparation,
    evaluation,
    human_review,
    infrastructure,
    internal_tools,
    ledger,
    overlap,
    product_inference,
)

Rule = Callable[[Facts], Iterator[Finding]]

FILES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("infrastructure", infrastructure.RULES),
    ("product_inference", product_inference.RULES),
    ("internal_tools", internal_tools.RULES),
    ("agents", agents.RULES),
    ("data_preparation", data_preparation.RULES),
    ("evaluation", evaluation.RULES),
    ("overlap", overlap.RULES),
    ("human_review", human_review.RULES),
    ("ledger", ledger.RULES),
    ("counted", counted.RULES),
)
"""Rules by file: the eight categories in the document's order, then the ledger, and what counting noticed in it."""

ALL: tuple[Rule, ...] = tuple(rule for _, rules in FILES for rule in rules)


@dataclass(frozen=True)
class Story:
    """A rule as the guide tells it."""

    code: str
    title: str
    kind: str
    why: str
    fires: str
    quiet: str


def story(rule: Rule) -> Story:
    """The rule's docstring, taken apart.

    Raises:
        ValueError: the docstring lacks a part.
    """
    text = inspect.getdoc(rule) or ""
    code, _, title = text.split("\n", 1)[0].partition(" ")
    parts: dict[str, str] = {}
    name = ""
    for line in text.splitlines()[1:]:
        head, colon, rest = line.partition(":")
        if colon and head in {"Kind", "Why it matters", "Fires", "Quiet"}:
            name, parts[head] = head, rest.strip()
        elif name:
            parts[name] = f"{parts[name]} {line.strip()}".strip()
    missing = {"Kind", "Why it matters", "Fires", "Quiet"} - set(parts)
    if missing or not title:
        raise ValueError(f"{code}: its docstring lacks {', '.join(sorted(missing)) or 'a title'}")
    return Story(
        code, title.rstrip("."), parts["Kind"].rstrip("."), parts["Why it matters"], parts["Fires"], parts["Quiet"]
    )


__all__ = ["ALL", "FILES", "Rule", "Story", "story"]
