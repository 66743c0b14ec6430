"""The shipped rules, file by file, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from reference_pages.markdown import GENERATED, anchor, code, linked, paragraph
from spendmap.allocation.rules import SHIPPED, Rule, shipped_rules


def page() -> str:
    """The page."""
    rules = shipped_rules()
    lines = [
        GENERATED,
        "",
        "# Shipped rules",
        "",
        paragraph(
            f"{len(rules)} rules decide scope and category of what was captured. Rules of the company (`rules/*.yaml`",
            "in the workspace) go first; one with the id of a shipped rule takes its place. Within a table the first",
            "rule that matches, by `order`, wins, and its id is recorded on the row. What no rule decides is `not_ai`",
            "(money) or AI by nature (model calls and work).",
        ),
        "",
    ]
    for file in files():
        mine = [rule for rule in rules if Path(rule.file).name == file.name]
        lines += [f"## {file.name}", "", about(file), ""]
        raw = {str(each["id"]): each for each in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]}
        for rule in mine:
            lines += _rule(rule, raw[rule.id])
    return "\n".join(lines).rstrip() + "\n"


def files() -> list[Path]:
    """The rule files, in order."""
    return sorted(SHIPPED.glob("*.yaml"))


def about(file: Path) -> str:
    """The comment at the top of a rule file."""
    said = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        said.append(line.lstrip("# ").strip())
    return " ".join(said)


def link(rule: Rule) -> str:
    """A link to the rule on the page, from another folder of docs."""
    return f"[`{rule.id}`](../reference/rules.md#{anchor(rule.id)})"


def _rule(rule: Rule, raw: dict[str, Any]) -> list[str]:
    lines = [f"### {rule.id}", "", rule.why + (f" {linked(rule.source)}" if rule.source else ""), ""]
    lines.append(f"- on `{rule.on}`, order {rule.order}{_validity(rule.valid_from, rule.valid_to)}")
    conditions = list(_conditions(raw["when"]))
    lines.append("- when " + "; and ".join(conditions or ["always"]))
    then = rule.then
    parts = [f"scope `{then.scope}`"] + ([f"category `{then.category}`"] if then.category else [])
    parts += [f"share `{then.share}`"] if then.share is not None else []
    parts += [f"{name} `{value}`" for name in ("vendor", "tool", "capability") if (value := getattr(then, name))]
    return [*lines, "- then " + ", ".join(parts), ""]


def _validity(since: date | None, until: date | None) -> str:
    return (f", from {since}" if since else "") + (f", until {until} (exclusive)" if until else "")


def _conditions(when: dict[str, Any]) -> Iterator[str]:
    for name, asked in when.items():
        if name in {"any", "all", "not"}:
            inner = asked if isinstance(asked, list) else [asked]
            joiner = {"any": " **or** ", "all": " and ", "not": " and "}[name]
            said = joiner.join("(" + "; and ".join(_conditions(each)) + ")" for each in inner)
            yield f"not {said}" if name == "not" else said
        elif isinstance(asked, dict):
            yield " and ".join(f"{code(name)} {_operator(op)} {_values(of, op)}" for op, of in asked.items())
        else:
            yield f"{code(name)} is {_values(asked, 'equals')}"


def _operator(name: str) -> str:
    words = {"missing": "is", "gt": "above", "ge": "at least", "lt": "below", "le": "at most", "regex": "matches"}
    return words.get(name, name.replace("_", " "))


def _values(values: Any, op: str) -> str:
    if op == "missing":
        return "missing" if values else "present"
    found = [str(each) for each in (values if isinstance(values, list) else [values])]
    return " or ".join(f"`` {each} ``" if "`" in each else code(each) for each in found)
