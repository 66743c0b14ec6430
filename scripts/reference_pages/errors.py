"""What can go wrong: every error the source raises, its words and its next step, read from the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reference_pages.markdown import GENERATED, cell, paragraph
from spendmap.vocabulary import errors as tree

SAYS: dict[str, tuple[int, str]] = {  # call -> place of the message among its arguments, and what it becomes
    "SourceUnreadableError": (1, "SourceUnreadableError"),
    "BadConditionError": (1, "RuleError"),
    "_wrong": (2, "RuleError"),
    "_refuse": (0, "RuleError"),
    "refuse": (0, "RegisterError"),
}
AREAS = {  # in the order of the page
    "vocabulary": "Everywhere",
    "workspace": "Workspace",
    "cli": "Command line",
    "capture": "Step 1, capture",
    "register": "Register",
    "pricing": "Prices",
    "allocation": "Step 2, allocate",
    "reports": "Map and explain",
    "api": "Pages and API",
    "engine": "Engines and ledger",
}


@dataclass(frozen=True)
class Said:
    """One error as the source raises it; `{...}` stands for what is filled in."""

    area: str
    error: str
    message: str
    next_step: str


def page(package: Path) -> str:
    """The page."""
    found = sorted(set(raised(package)), key=lambda said: (said.area, said.error, said.message, said.next_step or ""))
    drawing = (tree.__doc__ or "").partition("\n\n")[2].rstrip()
    lines = [
        GENERATED,
        "",
        "# Errors",
        "",
        paragraph(
            "Every message says what happened, where, and what to type next. `{...}` stands for what is filled in.",
            "Rows that cannot be read are no error: they go to the quarantine with file, line and reason, and the",
            "reading goes on.",
        ),
        "",
        "```text",
        drawing,
        "```",
        "",
    ]
    for area, title in AREAS.items():
        lines += [f"## {title}", "", *(_line(said) for said in found if said.area == area), ""]
    return "\n".join(lines).rstrip() + "\n"


def _line(said: Said) -> str:
    return f"- **{said.error}**: {cell(said.message)}" + (f" -> {cell(said.next_step)}" if said.next_step else "")


def raised(package: Path) -> Iterator[Said]:
    """Every error raised in the package whose words can be read from the source."""
    classes = {name: each for name, each in vars(tree).items() if isinstance(each, type)}
    names = {name for name, each in classes.items() if issubclass(each, tree.SpendmapError)}
    for file in sorted(package.rglob("*.py")):
        area = file.relative_to(package).parts[0].removesuffix(".py")
        if area == "sample":
            continue
        syntax = ast.parse(file.read_text(encoding="utf-8"))
        if area == "vocabulary":
            yield from _built_in_class(syntax)
        for node in ast.walk(syntax):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = node.exc.func.id if isinstance(node.exc.func, ast.Name) else ""
                said = _said(area, name, node.exc) if name in names or name in SAYS else None
                if said is not None:
                    yield said


def _built_in_class(syntax: ast.Module) -> Iterator[Said]:
    """Errors that build their own message: the words stand in the class."""
    for each in syntax.body:
        for node in ast.walk(each) if isinstance(each, ast.ClassDef) and each.name != "SpendmapError" else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
                said = _said("vocabulary", each.name, node)
                if said is not None and "next_step" not in said.message and said.next_step:
                    yield said


def _said(area: str, name: str, call: ast.Call) -> Said | None:
    place, error = (0, name) if area == "vocabulary" else SAYS.get(name, (0, name))
    message = _words(call.args[place]) if len(call.args) > place else ""
    step = next((_words(each.value) for each in call.keywords if each.arg == "next_step"), "")
    if not step and place + 1 < len(call.args):
        step = _words(call.args[place + 1])
    return Said(area, error, message, step) if message else None


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) if isinstance(part, ast.Constant) else _hole(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _words(node.left) + _words(node.right)
    return ""


def _hole(part: ast.expr) -> str:
    value = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(value, ast.Name):
        return "{" + value.id + "}"
    if isinstance(value, ast.Attribute):
        return "{" + value.attr + "}"
    return "{...}"
