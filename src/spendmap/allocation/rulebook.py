"""The rules in force for a workspace, with what each decides as a table the transforms join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from spendmap.allocation.rules import Compiled, Rule, load_rules
from spendmap.engine.arrow import schema_of
from spendmap.vocabulary.errors import RuleError
from spendmap.workspace import Workspace

SHARE_SCALE = 8  # digits of a stated share: 28 + 9 + 1 digits is the widest exact product of both engines
BUILT_IN = {
    "by-nature": "A model call and work on AI are AI by nature; no rule is needed for that.",
    "no-rule": "No rule and no register key speaks of this row: it is kept, not counted, for a person to confirm.",
    "told-of-elsewhere": "Another source tells of the same call and counts it; `covered by` names it.",
    "paid-by-a-plan": "A flat fee pays these calls; the money is what they would cost by the token, in no total.",
    "counted-from-finer-source": "The same money is counted from a cost export, metered usage or priced seats.",
}
"""Decisions that no rule file makes, and why they are made."""

SCHEMA = schema_of(
    pa.field("origin", pa.string()),
    pa.field("rule_no", pa.int32()),
    pa.field("rule_id", pa.string()),
    pa.field("is_company", pa.bool_()),  # and goes first: its category stands above the register's
    pa.field("is_last", pa.bool_()),
    pa.field("scope", pa.string()),
    pa.field("category", pa.string()),
    pa.field("share", pa.decimal128(9, SHARE_SCALE)),
    pa.field("vendor", pa.string()),
    pa.field("tool", pa.string()),
)


@dataclass(frozen=True)
class Rulebook:
    """Company rules first, then the shipped ones, in order."""

    rules: tuple[Rule, ...]

    def meta(self) -> dict[str, dict[str, Any]]:
        """Why each rule is there, for Explain."""
        built_in = {name: {"why": why, "source": "", "then": {}, "is_shipped": True} for name, why in BUILT_IN.items()}
        return built_in | {
            rule.id: {
                "why": rule.why,
                "source": rule.source,
                "then": {"scope": rule.then.scope, "category": rule.then.category, "share": _text(rule.then.share)},
                "is_shipped": rule.is_shipped,
            }
            for rule in self.rules
        }


def load_rulebook(workspace: Workspace) -> Rulebook:
    """The rules of `rules/` and the shipped ones.

    Raises:
        RuleError: a rule cannot be read, or states a share finer than 8 places.
    """
    folder = workspace.root / "rules"
    rules = tuple(load_rules(folder if folder.is_dir() else None))
    for rule in rules:
        share = rule.then.share
        if share is not None and share != share.quantize(Decimal(1).scaleb(-SHARE_SCALE)):
            raise RuleError(
                f"{rule.file}:{rule.line}: rule {rule.id!r} states a share finer than {SHARE_SCALE} decimal places.",
                next_step="Round it, then run `spendmap allocate` again.",
            )
    return Rulebook(rules)


def rule_table(compiled: Sequence[tuple[str, Compiled]]) -> pa.Table:
    """What each rule decides, by origin and place."""
    rows = [
        {
            "origin": origin,
            "rule_no": place,
            "rule_id": rule.id,
            "is_company": not rule.is_shipped and not rule.is_last,
            "is_last": rule.is_last,
            "scope": rule.then.scope,
            "category": rule.then.category,
            "share": rule.then.share.quantize(Decimal(1).scaleb(-SHARE_SCALE)) if rule.then.share is not None else None,
            "vendor": rule.then.vendor,
            "tool": rule.then.tool,
        }
        for origin, plan in compiled
        for place, rule in enumerate(plan.rules)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _text(share: Decimal | None) -> str | None:
    return None if share is None else format(share, "f")
