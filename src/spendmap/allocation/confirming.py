"""Write down what a person confirmed of a supplier, as a rule of the company (part of step 2, allocate).

Reads and writes `rules/confirmed.yaml`, one rule per supplier. Each is asked last: it decides the lines of which no
other rule and no register key speaks, so that confirming "Microsoft is not AI" never hides a line that names Copilot.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from spendmap.allocation.rules import Rule, load_rules, read_rules
from spendmap.allocation.supplier_names import normalised
from spendmap.categories import CHARGEABLE
from spendmap.engine.store import write_atomically
from spendmap.register.journal import alone
from spendmap.register.problems import did_you_mean
from spendmap.vocabulary.errors import RuleError, UsageError, VersionConflictError
from spendmap.workspace import Workspace

FILE = "confirmed.yaml"
HEADER = """\
# Suppliers that a person confirmed with `spendmap rules confirm`, one rule each.
# They are asked last: only for lines of which no other rule and no register key speaks.
rules:
"""
SLUG_LENGTH = 60  # characters of a rule's id that come from the supplier's name

Scope = Literal["ai", "not_ai"]
Change = Literal["added", "replaced", "unchanged"]


@dataclass(frozen=True)
class Confirmed:
    """What was written. `change` says whether the rule is new, took the place of an earlier answer, or was there."""

    rule: str
    file: Path
    supplier: str
    scope: Scope
    category: str | None
    change: Change
    version: int
    """Of the answer that stands there now."""

    def as_document(self) -> dict[str, Any]:
        """The answer as commands and the API print it."""
        return {
            "rule": self.rule,
            "file": str(self.file),
            "supplier": self.supplier,
            "scope": self.scope,
            "category": self.category,
            "change": self.change,
            "version": self.version,
        }


def confirming_rule(supplier: str, scope: Scope, category: str | None = None, *, why: str = "") -> str:
    """The rule that confirms one supplier, as an item of `rules:` in YAML.

    Args:
        supplier: the name as the ledger or statement writes it; letter case aside, it must be equal.
        category: of what is AI, `unclassified` when left out; what is not AI has none.
        why: who said so, when and for what reason.
    Raises:
        UsageError: no supplier, an unknown category, or a category of what is not AI.
    """
    name = supplier.strip()
    if not name:
        raise UsageError(
            "no supplier is named.", next_step='Name one as the ledger writes it: `spendmap rules confirm "NAME" --ai`.'
        )
    if scope == "not_ai" and category is not None:
        raise UsageError("what is not AI has no category.", next_step="Leave --category out, or confirm it with --ai.")
    if category is not None and category not in CHARGEABLE:
        raise UsageError(
            f"{category!r} is not a category.{did_you_mean(category, CHARGEABLE)}",
            next_step=f"Choose --category from: {', '.join(CHARGEABLE)}.",
        )
    then = "{scope: not_ai}" if scope == "not_ai" else f"{{scope: ai, category: {category or 'unclassified'}}}"
    verdict = "A person confirmed that it is AI." if scope == "ai" else "A person confirmed that it is not AI."
    return "\n".join(
        [
            f"  - id: {rule_id(name)}",
            "    on: charge",
            "    last: true",
            "    when:",
            "      any:",
            f"        - invoice_issuer_name: {_quoted(name)}",
            "        - invoice_issuer_name: {missing: true}",
            f"          service_provider_name: {_quoted(name)}",
            f"    then: {then}",
            f"    why: {_quoted(' '.join((verdict, why.strip())).strip())}",
            "    source: confirmed by a person",
            "",
        ]
    )


def rule_id(supplier: str) -> str:
    """The id of the rule that confirms a supplier: one per name, letter case aside."""
    name = " ".join(supplier.casefold().split())
    slug = re.sub(r"[^a-z0-9]+", "-", normalised(name)).strip("-")[:SLUG_LENGTH].strip("-")
    mark = "" if slug.replace("-", " ") == name else f"{zlib.crc32(name.encode('utf-8', 'surrogatepass')):08x}"
    return "-".join(part for part in ("confirmed", slug, mark) if part)


def answered(workspace: Workspace, supplier: str) -> int:
    """The version of the answer that stands for a supplier: 0 is none yet, another answer has another number.

    Raises:
        RuleError: the rules that are there cannot be read.
    """
    file = workspace.root / "rules" / FILE
    return _version(_answer_of(_rules(file), rule_id(supplier)))


def confirm_supplier(
    workspace: Workspace,
    supplier: str,
    scope: Scope,
    category: str | None = None,
    *,
    why: str = "",
    version: int | None = None,
) -> Confirmed:
    """Write the rule for one supplier into the company's rules. The same answer again changes nothing.

    One at a time: of two that confirm at once, the later writes over what the first wrote.

    Args:
        version: of the answer that was seen; None writes over whatever stands there.
    Raises:
        UsageError: as `confirming_rule`.
        RuleError: the rules that are there cannot be read, or another file holds the rule already.
        VersionConflictError: another answer stands there than the one that was seen.
    """
    folder = workspace.root / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        return _confirm(workspace, supplier, scope, category, why, version)


def _confirm(
    workspace: Workspace, supplier: str, scope: Scope, category: str | None, why: str, version: int | None
) -> Confirmed:
    text = confirming_rule(supplier, scope, category, why=why)
    name, id_ = supplier.strip(), rule_id(supplier)
    stated = None if scope == "not_ai" else category or "unclassified"
    folder = workspace.root / "rules"
    file = folder / FILE
    elsewhere = [rule for rule in load_rules(folder) if not rule.is_shipped and Path(rule.file) != file]
    for rule in elsewhere:
        if rule.id == id_:
            raise RuleError(f"{rule.file}:{rule.line}: rule {id_!r} is there already.", next_step="Change it there.")
    rules = _rules(file)
    earlier = _answer_of(rules, id_)
    if version is not None and version != (stands := _version(earlier)):
        raise VersionConflictError(f"the answer for {name!r} ({_told(earlier)})", version, stands)
    if earlier is not None and (earlier.then.scope, earlier.then.category) == (scope, stated):
        return Confirmed(id_, file, name, scope, stated, "unchanged", _version(earlier))
    written = file.read_text(encoding="utf-8") if file.is_file() else HEADER
    changed = _without(written, rules, earlier) if earlier is not None else written
    _store(
        file, changed.rstrip("\n") + "\n" + text if rules[1:] or (rules and earlier is None) else HEADER + text, text
    )
    now = _version(_answer_of(_rules(file), id_))
    return Confirmed(id_, file, name, scope, stated, "added" if earlier is None else "replaced", now)


def _rules(file: Path) -> list[Rule]:
    return sorted(read_rules(file), key=lambda rule: rule.line) if file.is_file() else []


def _answer_of(rules: list[Rule], id_: str) -> Rule | None:
    return next((rule for rule in rules if rule.id == id_), None)


def _version(answer: Rule | None) -> int:
    """A number of what stands there, also when it was written by hand; 0 is nothing."""
    if answer is None:
        return 0
    said = (answer.then.scope, answer.then.category, answer.why)
    return zlib.crc32(repr(said).encode("utf-8", "surrogatepass")) or 1


def _told(answer: Rule | None) -> str:
    """What stands there, as a sentence."""
    return "nobody confirmed it" if answer is None else f"{answer.then.scope}: {answer.why}"


def _without(text: str, rules: list[Rule], gone: Rule) -> str:
    """The file without one rule: from its first line to the line before the next."""
    lines = text.splitlines(keepends=True)
    behind = [rule.line for rule in rules if rule.line > gone.line]
    return "".join(lines[: gone.line - 1] + (lines[min(behind) - 1 :] if behind else []))


def _store(file: Path, content: str, rule: str) -> None:
    """Keep the file only if all its rules can be read."""
    trial = file.with_name(f".{file.name}.trial")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        trial.write_text(content, encoding="utf-8")
        read_rules(trial)
    except RuleError as error:
        raise RuleError(
            f"{file}: the rule cannot be added to what stands there ({error.message.removeprefix(str(trial))}).",
            next_step=f"Write it by hand, as an item of `rules:`:\n{rule}",
        ) from error
    finally:
        trial.unlink(missing_ok=True)
    write_atomically(file, content.encode("utf-8"))


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever stands in it, on one line."""
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000)).strip()
